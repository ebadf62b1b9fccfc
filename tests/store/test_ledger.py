"""Changes of what is kept."""

import eventlet
import pytest

from chatweb.chat.activity import Activity
from chatweb.chat.errors import Banned, ChatError, Invalid, NicknameTaken, NotFound
from chatweb.chat.message import Sender
from chatweb.chat.person import FOREVER, Device
from chatweb.chat.room import RECEIPT_MEMBERS, Mark
from tests.store.conftest import LOBBY, NOON, draft

PHONE = Device("192.168.1.8", "x" * 1000)
CLIENT_ID = "0f7f8a52-9a60-4e5c-8a7e-3f6d1c2b4a59"


def rows(database, table):
    with database.reader.begin() as connection:
        return connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1").mappings().all()


def test_seq_and_revision_count_each_room_by_itself(room):
    ani, budi = room.person("Ani"), room.person("Budi")

    public = [room.posts(ani).message for _ in range(3)]
    private = [room.posts(ani, person=budi.id).message for _ in range(2)]

    assert [(message.seq, message.revision) for message in public] == [(1, 1), (2, 2), (3, 3)]
    assert [(message.seq, message.revision) for message in private] == [(1, 1), (2, 2)]


def test_a_client_id_is_once_for_each_sender(room):
    ani, budi = room.person("Ani"), room.person("Budi")

    first, again, other = (room.posts(one, client_id=CLIENT_ID) for one in (ani, ani, budi))

    assert again.again
    assert again.message == first.message
    assert not other.again
    assert (first.message.seq, other.message.seq) == (1, 2)


def test_a_client_id_is_once_also_when_both_are_in_one_batch(room, writer, ledger):
    ani = room.person("Ani")

    both = [eventlet.spawn(writer.keep, ledger.post_message(draft(ani, client_id=CLIENT_ID))) for _ in range(2)]
    first, again = (one.wait() for one in both)

    assert [first.again, again.again] == [False, True]
    assert first.message == again.message


def test_two_who_write_to_each_other_at_once_open_one_room(room, writer, ledger):
    ani, budi = room.person("Ani"), room.person("Budi")

    there = eventlet.spawn(writer.keep, ledger.post_message(draft(ani, person=budi.id)))
    back = eventlet.spawn(writer.keep, ledger.post_message(draft(budi, person=ani.id)))

    assert there.wait().room.id == back.wait().room.id
    assert [there.wait().opened, back.wait().opened] == [True, False]


def test_a_message_to_a_room_that_is_not_there_is_not_kept(room, archive):
    ani = room.person("Ani")

    with pytest.raises(NotFound):
        room.posts(ani, room=99)

    assert archive.count_messages() == 0


@pytest.mark.parametrize(("private", "code"), [(True, "not_found"), (False, "forbidden")])
def test_who_leaves_while_a_message_waits_has_not_said_it(room, writer, ledger, archive, private, code):
    ani, budi = room.person("Ani"), room.person("Budi")
    host = Sender(ani.id, "Ani")
    place = writer.keep(ledger.create_room(host, "Rapat", "", private=private, people=[budi.id], at=NOON)).id

    leaving = eventlet.spawn(writer.keep, ledger.leave_room(place, host, at=NOON))
    posting = eventlet.spawn(writer.keep, ledger.post_message(draft(ani, room=place)))
    leaving.wait()

    with pytest.raises(ChatError) as refused:
        posting.wait()
    assert refused.value.code == code
    assert [message.event.name for message in archive.history(place, before=None, after=None, around=None, limit=9).messages] == ["left"]


def test_who_has_left_a_private_room_neither_changes_it_nor_comes_back_alone(room, writer, ledger, archive):
    ani, budi, cici = room.person("Ani"), room.person("Budi"), room.person("Cici")
    host = Sender(ani.id, "Ani")
    place = writer.keep(ledger.create_room(host, "Rapat", "", private=True, people=[budi.id], at=NOON)).id
    writer.keep(ledger.leave_room(place, host, at=NOON))

    for change in (
        ledger.invite(place, host, [cici.id], at=NOON),
        ledger.join_room(place, ani.id, at=NOON),
        ledger.change_room(place, host, name="Bukan rapat", topic=None, at=NOON),
    ):
        with pytest.raises(NotFound):
            writer.keep(change)

    assert archive.members(place) == [budi.id]


def test_what_an_administrator_has_deleted_its_sender_cant_delete_again(room, writer, ledger):
    message = room.posts(room.person("Ani")).message
    deleted = writer.keep(ledger.delete_message(message.id, by="admin", at=NOON))

    again = writer.keep(ledger.delete_message(message.id, by="sender", at=NOON + 1))

    assert (again.again, again.message) == (True, deleted.message)


