"""A server whose disk we hold: each call is noted, the Nth one fails, and its wall clock goes as we say.

`disk.c` stands between the process and the C library (LD_PRELOAD), so that no debugger's rights are needed and nothing
is slower than it is: SQLite's calls go through it as Python's do.
"""

import ctypes
import hashlib
import json
import mmap
import os
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.server import Server

SOURCE = Path(__file__).with_name("disk.c")
ANYTHING = 0
OPEN, WRITE, SYNC, TRUNCATE, RENAME, SYNC_FOLDER, ALLOCATE = 1, 2, 4, 8, 16, 32, 64
FOR_EVER = 2**62

_NOTE = struct.Struct("<qqiiic")


class Note(NamedTuple):
    """One thing that a process did to its files, or that was said to somebody.

    ``what`` is c(reate), w(rite), t(runcate), b(egin) and e(nd) of an fsync, r(ename), l(ink), u(nlink), d (mkdir), or a
    (said).
    """

    what: str
    inode: int
    number: int  # an offset, or a length
    thread: int
    first: bytes
    second: bytes


def fast_folder() -> str | None:
    """Where files need no disk: what is noted is what would be done to one."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def build() -> Path:
    """The library made of `disk.c`; once for each of its versions."""
    source = SOURCE.read_bytes()
    path = Path(tempfile.gettempdir()) / f"chatweb-disk-{os.getuid()}-{hashlib.sha256(source).hexdigest()[:16]}.so"
    if not path.exists():
        new = path.with_suffix(f".{os.getpid()}")
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", str(new), str(SOURCE), "-ldl"], check=True)
        new.rename(path)
    return path


class _Numbers(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int64) for name in ("count", "first", "last", "error", "failed", "kinds", "clock", "unused")]


class Disk:
    """What is done to the files of one folder."""

    def __init__(self, folder: Path, *, noted: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder.resolve()
        self._library = build()
        descriptor, name = tempfile.mkstemp(prefix="chatweb-control-", dir=fast_folder())
        os.truncate(descriptor, ctypes.sizeof(_Numbers))
        self._control = Path(name)
        self._shared = mmap.mmap(descriptor, ctypes.sizeof(_Numbers))
        os.close(descriptor)
        self._numbers = _Numbers.from_buffer(self._shared)
        self.trace = Path(f"{name}.trace") if noted else None
        self._trace = os.open(self.trace, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600) if self.trace else -1

    def environ(self) -> dict[str, str]:
        """What a process must be started with."""
        return {
            "LD_PRELOAD": str(self._library),
            "CHATWEB_TEST_ROOT": str(self.folder),
            "CHATWEB_TEST_CONTROL": str(self._control),
            "CHATWEB_TEST_TRACE": str(self.trace or ""),
        }

    def counts(self, kinds: int = ANYTHING) -> None:
        """Count calls anew; none fails."""
        self._numbers.first = 0
        self._numbers.kinds = kinds
        self._numbers.count = self._numbers.failed = 0

    def fails(self, *, at: int, error: int, times: int = 1, kinds: int = ANYTHING) -> None:
        """From the call number ``at`` on, so many calls fail with ``error``."""
        self.counts(kinds)
        self._numbers.error = error
        self._numbers.last = at + times - 1
        self._numbers.first = at

    @property
    def count(self) -> int:
        return int(self._numbers.count)

    @property
    def failed(self) -> int:
        """How many calls have failed as told."""
        return int(self._numbers.failed)

    def set_clock(self, ahead: float) -> None:
        """The wall clock is so many seconds ahead."""
        self._numbers.clock = int(ahead) * 10**9

    def said(self, **what: Any) -> None:
        """Note something between the calls: whatever was done before is noted before."""
        text = json.dumps(what).encode()
        os.writev(self._trace, [_NOTE.pack(0, 0, 0, len(text), 0, b"a"), text])

    def notes(self) -> Iterator[Note]:
        """Everything that was done so far, in order."""
        assert self.trace is not None
        data = self.trace.read_bytes()
        at = 0
        while at < len(data):
            inode, number, thread, first, second, what = _NOTE.unpack_from(data, at)
            at += _NOTE.size
            yield Note(what.decode(), inode, number, thread, data[at : at + first], data[at + first : at + first + second])
            at += first + second

    def close(self) -> None:
        del self._numbers
        self._shared.close()
        self._control.unlink()
        if self.trace:
            os.close(self._trace)
            self.trace.unlink()


class HeldServer(Server):
    """A server on such a disk."""

    def __init__(self, disk: Disk, **options: Any) -> None:
        super().__init__(disk.folder, **options)
        self._disk = disk

    def environ(self) -> dict[str, str]:
        return {**super().environ(), **self._disk.environ()}
