"""What is kept, as it is read: history, changes, unread, and who may see what."""

import threading

import eventlet
import pytest

from chatweb.chat.errors import NotFound
from chatweb.chat.room import CHANGES_MISSED, UNREAD_COUNTED
from chatweb.store import log as log_module
from chatweb.store import lookups
from chatweb.store.connections import fold
from tests.store.conftest import ADMIN, LOBBY


def seqs(page):
    return [message.seq for message in page.messages]


def history(archive, room=LOBBY, *, before=None, after=None, around=None, limit=10):
    return archive.history(room, before=before, after=after, around=around, limit=limit)


# History


def test_the_newest_page_of_history_is_newest_last(room, archive):
    room.posts_many(room.person(), 25)

    page = history(archive)

    assert list(range(16, 26)) == seqs(page)
    assert page.more


def test_pages_before_one_another_make_the_whole_history(room, archive):
    room.posts_many(room.person(), 25)
    found, before = [], None

    while True:
        page = history(archive, before=before)
        found = seqs(page) + found
        before = found[0]
        if not page.more:
            break

    assert list(range(1, 26)) == found


def test_pages_after_one_another_make_the_whole_history(room, archive):
    room.posts_many(room.person(), 25)
    found = []

    while True:
        page = history(archive, after=found[-1] if found else 0)
        found += seqs(page)
        if not page.more:
            break

    assert list(range(1, 26)) == found


@pytest.mark.parametrize(
    ("around", "expected", "more"),
    [(13, range(8, 18), True), (1, range(1, 6), True), (25, range(20, 26), True), (26, range(21, 26), True), (500, range(21, 26), True)],
)
def test_a_page_around_a_message_has_it_in_its_middle(room, archive, around, expected, more):
    room.posts_many(room.person(), 25)

    page = history(archive, around=around)

    assert list(expected) == seqs(page)
    assert page.more is more


def test_an_empty_room_has_an_empty_page(archive):
    for bounds in ({}, {"before": 1}, {"after": 0}, {"around": 1}):
        page = history(archive, **bounds)
        assert (page.messages, page.more) == ((), False)


def test_exactly_a_page_says_no_more(room, archive):
    room.posts_many(room.person(), 10)

    assert not history(archive).more
    assert not history(archive, after=0).more


def test_history_is_of_one_room(room, archive):
    ani, budi = room.person(), room.person()
    room.posts(ani, "umum")
    secret = room.posts(ani, "rahasia", person=budi.id).message

    assert [message.body for message in history(archive).messages] == ["umum"]
    assert [message.body for message in history(archive, secret.room).messages] == ["rahasia"]


# Changes


def test_changes_are_all_that_came_after_a_revision_oldest_first(room, archive):
    room.posts_many(room.person(), 5)

    changes = archive.changes(archive.lobby(), after=2, limit=200)

    assert [message.revision for message in changes.messages] == [3, 4, 5]
    assert (changes.revision, changes.more, changes.reset) == (5, False, False)


def test_changes_page_on_and_are_complete_up_to_their_revision(room, archive):
    room.posts_many(room.person(), 25)
    found, after, more = [], 0, True

    while more:
        changes = archive.changes(archive.lobby(), after=after, limit=10)
        found += [message.revision for message in changes.messages]
        assert changes.revision == found[-1]
        after, more = changes.revision, changes.more

    assert list(range(1, 26)) == found


def test_who_knows_everything_missed_nothing(room, archive):
    room.posts_many(room.person(), 5)

    changes = archive.changes(archive.lobby(), after=5, limit=10)

    assert (changes.messages, changes.revision, changes.more, changes.reset) == ((), 5, False, False)


def test_a_changed_message_comes_once_in_its_newest_form(room, archive, writer):
    ani = room.person()
    room.posts_many(ani, 3)
    writer.keep(lambda c: c.exec_driver_sql("UPDATE message SET revision = 4, body = 'baru' WHERE seq = 2"))
    writer.keep(lambda c: c.exec_driver_sql("UPDATE room SET revision = 4 WHERE id = 1"))

    changes = archive.changes(archive.lobby(), after=0, limit=10)

    assert [(message.revision, message.body) for message in changes.messages] == [(1, "0"), (3, "2"), (4, "baru")]


def test_past_2000_missed_changes_a_page_begins_anew(room, archive):
    room.posts_many(room.person(), CHANGES_MISSED + 1)

    all_missed = archive.changes(archive.lobby(), after=0, limit=200)
    one_less = archive.changes(archive.lobby(), after=1, limit=200)

    assert all_missed.reset
    assert all_missed.messages == ()
    assert not one_less.reset
    assert one_less.more


def test_a_cursor_ahead_of_the_server_begins_anew(room, archive):
    room.posts(room.person())

    assert archive.changes(archive.lobby(), after=2, limit=10).reset
    assert not archive.changes(archive.lobby(), after=1, limit=10).reset


# Unread


def test_unread_counts_what_others_said(room, archive):
    ani, budi = room.person(), room.person()
    room.posts_many(ani, 3)
    room.posts_many(budi, 5)

    assert [one.unread for one in archive.memberships(ani.id)] == [5]
    assert [one.unread for one in archive.memberships(budi.id)] == [3]


def test_unread_counts_to_1000(room, archive):
    ani, budi = room.person(), room.person()
    room.posts_many(ani, UNREAD_COUNTED + 5)

    assert [one.unread for one in archive.memberships(budi.id)] == [UNREAD_COUNTED]


