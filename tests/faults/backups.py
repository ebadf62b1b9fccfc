"""Backups while two hundred messages a second are kept: each is brought back, and is whole and has all that was acked before.

    python -m tests.faults.backups --count 200 --rate 200
"""

import argparse
import multiprocessing
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from chatweb.store.backup import Place, make, reading, restore
from chatweb.store.checkup import look
from tests.load import Delays
from tests.server import Server
from tests.wire import Line, LineClosed, begin_sessions, draft

TALKERS = 8  # one alone waits for an ack after the other
WAITING = 50  # messages of one without an ack at most


class Talker:
    """Posts ``rate`` messages a second on a line of its own, and counts what was acked."""

    def __init__(self, port: int, token: str, rate: float) -> None:
        self._line = Line(port, token)
        self._line.join()
        self._pause = 1 / rate
        self._over = threading.Event()
        self._asked: dict[int, float] = {}
        self.acked = 0
        self.refused = 0
        self.delays = Delays()
        self.broken = ""
        self._threads = [threading.Thread(target=self._run, args=[part], daemon=True) for part in (self._say, self._hear)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(30)
        self._line.breaks()

    def _run(self, part: Callable[[], None]) -> None:
        try:
            part()
        except (OSError, LineClosed) as error:
            self.broken = f"the line of who talks broke: {error!r}"
            self._over.set()
            self._asked.clear()

    def _say(self) -> None:
        due = time.monotonic()
        while not self._over.is_set():
            began = time.perf_counter()
            self._asked[self._line.post("post_message", draft("kata"))] = began
            while len(self._asked) > WAITING and not self._over.is_set():
                time.sleep(self._pause)  # the server says the pace
            due = max(due + self._pause, time.monotonic() - 1)
            time.sleep(max(0.0, due - time.monotonic()))  # that is the rate

    def _hear(self) -> None:
        while not self._over.is_set() or self._asked:
            self._line.receive(1)
            self._note_acks()

    def _note_acks(self) -> None:
        while self._line.inbox:
            name, number, payload = self._line.read()
            if name == "ack":
                self.delays.add(time.perf_counter() - self._asked.pop(number, time.perf_counter()))
                self.acked += payload["ok"]
                self.refused += not payload["ok"]


def run(folder: Path, *, count: int, rate: float) -> tuple[list[str], str]:
    """What was wrong, and a line of figures."""
    server = Server(folder / "server", limits="off").start()
    source = Place(server.database, server.folder / "instance" / "secret.key", server.folder / "uploads")
    people = begin_sessions(server.port, [f"Yang bicara {number}" for number in range(TALKERS)])
    talkers, bad, began = [Talker(server.port, token, rate / TALKERS) for _person, token in people], [], time.monotonic()
    try:
        with multiprocessing.get_context("spawn").Pool(1) as pool:  # as the command line is a process of its own
            for number in range(count):
                acked = sum(talker.acked for talker in talkers)
                kept, found = pool.apply(_back_up, (source, folder, number))
                if kept < acked:
                    bad.append(f"backup {number} has {kept} of {acked} messages that were acked before")
                bad += [f"backup {number}: {finding}" for finding in found]
    finally:
        for talker in talkers:
            talker.stop()
        server.stop()
    seconds, acked = time.monotonic() - began, sum(talker.acked for talker in talkers)
    bad += [talker.broken for talker in talkers if talker.broken]
    bad += ["nobody talked"] * (acked < count)
    bad += [f"{talker.refused} messages were refused" for talker in talkers if talker.refused]
    p50, p99 = (max(talker.delays.percentile(part) for talker in talkers) for part in (50, 99))
    told = f"{count} backups in {seconds:.0f} s, {acked / seconds:.0f} messages a second"
    return bad, f"{told}, ack p50 {p50:.1f} ms, p99 {p99:.1f} ms (of who waited longest); {len(bad)} bad"


def _back_up(source: Place, folder: Path, number: int) -> tuple[int, list[str]]:
    """How many messages a backup has, and what is wrong with it when it is brought back."""
    made = make(source, folder / f"{number}.tar")
    return made.messages, _look(folder, number)


def _look(folder: Path, number: int) -> list[str]:
    place = folder / f"restored-{number}"
    target = Place(place / "instance" / "chatweb.db", place / "instance" / "secret.key", place / "uploads")
    for made in (target.database.parent, target.uploads):
        made.mkdir(parents=True)
    report = restore(folder / f"{number}.tar", target)
    with closing(reading(target.database)) as connection:
        assert connection.execute("SELECT count(*) FROM message").fetchone()[0] == report.messages
    found = look(target, place / "none")
    shutil.rmtree(place)
    (folder / f"{number}.tar").unlink()
    return [finding.detail for finding in found]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--rate", type=float, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bad, told = run(Path(folder), count=options.count, rate=options.rate)
    print(told, *bad[:20], sep="\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
