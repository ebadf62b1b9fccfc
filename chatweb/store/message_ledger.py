"""Changes of messages: each moves ``seq`` and ``revision`` of its room inside the transaction, without gaps."""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, select, update

from chatweb.chat.errors import NotFound
from chatweb.chat.message import Draft, Message, Posted
from chatweb.store import lookups, rows, tables

PINNED = "pinned"

_room: Table = tables.RoomRow.__table__  # type: ignore[assignment]
_message: Table = tables.MessageRow.__table__  # type: ignore[assignment]
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
        """Keep a message with the next ``seq`` and ``revision`` of its room; once for each ``client_id`` of a sender."""

        def change(connection: Connection) -> Posted:
            if draft.client_id is not None:
                row = connection.execute(_same_message, {"sender_id": draft.sender.id, "uuid": draft.client_id}).one_or_none()
                if row is not None:
                    return Posted(rows.message(row), lookups.find_room(connection, row.room), again=True)
            room_id, opened = (draft.room, False) if draft.room is not None else _direct_room(connection, draft)
            return _add(connection, draft, room_id, opened=opened)

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


def _add(connection: Connection, draft: Draft, room_id: int, *, opened: bool) -> Posted:
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
        "sent_at": draft.at,
    }
    message_id = connection.execute(_add_message, values).inserted_primary_key[0]  # type: ignore[index]
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
    )
    members = 2 if counted.pair else lookups.count_members(connection, room_id)
    return Posted(message, rows.room(counted, members=members), opened=opened)


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
