"""Changes of rooms and of who is in them."""

from collections.abc import Callable, Collection

from sqlalchemy import Connection, Table, delete, insert, select, update

from chatweb.chat.errors import NotFound
from chatweb.chat.message import Draft, Event, Invited, Posted, RoomChanged, Sender
from chatweb.chat.room import Mark, Marked, Room
from chatweb.store import lookups, message_ledger, tables

_room: Table = tables.RoomRow.__table__  # type: ignore[assignment]
_member: Table = tables.MemberRow.__table__  # type: ignore[assignment]
_mark: Table = tables.MarkRow.__table__  # type: ignore[assignment]


class RoomLedger:
    """Where it is said, who is there, and how far each has read."""

    def create_room(
        self, creator: Sender, name: str, topic: str, *, private: bool, people: Collection[int], at: int
    ) -> Callable[[Connection], Room]:
        """Open a room with its creator and ``people`` in it."""

        def change(connection: Connection) -> Room:
            values = {"kind": "private" if private else "open", "name": name, "topic": topic, "seq": 0, "revision": 0, "created_at": at}
            room_id: int = connection.execute(insert(_room).values(values)).inserted_primary_key[0]  # type: ignore[index]
            for person in dict.fromkeys([creator.id, *people]):
                lookups.add_member(connection, room_id, person, at=at, seq=0)
            return lookups.find_room(connection, room_id)

        return change

    def join_room(self, room_id: int, person: int, *, at: int) -> Callable[[Connection], Room]:
        """Bring somebody into an open room; what was said before counts as read."""

        def change(connection: Connection) -> Room:
            room = lookups.find_room(connection, room_id)
            if not lookups.is_member(connection, room_id, person):
                if room.kind != "open":  # they have left it since it was looked up
                    raise NotFound
                lookups.add_member(connection, room_id, person, at=at, seq=room.seq)
            return lookups.find_room(connection, room_id)

        return change

    def leave_room(self, room_id: int, leaver: Sender, *, at: int) -> Callable[[Connection], Posted]:
        """Take somebody out of a room, and note it there.

        :raises NotFound: when they are not in it.
        """

        def change(connection: Connection) -> Posted:
            gone = connection.execute(delete(_member).where(_member.c.room == room_id, _member.c.person == leaver.id))
            if not gone.rowcount:
                raise NotFound
            return _note(connection, room_id, leaver, Event("left"), at)

        return change

    def invite(self, room_id: int, host: Sender, people: Collection[int], *, at: int) -> Callable[[Connection], Invited]:
        """Bring people into a room, and note it there; those who are in it already are passed over.

        :raises NotFound: when the host has left it by now.
        """

        def change(connection: Connection) -> Invited:
            room = lookups.find_room(connection, room_id)
            if not lookups.is_member(connection, room_id, host.id):
                raise NotFound
            new = tuple(person for person in dict.fromkeys(people) if not lookups.is_member(connection, room_id, person))
            for person in new:
                lookups.add_member(connection, room_id, person, at=at, seq=room.seq)
            return Invited(
                new,
                _note(connection, room_id, host, Event("invited", people=new), at) if new else None,
                lookups.find_room(connection, room_id),
            )

        return change

    def change_room(
        self, room_id: int, changer: Sender, *, name: str | None, topic: str | None, at: int
    ) -> Callable[[Connection], RoomChanged]:
        """Give a room another name or topic, and note each there.

        :raises NotFound: when who changes it has left it by now.
        """

        def change(connection: Connection) -> RoomChanged:
            room = lookups.find_room(connection, room_id)
            if not lookups.is_member(connection, room_id, changer.id):
                raise NotFound
            notes = []
            for column, event, value, old in (("name", "renamed", name, room.name), ("topic", "topic", topic, room.topic)):
                if value is not None and value != old:
                    connection.execute(update(_room).where(_room.c.id == room_id).values({column: value}))
                    notes.append(_note(connection, room_id, changer, Event(event, value=value), at))
            return RoomChanged(lookups.find_room(connection, room_id), tuple(notes))

        return change

    def mark(self, mark: Mark) -> Callable[[Connection], Marked | None]:
        """Move how far somebody has received and read a room; None when nothing moved. It never moves back."""

        def change(connection: Connection) -> Marked | None:
            room = lookups.find_room(connection, mark.room)
            member = connection.execute(select(_member).where(_member.c.room == mark.room, _member.c.person == mark.person)).one_or_none()
            if member is None:
                raise NotFound
            read = min(mark.read or 0, room.seq)
            received = max(min(mark.received or 0, room.seq), read)
            moved = {
                kind: seq for kind, seq, old in (("received", received, member.received_seq), ("read", read, member.read_seq)) if seq > old
            }
            if not moved:
                return None
            values = {f"{kind}_seq": seq for kind, seq in moved.items()}
            connection.execute(update(_member).where(_member.c.room == mark.room, _member.c.person == mark.person).values(values))
            if room.notes_receipts:
                entries = [
                    {"room": mark.room, "person": mark.person, "kind": kind, "seq": seq, "at": mark.at} for kind, seq in moved.items()
                ]
                connection.execute(insert(_mark), entries)
            return Marked(room=room, person=mark.person, at=mark.at, **moved)

        return change


def _note(connection: Connection, room_id: int, actor: Sender, event: Event, at: int) -> Posted:
    return message_ledger.add(connection, Draft(actor, "", at, room=room_id, kind="event", event=event), room_id)