def test_a_name_is_given_once_also_to_two_at_once(writer, ledger):
    def begin(number):
        more = {"token_hash": str(number), "pin_hash": None, "locale": None, "at": NOON}
        return writer.keep(ledger.begin_session("Ani", "ani", PHONE, **more))

    both = [eventlet.spawn(begin, number) for number in range(2)]

    assert both[0].wait().person.nickname == "Ani"
    with pytest.raises(NicknameTaken):
        both[1].wait()


def test_a_token_that_was_there_before_is_refused_as_a_used_client_id(room, writer, ledger):
    ani = room.person("Ani", token_hash="the same")

    for change in (
        lambda: ledger.begin_session("Budi", "budi", PHONE, token_hash="the same", pin_hash=None, locale=None, at=NOON),
        lambda: ledger.resume_person(ani.id, PHONE, token_hash="the same", at=NOON),
    ):
        with pytest.raises(Invalid) as refused:
            writer.keep(change())
        assert refused.value.field == "client_id"


def test_who_is_new_has_read_all_that_was_said_before(room, archive):
    room.posts_many(room.person("Ani"), 5)

    budi = room.person("Budi")

    assert [(one.read_seq, one.unread) for one in archive.memberships(budi.id)] == [(5, 0)]


def test_a_user_agent_is_cut_to_what_is_kept(writer, ledger, room, database):
    writer.keep(ledger.resume_person(room.person().id, PHONE, token_hash="t", at=NOON))

    assert len(rows(database, "device")[-1]["user_agent"]) == 400


# Marks


def mark(writer, ledger, person, room, **to):
    return writer.keep(ledger.mark(Mark(room=room, person=person.id, at=NOON, **to)))


def test_a_mark_moves_forward_only_and_never_past_the_newest(room, writer, ledger):
    ani, budi = room.person("Ani"), room.person("Budi")
    room.posts_many(ani, 5)

    moved = [
        mark(writer, ledger, budi, LOBBY, **to)
        for to in ({"read": 3}, {"read": 2}, {"received": 3}, {"received": 4}, {"read": 99}, {"read": 5})
    ]

    assert [one and (one.received, one.read) for one in moved] == [(3, 3), None, None, (4, None), (5, 5), None]


def test_what_is_read_has_been_received(room, writer, ledger):
    ani, budi = room.person("Ani"), room.person("Budi")
    room.posts(ani)

    assert mark(writer, ledger, budi, LOBBY, read=1).received == 1


def test_a_mark_of_somebody_who_is_not_in_the_room_is_not_found(room, writer, ledger):
    ani, budi, cici = (room.person() for _ in range(3))
    secret = room.posts(ani, person=budi.id).message

    with pytest.raises(NotFound):
        mark(writer, ledger, cici, secret.room, read=1)


def test_times_of_receipts_are_kept_in_rooms_of_up_to_30(room, writer, ledger, database):
    people = [room.person() for _ in range(RECEIPT_MEMBERS)]
    room.posts_many(people[0], 2)

    mark(writer, ledger, people[1], LOBBY, read=1)
    small = len(rows(database, "mark"))
    people.append(room.person())
    mark(writer, ledger, people[2], LOBBY, read=2)

    assert small == 2
    assert len(rows(database, "mark")) == 2


# Sessions


def test_a_link_can_be_used_once_also_by_two_at_once(room, writer, ledger):
    ani = room.person("Ani")
    writer.keep(ledger.make_link(ani.id, secret_hash="s", expires_at=NOON + 1000))

    both = [eventlet.spawn(writer.keep, ledger.redeem_link("s", PHONE, token_hash=f"t{n}", at=NOON)) for n in range(2)]

    assert [ani.id, None] == [one.wait() and one.wait().person.id for one in both]


def test_a_link_that_is_over_brings_nobody_in(room, writer, ledger, database):
    writer.keep(ledger.make_link(room.person().id, secret_hash="s", expires_at=NOON))

    assert writer.keep(ledger.redeem_link("s", PHONE, token_hash="t", at=NOON)) is None
    assert len(rows(database, "device")) == 1


