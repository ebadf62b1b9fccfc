"""Changes of messages: each moves ``seq`` and ``revision`` of its room inside the transaction, without gaps."""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, update

from chatweb.chat.errors import Conflict, Forbidden, Invalid, NotFound
from chatweb.chat.message import REACTIONS, Changed, Draft, Message, Posted
from chatweb.store import lookups, rows, tables

PINNED = "pinned"

_room: Table = tables.RoomRow.__table__  # type: ignore[assignment]
_message: Table = tables.MessageRow.__table__  # type: ignore[assignment]
_version: Table = tables.VersionRow.__table__  # type: ignore[assignment]
_attachment: Table = tables.AttachmentRow.__table__  # type: ignore[assignment]
_message_attachment: Table = tables.MessageAttachmentRow.__table__  # type: ignore[assignment]
_reaction: Table = tables.ReactionRow.__table__  # type: ignore[assignment]
_fact: Table = tables.FactRow.__table__  # type: ignore[assignment]

# seq and revision come from the row itself, inside the transaction: never from memory.
_count_message = (
    update(_room).where(_room.c.id == bindparam("room_id")).values(seq=_room.c.seq + 1, revision=_room.c.revision + 1).returning(*_room.c)
)
_add_message = insert(_message)
_same_message = select(_message).where(_message.c.sender == bindparam("sender_id"), _message.c.client_id == bindparam("uuid"))


class MessageLedger:
    """What is said."""

    def post_message(self, draft: Draft) -> Callable[[Connection], Posted]:
        """Keep a message with the next ``seq`` and ``revision`` of its room; once for each ``client_id`` of a sender.

        :raises NotFound: when there is no such room, or its sender has left it by now (Forbidden, where everybody may read).
        """

        def change(connection: Connection) -> Posted:
            if draft.client_id is not None:
                row = connection.execute(_same_message, {"sender_id": draft.sender.id, "uuid": draft.client_id}).one_or_none()
                if row is not None:
                    return Posted(lookups.messages(connection, [row])[0], lookups.find_room(connection, row.room), again=True)
            room_id, opened = (draft.room, False) if draft.room is not None else _direct_room(connection, draft)
            posted = add(connection, draft, room_id, opened=opened)
            if posted.room.kind in {"open", "private"} and not lookups.is_member(connection, room_id, draft.sender.id):
                raise Forbidden("error.not_member") if posted.room.kind == "open" else NotFound
            return posted

        return change

    def broadcast(self, draft: Draft, *, until: int | None) -> Callable[[Connection], Posted]:
        """Keep a message to everybody and pin it until a time (ms since the epoch), or until it is taken off."""
        post = self.post_message(draft)

        def change(connection: Connection) -> Posted:
            posted = post(connection)
            if not posted.again:
                lookups.put_fact(connection, PINNED, json.dumps({"message": posted.message.id, "until": until}))
            return posted

        return change

    def unpin(self, message: int) -> Callable[[Connection], bool]:
        """Take a broadcast off the top; false when it is not there (any more)."""

        def change(connection: Connection) -> bool:
            pinned = connection.scalar(select(_fact.c.value).where(_fact.c.name == PINNED))
            if not pinned or json.loads(pinned)["message"] != message:
                return False
            connection.execute(_fact.delete().where(_fact.c.name == PINNED))
            return True

        return change

    def edit_message(self, message: int, body: str, *, at: int) -> Callable[[Connection], Changed]:
        """Give a message another body; what it said before stays in the administrator's log.

        :raises Conflict: when it has been deleted.
        """

        def change(connection: Connection) -> Changed:
            row = _find_message(connection, message)
            if row.deleted_at is not None:
                raise Conflict("error.deleted")
            if row.body == body:
                return _changed(connection, row, again=True)
            connection.execute(insert(_version).values(message=message, body=row.body, until=at))
            return _change_message(connection, row, body=body, edited_at=at)

        return change

    def react(self, message: int, person: int, emoji: str, *, on: bool, at: int) -> Callable[[Connection], Changed]:
        """Put somebody's emoji under a message or take it away.

        :raises Conflict: when the message has been deleted.
        :raises Invalid: when the message has all the kinds of emoji that it may have.
        """

        def change(connection: Connection) -> Changed:
            row = _find_message(connection, message)
            if row.deleted_at is not None:
                raise Conflict("error.deleted")
            own = {"message": message, "emoji": emoji, "person": person}
            mine = [_reaction.c[name] == value for name, value in own.items()]
            has = connection.scalar(select(_reaction.c.at).where(*mine)) is not None
            if has == on:
                return _changed(connection, row, again=True)
            if on:
                kinds = set(connection.scalars(select(_reaction.c.emoji).where(_reaction.c.message == message).distinct()))
                if emoji not in kinds and len(kinds) >= REACTIONS:
                    raise Invalid("error.reactions", field="emoji", limit=REACTIONS)
                connection.execute(insert(_reaction).values(**own, at=at))
            else:
                connection.execute(delete(_reaction).where(*mine))
            return _change_message(connection, row)

        return change

    def delete_message(self, message: int, *, by: str, at: int) -> Callable[[Connection], Changed]:
        """Take a message away for everybody; its place stays.

        ``by`` sender: it stays with all its versions in the administrator's log. ``by`` admin: the text is gone there too.
        """

        def change(connection: Connection) -> Changed:
            row = _find_message(connection, message)
            if row.deleted_at is not None and row.deleted_by in {by, "admin"}:  # past that nothing is left to take away
                return _changed(connection, row, again=True)
            erased = {"body": ""} if by == "admin" else {}
            if by == "admin":
                connection.execute(delete(_version).where(_version.c.message == message))
                connection.execute(delete(_message_attachment).where(_message_attachment.c.message == message))
            connection.execute(delete(_reaction).where(_reaction.c.message == message))
            return _change_message(connection, row, deleted_at=row.deleted_at or at, deleted_by=by, **erased)

        return change


