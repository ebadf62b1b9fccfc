"""Who is online, in a small company and in a crowd: what is told to whom, and when."""

import time

import pytest

from tests.people import Person
from tests.server import Server
from tests.wire import LOBBY, Line, begin_sessions

CROWD = 205  # more than 200, up to which everybody is told by name
COMPANY = 30  # people online up to which typing is told
GRACE = 10  # seconds that a dropped line leaves somebody online
LATE = 10  # seconds that something may come later than it should, on a slow machine
TICK = 1.0  # seconds between two counts of a crowd


class Somebody:
    """A person with lines of their own making."""

    def __init__(self, server, nickname):
        self.nickname = nickname
        self.port = server.port
        [(self.id, self.token)] = begin_sessions(server.port, [nickname])
        self.lines = []

    def line(self, *, join=True):
        self.lines.append(Line(self.port, self.token))
        if join:
            self.lines[-1].join()
        return self.lines[-1]


@pytest.fixture
def come(server):
    made = []

    def make(nickname):
        made.append(Somebody(server, nickname))
        return made[-1]

    yield make
    for person in made:
        for line in person.lines:
            line.breaks()


def told(line, *, where, passed=None):
    """The next change of people that is wanted; the others before it go to ``passed``."""
    while not where(change := line.hears("people_changed", wait=GRACE + LATE)):
        if passed is not None:
            passed.append(change)
    return change


def has_left(person):
    return lambda change: person.id in change.get("left", [])


# The time of grace.


def test_a_line_that_drops_is_told_after_ten_seconds_and_a_second_line_keeps_online(come):
    ani, budi, cici = come("Ani"), come("Budi"), come("Cici")
    watcher = ani.line()
    first, _second, only = budi.line(), budi.line(), cici.line()
    began = time.monotonic()

    first.breaks()
    only.breaks()
    left = told(watcher, where=lambda change: "left" in change)

    took = time.monotonic() - began
    assert left == {"left": [cici.id], "online": 2}
    assert GRACE <= took < GRACE + LATE
    people = {person["id"]: person for person in watcher.join()["people"]}
    assert people[budi.id]["online"] is True
    assert "online" not in people.get(cici.id, {})


def test_who_comes_back_within_the_time_of_grace_was_never_gone(come):
    ani, budi, cici = come("Ani"), come("Budi"), come("Cici")
    watcher, line = ani.line(), budi.line()
    told(watcher, where=lambda change: "joined" in change and change["joined"][0]["id"] == budi.id)

    line.breaks()
    budi.line()
    cici.line().breaks()  # whose leaving comes after Budi's would
    passed = []
    told(watcher, where=has_left(cici), passed=passed)

    assert not any(has_left(budi)(change) for change in [*passed, *watcher.heard("people_changed")])
    assert next(person for person in watcher.join()["people"] if person["id"] == budi.id)["online"] is True


def test_leaving_is_told_at_once_when_it_is_the_last_line(come):
    ani, budi = come("Ani"), come("Budi")
    watcher = ani.line()
    one, other = budi.line(), budi.line()
    began = time.monotonic()

    one.asks("leave", {})
    watcher.settles()
    after_one = [change for change in watcher.heard("people_changed") if has_left(budi)(change)]
    other.asks("leave", {})
    told(watcher, where=has_left(budi))

    assert after_one == []
    assert time.monotonic() - began < GRACE, "for this test to mean anything, the time of grace was not over"


# A company, and one more.


def test_typing_is_told_to_thirty_and_not_to_more(come):
    people = [come(f"Orang {number}") for number in range(COMPANY)]
    lines = [person.line() for person in people]

    lines[0].asks("type", {"room": LOBBY, "typing": True})
    heard_by_thirty = [line.hears("person_typed")["person"] for line in lines[1:]]
    lines.append(come("Seorang lagi").line())
    lines[0].asks("type", {"room": LOBBY, "typing": True})
    for line in lines:
        line.settles()

    assert heard_by_thirty == [people[0].id] * (COMPANY - 1)
    assert [line.heard("person_typed") for line in lines] == [[]] * (COMPANY + 1)


# A crowd.


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """More than 200 people in a server of their own: their lines, and its."""
    server = Server(tmp_path_factory.mktemp("crowd"), limits="off").start()
    begun = begin_sessions(server.port, [f"Orang {number}" for number in range(CROWD)])
    lines = {}
    for person, token in begun:
        lines[person] = Line(server.port, token)
        lines[person].join()
        for line in lines.values():
            line.receive(0)
    yield server, lines
    for line in lines.values():
        line.breaks()
    server.stop()
    assert "Traceback" not in server.log, server.log


def settled(lines):
    """Let a crowd receive all that was told up to now, and forget it; the next tick's count has come too."""
    for line in lines:
        line.settles()
        line.inbox.clear()


def test_a_crowd_is_told_how_many_are_online_once_a_second_and_nobody_by_name(crowd):
    server, lines = crowd
    settled(lines.values())
    watcher = next(iter(lines.values()))
    began = time.monotonic()

    for number in range(40):
        person = Person(server.url, f"Tamu {number}")
        guest = Line(server.port, person.token)
        guest.join()
        guest.asks("leave", {})
        guest.breaks()
        person.hangs_up()
        watcher.receive(0)
    watcher.hears("people_changed", wait=LATE)  # one at least
    watcher.settles()

    took = time.monotonic() - began
    changes = watcher.heard("people_changed")
    assert len(changes) + 1 <= took / TICK + 2, "told at most once a second"
    assert {name for change in changes for name in change} <= {"online"}


def test_in_a_crowd_only_the_people_of_ones_direct_rooms_are_named(crowd):
    server, lines = crowd
    friend_id, friend = next(iter(lines.items()))
    others = [line for line in lines.values() if line is not friend]
    guest_person = Person(server.url, "Sahabat")
    guest = Line(server.port, guest_person.token)
    guest.join()
    guest.says("hanya kita", to={"person": friend_id})
    guest.asks("leave", {})
    friend.wait_for(lambda text: b'"left":[%d]' % guest_person.id in text)
    settled(lines.values())

    guest.join()
    named = told(friend, where=lambda change: "joined" in change)
    for line in others:
        line.settles()
    guest.asks("leave", {})
    gone = told(friend, where=lambda change: "left" in change)
    for line in others:
        line.settles()

    guest.breaks()
    guest_person.hangs_up()
    assert [person["nickname"] for person in named["joined"]] == ["Sahabat"]
    assert gone["left"] == [guest_person.id]
    heard = [change for line in others for change in line.heard("people_changed")]
    assert heard, "for this test to mean anything, the others were told of the count"
    assert {name for change in heard for name in change} == {"online"}


def test_a_crowd_is_answered_two_hundred_people_and_the_count_of_all(crowd):
    _server, lines = crowd
    somebody, line = next(iter(lines.items()))

    joined = line.join()

    assert joined["online"] >= CROWD
    assert len(joined["people"]) == 200
    assert somebody in [person["id"] for person in joined["people"]]
