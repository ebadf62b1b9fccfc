"""Twelve faults: what a machine, a network, an operator and strangers do to a chat. A plan of them is a function of its seed."""

import os
import random
import resource
import signal
import socket
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.history import History
from tests.faults.proxy import Proxy
from tests.faults.traffic import Talker
from tests.people import Administrator
from tests.server import Server
from tests.wire import LOBBY

GAP = (1.2, 2.8)  # seconds between two faults
NOTHING_WRITTEN = 4096  # bytes that a file may have while the disk takes nothing
LARGE = "🌋" * 3_900  # 16 kB


@dataclass(frozen=True, slots=True)
class Fault:
    """One of twelve, not before ``at`` seconds, to the person ``who``, for so many seconds."""

    at: float
    kind: str
    who: int
    seconds: float


class Trouble:
    """Does to a server and its people what a plan says."""

    def __init__(self, server: Server, proxy: Proxy, talkers: list[Talker], history: History) -> None:
        self._server = server
        self._proxy = proxy
        self._talkers = talkers
        self._history = history
        self.admin = 0
        self.done: list[str] = []

    def do(self, fault: Fault) -> None:
        getattr(self, f"_{fault.kind}")(self._talkers[fault.who], fault.seconds)
        self.done.append(fault.kind)
        self._keep_serving()

    # The machine

    def _kill(self, _talker: Talker, _seconds: float) -> None:
        self._server.kill()
        self._server.start()

    def _restart(self, _talker: Talker, _seconds: float) -> None:
        self._server.stop()
        self._server.start()

    def _freeze(self, _talker: Talker, seconds: float) -> None:
        os.kill(self._server.pid, signal.SIGSTOP)
        time.sleep(seconds)
        os.kill(self._server.pid, signal.SIGCONT)

    def _disk_fails(self, _talker: Talker, seconds: float) -> None:
        """No file can be written past a page: the next commit fails."""
        hard = resource.prlimit(self._server.pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(self._server.pid, resource.RLIMIT_FSIZE, (NOTHING_WRITTEN, hard))
        until = time.monotonic() + seconds
        while time.monotonic() < until and self._server.runs:
            time.sleep(0.05)
        if self._server.runs:
            resource.prlimit(self._server.pid, resource.RLIMIT_FSIZE, (hard, hard))

    def _database_locked(self, _talker: Talker, seconds: float) -> None:
        connection = sqlite3.connect(self._server.database, isolation_level=None, timeout=5)
        try:
            connection.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)
            connection.execute("ROLLBACK")
        finally:
            connection.close()

    # The network and the devices

    def _line_cut(self, talker: Talker, _seconds: float) -> None:
        for port in talker.ports:
            self._proxy.cut(port)

    def _line_silent(self, talker: Talker, _seconds: float) -> None:
        for port in talker.ports:
            self._proxy.silence(port)

    def _reads_nothing(self, talker: Talker, seconds: float) -> None:
        """Somebody takes nothing while much is said."""
        talker.reads.clear()
        panel = Administrator(self._server.url, self._server.admin_password)
        try:
            for _ in range(10):
                self._say_as_admin(panel, LARGE)
            time.sleep(seconds)
        finally:
            talker.reads.set()
            panel.http.close()

    def _old_cursor(self, talker: Talker, seconds: float) -> None:
        talker.remembers()
        time.sleep(seconds)
        talker.begins_again()

    def _ack_lost(self, talker: Talker, _seconds: float) -> None:
        talker.hangs_up_at_the_next_ask()

    # The operator and strangers

    def _service_stopped(self, _talker: Talker, seconds: float) -> None:
        panel = Administrator(self._server.url, self._server.admin_password)
        assert panel.call("PUT", "/service", {"state": "stopped", "reason": "istirahat"}).status_code == 200
        time.sleep(seconds)
        assert panel.call("PUT", "/service", {"state": "running"}).status_code == 200
        panel.http.close()

    def _strangers(self, _talker: Talker, seconds: float) -> None:
        """Half requests, broken frames and noise from many lines."""
        upgrade = b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        upgrade += b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        kinds = [
            b"GET / HTTP/1.1\r\nHost: ",
            upgrade + b"\xff\xff" * 50,
            b"\x16\x03\x01" + bytes(200),
            upgrade + b"\x81\x85\0\0\0\0" + b"42[[[",
        ]
        lines, until = [], time.monotonic() + seconds
        while time.monotonic() < until and len(lines) < 200:
            try:
                lines.append(socket.create_connection(("127.0.0.1", self._server.port), timeout=2))
                lines[-1].sendall(kinds[len(lines) % len(kinds)])
            except OSError:
                pass  # refused, or ended at once: as it should be
            time.sleep(0.01)
        for line in lines:
            line.close()

    def _say_as_admin(self, panel: Administrator, body: str) -> None:
        client_id = str(uuid.uuid4())
        entry = self._history.add("post", who=self.admin, client_id=client_id, body=body, t0=time.monotonic(), t1=None, res="unknown")
        answer = panel.call("POST", "/messages", {"to": {"room": LOBBY}, "body": body, "client_id": client_id})
        message = answer.json() if answer.status_code == 201 else {}
        entry.update(t1=time.monotonic(), res="ok" if message else "refused")
        message = message.get("message", message)
        entry.update({name: message[name] for name in ("id", "room", "seq", "revision") if message})

    def _keep_serving(self) -> None:
        """Start a server again that a fault has ended, as a supervisor does."""
        if not self._server.runs:
            self._server.start()


KINDS = [
    "kill",
    "restart",
    "freeze",
    "disk_fails",
    "database_locked",
    "line_cut",
    "line_silent",
    "reads_nothing",
    "old_cursor",
    "ack_lost",
    "service_stopped",
    "strangers",
]


def plan(seed: int, seconds: float, people: int) -> list[Fault]:
    """The faults of a run: each kind once before any comes again. The first person is spared what leaves a ghost."""
    chance, faults, bag = random.Random(f"plan {seed}"), [], []
    at = chance.uniform(0.5, 1.5)
    while at < seconds - 1:
        bag = bag or chance.sample(KINDS, len(KINDS))
        faults.append(Fault(at, bag.pop(), chance.randrange(1, people), chance.uniform(0.5, 2.0)))
        at += chance.uniform(*GAP)
    return faults


def carry_out(faults: list[Fault], trouble: Trouble, *, began: float, note: Callable[[str], None]) -> None:
    for fault in faults:
        threading.Event().wait(max(0.0, began + fault.at - time.monotonic()))
        note(f"{time.monotonic() - began:.1f} s: {fault.kind}")
        trouble.do(fault)
