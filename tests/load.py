"""Many people listen while some of them talk: is everything heard by everybody, once, in order, and how soon?

    python -m tests.load --people 500 --rate 50 --seconds 60

The server has one core for itself, the people have the other. A message's time counts from when it was due to be sent,
so that a sender who is held up hides nothing. The exit code is 1 when anything was lost, heard twice or out of order.
"""

import argparse
import os
import resource
import select
import subprocess
import sys
import tempfile
import time
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.server import REPOSITORY, Server
from tests.wire import CHUNK, Line, LineClosed, begin_sessions, draft

SENDERS = 20  # of the people who listen
BODY = 60  # bytes of a message
DRAIN = 30  # seconds for what is still under way at the end
FAULTS_TOLD = 20
BUCKETS_A_SECOND = 10_000
LONGEST = 60  # seconds that a delay is told apart up to


class Delays:
    """Counts delays in steps of 0.1 ms: there are millions of them."""

    def __init__(self) -> None:
        self._buckets = array("Q", bytes(8 * (LONGEST * BUCKETS_A_SECOND + 1)))
        self.count = 0
        self.longest = 0.0

    def add(self, seconds: float) -> None:
        self._buckets[min(int(seconds * BUCKETS_A_SECOND), LONGEST * BUCKETS_A_SECOND)] += 1
        self.count += 1
        self.longest = max(self.longest, seconds)

    def percentile(self, percent: float) -> float:
        """The delay in ms that ``percent`` of all stayed below."""
        wanted, passed = self.count * percent / 100, 0
        for bucket, count in enumerate(self._buckets):
            passed += count
            if count and passed >= wanted:
                return (bucket + 1) * 1000 / BUCKETS_A_SECOND
        return 0.0


class Tally:
    """Compares what was acked with what each listener heard; every delivery is looked at."""

    def __init__(self, listeners: int) -> None:
        self._last = [0] * listeners  # the seq that each heard last
        self._number_of: dict[int, int] = {}  # seq: the message's number, as it was heard first
        self.acked: dict[int, int] = {}  # number: seq
        self.deliveries = 0
        self.faults: list[str] = []

    def heard(self, listener: int, seq: int, number: int) -> None:
        last = self._last[listener]
        if seq != last + 1:
            what = "again or too late" if seq <= last else "after a hole"
            self.faults.append(f"listener {listener} heard seq {seq} {what}, after {last}")
        if self._number_of.setdefault(seq, number) != number:
            self.faults.append(f"listener {listener} heard message {number} as seq {seq}, others {self._number_of[seq]}")
        self._last[listener] = max(last, seq)
        self.deliveries += 1

    def ack(self, number: int, seq: int) -> None:
        if number in self.acked:
            self.faults.append(f"message {number} was acked twice")
        self.acked[number] = seq

    def complete(self, sent: int) -> bool:
        """Whether all is acked, and heard up to the end by everybody."""
        return len(self.acked) == sent and min(self._last) >= sent

    def close(self, sent: int) -> list[str]:
        """All that was wrong, when nothing more is to come; ``sent`` messages were all of the room's."""
        faults = list(self.faults)
        faults += [f"message {number} got no ack" for number in range(sent) if number not in self.acked]
        for listener, last in enumerate(self._last):
            if last < max(self.acked.values(), default=0):
                faults.append(f"listener {listener} heard nothing after seq {last}, acked are {max(self.acked.values())}")
        for number, seq in self.acked.items():
            if self._number_of.get(seq) != number:
                faults.append(f"message {number} was acked as seq {seq}, where {self._number_of.get(seq)} was heard")
        if sorted(self.acked.values()) != list(range(1, len(self.acked) + 1)):
            faults.append("the acked seqs are not 1 to n")
        return faults


