"""A message as it is kept, and what is on its way to become one."""

from dataclasses import dataclass
from typing import Literal

from chatweb.chat.attachment import Attachment
from chatweb.chat.room import Room

MessageKind = Literal["text", "broadcast", "event"]
REACTIONS = 20  # kinds of emoji under one message


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent it, under the nickname of that time."""

    id: int
    nickname: str


@dataclass(frozen=True, slots=True)
class Event:
    """A fact of a room: renamed, topic, invited, left. ``people`` are ids."""

    name: str
    people: tuple[int, ...] = ()
    value: str = ""


@dataclass(frozen=True, slots=True)
class Reaction:
    """An emoji under a message, and who put it there (ids, the first of them first)."""

    emoji: str
    people: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a room. Times are milliseconds since the epoch."""

    id: int
    room: int
    seq: int
    revision: int
    kind: MessageKind
    sender: Sender
    body: str
    sent_at: int
    client_id: str | None = None
    reply_to: int | None = None
    edited_at: int | None = None
    deleted_at: int | None = None
    attachments: tuple[Attachment, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    event: Event | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to post: to ``room``, or to ``person``, whose direct room it opens when there is none yet."""

    sender: Sender
    body: str
    at: int
    room: int | None = None
    person: int | None = None
    client_id: str | None = None
    reply_to: int | None = None
    kind: MessageKind = "text"
    attachments: tuple[Attachment, ...] = ()
    event: Event | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a post: ``again`` when its ``client_id`` had been kept before, ``opened`` when it opened the room."""

    message: Message
    room: Room
    again: bool = False
    opened: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """A message after an edit, a deletion or a reaction, with its room."""

    message: Message
    room: Room
    again: bool = False


@dataclass(frozen=True, slots=True)
class Invited:
    """Who is new in a room (ids), with the note of it; nobody and none when all were in it already."""

    people: tuple[int, ...]
    note: Posted | None
    room: Room


@dataclass(frozen=True, slots=True)
class RoomChanged:
    """A room after a change, with the notes of it."""

    room: Room
    notes: tuple[Posted, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """When a message reached somebody and when they read it, in ms since the epoch."""

    person: int
    received_at: int | None
    read_at: int | None


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A broadcast that is pinned on top until a time (ms since the epoch), or until it is taken off."""

    message: Message
    until: int | None = None

    def shows(self, *, now: int) -> bool:
        return self.until is None or now < self.until
