"""Looks whether what is kept is whole: the database, the numbers of its rooms, the search, and every file. It only reads."""

import hashlib
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from chatweb.store.backup import Place, reading, sweeper_waits
from chatweb.store.sweeper import GRACE, ROUND

LISTED = 100  # findings of one kind at most
PIECE = 1024 * 1024  # bytes
_NAME = re.compile(r"[0-9a-f]{64}")

_HOLES = """
SELECT room.id, room.seq, room.revision, count(message.id), coalesce(max(message.seq), 0), coalesce(max(message.revision), 0)
FROM room LEFT JOIN message ON message.room = room.id GROUP BY room.id
HAVING count(message.id) <> room.seq OR coalesce(max(message.seq), 0) <> room.seq
    OR coalesce(max(message.revision), 0) <> room.revision OR coalesce(min(message.seq), 1) < 1
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it must be; ``kind`` for programs, ``detail`` one sentence."""

    kind: str
    detail: str


def look(at: Place, search: Path) -> list[Finding]:
    """All that is found."""
    with sweeper_waits(at.uploads), closing(reading(at.database)) as connection:
        connection.execute("BEGIN")
        try:
            found = [*_database(connection), *_rooms(connection)]
            rows = {row[0]: row[1] for row in connection.execute("SELECT sha256, size FROM attachment")}
        except sqlite3.Error as error:
            return [Finding("database", f"{at.database}: {error}.")]
        return [*found, *_search(search), *_files(at, rows)]


def _database(connection: sqlite3.Connection) -> Iterator[Finding]:
    for (said,) in connection.execute(f"PRAGMA integrity_check({LISTED})"):
        if said != "ok":
            yield Finding("database", str(said))
    for table, row, other, _ in connection.execute("PRAGMA foreign_key_check").fetchmany(LISTED):
        yield Finding("reference", f"{table} {row} points at a row of {other} that is not there.")


def _rooms(connection: sqlite3.Connection) -> Iterator[Finding]:
    for room, seq, revision, count, last, newest in connection.execute(_HOLES).fetchmany(LISTED):
        yield Finding("room", f"Room {room} counts {seq} messages and revision {revision}, but has {count}, up to {last} and {newest}.")


def _search(path: Path) -> Iterator[Finding]:
    """Asking the index about itself is a write, so a copy is asked, which is gone after; the file itself is what a search reads."""
    if not path.exists():
        return
    try:
        with closing(reading(path)) as connection, closing(sqlite3.connect("", isolation_level=None)) as copy:
            said = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if said != "ok":
                raise sqlite3.DatabaseError(said)
            connection.backup(copy)
            for (table,) in copy.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'").fetchall():
                copy.execute(f"INSERT INTO {table}({table}, rank) VALUES ('integrity-check', 1)")  # noqa: S608 - our own names
    except sqlite3.Error as error:
        yield Finding("search", f"{path} is damaged ({error}); stop chatweb and delete it: it is made anew at the next start.")


def _files(at: Place, rows: dict[str, int]) -> Iterator[Finding]:
    for sha256, size in sorted(rows.items()):
        path = at.file(sha256)
        if not path.exists():
            yield Finding("file_missing", f"{path} is not there.")
        elif path.stat().st_size != size or _hash(path) != sha256:
            yield Finding("file_damaged", f"{path} is not what was sent.")
    settled = time.time() - GRACE - 2 * ROUND  # what is younger may still get its row, or be the sweeper's
    for path in sorted(at.uploads.glob("??/*")):
        if _NAME.fullmatch(path.name) and path.name not in rows and path.stat().st_mtime < settled:
            yield Finding("file_unknown", f"{path} belongs to nothing.")


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()
