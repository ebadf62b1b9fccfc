"""The road to many sockets: what waits for each of them is bounded, so that a slow one hurts nobody else.

A broadcast is one ``bytes`` object, the whole WebSocket frame, written to each socket that can take it from the emitting
green thread: waking each client's writer instead is where the time of the stock road goes. What a socket does not take,
and everything for a long-polling client, goes the stock way through its queue, and what comes later waits behind it.

The places where this hooks into eventlet, python-engineio and python-socketio are named in ``HOOKS``; ``tests/live`` holds them.
"""

import contextlib
import socket as socket_module
import struct
from collections.abc import Callable
from typing import Any

import socketio
from engineio import packet as eio_packet
from engineio.async_drivers.eventlet import WebSocketWSGI
from eventlet import greenthread
from eventlet import queue as eventlet_queue
from socketio import packet

BACKLOG = 1024 * 1024  # bytes that may wait for one client
GOODBYE = 2.0  # seconds in which a client that is let go may still take the reason
TEXT_FRAME = 0x81  # RFC 6455, 5.2: a whole text message in one frame, unmasked
HOOKS = (
    "engineio.Server._async",
    "engineio.Server.sockets",
    "engineio.Socket.queue",
    "socketio.Manager.emit",
    "eventlet.websocket.WebSocket._sendlock",
    "eventlet.greenio.GreenSocket.fd",
)


class BoundedQueue(eventlet_queue.Queue):  # type: ignore[misc]
    """What waits for one client, counted in bytes."""

    def __init__(self, maxsize: int | None = None) -> None:
        self.bytes = 0
        super().__init__(maxsize)

    def _put(self, item: Any) -> None:
        self.bytes += _size(item)
        super()._put(item)

    def _get(self) -> Any:
        item = super()._get()
        self.bytes -= _size(item)
        return item


class Road(WebSocketWSGI):  # type: ignore[misc]
    """A WebSocket without compression (it costs 2.2 times the CPU and 280 KB a client), whose socket can be cut."""

    def __init__(self, handler: Callable[..., Any], server: Any) -> None:
        self._eio_socket = handler.__self__  # type: ignore[attr-defined]
        super().__init__(self._handle, server)
        self.support_legacy_versions = False
        self._inner = handler

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        # It would call the socket idle, and eventlet cuts what is idle when it stops accepting: before our goodbye.
        environ.pop("eventlet.set_idle", None)
        return super().__call__(environ, start_response)

    def _handle(self, ws: Any) -> Any:
        self._eio_socket.wire = ws.socket
        self._eio_socket.direct = Direct(ws)
        return self._inner(ws)


