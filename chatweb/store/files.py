"""Files on disk: streamed in, kept under the SHA-256 of their content, read out in pieces. The hub never waits for the disk.

fsync file → rename → fsync folder → row committed → ack: a row never points at a file that is not there.
"""

import contextlib
import hashlib
import os
import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chatweb.chat.errors import StorageFull
from chatweb.offload import NativeThread
from chatweb.store import position_data

PIECE = 256 * 1024  # bytes that are read or written at once
FLUSH = 2 * 1024**2  # bytes after which a file on its way in is flushed: one flush of all of it would hold every commit up
HEAD = 64  # bytes by which the type of a file is told
THREADS = 2
FOLDERS = 256  # that content lies in, so that none grows too large
INCOMING = "incoming"


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is safely on disk. ``size`` in bytes."""

    sha256: str
    size: int
    head: bytes
    path: Path


class Files:
    """The folder ``uploads/``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._incoming = folder / INCOMING
        self._threads = [NativeThread() for _ in range(THREADS)]
        # One thread brings files to their place and takes them away: what was looked at on the hub still holds there.
        self.keeper = NativeThread()
        self._settling: Counter[str] = Counter()
        self._incoming.mkdir(mode=0o700, exist_ok=True)
        for left in self._incoming.iterdir():  # uploads that a crash cut off
            left.unlink()

    def used(self, *folders: Path) -> int:
        """The bytes that all files in ``folders`` take; counted off the hub, as there may be many."""
        return min(self._threads, key=lambda one: one.waiting)(_count_bytes, folders)

    def receive(self) -> "Incoming":
        """Begin to take a file in."""
        thread = min(self._threads, key=lambda one: one.waiting)
        return Incoming(self.folder, self._incoming / secrets.token_hex(16), thread, self.keeper, self._settling)

    def is_settling(self, sha256: str) -> bool:
        """Whether somebody brings this content in, and its row may not be committed yet."""
        return self._settling[sha256] > 0

    def path(self, sha256: str) -> Path:
        """Where the content with this hash is."""
        return place(self.folder, sha256)

    def thumbnail_path(self, sha256: str) -> Path:
        """Where the small picture of the content with this hash is, if there is one."""
        return self.folder / "thumbnails" / sha256[:2] / f"{sha256}.webp"

    def read(self, path: Path) -> "Reader":
        """A reader of a file.

        :raises FileNotFoundError: when it is not there.
        """
        thread = min(self._threads, key=lambda one: one.waiting)
        return Reader(thread, thread(os.open, path, os.O_RDONLY))


class Incoming:
    """A file on its way in, in a temporary place of the same file system."""

    def __init__(self, folder: Path, path: Path, thread: NativeThread, keeper: NativeThread, settling: "Counter[str]") -> None:
        self._folder = folder
        self._path = path
        self._thread = thread
        self._keeper = keeper
        self._settling = settling
        self._settled = ""
        self._hash = hashlib.sha256()
        try:
            self._descriptor = thread(os.open, path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise StorageFull from error
        self._head = b""
        self._unflushed = 0
        self.size = 0

    def write(self, data: bytes) -> None:
        """Add ``data``.

        :raises StorageFull: when the disk takes no more.
        """
        if len(self._head) < HEAD:
            self._head += data[: HEAD - len(self._head)]
        self.size += len(data)
        self._unflushed += len(data)
        flush = self._unflushed >= FLUSH
        if flush:
            self._unflushed = 0
        try:
            self._thread(_append, self._descriptor, self._hash, data, flush)
        except OSError as error:
            raise StorageFull from error

    def forget_place(self) -> None:
        """Zero where a photo was taken; its length and all else stay. Call it when all of it has been written."""
        try:
            self._thread(self._zero_position)
        except OSError as error:
            raise StorageFull from error

    def finish(self) -> Stored:
        """Bring the file to its place, safe from a power cut. The same content is kept once.

        Nobody takes it away before ``release`` is told that its row is committed, or never will be.
        """
        sha256 = self._hash.hexdigest()
        path = place(self._folder, sha256)
        self._settling[sha256] += 1
        self._settled = sha256
        descriptor, self._descriptor = self._descriptor, -1
        try:
            self._keeper(_settle, descriptor, self._path, path)
        except OSError as error:
            raise StorageFull from error
        return Stored(sha256, self.size, self._head, path)

    def release(self) -> None:
        """Forget the file, unless it is finished; one that is finished has a row by now, or is the sweeper's."""
        if self._settled:
            self._settling[self._settled] -= 1
            if not self._settling[self._settled]:
                del self._settling[self._settled]
                self._settled = ""
        self.abandon()

    def _zero_position(self) -> None:
        found = position_data.patches(lambda at, length: os.pread(self._descriptor, length, at), self.size)
        for patch in found:
            _write_at(self._descriptor, patch.data, patch.offset)
        if found:
            self._hash = hashlib.sha256()
            for at in range(0, self.size, PIECE):
                self._hash.update(os.pread(self._descriptor, PIECE, at))

    def abandon(self) -> None:
        """Forget the file, unless it is finished."""
        if self._descriptor >= 0:
            self._thread(_discard, self._descriptor, self._path)
            self._descriptor = -1


class Reader:
    """Reads a file in pieces, from where one has sought; closes it at the end."""

    def __init__(self, thread: NativeThread, descriptor: int) -> None:
        self._thread = thread
        self._descriptor = descriptor
        self._position = 0

    def seekable(self) -> bool:
        return True

    def seek(self, position: int) -> None:
        self._position = position

    def tell(self) -> int:
        return self._position

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        data = self._thread(os.pread, self._descriptor, PIECE, self._position)
        if not data:
            raise StopIteration
        self._position += len(data)
        return data

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def place(folder: Path, sha256: str) -> Path:
    """By the first two digits of the hash."""
    return folder / sha256[:2] / sha256


def _count_bytes(folders: tuple[Path, ...]) -> int:
    count = 0
    for folder in folders:
        for found in folder.rglob("*"):
            with contextlib.suppress(FileNotFoundError):  # a temporary one has just gone
                count += found.stat().st_size
    return count


def _append(descriptor: int, digest: "hashlib._Hash", data: bytes, flush: bool) -> None:  # noqa: FBT001 - handed to a thread
    digest.update(data)
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
    if flush:
        os.fdatasync(descriptor)


def _settle(descriptor: int, temporary: Path, path: Path) -> None:
    """Takes the descriptor over: whatever happens, it is closed."""
    try:
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if path.exists():
            os.utime(path)  # as new as one that was just sent, for who looks for what has no row
            temporary.unlink()
        else:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            temporary.rename(path)
        # Also where the name was there already: whoever made it may not have come to flush it yet, or could not.
        _sync_folder(path.parent)
        _sync_folder(path.parent.parent)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _write_at(descriptor: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(descriptor, view, offset)
        view, offset = view[written:], offset + written


def _discard(descriptor: int, temporary: Path) -> None:
    with contextlib.suppress(OSError):  # on a disk that fails it stays until the next start
        try:
            os.close(descriptor)
        finally:
            temporary.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
