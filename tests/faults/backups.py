"""Backups while two hundred messages a second are kept: each is brought back, and is whole and has all that was acked before.

    python -m tests.faults.backups --count 200 --rate 200
"""

import argparse
import shutil
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

from chatweb.store.backup import Place, make, reading, restore
from chatweb.store.checkup import look
from tests.load import Delays
from tests.server import Server
from tests.wire import Line, begin_sessions, draft


class Talker:
    """Posts ``rate`` messages a second on a line of its own, and counts what was acked."""

    def __init__(self, port: int, rate: float) -> None:
        ((_person, token),) = begin_sessions(port, ["Yang bicara"])
        self._line = Line(port, token)
        self._line.join()
        self._pause = 1 / rate
        self._over = threading.Event()
        self._asked: dict[int, float] = {}
        self.acked = 0
        self.refused = 0
        self.delays = Delays()
        self._threads = [threading.Thread(target=run, daemon=True) for run in (self._say, self._hear)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(30)
        self._line.breaks()

    def _say(self) -> None:
        due = time.monotonic()
        while not self._over.is_set():
            began = time.perf_counter()
            self._asked[self._line.post("post_message", draft("kata"))] = began
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
    talker, bad, began = Talker(server.port, rate), [], time.monotonic()
    try:
        for number in range(count):
            acked = talker.acked
            made = make(source, folder / f"{number}.tar")
            if made.messages < acked:
                bad.append(f"backup {number} has {made.messages} of {acked} messages that were acked before")
            bad += [f"backup {number}: {finding.detail}" for finding in _look(folder, number)]
    finally:
        talker.stop()
        server.stop()
    seconds = time.monotonic() - began
    told = f"{count} backups in {seconds:.0f} s, {talker.acked / seconds:.0f} messages a second, ack p50 {talker.delays.percentile(50):.1f}"
    bad += ["nobody talked"] * (talker.acked < count)
    bad += [f"{talker.refused} messages were refused"] * bool(talker.refused)
    return bad, f"{told} ms, p99 {talker.delays.percentile(99):.1f} ms, longest {talker.delays.longest * 1000:.0f} ms; {len(bad)} bad"


def _look(folder: Path, number: int) -> list[object]:
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
    return list(found)


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
