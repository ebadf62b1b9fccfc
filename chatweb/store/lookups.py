"""What several changes look up or add on the way, on the connection that writes."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, bindparam, func, insert, select, update

from chatweb.chat.attachment import Attachment
from chatweb.chat.errors import NotFound
from chatweb.chat.message import Message, Reaction
from chatweb.chat.person import Person
from chatweb.chat.room import Room
from chatweb.store import rows, tables

_person: Table = tables.PersonRow.__table__  # type: ignore[assignment]
_room: Table = tables.RoomRow.__table__  # type: ignore[assignment]
_member: Table = tables.MemberRow.__table__  # type: ignore[assignment]
_message_attachment: Table = tables.MessageAttachmentRow.__table__  # type: ignore[assignment]
_attachment: Table = tables.AttachmentRow.__table__  # type: ignore[assignment]
_reaction: Table = tables.ReactionRow.__table__  # type: ignore[assignment]
_fact: Table = tables.FactRow.__table__  # type: ignore[assignment]

MEMBERS_COUNTED = 10_000  # where counting who is in a room stops: it is asked for each message


def members_up_to(most: int) -> Select[Any]:
    """The query for how many people are in a room, which stops at ``most``."""
    return select(func.count()).select_from(select(_member.c.person).where(_member.c.room == bindparam("room_id")).limit(most).subquery())


_members = members_up_to(MEMBERS_COUNTED)
_membership = select(_member.c.person).where(_member.c.room == bindparam("room_id"), _member.c.person == bindparam("person_id"))


def find_room(connection: Connection, room_id: int) -> Room:
    row = connection.execute(select(_room).where(_room.c.id == room_id)).one_or_none()
    if row is None:
        raise NotFound
    return rows.room(row, members=2 if row.pair else count_members(connection, room_id))


def count_members(connection: Connection, room_id: int) -> int:
    """How many people are in a room, up to 10,000."""
    return connection.scalar(_members, {"room_id": room_id}) or 0


def is_member(connection: Connection, room_id: int, person: int) -> bool:
    """Whether somebody is in a room."""
    return connection.scalar(_membership, {"room_id": room_id, "person_id": person}) is not None


def messages(connection: Connection, found: Sequence[Row[Any]]) -> list[Message]:
    """Messages with their attachments and reactions, by one query of each for all of them."""
    ids = [row.id for row in found]
    files = attachments(connection.execute(attachments_of(ids)) if found else ())
    reacted = reactions(connection.execute(reactions_to(ids)) if found else ())
    return [rows.message(row, attachments=files.get(row.id, ()), reactions=reacted.get(row.id, ())) for row in found]


def reactions_to(message_ids: list[int]) -> Select[Any]:
    """The query for the reactions to some messages, the first of them first."""
    return select(_reaction).where(_reaction.c.message.in_(message_ids)).order_by(_reaction.c.at, _reaction.c.emoji, _reaction.c.person)


def reactions(found: Iterable[Any]) -> dict[int, tuple[Reaction, ...]]:
    """The rows of that query, by message."""
    people: dict[int, dict[str, list[int]]] = {}
    for row in found:
        people.setdefault(row.message, {}).setdefault(row.emoji, []).append(row.person)
    return {message: tuple(Reaction(emoji, tuple(those)) for emoji, those in kinds.items()) for message, kinds in people.items()}


def attachments_of(message_ids: list[int]) -> Select[Any]:
    """The query for the files of some messages."""
    return (
        select(_message_attachment.c.message, *_attachment.c)
        .join_from(_message_attachment, _attachment, _message_attachment.c.attachment == _attachment.c.id)
        .where(_message_attachment.c.message.in_(message_ids))
        .order_by(_message_attachment.c.message, _message_attachment.c.position)
    )


def attachments(found: Iterable[Any]) -> dict[int, tuple[Attachment, ...]]:
    """The rows of that query, by message."""
    files: dict[int, list[Attachment]] = {}
    for row in found:
        files.setdefault(row.message, []).append(rows.attachment(row))
    return {message: tuple(those) for message, those in files.items()}


def find_person(connection: Connection, person: int) -> Person:
    return rows.person(connection.execute(select(_person).where(_person.c.id == person)).one())


def add_member(connection: Connection, room_id: int, person: int, *, at: int, seq: int) -> None:
    connection.execute(insert(_member).values(room=room_id, person=person, joined_at=at, received_seq=seq, read_seq=seq))


def put_fact(connection: Connection, name: str, value: str) -> None:
    if not connection.execute(update(_fact).where(_fact.c.name == name).values(value=value)).rowcount:
        connection.execute(insert(_fact).values(name=name, value=value))