class Crowd:
    """All people, served by one thread: connects, talks and listens."""

    def __init__(self, port: int, people: int) -> None:
        self._port = port
        self._epoll = select.epoll()
        self._lines: dict[int, tuple[int, Line]] = {}
        self.lines: list[Line] = []
        self.tally = Tally(people)
        self.delays = Delays()
        self.ack_delays = Delays()
        self.due: list[float] = []  # when each message was due to be sent
        self._asked: dict[tuple[int, int], int] = {}  # listener and ask: the message's number
        self.received = 0  # bytes

    def come(self, tokens: Iterable[str]) -> None:
        """Connect and join everybody."""
        for listener, token in enumerate(tokens):
            line = Line(self._port, token)
            line.join()
            self.lines.append(line)
            self._lines[line.fileno()] = (listener, line)
            self._epoll.register(line.fileno(), select.EPOLLIN)
            self.listen(0)

    def say(self, sender: int, due: float) -> None:
        number = len(self.due)
        self.due.append(due)
        self._asked[sender, self.lines[sender].post("post_message", draft(f"{number} ".ljust(BODY, "x")))] = number

    def listen(self, wait: float) -> None:
        """Take all that comes in ``wait`` seconds, or the first of it."""
        for descriptor, _events in self._epoll.poll(wait):
            listener, line = self._lines[descriptor]
            try:
                data = line.socket.recv(CHUNK)
                now = time.perf_counter()
                self.received += len(data)
                if not data:
                    raise LineClosed("ended by the server")
                for text in line.take(data):
                    self._hear(listener, text, now)
            except ConnectionError as error:
                self._epoll.unregister(descriptor)
                self.tally.faults.append(f"listener {listener} was cut off: {error}")

    def hang_up(self) -> None:
        for line in self.lines:
            line.breaks()
        self._epoll.close()

    def _hear(self, listener: int, text: bytes, now: float) -> None:
        if text.startswith(b'42["message_posted",'):
            number = _number_after(text, b'"body":"')
            self.tally.heard(listener, _number_after(text, b'"seq":'), number)
            self.delays.add(now - self.due[number])
        elif text.startswith(b"43"):
            number = self._asked.pop((listener, int(text[2 : text.index(b"[")])))
            if not text.startswith(b'[{"ok":true,', text.index(b"[")):
                self.tally.faults.append(f"message {number} was refused: {text.decode()}")
                return
            self.tally.ack(number, _number_after(text, b'"seq":'))
            self.ack_delays.add(now - self.due[number])


@dataclass(frozen=True, slots=True)
class Report:
    """What came out; times in ms, sizes in bytes."""

    people: int
    sent: int
    seconds: float
    deliveries: int
    delivery: tuple[float, float, float]
    ack: tuple[float, float, float]
    cpu_seconds: float
    memory_before: int
    memory_connected: int
    memory_after: int
    received: int
    faults: list[str]

    def __str__(self) -> str:
        each = self.cpu_seconds / max(self.deliveries, 1) * 1e6
        line = (self.memory_connected - self.memory_before) / self.people / 1024
        lines = [
            f"{self.people} people, {self.sent} messages in {self.seconds:.1f} s",
            f"{self.deliveries} deliveries of {self.people * self.sent}, {self.received / max(self.deliveries, 1):.0f} bytes each",
            f"send to delivery: {_told(self.delivery)}",
            f"send to ack:      {_told(self.ack)}",
            f"server: {100 * self.cpu_seconds / self.seconds:.0f} % of a core, {each:.1f} µs a delivery",
            f"memory: {_mib(self.memory_before)} empty, {_mib(self.memory_connected)} with all joined, {_mib(self.memory_after)} after",
            f"memory of a connection: {line:.0f} KiB",
            *self.faults[:FAULTS_TOLD],
            f"{len(self.faults)} faults" if self.faults else "Nothing lost, nothing twice, nothing out of order.",
        ]
        return "\n".join(lines)


