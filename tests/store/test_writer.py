"""The group writer: all who wait share one commit; then it tells in commit order; then it answers."""

import sqlite3
import time

import eventlet
import pytest

from chatweb.chat.errors import NotFound, Overloaded, StorageFull
from chatweb.store import writer as writer_module
from chatweb.store.connections import open_to_read
from chatweb.store.writer import GroupWriter
from tests.store.conftest import draft


class Gate:
    """Holds the commits of a writer back until it is opened."""

    def __init__(self, writer):
        self._commit = writer._commit
        self._reached = eventlet.event.Event()
        self._open = eventlet.event.Event()
        writer._commit = self

    def __call__(self, commit):
        if not self._reached.ready():
            self._reached.send()
        self._open.wait()
        return self._commit(commit)

    def wait(self):
        """Until a commit waits."""
        self._reached.wait()

    def open(self):
        self._open.send()


def refuse(_connection):
    raise NotFound


def test_what_was_kept_is_answered_and_can_be_read(writer, ledger, archive):
    writer.keep(ledger.set_fact("color", "teal"))

    assert archive.fact("color") == "teal"


def test_many_who_keep_at_once_share_a_commit(writer, ledger):
    before = writer.commits

    keeping = [eventlet.spawn(writer.keep, ledger.set_fact(f"fact {number}", "x")) for number in range(writer_module.BATCH)]
    for one in keeping:
        one.wait()

    assert 1 <= writer.commits - before <= 2


def test_no_commit_takes_more_than_a_batch(writer, ledger):
    assert writer_module.BATCH <= 32, "the hub is held for as long as a batch takes"
    before = writer.commits

    keeping = [eventlet.spawn(writer.keep, ledger.set_fact(f"fact {number}", "x")) for number in range(writer_module.BATCH * 4)]
    for one in keeping:
        one.wait()

    assert writer.commits - before >= 4


def test_a_refused_change_doesnt_spoil_the_others_of_its_batch(writer, ledger, archive):
    good = [eventlet.spawn(writer.keep, ledger.set_fact(f"fact {number}", "x")) for number in range(5)]
    bad = eventlet.spawn(writer.keep, refuse)
    more = [eventlet.spawn(writer.keep, ledger.set_fact(f"fact {number}", "x")) for number in range(5, 10)]

    with pytest.raises(NotFound):
        bad.wait()
    for one in good + more:
        one.wait()

    assert [archive.fact(f"fact {number}") for number in range(10)] == ["x"] * 10


def test_nothing_of_a_refused_change_is_kept(writer, ledger, archive):
    def half_done(connection):
        ledger.set_fact("half", "done")(connection)
        raise NotFound

    others = [eventlet.spawn(writer.keep, ledger.set_fact("other", "x"))]
    with pytest.raises(NotFound):
        writer.keep(half_done)
    others[0].wait()

    assert archive.fact("half") is None
    assert archive.fact("other") == "x"


def test_a_refused_post_makes_no_hole_in_seq(room, writer, ledger):
    ani = room.person("Ani")

    def post_and_refuse(connection):
        ledger.post_message(draft(ani))(connection)
        raise NotFound

    keeping = [eventlet.spawn(writer.keep, ledger.post_message(draft(ani)) if n % 3 else post_and_refuse) for n in range(30)]
    seqs = []
    for one in keeping:
        try:
            seqs.append(one.wait().message.seq)
        except NotFound:
            continue

    assert list(range(1, 21)) == sorted(seqs)


def test_a_fault_of_one_change_reaches_the_one_who_asked_alone(writer, ledger):
    def divide(_connection):
        return 1 // 0

    fine = eventlet.spawn(writer.keep, ledger.set_fact("fact", "x"))

    with pytest.raises(ZeroDivisionError):
        writer.keep(divide)
    assert fine.wait() is None


