"""In: one short method for each event that a client sends. Each is answered by an ack, whatever was sent."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import request

from chatweb import protocol
from chatweb.chat.errors import Forbidden, Invalid
from chatweb.chat.room import CHANGES_BYTES
from chatweb.chat.rooms import Rooms
from chatweb.chat.service import ChatService, Target
from chatweb.chat.sessions import Sessions
from chatweb.live.answering import Ack, Answering, Refusals
from chatweb.live.connections import Connection, Connections
from chatweb.live.fanout import SocketFanout
from chatweb.wording import Wording

P = TypeVar("P")


class ChatEvents(Answering):
    """The namespace `/`."""

    asks = protocol.ASKS

    def __init__(
        self,
        chat: ChatService,
        rooms: Rooms,
        sessions: Sessions,
        connections: Connections,
        fanout: SocketFanout,
        *,
        wording: Wording,
        refusals: Refusals,
        describe_service: Callable[[], protocol.ServiceReply],
        credentials: Callable[[Any], str | None],
        device: Callable[[Any], Any],
    ) -> None:
        super().__init__("/", refusals)
        self._chat = chat
        self._rooms = rooms
        self._sessions = sessions
        self._connections = connections
        self._fanout = fanout
        self._wording = wording
        self._describe_service = describe_service
        self._credentials = credentials
        self._device = device

    def on_connect(self, sid: str, auth: object) -> None:
        """Let a device in that has a session; it hears and says nothing before ``join``."""
        self._chat.check_running()
        session = self._sessions.find(_token(auth) or self._credentials(request))
        self._connections.add(Connection(sid, session, self._device(request), self._wording.language))

    def on_disconnect(self, sid: str) -> None:
        self._connections.remove(sid)
        self._chat.drop(sid)

    def on_malformed(self, sid: str, *_sent: object) -> Ack:
        self._asking(sid)
        raise Invalid("error.event")

    def on_join(self, sid: str, *sent: object) -> protocol.JoinReply:
        connection, ask = self._take(sid, protocol.Join, sent, joined=False)
        joined = self._chat.join(connection.session, connection.sid, connection.device, protocol.parse_cursors(ask.cursors))
        return protocol.join(joined, self._describe_service(), budget=CHANGES_BYTES)

    def on_leave(self, sid: str, *sent: object) -> Ack:
        connection, _ = self._take(sid, protocol.Leave, sent, joined=False)
        self._chat.leave(connection.sid, connection.person, connection.device)
        return {"ok": True}

    def on_post_message(self, sid: str, *sent: object) -> Ack:
        connection, ask = self._take(sid, protocol.PostMessage, sent)
        posted = self._chat.post_message(
            connection.person,
            Target(ask.to.room, ask.to.person),
            ask.body,
            client_id=ask.client_id,
            reply_to=ask.reply_to,
            attachments=ask.attachments,
        )
        return {"ok": True, "message": protocol.message(posted.message, for_person=connection.person.id)}

    def on_edit_message(self, sid: str, *sent: object) -> Ack:
        connection, ask = self._take(sid, protocol.EditMessage, sent)
        message = self._chat.edit_message(connection.person, ask.id, ask.body)
        return {"ok": True, "message": protocol.message(message, for_person=connection.person.id)}

    def on_delete_message(self, sid: str, *sent: object) -> Ack:
        connection, ask = self._take(sid, protocol.DeleteMessage, sent)
        message = self._chat.delete_message(connection.person, ask.id)
        return {"ok": True, "message": protocol.message(message, for_person=connection.person.id)}

    def on_react(self, sid: str, *sent: object) -> Ack:
        connection, ask = self._take(sid, protocol.React, sent)
        message = self._chat.react(connection.person, ask.id, ask.emoji, on=ask.on)
        return {"ok": True, "message": protocol.message(message, for_person=connection.person.id)}

    def on_create_room(self, sid: str, *sent: object) -> Ack:
        connection, ask = self._take(sid, protocol.CreateRoom, sent)
        room = self._rooms.create_room(connection.person, ask.name, topic=ask.topic, private=ask.private, people=ask.people)
        return {"ok": True, "room": protocol.own_room(room)}

    def on_join_room(self, sid: str, *sent: object) -> Ack:
        connection, ask = self._take(sid, protocol.RoomOnly, sent)
        return {"ok": True, "room": protocol.own_room(self._rooms.join_room(connection.person, ask.room))}

    def on_leave_room(self, sid: str, *sent: object) -> Ack:
        connection, ask = self._take(sid, protocol.RoomOnly, sent)
        return {"ok": True, "room": protocol.room(self._rooms.leave_room(connection.person, ask.room))}

    def on_invite(self, sid: str, *sent: object) -> Ack:
        connection, ask = self._take(sid, protocol.Invite, sent)
        return {"ok": True, "room": protocol.own_room(self._rooms.invite(connection.person, ask.room, ask.people))}

    def on_change_room(self, sid: str, *sent: object) -> Ack:
        connection, ask = self._take(sid, protocol.ChangeRoom, sent)
        return {"ok": True, "room": protocol.own_room(self._rooms.change_room(connection.person, ask.room, name=ask.name, topic=ask.topic))}

    def on_mark(self, sid: str, *sent: object) -> Ack:
        connection, ask = self._take(sid, protocol.MarkRoom, sent)
        self._chat.mark(connection.person, ask.room, received=ask.received, read=ask.read)
        return {"ok": True}

    def on_type(self, sid: str, *sent: object) -> Ack:
        connection, ask = self._take(sid, protocol.Type, sent)
        self._chat.type(connection.person, ask.room, typing=ask.typing, connection=connection.sid)
        return {"ok": True}

    def _take(self, sid: str, kind: type[P], sent: tuple[object, ...], *, joined: bool = True) -> tuple[Connection, P]:
        connection = self._asking(sid)
        if len(sent) != 1:
            raise Invalid("error.payload")
        ask = protocol.parse(kind, sent[0])
        if joined and not connection.joined:
            raise Forbidden("error.not_joined")
        return connection, ask

    def _asking(self, sid: str) -> Connection:
        connection = self._connections.get(sid)
        if connection is None or connection.ending or not self._fanout.keeps_up(connection):
            raise Forbidden("error.not_joined")
        return connection


def _token(auth: object) -> str | None:
    token = auth.get("token") if isinstance(auth, dict) else None
    return token if isinstance(token, str) else None
