"""Engine.IO as we speak it: python-engineio's, with sockets of our own in the one place where it opens them.

A socket that has not shown a valid session may stay 5 seconds, and there may be only so many of them.
"""

from collections.abc import Callable
from typing import Any

import engineio
from engineio import exceptions, packet

from chatweb.live import frames, opening
from chatweb.live.chatter import Chatter
from chatweb.live.pinger import Pinger, Watch
from chatweb.live.strangers import Strangers
from chatweb.live.websocket import Deadlines, Wire
from chatweb.offload import spawn

CONNECT_SECONDS = 5.0  # between the opening of a socket and a valid session
UPGRADE_SECONDS = 10.0  # in which a socket must have gone from polling to WebSocket
STRANGER_BYTES = 16 * 1024  # of a message, before there is a valid session; after it, engineio's own setting
PACKETS = 16  # of Engine.IO in the body of a request at most

OPEN_AGAIN = 5  # seconds after which somebody may try again who was refused
_PING = frames.frame(frames.TEXT, b"2")
_PONG_OF_PROBE = frames.frame(frames.TEXT, b"3probe")


class MalformedPacket(exceptions.EngineIOError):  # type: ignore[misc]
    """A client has sent what is no packet of Engine.IO: its socket is closed."""


class TwoPolls(exceptions.EngineIOError):  # type: ignore[misc]
    """A client polls twice at once: its socket is closed, as the protocol of Engine.IO says."""