def test_nothing_is_told_or_answered_before_the_commit(writer, ledger, archive):
    gate = Gate(writer)
    told, answered = [], []

    keeping = eventlet.spawn(
        lambda: answered.append(writer.keep(ledger.set_fact("fact", "x"), then=lambda _: told.append(archive.fact("fact"))))
    )
    gate.wait()
    eventlet.sleep(0)
    early = [*told, *answered, archive.fact("fact")]
    gate.open()
    keeping.wait()

    assert early == [None]
    assert told == ["x"]
    assert answered == [None]


def test_all_is_told_before_anybody_is_answered(writer, ledger):
    journal = []

    def keep(number):
        writer.keep(ledger.set_fact(f"fact {number}", "x"), then=lambda _: journal.append(("told", number)))
        journal.append(("answered", number))

    for one in [eventlet.spawn(keep, number) for number in range(20)]:
        one.wait()

    assert [("told", number) for number in range(20)] == journal[:20]


def test_it_tells_in_the_order_of_the_commits(room, writer, ledger):
    ani, told = room.person("Ani"), []

    keeping = [
        eventlet.spawn(writer.keep, ledger.post_message(draft(ani)), then=lambda posted: told.append(posted.message.revision))
        for _ in range(200)
    ]
    for one in keeping:
        one.wait()

    assert list(range(1, 201)) == told


def test_a_refused_change_is_told_to_nobody(writer):
    told = []

    with pytest.raises(NotFound):
        writer.keep(refuse, then=told.append)

    assert told == []


def test_a_teller_that_fails_spoils_neither_the_answer_nor_the_others(writer, ledger, archive):
    told = []

    def fail(_value):
        raise ValueError("nobody there")

    first = eventlet.spawn(writer.keep, ledger.set_fact("one", "x"), then=fail)
    writer.keep(ledger.set_fact("two", "x"), then=told.append)
    first.wait()

    assert told == [None]
    assert archive.fact("one") == archive.fact("two") == "x"


def test_what_is_noted_is_kept_without_waiting(writer, ledger, archive):
    told = []

    writer.note(ledger.set_fact("noted", "x"), then=told.append)
    before = archive.fact("noted")
    writer.keep(ledger.set_fact("kept", "x"))

    assert before is None
    assert archive.fact("noted") == "x"
    assert told == [None]


def test_settled_is_when_all_that_is_kept_is_told_and_nothing_else(room, writer, ledger, archive):
    ani, told, seen = room.person("Ani"), [], []

    def look():
        seen.append((len(told), archive.lobby().seq))

    watching = []
    for number in range(300):
        watching.append(eventlet.spawn(writer.keep, ledger.post_message(draft(ani)), then=told.append))
        if number % 3 == 0:
            watching.append(eventlet.spawn(writer.when_settled, look))
        if number % 7 == 0:
            eventlet.sleep(0.005)  # on a slow disk too there are several commits meanwhile
    for one in watching:
        one.wait()

    assert len(seen) == 100, "for this test to mean anything"
    assert len({count for count, _ in seen}) > 2, "for this test to mean anything"
    assert [(count, kept) for count, kept in seen if count != kept] == []


def test_who_asks_for_a_settled_moment_during_a_commit_waits_for_it(writer, ledger, archive):
    gate = Gate(writer)
    told = []

    keeping = eventlet.spawn(writer.keep, ledger.set_fact("fact", "x"), then=told.append)
    gate.wait()
    settled = eventlet.spawn(writer.when_settled, lambda: (list(told), archive.fact("fact")))
    eventlet.sleep(0)
    early = settled.dead
    gate.open()
    keeping.wait()

    assert not early
    assert settled.wait() == ([None], "x")