def add(connection: Connection, draft: Draft, room_id: int, *, opened: bool = False) -> Posted:
    """Add a message to a room, with the next ``seq`` and ``revision``.

    :raises NotFound: when there is no such room.
    :raises Invalid: naming ``attachments``, when a file is not there any more.
    """
    counted = connection.execute(_count_message, {"room_id": room_id}).one_or_none()
    if counted is None:
        raise NotFound
    values: dict[str, Any] = {
        "room": room_id,
        "seq": counted.seq,
        "revision": counted.revision,
        "kind": draft.kind,
        "sender": draft.sender.id,
        "nickname": draft.sender.nickname,
        "client_id": draft.client_id,
        "body": draft.body,
        "reply_to": draft.reply_to,
        "event": rows.event_text(draft.event),
        "sent_at": draft.at,
    }
    message_id = connection.execute(_add_message, values).inserted_primary_key[0]  # type: ignore[index]
    if draft.attachments:
        _check_there(connection, [one.id for one in draft.attachments])
        placed = [{"message": message_id, "position": i, "attachment": one.id} for i, one in enumerate(draft.attachments)]
        connection.execute(insert(_message_attachment), placed)
    message = Message(
        id=message_id,
        room=room_id,
        seq=counted.seq,
        revision=counted.revision,
        kind=draft.kind,
        sender=draft.sender,
        body=draft.body,
        sent_at=draft.at,
        client_id=draft.client_id,
        reply_to=draft.reply_to,
        attachments=draft.attachments,
        event=draft.event,
    )
    members = 2 if counted.pair else lookups.count_members(connection, room_id)
    return Posted(message, rows.room(counted, members=members), opened=opened)


def _check_there(connection: Connection, attachments: list[int]) -> None:
    """The sweeper may have taken one that waited too long since it was looked for."""
    there = connection.scalar(select(func.count()).select_from(_attachment).where(_attachment.c.id.in_(attachments)))
    if there != len(attachments):
        raise Invalid("error.attachments", field="attachments")


def _direct_room(connection: Connection, draft: Draft) -> tuple[int, bool]:
    assert draft.person is not None, "a draft goes to a room or to a person"  # noqa: S101
    pair = rows.pair(draft.sender.id, draft.person)
    room_id = connection.scalar(select(_room.c.id).where(_room.c.pair == pair))
    if room_id is not None:
        return room_id, False
    values = {"kind": "direct", "name": "", "topic": "", "pair": pair, "seq": 0, "revision": 0, "created_at": draft.at}
    room_id = connection.execute(insert(_room).values(values)).inserted_primary_key[0]  # type: ignore[index]
    for person in (draft.sender.id, draft.person):
        lookups.add_member(connection, room_id, person, at=draft.at, seq=0)
    return room_id, True


def _find_message(connection: Connection, message: int) -> Any:
    row = connection.execute(select(_message).where(_message.c.id == message)).one_or_none()
    if row is None:
        raise NotFound
    return row


def _change_message(connection: Connection, row: Any, **values: object) -> Changed:
    revision = connection.scalar(
        update(_room).where(_room.c.id == row.room).values(revision=_room.c.revision + 1).returning(_room.c.revision)
    )
    changed = update(_message).where(_message.c.id == row.id).values(revision=revision, **values).returning(*_message.c)
    return _changed(connection, connection.execute(changed).one())


def _changed(connection: Connection, row: Any, *, again: bool = False) -> Changed:
    return Changed(lookups.messages(connection, [row])[0], lookups.find_room(connection, row.room), again=again)
