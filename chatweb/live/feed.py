"""What the panel hears: the namespace `/admin`, all of it live."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask_socketio import SocketIO

from chatweb import protocol
from chatweb.chat.activity import Activity
from chatweb.chat.message import Message
from chatweb.chat.person import Person
from chatweb.chat.ports import Archive
from chatweb.chat.presence import Presence
from chatweb.chat.room import Room
from chatweb.chat.service_state import ServiceState
from chatweb.live.connections import Connections

NAMESPACE = "/admin"


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel that listens, with its CSRF token; ``lasts`` answers whether its session has not ended."""

    csrf_token: str
    lasts: Callable[[], bool]


class AdminFeed:
    """Tells everything to every panel that is open."""

    def __init__(self, socketio: SocketIO, connections: Connections, presence: Presence, archive: Archive) -> None:
        self._socketio = socketio
        self._connections = connections
        self._presence = presence
        self._archive = archive
        self.panels: dict[str, Panel] = {}  # by the id of its connection

    def tick(self) -> None:
        """Once a second: let those panels go whose session has ended, however it did."""
        for sid, panel in list(self.panels.items()):
            if not panel.lasts():
                self._let_go(sid)

    def message_posted(self, message: Message, room: Room) -> None:
        """Tell a line of the log."""
        self._tell("message_posted", message, room)

    def message_changed(self, message: Message, room: Room) -> None:
        """Tell a line of the log in its newest form."""
        self._tell("message_changed", message, room)

    def people_changed(self, joined: Iterable[Person], left: Iterable[int], changed: Iterable[Person]) -> None:
        """Tell who came, went or changed, with address and device."""
        if not self.panels:
            return
        payload = {
            "joined": [self.row(person) for person in joined],
            "left": list(left),
            "changed": [self.row(person) for person in changed],
            "online": len(self._presence),
        }
        self._emit("people_changed", {key: value for key, value in payload.items() if value != []})

    def activity(self, activity: Activity) -> None:
        """Tell what happened."""
        self._emit("activity", protocol.activity(activity))

    def service_changed(self, state: ServiceState) -> None:
        """Tell that the chat was started or stopped."""
        self._emit("service_changed", protocol.service_state(state))

    def broadcast_unpinned(self, message: int) -> None:
        """Tell that a broadcast is no longer on top."""
        self._emit("broadcast_unpinned", {"id": message})

    def sign_out(self, csrf_token: str) -> None:
        """Close the sockets of a panel's session that has ended."""
        for sid, panel in list(self.panels.items()):
            if panel.csrf_token == csrf_token:
                self._let_go(sid)

    def row(self, person: Person) -> protocol.OnlineReply:
        """Somebody as the panel lists them."""
        return protocol.online(person, since=self._presence.since(person.id), device=self._connections.device_of(person.id))

    def _tell(self, event: str, message: Message, room: Room) -> None:
        if not self.panels:
            return
        other = next((person for person in room.people if person != message.sender.id), None)
        to = self._archive.person(other).nickname if other is not None else room.name
        scope = "broadcast" if message.kind == "broadcast" else room.scope
        self._emit(event, protocol.entry(message, scope=scope, room_kind=room.kind, to=to))

    def _let_go(self, sid: str) -> None:
        self._socketio.server.disconnect(sid, namespace=NAMESPACE)

    def _emit(self, event: str, payload: Any) -> None:
        if self.panels:
            self._socketio.emit(event, payload, namespace=NAMESPACE)
