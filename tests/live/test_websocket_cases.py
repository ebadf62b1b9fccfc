"""All cases of the table, on the reader by itself and over the wire."""

import socket
import struct

import pytest

from chatweb.live import frames
from tests.live.websocket_cases import CLOSE, LIMIT, PING, PONG, TEXT, cases, frame
from tests.wire import CHUNK, WAIT, Frames, Line

MARK = b"still here"
BEFORE, AFTER = b'421["nobody_knows","', b'"]'  # an ask that is answered, whatever stands in it


def judge(pieces):
    """What the reader makes of a case: texts, pings, and the code with which it ends."""
    reader = frames.Reader(LIMIT)
    texts, pings = [], []
    try:
        for piece in pieces:
            reader.receive(piece)
            while (found := reader.next()) is not None:
                opcode, payload = found
                if opcode == frames.TEXT:
                    texts.append(payload.encode())
                elif opcode == frames.PING:
                    pings.append(payload)
                elif opcode == frames.CLOSE:
                    return texts, pings, frames.close_code(payload)
    except frames.Broken as broken:
        return texts, pings, broken.code
    return texts, pings, None


@pytest.mark.parametrize("case", cases(), ids=str)
def test_the_reader_does_what_the_standard_says(case):
    assert judge(case.sends) == (case.texts, case.pongs, case.code)


def test_the_table_has_cases_of_each_section():
    numbers = [case.number for case in cases()]

    assert len(numbers) == len(set(numbers))
    assert {number.split(".")[0] for number in numbers} == {"1", "2", "3", "4", "5", "6", "7", "10", "own"}
    assert len(numbers) > 250


class Visit:
    """A line on which cases are tried until one ends it."""

    def __init__(self, port, token):
        self._line = Line(port, token)
        self._line.inbox.clear()
        self.socket = self._line.socket
        self._frames = Frames()

    def tries(self, case):
        """What is answered: the number of texts, the pongs, the code, and whether the line has ended with nothing behind it."""
        answered, pongs, code = 0, [], None
        try:
            for piece in case.sends:
                self.socket.sendall(piece)
            self.socket.sendall(frame(PING, MARK))
        except OSError:
            pass  # it has been closed at the first bad byte
        while True:
            try:
                data = self.socket.recv(CHUNK)
            except ConnectionResetError:
                data = b""
            if not data:
                return answered, pongs, code, True
            for opcode, payload in self._frames.take(data):
                assert code is None, "nothing follows a close"
                if opcode == PONG and payload == MARK:
                    return answered, pongs, code, False
                if opcode == PONG:
                    pongs.append(payload)
                elif opcode == CLOSE:
                    code = struct.unpack("!H", payload[:2])[0]
                elif opcode == TEXT and payload.startswith(b"431["):
                    answered += 1

    def leaves(self):
        self._line.breaks()


def test_the_server_does_over_the_wire_what_the_standard_says(server, visit):
    """One test for all: a server of its own for each would take minutes."""
    token = visit(server, join=False).token
    line, wrong, tried = None, {}, 0

    for case in cases(BEFORE, AFTER):
        if not case.on_wire:
            continue
        line = line or Visit(server.port, token)
        found = line.tries(case)
        expected = (len(case.texts), case.pongs, case.code, case.code is not None)
        if found != expected:
            wrong[str(case)] = f"{found}, not {expected}"
        tried += 1
        if found[3] or found != expected:
            line.leaves()
            line = None
    if line is not None:
        line.leaves()

    assert wrong == {}
    assert tried > 250


def test_nothing_but_frames_comes_to_who_breaks_the_rules(server):
    """The stock road wrote an HTTP 500 with a traceback into the stream."""
    for broken in (b"\x81\x80\x00\x00\x00\x00", frame(TEXT, b"x"), frame(TEXT, b"9"), b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 100):
        with socket.create_connection(("127.0.0.1", server.port), timeout=WAIT) as line:
            line.sendall(OPENING % server.port)
            answer = line.recv(CHUNK)
            line.sendall(broken)
            while data := _receive(line):
                answer += data
        head, _, rest = answer.partition(b"\r\n\r\n")

        assert head.startswith(b"HTTP/1.1 101 Switching Protocols\r\n")
        opcodes = [opcode for opcode, _payload in Frames().take(rest)]
        assert opcodes == [TEXT, CLOSE], rest
        assert b"HTTP" not in rest
        assert b"Traceback" not in rest


OPENING = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def _receive(line):
    try:
        return line.recv(CHUNK)
    except ConnectionResetError:
        return b""
