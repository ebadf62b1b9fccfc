"""Finds messages, off the hub: by the index, and what it has not taken in yet by reading. What is kept decides what is told."""

import json
import logging
import sqlite3
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chatweb.chat.errors import Overloaded
from chatweb.chat.query import PART, fold, matches
from chatweb.offload import NativeThread, sleep, spawn
from chatweb.store.connections import open_to_read
from chatweb.store.search_index import SearchIndex

logger = logging.getLogger(__name__)

PAUSE = 0.3  # seconds between two looks at what has changed
BREATH = 0.02  # seconds between two steps while there is much to take in
FAULT_PAUSE = 5.0  # seconds
QUEUE = 50  # searches that may wait; further ones are refused with `overloaded`
PATIENCE = 3.0  # seconds that a search may take
CHUNK = 200  # messages that are looked at together
LOOKED_AT = 10_000  # messages that the index may name for one search
TAIL = 5_000  # messages that are read for one search, as the index does not have them yet
OPERATIONS = 10_000  # of SQLite between two looks at the clock

_OF_KIND = "EXISTS (SELECT 1 FROM message_attachment JOIN attachment ON attachment.id = attachment WHERE message = m.id AND {})"
KINDS = {
    "text": "NOT EXISTS (SELECT 1 FROM message_attachment WHERE message = m.id)",
    "image": _OF_KIND.format("media_type LIKE 'image/%'"),
    "voice": _OF_KIND.format("media_type LIKE 'audio/%'"),
    "video": _OF_KIND.format("media_type LIKE 'video/%'"),
    "file": _OF_KIND.format("media_type NOT LIKE 'image/%' AND media_type NOT LIKE 'audio/%' AND media_type NOT LIKE 'video/%'"),
}
_READABLE = "SELECT id FROM room WHERE kind IN ('lobby', 'open') OR id IN (SELECT member.room FROM member WHERE person = :reader)"
_NAMES = "(SELECT group_concat(name, char(10)) FROM message_attachment JOIN attachment ON attachment.id = attachment WHERE message = m.id)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody looks for: words as ``chat.query.fold`` makes them; ids; ``kind`` is one of ``KINDS``. Absent is all."""

    reader: int
    words: tuple[str, ...] = ()
    room: int | None = None
    person: int | None = None
    kind: str | None = None
    before: int | None = None
    limit: int = 20


class Search:
    """The search: one native thread that writes the index, one that reads."""

    def __init__(self, database: Path, index: Path) -> None:
        self._writing = NativeThread()
        self._reading = NativeThread(queue=QUEUE)
        self._index = SearchIndex(database, index)
        self._finder = Finder(database, index)
        self._anew = False
        self._closed = False

    def begin(self) -> None:
        """Follow what changes, from now on."""
        spawn(self._run)

    def find(self, wanted: Wanted) -> tuple[list[int], bool]:
        """The ids of the messages that are wanted, newest first, and whether there are more.

        :raises Overloaded: when too many search, or this takes too long.
        """
        found: tuple[list[int], bool, bool] = self._reading(self._finder.find, wanted, self._index.generation)
        self._anew = self._anew or found[2]
        return found[0], found[1]

    def follow(self) -> bool:
        """Take in some of what has changed; whether there is more."""
        anew, self._anew = self._anew, False
        if anew:
            logger.warning("The index of the search is damaged: it is made anew")
        return self._writing(self._step, anew)

    def close(self) -> None:
        """Let the files go."""
        self._closed = True
        self._writing(self._index.close)
        self._reading(self._finder.close)

    def _step(self, anew: bool) -> bool:  # noqa: FBT001 - handed to a thread
        return self._index.step(anew=anew)

    def _run(self) -> None:
        while not self._closed:
            try:
                pause = BREATH if self.follow() else PAUSE
            except Exception:  # the loop outlives a fault of one step: a search reads what is missing here
                logger.exception("The index of the search could not be written")
                pause = FAULT_PAUSE
            sleep(pause)


