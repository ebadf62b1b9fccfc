"""Twelve kinds of faults while people talk, and a checker that looks at all that they saw: 17 things must never be.

    python -m tests.faults.mixed --runs 50 --seconds 60 --jobs 4

Each run has a server, ten people (two of them by long polling) and a plan of its own, which is a function of its seed.
A run with findings keeps its history in a file, and says how to repeat it. The exit code is 1 then.
"""

import argparse
import json
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.faults import trouble
from tests.faults.checker import find
from tests.faults.history import History
from tests.faults.proxy import Proxy
from tests.faults.traffic import Talker
from tests.faults.trouble import Trouble
from tests.server import REPOSITORY, Server
from tests.wire import Line, begin_sessions

PEOPLE = 10
POLLING = {3, 8}  # of them
OUTSIDE = {8, 9}  # of them, never in a private room
ADMIN = 1
SETTLE = 60.0  # seconds in which everything that was asked must be answered at the end
SHOWN = 50.0  # seconds in which everybody must show it then, and see who is there: a silent line is told after 45
FINDINGS_TOLD = 20


@dataclass
class Report:
    """What came of one run."""

    seed: int
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)
    asked: int = 0
    posts: dict[str, int] = field(default_factory=dict)
    told: int = 0
    kept: int = 0
    connections: int = 0
    findings: list[str] = field(default_factory=list)
    history: str = ""

    def __str__(self) -> str:
        posts = ", ".join(f"{count} {res}" for res, count in sorted(self.posts.items()))
        head = f"seed {self.seed}: {self.seconds:.0f} s, {len(self.faults)} faults ({', '.join(self.faults)}); "
        head += f"{self.asked} acts, posts {posts}, {self.kept} kept, {self.told} told, {self.connections} connections"
        return "\n".join([head, *self.findings[:FINDINGS_TOLD], f"{len(self.findings)} findings {self.history}"])


def run(folder: Path, *, seed: int, seconds: float, note: Callable[[str], None] = lambda _line: None) -> Report:
    """Let people talk on a fresh server while the plan of ``seed`` is carried out; then look."""
    report, history = Report(seed), History()
    server = Server(folder).start()
    proxy = Proxy(server.port)
    talkers: list[Talker] = []
    try:
        begun = begin_sessions(server.port, [f"Orang {number}" for number in range(PEOPLE)])
        talkers = _gather(proxy.port, begun, seed, history)
        _open_rooms(server, begun, history)
        for talker in talkers:
            talker.start()
        began = time.monotonic()
        hand = Trouble(server, proxy, talkers, history)
        hand.admin = ADMIN
        trouble.carry_out(trouble.plan(seed, seconds, PEOPLE), hand, began=began, note=note)
        time.sleep(max(0.0, began + seconds - time.monotonic()))
        report.seconds, report.faults = time.monotonic() - began, hand.done
        proxy.cut_the_silent()
        report.findings += _settle(server, talkers)
        _look(server, talkers, begun, history)
    finally:
        for talker in talkers:
            talker.go_home()
            talker.reads.set()
        for talker in talkers:
            talker.join(30) if talker.ident else None
        proxy.end()
        server.stop()
    report.findings += [f"{name}: {finding}" for name, findings in find(history.entries).items() for finding in findings]
    report.findings += [f"a talker failed: {talker.fault}" for talker in talkers if talker.fault]
    report.findings += [f"astray: {entry['what']}" for entry in history.entries if entry["k"] == "astray"]
    report.findings += [f"a fault of the server: {line}" for line in server.log.splitlines() if _is_fault(line)]
    report.findings += [f"internal: {entry}" for entry in history.entries if entry.get("code") == "internal"]
    _count(report, history, talkers)
    if report.findings:
        file, log = _keep(history, server, seed)
        report.history = f"(history {file}, log {log}; python -m tests.faults.mixed --runs 1 --seed {seed} --seconds {seconds:g})"
    return report


def _gather(port: int, begun: list[tuple[int, str]], seed: int, history: History) -> list[Talker]:
    talkers = []
    for number, (person, token) in enumerate(begun):
        chance = random.Random(f"talk {seed} {number}")
        outside = number in OUTSIDE
        talkers.append(Talker(port, person, token, chance=chance, history=history, polling=number in POLLING))
        talkers[-1].friends = [ADMIN, *(other for other, _ in begun if other != person)]
        talkers[-1].insiders = [] if outside else [one for at, (one, _) in enumerate(begun) if one != person and at not in OUTSIDE]
    return talkers


def _open_rooms(server: Server, begun: list[tuple[int, str]], history: History) -> None:
    """One open and one private room, for those inside."""
    line = Line(server.port, begun[0][1])
    line.join()
    inside = [person for number, (person, _) in enumerate(begun) if number not in OUTSIDE]
    for private in (False, True):
        began = time.monotonic()
        ack = line.asks("create_room", {"name": "Kelas", "private": private, "people": inside})
        assert ack["ok"], ack
        for person in inside:
            history.add("member", who=person, room=ack["room"]["id"], on=True, t0=began, t1=time.monotonic(), res="ok")
    line.asks("leave", {})
    line.breaks()


