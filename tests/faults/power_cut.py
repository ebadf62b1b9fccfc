"""What a power cut would leave of the disk, and whether all that was acked is in it.

    python -m tests.faults.power_cut --count 10000 --seed 1

A server runs while people talk, correct themselves and send files; everything that it does to its files is noted, and
so is every ack when it has come. A crash image is made for a moment in these notes: what an fsync has ended before that
moment is there; of everything else a part that chance picks, each write torn at 512 bytes. Names that were made, moved
or removed in a folder are there when the folder was flushed. Each image is then opened as a start would.

`kill -9` proves nothing of the kind: what a process has written outlives it in the page cache.
"""

import argparse
import hashlib
import json
import multiprocessing
import random
import shutil
import sqlite3
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from tests.faults.disk import Disk, HeldServer, Note, fast_folder
from tests.faults.doing import Busy
from tests.wire import begin_sessions

SECTOR = 512  # bytes that a disk writes whole
VARIANTS = 8  # images of one moment
FEW = 400  # images that are not worth further processes
FAULTS_TOLD = 20
STRICT = ("-m", "chatweb")
NORMAL = ("-m", "tests.faults.weak", "normal")
WAYS = ("nothing", "everything", "some", "some", "some", "torn", "torn", "early")


class File:
    """The content of a file: what is on the disk for sure, and what may be."""

    def __init__(self) -> None:
        self.sure = bytearray()
        self.maybe: list[tuple[int, bytes | None]] = []  # an offset and what is written there, or a length
        self.begun: dict[int, int] = {}  # by thread, how much was there to be flushed
        self._sealed: bytes | None = None

    def change(self, at: int, data: bytes | None) -> None:
        self.maybe.append((at, data))

    def flush(self, thread: int) -> None:
        count = self.begun.pop(thread, 0)
        for at, data in self.maybe[:count]:
            apply(self.sure, at, data)
        del self.maybe[:count]
        self.begun = {other: max(0, so_far - count) for other, so_far in self.begun.items()}
        self._sealed = None

    def image(self, chance: random.Random, way: str) -> bytes:
        """What a power cut leaves."""
        if not self.maybe or way == "nothing":
            if self._sealed is None:
                self._sealed = bytes(self.sure)
            return self._sealed
        content = bytearray(self.sure)
        upto = chance.randrange(len(self.maybe) + 1) if way == "early" else len(self.maybe)
        for at, data in self.maybe[:upto]:
            if way in {"everything", "early"} or chance.random() < 0.5:
                apply(content, at, data)
            elif way == "torn" and data is not None:
                for begin in range(0, len(data), SECTOR):
                    if chance.random() < 0.5:
                        apply(content, at + begin, data[begin : begin + SECTOR])
        return bytes(content)


class Folder:
    """The names in a folder: those that are there for sure, and the changes that may be."""

    def __init__(self) -> None:
        self.sure: dict[str, Any] = {}
        self.now: dict[str, Any] = {}
        self.maybe: list[dict[str, Any]] = []  # names and what they stand for; None: for nothing
        self.begun: dict[int, int] = {}

    def change(self, **names: Any) -> None:
        self.maybe.append(names)
        put(self.now, names)

    def flush(self, thread: int) -> None:
        count = self.begun.pop(thread, 0)
        for names in self.maybe[:count]:
            put(self.sure, names)
        del self.maybe[:count]
        self.begun = {other: max(0, so_far - count) for other, so_far in self.begun.items()}

    def image(self, chance: random.Random, way: str) -> dict[str, Any]:
        if not self.maybe or way == "nothing":
            return self.sure
        names = dict(self.sure)
        upto = chance.randrange(len(self.maybe) + 1) if way == "early" else len(self.maybe)
        for change in self.maybe[:upto]:
            if way in {"everything", "early"} or chance.random() < 0.5:
                put(names, change)
        return names


def apply(content: bytearray, at: int, data: bytes | None) -> None:
    if data is None:
        if len(content) > at:
            del content[at:]
        else:
            content.extend(bytes(at - len(content)))
        return
    if len(content) < at:
        content.extend(bytes(at - len(content)))
    content[at : at + len(data)] = data


def put(names: dict[str, Any], change: dict[str, Any]) -> None:
    for name, what in change.items():
        if what is None:
            names.pop(name, None)
        else:
            names[name] = what


