"""From the chat's values to what is sent of them."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from chatweb.chat.activity import Activity
from chatweb.chat.attachment import Attachment
from chatweb.chat.message import Message, Receipt
from chatweb.chat.person import Device, KnownDevice, Person
from chatweb.chat.room import Changes, Marked, Membership, Reach, Room
from chatweb.chat.service import Joined
from chatweb.chat.service_state import ServiceState
from chatweb.protocol.replies import (
    ActivityReply,
    AttachmentReply,
    ChangesReply,
    DeviceReply,
    EntryReply,
    EventReply,
    JoinReply,
    MessageReply,
    OnlineReply,
    PersonReply,
    ReactionReply,
    ReceiptReply,
    RoomReply,
    SenderReply,
    ServiceReply,
    VersionReply,
)


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
        "reactions": [ReactionReply(emoji=one.emoji, people=one.people) for one in value.reactions],
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


def known_device(value: KnownDevice, *, current: int) -> DeviceReply:
    """One of somebody's devices; ``current``: the one that asks."""
    return DeviceReply(
        id=value.id,
        created_at=value.created_at,
        address=value.device.address,
        system=value.device.system,
        browser=value.device.browser,
        current=value.id == current,
    )


def reach(value: Reach) -> dict[str, int]:
    """How far somebody has received and read a room; what has not moved is left out."""
    moved = {"received": value.received, "read": value.read}
    return {"person": value.person, **{name: seq for name, seq in moved.items() if seq}}


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


def entry(value: Message, *, scope: str, room_kind: str, to: str, versions: Iterable[tuple[str, int]] = ()) -> EntryReply:
    """A line of the administrator's log; ``versions``: what it said, and until when (ms since the epoch)."""
    earlier = [VersionReply(body=body, until=until) for body, until in versions]
    return EntryReply(**message_fields(value), scope=scope, room_kind=room_kind, to=to, versions=earlier)


def service_state(value: ServiceState) -> dict[str, object]:
    return {"state": value.state, "since": value.since, **({"reason": value.reason} if value.reason else {})}
