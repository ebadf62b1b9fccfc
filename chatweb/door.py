"""The door: connections on which no request runs. Each costs a socket and the bytes it has sent, no green thread, and none stays for ever.

Deadlines are no timers: one sweep a second looks at those who wait. A request is handed on when its head is complete
and read, and with it a body of up to 64 kB, so that a client that sends slowly holds nobody's time but its own.
"""

import contextlib
import enum
import fcntl
import logging
import socket
import struct
import termios
from collections.abc import Callable
from typing import Any, Protocol

from chatweb.request_head import Head, Refusal, end_of, parse, problem

logger = logging.getLogger(__name__)

HEAD_SECONDS = 10.0  # for a request line and headers in all, from the accept or the first byte
IDLE_SECONDS = 15.0  # between two requests of a kept connection
PATIENCE = 10.0  # seconds that a body, or an answer, may take before its rate counts
RATE = 1_000  # bytes a second from then on
SAVED = 60.0  # seconds that somebody may have saved up by being faster: a phone walks through a dead corner
WHOLE = 64 * 1024  # bytes of a body that are waited for before its request is handed on
HELD = 32 * 1024 * 1024  # bytes of unfinished requests in all; past it, whoever has waited longest goes
LINGER_SECONDS = 2.0  # in which a client that still sends may read why it was refused
LINGER_BYTES = 256 * 1024  # that are thrown away meanwhile
LINGERERS = 48  # at once; the descriptors kept for files are not for them
CHUNK = 16 * 1024  # bytes taken at once
FULL_SECONDS = 60.0  # between two lines of the log about a full house
RETRY_AFTER = 5  # seconds


class State(enum.Enum):
    """What a connection waits for."""

    IDLE = "a request"
    HEAD = "the rest of a head"
    BODY = "the rest of a body"
    RUNNING = "us"
    LINGERING = "the end"
    CLOSED = "nothing"


class Hub(Protocol):
    """What tells that a socket can be read."""

    def watch(self, descriptor: int, call: Callable[[], None]) -> Any:
        """Call whenever it can be read, until ``forget`` is given what this answers."""

    def forget(self, watched: Any) -> None: ...


class Line:
    """One connection."""

    __slots__ = ("buffer", "green", "head", "leading", "outgoing", "peer", "searched", "socket", "state", "taken", "until", "watched")

    def __init__(self, connection: Any, peer: Any, until: float) -> None:
        self.socket = connection
        self.peer = peer
        self.until = until  # monotonic seconds at which it will have waited long enough
        self.state = State.HEAD
        self.buffer = bytearray()  # what was received and belongs to no request yet
        self.searched = 0  # bytes of it in which no head ends
        self.leading = False  # whether an empty line before the request has been passed over
        self.head: Head | None = None
        self.watched: Any = None
        self.green: Any = None  # the same socket for green threads, once a request has run
        self.outgoing: int | None = None  # bytes sent, while a green thread waits for them to be taken
        self.taken = 0  # bytes of those that the client had received when somebody looked


