"""A disk that fails at the Nth call, and whether each answer that people got was true.

    python -m tests.faults.disk_errors                  all calls, each kind of fault
    python -m tests.faults.disk_errors --count 50 --seed 1

People post, correct, send files and join while the Nth call of the server to its files fails: with EIO or ENOSPC, once or
from then on. What was acked must be there, what was refused must not be, whatever a start finds on the disk; what got no
answer is asked again and must be there once. A process that can't know whether a commit holds ends with code 70.
"""

import argparse
import errno
import hashlib
import http.client
import json
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from tests.faults import power_cut
from tests.faults.disk import FOR_EVER, Disk, fast_folder
from tests.faults.doing import Refused, send_file
from tests.faults.nursery import Nursery
from tests.wire import Line, LineClosed, begin_sessions, draft

EXIT_UNKNOWN = 70
ENDS_WITHIN = 5  # seconds after an answer stayed out
KEPT, REFUSED, UNKNOWN = "kept", "refused", "unknown"


class Fault(NamedTuple):
    """How the disk fails, and at which call."""

    at: int
    error: int
    times: int

    def __str__(self) -> str:
        return f"{errno.errorcode[self.error]} at call {self.at}{'' if self.times == 1 else ' and from then on'}"


KINDS = [(errno.EIO, 1), (errno.EIO, FOR_EVER), (errno.ENOSPC, 1), (errno.ENOSPC, FOR_EVER)]


@dataclass(slots=True)
class Wish:
    """Something that somebody asks for, and what became of it."""

    what: str  # post, edit, file or join
    name: str  # the client_id, the SHA-256 or the nickname
    body: str = ""
    person: int = 0  # who asks
    content: bytes = b""
    message: int = 0  # that is edited
    was: str = ""  # its body before
    files: list[int] = field(default_factory=list)
    outcome: str = ""
    code: str = ""
    answer: dict[str, Any] = field(default_factory=dict)


class World:
    """A server on a disk that fails, and two people who use it."""

    def __init__(self, folder: Path) -> None:
        self.disk = Disk(folder)
        self.server = Nursery(self.disk, limits="off").start()
        self._people = begin_sessions(self.server.port, ["Ani", "Budi"])
        self._lines: list[Line] = []
        self._count = 0

    def close(self) -> None:
        self._hang_up()
        self.server.stop()
        self.disk.close()

    def wish(self) -> list[Wish]:
        """What is asked for in one try: always the same, in new words."""
        self._count += 1
        own = self._line(0).says(f"awal {self._count}")
        content = f"isi {self._count}".encode() * 500
        return [
            self._post(f"satu {self._count}"),
            self._post(f"dua {self._count}", person=1),
            Wish("edit", own["client_id"], f"lebih baik {self._count}", message=own["id"], was=own["body"]),
            Wish("file", hashlib.sha256(content).hexdigest(), content=content),
            self._post(f"berkas {self._count}"),
            Wish("join", f"Cici {self._count}"),
        ]

    def ask_all(self, wishes: list[Wish]) -> None:
        """Ask for everything, the first two at once; note how each was answered."""
        first, second, edit, file, with_file, join = wishes
        self._ask_together([first, second])
        self._ask(edit)
        self._ask(file)
        if file.outcome == KEPT:
            with_file.files = [file.answer["id"]]
        self._ask(with_file)
        self._ask(join)

    def ask_again(self, wishes: list[Wish]) -> None:
        for wish in wishes:
            if wish.outcome != KEPT:
                self._ask(wish)

    def recover(self) -> None:
        """The disk is whole again; the server is started anew where it has ended."""
        self.disk.counts()
        if self.server.ended(0) is not None:
            self._hang_up()
            self.server.start()

    def _post(self, body: str, *, person: int = 0) -> Wish:
        return Wish("post", draft("")["client_id"], body, person)

    def _line(self, person: int) -> Line:
        while len(self._lines) <= person:
            line = Line(self.server.port, self._people[len(self._lines)][1])
            line.join()
            self._lines.append(line)
        return self._lines[person]

    def _hang_up(self) -> None:
        for line in self._lines:
            line.breaks()
        self._lines = []

    def _ask_together(self, wishes: list[Wish]) -> None:
        asked: dict[int, int] = {}
        for wish in wishes:
            self._take(wish, lambda wish=wish: asked.update({wish.person: self._line(wish.person).post("post_message", _asked(wish))}))
        for wish in wishes:
            if wish.outcome != UNKNOWN:
                self._take(wish, lambda wish=wish: _answer(self._line(wish.person), asked[wish.person]))

    def _ask(self, wish: Wish) -> None:
        if wish.what == "post":
            self._take(wish, lambda: self._line(wish.person).asks("post_message", _asked(wish)))
        elif wish.what == "edit":
            self._take(wish, lambda: self._line(0).asks("edit_message", {"id": wish.message, "body": wish.body}))
        elif wish.what == "file":
            self._take(wish, lambda: send_file(self.server.port, self._people[0][1], wish.content, "berkas.bin"))
        else:
            self._take(wish, lambda: self._join(wish.name))

    def _join(self, nickname: str) -> dict[str, Any]:
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            line.request("POST", "/api/session", json.dumps({"nickname": nickname}), {"Content-Type": "application/json"})
            reply = line.getresponse()
            answer = json.loads(reply.read())
        finally:
            line.close()
        if reply.status != 201:
            raise Refused(answer)
        return answer

    def _take(self, wish: Wish, ask: Callable[[], Any]) -> None:
        try:
            answer = ask()
            if isinstance(answer, dict) and answer.get("ok") is False:
                raise Refused(answer["error"])
        except Refused as refused:
            wish.outcome, wish.code = REFUSED, refused.code
        except (LineClosed, OSError, http.client.HTTPException):
            wish.outcome = UNKNOWN
        else:
            wish.outcome, wish.answer = KEPT, answer if isinstance(answer, dict) else {}


