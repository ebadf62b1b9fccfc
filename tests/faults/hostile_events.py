"""Hostile packets and events, as fast as they can be sent, on both namespaces, over WebSocket and polling.

    python -m tests.faults.hostile_events --count 1000000 --seed 7

Every ask with a number must be answered, or its connection have been closed for something that came before it in which
nothing could be answered; nothing may be a fault of ours; and two members who talk meanwhile hear everything. It runs
twice: without limits, so that all of it reaches the handlers, and with them, as an operator has it: there the members'
delay is compared with the calm. The exit code is 1 when anything was wrong; a seed and a number say which connection.
"""

import argparse
import base64
import http.client
import json
import multiprocessing
import random
import re
import socket
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chatweb import protocol
from tests.faults.talk import Talk
from tests.people import Administrator
from tests.server import Server
from tests.wire import CHUNK, LOBBY, WAIT, Frames, begin_sessions, frame

PACKETS = 100  # of a connection
PEOPLE = 6  # whom the attackers are, each with one token
WAYS = ("websocket",) * 4 + ("polling",)
POLLED = 16  # packets of a polling body at most
BODY = 60_000  # bytes of it
LONGEST = 14_000  # characters of an event: one of more than 64 kB rightly ends its connection
SENTINEL = 999_999  # number of the last ask: what has been answered by then has been answered
CALM = 4.0  # seconds
TEXT, CLOSE = 0x1, 0x8
FAULTS_TOLD = 20

STRINGS = (
    "", " ", "x" * 4001, "\x00", "a\x1b[2Jb", "\x85", "\u202eabc", "\u200b", "\ufffe", "' OR 1=1; --", '"', "\\", "<script>", "{body} %s",
    "__proto__", "true", "NaN", "1e999", "\uff19", "🌋" * 50, "é" * 3000, "../../etc/passwd",
)  # fmt: skip
NUMBERS = (0, -1, 2**31, 2**53 - 1, 2**53, 2**63 - 1, 2**63, -(2**63), 10**40, 0.5, -0.0, 1e308, True, None)
RAW = (
    "NaN", "Infinity", "1e999", "-", '"\\ud800"', '"\\udc00x"', "[" * 2000, "[" * 500 + "]" * 500, '{"a":' * 500, "{}{}", "'x'", "nul",
    '{"a":1,"a":2}', "\ufeff{}", "9" * 400, '{"_placeholder":true,"num":0}', "\x00", '"\x01"', ",", "]", "}",
)  # fmt: skip
NAMES = ("", "connect", "disconnect", "connect_error", "malformed", "answer", "trigger_event", "__class__", "react", "x" * 300, "Join")
FIELDS = (
    "client_id", "to", "room", "person", "body", "attachments", "reply_to", "id", "cursors", "typing", "received", "read", "name", "topic",
    "private", "people", "until", "state", "reason", "extra",
)  # fmt: skip
NEVER = {"name"}  # what would be right: rooms without end would make `join` long


@dataclass(slots=True)
class Script:
    """What one connection sends: packets, which numbers must be answered, and whether it may be closed for one of them."""

    packets: list[bytes] = field(default_factory=list)
    wanted: set[int] = field(default_factory=set)
    may_close: bool = False