class Door:
    """Holds all connections, and hands each on whenever a request is complete."""

    def __init__(self, *, hub: Hub, room: int, now: Callable[[], float], start: Callable[[Line], None]) -> None:
        """
        :param room: connections at most; who comes then is answered 503 at once.
        :param now: monotonic seconds.
        :param start: is given a line whose request can run; it hands it back by ``park``, ``linger`` or ``close``.
        """
        self._hub = hub
        self._room = room
        self._now = now
        self._start = start
        self._parked: dict[Line, None] = {}  # those without a green thread, the longest waiting first
        self._waiting: dict[Line, None] = {}  # those whose green thread waits for their client
        self._lingering: dict[Line, None] = {}
        self._held = 0  # bytes of the parked ones' buffers
        self._full_told = -FULL_SECONDS
        self.lines: set[Line] = set()
        self.shut = False

    def take(self, connection: Any, peer: Any) -> None:
        """Let somebody in; when the house is full, whoever has waited longest for its own request goes, or the newcomer."""
        line = Line(connection, peer, self._now() + HEAD_SECONDS)
        if len(self.lines) >= self._room and not self._make_place():
            self._tell_full()
            self._refuse(line, problem(503, "All places are taken; come back a little later.", retry_after=RETRY_AFTER))
            return
        self.lines.add(line)
        self._parked[line] = None
        self.readable(line)  # its request has often come with it

    def readable(self, line: Line) -> None:
        """Take what has come."""
        if line.state in {State.RUNNING, State.CLOSED}:
            return  # told about in the same round as what ended the wait
        try:
            data = line.socket.recv(CHUNK)
        except BlockingIOError:
            self._watch(line)
            return
        except OSError:
            data = b""
        if not data:
            self.close(line)
        elif line.state is State.LINGERING:
            line.taken += len(data)
            if line.taken > LINGER_BYTES:
                self.close(line)
        else:
            self._add(line, data)
            self._advance(line, len(data))

    def park(self, line: Line) -> None:
        """Take a connection back after its request has been answered."""
        if self.shut:
            self.close(line)
            return
        self._waiting.pop(line, None)
        line.head = None
        line.searched = 0
        line.leading = False
        line.taken = 0  # bytes are counted anew for each answer
        self._held += len(line.buffer)
        self._parked[line] = None
        line.state = State.HEAD if line.buffer else State.IDLE
        line.until = self._now() + (HEAD_SECONDS if line.buffer else IDLE_SECONDS)
        if line.buffer:
            self._advance(line, 0)
        else:
            self._watch(line)

    def linger(self, line: Line) -> None:
        """End a connection whose client may still be sending: one that is reset would not read our answer."""
        if line not in self.lines or len(self._lingering) >= LINGERERS or self.shut:
            self.close(line)
            return
        self._leave(line)
        try:
            line.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self.close(line)
            return
        line.state = State.LINGERING
        line.buffer.clear()
        line.taken = 0
        line.until = self._now() + LINGER_SECONDS
        self._lingering[line] = None
        self._watch(line)

    def close(self, line: Line) -> None:
        """End a connection."""
        self._leave(line)
        self._lingering.pop(line, None)
        if line.watched is not None:
            self._hub.forget(line.watched)
            line.watched = None
        line.state = State.CLOSED
        self.lines.discard(line)
        with contextlib.suppress(OSError):
            line.socket.shutdown(socket.SHUT_RDWR)
        line.socket.close()

    def close_parked(self) -> None:
        """Let nobody in any more, and end all connections without a request that runs."""
        self.shut = True
        for line in [*self._parked, *self._lingering]:
            self.close(line)

    # Of green threads

    def wait_begins(self, line: Line, credit: float, *, outgoing: int | None = None) -> None:
        """A green thread waits for its client, to send or (``outgoing``: bytes given to the system) to take."""
        line.until = self._now() + credit
        line.outgoing = outgoing
        self._waiting[line] = None

    def wait_ends(self, line: Line) -> float:
        """It does not wait any more; the credit that is left."""
        self._waiting.pop(line, None)
        return min(SAVED, line.until - self._now())

    def waits(self, line: Line) -> bool:
        """Whether its request waits for the client."""
        return line in self._waiting

    # Once a second

    def sweep(self, most: int) -> bool:
        """End those who have waited long enough, ``most`` of them at once; whether there are more."""
        now = self._now()
        late = [line for lines in (self._parked, self._lingering) for line in lines if line.until < now]
        for line in late[:most]:
            self._expire(line)
        for line in [one for one in self._waiting if one.until < now]:
            if line.outgoing is not None:
                self._count_taken(line)
            if line.until < now:
                with contextlib.suppress(OSError):  # its green thread wakes up
                    line.socket.shutdown(socket.SHUT_RD if line.outgoing is None else socket.SHUT_RDWR)
        return len(late) > most

    def _expire(self, line: Line) -> None:
        if line.state in {State.IDLE, State.LINGERING} or (line.state is State.HEAD and not line.buffer):
            self.close(line)  # a browser connects ahead of time, and takes an answer that it did not ask for ill
        else:
            self._refuse(line, problem(408, "The request did not come in time."))

    def _count_taken(self, line: Line) -> None:
        """What the client has received counts, not what the system has taken for it: that may be megabytes."""
        try:
            left = struct.unpack("i", fcntl.ioctl(line.socket.fileno(), termios.TIOCOUTQ, b"\0\0\0\0"))[0]
        except OSError:
            return
        taken = (line.outgoing or 0) - left
        line.until = min(self._now() + SAVED, line.until + max(0, taken - line.taken) / RATE)
        line.taken = taken

    # Heads and bodies

    def _advance(self, line: Line, came: int) -> None:
        try:
            if line.head is None:
                self._read_head(line)
            elif line.state is State.BODY:
                line.until = min(self._now() + SAVED, line.until + came / RATE)
        except Refusal as refusal:
            self._refuse(line, problem(refusal.status, str(refusal)))
            return
        head = line.head
        if head is None:
            self._watch(line)
            self._limit_held()
        elif head.expects or head.length > WHOLE or len(line.buffer) >= head.length:
            self._leave(line)
            line.state = State.RUNNING
            self._start(line)
        else:
            if line.state is not State.BODY:
                line.state = State.BODY
                line.until = self._now() + PATIENCE
            self._watch(line)
            self._limit_held()

    def _read_head(self, line: Line) -> None:
        if line.state is State.IDLE:
            line.state = State.HEAD
            line.until = self._now() + HEAD_SECONDS
        if not line.leading and line.buffer.startswith(b"\r\n"):  # RFC 9112, 2.2: some send one behind a body
            line.leading = True
            self._drop(line, 2)
        if line.buffer == b"\r":
            return
        end = end_of(line.buffer, line.searched)
        line.searched = len(line.buffer)
        if end >= 0:
            line.head = parse(bytes(line.buffer[:end]))
            self._drop(line, end)

    def _add(self, line: Line, data: bytes) -> None:
        line.buffer += data
        self._held += len(data)

    def _drop(self, line: Line, size: int) -> None:
        del line.buffer[:size]
        self._held -= size

    def _limit_held(self) -> None:
        while self._held > HELD:
            self.close(next(one for one in self._parked if one.buffer))

    # Places

    def _make_place(self) -> bool:
        longest = next(iter(self._parked), None)
        if longest is None:
            return False
        self.close(longest)
        return True

    def _tell_full(self) -> None:
        now = self._now()
        if now - self._full_told >= FULL_SECONDS:
            self._full_told = now
            logger.warning("All %d places for connections are taken; newcomers are told to come back later", self._room)

    def _refuse(self, line: Line, answer: bytes) -> None:
        with contextlib.suppress(OSError):  # it fits into any socket's buffer, or the client has gone
            line.socket.send(answer)
        self.lines.add(line)
        self.linger(line)

    def _leave(self, line: Line) -> None:
        """It is parked no more."""
        if line in self._parked:
            del self._parked[line]
            self._held -= len(line.buffer)
        self._waiting.pop(line, None)
        if line.watched is not None:
            self._hub.forget(line.watched)
            line.watched = None

    def _watch(self, line: Line) -> None:
        if line.watched is None:
            line.watched = self._hub.watch(line.socket.fileno(), lambda: self.readable(line))
