"""A day's traffic in an hour: does the server come back to where it was each time that everybody has gone?

    python -m tests.faults.soak --seconds 3600

People come, talk, change what they said, send a picture, read, and go: with a goodbye, without one, or with noise. When
they have gone memory, descriptors, threads and green threads are counted. The exit code is 1 when any of it has grown.
"""

import argparse
import os
import random
import re
import signal
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psutil
import requests

from tests.faults.polling import PollingLine
from tests.pictures import picture
from tests.server import Server
from tests.wire import LOBBY, Line, begin_sessions, draft

PEOPLE = 60  # who have come once
AT_ONCE = 16  # of them, in one round
POSTS = 30  # in one round
ROUND = 3.6  # seconds: a thousand rounds in an hour, 16,000 connections, 30,000 messages and 1,000 pictures
WARM_UP = 0.25  # of the time: caches fill
CALM = 25.0  # seconds in which what has gone must be gone
MIB = 1024 * 1024
LOG_LIMIT = 64 * MIB
MEMORY = 1 * MIB  # an hour; in a short run, the noise of what is measured is more than that
NOISE = 4 * MIB


@dataclass(frozen=True, slots=True)
class Sample:
    """The server when everybody has gone; ``at`` in seconds, sizes in bytes."""

    at: float
    memory: int
    descriptors: int
    threads: int
    green_threads: int


