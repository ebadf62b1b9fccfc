"""What people do in the chat: every verb checks, keeps, tells."""

from dataclasses import replace

import pytest

from chatweb.chat.errors import ChatError, Invalid, Muted, NotFound, ServiceStopped, StorageFull
from chatweb.chat.person import FOREVER
from chatweb.chat.room import Room
from chatweb.chat.service import PEOPLE_TOLD, Target
from tests.chat.fakes import ADMIN, LAPTOP, LOBBY, World


@pytest.fixture
def world():
    return World()


def posts(world, person, body="halo", **more):
    to = more.pop("to", Target(room=LOBBY))
    return world.chat.post_message(person, to, body, **{"client_id": None, **more})


# Check, keep, tell


def test_a_message_is_kept_before_it_is_told(world):
    ani = world.comes("Ani")
    world.journal.clear()

    posted = posts(world, ani)

    assert ["kept", ("message_posted", (posted,), {})] == world.journal


@pytest.mark.parametrize(
    ("to", "body", "more"),
    [
        (Target(room=LOBBY), "", {}),
        (Target(room=LOBBY), "x" * 4001, {}),
        (Target(room=LOBBY), "a\x00b", {}),
        (Target(room=99), "halo", {}),
        (Target(person=99), "halo", {}),
        (Target(), "halo", {}),
        (Target(room=LOBBY, person=ADMIN), "halo", {}),
        (Target(room=LOBBY), "halo", {"reply_to": 99}),
    ],
)
def test_a_refused_message_is_neither_kept_nor_told(world, to, body, more):
    ani = world.comes("Ani")
    world.journal.clear()

    with pytest.raises(ChatError):
        posts(world, ani, body, to=to, **more)

    assert world.journal == []
    assert world.kept.messages == []


def test_a_message_carries_the_nickname_of_its_time(world):
    session = world.begins("Ani").session
    posts(world, session.person)

    world.sessions.change(session.person, nickname="Ani Wati", pin=None, locale=None)

    assert world.kept.messages[0].sender.nickname == "Ani"


def test_a_message_sent_again_is_the_same_and_told_once(world):
    ani = world.comes("Ani")

    first, again = posts(world, ani, client_id="c"), posts(world, ani, client_id="c")

    assert again.message == first.message
    assert len(world.told("message_posted")) == 1


def test_who_was_muted_after_a_message_learns_that_it_was_kept(world):
    ani = world.comes("Ani")
    first = posts(world, ani, client_id="c")
    muted = replace(ani, muted_until=FOREVER)

    assert posts(world, muted, client_id="c").message == first.message
    with pytest.raises(Muted):
        posts(world, muted, client_id="d")
    assert len(world.told("message_posted")) == 1


# Private


def test_a_message_to_a_person_opens_their_direct_room_once(world):
    ani, budi = world.comes("Ani"), world.comes("Budi")

    there, back = posts(world, ani, to=Target(person=budi.id)), posts(world, budi, to=Target(person=ani.id))

    assert [there.opened, back.opened] == [True, False]
    assert there.room.id == back.room.id
    assert (ani.id, budi.id) == back.room.people
    assert back.room.scope == "private"


def test_nobody_else_can_write_read_mark_or_type_in_a_direct_room(world):
    ani, budi, cici = world.comes("Ani"), world.comes("Budi"), world.comes("Cici")
    secret = posts(world, ani, to=Target(person=budi.id)).message

    attempts = [
        lambda: posts(world, cici, to=Target(room=secret.room)),
        lambda: world.chat.history(cici, secret.room, before=None, after=None, around=None, limit=50),
        lambda: world.chat.changes(cici, secret.room, after=0),
        lambda: world.chat.message(cici, secret.id),
        lambda: world.chat.mark(cici, secret.room, received=1, read=1),
        lambda: world.chat.type(cici, secret.room, typing=True, connection="sid"),
    ]

    for attempt in attempts:
        with pytest.raises(NotFound):
            attempt()


def test_nobody_writes_to_themselves(world):
    ani = world.comes("Ani")

    with pytest.raises(Invalid) as refused:
        posts(world, ani, to=Target(person=ani.id))

    assert refused.value.field == "to"


