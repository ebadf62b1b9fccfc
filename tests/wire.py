"""The wire by hand: Engine.IO 4 and Socket.IO 5 over one plain socket.

A library's client costs 100 µs a message and reads by itself. Tests of many people need a cheaper one, and tests of
people who read slowly, or not at all, need one that reads only when it is told to.
"""

import base64
import http.client
import json
import os
import select
import socket
import struct
import time
import uuid
from collections import deque
from typing import Any

WAIT = 15  # seconds for something that must happen
CHUNK = 256 * 1024  # bytes taken at once
LOBBY = 1

_TEXT, _CLOSE, _PING = 0x1, 0x8, 0x9
_FINAL = 0x80
_NO_MASK = b"\0\0\0\0"  # a client has to mask, and masking with zeros leaves the bytes as they are


class LineClosed(ConnectionError):
    """The server has ended the connection."""


class Frames:
    """Takes bytes as they come and gives whole WebSocket messages; what is not complete waits."""

    def __init__(self) -> None:
        self._rest = b""

    def take(self, data: bytes) -> list[tuple[int, bytes]]:
        """The frames that are complete by now, each as opcode and payload."""
        if self._rest:
            data = self._rest + data
        frames, at, end = [], 0, len(data)
        while end - at >= 2:
            size, begin = data[at + 1], at + 2
            if size == 126:
                begin += 2
                if end < begin:
                    break
                size = data[begin - 2] << 8 | data[begin - 1]
            elif size == 127:
                begin += 8
                if end < begin:
                    break
                size = int.from_bytes(data[begin - 8 : begin], "big")
            if end < begin + size:
                break
            assert data[at] & _FINAL, "chatweb sends no message in fragments"
            frames.append((data[at] & 0xF, data[begin : begin + size]))
            at = begin + size
        self._rest = data[at:]
        return frames


def frame(opcode: int, payload: bytes) -> bytes:
    """A whole client frame."""
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", _FINAL | opcode, _FINAL | size)
    elif size < 65_536:
        head = struct.pack("!BBH", _FINAL | opcode, _FINAL | 126, size)
    else:
        head = struct.pack("!BBQ", _FINAL | opcode, _FINAL | 127, size)
    return head + _NO_MASK + payload


