"""A database of a test's own, and the writer on eventlet's hub, in this process and without monkey patching."""

import eventlet
import pytest
from flask import Flask

from chatweb.chat.message import Draft, Sender
from chatweb.chat.person import Device
from chatweb.store.archive import SqlArchive
from chatweb.store.database import Database
from chatweb.store.ledger import SqlLedger
from chatweb.store.native_reader import NativeReader
from chatweb.store.writer import GroupWriter

NOON = 1_800_000_000_000  # ms since the epoch
LOBBY, ADMIN = 1, 1
PATIENCE = 30  # seconds after which a test that waits on the hub has failed


@pytest.fixture(autouse=True)
def patience():
    """Nothing here waits for ever."""
    with eventlet.Timeout(PATIENCE):
        yield


@pytest.fixture
def database(tmp_path):
    database = Database(Flask("chatweb"), tmp_path / "chatweb.db")
    yield database
    database.close()


@pytest.fixture
def unknown():
    """What the writer could not know: the errors of commits that failed."""
    return []


@pytest.fixture
def writer(database, unknown):
    writer = GroupWriter(database.writer, on_unknown=unknown.append)
    yield writer
    if not unknown:
        writer.close()
    else:
        writer._task.kill()


@pytest.fixture
def ledger():
    return SqlLedger()


@pytest.fixture
def aside(database):
    """Reads in a native thread."""
    reader = NativeReader(database.path)
    yield reader
    reader.close()


@pytest.fixture
def archive(database, aside):
    return SqlArchive(database.reader, aside)


class Room:
    """People who post, one after the other."""

    def __init__(self, writer, ledger):
        self.writer = writer
        self.ledger = ledger
        self._people = 0

    def person(self, nickname=None, **more):
        self._people += 1
        name = nickname or f"Orang {self._people}"
        given = {"token_hash": f"token of {name} {self._people}", "pin_hash": None, "locale": None, "at": NOON, **more}
        return self.writer.keep(self.ledger.begin_session(name, name.lower(), Device("192.168.1.7", "Firefox/140"), **given)).person

    def posts(self, sender, body="halo", **more):
        return self.writer.keep(self.ledger.post_message(draft(sender, body, **more)))

    def posts_many(self, sender, count, **more):
        """Many messages in one change."""
        self.writer.keep(lambda connection: [self.ledger.post_message(draft(sender, str(n), **more))(connection) for n in range(count)])


def draft(sender, body="halo", **more):
    return Draft(
        Sender(sender.id, sender.nickname), body, NOON, **({"room": LOBBY} if "person" not in more and "room" not in more else {}), **more
    )


@pytest.fixture
def room(writer, ledger):
    return Room(writer, ledger)