class Tree:
    """The files under a folder, as the notes tell of them one after another."""

    def __init__(self, root: Path) -> None:
        self._root = str(root)
        self.top = Folder()
        self._by_inode: dict[int, File | Folder] = {root.stat().st_ino: self.top}

    def follow(self, note: Note) -> None:
        if note.what == "d":
            self._by_inode[note.inode] = made = Folder()
            self._name(note.first, made)
        elif note.what == "c":
            self._by_inode[note.inode] = file = File()
            self._name(note.first, file)
        elif note.what == "r":
            self._move(note.first, note.second)
        elif note.what == "l":
            self._name(note.second, self._by_inode[note.inode])
        elif note.what == "u":
            self._name(note.first, None)
        else:
            self._change(self._by_inode.get(note.inode), note)

    def _change(self, one: Any, note: Note) -> None:
        if one is None:
            return
        if note.what == "w":
            one.change(note.number, note.second)
        elif note.what == "t":
            one.change(note.number, None)
        elif note.what == "b":
            one.begun[note.thread] = len(one.maybe)
        elif note.what == "e":
            one.flush(note.thread)

    def _find(self, path: bytes) -> tuple[Folder, str]:
        *parents, name = path.decode().removeprefix(self._root).strip("/").split("/")
        folder = self.top
        for parent in parents:
            folder = folder.now[parent]
        return folder, name

    def _name(self, path: bytes, what: Any) -> None:
        folder, name = self._find(path)
        folder.change(**{name: what})

    def _move(self, path: bytes, to: bytes) -> None:
        (old, name), (new, new_name) = self._find(path), self._find(to)
        what = old.now[name]
        if old is new:
            old.change(**{name: None, new_name: what})
        else:
            old.change(**{name: None})
            new.change(**{new_name: what})

    def image(self, chance: random.Random, way: str) -> dict[str, bytes]:
        """The files that a power cut leaves, by their path."""
        return dict(_walk(self.top, "", chance, way))


def _walk(folder: Folder, path: str, chance: random.Random, way: str) -> Iterator[tuple[str, bytes]]:
    for name, one in folder.image(chance, way).items():
        if isinstance(one, Folder):
            yield from _walk(one, f"{path}{name}/", chance, way)
        elif not name.endswith("-shm"):  # is never read after a cut: SQLite makes it anew from the log
            yield f"{path}{name}", one.image(chance, way)


@dataclass(slots=True)
class Known:
    """What people know at a moment: asked, and acked."""

    asked: dict[tuple[int, str], str] = field(default_factory=dict)  # by sender and client_id: the body
    posted: dict[int, dict[str, Any]] = field(default_factory=dict)  # by id, as acked last
    asked_edits: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))  # by id: bodies
    files: dict[int, str] = field(default_factory=dict)  # by id: the SHA-256
    key: bytes = b""

    def hear(self, what: dict[str, Any]) -> None:
        kind = what["kind"]
        if kind == "asks":
            self.asked[what["sender"], what["client_id"]] = what["body"]
        elif kind == "asks_edit":
            self.asked_edits[what["id"]].add(what["body"])
        elif kind == "file":
            self.files[what["id"]] = what["sha256"]
        elif kind == "acked":
            message = what["message"]
            if message["revision"] > self.posted.get(message["id"], {"revision": 0})["revision"]:
                self.posted[message["id"]] = message


def find_faults(files: dict[str, bytes], known: Known, folder: Path) -> list[str]:
    """What an image has lost, damaged or holed of what was known."""
    database = files.get("instance/chatweb.db")
    if database is None:
        return [f"lost: the database, with {len(known.posted)} acked messages"] if known.posted or known.files else []
    for old in folder.iterdir():
        old.unlink()
    (folder / "chatweb.db").write_bytes(database)
    if "instance/chatweb.db-wal" in files:
        (folder / "chatweb.db-wal").write_bytes(files["instance/chatweb.db-wal"])
    connection = sqlite3.connect(folder / "chatweb.db", isolation_level=None)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA synchronous = OFF")
        found = [*_key_faults(files, known), *damage(connection), *holes(connection)]
        return [*found, *_lost(connection, known), *_files(connection, files)]
    except sqlite3.Error as error:
        return [f"damaged: {error}"]
    finally:
        connection.close()


def count_messages(folder: Path) -> tuple[int]:
    """How many messages that somebody sent are in the image that was looked at last."""
    connection = sqlite3.connect(folder / "chatweb.db")
    try:
        return connection.execute("SELECT count(*) FROM message WHERE client_id IS NOT NULL").fetchone()
    finally:
        connection.close()


def _key_faults(files: dict[str, bytes], known: Known) -> Iterator[str]:
    if known.posted and files.get("instance/secret.key") != known.key:
        yield "lost: the secret key, and with it everybody's session"


def damage(connection: sqlite3.Connection) -> Iterator[str]:
    for (found,) in connection.execute("PRAGMA integrity_check"):
        if found != "ok":
            yield f"damaged: {found}"
    for row in connection.execute("PRAGMA foreign_key_check"):
        yield f"damaged: a row of {row[0]} points at one of {row[2]} that is not there"