@dataclass(slots=True)
class Outcome:
    """What came of an attack."""

    packets: int = 0
    connections: int = 0
    answered: int = 0
    refused: int = 0
    closed: int = 0
    faults: list[str] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        for name in ("packets", "connections", "answered", "refused", "closed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.faults += other.faults


# What is sent


def value(chance: random.Random, name: str) -> Any:
    """Something for a field: right at times."""
    if name not in NEVER and chance.random() < 0.5:
        right = {
            "client_id": lambda: str(uuid.UUID(int=chance.getrandbits(128))),
            "to": lambda: chance.choice(({"room": LOBBY}, {"person": 1}, {"room": 999_999}, {}, {"room": LOBBY, "person": 1})),
            "room": lambda: chance.choice((LOBBY, 999_999)),
            "id": lambda: chance.choice((1, 999_999)),
            "body": lambda: "halo",
            "cursors": lambda: chance.choice(({}, {"1": 10**15}, {"x": 1}, {"9" * 30: 1})),
            "state": lambda: "running",
            "typing": lambda: True,
        }.get(name)
        if right is not None:
            return right()
    kind = chance.random()
    if kind < 0.4:
        return chance.choice(STRINGS)
    if kind < 0.8:
        return chance.choice(NUMBERS)
    return [chance.choice(STRINGS), chance.choice(NUMBERS)] if kind < 0.9 else {chance.choice(FIELDS): chance.choice(NUMBERS)}


def event_json(chance: random.Random, asks: tuple[str, ...]) -> str:
    """The JSON of an event, nearly right."""
    name = chance.choice(asks) if chance.random() < 0.9 else chance.choice(NAMES)
    payload: Any = {one: value(chance, one) for one in chance.sample(FIELDS, chance.randrange(5))}
    if chance.random() < 0.1:
        payload = value(chance, "")
    payloads = [payload] * chance.choice((1, 1, 1, 1, 1, 1, 1, 0, 2))
    return json.dumps([name, *payloads], ensure_ascii=chance.random() < 0.5)


def spoiled(chance: random.Random, text: str) -> str:
    """A text with something cut out, put in or doubled."""
    at, until = sorted((chance.randrange(len(text) + 1), chance.randrange(len(text) + 1)))
    kind = chance.randrange(4)
    if kind == 0:
        return text[:at] + text[until:]
    if kind == 1:
        return text[:at] + chance.choice(RAW) + text[at:]
    if kind == 2:
        return text[:at] + text[at:until] * 2 + text[until:]
    return text[:at] + chr(chance.choice((0, 9, 0x1F, 0x22, 0x5C, 0x7F, 0xE9, 0x2028, 0xFFFD, 0x1F30B))) + text[at + 1 :]


def script(chance: random.Random, *, count: int) -> Script:
    """What one connection sends; of three, one also sends packets without a sense."""
    made = Script(may_close=chance.random() < 0.3)
    senseless = set(chance.sample(range(count), min(count, chance.randrange(1, 6)))) if made.may_close else set()
    for number in range(1, count + 1):
        admin = chance.random() < 0.25
        json_text = event_json(chance, protocol.ADMIN_ASKS if admin else protocol.ASKS)
        if chance.random() < 0.4:
            json_text = spoiled(chance, json_text)
        json_text = json_text[:LONGEST]
        head = "42/admin," if admin else "42"
        if number in senseless:
            made.packets.append(spoiled(chance, f"{head}{number + 10**6}{json_text}").encode("utf-8", "replace"))
        elif chance.random() < 0.05:
            text = event_json(chance, protocol.ASKS)  # nobody wants an answer
            made.packets.append((head + (text if len(text) < LONGEST else '["type",{}]')).encode())
        else:
            made.wanted.add(number)
            json_text = f"[{json_text}" if json_text[:1].isdigit() else json_text
            made.packets.append(f"{head}{number}{json_text}".replace("\x1e", "").encode())
    return made


# How it is sent


class Attack:
    """Somebody who sends scripts, one connection after another, until so many packets have been sent."""

    def __init__(self, port: int, token: str, cookie: str, csrf_token: str) -> None:
        self._port = port
        self._token = token
        self._headers = {"Authorization": f"Bearer {token}", "Cookie": cookie}
        self._opening = [b"40" + json.dumps({"token": token}).encode(), b"40/admin," + json.dumps({"csrf_token": csrf_token}).encode()]
        self._sentinel = b'42%d["mark",{"room":%d}]' % (SENTINEL, LOBBY)
        self.outcome = Outcome()

    def run(self, seed: str, count: int) -> Outcome:
        number = 0
        while self.outcome.packets < count:
            chance = random.Random(f"{seed} {number}")
            way, made = chance.choice(WAYS), script(chance, count=min(PACKETS, count - self.outcome.packets))
            send = self._by_websocket if way == "websocket" else self._by_polling
            texts, closed = send([*made.packets, self._sentinel])
            self._judge(made, texts, closed, f"seed {seed!r}, connection {number} by {way}")
            number += 1
        return self.outcome

    def _judge(self, made: Script, texts: list[bytes], closed: bool, which: str) -> None:
        outcome = self.outcome
        outcome.packets += len(made.packets)
        outcome.connections += 1
        outcome.closed += closed
        answers = [found for found in (re.match(rb"43(?:/admin,)?(\d+)(\[.*)", text, re.DOTALL) for text in texts) if found]
        answered = {int(found[1]) for found in answers}
        outcome.answered += len(answered)
        outcome.refused += sum(b'"rate_limited"' in found[2] for found in answers)
        if (unanswered := made.wanted - answered) and not (closed and made.may_close):
            outcome.faults.append(f"{which}: {len(unanswered)} of {len(made.wanted)} asks were not answered, as {min(unanswered)}")
        for found in answers:
            if not re.match(rb'\[\{"ok":(true|false,"error":\{"code":"[a-z_]+","detail":")', found[2]) or b'"code":"internal"' in found[2]:
                outcome.faults.append(f"{which}: ask {int(found[1])} was answered {found[2][:200]!r}")

    def _by_websocket(self, packets: list[bytes]) -> tuple[list[bytes], bool]:
        line = shake_hands(self._port, self._headers)
        frames, texts = Frames(), []
        try:
            line.sendall(b"".join(frame(TEXT, packet) for packet in [*self._opening, *packets]))
            while True:
                data = line.recv(CHUNK)
                if not data:
                    return texts, True
                for opcode, payload in frames.take(data):
                    if opcode == CLOSE:
                        return texts, True
                    texts.append(payload)
                    if payload.startswith(b"43%d[" % SENTINEL):
                        return texts, False
        except ConnectionError:
            return texts, True
        finally:
            line.close()

    def _by_polling(self, packets: list[bytes]) -> tuple[list[bytes], bool]:
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=WAIT)
        path, texts = "/socket.io/?EIO=4&transport=polling", []

        def call(method: str, body: bytes | None = None) -> tuple[int, bytes]:
            line.request(method, path, body, self._headers)
            answer = line.getresponse()
            return answer.status, answer.read()

        try:
            path += "&sid=" + call("GET")[1].partition(b'"sid":"')[2].partition(b'"')[0].decode()
            for body in (b"\x1e".join(self._opening), *bodies(packets)):  # before it is let in, a body may have 16 kB
                if call("POST", body)[0] != 200:
                    return texts, True
            while not any(text.startswith(b"43%d[" % SENTINEL) for text in texts):
                status, body = call("GET")
                texts += body.split(b"\x1e")
                if status != 200 or texts[-1] in {b"1", b""}:
                    return texts, True
        except (ConnectionError, http.client.HTTPException):
            return texts, True
        else:
            return texts, False
        finally:
            line.close()


