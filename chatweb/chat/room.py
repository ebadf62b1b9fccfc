"""A room: the lobby, an open or private room, or two people's direct room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # a message knows its room
    from chatweb.chat.message import Message

RoomKind = Literal["lobby", "open", "private", "direct"]
Scope = Literal["public", "private", "broadcast"]

RECEIPT_MEMBERS = 30  # members up to which it is told who received and read
TYPING_MEMBERS = 30  # members online up to which typing is told
UNREAD_COUNTED = 1_000
CHANGES_PAGE = 200  # messages of one room in one answer
CHANGES_BYTES = 256_000  # of all rooms in one answer of join
CHANGES_MISSED = 2_000  # past these a page begins anew instead


@dataclass(frozen=True, slots=True)
class Room:
    """A place where messages stand in order: ``seq`` counts them, ``revision`` counts their changes.

    ``people`` are the two of a direct room; the others are only counted, in ``members``.
    """

    id: int
    kind: RoomKind
    name: str
    topic: str
    seq: int
    revision: int
    members: int
    people: tuple[int, ...] = ()

    @property
    def scope(self) -> Scope:
        return "public" if self.kind in {"lobby", "open"} else "private"

    @property
    def notes_receipts(self) -> bool:
        """Whether it is noted and told when a message reached and was read by each member (always between two)."""
        return self.kind in {"private", "direct"} or self.members <= RECEIPT_MEMBERS


@dataclass(frozen=True, slots=True)
class Membership:
    """What one member has read of a room, as the ``seq`` up to which, and others' messages after that (to 1,000)."""

    room: Room
    read_seq: int
    unread: int


@dataclass(frozen=True, slots=True)
class Reach:
    """How far one member has received and read a room, as the ``seq`` up to which."""

    person: int
    received: int
    read: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Somebody has received, or read, a room up to a ``seq``."""

    room: int
    person: int
    at: int
    received: int | None = None
    read: int | None = None


@dataclass(frozen=True, slots=True)
class Marked:
    """What a mark moved; ``received`` and ``read`` are absent where nothing moved."""

    room: Room
    person: int
    at: int
    received: int | None = None
    read: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of history, newest last; ``more`` when there are further ones in the direction that was asked for."""

    messages: tuple[Message, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """All that changed in a room after a revision, oldest first, complete up to ``revision``."""

    messages: tuple[Message, ...]
    revision: int
    more: bool = False
    reset: bool = False