def _asked(wish: Wish) -> dict[str, Any]:
    asked = draft(wish.body, client_id=wish.name)
    return {**asked, "attachments": wish.files} if wish.files else asked


def _answer(line: Line, number: int) -> dict[str, Any]:
    head = b"43%d[" % number
    return json.loads(line.wait_for(lambda text: text.startswith(head))[len(head) - 1 :])[0]


def find_faults(wishes: list[Wish], kept: sqlite3.Connection, uploads: Path) -> Iterator[str]:
    """What an archive has that was refused, or has not and was acked; what got no answer may be either way."""
    yield from power_cut.damage(kept)
    yield from power_cut.holes(kept)
    for wish in wishes:
        there = _is_there(wish, kept, uploads)
        if wish.outcome == KEPT and not there:
            yield f"lost: {wish.what} {wish.name} was acked"
        if wish.outcome == REFUSED and (there or _left_over(wish, kept)):
            yield f"kept: {wish.what} {wish.name} was refused with {wish.code}"
        if wish.code == "internal":
            yield f"unexplained: {wish.what} was refused with {wish.code}"


def _is_there(wish: Wish, kept: sqlite3.Connection, uploads: Path) -> bool:
    if wish.what == "post":
        rows = kept.execute("SELECT id, body FROM message WHERE client_id = ?", (wish.name,)).fetchall()
        if [body for _, body in rows] != [wish.body]:
            return False
        files = kept.execute("SELECT attachment FROM message_attachment WHERE message = ?", (rows[0][0],)).fetchall()
        return [number for (number,) in files] == wish.files
    if wish.what == "edit":
        return kept.execute("SELECT body FROM message WHERE id = ?", (wish.message,)).fetchone() == (wish.body,)
    if wish.what == "file":
        path = uploads / wish.name[:2] / wish.name
        rows = kept.execute("SELECT id FROM attachment WHERE sha256 = ?", (wish.name,)).fetchall()
        return len(rows) >= 1 and path.is_file() and path.read_bytes() == wish.content
    return kept.execute("SELECT count(*) FROM person WHERE nickname = ?", (wish.name,)).fetchone() == (1,)


def _left_over(wish: Wish, kept: sqlite3.Connection) -> bool:
    """Whether a part of what was refused has stayed."""
    if wish.what == "post":
        return kept.execute("SELECT count(*) FROM message WHERE client_id = ?", (wish.name,)).fetchone() != (0,)
    if wish.what == "edit":
        return kept.execute("SELECT body FROM message WHERE id = ?", (wish.message,)).fetchone() != (wish.was,)
    if wish.what == "file":
        return kept.execute("SELECT count(*) FROM attachment WHERE sha256 = ?", (wish.name,)).fetchone() != (0,)
    return False


def as_found(database: Path, folder: Path) -> sqlite3.Connection:
    """The archive as a start would find it: without what the process that runs knows in memory."""
    for old in folder.iterdir():
        old.unlink()
    for name in (f"{database.name}-wal", database.name):  # the log first: it may be folded in meanwhile
        if database.with_name(name).exists():
            shutil.copy(database.with_name(name), folder / name)
    return sqlite3.connect(folder / database.name, isolation_level=None)


