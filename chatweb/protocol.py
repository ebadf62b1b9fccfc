"""The wire: event names, payloads in and out as msgspec types, the ack. ``docs/protocol.md`` is the contract in words.

Empty, false and absent mean the same, and absent is what is sent (``omit_defaults``).
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import quote

import msgspec
from msgspec import Meta, Struct

from chatweb.chat.activity import Activity
from chatweb.chat.attachment import Attachment
from chatweb.chat.errors import Invalid
from chatweb.chat.message import Message, Receipt
from chatweb.chat.person import Device, Person
from chatweb.chat.room import Changes, Marked, Membership, Room
from chatweb.chat.service import Joined
from chatweb.chat.service_state import ServiceState

T = TypeVar("T")

ID_DIGITS = 16  # of 2^53

Id = Annotated[int, Meta(ge=1, le=2**53 - 1)]
Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Time = Annotated[int, Meta(ge=0, le=2**53 - 1)]  # ms since the Unix epoch, UTC
ClientId = Annotated[str, Meta(pattern="^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$")]
Text = Annotated[str, Meta(max_length=20_000)]  # what is too long is told by the rule for it, past this by the type

# What a client asks (imperative) and what the server tells (past).
ASKS: Final = (
    "join",
    "leave",
    "post_message",
    "edit_message",
    "delete_message",
    "create_room",
    "join_room",
    "leave_room",
    "invite",
    "change_room",
    "mark",
    "type",
)
TELLS: Final = (
    "message_posted",
    "message_changed",
    "people_changed",
    "room_changed",
    "marked",
    "person_typed",
    "service_changed",
    "broadcast_unpinned",
    "session_ended",
)
ADMIN_ASKS: Final = ("broadcast", "post_message", "set_service")
ADMIN_TELLS: Final = ("activity", "message_posted", "message_changed", "people_changed", "service_changed", "broadcast_unpinned")


class Payload(Struct, kw_only=True, forbid_unknown_fields=True):
    """What a client sends: an unknown field is an error."""


class Join(Payload):
    cursors: dict[str, Count] = {}


class Leave(Payload):
    pass


class To(Payload):
    room: Id | None = None
    person: Id | None = None


class PostMessage(Payload):
    client_id: ClientId
    to: To
    body: Text = ""
    attachments: list[Id] = []
    reply_to: Id | None = None


class EditMessage(Payload):
    id: Id
    body: Text


class DeleteMessage(Payload):
    id: Id


class CreateRoom(Payload):
    name: Text
    topic: Text = ""
    private: bool = False
    people: list[Id] = []


class RoomOnly(Payload):
    room: Id


class Invite(Payload):
    room: Id
    people: list[Id]


class ChangeRoom(Payload):
    room: Id
    name: Text | None = None
    topic: Text | None = None


class MarkRoom(Payload):
    room: Id
    received: Count | None = None
    read: Count | None = None


class Type(Payload):
    room: Id
    typing: bool


class BeginSession(Payload):
    nickname: Text | None = None
    pin: Text | None = None
    code: Text | None = None
    client_id: ClientId | None = None
    link: Text | None = None


class ChangeSession(Payload):
    nickname: Text | None = None
    avatar: Id | msgspec.UnsetType | None = msgspec.UNSET  # null: none any more
    pin: Text | None = None
    locale: Text | None = None


class AdminSignIn(Payload):
    password: Text
    name: Text | None = None


class AdminSetUp(Payload):
    secret: Text
    password: Text


class SetService(Payload):
    state: str
    reason: Text = ""


class AdminBroadcast(Payload):
    body: Text
    until: Time | None = None
    client_id: ClientId | None = None


class AdminPost(Payload):
    to: To
    body: Text = ""
    attachments: list[Id] = []
    reply_to: Id | None = None
    client_id: ClientId | None = None


class Kick(Payload):
    reason: Text = ""


class Restrict(Payload):
    """A mute or a ban; without ``until`` it lasts until it is lifted."""

    reason: Text = ""
    until: Time | None = None


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


class EntryReply(MessageReply, kw_only=True):
    """A message in the administrator's log."""

    scope: str
    room_kind: str
    to: str = ""


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


def parse(kind: type[T], payload: object) -> T:
    """A payload as its type.

    :raises Invalid: naming the field that breaks the type.
    """
    try:
        return msgspec.convert(payload, kind)
    except (msgspec.ValidationError, RecursionError) as error:
        raise Invalid(field=_field(str(error))) from None


def parse_json(kind: type[T], body: bytes) -> T:
    """A JSON body as its type.

    :raises Invalid: when it is no JSON in UTF-8, or naming the field that breaks the type.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise Invalid(field=_field(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Invalid("error.json") from None


def parse_cursors(cursors: Mapping[str, int]) -> dict[int, int]:
    """The cursors of ``join`` by room.

    :raises Invalid: when a room is no id.
    """
    if not all(room.isascii() and room.isdigit() and len(room) <= ID_DIGITS for room in cursors):
        raise Invalid(field="cursors")
    return {int(room): revision for room, revision in cursors.items()}


def _field(error: str) -> str | None:
    """The field that msgspec's sentence names, as the client spelled it: `$.to.room`, or an unknown or missing one."""
    if "unknown field" in error or "missing required field" in error:
        return error.split("`")[1]
    path = error.rpartition(" - at `$")[2].rstrip("`") if " - at `" in error else ""
    return path.removeprefix(".").split("[")[0] or None


