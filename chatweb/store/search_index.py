"""The index of the search: a file of its own that can be thrown away, written after the commit by one native thread.

It follows the ``revision`` of each room; how far it came is committed with what it took in, so nothing is lost or taken
in twice, whatever happens. FTS in the transaction of a message would cost 160 µs of the hub, and up to 238 ms at times.
"""

import sqlite3
from contextlib import suppress
from pathlib import Path

from chatweb.chat.query import fold
from chatweb.store.connections import open_to_read

VERSION = 1  # of the tables below; another one is made anew
PAGE = 500  # messages of one step
_ENDINGS = ("", "-wal", "-shm", "-journal")

_TABLES = """
CREATE TABLE epoch (value TEXT NOT NULL);
INSERT INTO epoch VALUES ('');
CREATE TABLE cursor (room INTEGER PRIMARY KEY, revision INTEGER NOT NULL);
CREATE TABLE doc (id INTEGER PRIMARY KEY, room INTEGER NOT NULL, sender INTEGER NOT NULL, text TEXT NOT NULL);
CREATE VIRTUAL TABLE part USING fts5(text, content='doc', content_rowid='id', tokenize='trigram case_sensitive 1');
CREATE VIRTUAL TABLE word USING fts5(text, content='doc', content_rowid='id', tokenize='unicode61 remove_diacritics 0',
    prefix='1 2', detail=none, columnsize=0);
"""
_CHANGED = """
SELECT message.id, room, sender, revision, body, kind <> 'event' AND deleted_at IS NULL AS shown,
    (SELECT group_concat(name, char(10)) FROM message_attachment JOIN attachment ON attachment.id = attachment
     WHERE message_attachment.message = message.id) AS names
FROM message WHERE room = ? AND revision > ? ORDER BY revision LIMIT ?
"""


class SearchIndex:
    """Writes the index. Every method runs in one native thread."""

    def __init__(self, database: Path, path: Path) -> None:
        self._database = database
        self._path = path
        self._kept: sqlite3.Connection | None = None
        self._index: sqlite3.Connection | None = None
        self._seen = -1
        self.generation = 0

    def step(self, *, anew: bool) -> bool:
        """Take in some of what has changed; whether there is more. Damaged, or of another chat, it is made anew."""
        if anew:
            self._throw_away()
        try:
            return self._step()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and "malformed" not in str(error):
                raise
            self._throw_away()
            return True

    def close(self) -> None:
        """Let the files go."""
        for connection in (self._kept, self._index):
            if connection is not None:
                connection.close()
        self._kept = self._index = None

    def _step(self) -> bool:
        if self._kept is None:
            self._kept = open_to_read(self._database)
        if self._index is None:
            self._index = self._open()
            self._seen = -1
        changed = self._kept.execute("PRAGMA data_version").fetchone()[0]
        if changed == self._seen:
            return False
        more = self._take_in(self._kept, self._index)
        self._seen = self._seen if more else changed
        return more

    def _open(self) -> sqlite3.Connection:
        fresh = not self._path.exists()
        index = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        try:
            for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "secure_delete = ON", "mmap_size = 0"):
                index.execute(f"PRAGMA {pragma}")
            version = index.execute("PRAGMA user_version").fetchone()[0]
            if not fresh and (version != VERSION or index.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok"):
                raise sqlite3.DatabaseError("of another version, or damaged")
            if fresh:
                index.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {VERSION}; COMMIT")
        except BaseException:
            index.close()
            raise
        return index

    def _throw_away(self) -> None:
        self.close()
        self.generation += 1
        for ending in _ENDINGS:
            with suppress(FileNotFoundError):
                self._path.with_name(self._path.name + ending).unlink()

    def _take_in(self, kept: sqlite3.Connection, index: sqlite3.Connection) -> bool:
        kept.execute("BEGIN")
        try:
            self._check_epoch(kept, index)
            known = dict(index.execute("SELECT room, revision FROM cursor"))
            left = PAGE
            for room, revision in kept.execute("SELECT id, revision FROM room").fetchall():
                if revision < known.get(room, 0):
                    raise sqlite3.DatabaseError("ahead of what is kept")
                if revision > known.get(room, 0) and left > 0:
                    left -= self._take_room(kept, index, room, known.get(room, 0), revision, left)
            return left <= 0
        finally:
            kept.execute("ROLLBACK")

    def _check_epoch(self, kept: sqlite3.Connection, index: sqlite3.Connection) -> None:
        epoch = kept.execute("SELECT value FROM fact WHERE name = 'epoch'").fetchone()[0]
        indexed = index.execute("SELECT value FROM epoch").fetchone()[0]
        if indexed and indexed != epoch:
            raise sqlite3.DatabaseError("of another chat")
        if not indexed:
            index.execute("UPDATE epoch SET value = ?", (epoch,))

    def _take_room(self, kept: sqlite3.Connection, index: sqlite3.Connection, room: int, after: int, revision: int, limit: int) -> int:
        rows = kept.execute(_CHANGED, (room, after, limit)).fetchall()
        index.execute("BEGIN IMMEDIATE")
        try:
            for message, _, sender, _, body, shown, names in rows:
                _put(index, message, room, sender, fold(f"{body}\n{names or ''}") if shown else None)
            reached = rows[-1][3] if len(rows) == limit else revision
            index.execute("INSERT OR REPLACE INTO cursor VALUES (?, ?)", (room, reached))
            index.execute("COMMIT")
        except BaseException:
            if index.in_transaction:
                index.execute("ROLLBACK")
            raise
        return len(rows)


def _put(index: sqlite3.Connection, message: int, room: int, sender: int, text: str | None) -> None:
    old = index.execute("SELECT text FROM doc WHERE id = ?", (message,)).fetchone()
    if old is not None:
        for table in ("part", "word"):
            index.execute(f"INSERT INTO {table}({table}, rowid, text) VALUES ('delete', ?, ?)", (message, old[0]))  # noqa: S608
        index.execute("DELETE FROM doc WHERE id = ?", (message,))
    if text:
        index.execute("INSERT INTO doc VALUES (?, ?, ?, ?)", (message, room, sender, text))
        for table in ("part", "word"):
            index.execute(f"INSERT INTO {table}(rowid, text) VALUES (?, ?)", (message, text))  # noqa: S608
