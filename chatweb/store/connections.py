"""Opens connections to the SQLite file, with the pragmas that keep it safe: one writes, all others can only read."""

import sqlite3
from pathlib import Path
from typing import Any

WAL_KEPT = 64 * 1024 * 1024  # bytes that the write-ahead log keeps on the disk after it was folded in

# Set on each connection and read back, since SQLite ignores in silence what it does not know or can't do.
PRAGMAS: dict[str, tuple[str, object]] = {
    "journal_mode": ("WAL", "wal"),
    "synchronous": ("FULL", 2),
    "foreign_keys": ("ON", 1),
    "trusted_schema": ("OFF", 0),
    "cell_size_check": ("ON", 1),
    "busy_timeout": ("5000", 5000),  # ms
    "journal_size_limit": (str(WAL_KEPT), WAL_KEPT),
    "mmap_size": ("0", 0),
}
WRITES = {"query_only": ("OFF", 0)}
READS = {"query_only": ("ON", 1), "wal_autocheckpoint": ("0", 0)}
HUB_WAIT = 50  # ms for which the hub may stand still where another program holds the file: seldom, as readers need no lock


class DatabaseError(Exception):
    """The database can't be used; the message is one sentence for the operator."""


class BrokenReferences(Exception):
    """As many rows as it says point at rows that are not there."""


def open_to_write(path: Path) -> sqlite3.Connection:
    """The connection that writes and checkpoints: there is one, as SQLite before 3.51.3 can damage the file with two.

    :raises DatabaseError: when SQLite refuses a pragma.
    """
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    return prepared(connection, {**PRAGMAS, **WRITES})


def open_to_read(path: Path, *, wait: int = 5000) -> sqlite3.Connection:
    """A connection that can neither write nor checkpoint, not even by being the last one to close.

    `query_only` alone lets both checkpoints through; a file that was opened for reading can't be written by them.

    :param wait: ms for which it waits for a lock.
    :raises DatabaseError: when SQLite refuses a pragma.
    """
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False, isolation_level=None)
    return prepared(connection, {**PRAGMAS, **READS, "busy_timeout": (str(wait), wait)})


def prepared(connection: Any, wanted: dict[str, tuple[str, object]]) -> sqlite3.Connection:
    """``connection`` with ``wanted`` pragmas set and read back.

    :raises DatabaseError: naming the one that is not as it must be.
    """
    try:
        for name, (value, _) in wanted.items():
            connection.execute(f"PRAGMA {name} = {value}")
        for name, (_, expected) in wanted.items():
            found = (connection.execute(f"PRAGMA {name}").fetchone() or (None,))[0]
            if found != expected:
                raise DatabaseError(f"SQLite refuses {name} = {expected} (it says {found}).")
    except BaseException:
        connection.close()
        raise
    known: sqlite3.Connection = connection
    return known


def fold(connection: Any, *, wait: int) -> bool:
    """Fold the write-ahead log into the file and cut it to nothing; whether nobody read in between. On the connection that writes.

    :param wait: ms for who reads at the moment.
    """
    connection.execute(f"PRAGMA busy_timeout = {wait}")
    try:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.execute("PRAGMA busy_timeout = 0")
    return not busy