@pytest.mark.parametrize(("until", "wait"), [(FOREVER, None), (NOON + 1500, 2)])
def test_a_ban_keeps_out_who_has_a_link_or_is_on_the_way_in(room, writer, ledger, until, wait):
    ani = room.person()
    writer.keep(ledger.make_link(ani.id, secret_hash="s", expires_at=NOON + 9000))
    writer.keep(ledger.ban(ani.id, until=until, reason="", at=NOON))

    for change in (ledger.redeem_link("s", PHONE, token_hash="t", at=NOON), ledger.resume_person(ani.id, PHONE, token_hash="u", at=NOON)):
        with pytest.raises(Banned) as refused:
            writer.keep(change)
        assert refused.value.retry_after == wait


def test_the_last_device_gives_the_name_back_unless_there_is_a_pin(room, writer, ledger, archive):
    room.person("Ani", token_hash="a")
    room.person("Budi", token_hash="b", pin_hash="hash")

    freed = [writer.keep(ledger.end_session(archive.session(token).id, at=NOON)) for token in "ab"]

    assert freed == [True, False]
    assert archive.person_by_key("ani") is None
    assert archive.person_by_key("budi").nickname == "Budi"


def test_a_session_ends_once(room, writer, ledger, archive):
    room.person("Ani", token_hash="a")
    session = archive.session("a")

    ended = [writer.keep(ledger.end_session(session.id, at=NOON)) for _ in range(2)]

    assert ended == [True, False]
    assert archive.session("a") is None


def test_links_that_wait_are_over_with_the_last_device(room, writer, ledger, archive):
    ani = room.person("Ani", token_hash="a")
    writer.keep(ledger.make_link(ani.id, secret_hash="s", expires_at=NOON + 1000))

    writer.keep(ledger.end_session(archive.session("a").id, at=NOON))

    assert writer.keep(ledger.redeem_link("s", PHONE, token_hash="t", at=NOON)) is None


def test_who_is_signed_out_on_one_device_of_several_is_not_back_by_a_link_made_on_it(room, writer, ledger, archive):
    ani = room.person("Ani", token_hash="a")
    stolen = writer.keep(ledger.resume_person(ani.id, PHONE, token_hash="b", at=NOON))
    writer.keep(ledger.make_link(ani.id, secret_hash="s", expires_at=NOON + 1000))

    writer.keep(ledger.end_session(stolen.id, at=NOON))

    assert writer.keep(ledger.redeem_link("s", PHONE, token_hash="t", at=NOON)) is None
    assert archive.session("a").person.id == ani.id


def test_a_new_name_must_be_free(room, writer, ledger):
    ani = room.person("Ani")
    room.person("Budi")

    with pytest.raises(NicknameTaken):
        writer.keep(ledger.rename(ani.id, "Budi", "budi"))
    assert writer.keep(ledger.rename(ani.id, "ANI", "ani")).nickname == "ANI"


# Facts, activity, audit


def test_a_fact_is_the_last_one_that_was_set(writer, ledger, archive):
    for value in ("one", "two"):
        writer.keep(ledger.set_fact("fact", value))

    assert archive.fact("fact") == "two"


def test_the_newest_broadcast_is_pinned_and_is_taken_off_once(room, writer, ledger, archive):
    ani = room.person()
    older, newer = (writer.keep(ledger.broadcast(draft(ani, kind="broadcast"), until=NOON)) for _ in range(2))

    pinned = archive.pinned()
    taken = [writer.keep(ledger.unpin(one.message.id)) for one in (older, newer, newer)]

    assert (newer.message, NOON) == (pinned.message, pinned.until)
    assert taken == [False, True, False]
    assert archive.pinned() is None


def test_a_broadcast_that_is_sent_again_is_not_pinned_again(room, writer, ledger, archive):
    ani = room.person()
    change = ledger.broadcast(draft(ani, kind="broadcast", client_id=CLIENT_ID), until=None)
    posted = writer.keep(change)
    writer.keep(ledger.unpin(posted.message.id))

    again = writer.keep(change)

    assert again.again
    assert archive.pinned() is None


def test_activity_and_audit_are_kept_as_they_were_given(room, writer, ledger, database):
    ani = room.person("Ani")

    kept = writer.keep(ledger.activity(Activity(NOON, "joined", ani.id, "Ani", "192.168.1.7", "x")))
    writer.keep(ledger.audit(administrator="admin", address="127.0.0.1", action="kicked", detail="Ani", at=NOON))

    assert {
        "id": kept.id,
        "at": NOON,
        "kind": "joined",
        "person": ani.id,
        "nickname": "Ani",
        "address": "192.168.1.7",
        "detail": "x",
    } == dict(rows(database, "activity")[0])
    assert tuple(rows(database, "audit")[0][name] for name in ("administrator", "action", "detail")) == ("admin", "kicked", "Ani")
