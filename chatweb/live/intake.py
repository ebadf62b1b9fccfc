"""What comes in: one place for the packets of all connections, over WebSocket and polling, before anything else sees them.

It looks at the rate first and at the head of a packet then, so that refusing costs microseconds; the JSON is read only of
what is let through. One connection's packets are handled one after another, also when the first is slow.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from flask_socketio import SocketIO

from chatweb.chat.allowance import Allowance
from chatweb.chat.errors import NotFound, RateLimited, Unauthenticated
from chatweb.chat.limits import Rate
from chatweb.chat.ports import Clock
from chatweb.live import delivery, packets
from chatweb.live.answering import Answering, Refusals
from chatweb.live.complaints import Complaints
from chatweb.live.connections import Connections
from chatweb.live.fanout import SocketFanout
from chatweb.live.frames import POLICY
from chatweb.live.packets import BadPacket, Head
from chatweb.offload import sleep, spawn
from chatweb.wording import Wording

BAD_PACKETS = 3  # of a connection; with the last of them it is closed
ROUND = 32  # packets of one connection after which the others come first
HANDLING = 8  # packets that one counts for which is let through: it costs as many times more
REFUSED_PAUSE = 0.02  # seconds in which a connection isn't read after so many refusals
METER = "chatweb.meter"  # where a connection's meter stands in the environ of the request that opened it


@dataclass(slots=True, eq=False)
class Meter:
    """What is counted of one connection."""

    allowance: Allowance
    work: int = 0  # since the others had their turn
    refused: int = 0
    bad: int = 0
    ended: bool = False  # it goes on sending and is not listened to any more
    sentence: str = ""  # of ``rate_limited``, in its language


class Intake:
    """Lets packets through, refuses them, or ends the connection that they come from."""

    def __init__(
        self,
        socketio: SocketIO,
        answering: Mapping[str, Answering],
        connections: Connections,
        fanout: SocketFanout,
        *,
        allowance: Callable[..., Allowance],
        rate: Rate,
        clock: Clock,
        refusals: Refusals,
        wording: Wording,
    ) -> None:
        """
        :param answering: the namespaces that there are.
        :param allowance: makes what each connection may send.
        :param rate: what each person may send with all of their connections.
        """
        self._server = socketio.server
        self._answering = answering
        self._connections = connections
        self._fanout = fanout
        self._allowance = allowance
        self._rate = rate
        self._clock = clock
        self._refusals = refusals
        self._wording = wording
        self._complaints = Complaints()
        self._server.eio.on("message", self.message)

    def message(self, eio_sid: str, text: object) -> None:
        """Take one Socket.IO packet of a client."""
        environ = self._server.environ.get(eio_sid)
        if environ is None:
            return
        meter = self._meter(environ)
        meter.work += 1
        if meter.work >= ROUND:
            meter.work = 0
            sleep(0)
        if meter.ended:
            self._slow_down(meter)
            return
        try:
            head = packets.read_head(text)
        except BadPacket:
            self.bad(eio_sid)
            return
        wait = self._wait(eio_sid, meter, str(text))
        if wait:
            self._refuse(eio_sid, environ, meter, head, wait)
        else:
            meter.work += HANDLING - 1
            self._handle(eio_sid, environ, head, str(text))

    def bad(self, eio_sid: str) -> None:
        """Count a packet of a connection that could not be read; the third one ends it."""
        environ = self._server.environ.get(eio_sid)
        if environ is None:
            return
        meter = self._meter(environ)
        meter.bad += 1
        self._complaints.note(environ.get("REMOTE_ADDR", ""))
        if meter.bad >= BAD_PACKETS:
            meter.ended = True
            self._close(eio_sid)

    def _meter(self, environ: dict[str, Any]) -> Meter:
        meter: Meter | None = environ.get(METER)
        if meter is None:
            meter = environ[METER] = Meter(self._allowance(now=self._clock.monotonic()))
        return meter

    # Over the rate

    def _wait(self, eio_sid: str, meter: Meter, text: str) -> float:
        """The seconds to wait, 0 for none: first of the connection, then of its person."""
        now = self._clock.monotonic()
        wait = meter.allowance.take(len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass")), now=now)
        connection = self._connections.get(self._server.manager.sid_from_eio_sid(eio_sid, "/"))
        if wait or connection is None:
            return wait
        try:
            self._rate.take(connection.person.id, now=now)
        except RateLimited as limited:
            meter.allowance.refuse(limited.retry_after or 0.0, now=now)
            return limited.retry_after or 0.0
        return 0.0

    def _refuse(self, eio_sid: str, environ: dict[str, Any], meter: Meter, head: Head, wait: float) -> None:
        if not meter.sentence:
            sentence = self._wording.say_in(self._refusals.language_of(environ), RateLimited.wording)
            meter.sentence = msgspec.json.encode(sentence).decode()
        error = f'{{"code":"{RateLimited.code}","detail":{meter.sentence},"retry_after":{math.ceil(wait * 10) / 10}}}'
        if head.kind == packets.EVENT and head.id:
            self._send(eio_sid, head.answer(f'[{{"ok":false,"error":{error}}}]'))
        elif head.kind == packets.CONNECT:
            self._send(eio_sid, head.refusal(f'{{"message":"{RateLimited.code}","data":{error}}}'))
        if meter.allowance.floods():
            meter.ended = True
            self._end_flood(eio_sid)
        self._slow_down(meter)

    def _slow_down(self, meter: Meter) -> None:
        meter.refused += 1
        if meter.refused % ROUND == 0:
            sleep(REFUSED_PAUSE)

    def _end_flood(self, eio_sid: str) -> None:
        connection = self._connections.get(self._server.manager.sid_from_eio_sid(eio_sid, "/"))
        if connection is None:
            self._close(eio_sid)
            return
        self._fanout.end(connection, reason="flooding", detail=self._wording.say_in(connection.language, "ended.flooding"))

    def _close(self, eio_sid: str) -> None:
        socket = self._server.eio.sockets.get(eio_sid)
        if socket is not None:
            spawn(delivery.close, socket, code=POLICY)

    # Let through

    def _handle(self, eio_sid: str, environ: dict[str, Any], head: Head, text: str) -> None:
        try:
            data = packets.read_json(text, head)
        except ValueError:
            data = None
        if head.kind == packets.EVENT:
            self._event(eio_sid, environ, head, data)
        elif head.kind == packets.CONNECT:
            self._connect(eio_sid, environ, head, data)
        elif head.kind == packets.DISCONNECT and head.namespace in self._answering:
            self._server._handle_disconnect(eio_sid, head.namespace)  # noqa: SLF001 - held by tests/live/test_hostile.py
        # An ack of a client is no ask, and answers none of ours: we ask nothing.

    def _event(self, eio_sid: str, environ: dict[str, Any], head: Head, data: object) -> None:
        event, sent = (data[0], data[1:]) if isinstance(data, list) and data and isinstance(data[0], str) else ("", [])
        if not event and not head.id:
            self.bad(eio_sid)  # nothing in it could be answered
            return
        manager = self._server.manager
        sid = manager.sid_from_eio_sid(eio_sid, head.namespace)
        if head.namespace not in self._answering or sid is None or not manager.is_connected(sid, head.namespace):
            answer = self._refusal(environ, Unauthenticated() if head.namespace in self._answering else NotFound())
        else:
            answer = self._answering[head.namespace].answer(environ, sid, event, sent)
        if head.id:
            self._send(eio_sid, head.answer(self._list(environ, answer)))

    def _connect(self, eio_sid: str, environ: dict[str, Any], head: Head, data: object) -> None:
        if head.namespace in self._answering:
            auth = data if isinstance(data, dict) else None
            self._server._handle_connect(eio_sid, head.namespace, auth)  # noqa: SLF001 - held by tests/live/test_hostile.py
        else:
            refused = self._refusal(environ, NotFound())["error"]
            self._send(eio_sid, head.refusal(msgspec.json.encode({"message": refused["code"], "data": refused}).decode()))

    def _refusal(self, environ: dict[str, Any], error: BaseException) -> dict[str, Any]:
        return self._refusals.ack(error, self._refusals.language_of(environ))

    def _list(self, environ: dict[str, Any], answer: object) -> str:
        try:
            return msgspec.json.encode([answer]).decode()
        except (TypeError, ValueError, msgspec.MsgspecError, RecursionError) as error:
            return msgspec.json.encode([self._refusal(environ, error)]).decode()

    def _send(self, eio_sid: str, packet: str) -> None:
        self._server.manager.answer(eio_sid, packet)
