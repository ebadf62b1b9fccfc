"""What a request reads its body from, and what its answer is written to: the client's deadlines are kept by the door."""

from typing import Any

from chatweb.door import CHUNK, PATIENCE, RATE, SAVED, Door, Line
from chatweb.faults import log_fault


class Intake:
    """What a request reads its body from: what has come with its head, then the socket."""

    def __init__(self, line: Line, door: Door) -> None:
        self._line = line
        self._door = door
        self._credit = PATIENCE
        self.broken = False  # whether the client has gone, or was too slow

    def read(self, size: int) -> bytes:
        """``size`` bytes, less only when there will be no more."""
        pieces = [self._rest(size)]
        left = size - len(pieces[0])
        while left and not self.broken:
            piece = self._receive(min(left, CHUNK))
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)

    def readline(self, size: int) -> bytes:
        """Up to ``size`` bytes, or a line."""
        line = bytearray()
        while len(line) < size and not line.endswith(b"\n"):
            byte = self.read(1)
            if not byte:
                break
            line += byte
        return bytes(line)

    def readlines(self, size: int) -> list[bytes]:
        """The lines in ``size`` bytes."""
        return self.read(size).splitlines(keepends=True)

    def _rest(self, size: int) -> bytes:
        taken = bytes(self._line.buffer[:size])
        del self._line.buffer[:size]
        return taken

    def _receive(self, size: int) -> bytes:
        try:
            data: bytes = self._line.socket.recv(size)
        except BlockingIOError:
            self._door.wait_begins(self._line, self._credit)
            try:
                data = self._line.green.recv(size)
            except OSError:
                data = b""
            finally:
                self._credit = self._door.wait_ends(self._line)
        except OSError:
            data = b""
        self._credit = min(SAVED, self._credit + len(data) / RATE)
        self.broken = not data or self._credit < 0
        return b"" if self.broken else data


class Outlet:
    """Where an answer is written to; a client that takes nothing is not waited for longer than one that sends nothing."""

    def __init__(self, line: Line, door: Door) -> None:
        self._line = line
        self._door = door
        self._sent = 0
        self._credit = PATIENCE

    def writelines(self, pieces: list[bytes]) -> None:
        self.write(b"".join(pieces))

    def write(self, data: bytes) -> None:
        """Send all of it.

        :raises OSError: when the client has gone or takes nothing.
        """
        rest = memoryview(data)
        while rest:
            try:
                sent = self._line.socket.send(rest)
            except BlockingIOError:
                self._door.wait_begins(self._line, self._credit, outgoing=self._sent)
                try:
                    sent = self._line.green.send(rest)
                finally:
                    self._credit = self._door.wait_ends(self._line)
            self._sent += sent
            self._credit = min(SAVED, self._credit + sent / RATE)
            rest = rest[sent:]

    def flush(self) -> None: ...


class Told:
    """An answer that comes in pieces; a fault in the middle of it is logged, and its client sees it break off."""

    def __init__(self, pieces: Any) -> None:
        self._pieces = iter(pieces)
        self.close = getattr(pieces, "close", lambda: None)

    def __iter__(self) -> "Told":
        return self

    def __next__(self) -> bytes:
        try:
            piece: bytes = next(self._pieces)
        except (StopIteration, OSError):
            raise
        except Exception as error:
            log_fault(error)
            raise
        return piece
