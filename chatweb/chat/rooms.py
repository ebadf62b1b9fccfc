"""Rooms that people open, join, leave and change."""

from collections.abc import Sequence

from chatweb.chat.errors import Forbidden, Invalid, NotFound
from chatweb.chat.message import Invited, Posted, RoomChanged
from chatweb.chat.person import Person
from chatweb.chat.ports import Ports
from chatweb.chat.room import Membership, Room
from chatweb.chat.service import ChatService, sender_of
from chatweb.chat.text import parse_line

NAME_LENGTH = 60  # characters
TOPIC_LENGTH = 200  # characters
PEOPLE = 100  # ids in one call
BROWSED = 100  # open rooms in one answer


class Rooms:
    """Who is where. Each verb checks, keeps, tells."""

    def __init__(self, ports: Ports, chat: ChatService) -> None:
        self._archive = ports.archive
        self._ledger = ports.ledger
        self._writer = ports.writer
        self._fanout = ports.fanout
        self._clock = ports.clock
        self._chat = chat

    def create_room(self, creator: Person, name: str, *, topic: str, private: bool, people: Sequence[int]) -> Membership:
        """Open a room with its creator and ``people`` in it.

        :raises Invalid: naming name, topic or people.
        """
        self._chat.check_may_write(creator)
        parsed, about = _parse_name(name), _parse_topic(topic)
        guests = self._known(people)
        change = self._ledger.create_room(sender_of(creator), parsed, about, private=private, people=guests, at=self._clock.now())
        room = self._writer.keep(change, then=lambda room: self._fanout.room_entered(room, [creator.id, *guests]))
        return self._own(creator, room)

    def join_room(self, person: Person, room_id: int) -> Membership:
        """Enter an open room: from here on one hears it and may write.

        :raises Forbidden: for a room that is not open.
        """
        self._chat.check_running()
        room = self._archive.room_for(person.id, room_id)
        if room.kind != "open" and not self._archive.is_member(person.id, room_id):
            raise Forbidden("error.not_open")
        change = self._ledger.join_room(room_id, person.id, at=self._clock.now())
        return self._own(person, self._writer.keep(change, then=lambda room: self._fanout.room_entered(room, [person.id])))

    def leave_room(self, person: Person, room_id: int) -> Room:
        """Go out of a room; who left a private one sees nothing of it any more.

        :raises Forbidden: for the lobby and for a direct room.
        """
        self._chat.check_running()
        room = self._archive.room_for(person.id, room_id)
        self._check_changeable(person, room)
        change = self._ledger.leave_room(room_id, sender_of(person), at=self._clock.now())
        return self._writer.keep(change, then=lambda note: self._tell_left(note, person.id)).room

    def invite(self, host: Person, room_id: int, people: Sequence[int]) -> Membership:
        """Bring people into a room that one is in; they see its whole history."""
        self._chat.check_may_write(host)
        self._check_changeable(host, self._archive.room_for(host.id, room_id))
        guests = self._known(people)
        if not guests:
            raise Invalid(field="people")
        change = self._ledger.invite(room_id, sender_of(host), guests, at=self._clock.now())
        return self._own(host, self._writer.keep(change, then=self._tell_invited).room)

    def change_room(self, person: Person, room_id: int, *, name: str | None, topic: str | None) -> Membership:
        """Give a room that one is in another name or topic."""
        self._chat.check_may_write(person)
        self._check_changeable(person, self._archive.room_for(person.id, room_id))
        parsed = _parse_name(name) if name is not None else None
        about = _parse_topic(topic) if topic is not None else None
        change = self._ledger.change_room(room_id, sender_of(person), name=parsed, topic=about, at=self._clock.now())
        return self._own(person, self._writer.keep(change, then=self._tell_room_changed).room)

    def browse(self, query: str) -> list[Room]:
        """Open rooms with ``query`` in their name."""
        return self._archive.open_rooms(query, limit=BROWSED)

    def members(self, person: Person, room_id: int) -> tuple[Room, list[Person]]:
        """A room that somebody may read, with who is in it; the lobby's are everybody, so they are not listed."""
        room = self._archive.room_for(person.id, room_id)
        return room, [] if room.kind == "lobby" else self._archive.people(self._archive.members(room_id))

    def _own(self, person: Person, room: Room) -> Membership:
        """The room as ``person`` sees it; what is kept is answered as kept, also when another device has left meanwhile."""
        try:
            return self._archive.membership(person.id, room.id)
        except NotFound:
            return Membership(room, room.seq, 0)

    def _check_changeable(self, person: Person, room: Room) -> None:
        if room.kind in {"lobby", "direct"}:
            raise Forbidden("error.fixed_room")
        self._chat.check_member(person, room)

    def _known(self, people: Sequence[int]) -> list[int]:
        """Those of ``people`` once each.

        :raises Invalid: naming ``people``, for too many of them or one who is not there.
        """
        wanted = list(dict.fromkeys(people))
        if len(wanted) > PEOPLE:
            raise Invalid("error.people_many", field="people", limit=PEOPLE)
        try:
            return [self._archive.person(person).id for person in wanted]
        except NotFound:
            raise Invalid("error.people", field="people") from None

    def _tell_left(self, note: Posted, person: int) -> None:
        self._fanout.room_left(note.room, person)
        self._fanout.room_changed(note.room)
        self._fanout.message_posted(note)

    def _tell_invited(self, invited: Invited) -> None:
        if invited.note is not None:
            self._fanout.room_entered(invited.room, invited.people)
            self._fanout.message_posted(invited.note)

    def _tell_room_changed(self, changed: RoomChanged) -> None:
        if changed.notes:
            self._fanout.room_changed(changed.room)
        for note in changed.notes:
            self._fanout.message_posted(note)


def _parse_name(name: str) -> str:
    return parse_line(name, field="name", length=NAME_LENGTH)


def _parse_topic(topic: str) -> str:
    return parse_line(topic, field="topic", length=TOPIC_LENGTH, may_be_empty=True)
