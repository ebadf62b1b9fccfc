"""Ends the process again and again while people talk, and looks whether anything that was acked is lost.

    python -m tests.kill --times 20

After each `kill -9` the server starts again on the same folders and the same port; people ask their unanswered
messages again with the same `client_id`. The archive is then held against everything that was acked and heard.
"""

import argparse
import random
import sqlite3
import sys
import tempfile
import threading
import time
import urllib.request
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.server import Server
from tests.wire import LOBBY, Line, LineClosed, begin_sessions, draft

PEOPLE = 30
RATE = 100.0  # messages a second, of all together
WINDOW = 4  # messages of one person that may be without an answer
MOMENT = (0.3, 2.0)  # seconds of talk before a kill
SETTLE = 60  # seconds in which everything that is asked must be answered at the end
FAULTS_TOLD = 20


class Said(NamedTuple):
    """A message as somebody asked for it, in the order of asking."""

    sender: int
    client_id: str
    body: str


class Told(NamedTuple):
    """A message as the server acked or delivered it."""

    id: int
    room: int
    seq: int
    revision: int
    body: str


class Kept(NamedTuple):
    """A message as it is in the archive."""

    id: int
    room: int
    seq: int
    revision: int
    sender: int
    client_id: str
    body: str


class Counted(NamedTuple):
    """How far a room has counted."""

    seq: int
    revision: int


@dataclass(frozen=True, slots=True)
class History:
    """What people know of the lobby: what they said, what of it was acked, and what was heard."""

    said: Sequence[Said]
    acked: Mapping[str, Told] = field(default_factory=dict)  # by client_id
    heard: Iterable[Told] = ()


def find_faults(history: History, kept: Sequence[Kept], counted: Counted) -> list[str]:
    """What the archive of a room has lost, doubled, holed, altered or made up; a pure function."""
    of_client = defaultdict(list)
    for message in kept:
        of_client[message.sender, message.client_id].append(message)
    by_id = {message.id: message for message in kept}
    said = {(one.sender, one.client_id): one for one in history.said}
    return [
        *_acked_but_not_kept(history, of_client),
        *_twice(of_client),
        *_altered(said, of_client),
        *_heard_but_not_kept(history.heard, by_id),
        *_holes("seq", [message.seq for message in kept], counted.seq),
        *_holes("revision", [message.revision for message in kept], counted.revision),
        *_out_of_order(history.said, kept),
    ]


def _acked_but_not_kept(history: History, of_client: Mapping[tuple[int, str], list[Kept]]) -> Iterable[str]:
    sender_of = {one.client_id: one.sender for one in history.said}
    for client_id, told in history.acked.items():
        found = of_client.get((sender_of[client_id], client_id), [])
        if not found:
            yield f"lost: seq {told.seq}, acked as message {told.id}"
        elif _as_told(found[0]) != told:
            yield f"altered: acked as {told}, kept as {_as_told(found[0])}"


def _twice(of_client: Mapping[tuple[int, str], list[Kept]]) -> Iterable[str]:
    for (sender, client_id), messages in of_client.items():
        if len(messages) > 1:
            yield f"twice: {client_id} of person {sender} as seq {[message.seq for message in messages]}"


def _altered(said: Mapping[tuple[int, str], Said], of_client: Mapping[tuple[int, str], list[Kept]]) -> Iterable[str]:
    for key, messages in of_client.items():
        if key not in said:
            yield f"made up: seq {messages[0].seq} was said by nobody"
        elif messages[0].body != said[key].body:
            yield f"altered: {said[key].body!r} was said, {messages[0].body!r} kept as seq {messages[0].seq}"


def _heard_but_not_kept(heard: Iterable[Told], by_id: Mapping[int, Kept]) -> Iterable[str]:
    for told in heard:
        message = by_id.get(told.id)
        if message is None or _as_told(message) != told:
            yield f"told too early: {told} was heard, and kept is {message and _as_told(message)}"


def _holes(name: str, numbers: list[int], counted: int) -> Iterable[str]:
    if counted != len(numbers):
        yield f"holed: the room has counted {name} to {counted}, and {len(numbers)} messages are kept"
    missing = set(range(1, max(numbers, default=0) + 1)) - set(numbers)
    if missing:
        yield f"holed: {name} {sorted(missing)} missing"
    doubled = [number for number, count in Counter(numbers).items() if count > 1]
    if doubled:
        yield f"doubled: {name} {doubled}"