def holes(connection: sqlite3.Connection) -> Iterator[str]:
    counted = {
        room: (count, last, first, revisions, highest)
        for room, count, last, first, revisions, highest in connection.execute(
            "SELECT room, count(*), max(seq), min(seq), count(DISTINCT revision), max(revision) FROM message GROUP BY room"
        )
    }
    edits = dict(connection.execute("SELECT room, count(*) FROM version JOIN message ON message.id = version.message GROUP BY room"))
    for room, seq, revision in connection.execute("SELECT id, seq, revision FROM room"):
        count, last, first, revisions, highest = counted.get(room, (0, 0, 1, 0, 0))
        if not (seq == count == last and first == 1):
            yield f"holed: room {room} has counted to {seq}, and keeps {count} messages from {first} to {last}"
        if revisions != count or highest != revision or revision != count + edits.get(room, 0):
            yield f"holed: room {room} is at revision {revision}, with {count} messages, {edits.get(room, 0)} edits, {highest} the highest"


def _lost(connection: sqlite3.Connection, known: Known) -> Iterator[str]:
    kept = {row[0]: row[1:] for row in connection.execute("SELECT id, room, seq, revision, sender, client_id, body FROM message")}
    files = defaultdict(list)
    for message, attachment in connection.execute("SELECT message, attachment FROM message_attachment ORDER BY message, position"):
        files[message].append(attachment)
    for number, acked in known.posted.items():
        row = kept.get(number)
        if row is None:
            yield f"lost: message {number}, seq {acked['seq']}"
            continue
        room, seq, revision, _, client_id, body = row
        if (room, seq, client_id) != (acked["room"], acked["seq"], acked["client_id"]):
            yield f"altered: message {number}"
        if revision < acked["revision"]:
            yield f"lost: an edit of message {number}"
        elif revision == acked["revision"] and body != acked["body"]:
            yield f"altered: message {number} says {body!r} instead of {acked['body']!r}"
        if files.get(number, []) != acked["files"]:
            yield f"lost: a file of message {number}"
    for number, (_, _, _, sender, client_id, body) in kept.items():
        if client_id is not None and body != known.asked.get((sender, client_id)) and body not in known.asked_edits.get(number, ()):
            yield f"made up: message {number} says {body!r}"
    there = dict(connection.execute("SELECT id, sha256 FROM attachment"))
    yield from (f"lost: file {number}" for number, sha256 in known.files.items() if there.get(number) != sha256)


def _files(connection: sqlite3.Connection, files: dict[str, bytes]) -> Iterator[str]:
    for number, sha256, size in connection.execute("SELECT id, sha256, size FROM attachment"):
        content = files.get(f"uploads/{sha256[:2]}/{sha256}")
        if content is None:
            yield f"lost: the content of file {number}"
        elif len(content) != size or _sha256(content) != sha256:
            yield f"damaged: the content of file {number}"


@cache
def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass(slots=True)
class Trace:
    """Notes, and the folder that they are of."""

    root: Path
    notes: list[Note]
    key: bytes
    people: Sequence[tuple[int, str]]  # ids and tokens

    def without(self, forgets: Callable[[str], bool]) -> "Trace":
        """The same as a program leaves that does not flush what ``forgets`` says, asked with the path of each fsync."""
        paths: dict[int, str] = {self.root.stat().st_ino: ""}
        notes = []
        for note in self.notes:
            if note.what in "cdrl":
                paths[note.inode] = (note.second if note.what in "rl" else note.first).decode().removeprefix(f"{self.root}/")
            if not (note.what == "e" and forgets(paths[note.inode])):
                notes.append(note)
        return replace(self, notes=notes)


