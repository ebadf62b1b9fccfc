"""Free space on the disk: looked at once a second, what stops below which mark, and the ballast that goes when nothing is left.

Even a DELETE needs room. So messages stop while some is left, and what people then do to make room, or to stop somebody,
is kept still. When that is used up too, the ballast goes: it is smaller than what messages leave free, so that what it
gives back is for those acts alone.
"""

import errno
import logging
import os
from pathlib import Path
from typing import Literal

from chatweb.chat.errors import NotFound, StorageFull
from chatweb.offload import NativeThread, sleep, spawn

BLOCK = 512  # bytes that st_blocks counts in
PAUSE = 1.0  # seconds between two looks: a disk that is ill holds up whoever asks it
logger = logging.getLogger(__name__)


class Space:
    """What is free beside the database and beside the uploads. Sizes in bytes."""

    def __init__(self, house: Path, uploads: Path, *, messages_leave: int, uploads_leave: int, ballast: int) -> None:
        """
        :param house: the folder of the database; the ballast lies there too.
        :param messages_leave: bytes that messages leave free; ``uploads_leave`` likewise.
        :param ballast: its size; 0: there is none.
        """
        self._house = house
        self._uploads = uploads
        self._messages_leave = messages_leave
        self._uploads_leave = max(uploads_leave, messages_leave)
        self._wanted = ballast
        self._path = house / "ballast"
        self._thread = NativeThread()
        self._closed = False
        self.free, self._free_for_uploads, self.ballast = self._thread(self._look)
        if ballast != self.ballast and self.free + self.ballast - ballast >= messages_leave:
            self._make()

    @property
    def low(self) -> Literal["", "uploads", "messages"]:
        """What has stopped by now; messages stop after uploads."""
        if self.free < self._messages_leave:
            return "messages"
        return "uploads" if min(self.free, self._free_for_uploads) < self._uploads_leave else ""

    def check_messages(self) -> None:
        """Let through only while messages may still be kept.

        :raises StorageFull: when they would use up what is left.
        """
        if self.free < self._messages_leave:
            raise StorageFull

    def check_upload(self, size: int) -> None:
        """Let ``size`` bytes in.

        :raises StorageFull: when they would leave too little of the disk.
        """
        self.check_messages()
        if self._free_for_uploads - size < self._uploads_leave:
            raise StorageFull

    def let_ballast_go(self) -> bool:
        """Give the ballast back to the disk; whether there was one. Plain: the writer calls it in a native thread."""
        try:
            self._path.unlink()
        except OSError:
            return False
        return True

    def release_ballast(self) -> None:
        """Give the ballast back to the disk, as an administrator asks.

        :raises NotFound: when there is none (any more).
        """
        gone = self._thread(self.let_ballast_go)
        self.look()
        if not gone:
            raise NotFound

    def look(self) -> None:
        """Look at the disk anew, and make the ballast again when there is room for everything."""
        self.free, self._free_for_uploads, self.ballast = self._thread(self._look)
        if self.ballast < self._wanted and self.free - self._wanted >= self._uploads_leave:
            self._make()

    def watch(self) -> None:
        """Go on looking."""
        spawn(self._watch)

    def close(self) -> None:
        """Look no more."""
        self._closed = True
        self._thread.close()

    def _watch(self) -> None:
        while True:
            sleep(PAUSE)
            if self._closed:
                return
            before = self.low
            try:
                self.look()
            except OSError:
                logger.exception("The free space can't be told")
            if self.low != before:
                logger.warning("%d MiB are free: %s", self.free // 1024**2, f"no more {self.low}" if self.low else "enough for all")

    def _make(self) -> None:
        try:
            self._thread(_make_ballast, self._path, self._wanted)
        except OSError as error:
            logger.warning("No ballast could be made: %s", error.strerror)
        self.free, self._free_for_uploads, self.ballast = self._thread(self._look)

    def _look(self) -> tuple[int, int, int]:
        """In the native thread."""
        try:
            found = self._path.stat()
            ballast = found.st_size if found.st_blocks * BLOCK >= found.st_size else 0  # not one that is only long
        except FileNotFoundError:
            ballast = 0
        return _free(self._house), _free(self._uploads), ballast


def _free(folder: Path) -> int:
    """The bytes that we may still take, not those that only root may."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def _make_ballast(path: Path, size: int) -> None:
    """Blocks that are really taken; a file that is only long would give nothing back."""
    path.unlink(missing_ok=True)
    if not size:
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.posix_fallocate(descriptor, 0, size)
        os.fsync(descriptor)
        if os.fstat(descriptor).st_blocks * BLOCK < size:
            raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))
    except OSError:
        path.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)