def test_a_reply_is_to_a_message_of_the_same_room(world):
    ani, budi = world.comes("Ani"), world.comes("Budi")
    secret = posts(world, ani, to=Target(person=budi.id)).message
    public = posts(world, ani).message

    for reply_to in (secret.id, 99):
        with pytest.raises(Invalid) as refused:
            posts(world, budi, reply_to=reply_to)
        assert refused.value.field == "reply_to"
    assert posts(world, budi, reply_to=public.id).message.reply_to == public.id


# Coming and going


def test_coming_is_told_once_and_stands_in_the_activity_with_its_time(world):
    world.clock.passes(5)
    session = world.begins("Ani").session

    world.joins(session)
    world.joins(session)

    assert [((), {"joined": [session.person]})] == world.told("people_changed")
    assert [("joined", session.person.id, world.clock.now(), LAPTOP.address)] == [
        (a.kind, a.person, a.at, a.address) for a in world.kept.activities
    ]


def test_leaving_is_told_at_once_and_stands_in_the_activity(world):
    session = world.begins("Ani").session
    connection, _ = world.joins(session)
    world.journal.clear()

    world.chat.leave(connection, session.person, LAPTOP)

    assert [((connection,), {})] == world.told("dismiss")
    assert [((), {"left": [session.person.id]})] == world.told("people_changed")
    assert [activity.kind for activity in world.kept.activities] == ["joined", "left"]


def test_who_drops_is_told_as_gone_after_the_grace(world):
    session = world.begins("Ani").session
    connection, _ = world.joins(session)
    world.journal.clear()

    world.chat.drop(connection)
    world.clock.passes(9.9)
    world.chat.expire()
    before = world.told("people_changed")
    world.clock.passes(0.1)
    world.chat.expire()

    assert before == []
    assert [((), {"left": [session.person.id]})] == world.told("people_changed")


def test_who_joins_is_answered_with_all_that_a_page_needs(world):
    ani, budi = world.comes("Ani"), world.comes("Budi")
    posts(world, ani, to=Target(person=budi.id))
    newest = posts(world, ani).message
    cici = world.begins("Cici").session

    _, joined = world.joins(cici, {LOBBY: 0})

    assert cici.person == joined.me
    assert [person.nickname for person in joined.people] == ["Admin", "Ani", "Budi", "Cici"]
    assert {ani.id, budi.id, cici.person.id} == joined.online
    assert joined.count == 3
    assert [membership.room.id for membership in joined.memberships] == [LOBBY]
    assert {LOBBY: newest} == joined.last
    assert [newest] == list(joined.changes[LOBBY].messages)


def test_cursors_of_rooms_that_are_not_ones_own_are_answered_with_nothing(world):
    ani, budi = world.comes("Ani"), world.comes("Budi")
    secret = posts(world, ani, to=Target(person=budi.id)).message

    _, joined = world.joins(world.begins("Cici").session, {secret.room: 0, 99: 0})

    assert joined.changes == {}


def test_at_most_200_people_are_named_and_all_are_counted(world):
    for number in range(PEOPLE_TOLD + 20):
        world.presence.enter(world.begins(f"Orang {number}").session.person.id, f"sid of {number}", at=0)

    _, joined = world.joins(world.begins("Ani").session)

    assert len(joined.people) == PEOPLE_TOLD
    assert joined.count == PEOPLE_TOLD + 21
    assert {"Admin", "Ani"} <= {person.nickname for person in joined.people}


# Receipts and typing


def test_a_mark_that_moves_something_is_told_and_one_that_does_not_is_not(world):
    ani, budi = world.comes("Ani"), world.comes("Budi")
    message = posts(world, ani, to=Target(person=budi.id)).message

    world.chat.mark(budi, message.room, received=1, read=1)
    world.chat.mark(budi, message.room, received=1, read=1)

    marked = [given[0] for given, _ in world.told("marked")]
    assert [(budi.id, 1, 1)] == [(mark.person, mark.received, mark.read) for mark in marked]


def test_typing_in_the_lobby_is_told_up_to_30_people_online(world):
    ani = world.comes("Ani")
    for number in range(29):
        world.presence.enter(1000 + number, f"sid of {number}", at=0)

    world.chat.type(ani, LOBBY, typing=True, connection="sid")
    told = len(world.told("person_typed"))
    world.presence.enter(2000, "one more", at=0)
    world.chat.type(ani, LOBBY, typing=True, connection="sid")

    assert told == 1
    assert len(world.told("person_typed")) == 1