class Line:
    """One connection of somebody with a token; it reads when it is asked to, and answers pings then."""

    def __init__(self, port: int, token: str, *, receive_buffer: int | None = None) -> None:
        """:param receive_buffer: bytes that the system may take for us before the server has to wait."""
        self.socket = socket.socket()
        if receive_buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(WAIT)
        self.inbox: deque[bytes] = deque()
        self._frames = Frames()
        self._asked = 0
        try:
            self.socket.connect(("127.0.0.1", port))
            self._shake_hands(port)
            self.send(b"40" + json.dumps({"token": token}).encode())
            self.welcome = self.wait_for(lambda text: text[:2] in {b"40", b"44"})
            assert self.welcome[:2] == b"40", self.welcome
        except BaseException:
            self.socket.close()
            raise

    def fileno(self) -> int:
        return self.socket.fileno()

    def send(self, text: bytes) -> None:
        self.socket.sendall(frame(_TEXT, text))

    def post(self, event: str, payload: object) -> int:
        """Ask without waiting; the number that the answer will carry."""
        self._asked += 1
        self.send(b"42%d" % self._asked + json.dumps([event, payload], ensure_ascii=False, separators=(",", ":")).encode())
        return self._asked

    def asks(self, event: str, payload: object) -> dict[str, Any]:
        """Ask, and wait for the answer; what is heard meanwhile stays to be heard."""
        head = b"43%d[" % self.post(event, payload)
        return json.loads(self.wait_for(lambda text: text.startswith(head))[len(head) - 1 :])[0]

    def join(self, cursors: dict[str, int] | None = None) -> dict[str, Any]:
        reply = self.asks("join", {"cursors": cursors} if cursors is not None else {})
        assert reply["ok"], reply
        return reply

    def says(self, body: str, *, to: dict[str, int] | None = None) -> dict[str, Any]:
        reply = self.asks("post_message", draft(body, to=to))
        assert reply["ok"], reply
        return reply["message"]

    def hears(self, event: str, *, wait: float = WAIT) -> Any:
        """Wait for the next event of a name, and take it out of what is still to be heard."""
        head = b'42["%s",' % event.encode()
        return json.loads(self.wait_for(lambda text: text.startswith(head), wait=wait)[2:])[1]

    def heard(self, event: str) -> list[Any]:
        """All events of a name that have been received and not been taken yet."""
        head = b'42["%s",' % event.encode()
        return [json.loads(text[2:])[1] for text in self.inbox if text.startswith(head)]

    def read(self) -> tuple[str, int, Any]:
        """Take the oldest text out: an event's name, 0 and its payload, or "ack", its number and what it answers."""
        text = self.inbox.popleft()
        begin = text.index(b"[")
        values = json.loads(text[begin:])
        return ("ack", int(text[2:begin]), values[0]) if text.startswith(b"43") else (values[0], 0, values[1])

    def settles(self) -> None:
        """Receive all that was told up to now: what is asked next is answered after it."""
        self.asks("mark", {"room": LOBBY})

    def wait_for(self, wanted: Any, *, wait: float = WAIT) -> bytes:
        """Receive until a text is there that is wanted, and take that one out."""
        seen, until = 0, time.monotonic() + wait
        while True:
            for at in range(seen, len(self.inbox)):
                if wanted(self.inbox[at]):
                    text = self.inbox[at]
                    del self.inbox[at]
                    return text
            seen = len(self.inbox)
            left = until - time.monotonic()
            assert left > 0, f"it did not come in {wait} s; what came: {list(self.inbox)[-5:]}"
            self.receive(left)

    def receive(self, wait: float = WAIT) -> bool:
        """Receive once, for ``wait`` seconds at most, into the inbox; false when nothing came.

        :raises LineClosed: when the server has ended the connection.
        """
        if not select.select([self.socket], [], [], wait)[0]:
            return False
        self.inbox.extend(self.take(self._recv()))
        return True

    def take(self, data: bytes) -> list[bytes]:
        """Bytes of the server as Socket.IO texts; pings are answered here."""
        texts = []
        for opcode, payload in self._frames.take(data):
            if opcode == _TEXT and payload == b"2":
                self.send(b"3")
            elif opcode == _TEXT:
                texts.append(payload)
            elif opcode == _PING:
                self.socket.sendall(frame(0xA, payload))
            elif opcode == _CLOSE:
                raise LineClosed("closed by the server")
        return texts

    def reads_to_the_end(self, wait: float = WAIT) -> None:
        """Receive into the inbox until the server ends the connection."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, CHUNK)
        until = time.monotonic() + wait
        while time.monotonic() < until:
            try:
                self.receive(max(0.0, until - time.monotonic()))
            except ConnectionError:
                return
        raise AssertionError(f"the server has not ended the connection in {wait} s")

    def breaks(self) -> None:
        """End as a line does that breaks: no goodbye of Socket.IO or WebSocket."""
        self.socket.close()

    def _recv(self) -> bytes:
        data = self.socket.recv(CHUNK)
        if not data:
            raise LineClosed("ended by the server")
        return data

    def _shake_hands(self, port: int) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {key}",
        ]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._recv()
        head, _, rest = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101"), answer
        self.inbox.extend(self.take(rest))
        self.wait_for(lambda text: text.startswith(b"0{"))


def draft(body: str, *, to: dict[str, int] | None = None, client_id: str | None = None) -> dict[str, Any]:
    """The payload of ``post_message``."""
    return {"client_id": client_id or str(uuid.uuid4()), "to": to or {"room": LOBBY}, "body": body}


def begin_sessions(port: int, nicknames: list[str]) -> list[tuple[int, str]]:
    """Somebody for each nickname, as id and token."""
    http_line = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT * 2)
    begun = []
    for nickname in nicknames:
        http_line.request("POST", "/api/session", json.dumps({"nickname": nickname}), {"Content-Type": "application/json"})
        answer = http_line.getresponse()
        body = json.loads(answer.read())
        assert answer.status == 201, body
        begun.append((body["person"]["id"], body["token"]))
    http_line.close()
    return begun
