"""The chat: every verb checks, keeps, tells."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chatweb.chat.activity import Activity
from chatweb.chat.attachment import ATTACHMENTS, Attachment
from chatweb.chat.errors import ChatError, Forbidden, Invalid, Muted, NotFound, ServiceStopped
from chatweb.chat.message import Changed, Draft, Message, Posted, Receipt, Sender
from chatweb.chat.person import FOREVER, Device, Person, Session
from chatweb.chat.ports import Ports
from chatweb.chat.presence import Presence
from chatweb.chat.room import CHANGES_PAGE, TYPING_MEMBERS, Changes, Mark, Marked, Membership, Page, Reach, Room
from chatweb.chat.service_state import ServiceState
from chatweb.chat.text import parse_body, parse_emoji

PEOPLE_TOLD = 200  # people named in the answer of join at most
HISTORY_PAGE = (1, 100)  # messages


@dataclass(frozen=True, slots=True)
class Joined:
    """All that a page needs to begin or to go on."""

    me: Person
    people: tuple[Person, ...]
    online: frozenset[int]
    memberships: tuple[Membership, ...]
    last: Mapping[int, Message]
    changes: Mapping[int, Changes]
    pinned: Message | None
    count: int


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes: to a room, or to a person."""

    room: int | None = None
    person: int | None = None