def test_a_fault_in_a_settled_moment_reaches_the_one_who_asked(writer, ledger):
    gate = Gate(writer)
    keeping = eventlet.spawn(writer.keep, ledger.set_fact("fact", "x"))
    gate.wait()
    settled = eventlet.spawn(writer.when_settled, lambda: 1 // 0)
    eventlet.sleep(0)
    gate.open()
    keeping.wait()

    with pytest.raises(ZeroDivisionError):
        settled.wait()


def test_a_commit_that_fails_is_unknown_and_answers_nobody(writer, ledger, unknown):
    told = []
    broken = OSError("Input/output error")

    def fail(_commit):
        raise broken

    writer._commit = fail
    keeping = [eventlet.spawn(writer.keep, ledger.set_fact(f"fact {number}", "x"), then=told.append) for number in range(3)]
    with pytest.raises(OSError, match="Input/output"):
        writer._task.wait()
    eventlet.sleep(0)

    assert [broken] == unknown
    assert told == []
    assert [one.dead for one in keeping] == [False] * 3


@pytest.fixture
def other(database):
    """Another program that holds the database, until it is told to let go."""
    connection = sqlite3.connect(database.path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


def test_while_another_program_holds_the_file_the_hub_goes_on_and_changes_wait(writer, ledger, archive, other):
    keeping = [eventlet.spawn(writer.keep, ledger.set_fact(f"held {number}", "x")) for number in range(3)]

    longest = 0.0
    for _ in range(20):
        begun = time.monotonic()
        eventlet.sleep(0.01)
        longest = max(longest, time.monotonic() - begun)
    waited = [one.dead for one in keeping]
    other.execute("ROLLBACK")
    for one in keeping:
        one.wait()

    assert waited == [False] * 3
    assert longest < 1, "SQLite would have waited five seconds, and everybody with it"
    assert [archive.fact(f"held {number}") for number in range(3)] == ["x"] * 3


def test_when_another_program_does_not_let_go_changes_are_refused_and_afterwards_kept(writer, ledger, archive, other, monkeypatch):
    monkeypatch.setattr(writer_module, "PATIENCE", 0.2)
    keeping = [eventlet.spawn(writer.keep, ledger.set_fact(f"held {number}", "x")) for number in range(3)]

    for one in keeping:
        with pytest.raises(Overloaded):
            one.wait()
    monkeypatch.setattr(writer_module, "PATIENCE", 5)  # counted from when it was first held: these don't wait anew
    other.execute("ROLLBACK")
    writer.keep(ledger.set_fact("afterwards", "x"))

    assert (archive.fact("held 0"), archive.fact("afterwards")) == (None, "x")
    assert writer.when_settled(lambda: "settled") == "settled"


# A full disk


def fill(database, *, pages):
    """Let the database grow by so many pages alone: SQLite says the same as on a full disk, at a statement."""
    with database.writer.connect() as connection:
        driver = connection.connection.dbapi_connection
        (now,) = driver.execute("PRAGMA page_count").fetchone()
        driver.execute(f"PRAGMA max_page_count = {now + pages}")


def test_what_does_not_fit_on_the_disk_is_refused_and_the_writer_goes_on(database, writer, ledger, archive, unknown):
    fill(database, pages=1)

    with pytest.raises(StorageFull):
        writer.keep(ledger.set_fact("long", "x" * 100_000))
    writer.keep(ledger.set_fact("short", "x"))

    assert (archive.fact("long"), archive.fact("short")) == (None, "x")
    assert unknown == []


def test_what_does_not_fit_is_tried_again_where_room_could_be_made(database, unknown, ledger, archive):
    made = []

    def make_room():
        made.append(True)
        return len(made) == 1

    fill(database, pages=1)
    writer = GroupWriter(database.writer, on_unknown=unknown.append, on_full=make_room)
    tries = []

    def change(connection):
        tries.append(True)
        if len(tries) == 2:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        ledger.set_fact("long", "x" * 100_000)(connection)

    writer.keep(change)
    writer.close()

    assert (archive.fact("long"), len(made), len(tries)) == ("x" * 100_000, 1, 2)


@pytest.fixture
def fail_to_commit(monkeypatch):
    """Lets the next COMMIT fail with a code of SQLite, which has rolled back by then."""

    def arrange(code):
        def fail(driver, _log):
            monkeypatch.undo()
            driver.rollback()
            error = sqlite3.OperationalError("as if")
            error.sqlite_errorcode = code
            raise error

        monkeypatch.setattr(writer_module, "_commit_and_measure", fail)

    return arrange


def test_a_commit_that_found_no_room_is_refused_and_the_writer_goes_on(writer, ledger, archive, unknown, fail_to_commit):
    fail_to_commit(sqlite3.SQLITE_FULL)

    with pytest.raises(StorageFull):
        writer.keep(ledger.set_fact("fact", "x"))
    writer.keep(ledger.set_fact("later", "x"))

    assert (archive.fact("fact"), archive.fact("later"), unknown) == (None, "x", [])


@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR, sqlite3.SQLITE_IOERR | 4 << 8, sqlite3.SQLITE_CORRUPT])
def test_whatever_else_a_commit_fails_with_is_unknown(writer, ledger, unknown, fail_to_commit, code):
    fail_to_commit(code)

    keeping = eventlet.spawn(writer.keep, ledger.set_fact("fact", "x"))
    with pytest.raises(sqlite3.OperationalError):
        writer._task.wait()

    assert (keeping.dead, len(unknown)) == (False, 1)