def person(value: Person, *, online: bool) -> PersonReply:
    return PersonReply(
        id=value.id, nickname=value.nickname, last_seen_at=value.last_seen_at, role=value.role, avatar=value.avatar, online=online
    )


def attachment(value: Attachment) -> AttachmentReply:
    return AttachmentReply(
        id=value.id,
        name=value.name,
        media_type=value.media_type,
        size=value.size,
        url=f"/media/{value.id}/file/{quote(value.name, safe='')}",
        width=value.width,
        height=value.height,
        thumbnail=value.thumbnail,
    )


def receipt(value: Receipt) -> ReceiptReply:
    return ReceiptReply(person=value.person, received_at=value.received_at, read_at=value.read_at)


def message(value: Message, *, for_person: int | None = None) -> MessageReply:
    """A message; its ``client_id`` goes to its sender alone."""
    return MessageReply(**message_fields(value, for_person=for_person))


def message_fields(value: Message, *, for_person: int | None = None) -> dict[str, Any]:
    return {
        "id": value.id,
        "room": value.room,
        "seq": value.seq,
        "revision": value.revision,
        "kind": "" if value.kind == "text" else value.kind,
        "sender": SenderReply(id=value.sender.id, nickname=value.sender.nickname),
        "body": value.body,
        "attachments": [attachment(one) for one in value.attachments],
        "event": EventReply(name=value.event.name, people=value.event.people, value=value.event.value) if value.event else None,
        "reply_to": value.reply_to,
        "client_id": value.client_id if for_person == value.sender.id else None,
        "sent_at": value.sent_at,
        "edited_at": value.edited_at,
        "deleted_at": value.deleted_at,
    }


def room(value: Room, *, last: Message | None = None) -> RoomReply:
    """A room as it is the same for all."""
    return RoomReply(
        id=value.id,
        kind=value.kind,
        name=value.name,
        topic=value.topic,
        people=value.people,
        seq=value.seq,
        revision=value.revision,
        members=value.members,
        last=message(last) if last is not None else None,
    )


def own_room(value: Membership, *, last: Message | None = None) -> RoomReply:
    """A room as one of its members sees it."""
    reply = room(value.room, last=last)
    reply.read_seq = value.read_seq
    reply.unread = value.unread
    return reply


def changes(values: Changes, *, for_person: int) -> ChangesReply:
    return ChangesReply(messages=[message(value, for_person=for_person) for value in values.messages], more=values.more, reset=values.reset)


def join(joined: Joined, service: ServiceReply, *, budget: int) -> JoinReply:
    """The ack of ``join``; missed messages past ``budget`` bytes stay out, and their room says ``more``."""
    people = [person(value, online=value.id in joined.online) for value in joined.people]
    return JoinReply(
        ok=True,
        me=person(joined.me, online=True),
        service=service,
        online=joined.count,
        people=people,
        rooms=[own_room(membership, last=joined.last.get(membership.room.id)) for membership in joined.memberships],
        changes=_within(budget, {room_id: changes(values, for_person=joined.me.id) for room_id, values in joined.changes.items()}),
        pinned=message(joined.pinned) if joined.pinned is not None else None,
    )


def _within(budget: int, missed: Mapping[int, ChangesReply]) -> dict[str, ChangesReply]:
    fitted: dict[str, ChangesReply] = {}
    for room_id, reply in missed.items():
        kept = []
        for one in reply.messages:
            budget -= len(msgspec.json.encode(one)) + 1
            if budget < 0:
                break
            kept.append(one)
        fitted[str(room_id)] = ChangesReply(messages=kept, more=reply.more or len(kept) < len(reply.messages), reset=reply.reset)
    return fitted


def marked(value: Marked) -> dict[str, int]:
    moved = {"received": value.received, "read": value.read}
    return {"room": value.room.id, "person": value.person, **{k: v for k, v in moved.items() if v is not None}, "at": value.at}


def activity(value: Activity) -> ActivityReply:
    return ActivityReply(
        id=value.id, at=value.at, kind=value.kind, person=value.person, nickname=value.nickname, address=value.address, detail=value.detail
    )


def online(value: Person, *, since: int | None, device: Device | None) -> OnlineReply:
    """A person as the panel lists them."""
    return OnlineReply(
        id=value.id,
        nickname=value.nickname,
        last_seen_at=value.last_seen_at,
        online=since is not None,
        since=since,
        address=device.address if device else "",
        system=device.system if device else "",
        browser=device.browser if device else "",
        muted_until=value.muted_until or None,
        banned_until=value.banned_until or None,
        reason=value.moderation_reason,
    )


def entry(value: Message, *, scope: str, room_kind: str, to: str) -> EntryReply:
    """A line of the administrator's log."""
    return EntryReply(**message_fields(value), scope=scope, room_kind=room_kind, to=to)


def service_state(value: ServiceState) -> dict[str, object]:
    return {"state": value.state, "since": value.since, **({"reason": value.reason} if value.reason else {})}