class ChatService:
    """What people do in the chat."""

    def __init__(self, ports: Ports, presence: Presence, state: ServiceState) -> None:
        self._archive = ports.archive
        self._ledger = ports.ledger
        self._writer = ports.writer
        self._fanout = ports.fanout
        self._clock = ports.clock
        self._space = ports.space
        self._presence = presence
        self._state = state

    def check_running(self) -> None:
        """Let through only while the chat runs.

        :raises ServiceStopped: while the administrator has stopped it.
        """
        if not self._state.running:
            raise ServiceStopped(retry_after=self._state.retry_after())

    # Coming and going

    def join(self, session: Session, connection: str, device: Device, cursors: Mapping[int, int]) -> Joined:
        """Bring a connection in, from here on it hears; answer where it was left, and what changed since.

        :param cursors: the last revision that the page knows of each room.
        """
        self.check_running()
        person = self._archive.person(session.person.id)
        joined, came = self._writer.when_settled(lambda: self._enter(person, connection, cursors))
        if came:
            self._tell_came(person, device)
        return joined

    def leave(self, connection: str, person: Person, device: Device) -> None:
        """Take a connection out: nothing more comes to it. With the last one its person is gone at once."""
        self._fanout.dismiss(connection)
        if self._presence.leave(connection) is not None:
            self._tell_gone(person, device)

    def drop(self, connection: str) -> None:
        """Note that a line broke; its person stays online for the time of grace."""
        self._presence.drop(connection, now=self._clock.monotonic())

    def expire(self) -> None:
        """Let those go whose time of grace is over; called once or more in a second."""
        gone = self._presence.expire(now=self._clock.monotonic())
        for person in self._archive.people(gone) if gone else ():
            self._tell_gone(person, Device(address=""))

    def remove(self, person: Person, device: Device) -> None:
        """Take somebody out with all connections, at once."""
        if self._presence.remove(person.id):
            self._tell_gone(person, device)

    # Messages

    def post_message(
        self,
        sender: Person,
        to: Target,
        body: str,
        *,
        client_id: str | None,
        reply_to: int | None = None,
        attachments: Sequence[int] = (),
    ) -> Posted:
        """Keep a message and tell it to all of its room; with a ``client_id`` that was kept before, answer that one.

        :raises NotFound: when the room or the person is not there for this sender.
        :raises Invalid: when the body is empty, too long or holds what must not be kept.
        """
        self.check_running()
        try:
            draft = self._draft(sender, to, body, client_id=client_id, reply_to=reply_to, attachments=attachments)
        except ChatError:
            if (kept := self._kept_before(sender, client_id)) is None:
                raise
            return kept
        return self._writer.keep(self._ledger.post_message(draft), then=self._tell_posted)

    def edit_message(self, person: Person, message: int, body: str) -> Message:
        """Give one's own message another body.

        :raises Forbidden: when it is somebody else's, or no text.
        :raises Conflict: when it has been deleted.
        """
        self.check_may_write(person)
        room = self._own_message(person, message).room
        self.check_member(person, self._archive.room_for(person.id, room))
        change = self._ledger.edit_message(message, parse_body(body), at=self._clock.now())
        return self._writer.keep(change, then=self._tell_changed).message

    def delete_message(self, person: Person, message: int) -> Message:
        """Take one's own message away for everybody; its place stays.

        :raises Forbidden: when it is somebody else's.
        """
        self.check_running()
        self._own_message(person, message)
        change = self._ledger.delete_message(message, by="sender", at=self._clock.now())
        return self._writer.keep(change, then=self._tell_changed).message

    def react(self, person: Person, message: int, emoji: str, *, on: bool) -> Message:
        """Put an emoji under a message, or take one's own away; asked twice it is one.

        :raises Invalid: when it is no emoji, or would be one kind too many.
        :raises Conflict: when the message has been deleted.
        """
        self.check_may_write(person)
        found = self.message(person, message)
        self.check_member(person, self._archive.room_for(person.id, found.room))
        if found.kind == "event":
            raise Forbidden("error.react_event")
        change = self._ledger.react(message, person.id, parse_emoji(emoji), on=on, at=self._clock.now())
        return self._writer.keep(change, then=self._tell_changed).message

    def broadcast(self, administrator: Person, body: str, *, until: int | None, client_id: str | None) -> Posted:
        """Keep a message to everybody in the lobby, and pin it on top."""
        self.check_running()
        text = parse_body(body)
        try:
            if until is not None and until <= self._clock.now():
                raise Invalid("error.until_past", field="until")
            self._space.check_messages()
        except ChatError:
            if (kept := self._kept_before(administrator, client_id)) is None:
                raise
            return kept
        lobby = self._archive.lobby().id
        draft = Draft(sender_of(administrator), text, self._clock.now(), room=lobby, client_id=client_id, kind="broadcast")
        return self._writer.keep(self._ledger.broadcast(draft, until=until), then=self._tell_posted)

    def unpin_expired(self) -> None:
        """Take the pinned broadcast off the top when its time is over."""
        pinned = self._archive.pinned()
        if pinned is not None and not pinned.shows(now=self._clock.now()):
            message = pinned.message.id
            self._writer.note(self._ledger.unpin(message), then=lambda taken: self._fanout.broadcast_unpinned(message) if taken else None)

    def mark(self, person: Person, room: int, *, received: int | None, read: int | None) -> None:
        """Note how far somebody has received and read a room, and tell it to those whom it concerns."""
        self.check_running()
        self.check_member(person, self._archive.room_for(person.id, room))
        mark = Mark(room=room, person=person.id, at=self._clock.now(), received=received, read=read)
        self._writer.keep(self._ledger.mark(mark), then=self._tell_marked)

    def type(self, person: Person, room_id: int, *, typing: bool, connection: str) -> None:
        """Tell the others of a room that somebody types; not where more than 30 of its members are online."""
        self.check_running()
        room = self._archive.room_for(person.id, room_id)
        self.check_member(person, room)
        if not self._is_crowded(room):
            self._fanout.person_typed(room, person.id, typing=typing, connection=connection)

    # Reading

    def memberships(self, person: Person) -> list[Membership]:
        """The rooms that somebody is in."""
        return self._archive.memberships(person.id)

    def history(self, person: Person, room: int, *, before: int | None, after: int | None, around: int | None, limit: int) -> Page:
        """A page of a room's history, newest last.

        :raises Invalid: for a limit outside 1 to 100, or more than one of before, after and around.
        """
        if not HISTORY_PAGE[0] <= limit <= HISTORY_PAGE[1]:
            raise Invalid("error.range", field="limit", low=HISTORY_PAGE[0], high=HISTORY_PAGE[1])
        if sum(bound is not None for bound in (before, after, around)) > 1:
            raise Invalid("error.one_of", field="before", names="before, after, around")
        self._archive.room_for(person.id, room)
        return self._archive.history(room, before=before, after=after, around=around, limit=limit)

    def changes(self, person: Person, room: int, *, after: int) -> Changes:
        """What changed in a room after a revision."""
        return self._archive.changes(self._archive.room_for(person.id, room), after=after, limit=CHANGES_PAGE)

    def message(self, person: Person, message: int) -> Message:
        """A message that somebody may read."""
        found = self._archive.message(message)
        self._archive.room_for(person.id, found.room)
        return found

    def receipts(self, person: Person, message: int) -> list[Receipt]:
        """When a message reached the other members of its room and when they read it, as far as that was noted."""
        found = self.message(person, message)
        self.check_member(person, self._archive.room_for(person.id, found.room))
        return self._archive.receipts(found)

    def reaches(self, person: Person, room_id: int) -> list[Reach]:
        """How far each member has received and read a room; nothing where that is not told."""
        room = self._archive.room_for(person.id, room_id)
        self.check_member(person, room)
        return self._archive.reaches(room_id) if room.notes_receipts else []

    def check_may_write(self, person: Person) -> None:
        """Let through only who may write.

        :raises Muted: with the seconds until they may again.
        :raises StorageFull: when the disk has too little left; deleting, leaving and moderation go on then.
        """
        self.check_running()
        left = person.muted_until - self._clock.now()
        if left > 0:
            raise Muted(retry_after=math.ceil(left / 1000) if person.muted_until != FOREVER else None)
        self._space.check_messages()

    def check_member(self, person: Person, room: Room) -> None:
        """Let through only who is in a room; in the lobby is everybody.

        :raises Forbidden: when they are not.
        """
        if room.kind == "open" and not self._archive.is_member(person.id, room.id):
            raise Forbidden("error.not_member")

    def is_online(self, person: int) -> bool:
        """Whether somebody is online."""
        return self._presence.reachable(person)

    def _enter(self, person: Person, connection: str, cursors: Mapping[int, int]) -> tuple[Joined, bool]:
        """In one moment, without a yield: what is read here, and what is told from here on, fit together."""
        memberships = self._archive.memberships(person.id)
        rooms = [membership.room for membership in memberships]
        self._fanout.admit(connection, person.id, [room.id for room in rooms])
        came = self._presence.enter(person.id, connection, at=self._clock.now())
        people = tuple(self._people_for(person))
        joined = Joined(
            me=person,
            people=people,
            online=frozenset(one.id for one in people if self._presence.reachable(one.id)),
            memberships=tuple(memberships),
            last=self._archive.last_messages([room.id for room in rooms]),
            changes={
                room.id: self._archive.changes(room, after=cursors[room.id], limit=CHANGES_PAGE) for room in rooms if room.id in cursors
            },
            pinned=self._pinned(),
            count=len(self._presence),
        )
        return joined, came

    def _people_for(self, person: Person) -> list[Person]:
        administrator = self._archive.administrator().id
        named = dict.fromkeys([person.id, administrator, *self._archive.direct_partners(person.id), *self._presence.people()])
        return self._archive.people(list(named)[:PEOPLE_TOLD])

    def _pinned(self) -> Message | None:
        broadcast = self._archive.pinned()
        return broadcast.message if broadcast is not None and broadcast.shows(now=self._clock.now()) else None

    def _kept_before(self, sender: Person, client_id: str | None) -> Posted | None:
        """What an error would deny: it says that nothing was stored, but an answer may have been lost and its reason come since."""
        return self._archive.posted_before(sender.id, client_id) if client_id is not None else None

    def _own_message(self, person: Person, message: int) -> Message:
        found = self.message(person, message)
        if found.sender.id != person.id or found.kind == "event":
            raise Forbidden("error.not_author")
        return found

    def _files(self, sender: Person, ids: Sequence[int]) -> tuple[Attachment, ...]:
        if len(ids) > ATTACHMENTS or len(set(ids)) < len(ids):
            raise Invalid("error.attachments_many", field="attachments", limit=ATTACHMENTS)
        try:
            return tuple(self._archive.attachment_for(sender.id, one) for one in ids)
        except NotFound:
            raise Invalid("error.attachments", field="attachments") from None

    def _is_crowded(self, room: Room) -> bool:
        if room.kind == "lobby":
            return len(self._presence) > TYPING_MEMBERS
        return room.members > TYPING_MEMBERS and self._fanout.hearers(room.id, up_to=TYPING_MEMBERS + 1) > TYPING_MEMBERS

    def _draft(
        self, sender: Person, to: Target, body: str, *, client_id: str | None, reply_to: int | None, attachments: Sequence[int]
    ) -> Draft:
        self.check_may_write(sender)
        files = self._files(sender, attachments)
        text = parse_body(body, may_be_empty=bool(files))
        if (to.room is None) == (to.person is None):
            raise Invalid("error.one_of", field="to", names="room, person")
        if to.person == sender.id:
            raise Invalid("error.to_self", field="to")
        room = self._archive.room_for(sender.id, to.room) if to.room is not None else None
        if room is not None:
            self.check_member(sender, room)
        if to.person is not None:
            self._archive.person(to.person)
        if reply_to is not None:
            self._check_reply(sender, to, reply_to)
        return Draft(
            sender_of(sender),
            text,
            self._clock.now(),
            room=to.room,
            person=to.person,
            client_id=client_id,
            reply_to=reply_to,
            attachments=files,
        )

    def _check_reply(self, sender: Person, to: Target, reply_to: int) -> None:
        try:
            original = self._archive.message(reply_to)
            room = self._archive.room_for(sender.id, original.room)
        except NotFound:
            raise Invalid("error.reply", field="reply_to") from None
        if room.id != to.room and set(room.people) != {sender.id, to.person}:
            raise Invalid("error.reply", field="reply_to")

    def _tell_posted(self, posted: Posted) -> None:
        if not posted.again:
            self._fanout.message_posted(posted)

    def _tell_changed(self, changed: Changed) -> None:
        if not changed.again:
            self._fanout.message_changed(changed)

    def _tell_marked(self, marked: Marked | None) -> None:
        if marked is not None:
            self._fanout.marked(marked)

    def _tell_came(self, person: Person, device: Device) -> None:
        self._fanout.people_changed(joined=[person])
        self._note("joined", person, device)

    def _tell_gone(self, person: Person, device: Device) -> None:
        self._fanout.people_changed(left=[person.id])
        self._note("left", person, device)

    def _note(self, kind: str, person: Person, device: Device) -> None:
        now = self._clock.now()
        self._writer.note(self._ledger.seen(person.id, at=now))
        activity = Activity(at=now, kind=kind, person=person.id, nickname=person.nickname, address=device.address)
        self._writer.note(self._ledger.activity(activity), then=self._fanout.activity)


def sender_of(person: Person) -> Sender:
    """Somebody as the sender of what they say now."""
    return Sender(person.id, person.nickname)