@dataclass(slots=True)
class Report:
    """What came out of all tries."""

    seed: int
    calls: int = 0  # of one try, when nothing fails; faults are drawn from them
    tries: int = 0
    failed: int = 0  # calls that failed
    seconds: float = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    ends: int = 0  # of the process
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        outcomes = ", ".join(f"{count} {outcome}" for outcome, count in sorted(self.outcomes.items()))
        codes = ", ".join(f"{count} {code}" for code, count in sorted(self.codes.items()))
        lines = [
            f"seed {self.seed}: {self.tries} faults at {self.calls} calls, {self.failed} came",
            f"{self.ends} ends of the process, {self.seconds:.0f} s",
            f"answers: {outcomes}; refused with {codes or 'nothing'}",
            *self.faults[: power_cut.FAULTS_TOLD],
            f"{len(self.faults)} faults" if self.faults else "No ack without its row, no refusal with one.",
        ]
        return "\n".join(lines)


def run(folder: Path, *, count: int | None, seed: int, note: Callable[[str], None] = lambda _line: None) -> Report:
    """Try ``count`` faults that chance picks, or every one.

    The first try after a start makes some calls more than those that follow. A fault at one of these comes only in a try
    behind an end of the process: all of them are worth that, a few that chance picks would mostly not come.
    """
    began, report = time.monotonic(), Report(seed)
    world = World(folder / "held")
    copy = folder / "copy"
    copy.mkdir()
    try:
        report.calls = count_calls(world)
        if count is not None:
            report.calls = count_calls(world)
        for fault in pick(report.calls, count, random.Random(seed)):
            found = try_one(world, fault, copy, report)
            report.faults += [f"{fault}: {one}" for one in found]
            if found or report.tries % 50 == 0:
                note(f"{report.tries}: {fault}: {found}")
    finally:
        report.seconds = time.monotonic() - began
        world.close()
    return report


def count_calls(world: World) -> int:
    """How many calls to its files a try makes while nothing fails."""
    wishes = world.wish()
    world.disk.counts()
    world.ask_all(wishes)
    assert {wish.outcome for wish in wishes} == {KEPT}, wishes
    return world.disk.count


def pick(calls: int, count: int | None, chance: random.Random) -> list[Fault]:
    """Every call with each kind of fault, or so many, spread evenly over the calls."""
    every = [Fault(at, error, times) for at in range(1, calls + 1) for error, times in KINDS]
    if count is None or count >= len(every):
        return every
    return [chance.choice(every[number * len(every) // count : (number + 1) * len(every) // count]) for number in range(count)]


def try_one(world: World, fault: Fault, copy: Path, report: Report) -> list[str]:
    wishes = world.wish()
    logged = len(world.server.log)
    world.disk.fails(at=fault.at, error=fault.error, times=fault.times)
    world.ask_all(wishes)
    report.tries += 1
    report.failed += min(1, world.disk.failed)
    report.outcomes.update(wish.outcome for wish in wishes)
    report.codes.update(wish.code for wish in wishes if wish.outcome == REFUSED)
    database, uploads = world.server.database, world.server.folder / "uploads"
    found = []
    if (code := world.server.ended(ENDS_WITHIN if any(wish.outcome == UNKNOWN for wish in wishes) else 0)) is not None:
        report.ends += 1
        found += [f"ended with {code}"] if code != EXIT_UNKNOWN else []
    elif any(wish.outcome == UNKNOWN for wish in wishes):
        found.append("no answer, and no end")
    kept = as_found(database, copy)
    found += find_faults(wishes, kept, uploads)
    kept.close()
    # The index of the search is made beside the messages, and later from them: that it could not be written is said, no more.
    lines = [line for line in world.server.log[logged:].splitlines() if "Traceback" in line and "index of the search" not in line]
    found += [f"a traceback: {line[-1000:]}" for line in lines[:1]]
    world.recover()
    world.ask_again(wishes)
    kept = as_found(database, copy)
    for wish in wishes:
        taken = wish.what == "join" and wish.code == "nickname_taken"
        if not _is_there(wish, kept, uploads) or (wish.outcome != KEPT and not taken):
            found.append(f"asked again: {wish.what} is {wish.outcome} {wish.code}")
    kept.close()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=None, help="faults that chance picks; without it every one")
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(2**32)
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="chatweb-disk-", dir=fast_folder()) as folder:
        report = run(Path(folder), count=options.count, seed=seed, note=lambda line: print(line, flush=True))
    print(report)
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