def test_deleted_messages_are_not_unread_and_have_no_body(room, archive, writer):
    ani, budi = room.person(), room.person()
    room.posts_many(ani, 3)
    writer.keep(lambda c: c.exec_driver_sql("UPDATE message SET deleted_at = 1 WHERE seq = 2"))

    assert [one.unread for one in archive.memberships(budi.id)] == [2]
    assert [message.body for message in history(archive).messages] == ["0", "", "2"]


# Who may see what


def test_a_direct_room_is_there_for_its_two_alone(room, archive):
    ani, budi, cici = (room.person() for _ in range(3))
    secret = room.posts(ani, person=budi.id).message

    assert archive.room_for(ani.id, secret.room) == archive.room_for(budi.id, secret.room)
    assert archive.room_for(ani.id, secret.room).people == (ani.id, budi.id)
    for room_id in (secret.room, 99):
        with pytest.raises(NotFound):
            archive.room_for(cici.id, room_id)


def test_the_lobby_is_there_for_everybody(room, archive):
    ani = room.person()

    assert archive.room_for(ani.id, LOBBY) == archive.lobby()
    assert archive.lobby().members == 1


def test_partners_are_the_other_sides_of_ones_direct_rooms(room, archive):
    ani, budi, cici = (room.person() for _ in range(3))
    room.posts(ani, person=budi.id)
    room.posts(cici, person=ani.id)

    assert {budi.id, cici.id} == set(archive.direct_partners(ani.id))
    assert [ani.id] == archive.direct_partners(budi.id)


def test_the_newest_message_of_each_room(room, archive):
    ani, budi = room.person(), room.person()
    room.posts(ani, "satu")
    public = room.posts(ani, "dua").message
    secret = room.posts(ani, "rahasia", person=budi.id).message

    assert {LOBBY: public, secret.room: secret} == archive.last_messages([LOBBY, secret.room, 99])


# People


def test_people_are_searched_by_a_part_of_their_name_and_its_wildcards_are_letters(room, archive):
    for name in ("Ani", "Budi", "100%", "a_b"):
        room.person(name)

    assert [one.nickname for one in archive.search_people("an", after=0, limit=10)] == ["Ani"]
    assert [one.nickname for one in archive.search_people("%", after=0, limit=10)] == ["100%"]
    assert [one.nickname for one in archive.search_people("_", after=0, limit=10)] == ["a_b"]


def test_people_are_paged_by_id(room, archive):
    people = [room.person().id for _ in range(5)]

    first = archive.search_people("", after=ADMIN, limit=3)
    rest = archive.search_people("", after=first[-1].id, limit=3)

    assert people == [one.id for one in [*first, *rest]]


def test_the_administrator_is_not_counted(room, archive):
    room.person()

    assert archive.count_people() == 1
    assert archive.administrator().is_admin


def test_nobody_and_nothing_are_not_found(archive):
    for look in (lambda: archive.person(99), lambda: archive.room(99), lambda: archive.message(99)):
        with pytest.raises(NotFound):
            look()


# What may take long


@pytest.mark.parametrize(
    "ask",
    [
        lambda archive: archive.count_people(),
        lambda archive: archive.count_messages(since=1),
        lambda archive: archive.search_people("a", after=0, limit=9),
        lambda archive: archive.open_rooms("a", limit=9),
        lambda archive: archive.receipts(archive.message(1)),
    ],
    ids=["people", "messages", "search", "rooms", "receipts"],
)
def test_the_hub_goes_on_while_something_is_counted_or_searched(room, archive, aside, ask):
    room.posts(room.person("Ani"))
    fetch, reached, go_on = aside._fetch, threading.Event(), threading.Event()

    def slow(*query):
        reached.set()
        assert go_on.wait(10)
        return fetch(*query)

    aside._fetch = slow
    asking = eventlet.spawn(ask, archive)
    while not reached.is_set():
        eventlet.sleep(0.01)  # the hub has its turns
    waits = not asking.dead
    go_on.set()

    asking.wait()
    assert waits


def test_counting_who_is_in_a_room_stops_somewhere(room, archive, monkeypatch):
    for _ in range(3):
        room.person()
    whole = archive.lobby().members

    monkeypatch.setattr(lookups, "_members", lookups.members_up_to(2))

    assert (whole, archive.lobby().members, archive.memberships(2)[0].room.members) == (3, 2, 2)


def test_seq_and_revision_come_from_the_row_and_never_from_memory(room, database, writer):
    ani = room.person("Ani")
    room.posts(ani)
    writer.keep(lambda connection: connection.exec_driver_sql("UPDATE room SET seq = 41, revision = 70 WHERE id = 1"))

    posted = room.posts(ani).message

    assert (posted.seq, posted.revision) == (42, 71)


def test_an_export_holds_no_reader_open_between_two_pages(room, database, writer, ledger, aside, monkeypatch):
    monkeypatch.setattr(log_module, "PAGE", 2)
    ani = room.person("Ani")
    room.posts_many(ani, 6)
    pages = log_module.Log(aside).all(log_module.Filter())

    first = next(pages)
    room.posts(ani, "meanwhile")
    with database.writer.connect() as connection:
        folded = fold(connection.connection.dbapi_connection, wait=0)
    rest = [entry for page in pages for entry in page]

    assert folded, "a long reader would keep the log from being cut"
    assert [entry.message.body for entry in [*first, *rest]] == [str(number) for number in range(6)]
