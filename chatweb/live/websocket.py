"""The green side of a WebSocket: reads fairly, writes at once where the line takes it, and always ends.

One green thread a client reads. A frame is written from whoever sends it; what the socket does not take follows by a
green thread that lives until all is written, and whatever comes meanwhile waits behind it.
"""

import contextlib
import logging
import socket as socket_module
from collections import deque
from collections.abc import Callable
from typing import Any

from eventlet import greenthread, wsgi

from chatweb.live import frames, opening
from chatweb.live.pinger import Watch

logger = logging.getLogger(__name__)

CHUNK = 16 * 1024  # bytes read at once
ROUND = 32  # frames of one client after which it is the others' turn
WHOLE = 10.0  # seconds in which a message, or a frame, must have come
GOODBYE = 2.0  # seconds in which a client that is let go may still take the reason
FAULT = 1011  # the close code of a fault of ours


class Deadlines:
    """The waits that all wires share."""

    def __init__(self, watch: Watch) -> None:
        self.now = watch.now
        self.whole = watch.waits(WHOLE, lambda wire: wire.fail(frames.TOO_BIG, f"a message that was not whole in {WHOLE:.0f} s"))
        self.goodbye = watch.waits(GOODBYE, lambda wire: wire.cut())


class Wire:
    """One WebSocket from the answer to its opening to the end of its line."""

    def __init__(
        self,
        environ: dict[str, Any],
        deadlines: Deadlines,
        *,
        limit: int,
        direct: bool,
        admit: Callable[[], bool],
        on_end: Callable[["Wire"], None],
    ) -> None:
        """
        :param environ: of a request to which ``opening`` has no objection.
        :param limit: bytes of a message at most.
        :param direct: off, a green thread of the client's own writes everything.
        :param admit: answers for each frame that is no text whether its client may still send it.
        :param on_end: is told once, as soon as nothing more comes, whatever the reason.
        """
        self._answer = opening.answer(environ)
        self._green = environ["eventlet.input"].get_socket()
        self._raw = self._green.fd  # named in delivery.HOOKS
        self._deadlines = deadlines
        self._direct = direct
        self._admit = admit
        self._on_end = on_end
        self._reader = frames.Reader(limit)
        self._frames = 0  # since it was the others' turn
        self._rest = memoryview(b"")  # of the frame that is being written
        self._waiting: deque[bytes] = deque()
        self._pong = b""  # the last one, when it could not be written at once (5.5.3)
        self._writer: Any = None
        self._closing = False
        self._ended = False
        self.bytes = 0  # that wait behind the frame that is being written, which may be an answer of megabytes

    @property
    def limit(self) -> int:
        return self._reader.limit

    @limit.setter
    def limit(self, limit: int) -> None:
        self._reader.limit = limit

    def run(self, take: Callable[[str], None], *, opened: Callable[[], None] = lambda: None) -> None:
        """Answer the opening, and read until the line or its client ends; nothing is raised into the server.

        :param take: is given each text; what it raises as ``Broken`` ends the line.
        :param opened: is called when frames may be sent.
        """
        wsgi.WSGI_LOCAL.already_handled = True  # so that the server adds no answer of its own
        self._green.settimeout(None)  # the pings tell whether somebody is there
        try:
            self._green.sendall(self._answer)
            opened()
            self._read(take)
        except frames.Broken as broken:
            self.close(broken.code, broken.reason)
        except OSError:
            self.cut()
        except Exception:  # the edge's last handler: a traceback must not come into the stream
            logger.exception("A frame could not be handled")
            self.close(FAULT)
        finally:
            self._end()
            self._linger()

    def send(self, frame: bytes) -> None:
        """Write a whole frame, or let it wait behind what waits already; it returns at once."""
        if not self._closing:
            self._write(frame)

    def close(self, code: int, reason: str = "") -> None:
        """Say goodbye behind all that waits; when the client doesn't take that in 2 s the line is cut."""
        if not self._closing:
            self._closing = True
            self._deadlines.whole.discard(self)
            self._deadlines.goodbye.add(self, now=self._deadlines.now())
            self._write(frames.close_frame(code, reason))
            if self._writer is None:
                self._shut(socket_module.SHUT_WR)

    def fail(self, code: int, reason: str) -> None:
        """Close, and tell that nothing more comes: its reader still waits for the client's goodbye."""
        self.close(code, reason)
        greenthread.spawn_n(self._end)

    def forget(self) -> None:
        """Drop what waits, but for the frame that is being written: in the middle of it nothing else can follow."""
        self._waiting.clear()
        self._pong = b""
        self.bytes = 0

    def cut(self) -> None:
        """End the line, whatever its client does."""
        self._closing = True
        self._deadlines.whole.discard(self)
        self._shut(socket_module.SHUT_RDWR)

    def _read(self, take: Callable[[str], None]) -> None:
        while not self._closing:
            data = self._green.recv(CHUNK)
            if not data:
                self.cut()  # nobody is there who could take a goodbye
                return
            self._reader.receive(data)
            while not self._closing and (frame := self._reader.next()) is not None:
                if self._reader.between:
                    self._deadlines.whole.discard(self)  # the message has come in time, however long it is worked on
                self._pause()
                if not isinstance(frame[1], str) and not self._admit():
                    raise frames.Broken(frames.POLICY, "too many control frames")
                self._take(frame, take)
            if self._reader.under_way and not self._closing and self not in self._deadlines.whole:
                self._deadlines.whole.add(self, now=self._deadlines.now())

    def _take(self, frame: frames.Frame, take: Callable[[str], None]) -> None:
        opcode, payload = frame
        if isinstance(payload, str):
            take(payload)
        elif opcode == frames.PING:
            self._send_pong(frames.frame(frames.PONG, payload))
        elif opcode == frames.CLOSE:
            self.close(frames.close_code(payload))

    def _pause(self) -> None:
        """Let the others have their turn: a client that sends without end is never waited for, so it would keep the hub."""
        self._frames += 1
        if self._frames >= ROUND:
            self._frames = 0
            greenthread.sleep(0)

    def _send_pong(self, pong: bytes) -> None:
        if self._writer is None:
            self._write(pong)
        else:
            self._pong = pong

    def _write(self, frame: bytes) -> None:
        if self._writer is not None:
            self._waiting.append(frame)
            self.bytes += len(frame)
            return
        sent = 0
        if self._direct:
            try:
                sent = self._raw.send(frame)
            except BlockingIOError:
                pass
            except OSError:
                return  # the line has ended; its reader tells
            if sent == len(frame):
                return
        self._rest = memoryview(frame)[sent:]
        self._writer = greenthread.spawn(self._flush)

    def _flush(self) -> None:
        try:
            while self._rest or self._waiting or self._pong:
                if not self._rest:
                    self._rest = memoryview(self._next())
                sent = self._green.send(self._rest)
                self._rest = self._rest[sent:]
        except OSError:
            self.cut()
        finally:
            self._writer = None
            if self._closing:
                self._shut(socket_module.SHUT_WR)

    def _next(self) -> bytes:
        if self._pong and not self._closing:
            pong, self._pong = self._pong, b""
            return pong
        self._pong = b""
        frame = self._waiting.popleft() if self._waiting else b""
        self.bytes -= len(frame)
        return frame

    def _end(self) -> None:
        if not self._ended:
            self._ended = True
            self._on_end(self)

    def _linger(self) -> None:
        """Wait for the client's goodbye: bytes that nobody reads would make a reset of ours, which swallows the reason."""
        with contextlib.suppress(OSError):
            writer = self._writer
            if writer is not None:
                writer.wait()
            while self._green.recv(CHUNK):
                self._pause()
        self._deadlines.goodbye.discard(self)
        self.forget()

    def _shut(self, how: int) -> None:
        with contextlib.suppress(OSError):  # it has ended by itself
            self._green.shutdown(how)