@dataclass(slots=True)
class Finder:
    """Reads both files. Every method runs in one native thread."""

    database: Path
    index: Path
    _kept: sqlite3.Connection | None = None
    _indexed: sqlite3.Connection | None = None
    _generation: int = -1
    _deadline: float = field(default=0.0)

    def find(self, wanted: Wanted, generation: int) -> tuple[list[int], bool, bool]:
        """Ids, whether there are more, and whether the index is damaged."""
        self._deadline = time.monotonic() + PATIENCE
        damaged = False
        if self._kept is None:
            self._kept = self._watched(open_to_read(self.database))
        try:
            if not wanted.words:
                return *_page(self._all(self._kept, wanted), wanted.limit), False
            named: list[int] = []
            cursors: dict[int, int] = {}
            try:
                if indexed := self._open_index(generation):
                    cursors = dict(indexed.execute("SELECT room, revision FROM cursor"))
                    named = self._by_index(self._kept, indexed, wanted)
            except sqlite3.DatabaseError as error:
                if "interrupted" in str(error):
                    raise
                cursors, named, damaged = {}, [], True
            return *_page(named + self._by_reading(self._kept, wanted, cursors), wanted.limit), damaged
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                raise Overloaded(retry_after=5) from error
            raise

    def close(self) -> None:
        """Let the files go."""
        for connection in (self._kept, self._indexed):
            if connection is not None:
                connection.close()
        self._kept = self._indexed = None

    def _open_index(self, generation: int) -> sqlite3.Connection | None:
        if self._indexed is not None and generation != self._generation:
            self._indexed.close()
            self._indexed = None
        if self._indexed is None and self.index.exists():
            uri = f"{self.index.absolute().as_uri()}?mode=ro"
            self._indexed = self._watched(sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False))
        self._generation = generation
        return self._indexed

    def _watched(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        connection.set_progress_handler(lambda: time.monotonic() > self._deadline, OPERATIONS)
        return connection

    def _by_index(self, kept: sqlite3.Connection, indexed: sqlite3.Connection, wanted: Wanted) -> list[int]:
        rooms = json.dumps(_rooms(kept, wanted))
        found: list[int] = []
        before = wanted.before or 2**63 - 1
        for _ in range(LOOKED_AT // CHUNK):
            statement, values = _index_query(wanted, rooms, before)
            named = [row[0] for row in indexed.execute(statement, values)]
            found += _told(kept, wanted, "m.id IN (SELECT value FROM json_each(:ids))", ids=json.dumps(named))
            if len(named) < CHUNK or len(found) > wanted.limit:
                break
            before = named[-1]
        return found

    def _by_reading(self, kept: sqlite3.Connection, wanted: Wanted, cursors: dict[int, int]) -> list[int]:
        """What the index has not taken in yet; at most the newest 5,000 messages."""
        found: list[int] = []
        left = TAIL
        rooms = set(_rooms(kept, wanted))
        for room, revision in kept.execute("SELECT id, revision FROM room").fetchall():
            cursor = cursors.get(room, 0)
            if room in rooms and revision > cursor and left > 0:
                after = max(cursor, revision - left)
                left -= revision - after
                found += _told(kept, wanted, "m.room = :of AND m.revision > :after", of=room, after=after)
        return found

    def _all(self, kept: sqlite3.Connection, wanted: Wanted) -> list[int]:
        return _told(kept, wanted, "m.room IN (SELECT value FROM json_each(:rooms))", rooms=json.dumps(_rooms(kept, wanted)))


def _rooms(kept: sqlite3.Connection, wanted: Wanted) -> list[int]:
    readable = [row[0] for row in kept.execute(_READABLE, {"reader": wanted.reader})]
    return [room for room in readable if wanted.room in {None, room}]


def _index_query(wanted: Wanted, rooms: str, before: int) -> tuple[str, list[Any]]:
    """Long words by their parts; where there are short ones alone, by the beginnings of words; else all, newest first."""
    long = [_quoted(word) for word in wanted.words if len(word) >= PART]
    short = [f"{_quoted(word)} *" for word in wanted.words if len(word) < PART and word.isalnum()]
    conditions, values = ["doc.id < ?", "doc.room IN (SELECT value FROM json_each(?))"], [before, rooms]
    source = "doc"
    if long or short:
        table = "part" if long else "word"
        source = f"{table} JOIN doc ON doc.id = {table}.rowid"
        conditions = [f"{table} MATCH ?", f"{table}.rowid < ?", conditions[1]]
        values = [" AND ".join(long or short), *values]
    if wanted.person is not None:
        conditions.append("doc.sender = ?")
        values.append(wanted.person)
    order = source.split()[0] + (".rowid" if source != "doc" else ".id")
    statement = f"SELECT doc.id FROM {source} WHERE {' AND '.join(conditions)} ORDER BY {order} DESC LIMIT {CHUNK}"  # noqa: S608
    return statement, values


def _quoted(word: str) -> str:
    """As FTS5 takes any text as text: everything else of its language raises."""
    return '"' + word.replace('"', '""') + '"'


def _told(kept: sqlite3.Connection, wanted: Wanted, which: str, **values: object) -> list[int]:
    """Those of some messages that this reader may read now, and that say now what is looked for; newest first."""
    conditions = [which, "m.deleted_at IS NULL", "m.kind <> 'event'", f"m.room IN ({_READABLE})"]
    if wanted.room is not None:
        conditions.append("m.room = :room")
    if wanted.person is not None:
        conditions.append("m.sender = :person")
    if wanted.before is not None:
        conditions.append("m.id < :before")
    if wanted.kind is not None:
        conditions.append(KINDS[wanted.kind])
    names = _NAMES if wanted.words else "NULL"
    statement = f"SELECT m.id, m.body, {names} FROM message m WHERE {' AND '.join(conditions)} ORDER BY m.id DESC"  # noqa: S608
    given = {"reader": wanted.reader, "room": wanted.room, "person": wanted.person, "before": wanted.before, **values}
    return list(_first(_matching(kept.execute(statement, given), wanted), wanted.limit + 1))


def _matching(rows: Iterable[Any], wanted: Wanted) -> Iterator[int]:
    for message, body, names in rows:
        if not wanted.words or matches(fold(f"{body}\n{names or ''}"), wanted.words):
            yield message


def _first(found: Iterator[int], count: int) -> Iterator[int]:
    for _, one in zip(range(count), found, strict=False):
        yield one


def _page(found: list[int], limit: int) -> tuple[list[int], bool]:
    ordered = sorted(set(found), reverse=True)
    return ordered[:limit], len(ordered) > limit
