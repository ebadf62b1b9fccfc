"""The road to many sockets: what waits for each of them is bounded, so that a slow one hurts nobody else.

A broadcast is one ``bytes`` object, the whole WebSocket frame, written to each socket that can take it from the emitting
green thread: waking each client's writer instead is where the time of the stock road goes. What a socket does not take
follows by itself, and what comes later waits behind it. Long-polling clients have a queue.

The places where this and its neighbours hook into eventlet, python-engineio and python-socketio are named in ``HOOKS``;
``tests/live`` holds them.
"""

from collections.abc import Callable
from typing import Any

import socketio
from engineio import packet as eio_packet
from eventlet import greenthread
from eventlet import queue as eventlet_queue
from socketio import packet

from chatweb.live import frames
from chatweb.live.engine import Engine
from chatweb.live.websocket import GOODBYE

BACKLOG = 1024 * 1024  # bytes that may wait for one client
HOOKS = (
    "engineio.Server._async",
    "engineio.Server._handle_connect",
    "engineio.Server._trigger_event",
    "engineio.Server._upgrades",
    "engineio.Server._ok",
    "engineio.Server.sockets",
    "engineio.Socket.queue",
    "engineio.Socket.close",
    "engineio.Socket.handle_get_request",
    "engineio.Socket.handle_post_request",
    "engineio.Socket._upgrade_websocket",
    "socketio.Manager.emit",
    "socketio.Manager.connect",
    "socketio.Manager.disconnect",
    "eventlet.wsgi.WSGI_LOCAL.already_handled",
    "eventlet.wsgi.Input.get_socket",
    "eventlet.greenio.GreenSocket.fd",
)


class BoundedQueue(eventlet_queue.Queue):  # type: ignore[misc]
    """What waits for one client, counted in bytes."""

    def __init__(self, maxsize: int | None = None) -> None:
        self.bytes = 0
        super().__init__(maxsize)

    @property
    def bytes_behind(self) -> int:
        """Those that wait behind the first."""
        return self.bytes - (_size(self.queue[0]) if self.queue else 0)

    def _put(self, item: Any) -> None:
        self.bytes += _size(item)
        super()._put(item)

    def _get(self) -> Any:
        item = super()._get()
        self.bytes -= _size(item)
        return item


class Delivery(socketio.Manager):  # type: ignore[misc]
    """Sends one event, encoded once, to all of a room, and lets those go who take nothing."""

    def __init__(self, *, on_slow: Callable[[str], None], direct: bool = True) -> None:
        """
        :param on_slow: is told the sid of a connection for which more than 1 MiB waits.
        :param direct: off, a green thread of each client writes all that is sent to it.
        """
        super().__init__()
        self._direct = direct
        self._on_slow = on_slow
        self._slow: set[str] = set()
        self._engine: Engine | None = None

    def attach(self, eio: Any) -> None:
        """Give the Engine.IO server our queue and our sockets; its module's own dictionary stays as it is."""
        eio._async = {**eio._async, "queue": BoundedQueue}  # noqa: SLF001 - named in HOOKS
        eio.start_service_task = False  # the watch of ``Engine`` does its work
        self._engine = Engine(eio, direct=self._direct)
        eio._handle_connect = self._engine.open  # noqa: SLF001 - named in HOOKS

    def connect(self, sid: str, namespace: str) -> Any:
        """Register a client that has shown a valid session."""
        connected = super().connect(sid, namespace)
        if self._engine is not None:
            self._engine.settle(self.eio_sid_from_sid(connected, namespace))
        return connected

    def disconnect(self, sid: str, namespace: str, **options: Any) -> Any:
        """Register that a session has ended."""
        eio_sid = self.eio_sid_from_sid(sid, namespace)
        was_connected = not self.is_pre_connected(sid, namespace)
        answer = super().disconnect(sid, namespace, **options)
        if self._engine is not None and was_connected and not any(self.sid_from_eio_sid(eio_sid, one) for one in self.get_namespaces()):
            self._engine.unsettle(eio_sid)
        return answer

    def emit(
        self,
        event: str,
        data: Any,
        namespace: str,
        room: Any = None,
        skip_sid: Any = None,
        callback: Any = None,
        to: Any = None,
        **_options: Any,
    ) -> None:
        """Send an event to ``to``; it returns at once, whatever the connections do."""
        assert callback is None, "the server asks nothing of clients"  # noqa: S101
        if namespace not in self.rooms:
            return
        skipped = set(skip_sid) if isinstance(skip_sid, (list, set, tuple)) else {skip_sid}
        encoded = self.server.packet_class(packet.EVENT, namespace=namespace, data=[event, data]).encode()
        frame = eio_packet.Packet(eio_packet.MESSAGE, encoded)
        content = b"4" + encoded.encode()  # engineio's MESSAGE
        frame.size = len(content)
        frame.whole = frames.frame(frames.TEXT, content)
        for sid, eio_sid in list(self.get_participants(namespace, to or room)):
            if sid not in skipped:
                self._send(sid, eio_sid, frame)

    def answer(self, eio_sid: str, packet: str) -> None:
        """Send one connection a whole Socket.IO packet; it returns at once."""
        content = b"4" + packet.encode()
        frame = eio_packet.Packet(eio_packet.MESSAGE, packet)
        frame.size = len(content)
        frame.whole = frames.frame(frames.TEXT, content)
        self._send(self.sid_from_eio_sid(eio_sid, "/"), eio_sid, frame)

    def keeps_up(self, sid: str, namespace: str) -> bool:
        """Whether a connection takes what it is sent; past 1 MiB it is let go. Acks wait too, and `emit` doesn't see them."""
        eio_sid = self.eio_sid_from_sid(sid, namespace)
        socket = self.server.eio.sockets.get(eio_sid)
        if socket is None or socket.closed or eio_sid in self._slow:
            return False
        if socket.waiting > BACKLOG:
            self._let_go(sid, eio_sid, socket)
            return False
        return True

    def _send(self, sid: str, eio_sid: str, frame: Any) -> None:
        socket = self.server.eio.sockets.get(eio_sid)
        if socket is None or socket.closed or eio_sid in self._slow:
            return
        socket.send(frame)
        if socket.waiting > BACKLOG:
            self._let_go(sid, eio_sid, socket)

    def _let_go(self, sid: str, eio_sid: str, socket: Any) -> None:
        socket.forget()  # what it did not take it will ask for by `join`
        self._on_slow(sid)
        self._slow.add(eio_sid)  # from here on nothing more waits for it: the reason is the last that it may take
        greenthread.spawn_after(GOODBYE, self._cut, eio_sid, socket)

    def _cut(self, eio_sid: str, socket: Any) -> None:
        self._slow.discard(eio_sid)
        cut(socket)


def close(socket: Any, *, code: int = frames.GOING_AWAY) -> None:
    """Close an Engine.IO socket with a goodbye, and cut it when its client does not take that in time."""
    if not socket.closed:
        socket.close(wait=False, code=code)
    greenthread.sleep(GOODBYE)
    cut(socket)


def cut(socket: Any) -> None:
    """End an Engine.IO socket whatever its client does: one that reads nothing never sees a goodbye."""
    if not socket.closed:
        socket.close(wait=False, abort=True)
    if socket.wire is not None:
        socket.wire.cut()


def _size(item: Any) -> int:
    if item is None or item.data is None:
        return 0
    size: int = getattr(item, "size", None) or len(item.data)
    return size