def _out_of_order(said: Sequence[Said], kept: Sequence[Kept]) -> Iterable[str]:
    place = {(one.sender, one.client_id): at for at, one in enumerate(said)}
    last: dict[int, int] = {}
    for message in sorted(kept, key=lambda one: one.seq):
        at = place.get((message.sender, message.client_id), -1)
        if at < last.get(message.sender, -1):
            yield f"out of order: seq {message.seq} of person {message.sender} was said earlier than the one before"
        last[message.sender] = at


def _as_told(message: Kept) -> Told:
    return Told(message.id, message.room, message.seq, message.revision, message.body)


def read_archive(database: Path) -> tuple[list[Kept], Counted]:
    """The lobby as it is kept, in one moment; it only reads."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)
    try:
        connection.execute("BEGIN")
        counted = Counted(*connection.execute("SELECT seq, revision FROM room WHERE id = ?", (LOBBY,)).fetchone())
        columns = "id, room, seq, revision, sender, client_id, body"
        kept = [Kept(*row) for row in connection.execute(f"SELECT {columns} FROM message WHERE room = ? ORDER BY seq", (LOBBY,))]
    finally:
        connection.close()
    return kept, counted


class Talker(threading.Thread):
    """Somebody who talks on, whatever happens to the server, and asks again what was not answered."""

    def __init__(self, port: int, person: int, token: str, *, rate: float, serving: threading.Event) -> None:
        super().__init__(daemon=True)
        self.said: list[Said] = []
        self.acked: dict[str, Told] = {}
        self.heard: set[Told] = set()
        self.asked_again = 0
        self.fault: str | None = None
        self._port = port
        self._person = person
        self._token = token
        self._pause = 1 / rate
        self._serving = serving
        self._enough = threading.Event()
        self._asked: dict[int, Said] = {}  # by the number of the ask, on this line
        self._unanswered: dict[str, Said] = {}  # by client_id, in the order said

    @property
    def waits(self) -> bool:
        """Whether an answer to this person is under way."""
        return bool(self._unanswered)

    def finish(self) -> None:
        """Say nothing new; the thread ends when all is answered."""
        self._enough.set()

    def run(self) -> None:
        try:
            while not (self._enough.is_set() and not self._unanswered):
                if self._serving.wait(1):
                    self._stay()
        except Exception as error:  # what went wrong is the test's to tell
            self.fault = f"{type(error).__name__}: {error}"

    def _stay(self) -> None:
        try:
            line = Line(self._port, self._token)
        except OSError:
            return
        try:
            line.join()
            self._ask_again(line)
            self._talk(line)
        except OSError:
            pass  # the server was killed
        finally:
            line.breaks()

    def _ask_again(self, line: Line) -> None:
        self._asked.clear()
        for said in self._unanswered.values():
            self._ask(line, said)
            self.asked_again += 1

    def _talk(self, line: Line) -> None:
        due = time.monotonic() + random.uniform(0, self._pause)
        while not (self._enough.is_set() and not self._unanswered):
            if not self._enough.is_set() and time.monotonic() >= due and len(self._unanswered) < WINDOW:
                due = max(due + self._pause, time.monotonic() - self._pause)
                said = Said(self._person, str(uuid.uuid4()), f"{len(self.said)} kata {uuid.uuid4().hex}")
                self.said.append(said)
                self._unanswered[said.client_id] = said
                self._ask(line, said)
            line.receive(min(max(0.0, due - time.monotonic()), 0.5))
            self._take(line)

    def _ask(self, line: Line, said: Said) -> None:
        try:
            self._asked[line.post("post_message", draft(said.body, client_id=said.client_id))] = said
        except OSError as error:
            raise LineClosed("while asking") from error

    def _take(self, line: Line) -> None:
        while line.inbox:
            kind, number, payload = line.read()
            if kind == "message_posted":
                self.heard.add(_told(payload))
            elif kind == "ack" and number in self._asked:
                said = self._asked.pop(number)
                assert payload["ok"], payload
                self.acked[said.client_id] = _told(payload["message"])
                del self._unanswered[said.client_id]


def _told(message: dict[str, object]) -> Told:
    return Told(message["id"], message["room"], message["seq"], message["revision"], message["body"])


@dataclass(slots=True)
class Report:
    """What came out of all kills; times in seconds."""

    seed: int
    kills: int = 0
    acked: int = 0
    kept: int = 0
    asked_again: int = 0
    acked_between: list[int] = field(default_factory=list)  # messages, before each kill
    back_after: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [
            f"seed {self.seed}: {self.kills} kills, {self.acked} messages acked, {self.kept} kept, {self.asked_again} asked again",
            f"serving again after {median(self.back_after):.2f} s in the median, {max(self.back_after):.2f} s at most",
            *self.faults[:FAULTS_TOLD],
            f"{len(self.faults)} faults" if self.faults else "Nothing acked was lost, nothing is there twice, no hole.",
        ]
        return "\n".join(lines)


def run(
    server: Server,
    *,
    times: int,
    seed: int,
    people: int = PEOPLE,
    rate: float = RATE,
    note: Callable[[str], None] = lambda _line: None,
) -> Report:
    """Kill a fresh ``server`` so many times while ``people`` say ``rate`` messages a second together."""
    moments, report = random.Random(seed), Report(seed)
    begun = begin_sessions(server.port, [f"Orang {number}" for number in range(people)])
    serving = threading.Event()
    serving.set()
    talkers = [Talker(server.port, person, token, rate=rate / people, serving=serving) for person, token in begun]
    for talker in talkers:
        talker.start()
    for number in range(1, times + 1):
        before = _acked(talkers)
        while _acked(talkers) == before and not _broken(talkers):
            time.sleep(0.05)  # a kill before anything was said would prove nothing
        time.sleep(moments.uniform(*MOMENT))
        _wait_for_a_question(talkers)
        serving.clear()  # nobody may connect to a port that is free: it could be given to a client
        report.acked_between.append(_acked(talkers) - before)
        server.kill()
        report.back_after.append(_start(server))
        serving.set()
        report.kills += 1
        found = _look(server, talkers)
        report.faults += [f"after kill {number}: {fault}" for fault in found]
        note(f"kill {number}: {report.acked_between[-1]} acked before it, back after {report.back_after[-1]:.2f} s, {len(found)} faults")
    for talker in talkers:
        talker.finish()
    until = time.monotonic() + SETTLE
    for talker in talkers:
        talker.join(max(0.0, until - time.monotonic()))
    report.faults += [f"a talker failed: {talker.fault}" for talker in talkers if talker.fault]
    report.faults += [f"messages without an answer after {SETTLE} s" for talker in talkers if talker.is_alive()]
    report.faults += [f"at the end: {fault}" for fault in _look(server, talkers)]
    if "Traceback" in server.log:
        report.faults.append(server.log[server.log.index("Traceback") :])
    report.acked, report.asked_again = _acked(talkers), sum(talker.asked_again for talker in talkers)
    report.kept = len(read_archive(server.database)[0])
    return report


def _wait_for_a_question(talkers: list[Talker]) -> None:
    """Wait until somebody waits for an answer: only what is under way can be lost."""
    until = time.monotonic() + 1
    while not any(talker.waits for talker in talkers) and time.monotonic() < until:
        pass  # an answer takes 2 ms; a pause would miss it


def _start(server: Server) -> float:
    began = time.monotonic()
    server.start()
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{server.url}/api/service", timeout=10) as answer:
        assert answer.status == 200
    return time.monotonic() - began


def _look(server: Server, talkers: list[Talker]) -> list[str]:
    """Hold the archive against what was known before it was read; people talk on meanwhile."""
    acked = {client_id: told for talker in talkers for client_id, told in list(talker.acked.items())}
    heard = {told for talker in talkers for told in talker.heard.copy()}
    kept, counted = read_archive(server.database)
    said = [said for talker in talkers for said in list(talker.said)]
    return find_faults(History(said, acked, heard), kept, counted)


def _acked(talkers: list[Talker]) -> int:
    return sum(len(talker.acked) for talker in talkers)


def _broken(talkers: list[Talker]) -> bool:
    return not any(talker.is_alive() for talker in talkers)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--seed", type=int, default=None, help="of the moments of the kills")
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--rate", type=float, default=RATE, help="messages a second, of all together")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    with tempfile.TemporaryDirectory(prefix="chatweb-kill-") as folder:
        server = Server(Path(folder), limits="off").start()
        try:
            report = run(server, times=options.times, seed=seed, people=options.people, rate=options.rate, note=print)
        finally:
            server.stop()
    print(report)
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