def _settle(server: Server, talkers: list[Talker]) -> list[str]:
    """Wait until all is answered, and everybody shows what is kept and sees who is there."""
    for talker in talkers:
        talker.finish()
    until = time.monotonic() + SETTLE
    waiting = [talker for talker in talkers if not talker.settled.wait(max(0.0, until - time.monotonic()))]
    talkers[0].leaves()
    talkers[0].join(SETTLE)
    here = {talker.me for talker in talkers[1:]}
    until = time.monotonic() + SHOWN
    while time.monotonic() < until:
        revisions = {number: room["revision"] for number, room in _read_archive(server.database).items()}
        late = [one for one in talkers[1:] if any(revisions.get(room) != at for room, at in list(one.device.cursors.items()))]
        if not late and all(_online(talker) == here for talker in talkers[1:]):
            break
        time.sleep(0.1)
    return [f"{talker.me} has questions without an answer after {SETTLE:.0f} s" for talker in waiting]


def _look(server: Server, talkers: list[Talker], begun: list[tuple[int, str]], history: History) -> None:
    """What everybody shows, what a fresh join says, and what is kept."""
    here = sorted(talker.me for talker in talkers[1:])
    for talker in talkers:
        talker.go_home()
    for talker in talkers:
        talker.join(30)
    kept = _read_archive(server.database)
    for room, known in kept.items():
        history.add("kept", room=room, **known)
    for talker, (person, token) in zip(talkers, begun, strict=True):
        line = Line(server.port, token)
        rooms = line.join()["rooms"]
        line.breaks()
        for room in rooms:
            history.add("read", who=person, room=room["id"], read=room.get("read_seq", 0))
            if talker is talkers[0]:
                continue  # has left, and shows what there was then
            mine = talker.device.messages.get(room["id"], {})
            shown = {seq: (one["id"], one["revision"], one.get("body", ""), "deleted_at" in one) for seq, one in mine.items()}
            history.add("shown", who=person, room=room["id"], messages=shown)
        if talker is not talkers[0]:
            history.add("online", who=person, people=sorted(_online(talker)), here=here)


def _online(talker: Talker) -> set[int]:
    return {number for number, person in list(talker.device.people.items()) if person.get("online") and number != ADMIN}


def _read_archive(database: Path) -> dict[int, dict[str, Any]]:
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("BEGIN")
        rooms = {row["id"]: dict(row) for row in connection.execute("SELECT id, kind, name, seq, revision FROM room")}
        for room in rooms.values():
            room["people"] = [row[0] for row in connection.execute("SELECT person FROM member WHERE room = ?", (room["id"],))]
            wanted = "SELECT id, kind, seq, revision, sender, client_id, body, deleted_at FROM message WHERE room = ? ORDER BY seq"
            messages = [dict(row) for row in connection.execute(wanted, (room.pop("id"),))]
            room["messages"] = [{**message, "deleted": message.pop("deleted_at") is not None} for message in messages]
    finally:
        connection.close()
    return rooms


def _count(report: Report, history: History, talkers: list[Talker]) -> None:
    report.asked = sum(talker.asked for talker in talkers)
    report.connections = sum(talker.joins for talker in talkers)
    report.posts = dict(Counter(entry["res"] for entry in history.entries if entry["k"] == "post"))
    report.told = sum(entry["k"] == "told" for entry in history.entries)
    report.kept = sum(len(entry["messages"]) for entry in history.entries if entry["k"] == "kept")


def _is_fault(line: str) -> bool:
    """Whether a line of the log tells of a fault that is not the disk's, which a plan makes fail."""
    return ("Traceback" in line or "Error" in line) and not re.search(r"disk I/O error|disk is full|File too large", line)


def _keep(history: History, server: Server, seed: int) -> tuple[Path, Path]:
    folder = Path(tempfile.gettempdir())
    file, log = folder / f"chatweb-history-{seed}.jsonl", folder / f"chatweb-history-{seed}.log"
    history.save(file)
    log.write_text(server.log)
    return file, log


def run_apart(seed: int, seconds: float) -> Report:
    """A run in a process of its own, so that several don't wait for each other."""
    command = [sys.executable, "-m", "tests.faults.mixed", "--runs", "1", "--seed", str(seed), "--seconds", str(seconds), "--json"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    try:
        return Report(**json.loads(done.stdout.splitlines()[-1]))
    except (IndexError, ValueError, TypeError):
        return Report(seed, findings=[f"the run itself failed: {done.stderr[-2000:]}"])


def run_many(seeds: list[int], seconds: float, *, jobs: int, note: Callable[[str], None] = lambda _line: None) -> list[Report]:
    """Runs beside each other, each told as soon as it is over."""
    reports = []
    with ThreadPoolExecutor(jobs) as pool:
        for report in pool.map(lambda seed: run_apart(seed, seconds), seeds):
            reports.append(report)
            note(str(report))
    return reports


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--seed", type=int, default=None, help="of the first run; the next ones count on")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="for run_apart")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(2**31)
    if options.runs == 1:
        with tempfile.TemporaryDirectory(prefix="chatweb-mixed-", ignore_cleanup_errors=True) as folder:
            report = run(Path(folder), seed=seed, seconds=options.seconds, note=(lambda _line: None) if options.json else print)
        print(json.dumps(asdict(report)) if options.json else report)
        return 1 if report.findings else 0
    began = time.monotonic()
    reports = run_many(
        list(range(seed, seed + options.runs)), options.seconds, jobs=options.jobs, note=lambda line: print(line, flush=True)
    )
    faults = Counter(fault for report in reports for fault in report.faults)
    findings = sum(len(report.findings) for report in reports)
    kept, told = sum(report.kept for report in reports), sum(report.told for report in reports)
    print(
        f"mixed faults: seed {seed}, {len(reports)} runs of {options.seconds:g} s, in {time.monotonic() - began:.0f} s: {findings} findings"
    )
    print(f"{sum(faults.values())} faults of {len(faults)} kinds, {kept} messages kept, {told} told; {dict(sorted(faults.items()))}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
