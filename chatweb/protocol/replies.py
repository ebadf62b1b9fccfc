"""What the server sends, as types. Empty, false and absent mean the same, and absent is what is sent (``omit_defaults``)."""

from collections.abc import Mapping

from msgspec import Struct


class Reply(Struct, kw_only=True, omit_defaults=True):
    """What the server sends."""


class SenderReply(Reply):
    id: int
    nickname: str


class AttachmentReply(Reply):
    id: int
    name: str
    media_type: str
    size: int
    url: str
    width: int | None = None
    height: int | None = None
    thumbnail: bool = False


class ReactionReply(Reply):
    emoji: str
    people: tuple[int, ...]


class EventReply(Reply):
    name: str
    people: tuple[int, ...] = ()
    value: str = ""


class MessageReply(Reply):
    id: int
    room: int
    seq: int
    revision: int
    sender: SenderReply
    sent_at: int
    kind: str = ""
    body: str = ""
    attachments: list[AttachmentReply] = []
    reactions: list[ReactionReply] = []
    event: EventReply | None = None
    reply_to: int | None = None
    client_id: str | None = None
    edited_at: int | None = None
    deleted_at: int | None = None


class PersonReply(Reply):
    id: int
    nickname: str
    last_seen_at: int
    role: str | None = None
    avatar: int | None = None
    online: bool = False


class RoomReply(Reply):
    id: int
    kind: str
    seq: int
    revision: int
    members: int
    name: str = ""
    topic: str = ""
    people: tuple[int, ...] = ()
    last: MessageReply | None = None
    read_seq: int | None = None
    unread: int | None = None


class ChangesReply(Reply):
    messages: list[MessageReply] = []
    more: bool = False
    reset: bool = False


class DeviceReply(Reply):
    id: int
    created_at: int
    address: str = ""
    system: str = ""
    browser: str = ""
    current: bool = False


class ServiceReply(Reply):
    """``now`` is the server's time; ``limits`` is what a page checks before it sends."""

    state: str
    name: str
    version: str
    epoch: str
    now: int
    limits: Mapping[str, int]
    reason: str = ""


class JoinReply(Reply):
    ok: bool
    me: PersonReply
    service: ServiceReply
    online: int
    people: list[PersonReply]
    rooms: list[RoomReply]
    changes: dict[str, ChangesReply] = {}
    pinned: MessageReply | None = None


class VersionReply(Reply):
    """What a message said ``until`` it was edited."""

    until: int
    body: str = ""


class EntryReply(MessageReply, kw_only=True):
    """A message in the administrator's log."""

    scope: str
    room_kind: str
    to: str = ""
    versions: list[VersionReply] = []


class ActivityReply(Reply):
    id: int
    at: int
    kind: str
    person: int | None = None
    nickname: str = ""
    address: str = ""
    detail: str = ""


class ReceiptReply(Reply):
    person: int
    received_at: int | None = None
    read_at: int | None = None


class OnlineReply(Reply):
    """A person in the panel's list."""

    id: int
    nickname: str
    last_seen_at: int
    online: bool = False
    since: int | None = None
    address: str = ""
    system: str = ""
    browser: str = ""
    muted_until: int | None = None
    banned_until: int | None = None
    reason: str = ""