# Folding the log in


def log_size(database):
    return database.path.with_name("chatweb.db-wal").stat().st_size


def test_when_it_is_idle_the_log_is_folded_in_by_the_one_connection_that_writes(database, writer, ledger, monkeypatch):
    monkeypatch.setattr(writer_module, "IDLE", 0.05)
    monkeypatch.setattr(writer_module, "LOG_LIMIT", 10**9)
    writer.keep(ledger.set_fact("fact", "x"))
    grown = log_size(database)

    while log_size(database):
        eventlet.sleep(0.01)

    assert grown > 0
    writer.keep(ledger.set_fact("fact", "y"))


def test_under_load_too_the_log_stays_small(database, writer, ledger, monkeypatch):
    monkeypatch.setattr(writer_module, "LOG_LIMIT", 200_000)
    monkeypatch.setattr(writer_module, "FOLD_PAUSE", 0)
    with database.writer.connect() as connection:
        connection.connection.dbapi_connection.execute("PRAGMA wal_autocheckpoint = 0")  # as when a reader is always in its way
    largest = 0

    for number in range(60):
        writer.keep(ledger.set_fact(f"fact {number}", "x" * 20_000))
        largest = max(largest, log_size(database))

    assert 0 < largest < 400_000


def test_a_reader_in_its_way_does_not_hold_up_changes(database, writer, ledger, archive, monkeypatch):
    monkeypatch.setattr(writer_module, "IDLE", 0.01)
    writer.keep(ledger.set_fact("fact", "x"))
    reader = open_to_read(database.path)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM fact").fetchone()
    for number in range(3):
        writer.keep(ledger.set_fact("fact", str(number)))
        eventlet.sleep(0.1)  # it tries meanwhile
    kept = log_size(database)

    reader.close()
    while log_size(database):
        eventlet.sleep(0.01)

    assert kept > 0, "for this test to mean anything"
    assert archive.fact("fact") == "2"


def test_a_full_queue_is_refused_at_once(writer, ledger, monkeypatch):
    monkeypatch.setattr(writer_module, "QUEUE", 10)
    gate = Gate(writer)
    first = eventlet.spawn(writer.keep, ledger.set_fact("first", "x"))
    gate.wait()
    for number in range(10):
        writer.note(ledger.set_fact(f"fact {number}", "x"))

    with pytest.raises(Overloaded) as refused:
        writer.keep(ledger.set_fact("one too many", "x"))

    assert refused.value.retry_after
    gate.open()
    first.wait()


def test_closing_writes_all_that_waits_and_then_takes_nothing_more(writer, ledger, archive):
    for number in range(100):
        writer.note(ledger.set_fact(f"fact {number}", "x"))

    writer.close()

    assert archive.fact("fact 99") == "x"
    with pytest.raises(Overloaded):
        writer.keep(ledger.set_fact("late", "x"))


def test_the_hub_goes_on_while_the_disk_is_busy(writer, ledger):
    gate = Gate(writer)
    keeping = eventlet.spawn(writer.keep, ledger.set_fact("fact", "x"))
    gate.wait()
    turns = []

    for number in range(10):
        eventlet.spawn(turns.append, number).wait()

    assert list(range(10)) == turns
    assert not keeping.dead
    gate.open()
    keeping.wait()