class Socket(engineio.socket.Socket):  # type: ignore[misc]
    """One client's socket; ``wire`` is there as soon as everything goes by WebSocket."""

    def __init__(self, server: Any, sid: str, engine: "Engine") -> None:
        super().__init__(server, sid)
        self.closing = self.closed = False
        self._engine = engine
        self._limit = STRANGER_BYTES
        self._chatter = Chatter()
        self._polled = False  # whether a request waits for packets
        self._probing: Wire | None = None
        self.wire: Wire | None = None

    @property
    def waiting(self) -> int:
        """Bytes that wait behind what the client is taking: that may be an answer of megabytes, which it has asked for."""
        return self.wire.bytes if self.wire is not None else self.queue.bytes_behind

    def forget(self) -> None:
        """Drop what waits for the client."""
        while not self.queue.empty():
            self.queue.get(block=False)
            self.queue.task_done()
        if self.wire is not None:
            self.wire.forget()

    def allow(self, limit: int) -> None:
        """From here on a message may have ``limit`` bytes."""
        self._limit = limit
        if self.wire is not None:
            self.wire.limit = limit

    def send(self, pkt: Any) -> None:
        """Send a packet; it returns at once.

        :raises engineio.exceptions.SocketIsClosedError: when it is.
        """
        if self.closed:
            raise exceptions.SocketIsClosedError
        if self.wire is None:
            self.queue.put(pkt)
        else:
            self.wire.send(_whole(pkt))

    def take(self, text: str) -> None:
        """Take one packet of the client.

        :raises MalformedPacket: when it is none.
        """
        kind = text[:1]
        if self.closing or self.closed:
            return
        if kind != "4" and not self.may_chat():
            raise MalformedPacket
        if kind == "4":
            self.server._trigger_event("message", self.sid, text[1:], run_async=False)  # noqa: SLF001 - named in delivery.HOOKS
        elif kind == "3":
            self._engine.pinger.answered(self)
        elif kind == "1":
            self.close(wait=False, abort=True, reason=self.server.reason.CLIENT_DISCONNECT)
        elif kind != "5":  # an upgrade beside the way says nothing: an answer to each would wait without bound for who reads none
            raise MalformedPacket

    def may_chat(self) -> bool:
        """Whether the client may send one more control frame or packet that is no message."""
        return self._chatter.take(now=self._engine.watch.now())

    def poll(self) -> list[Any]:
        """Wait for what is to be sent to a polling client.

        :raises TwoPolls: while another request waits: each would hold a place at the door that nobody can ask back.
        """
        if self._polled:
            raise TwoPolls
        self._polled = True
        try:
            packets: list[Any] = super().poll()
            return packets
        finally:
            self._polled = False

    def handle_post_request(self, environ: dict[str, Any]) -> None:
        """Take the packets of a polling client.

        :raises engineio.exceptions.EngineIOError: when the body is too long or malformed: engineio closes the socket then.
        """
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length > self._limit:
            raise exceptions.ContentTooLongError
        try:
            packets = environ["wsgi.input"].read(length).decode().split("\x1e")
        except UnicodeDecodeError:
            raise MalformedPacket from None
        if len(packets) > PACKETS:
            raise MalformedPacket
        for text in packets:
            self.take(text)

    def schedule_ping(self) -> None:
        """Nothing to do: the pinger knows."""

    def check_ping_timeout(self) -> bool:
        """Nothing to check: the pinger closes."""
        return True

    def ping(self) -> None:
        """Ask the client whether it is there."""
        if self.wire is not None:
            self.wire.send(_PING)
        elif not self.closed:
            self.queue.put(packet.Packet(packet.PING))

    def is_gone(self) -> None:
        """Close, because the client has not answered a ping."""
        spawn(self.close, wait=False, reason=self.server.reason.PING_TIMEOUT)

    def close(self, wait: bool = True, abort: bool = False, reason: str | None = None, code: int = frames.NORMAL) -> None:  # noqa: ARG002, FBT001, FBT002 - engineio's; a client that takes nothing is never waited for
        """Tell that the client is gone, and close: with a packet before the close frame unless ``abort``."""
        if self.closed or self.closing:
            return
        self.closing = True
        try:
            self.server._trigger_event(  # noqa: SLF001 - named in delivery.HOOKS
                "disconnect", self.sid, reason or self.server.reason.SERVER_DISCONNECT, run_async=False
            )
        finally:
            self._engine.forget(self)
            if not abort:
                self.send(packet.Packet(packet.CLOSE))
            self.closed = True
            self.queue.put(None)  # ends a request that waits for packets
            for wire in (self.wire, self._probing):
                if wire is not None:
                    wire.close(code)

    def serve(self, environ: dict[str, Any]) -> list[bytes]:
        """Be a WebSocket until it ends."""
        wire = self._engine.wire(environ, self)
        wire.run(self._take_text, opened=lambda: self._go_on_by(wire))
        return []

    def wire_ended(self, wire: Wire) -> None:
        """Nothing more comes from a WebSocket of ours: tell so, unless polling goes on without it."""
        if wire is self.wire:
            self.close(abort=True, reason=self.server.reason.TRANSPORT_CLOSE)
        elif wire is self._probing:
            self._probing = None
            self.upgrading = False
            self._engine.upgrades.discard(wire)

    def _upgrade_websocket(self, environ: dict[str, Any], _start_response: Callable[..., Any]) -> Any:
        """Go on by WebSocket when the client has seen that it works; until then polling goes on."""
        refusal = opening.objection(environ)
        if refusal is None and (self.upgraded or self._probing is not None):
            refusal = opening.refusal("409 Conflict", "this socket has one already, or is trying one")
        if refusal is not None:
            return _answer(refusal)
        self._probing = wire = self._engine.wire(environ, self)
        self._engine.upgrades.add(wire, now=self._engine.deadlines.now())
        wire.run(lambda text: self._take_probe(wire, text))
        return []

    def _take_probe(self, wire: Wire, text: str) -> None:
        if wire is self.wire:
            self._take_text(text)
        elif text == "2probe" and not self.upgrading:
            self.upgrading = True  # from here on requests that poll are answered at once and empty
            wire.send(_PONG_OF_PROBE)
            self.queue.put(packet.Packet(packet.NOOP))  # and the one that waits ends
        elif text == "5" and self.upgrading:
            self._probing = None
            self._engine.upgrades.discard(wire)
            self._go_on_by(wire)
        else:
            raise frames.Broken(frames.POLICY, "no upgrade of Engine.IO")

    def _take_text(self, text: str) -> None:
        try:
            self.take(text)
        except MalformedPacket:
            raise frames.Broken(frames.POLICY, "no packet of Engine.IO") from None

    def _go_on_by(self, wire: Wire) -> None:
        """Send what waits, and all that follows, by a WebSocket. Nothing yields in here, so nothing is overtaken."""
        self.wire = wire
        wire.limit = self._limit
        self.connected = self.upgraded = True
        self.upgrading = False
        while not self.queue.empty():
            waited = self.queue.get(block=False)
            self.queue.task_done()
            if waited is not None and waited.packet_type != packet.NOOP:
                wire.send(_whole(waited))
        if self.closed:
            wire.close(frames.GOING_AWAY)


