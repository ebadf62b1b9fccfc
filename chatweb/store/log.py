"""What the administrator reads: the log of all messages, and the activity."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Select, Table, select

from chatweb.chat.activity import Activity
from chatweb.chat.message import Message
from chatweb.chat.room import RoomKind, Scope
from chatweb.store import rows, tables

_person: Table = tables.PersonRow.__table__  # type: ignore[assignment]
_room: Table = tables.RoomRow.__table__  # type: ignore[assignment]
_member: Table = tables.MemberRow.__table__  # type: ignore[assignment]
_message: Table = tables.MessageRow.__table__  # type: ignore[assignment]
_activity: Table = tables.ActivityRow.__table__  # type: ignore[assignment]
_device: Table = tables.DeviceRow.__table__  # type: ignore[assignment]

_entry = select(_message, _room.c.kind.label("room_kind"), _room.c.name.label("room_name"), _room.c.pair).join_from(
    _message, _room, _message.c.room == _room.c.id
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log. ``to`` is the room's name; for a direct room, the other person's nickname."""

    message: Message
    scope: Scope
    room_kind: RoomKind
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which messages of the log are wanted; absent is all. Times are ms since the epoch; ``before`` is an id."""

    text: str = ""
    person: int | None = None
    room: int | None = None
    scope: Scope | None = None
    kind: str | None = None
    since: int | None = None
    until: int | None = None
    before: int | None = None


class Log:
    """The log, newest first."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def messages(self, wanted: Filter, *, limit: int) -> tuple[list[Entry], int | None]:
        """A page of the log, and where the next one begins (None: nowhere)."""
        found = self._all(_filtered(wanted).order_by(_message.c.id.desc()).limit(limit + 1))
        entries = self._entries(found[:limit])
        return entries, entries[-1].message.id if len(found) > limit else None

    def entry(self, message: int) -> Entry:
        """The line of one message."""
        return self._entries(self._all(_entry.where(_message.c.id == message)))[0]

    def activity(self, *, before: int | None, limit: int) -> tuple[list[Activity], int | None]:
        """A page of what happened, newest first, and where the next one begins (None: nowhere)."""
        query = select(_activity).order_by(_activity.c.id.desc()).limit(limit + 1)
        found = [rows.activity(row) for row in self._all(query.where(_activity.c.id < before) if before else query)]
        return found[:limit], found[limit - 1].id if len(found) > limit else None

    def user_agents(self, people: Iterable[int]) -> dict[int, tuple[str, str]]:
        """For each of ``people`` the address and the User-Agent of their newest device."""
        query = select(_device.c.person, _device.c.address, _device.c.user_agent).where(_device.c.person.in_(list(people)))
        return {row.person: (row.address, row.user_agent) for row in self._all(query.order_by(_device.c.id))}

    def _entries(self, found: Iterable[Any]) -> list[Entry]:
        found = list(found)
        others = {row.id: _other(row) for row in found if row.pair}
        names = {
            row.id: row.nickname
            for row in self._all(select(_person.c.id, _person.c.nickname).where(_person.c.id.in_(set(others.values()))))
        }
        return [
            Entry(rows.message(row), _scope(row), row.room_kind, names.get(others[row.id], "") if row.pair else row.room_name)
            for row in found
        ]

    def _all(self, query: Select[Any]) -> Any:
        with self._engine.begin() as connection:
            return connection.execute(query).all()


def _filtered(wanted: Filter) -> Select[Any]:
    query = _entry
    if wanted.text:
        query = query.where(_message.c.body.contains(wanted.text, autoescape=True))
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
        query = query.where(_message.c.kind.in_(["text", "broadcast"]) if wanted.kind == "text" else _message.c.kind == wanted.kind)
    if wanted.since is not None:
        query = query.where(_message.c.sent_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(_message.c.sent_at < wanted.until)
    if wanted.before is not None:
        query = query.where(_message.c.id < wanted.before)
    return query.where(_of_scope(wanted.scope)) if wanted.scope else query


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
