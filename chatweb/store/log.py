"""What the administrator reads: the log of all messages, and the activity."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, Table, exists, func, select

from chatweb.chat.activity import Activity
from chatweb.chat.message import Message
from chatweb.chat.room import RoomKind, Scope
from chatweb.store import lookups, rows, tables
from chatweb.store.native_reader import NativeReader

PAGE = 200  # lines that are read at once for an export: some 5 ms of the hub

_person: Table = tables.PersonRow.__table__  # type: ignore[assignment]
_room: Table = tables.RoomRow.__table__  # type: ignore[assignment]
_member: Table = tables.MemberRow.__table__  # type: ignore[assignment]
_message: Table = tables.MessageRow.__table__  # type: ignore[assignment]
_activity: Table = tables.ActivityRow.__table__  # type: ignore[assignment]
_device: Table = tables.DeviceRow.__table__  # type: ignore[assignment]
_attachment: Table = tables.AttachmentRow.__table__  # type: ignore[assignment]
_version: Table = tables.VersionRow.__table__  # type: ignore[assignment]
_message_attachment: Table = tables.MessageAttachmentRow.__table__  # type: ignore[assignment]

_entry = select(_message, _room.c.kind.label("room_kind"), _room.c.name.label("room_name"), _room.c.pair).join_from(
    _message, _room, _message.c.room == _room.c.id
)
_FAMILIES = {"image": "image/%", "voice": "audio/%", "video": "video/%"}


@dataclass(frozen=True, slots=True)
class Version:
    """What a message said until it was edited (ms since the epoch)."""

    body: str
    until: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log. ``to`` is the room's name; for a direct room, the other person's nickname."""

    message: Message
    scope: Scope
    room_kind: RoomKind
    to: str
    versions: tuple[Version, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which messages of the log are wanted; absent is all. Times are ms since the epoch; ``before`` and ``after`` are ids."""

    text: str = ""
    person: int | None = None
    room: int | None = None
    scope: Scope | None = None
    kind: str | None = None
    since: int | None = None
    until: int | None = None
    before: int | None = None
    after: int | None = None


class Log:
    """The log; what a sender has deleted still stands in it."""

    def __init__(self, reader: NativeReader) -> None:
        self._reader = reader

    def messages(self, wanted: Filter, *, limit: int) -> tuple[list[Entry], int | None]:
        """A page of the log, newest first, and where the next one begins (None: nowhere)."""
        found = self._reader.all(_filtered(wanted).order_by(_message.c.id.desc()).limit(limit + 1))
        entries = self._entries(found[:limit])
        return entries, entries[-1].message.id if len(found) > limit else None

    def all(self, wanted: Filter) -> Iterator[list[Entry]]:
        """All that is wanted up to now, oldest first, a page at a time, each in a transaction of its own.

        A long one would keep the write-ahead log from being folded in.
        """
        newest = self._reader.all(select(func.max(_message.c.id).label("id")))[0].id or 0
        wanted = replace(wanted, before=min(wanted.before or newest + 1, newest + 1))
        while True:
            found = self._reader.all(_filtered(wanted).order_by(_message.c.id).limit(PAGE))
            if not found:
                return
            yield self._entries(found)
            wanted = replace(wanted, after=found[-1].id)

    def activity(self, *, before: int | None, limit: int) -> tuple[list[Activity], int | None]:
        """A page of what happened, newest first, and where the next one begins (None: nowhere)."""
        query = select(_activity).order_by(_activity.c.id.desc()).limit(limit + 1)
        found = [rows.activity(row) for row in self._reader.all(query.where(_activity.c.id < before) if before else query)]
        return found[:limit], found[limit - 1].id if len(found) > limit else None

    def rooms(self, text: str, *, limit: int) -> list[tuple[int, RoomKind, str]]:
        """Id, kind and name of the rooms with ``text`` in their name, by name; talks of two have none."""
        query = select(_room.c.id, _room.c.kind, _room.c.name).where(_room.c.kind != "direct", _room.c.name.contains(text, autoescape=True))
        return [(row.id, row.kind, row.name) for row in self._reader.all(query.order_by(_room.c.name, _room.c.id).limit(limit))]

    def user_agents(self, people: Iterable[int]) -> dict[int, tuple[str, str]]:
        """For each of ``people`` the address and the User-Agent of their newest device."""
        query = select(_device.c.person, _device.c.address, _device.c.user_agent).where(_device.c.person.in_(list(people)))
        return {row.person: (row.address, row.user_agent) for row in self._reader.all(query.order_by(_device.c.id))}

    def _entries(self, found: list[Any]) -> list[Entry]:
        others = {row.id: _other(row) for row in found if row.pair}
        people = select(_person.c.id, _person.c.nickname).where(_person.c.id.in_(set(others.values())))
        names = {row.id: row.nickname for row in self._reader.all(people)} if others else {}
        files = lookups.attachments(self._reader.all(lookups.attachments_of([row.id for row in found])) if found else ())
        versions = self._versions([row.id for row in found if row.edited_at])
        return [
            Entry(
                rows.message(row, attachments=files.get(row.id, ()), whole=True),
                _scope(row),
                row.room_kind,
                names.get(others[row.id], "") if row.pair else row.room_name,
                versions.get(row.id, ()),
            )
            for row in found
        ]

    def _versions(self, messages: list[int]) -> dict[int, tuple[Version, ...]]:
        query = select(_version).where(_version.c.message.in_(messages)).order_by(_version.c.id)
        known: dict[int, tuple[Version, ...]] = {}
        for row in self._reader.all(query) if messages else ():
            known[row.message] = (*known.get(row.message, ()), Version(row.body, row.until))
        return known


def _filtered(wanted: Filter) -> Select[Any]:
    query = _entry
    if wanted.text:
        query = query.where(_message.c.body.contains(wanted.text, autoescape=True) | _message.c.id.in_(_with_file(wanted.text)))
    if wanted.person is not None:
        direct = (
            select(_member.c.room)
            .join(_room, _room.c.id == _member.c.room)
            .where(_member.c.person == wanted.person, _room.c.kind == "direct")
        )
        query = query.where((_message.c.sender == wanted.person) | _message.c.room.in_(direct))
    if wanted.room is not None:
        query = query.where(_message.c.room == wanted.room)
    if wanted.kind is not None:
        query = query.where(_of_kind(wanted.kind))
    if wanted.since is not None:
        query = query.where(_message.c.sent_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(_message.c.sent_at < wanted.until)
    if wanted.before is not None:
        query = query.where(_message.c.id < wanted.before)
    if wanted.after is not None:
        query = query.where(_message.c.id > wanted.after)
    return query.where(_of_scope(wanted.scope)) if wanted.scope else query


def _with_file(text: str) -> Select[Any]:
    """The ids of messages with a file that has ``text`` in its name."""
    named = _attachment.c.name.contains(text, autoescape=True)
    return select(_message_attachment.c.message).join(_attachment, _attachment.c.id == _message_attachment.c.attachment).where(named)


def _of_kind(kind: str) -> Any:
    """Text is what has no file; file is what is no picture, voice or video."""
    if kind == "event":
        return _message.c.kind == "event"
    files = exists().where(_message_attachment.c.message == _message.c.id)
    if kind == "text":
        return (_message.c.kind != "event") & ~files
    of_file = files.where(_attachment.c.id == _message_attachment.c.attachment)
    if kind in _FAMILIES:
        return of_file.where(_attachment.c.media_type.like(_FAMILIES[kind]))
    return of_file.where(*[_attachment.c.media_type.not_like(family) for family in _FAMILIES.values()])


def _of_scope(scope: Scope) -> Any:
    if scope == "broadcast":
        return _message.c.kind == "broadcast"
    kinds = ["lobby", "open"] if scope == "public" else ["private", "direct"]
    return (_message.c.kind != "broadcast") & _room.c.kind.in_(kinds)


def _scope(row: Any) -> Scope:
    if row.kind == "broadcast":
        return "broadcast"
    return "public" if row.room_kind in {"lobby", "open"} else "private"


def _other(row: Any) -> int:
    one, other = (int(person) for person in row.pair.split("-"))
    return other if row.sender == one else one