class Engine:
    """What the sockets of a server share; it opens them."""

    def __init__(self, eio: Any, *, direct: bool) -> None:
        """``direct``: off, a green thread of each client writes all that is sent to it."""
        self._eio = eio
        self._direct = direct
        self.watch = Watch()
        self.deadlines = Deadlines(self.watch)
        self.pinger = Pinger(self.watch, interval=eio.ping_interval, timeout=eio.ping_timeout)
        self.upgrades = self.watch.waits(UPGRADE_SECONDS, lambda wire: wire.fail(frames.POLICY, "no upgrade in time"))
        self._without_session = self.watch.waits(CONNECT_SECONDS, self._close_stranger)
        self._strangers = Strangers()
        self._watching = False

    def open(self, environ: dict[str, Any], _start_response: Callable[..., Any], transport: str, jsonp_index: int | None = None) -> Any:
        """Open a socket; engineio's ``_handle_connect``."""
        if not self._watching:
            self._watching = True
            self.watch.start()
        refusal = opening.objection(environ) if transport == "websocket" else None
        sid = self._eio.generate_id()
        if refusal is None and not self._strangers.admit(sid, environ.get("REMOTE_ADDR", "")):
            refusal = opening.refusal("503 Service Unavailable", "too many wait to be let in", ("Retry-After", str(OPEN_AGAIN)))
        if refusal is not None:
            return _answer(refusal)
        socket = self._eio.sockets[sid] = Socket(self._eio, sid, self)
        socket.send(packet.Packet(packet.OPEN, self._welcome(sid, transport)))
        self._eio._trigger_event("connect", sid, environ, run_async=False)  # noqa: SLF001 - named in delivery.HOOKS
        self._without_session.add(socket, now=self.watch.now())
        self.pinger.add(socket)
        if transport == "websocket":
            return socket.serve(environ)
        socket.connected = True
        return self._eio._ok(socket.poll(), jsonp_index=jsonp_index)  # noqa: SLF001 - named in delivery.HOOKS

    def settle(self, eio_sid: str) -> None:
        """A socket has shown a valid session."""
        socket = self._eio.sockets.get(eio_sid)
        if socket is not None:
            self._strangers.discard(socket.sid)
            self._without_session.discard(socket)
            socket.allow(self._eio.max_http_buffer_size)

    def unsettle(self, eio_sid: str) -> None:
        """The last session of a socket has ended: it may show another one soon, or is closed."""
        socket = self._eio.sockets.get(eio_sid)
        if socket is not None and not socket.closing:
            socket.allow(STRANGER_BYTES)
            self._without_session.add(socket, now=self.watch.now())

    def forget(self, socket: Socket) -> None:
        """A socket has ended."""
        self._strangers.discard(socket.sid)
        self._without_session.discard(socket)
        self.pinger.discard(socket)
        self._eio.sockets.pop(socket.sid, None)

    def wire(self, environ: dict[str, Any], socket: Socket) -> Wire:
        """A WebSocket for a socket."""
        return Wire(
            environ,
            self.deadlines,
            limit=STRANGER_BYTES,
            direct=self._direct,
            admit=socket.may_chat,
            on_end=socket.wire_ended,
        )

    def _welcome(self, sid: str, transport: str) -> dict[str, Any]:
        eio = self._eio
        return {
            "sid": sid,
            "upgrades": eio._upgrades(sid, transport),  # noqa: SLF001 - named in delivery.HOOKS
            "pingTimeout": int(eio.ping_timeout * 1000),
            "pingInterval": int(eio.ping_interval * 1000),
            "maxPayload": eio.max_http_buffer_size,
        }

    def _close_stranger(self, socket: Socket) -> None:
        spawn(socket.close, code=frames.POLICY)


def _answer(refusal: opening.Refusal) -> dict[str, Any]:
    """A refusal in the form in which engineio's methods hand on answers."""
    status, headers, body = refusal
    return {"status": status, "headers": headers, "response": body}


def _whole(pkt: Any) -> bytes:
    """A packet as a whole frame; a broadcast's is made once for all."""
    whole: bytes | None = getattr(pkt, "whole", None)
    return whole or frames.frame(frames.TEXT, pkt.encode().encode())
