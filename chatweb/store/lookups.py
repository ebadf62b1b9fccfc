"""What several changes look up or add on the way, on the connection that writes."""

from sqlalchemy import Connection, Table, func, insert, select, update

from chatweb.chat.errors import NotFound
from chatweb.chat.person import Person
from chatweb.chat.room import Room
from chatweb.store import rows, tables

_person: Table = tables.PersonRow.__table__  # type: ignore[assignment]
_room: Table = tables.RoomRow.__table__  # type: ignore[assignment]
_member: Table = tables.MemberRow.__table__  # type: ignore[assignment]
_fact: Table = tables.FactRow.__table__  # type: ignore[assignment]


def find_room(connection: Connection, room_id: int) -> Room:
    row = connection.execute(select(_room).where(_room.c.id == room_id)).one_or_none()
    if row is None:
        raise NotFound
    return rows.room(row, members=2 if row.pair else count_members(connection, room_id))


def count_members(connection: Connection, room_id: int) -> int:
    return connection.scalar(select(func.count()).where(_member.c.room == room_id)) or 0


def find_person(connection: Connection, person: int) -> Person:
    return rows.person(connection.execute(select(_person).where(_person.c.id == person)).one())


def add_member(connection: Connection, room_id: int, person: int, *, at: int, seq: int) -> None:
    connection.execute(insert(_member).values(room=room_id, person=person, joined_at=at, received_seq=seq, read_seq=seq))


def put_fact(connection: Connection, name: str, value: str) -> None:
    if not connection.execute(update(_fact).where(_fact.c.name == name).values(value=value)).rowcount:
        connection.execute(insert(_fact).values(name=name, value=value))