def record(folder: Path, *, seed: int, command: tuple[str, ...] = STRICT, words: int = 250, people: int = 6) -> Trace:
    """Have people talk to a server, which is started anew in the middle, once in order and once killed."""
    disk = Disk(folder, noted=True)
    server = HeldServer(disk, command=command, limits="off").start()
    try:
        begun = begin_sessions(server.port, [f"Orang {number}" for number in range(people)])
        key = (server.folder / "instance" / "secret.key").read_bytes()
        for round_ in range(3):
            talk(server, disk, begun, words=words // 3, seed=seed + round_)
            server.kill() if round_ == 0 else server.stop()
            if round_ < 2:
                server.start()
        return Trace(disk.folder, list(disk.notes()), key, begun)
    finally:
        server.kill()
        disk.close()


def talk(server: HeldServer, disk: Disk, begun: Sequence[tuple[int, str]], *, words: int, seed: int) -> None:
    busy = [Busy(server.port, person, token, seed=seed * 1000 + person, note=disk.said) for person, token in begun]
    threads = [threading.Thread(target=one.talk, args=(words // len(busy),)) for one in busy]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
    for one in busy:
        one.hang_up()
        if one.fault:
            raise one.fault


def lay(trace: Trace, at: int, folder: Path, *, way: str = "nothing", seed: int = 0) -> None:
    """Put on a disk what a power cut leaves at a moment, so that a server can be started on it."""
    tree = Tree(trace.root)
    for note in trace.notes[:at]:
        if note.what != "a":
            tree.follow(note)
    for path, content in tree.image(random.Random(seed), way).items():
        (folder / path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / path).touch(0o600)
        (folder / path).write_bytes(content)


@dataclass(slots=True)
class Report:
    """What came out of all images."""

    seed: int
    images: int = 0
    acked: int = 0  # at the end of the notes
    notes: int = 0
    seconds: float = 0
    kinds: Counter[str] = field(default_factory=Counter)  # images by the kind of fault that was found first
    faults: list[str] = field(default_factory=list)

    def add(self, other: "Report") -> None:
        self.images += other.images
        self.kinds += other.kinds
        self.faults += other.faults

    def __str__(self) -> str:
        found = ", ".join(f"{count} {kind}" for kind, count in self.kinds.most_common()) or "0 lost, 0 damaged, 0 holed"
        head = f"seed {self.seed}: {self.images} crash images of {self.notes} calls and acks ({self.acked}), {self.seconds:.0f} s: {found}"
        return "\n".join([head, *self.faults[:FAULTS_TOLD]])


def look(trace: Trace, *, count: int, seed: int, share: int = 0, of: int = 1) -> Report:
    """Make ``count`` images of moments that chance picks (this process its share of them), and look into each."""
    report = Report(seed)
    chance = random.Random(seed)
    first = next(at for at, note in enumerate(trace.notes) if note.what == "a")
    moments = Counter(chance.randrange(first, len(trace.notes) + 1) for _ in range(-(-count // VARIANTS)))
    tree, known, made = Tree(trace.root), Known(key=trace.key), 0
    folder = Path(tempfile.mkdtemp(prefix="chatweb-image-", dir=fast_folder()))
    try:
        for at in range(len(trace.notes) + 1):
            for variant in range(VARIANTS * moments.get(at, 0)):
                made += 1
                if made % of != share or made > count:
                    continue
                own = random.Random(f"{seed} {at} {variant}")
                way = WAYS[variant % VARIANTS]
                faults = find_faults(tree.image(own, way), known, folder)
                report.images += 1
                if faults:
                    report.kinds[faults[0].split(":")[0]] += 1
                    report.faults.append(f"call {at}, {way} of what was not flushed: {faults[0]} ({len(faults)} in all)")
            if at < len(trace.notes):
                note = trace.notes[at]
                known.hear(json.loads(note.first)) if note.what == "a" else tree.follow(note)
    finally:
        shutil.rmtree(folder)
    return report


def look_at_all(trace: Trace, *, count: int, seed: int, processes: int = 2) -> Report:
    """The same in some processes."""
    began = time.monotonic()
    report = Report(seed, notes=len(trace.notes), acked=sum(note.what == "a" and b'"asks' not in note.first for note in trace.notes))
    if count <= FEW:
        report.add(look(trace, count=count, seed=seed))
    else:
        context = multiprocessing.get_context("spawn")  # where other tests have loaded eventlet, a fork would be ill
        with context.Pool(processes, initializer=_remember, initargs=(trace,)) as pool:
            for part in pool.map(_look_at_share, [(count, seed, share, processes) for share in range(processes)], chunksize=1):
                report.add(part)
    report.seconds = time.monotonic() - began
    return report


_trace: list[Trace] = []


def _remember(trace: Trace) -> None:
    _trace[:] = [trace]


def _look_at_share(share: tuple[int, int, int, int]) -> Report:
    count, seed, number, of = share
    return look(_trace[0], count=count, seed=seed, share=number, of=of)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(2**32)
    print(f"seed {seed}", flush=True)
    found = 0
    for part in range(-(-options.count // 10_000)):  # a new history for each 10,000 images
        with tempfile.TemporaryDirectory(prefix="chatweb-power-", dir=fast_folder()) as folder:
            trace = record(Path(folder) / "full", seed=seed + part)
            report = look_at_all(trace, count=min(10_000, options.count - part * 10_000), seed=seed + part, processes=options.processes)
            print(report, flush=True)
            found += len(report.faults)
    with tempfile.TemporaryDirectory(prefix="chatweb-power-", dir=fast_folder()) as folder:
        weak = look_at_all(record(Path(folder) / "normal", seed=seed, command=NORMAL), count=400, seed=seed, processes=options.processes)
    print(f"with synchronous=NORMAL, which must be caught: {weak.kinds.total()} of {weak.images} images at fault")
    return 1 if found or not weak.faults else 0


if __name__ == "__main__":
    sys.exit(main())