@dataclass
class Report:
    """What came out."""

    seed: int
    seconds: float = 0.0
    rounds: int = 0
    connections: int = 0
    messages: int = 0
    log: int = 0  # most bytes of the write-ahead log
    samples: list[Sample] = field(default_factory=list)  # after the warm-up
    faults: list[str] = field(default_factory=list)

    @property
    def an_hour(self) -> float:
        """Bytes of memory that it grows in an hour: the median of all slopes, which no outlier bends."""
        pairs = [(a, b) for n, a in enumerate(self.samples) for b in self.samples[n + 1 :] if b.at > a.at]
        return 3600 * median((b.memory - a.memory) / (b.at - a.at) for a, b in pairs) if pairs else 0.0

    @property
    def grown(self) -> float:
        """Bytes of memory from the first third to the last of what was sampled."""
        third = max(1, len(self.samples) // 3)
        return median(one.memory for one in self.samples[-third:]) - median(one.memory for one in self.samples[:third])

    def judge(self) -> None:
        first, last = self.samples[0], self.samples[-1]
        for name in ("descriptors", "threads", "green_threads"):
            if getattr(last, name) > getattr(first, name):
                self.faults.append(f"{name}: {getattr(first, name)} at first, {getattr(last, name)} in the end")
        if self.grown > max(NOISE, MEMORY * self.seconds / 3600) or (self.seconds >= 3600 and self.an_hour > MEMORY):
            self.faults.append(f"memory grew by {self.grown / MIB:.1f} MiB, {self.an_hour / MIB:.2f} MiB an hour")
        if self.log > LOG_LIMIT:
            self.faults.append(f"the write-ahead log had {self.log / MIB:.0f} MiB")

    def __str__(self) -> str:
        first, last = self.samples[0], self.samples[-1]
        grown = f"memory {first.memory / MIB:.1f} → {last.memory / MIB:.1f} MiB (slope {self.an_hour / MIB:.2f} MiB an hour)"
        counts = [f"{name} {getattr(first, name)} → {getattr(last, name)}" for name in ("descriptors", "threads", "green_threads")]
        traffic = f"{self.rounds} rounds, {self.connections} connections, {self.messages} messages"
        lines = [f"soak: seed {self.seed}, {self.seconds:.0f} s: {traffic}", f"{grown}, {', '.join(counts)}, log {self.log / MIB:.1f} MiB"]
        return "\n".join([*lines, *self.faults, f"{len(self.faults)} faults" if self.faults else "Back to where it was."])


class CountedServer(Server):
    """A server that can be counted."""

    def __init__(self, folder: Path, **settings: str) -> None:
        super().__init__(folder, command=("-m", "tests.faults.counted"), **settings)

    def sample(self, at: float) -> Sample:
        told = self.log.count("green threads: ")
        os.kill(self.pid, signal.SIGUSR1)
        until = time.monotonic() + 15
        while self.log.count("green threads: ") == told:
            assert time.monotonic() < until, "the server tells nothing"
            time.sleep(0.01)
        green = int(re.findall(r"green threads: (\d+)", self.log)[-1])
        process = psutil.Process(self.pid)
        with process.oneshot():
            return Sample(at, process.memory_info().rss, process.num_fds(), process.num_threads(), green)


def run(server: CountedServer, *, seconds: float, seed: int, note: Callable[[str], None] = lambda _line: None) -> Report:
    """Let people come and go on a fresh server, and count each time that they have gone."""
    report, chance = Report(seed), random.Random(seed)
    people = begin_sessions(server.port, [f"Orang {number}" for number in range(PEOPLE)])
    cursors: dict[str, int] = {}
    began = time.monotonic()
    while (now := time.monotonic() - began) < seconds:
        _round(server, chance, people, cursors, report)
        report.rounds += 1
        log = server.database.with_name("chatweb.db-wal")
        report.log = max(report.log, log.stat().st_size if log.exists() else 0)
        if now > WARM_UP * seconds:
            _calm(server, report, now)
            note(str(report.samples[-1]))
        time.sleep(max(0.0, now + ROUND - (time.monotonic() - began)))
    report.seconds = time.monotonic() - began
    until = time.monotonic() + CALM
    while not _calm(server, report, report.seconds) and time.monotonic() < until:
        report.samples.pop()
        time.sleep(0.5)
    report.judge()
    if "Traceback" in server.log:
        report.faults.append(server.log[server.log.index("Traceback") :][:2000])
    return report


def _calm(server: CountedServer, report: Report, at: float) -> bool:
    """Count, a little later again when the last ones are just going; whether all are as few as at first."""
    for _ in range(10):
        sample = server.sample(at)
        first = report.samples[0] if report.samples else sample
        calm = sample.descriptors <= first.descriptors and sample.green_threads <= first.green_threads
        if calm and report.samples:
            break
        time.sleep(0.25)
    if not report.samples:
        time.sleep(3)  # the first one is what all others are held against: nobody may be on the way out
        sample = server.sample(at)
    report.samples.append(sample)
    return calm


def _round(server: Server, chance: random.Random, people: list[tuple[int, str]], cursors: dict[str, int], report: Report) -> None:
    tokens = [token for _, token in chance.sample(people, AT_ONCE)]
    lines = [(PollingLine if number < 2 else Line)(server.port, token) for number, token in enumerate(tokens)]
    report.connections += len(lines)
    try:
        for line in lines:
            ack = line.join(cursors)
            cursors[str(LOBBY)] = ack["rooms"][0]["revision"]
        _talk(chance, lines, report)
        _send_a_picture(server, chance, tokens[0])
        for line in lines:
            line.settles()
            line.inbox.clear()
    finally:
        for number, line in enumerate(lines):
            if number % 3 == 0:
                line.asks("leave", {})
            elif number % 3 == 1 and not isinstance(line, PollingLine):
                line.socket.sendall(b"\xff\xff\xff\xff")
            line.breaks()


def _talk(chance: random.Random, lines: list[Line], report: Report) -> None:
    for number in range(POSTS):
        line = chance.choice(lines)
        message = line.asks("post_message", draft(f"{number} " + "kata " * chance.randint(1, 60)))["message"]
        report.messages += 1
        if number % 5 == 0:
            line.asks("edit_message", {"id": message["id"], "body": "kata lain"})
        if number % 7 == 0:
            line.asks("delete_message", {"id": message["id"]})
        line.post("type", {"room": LOBBY, "typing": True})
        chance.choice(lines).asks("mark", {"room": LOBBY, "read": message["seq"]})
    for line in lines:
        line.asks("post_message", {"client_id": str(uuid.uuid4()), "to": {"room": LOBBY}, "body": ""})  # refused


def _send_a_picture(server: Server, chance: random.Random, token: str) -> None:
    with requests.Session() as http:
        http.trust_env = False
        http.headers["Authorization"] = f"Bearer {token}"
        content = picture((64, 64)) + chance.randbytes(1000)
        sent = http.post(f"{server.url}/api/attachments", files={"file": ("foto.jpg", content)}, timeout=60)
        assert sent.status_code == 201, sent.text
        assert http.get(server.url + sent.json()["url"], timeout=60).content[:4] == content[:4]
        assert http.get(f"{server.url}/api/rooms/{LOBBY}/messages?limit=100", timeout=60).status_code == 200


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--samples", action="store_true", help="print each")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(2**31)
    with tempfile.TemporaryDirectory(prefix="chatweb-soak-") as folder:
        server = CountedServer(Path(folder), limits="off").start()
        try:
            report = run(server, seconds=options.seconds, seed=seed, note=print if options.samples else lambda _line: None)
        finally:
            server.stop()
    print(report)
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
