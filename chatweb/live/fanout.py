"""Out: one method for each event that the server tells. All return at once; what one client takes is its own affair."""

from collections.abc import Iterable
from typing import Any

from flask_socketio import SocketIO

from chatweb import protocol
from chatweb.chat.activity import Activity
from chatweb.chat.errors import Forbidden
from chatweb.chat.message import Changed, Message, Posted
from chatweb.chat.person import Person
from chatweb.chat.ports import Archive, Clock
from chatweb.chat.presence import Presence
from chatweb.chat.room import Marked, Room
from chatweb.chat.service_state import ServiceState
from chatweb.live import delivery
from chatweb.live.connections import Connection, Connections
from chatweb.live.feed import AdminFeed
from chatweb.offload import sleep, spawn
from chatweb.wording import Wording

NAMED_ONLINE = 200  # people online up to which everybody is told by name who came and went
JOINED = "joined"  # the Socket.IO room of all connections that have joined
CLOSE_AFTER = 1.0  # seconds in which a client takes the reason before its socket is closed


class SocketFanout:
    """Tells the connections of the namespace `/`, and the panel's feed."""

    def __init__(
        self,
        socketio: SocketIO,
        connections: Connections,
        presence: Presence,
        archive: Archive,
        clock: Clock,
        wording: Wording,
        feed: AdminFeed,
    ) -> None:
        self._socketio = socketio
        self._connections = connections
        self._presence = presence
        self._archive = archive
        self._clock = clock
        self._wording = wording
        self._feed = feed
        self._unnamed: set[int] = set()  # who came, went or changed since the last tick of a large crowd

    def admit(self, connection: str, person: int, rooms: Iterable[int]) -> None:
        """From here on a connection hears its person's rooms.

        :raises Forbidden: when it has ended meanwhile.
        """
        found = self._connections.get(connection)
        if found is None or found.ending:
            raise Forbidden("error.not_joined")
        self._enter(connection, _person(person))
        for room in rooms:
            self._enter(connection, _room(room))
        found.joined = True

    def dismiss(self, connection: str) -> None:
        """From here on a connection hears nothing."""
        server = self._socketio.server
        for room in server.manager.get_rooms(connection, "/"):
            if room != connection:
                server.manager.leave_room(connection, "/", room)
        found = self._connections.get(connection)
        if found is not None:
            found.joined = False

    def message_posted(self, posted: Posted) -> None:
        """Tell a message to all of its room."""
        if posted.opened:
            self.room_entered(posted.room, posted.room.people)
        self._tell_message("message_posted", posted.message)
        self._feed.message_posted(posted.message, posted.room)

    def message_changed(self, changed: Changed) -> None:
        """Tell a message in its newest form to all of its room."""
        self._tell_message("message_changed", changed.message)
        self._feed.message_changed(changed.message, changed.room)

    def room_entered(self, room: Room, people: Iterable[int]) -> None:
        """From here on ``people`` hear a room; all of it are told what it is now."""
        for person in people:
            for connection in self._connections.of_person(person):
                if connection.joined:
                    self._enter(connection.sid, _room(room.id))
        self.room_changed(room)

    def room_left(self, room: Room, person: int) -> None:
        """From here on somebody hears nothing of a room, which is gone for them."""
        for connection in self._connections.of_person(person):
            self._socketio.server.manager.leave_room(connection.sid, "/", _room(room.id))
        self._emit("room_changed", {"id": room.id, "gone": True}, to=_person(person))

    def room_changed(self, room: Room) -> None:
        """Tell a room, new or changed, to all of it; the same for all."""
        self._emit("room_changed", protocol.room(room), to=_room(room.id))

    def people_changed(self, *, joined: Iterable[Person] = (), left: Iterable[int] = (), changed: Iterable[Person] = ()) -> None:
        """Tell who came, went or changed; in a crowd of more than 200 the names wait for the tick."""
        came, gone, other = list(joined), list(left), list(changed)
        for person in other:
            self._connections.renamed(person)
        self._feed.people_changed(came, gone, other)
        if len(self._presence) > NAMED_ONLINE:
            self._unnamed.update([*(person.id for person in [*came, *other]), *gone])
            return
        self._socketio.emit("people_changed", self._people(came, gone, other), to=JOINED)

    def tick(self) -> None:
        """Once a second: tell a large crowd how many are online, and each of them who of their direct rooms came or went."""
        self._feed.tick()
        if not self._unnamed:
            return
        unnamed, self._unnamed = self._unnamed, set()
        self._emit("people_changed", {"online": len(self._presence)}, to=JOINED)
        for person in self._archive.people(unnamed):
            here = person.id in self._presence
            payload = self._people([person], [], []) if here else self._people([], [person.id], [])
            for partner in self._archive.direct_partners(person.id):
                if partner in self._presence:
                    self._emit("people_changed", payload, to=_person(partner))

    def marked(self, marked: Marked) -> None:
        """Tell how far somebody has received and read: the room where receipts are noted, else only themselves."""
        to = _room(marked.room.id) if marked.room.notes_receipts else _person(marked.person)
        self._emit("marked", protocol.marked(marked), to=to)

    def hearers(self, room: int, *, up_to: int) -> int:
        """How many people hear a room now, counted no further than ``up_to``: the list of its members may be long."""
        inside = self._socketio.server.manager.rooms.get("/", {}).get(_room(room), {})
        people: set[int] = set()
        for sid in inside:
            connection = self._connections.get(sid)
            if connection is not None:
                people.add(connection.person.id)
            if len(people) >= up_to:
                break
        return len(people)

    def person_typed(self, room: Room, person: int, *, typing: bool, connection: str) -> None:
        """Tell the others of a room that somebody types."""
        payload = {"room": room.id, "person": person, **({"typing": True} if typing else {})}
        mine = [one.sid for one in self._connections.of_person(person)]
        self._emit("person_typed", payload, to=_room(room.id), skip_sid=[*mine, connection])

    def service_changed(self, state: ServiceState) -> None:
        """Tell that the administrator has started or stopped the chat."""
        payload = {"state": state.state, **({"reason": state.reason} if state.reason else {})}
        self._emit("service_changed", payload, to=JOINED)
        self._feed.service_changed(state)

    def broadcast_unpinned(self, message: int) -> None:
        """Tell that a broadcast is no longer on top."""
        self._emit("broadcast_unpinned", {"id": message}, to=JOINED)
        self._feed.broadcast_unpinned(message)

    def activity(self, activity: Activity) -> None:
        """Tell the panel what happened."""
        self._feed.activity(activity)

    def end_person(self, person: int, *, reason: str, wording: str, detail: str = "") -> None:
        """End all connections of somebody; ``detail`` is what the administrator wrote, else the wording tells."""
        for connection in self._connections.of_person(person):
            self.end(connection, reason=reason, detail=detail or self._wording.say_in(connection.language, wording))

    def end_session(self, session: int, *, reason: str, wording: str) -> list[str]:
        """End all connections of a device, and answer which they were."""
        ended = self._connections.of_session(session)
        for connection in ended:
            self.end(connection, reason=reason, detail=self._wording.say_in(connection.language, wording))
        return [connection.sid for connection in ended]

    def end_all(self, *, reason: str, wording: str, detail: str = "", for_good: bool) -> int:
        """End every connection, and answer how many. ``for_good``: a Socket.IO client does not come back by itself."""
        count = len(self._connections)
        for connection in self._connections:
            self.end(connection, reason=reason, detail=detail or self._wording.say_in(connection.language, wording), for_good=for_good)
        return count

    def close_all(self) -> None:
        """Close what is still open: panels, and connections that never said whose they are."""
        for socket in list(self._socketio.server.eio.sockets.values()):
            spawn(delivery.close, socket)

    def keeps_up(self, connection: Connection) -> bool:
        """Whether a connection takes what it is sent; one that doesn't is let go."""
        kept: bool = self._socketio.server.manager.keeps_up(connection.sid, "/")
        return kept

    def end_slow(self, sid: str) -> None:
        """End a connection that takes nothing; nothing is lost, it catches up when it is back."""
        connection = self._connections.get(sid)
        if connection is not None:
            self.end(
                connection, reason="slow_consumer", detail=self._wording.say_in(connection.language, "ended.slow_consumer"), for_good=False
            )

    def end(self, connection: Connection, *, reason: str, detail: str, for_good: bool = True) -> None:
        """Tell a connection why, then close it; it can't come in again before."""
        connection.ending = True
        self.dismiss(connection.sid)
        self._emit("session_ended", {"reason": reason, "detail": detail}, to=connection.sid)
        spawn(self._close, connection.sid, for_good=for_good)

    def _close(self, sid: str, *, for_good: bool) -> None:
        server = self._socketio.server
        socket = server.eio.sockets.get(server.manager.eio_sid_from_sid(sid, "/"))
        if for_good and server.manager.is_connected(sid, "/"):
            server.disconnect(sid, namespace="/")
        sleep(CLOSE_AFTER)
        if socket is not None:
            delivery.close(socket)

    def _tell_message(self, event: str, message: Message) -> None:
        """The frame is one for all of the room, but its sender's has the ``client_id``."""
        room = _room(message.room)
        inside = self._socketio.server.manager.rooms.get("/", {}).get(room, {})  # its sender may have left it
        mine = [connection.sid for connection in self._connections.of_person(message.sender.id) if connection.sid in inside]
        self._emit(event, protocol.message(message), to=room, skip_sid=mine)
        if mine:
            self._emit(event, protocol.message(message, for_person=message.sender.id), to=mine)

    def _people(self, joined: list[Person], left: list[int], changed: list[Person]) -> dict[str, Any]:
        payload: dict[str, Any] = {"online": len(self._presence)}
        if joined:
            payload["joined"] = [protocol.person(person, online=True) for person in joined]
        if left:
            payload["left"] = left
        if changed:
            payload["changed"] = [protocol.person(person, online=self._presence.reachable(person.id)) for person in changed]
        return payload

    def _enter(self, connection: str, room: str) -> None:
        self._socketio.server.manager.enter_room(connection, "/", room)
        self._socketio.server.manager.enter_room(connection, "/", JOINED)

    def _emit(self, event: str, payload: object, *, to: str | list[str], skip_sid: list[str] | None = None) -> None:
        self._socketio.emit(event, payload, to=to, skip_sid=skip_sid or [])


def _room(room: int) -> str:
    return f"room:{room}"


def _person(person: int) -> str:
    return f"person:{person}"
