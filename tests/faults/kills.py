"""`kill -9` while people post, correct and send files, and ask again what was not answered.

    python -m tests.faults.kills --count 100 --seed 1

After each kill what a start would find on the disk is held against everything that was acked before it: nothing lost,
nothing there twice, no hole in any room's `seq` and `revision`, each file whole. `tests.kill` is its sister for what
people hear meanwhile.
"""

import argparse
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from tests.faults import power_cut
from tests.faults.disk import fast_folder
from tests.faults.doing import Stubborn
from tests.server import Server
from tests.wire import begin_sessions

PEOPLE = 8
MOMENT = (0.05, 0.4)  # seconds of talk before a kill
BACK = 2.0  # seconds of work until it serves again
SETTLE = 60  # seconds in which all that was asked is answered at the end


@dataclass(slots=True)
class Report:
    """What came out of all kills; times in seconds."""

    seed: int
    kills: int = 0
    acked: int = 0
    asked_again: int = 0
    under_way: int = 0  # kills while somebody waited for an answer
    back_after: list[float] = field(default_factory=list)  # by the clock
    work: list[float] = field(default_factory=list)  # of the processor until then: a machine with other work takes longer
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        middle, longest = median(self.back_after), max(self.back_after)
        lines = [
            f"seed {self.seed}: {self.kills} kills, {self.under_way} of them with a question open",
            f"{self.acked} acks, {self.asked_again} asked again",
            f"back after {middle:.2f} s in the median, {longest:.2f} s at most; at most {max(self.work):.2f} s of work",
            *self.faults[: power_cut.FAULTS_TOLD],
            f"{len(self.faults)} faults" if self.faults else "0 lost, 0 twice, 0 holes.",
        ]
        return "\n".join(lines)


class Memory:
    """What all people know together."""

    def __init__(self, key: bytes) -> None:
        self.known = power_cut.Known(key=key)
        self.count = 0
        self._lock = threading.Lock()

    def note(self, **what: Any) -> None:
        with self._lock:
            self.known.hear(what)
            self.count += what["kind"] in {"acked", "file"}


def run(server: Server, *, count: int, seed: int, note: Callable[[str], None] = lambda _line: None) -> Report:
    """Kill a server that serves ``count`` times, and look each time."""
    chance, report = random.Random(seed), Report(seed)
    begun = begin_sessions(server.port, [f"Orang {number}" for number in range(PEOPLE)])
    memory = Memory((server.folder / "instance" / "secret.key").read_bytes())
    serving = threading.Event()
    serving.set()
    people = [Stubborn(server.port, person, token, seed=seed + person, note=memory.note, serving=serving) for person, token in begun]
    threads = [threading.Thread(target=one.talk, args=(10**9,), daemon=True) for one in people]
    for thread in threads:
        thread.start()
    with tempfile.TemporaryDirectory(prefix="chatweb-kills-", dir=fast_folder()) as copy:
        for number in range(1, count + 1):
            before = memory.count
            while memory.count == before and not all(one.fault for one in people):
                time.sleep(0.01)  # a kill before anything was said would prove nothing
            time.sleep(chance.uniform(*MOMENT))
            until = time.monotonic() + 1
            while not any(one.waits for one in people) and time.monotonic() < until:
                pass  # only what is under way can be lost
            report.under_way += any(one.waits for one in people)
            serving.clear()  # nobody may connect to a port that is free: it could be given to a client
            server.kill()
            found = look(server.folder, memory.known, Path(copy))
            began = time.monotonic()
            server.start()
            report.back_after.append(time.monotonic() - began)
            times = psutil.Process(server.pid).cpu_times()
            report.work.append(times.user + times.system)
            serving.set()
            report.kills += 1
            report.faults += [f"after kill {number}: {fault}" for fault in found]
            note(f"kill {number}: {memory.count - before} acked before it, back after {report.back_after[-1]:.2f} s, {len(found)} faults")
        for one in people:
            one.finish()
        for thread in threads:
            thread.join(SETTLE)
        report.faults += [f"somebody failed: {one.fault!r}" for one in people if one.fault]
        report.faults += ["somebody has no answer at the end" for thread in threads if thread.is_alive()]
        for one in people:
            one.hang_up()
        server.stop()
        report.faults += [f"at the end: {fault}" for fault in look(server.folder, memory.known, Path(copy), all_answered=True)]
    if "Traceback" in server.log:
        report.faults.append(server.log[server.log.index("Traceback") :][:2000])
    report.faults += [f"{work:.1f} s of work until it was back" for work in report.work if work > BACK]
    report.acked, report.asked_again = memory.count, sum(one.asked_again for one in people)
    return report


def look(folder: Path, known: power_cut.Known, copy: Path, *, all_answered: bool = False) -> list[str]:
    """What the folders of a server that does not run have lost of what is known; at the end nothing else is there either."""
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    found = power_cut.find_faults(files, known, copy)
    if all_answered:
        (kept,) = power_cut.count_messages(copy)
        found += [f"twice: {kept} messages are kept of {len(known.posted)} that were acked"] if kept != len(known.posted) else []
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(2**32)
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="chatweb-kills-", dir=fast_folder()) as folder:
        server = Server(Path(folder), limits="off").start()
        try:
            report = run(server, count=options.count, seed=seed, note=lambda line: print(line, flush=True))
        finally:
            server.stop()
    print(report)
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