def run(server: Server, *, people: int, rate: float, seconds: float, note: Callable[[str], None] = lambda _line: None) -> Report:
    """Let ``people`` come to a fresh server and some of them say ``rate`` messages a second for ``seconds``."""
    process = psutil.Process(server.pid)
    before = process.memory_info().rss
    begun = begin_sessions(server.port, [f"Orang {number}" for number in range(people)])
    crowd = Crowd(server.port, people)
    try:
        crowd.come(token for _person, token in begun)
        connected = process.memory_info().rss
        note(f"{people} have joined; talking …")
        crowd.received, cpu, began = 0, sum(process.cpu_times()[:2]), time.perf_counter()
        _talk(crowd, began, rate=rate, count=round(rate * seconds), senders=min(SENDERS, people))
        took, cpu = time.perf_counter() - began, sum(process.cpu_times()[:2]) - cpu
        after = process.memory_info().rss
    finally:
        crowd.hang_up()
    tally = crowd.tally
    return Report(
        people=people,
        sent=len(crowd.due),
        seconds=took,
        deliveries=tally.deliveries,
        delivery=_figures(crowd.delays),
        ack=_figures(crowd.ack_delays),
        cpu_seconds=cpu,
        memory_before=before,
        memory_connected=connected,
        memory_after=after,
        received=crowd.received,
        faults=tally.close(len(crowd.due)),
    )


def _talk(crowd: Crowd, began: float, *, rate: float, count: int, senders: int) -> None:
    for number in range(count):
        due = began + number / rate
        while (left := due - time.perf_counter()) > 0:
            crowd.listen(left)
        crowd.say(number % senders, due)
    until = time.perf_counter() + DRAIN
    while not crowd.tally.complete(count) and time.perf_counter() < until:
        crowd.listen(0.1)
    crowd.listen(0)  # what should not come


def _figures(delays: Delays) -> tuple[float, float, float]:
    return delays.percentile(50), delays.percentile(99), delays.longest * 1000


def _number_after(text: bytes, mark: bytes) -> int:
    begin = end = text.index(mark) + len(mark)
    while 48 <= text[end] <= 57:
        end += 1
    return int(text[begin:end])


def _told(figures: tuple[float, float, float]) -> str:
    return "p50 {:.1f} ms, p99 {:.1f} ms, max {:.1f} ms".format(*figures)


def _mib(size: int) -> str:
    return f"{size / 1024**2:.1f} MiB"


def _peak_memory(pid: int) -> int:
    """The most memory that a process has had, in bytes, as the kernel counts it."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--rate", type=float, default=50, help="messages a second")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--movers", type=int, default=0, help="people who move files of 100 MiB up and down meanwhile")
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    cores = sorted(os.sched_getaffinity(0))
    print(f"load of this machine before: {os.getloadavg()[0]:.1f} (over 0.3, the figures tell of the other work too)")
    with tempfile.TemporaryDirectory(prefix="chatweb-load-") as folder:
        os.sched_setaffinity(0, cores[:1])  # the server, and each of its threads, inherits it
        server = Server(Path(folder), limits="off").start()
        os.sched_setaffinity(0, cores[-1:])
        movers = [
            subprocess.Popen([sys.executable, "-m", "tests.mover", server.url], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
            for _ in range(options.movers)
        ]
        try:
            report = run(server, people=options.people, rate=options.rate, seconds=options.seconds, note=print)
        finally:
            peak = _peak_memory(server.pid)
            for mover in movers:
                mover.kill()
            moved = [line.strip() for mover in movers for line in mover.communicate()[0].splitlines()]
            server.stop()
    print(report)
    print(f"memory at its peak: {_mib(peak)}")
    if movers:
        print(f"100 MiB moved {len(moved)} times up and down: {'; '.join(moved)}")
    if "Traceback" in server.log:
        print(server.log)
    return 1 if report.faults or "Traceback" in server.log else 0


if __name__ == "__main__":
    sys.exit(main())
