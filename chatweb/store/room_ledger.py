"""Changes of rooms and of who is in them."""

from collections.abc import Callable

from sqlalchemy import Connection, Table, insert, select, update

from chatweb.chat.errors import NotFound
from chatweb.chat.room import Mark, Marked
from chatweb.store import lookups, tables

_member: Table = tables.MemberRow.__table__  # type: ignore[assignment]
_mark: Table = tables.MarkRow.__table__  # type: ignore[assignment]


class RoomLedger:
    """Where it is said, and how far each has read."""

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
