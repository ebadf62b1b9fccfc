"""Long polling by hand, for those who know a ``tests.wire.Line``: one request waits, another sends."""

import contextlib
import http.client
import json
import select
from collections import deque

from tests.wire import WAIT, Line, LineClosed

BETWEEN = "\x1e"  # packets of one body


class PollingLine(Line):
    """One connection of somebody with a token, by HTTP requests alone."""

    def __init__(self, port: int, token: str) -> None:
        self.inbox: deque[bytes] = deque()
        self._asked = 0
        self._reads, self._writes = (http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT) for _ in range(2))
        self._headers = {"Authorization": f"Bearer {token}"}
        self._path = "/socket.io/?EIO=4&transport=polling"
        self._waits = False
        try:
            self.receive()
            self.send(b"40" + json.dumps({"token": token}).encode())
            self.welcome = self.wait_for(lambda text: text[:2] in {b"40", b"44"})
            assert self.welcome[:2] == b"40", self.welcome
        except BaseException:
            self.breaks()
            raise

    @property
    def ports(self) -> list[int]:
        """Ours, of both connections."""
        return [one.sock.getsockname()[1] for one in (self._reads, self._writes) if one.sock is not None]

    def send(self, text: bytes) -> None:
        try:
            self._writes.request("POST", self._path, text, {**self._headers, "Content-Type": "text/plain"})
            answer = self._writes.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise LineClosed("while sending") from error
        if answer.status != 200:
            raise LineClosed(f"refused with {answer.status}")

    def receive(self, wait: float = WAIT) -> bool:
        try:
            if not self._waits:
                self._reads.request("GET", self._path, headers=self._headers)
                self._waits = True
            if not select.select([self._reads.sock], [], [], wait)[0]:
                return False
            answer = self._reads.getresponse()
            body = answer.read().decode()
        except (OSError, http.client.HTTPException, ValueError, TypeError) as error:
            raise LineClosed("while receiving") from error
        self._waits = False
        if answer.status != 200:
            raise LineClosed(f"refused with {answer.status}")
        for packet in body.split(BETWEEN):
            self._take(packet)
        return True

    def breaks(self) -> None:
        for one in (self._reads, self._writes):
            with contextlib.suppress(OSError):
                one.close()

    def _take(self, packet: str) -> None:
        if packet == "2":
            self.send(b"3")
        elif packet == "1":
            raise LineClosed("closed by the server")
        elif packet.startswith("0"):
            self._path += f"&sid={json.loads(packet[1:])['sid']}"
        elif packet.startswith("4"):
            self.inbox.append(packet.encode())