def shake_hands(port: int, headers: dict[str, str]) -> socket.socket:
    """An open WebSocket of which nothing but the answer to its opening has been read."""
    line = socket.create_connection(("127.0.0.1", port), timeout=WAIT)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    lines = [
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(bytes(16)).decode()}",
        *(f"{name}: {content}" for name, content in headers.items()),
    ]
    line.sendall("\r\n".join([*lines, "", ""]).encode())
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        byte = line.recv(1)
        if not byte:
            raise ConnectionError(answer)
        answer += byte
    if not answer.startswith(b"HTTP/1.1 101"):
        raise ConnectionError(answer)
    return line


def bodies(packets: list[bytes]) -> Iterator[bytes]:
    """Polling bodies of packets, each as large as it may be."""
    body: list[bytes] = []
    for packet in packets:
        if body and (len(body) == POLLED or sum(map(len, body)) + len(body) + len(packet) > BODY):
            yield b"\x1e".join(body)
            body = []
        body.append(packet)
    yield b"\x1e".join(body)


def attack(port: int, tokens: list[str], cookie: str, csrf_token: str, seed: str, count: int) -> Outcome:
    """Send ``count`` packets; in a process of its own."""
    total = Outcome()
    for number, token in enumerate(tokens):
        total.add(Attack(port, token, cookie, csrf_token).run(f"{seed} {number}", -(-count // len(tokens))))
    return total


# What comes of it


@dataclass(slots=True)
class Report:
    """Both runs: what came of the packets, and how long the members waited (ms: p50, p99, longest)."""

    outcome: Outcome
    seconds: float
    calm: tuple[float, float, float]
    beside: tuple[float, float, float]
    talked: int

    def __str__(self) -> str:
        outcome = self.outcome
        return "\n".join(
            [
                f"{outcome.packets} packets in {outcome.connections} connections, {self.seconds:.0f} s",
                f"{outcome.answered} answered, of them {outcome.refused} rate_limited; {outcome.closed} connections closed",
                "members, calm:   p50 {:.1f} ms, p99 {:.1f} ms, max {:.1f} ms".format(*self.calm),
                "members, beside: p50 {:.1f} ms, p99 {:.1f} ms, max {:.1f} ms".format(*self.beside) + f" ({self.talked} messages)",
                *outcome.faults[:FAULTS_TOLD],
                f"{len(outcome.faults)} faults",
            ]
        )


def run(server: Server, *, count: int, seed: str, jobs: int = 2, calm: float = CALM) -> Report:
    """Attack a server that runs while two members talk."""
    admin = Administrator(server.url, server.admin_password)
    cookie = "; ".join(f"{one.name}={one.value}" for one in admin.http.cookies)
    tokens = [token for _person, token in begin_sessions(server.port, [f"Penyerang {number}" for number in range(PEOPLE)])]
    talk = Talk(server.port)
    outcome = Outcome()
    try:
        with multiprocessing.get_context("spawn").Pool(jobs) as pool:
            shares = [(server.port, tokens[job::jobs], cookie, admin.csrf_token, f"{seed} {job}", count // jobs) for job in range(jobs)]
            pool.starmap(attack, [(*share[:-1], 0) for share in shares])  # the processes are there
            before = talk.listen(calm)
            began = time.monotonic()
            attacks = pool.starmap_async(attack, shares)
            beside = talk.listen_until(attacks.ready)
            seconds = time.monotonic() - began
            for one in attacks.get():
                outcome.add(one)
        outcome.faults += talk.faults()
    finally:
        talk.hang_up()
        admin.hangs_up()
    marks = ("Traceback", "Fault", "ERROR")
    outcome.faults += [f"in the log: {line}" for line in server.log.splitlines() if any(mark in line for mark in marks)]
    return Report(outcome, seconds, before, beside, talk.said)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", default=str(random.randrange(10**6)))
    parser.add_argument("--jobs", type=int, default=2, help="processes that send")
    options = parser.parse_args()
    print(f"seed {options.seed}")
    wrong = False
    for limits, count in (("off", options.count), ("", max(options.count // 20, 2000))):
        with tempfile.TemporaryDirectory(prefix="chatweb-hostile-") as folder:
            server = Server(Path(folder), limits=limits).start()
            try:
                report = run(server, count=count, seed=options.seed, jobs=options.jobs)
            finally:
                server.stop()
        print(f"\n{'without limits' if limits else 'with limits'}\n{report}", flush=True)
        wrong = wrong or bool(report.outcome.faults)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