def test_typing_in_a_room_is_told_up_to_30_who_hear_it_and_its_members_are_never_listed(world):
    ani = world.comes("Ani")
    world.kept.rooms[7] = Room(7, "private", "Kelas", "", 0, 0, 2000)
    world.kept.members[7, ani.id] = {"received": 0, "read": 0}
    assert not hasattr(world.chat._archive, "members"), "for this test to mean anything"

    for world.fanout.hearing in (30, 31, 1000, 1):
        world.chat.type(ani, 7, typing=True, connection="sid")

    assert len(world.told("person_typed")) == 2


# Broadcasts


def test_a_broadcast_stands_in_the_lobby_and_is_pinned_until_its_time(world):
    admin = world.kept.people[ADMIN]
    until = world.clock.now() + 60_000

    posted = world.chat.broadcast(admin, "Rapat jam 10", until=until, client_id=None)

    assert (posted.message.room, posted.message.kind) == (LOBBY, "broadcast")
    assert world.joins(world.begins("Ani").session)[1].pinned == posted.message
    world.clock.passes(60)
    assert world.joins(world.begins("Budi").session)[1].pinned is None


@pytest.mark.parametrize("since", ["its time is over", "the disk is full"])
def test_a_broadcast_that_was_kept_is_answered_as_kept_whatever_came_since(world, since):
    admin, until = world.kept.people[ADMIN], world.clock.now() + 60_000
    first = world.chat.broadcast(admin, "Rapat", until=until, client_id="satu")
    if since == "the disk is full":
        world.space.full = True
    else:
        world.clock.passes(61)

    again = world.chat.broadcast(admin, "Rapat", until=until, client_id="satu")

    assert (again.message, again.again) == (first.message, True)
    with pytest.raises((Invalid, StorageFull)):
        world.chat.broadcast(admin, "Lain", until=until, client_id="dua")


def test_a_broadcast_is_unpinned_and_told_when_its_time_is_over(world):
    posted = world.chat.broadcast(world.kept.people[ADMIN], "Rapat", until=world.clock.now() + 60_000, client_id=None)

    world.chat.unpin_expired()
    before = world.told("broadcast_unpinned")
    world.clock.passes(60)
    world.chat.unpin_expired()
    world.chat.unpin_expired()

    assert before == []
    assert [((posted.message.id,), {})] == world.told("broadcast_unpinned")


def test_a_broadcast_cant_end_before_it_begins(world):
    with pytest.raises(Invalid) as refused:
        world.chat.broadcast(world.kept.people[ADMIN], "Rapat", until=world.clock.now(), client_id=None)

    assert refused.value.field == "until"
    assert world.kept.messages == []


# Reading


@pytest.mark.parametrize("limit", [0, 101, -1])
def test_a_page_of_history_has_1_to_100_messages(world, limit):
    with pytest.raises(Invalid) as refused:
        world.chat.history(world.comes("Ani"), LOBBY, before=None, after=None, around=None, limit=limit)

    assert refused.value.field == "limit"


def test_a_page_of_history_is_before_or_after_or_around(world):
    with pytest.raises(Invalid):
        world.chat.history(world.comes("Ani"), LOBBY, before=1, after=1, around=None, limit=50)


# Stopped


def test_a_stopped_chat_refuses_every_verb_and_spreads_the_way_back(world):
    session = world.begins("Ani").session
    ani = session.person
    world.state.state = "stopped"
    world.journal.clear()
    verbs = [
        lambda: posts(world, ani),
        lambda: world.chat.broadcast(ani, "Rapat", until=None, client_id=None),
        lambda: world.chat.mark(ani, LOBBY, received=1, read=1),
        lambda: world.chat.type(ani, LOBBY, typing=True, connection="sid"),
        lambda: world.joins(session),
        lambda: world.begins("Budi"),
        lambda: world.sessions.redeem("link", LAPTOP),
    ]

    waits = set()
    for verb in verbs * 10:
        with pytest.raises(ServiceStopped) as refused:
            verb()
        waits.add(refused.value.retry_after)

    assert world.journal == []
    assert waits <= set(range(3, 13))
    assert len(waits) > 3


# A full disk


def test_on_a_full_disk_nothing_is_said(world):
    ani = world.comes("Ani")
    world.space.full = True

    for verb in (
        lambda: posts(world, ani),
        lambda: world.chat.edit_message(ani, 1, "lain"),
        lambda: world.chat.broadcast(ani, "penting", until=None, client_id=None),
    ):
        with pytest.raises(StorageFull):
            verb()
    world.chat.check_running()  # and all else asks this alone