class Direct:
    """Writes whole frames to a WebSocket past its writer, whenever nothing of the writer's is under way."""

    def __init__(self, ws: Any) -> None:
        self._lock = ws._sendlock  # noqa: SLF001 - named in HOOKS
        self._green = ws.socket
        self._raw = ws.socket.fd

    @property
    def free(self) -> bool:
        """Whether nobody writes, and nobody waits to."""
        return bool(self._lock.balance > 0)

    def send(self, frame: bytes) -> None:
        """Write ``frame``; what the socket does not take now follows by itself, before anything else."""
        try:
            sent = self._raw.send(frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # it has ended; its reader tells
        if sent < len(frame):
            self._lock.acquire()  # it is free, so this does not wait
            greenthread.spawn_n(self._finish, frame[sent:])

    def _finish(self, rest: bytes) -> None:
        try:
            self._green.sendall(rest)
        except OSError:  # in the middle of a frame nothing else can follow
            with contextlib.suppress(OSError):
                self._green.shutdown(socket_module.SHUT_RDWR)
        finally:
            self._lock.release()


class Delivery(socketio.Manager):  # type: ignore[misc]
    """Sends one event, encoded once, to all of a room, and lets those go who take nothing."""

    def __init__(self, *, on_slow: Callable[[str], None], direct: bool = True) -> None:
        """
        :param on_slow: is told the sid of a connection for which more than 1 MiB waits.
        :param direct: off, everything goes the stock way.
        """
        super().__init__()
        self._direct = direct
        self._on_slow = on_slow
        self._slow: set[str] = set()

    def attach(self, eio: Any) -> None:
        """Give the Engine.IO server our queue and our WebSocket; its module's own dictionary stays as it is."""
        eio._async = {**eio._async, "queue": BoundedQueue, "websocket": Road}  # noqa: SLF001 - named in HOOKS

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
        frame.whole = text_frame(content)
        for sid, eio_sid in list(self.get_participants(namespace, to or room)):
            if sid not in skipped:
                self._send(sid, eio_sid, frame)

    def answer(self, eio_sid: str, packet: str) -> None:
        """Send one connection a whole Socket.IO packet; it returns at once."""
        content = b"4" + packet.encode()
        frame = eio_packet.Packet(eio_packet.MESSAGE, packet)
        frame.size = len(content)
        frame.whole = text_frame(content)
        self._send(self.sid_from_eio_sid(eio_sid, "/"), eio_sid, frame)

    def keeps_up(self, sid: str, namespace: str) -> bool:
        """Whether a connection takes what it is sent; past 1 MiB it is let go. Acks wait too, and `emit` doesn't see them."""
        eio_sid = self.eio_sid_from_sid(sid, namespace)
        socket = self.server.eio.sockets.get(eio_sid)
        if socket is None or socket.closed or eio_sid in self._slow:
            return False
        if socket.queue.bytes > BACKLOG:
            self._let_go(sid, eio_sid, socket)
            return False
        return True

    def _send(self, sid: str, eio_sid: str, frame: Any) -> None:
        socket = self.server.eio.sockets.get(eio_sid)
        if socket is None or socket.closed or eio_sid in self._slow:
            return
        direct = getattr(socket, "direct", None)
        if self._direct and direct is not None and socket.upgraded and not socket.upgrading and socket.queue.empty() and direct.free:
            direct.send(frame.whole)
            return
        socket.send(frame)
        if socket.queue.bytes > BACKLOG:
            self._let_go(sid, eio_sid, socket)

    def _let_go(self, sid: str, eio_sid: str, socket: Any) -> None:
        while not socket.queue.empty():  # what it did not take it will ask for by `join`
            socket.queue.get(block=False)
            socket.queue.task_done()
        self._on_slow(sid)
        self._slow.add(eio_sid)  # from here on nothing more waits for it: the reason is the last that it may take
        greenthread.spawn_after(GOODBYE, self._cut, eio_sid, socket)

    def _cut(self, eio_sid: str, socket: Any) -> None:
        self._slow.discard(eio_sid)
        cut(socket)


def close(socket: Any) -> None:
    """Close an Engine.IO socket with a goodbye, and cut it when its client does not take that in time."""
    if not socket.closed:
        socket.close(wait=False)
    greenthread.sleep(GOODBYE)
    cut(socket)


def cut(socket: Any) -> None:
    """End an Engine.IO socket whatever its client does: one that reads nothing never sees a goodbye."""
    if not socket.closed:
        socket.close(wait=False, abort=True)
    wire = getattr(socket, "wire", None)
    if wire is not None:
        with contextlib.suppress(OSError):  # it has ended by itself
            wire.shutdown(socket_module.SHUT_RDWR)


def text_frame(content: bytes) -> bytes:
    """A whole WebSocket frame of UTF-8 text from a server (RFC 6455, 5.2)."""
    size = len(content)
    if size < 126:  # noqa: PLR2004 - the lengths of the standard
        head = struct.pack("!BB", TEXT_FRAME, size)
    elif size < 1 << 16:
        head = struct.pack("!BBH", TEXT_FRAME, 126, size)
    else:
        head = struct.pack("!BBQ", TEXT_FRAME, 127, size)
    return head + content


def _size(item: Any) -> int:
    if item is None or item.data is None:
        return 0
    size: int = getattr(item, "size", None) or len(item.data)
    return size
