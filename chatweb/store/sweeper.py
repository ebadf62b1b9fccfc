"""Takes away what nobody needs: files that were never posted, files without a row, uploads that were left.

A row goes first, its file later and only after a time of grace, so that a row never points at a file that is not there.
"""

import contextlib
import fcntl
import logging
import os
import re
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Table, select

from chatweb.chat.attachment import Attachment
from chatweb.chat.errors import ChatError
from chatweb.chat.ports import Clock, Writer
from chatweb.offload import sleep, spawn
from chatweb.store import tables
from chatweb.store.files import FOLDERS, INCOMING, Files
from chatweb.store.house_ledger import HouseLedger, is_unposted
from chatweb.store.native_reader import NativeReader

logger = logging.getLogger(__name__)

UNPOSTED = 24 * 3600  # seconds that a file may wait for its message, and an upload for its end
GRACE = 3600  # seconds for which a file may be without a row
ROUND = 3600  # seconds between two rounds
PAUSE = 0.05  # seconds between two steps of a round
PAGE = 100  # files that are looked at together
BACKUP_LOCK = "backup.lock"  # held by a backup while it reads, by the sweeper while it removes
_HASH = re.compile(r"[0-9a-f]{64}")

_attachment: Table = tables.AttachmentRow.__table__  # type: ignore[assignment]


class Sweeper:
    """Goes round once an hour."""

    def __init__(
        self,
        files: Files,
        reader: NativeReader,
        writer: Writer,
        ledger: HouseLedger,
        clock: Clock,
        on_gone: Callable[[Attachment], None],
    ) -> None:
        """``on_gone`` is told of each attachment that was taken away."""
        self._files = files
        self._reader = reader
        self._writer = writer
        self._ledger = ledger
        self._clock = clock
        self._on_gone = on_gone

    def begin(self) -> None:
        """Go round from now on."""
        spawn(self._run)

    def sweep(self) -> None:
        """One round."""
        now = self._clock.now() // 1000
        self._take_unposted(before=now - UNPOSTED)
        self._files.keeper(_drop_unfinished, self._files.folder / INCOMING, now - UNPOSTED)
        for part in range(FOLDERS):
            self._take_without_row(part, before=now - GRACE)
            sleep(PAUSE)

    def _run(self) -> None:
        while True:
            sleep(ROUND)
            try:
                self.sweep()
            except ChatError:  # nothing is taken in any more, or there is no room: the next round may do
                logger.info("A round of the sweeper was put off")
            except Exception:  # the loop outlives a fault of one round
                logger.exception("A round of the sweeper failed")

    def _take_unposted(self, *, before: int) -> None:
        after = 0
        while True:
            old = select(_attachment.c.id).where(_attachment.c.id > after, _attachment.c.created_at < before * 1000, is_unposted)
            found = [row.id for row in self._reader.all(old.order_by(_attachment.c.id).limit(PAGE))]
            if not found:
                return
            for gone in self._writer.keep(self._ledger.remove_unposted(found)):
                self._on_gone(gone)
            after = found[-1]

    def _take_without_row(self, part: int, *, before: float) -> None:
        old = self._files.keeper(_old, self._files.folder / f"{part:02x}", before)
        for begin in range(0, len(old), PAGE):
            page = old[begin : begin + PAGE]
            for sha256 in set(page) - self._wanted(page):
                self._remove(sha256, before)

    def _remove(self, sha256: str, before: float) -> None:
        """Asked once more, alone. The answer may be late, so the keeper looks whether the content has been sent anew since."""
        if not self._wanted([sha256]) and not self._files.is_settling(sha256):
            paths = (self._files.path(sha256), self._files.thumbnail_path(sha256))
            self._files.keeper(_remove, *paths, self._files.folder / BACKUP_LOCK, before)

    def _wanted(self, hashes: list[str]) -> set[str]:
        return {row.sha256 for row in self._reader.all(select(_attachment.c.sha256).where(_attachment.c.sha256.in_(hashes)))}


def _remove(path: Path, thumbnail: Path, lock: Path, before: float) -> bool:
    """Not while a backup reads: it looks for every file that the database it has copied speaks of.

    Nor what is younger than ``before``: the keeper makes content as new as one just sent before its row can be there.
    """
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if path.stat().st_mtime >= before:
            return False
        path.unlink(missing_ok=True)
        thumbnail.unlink(missing_ok=True)
    except (BlockingIOError, FileNotFoundError):
        return False
    finally:
        os.close(descriptor)
    return True


def _old(folder: Path, before: float) -> list[str]:
    found = []
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):
                if _HASH.fullmatch(entry.name) and entry.stat().st_mtime < before:
                    found.append(entry.name)
    return found


def _drop_unfinished(incoming: Path, before: float) -> None:
    for path in incoming.iterdir():
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                path.unlink()
