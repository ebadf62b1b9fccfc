"""From rows to values: what leaves ``store/``."""

import json
from typing import Any

from sqlalchemy import Row

from chatweb.chat.activity import Activity
from chatweb.chat.attachment import Attachment
from chatweb.chat.message import Event, Message, Reaction, Sender
from chatweb.chat.person import Person
from chatweb.chat.room import Room
from chatweb.store.tables import ActivityRow, MessageRow, PersonRow, RoomRow

person_columns = PersonRow.__table__.c
message_columns = MessageRow.__table__.c
room_columns = RoomRow.__table__.c
activity_columns = ActivityRow.__table__.c


def person(row: Row[Any]) -> Person:
    return Person(
        id=row.id,
        nickname=row.nickname,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        role=row.role,
        locale=row.locale,
        has_pin=row.pin_hash is not None,
        avatar=row.avatar,
        muted_until=row.muted_until or 0,
        banned_until=row.banned_until or 0,
        moderation_reason=row.moderation_reason or "",
    )


def attachment(row: Row[Any]) -> Attachment:
    return Attachment(
        id=row.id,
        sha256=row.sha256,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        uploader=row.uploader,
        created_at=row.created_at,
        width=row.width,
        height=row.height,
        thumbnail=bool(row.thumbnail),
    )


def message(
    row: Row[Any], *, attachments: tuple[Attachment, ...] = (), reactions: tuple[Reaction, ...] = (), whole: bool = False
) -> Message:
    """A message as it is told; ``whole``, for the administrator's log, also what its sender has deleted."""
    hidden = row.deleted_at is not None and not whole
    return Message(
        id=row.id,
        room=row.room,
        seq=row.seq,
        revision=row.revision,
        kind=row.kind,
        sender=Sender(row.sender, row.nickname),
        body="" if hidden else row.body,
        sent_at=row.sent_at,
        client_id=row.client_id,
        reply_to=row.reply_to,
        edited_at=row.edited_at,
        deleted_at=row.deleted_at,
        attachments=() if hidden else attachments,
        reactions=() if hidden else reactions,
        event=event(row.event) if row.event else None,
    )


def event(text: str) -> Event:
    kept = json.loads(text)
    return Event(kept["name"], tuple(kept.get("people", ())), kept.get("value", ""))


def event_text(value: Event | None) -> str | None:
    """An event as it is kept."""
    return json.dumps({"name": value.name, "people": value.people, "value": value.value}) if value is not None else None


def room(row: Row[Any], *, members: int) -> Room:
    return Room(
        id=row.id,
        kind=row.kind,
        name=row.name,
        topic=row.topic,
        seq=row.seq,
        revision=row.revision,
        members=2 if row.pair else members,
        people=tuple(int(person) for person in row.pair.split("-")) if row.pair else (),
    )


def activity(row: Row[Any]) -> Activity:
    return Activity(
        id=row.id,
        at=row.at,
        kind=row.kind,
        person=row.person,
        nickname=row.nickname,
        address=row.address,
        detail=row.detail,
    )


def pair(one: int, other: int) -> str:
    """The name of two people's direct room."""
    return f"{min(one, other)}-{max(one, other)}"
