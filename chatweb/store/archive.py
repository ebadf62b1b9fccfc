"""Reads what is kept, on a connection that can't write. Looking a thing up is the permission check."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, Table, and_, bindparam, exists, func, or_, select

from chatweb.chat.attachment import Attachment
from chatweb.chat.errors import NotFound
from chatweb.chat.message import Broadcast, Message, Posted, Receipt
from chatweb.chat.person import Device, KnownDevice, Person, Session
from chatweb.chat.room import CHANGES_MISSED, UNREAD_COUNTED, Changes, Membership, Page, Reach, Room
from chatweb.store import lookups, rows, tables
from chatweb.store.lookups import count_members
from chatweb.store.message_ledger import PINNED
from chatweb.store.native_reader import NativeReader

_look: Table = tables.LookRow.__table__  # type: ignore[assignment]
_person: Table = tables.PersonRow.__table__  # type: ignore[assignment]
_device: Table = tables.DeviceRow.__table__  # type: ignore[assignment]
_room: Table = tables.RoomRow.__table__  # type: ignore[assignment]
_member: Table = tables.MemberRow.__table__  # type: ignore[assignment]
_message: Table = tables.MessageRow.__table__  # type: ignore[assignment]
_mark: Table = tables.MarkRow.__table__  # type: ignore[assignment]
_attachment: Table = tables.AttachmentRow.__table__  # type: ignore[assignment]
_message_attachment: Table = tables.MessageAttachmentRow.__table__  # type: ignore[assignment]
_fact: Table = tables.FactRow.__table__  # type: ignore[assignment]
_activity: Table = tables.ActivityRow.__table__  # type: ignore[assignment]

_session_by_token = (
    select(_device.c.id.label("device"), *_person.c)
    .join_from(_device, _person, _device.c.person == _person.c.id)
    .where(_device.c.token_hash == bindparam("token_hash"), _device.c.revoked_at.is_(None))
)
_unread = (
    select(_message.c.id)
    .where(
        _message.c.room == bindparam("room_id"),
        _message.c.seq > bindparam("read_seq"),
        _message.c.sender != bindparam("reader"),
        _message.c.deleted_at.is_(None),
    )
    .limit(UNREAD_COUNTED)
)
_count_unread = select(func.count()).select_from(_unread.subquery())
# Asked for each message: a statement that is made anew costs ten times what SQLite takes for it.
_is_member = exists().where(_member.c.room == _room.c.id, _member.c.person == bindparam("reader"))
_room_for = select(_room).where(_room.c.id == bindparam("room_id"), or_(_room.c.kind == "lobby", _room.c.kind == "open", _is_member))


class SqlArchive:
    """What is kept, as values."""

    def __init__(self, engine: Engine, aside: NativeReader) -> None:
        """``aside``: where a query goes that may take longer than 3 ms, so that the hub goes on."""
        self._engine = engine
        self._aside = aside

    # People

    def person(self, person: int) -> Person:
        """Somebody by id.

        :raises NotFound: when there is nobody.
        """
        row = self._one(select(_person).where(_person.c.id == person))
        if row is None:
            raise NotFound
        return rows.person(row)

    def people(self, ids: Iterable[int]) -> list[Person]:
        """Those of ``ids`` that there are."""
        return [rows.person(row) for row in self._all(select(_person).where(_person.c.id.in_(list(ids))).order_by(_person.c.id))]

    def search_people(self, query: str, *, after: int, limit: int) -> list[Person]:
        """People who hold a nickname with ``query`` in it, by id, after the id ``after``."""
        found = select(_person).where(_person.c.nickname_key.is_not(None), _person.c.id > after).order_by(_person.c.id).limit(limit)
        if query:
            found = found.where(_person.c.nickname_key.contains(query, autoescape=True))
        return [rows.person(row) for row in self._aside.all(found)]

    def person_by_key(self, key: str) -> Person | None:
        """Who holds the nickname with this key."""
        row = self._one(select(_person).where(_person.c.nickname_key == key))
        return rows.person(row) if row is not None else None

    def looks_held(self, looks: Collection[str]) -> set[str]:
        """Those of ``looks`` that a nickname has which is held."""
        return {row.look for row in self._all(select(_look.c.look).where(_look.c.look.in_(list(looks))))}

    def pin_hash(self, person: int) -> str | None:
        """The hash of somebody's PIN, where they have set one."""
        row = self._one(select(_person.c.pin_hash).where(_person.c.id == person))
        return row.pin_hash if row is not None else None

    def session(self, token_hash: str) -> Session | None:
        """The session of a device's token, while it is not revoked."""
        row = self._one(_session_by_token, {"token_hash": token_hash})
        return Session(row.device, rows.person(row)) if row is not None else None

    def banned_holder(self, token_hash: str, *, now: int) -> Person | None:
        """The banned person whose token this was."""
        of_token = select(_person).join_from(_device, _person, _device.c.person == _person.c.id).where(_device.c.token_hash == token_hash)
        row = self._one(of_token.where(_person.c.banned_until > now))
        return rows.person(row) if row is not None else None

    def session_made_at(self, session: int) -> int:
        """When a device joined, in ms since the epoch."""
        row = self._one(select(_device.c.created_at).where(_device.c.id == session))
        return int(row.created_at) if row is not None else 0

    def devices(self, person: int) -> list[KnownDevice]:
        """The devices that somebody is in with, the newest first."""
        query = select(_device).where(_device.c.person == person, _device.c.revoked_at.is_(None)).order_by(_device.c.id.desc())
        return [KnownDevice(row.id, Device(row.address, row.user_agent), row.created_at) for row in self._all(query)]

    def administrator(self) -> Person:
        """The one person that all administrators are to the chat."""
        row = self._one(select(_person).where(_person.c.role == "admin"))
        if row is None:
            raise NotFound
        return rows.person(row)

    def count_people(self) -> int:
        """How many people there are, without the administrator."""
        return self._count(select(func.count().label("counted")).select_from(_person).where(_person.c.role.is_(None)))

    # Rooms

    def lobby(self) -> Room:
        """The room of everybody."""
        with self._engine.begin() as connection:
            row = connection.execute(select(_room).where(_room.c.kind == "lobby")).one()
            return rows.room(row, members=count_members(connection, row.id))

    def room(self, room: int) -> Room:
        """A room by id, for the administrator.

        :raises NotFound: when there is none.
        """
        with self._engine.begin() as connection:
            row = connection.execute(select(_room).where(_room.c.id == room)).one_or_none()
            if row is None:
                raise NotFound
            return rows.room(row, members=2 if row.pair else count_members(connection, row.id))

    def room_for(self, person: int, room: int) -> Room:
        """A room that ``person`` may read: one that they are in, or an open one.

        :raises NotFound: when there is none, or it is hidden from them; the two are not told apart.
        """
        with self._engine.begin() as connection:
            row = connection.execute(_room_for, {"room_id": room, "reader": person}).one_or_none()
            if row is None:
                raise NotFound
            return rows.room(row, members=2 if row.pair else count_members(connection, row.id))

    def memberships(self, person: int) -> list[Membership]:
        """The rooms that somebody is in, with what they have read and not read of each."""
        return self._memberships(person, _member.c.person == person)

    def _memberships(self, person: int, which: ColumnElement[bool]) -> list[Membership]:
        mine = select(_room, _member.c.read_seq).join_from(_member, _room, _member.c.room == _room.c.id).where(which)
        with self._engine.begin() as connection:
            found = connection.execute(mine.order_by(_room.c.id)).all()
            counts = _count_members_of(connection, found)
            return [
                Membership(rows.room(row, members=counts.get(row.id, 2)), row.read_seq, _count_others(connection, row, person))
                for row in found
            ]

    def open_rooms(self, query: str, *, limit: int) -> list[Room]:
        """Open rooms with ``query`` in their name, the newest first."""
        wanted = select(_room).where(_room.c.kind == "open").order_by(_room.c.id.desc()).limit(limit)
        if query:
            wanted = wanted.where(_room.c.name.icontains(query, autoescape=True))
        found = self._aside.all(wanted)
        counts = {row.room: row.counted for row in self._aside.all(_members_of([row.id for row in found]))}
        return [rows.room(row, members=counts.get(row.id, 0)) for row in found]

    def membership(self, person: int, room: int) -> Membership:
        """One room as somebody who is in it sees it.

        :raises NotFound: when they are not in it.
        """
        found = self._memberships(person, and_(_member.c.person == person, _member.c.room == room))
        if not found:
            raise NotFound
        return found[0]

    def is_member(self, person: int, room: int) -> bool:
        """Whether somebody is in a room."""
        return self._one(select(_member.c.person).where(_member.c.room == room, _member.c.person == person)) is not None

    def members(self, room: int) -> list[int]:
        """Who is in a room, by the time that they came."""
        return [row.person for row in self._all(select(_member.c.person).where(_member.c.room == room).order_by(_member.c.joined_at))]

    def last_messages(self, rooms: Collection[int]) -> Mapping[int, Message]:
        """The newest message of each of ``rooms`` that has one."""
        newest = select(_message).join(_room, and_(_room.c.id == _message.c.room, _room.c.seq == _message.c.seq))
        return {message.room: message for message in self._messages(newest.where(_room.c.id.in_(list(rooms))))}

    def direct_partners(self, person: int) -> list[int]:
        """The other side of each direct room that somebody is in."""
        other = _member.alias()
        partners = (
            select(other.c.person)
            .join_from(_member, _room, and_(_member.c.room == _room.c.id, _room.c.kind == "direct"))
            .join(other, and_(other.c.room == _room.c.id, other.c.person != person))
            .where(_member.c.person == person)
        )
        return [row.person for row in self._all(partners)]

    # Messages

    def message(self, message: int) -> Message:
        """A message by id.

        :raises NotFound: when there is none.
        """
        found = self._messages(select(_message).where(_message.c.id == message))
        if not found:
            raise NotFound
        return found[0]

    def readable_messages(self, person: int, ids: Collection[int]) -> list[Message]:
        """Those of some messages that somebody may read and that are not deleted, newest first."""
        mine = select(_member.c.room).where(_member.c.person == person)
        readable = or_(_room.c.kind.in_(["lobby", "open"]), _room.c.id.in_(mine))
        found = select(_message).join(_room, _room.c.id == _message.c.room).where(_message.c.id.in_(list(ids)), readable)
        return self._messages(found.where(_message.c.deleted_at.is_(None)).order_by(_message.c.id.desc()))

    def posted_before(self, sender: int, client_id: str) -> Posted | None:
        """What somebody has posted under a ``client_id``."""
        with self._engine.begin() as connection:
            row = connection.execute(select(_message).where(_message.c.sender == sender, _message.c.client_id == client_id)).one_or_none()
            if row is None:
                return None
            return Posted(lookups.messages(connection, [row])[0], lookups.find_room(connection, row.room), again=True)

    def count_messages(self, *, since: int = 0) -> int:
        """How many messages were sent at or after ``since`` (ms since the epoch)."""
        counted = select(func.count().label("counted")).select_from(_message)
        return self._count(counted.where(_message.c.sent_at >= since) if since else counted)

    def history(self, room: int, *, before: int | None, after: int | None, around: int | None, limit: int) -> Page:
        """A page of a room by ``seq``: the newest, or those before, after or around one. Newest last."""
        if around is not None:
            older = self.history(room, before=around, after=None, around=None, limit=limit // 2)
            newer = self.history(room, before=None, after=around - 1, around=None, limit=limit - limit // 2)
            return Page(older.messages + newer.messages, older.more or newer.more)
        wanted = select(_message).where(_message.c.room == room)
        if after is not None:
            wanted = wanted.where(_message.c.seq > after).order_by(_message.c.seq)
        else:
            wanted = wanted.order_by(_message.c.seq.desc())
            wanted = wanted.where(_message.c.seq < before) if before is not None else wanted
        found = self._messages(wanted.limit(limit + 1))
        page = found[:limit] if after is not None else found[:limit][::-1]
        return Page(tuple(page), more=len(found) > limit)

    def changes(self, room: Room, *, after: int, limit: int) -> Changes:
        """What changed in ``room`` after the revision ``after``, each message once in its newest form, oldest first."""
        if after > room.revision or room.revision - after > CHANGES_MISSED:
            return Changes((), room.revision, reset=True)
        wanted = (
            select(_message).where(_message.c.room == room.id, _message.c.revision > after).order_by(_message.c.revision).limit(limit + 1)
        )
        found = self._messages(wanted)
        if len(found) > limit:
            return Changes(tuple(found[:limit]), found[limit - 1].revision, more=True)
        return Changes(tuple(found), found[-1].revision if found else after)

    def receipts(self, message: Message) -> list[Receipt]:
        """When a message reached each other member of its room, and when they read it, as far as that was noted."""
        noted = (
            select(_mark.c.person, _mark.c.kind, func.min(_mark.c.at).label("at"))
            .where(_mark.c.room == message.room, _mark.c.seq >= message.seq, _mark.c.person != message.sender.id)
            # Who came later has been told of older messages in one go, and read none of them when it was sent.
            .where(
                exists().where(_member.c.room == _mark.c.room, _member.c.person == _mark.c.person, _member.c.joined_at <= message.sent_at)
            )
            .group_by(_mark.c.person, _mark.c.kind)
        )
        times: dict[int, dict[str, int]] = {}
        for row in self._aside.all(noted):
            times.setdefault(row.person, {})[row.kind] = row.at
        return [Receipt(person, known.get("received"), known.get("read")) for person, known in sorted(times.items())]

    def reaches(self, room: int) -> list[Reach]:
        """How far each member has received and read a room."""
        query = (
            select(_member.c.person, _member.c.received_seq, _member.c.read_seq).where(_member.c.room == room).order_by(_member.c.person)
        )
        return [Reach(row.person, row.received_seq, row.read_seq) for row in self._all(query)]

    # Files

    def attachment(self, attachment: int) -> Attachment:
        """A file by id.

        :raises NotFound: when there is none.
        """
        row = self._one(select(_attachment).where(_attachment.c.id == attachment))
        if row is None:
            raise NotFound
        return rows.attachment(row)

    def attachment_for(self, person: int, attachment: int) -> Attachment:
        """A file that ``person`` may fetch: their own, one with a message that they may read, or somebody's photo.

        :raises NotFound: when there is none, or it is hidden from them; the two are not told apart.
        """
        member = exists().where(_member.c.room == _room.c.id, _member.c.person == person)
        with_message = (
            exists()
            .where(_message_attachment.c.attachment == _attachment.c.id)
            .where(_message.c.id == _message_attachment.c.message, _message.c.deleted_at.is_(None))
            .where(_room.c.id == _message.c.room, or_(_room.c.kind.in_(["lobby", "open"]), member))
        )
        photo = exists().where(_person.c.avatar == _attachment.c.id)
        row = self._one(
            select(_attachment).where(_attachment.c.id == attachment, or_(_attachment.c.uploader == person, with_message, photo))
        )
        if row is None:
            raise NotFound
        return rows.attachment(row)

    def sent_bytes(self) -> dict[int, int]:
        """How many bytes of files each person has here; a whole table is read, so at the start only."""
        counted = select(_attachment.c.uploader, func.sum(_attachment.c.size).label("size")).group_by(_attachment.c.uploader)
        return {row.uploader: int(row.size) for row in self._all(counted)}

    # Facts

    def fact(self, name: str) -> str | None:
        """A fact of the whole instance."""
        row = self._one(select(_fact.c.value).where(_fact.c.name == name))
        return row.value if row is not None else None

    def pinned(self) -> Broadcast | None:
        """The broadcast on top, whether its time is over or not."""
        fact = self.fact(PINNED)
        if fact is None:
            return None
        pinned = json.loads(fact)
        return Broadcast(self.message(pinned["message"]), pinned["until"])

    def _messages(self, query: Select[Any]) -> list[Message]:
        with self._engine.begin() as connection:
            return lookups.messages(connection, connection.execute(query).all())

    def _one(self, query: Select[Any], values: dict[str, object] | None = None) -> Any:
        with self._engine.begin() as connection:
            return connection.execute(query, values or {}).one_or_none()

    def _all(self, query: Select[Any]) -> Any:
        with self._engine.begin() as connection:
            return connection.execute(query).all()

    def _count(self, query: Select[Any]) -> int:
        return int(self._aside.all(query)[0].counted)


def _members_of(rooms: list[int]) -> Select[Any]:
    """The query for how many people are in each of ``rooms``."""
    return select(_member.c.room, func.count().label("counted")).where(_member.c.room.in_(rooms)).group_by(_member.c.room)


def _count_members_of(connection: Connection, found: Iterable[Any]) -> dict[int, int]:
    """In the lobby is everybody who was ever here: there counting stops somewhere."""
    counts = {row.id: count_members(connection, row.id) for row in found if row.kind == "lobby"}
    others = _members_of([row.id for row in found if not row.pair and row.kind != "lobby"])
    return {**counts, **{row.room: row.counted for row in connection.execute(others)}}


def _count_others(connection: Connection, row: Any, person: int) -> int:
    if row.read_seq >= row.seq:
        return 0
    return connection.scalar(_count_unread, {"room_id": row.id, "read_seq": row.read_seq, "reader": person}) or 0
