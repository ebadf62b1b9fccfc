"""Picture in, small picture out, or nothing: decoded in a process of its own with limits, one at a time.

The decoders are the part of the server that hostile files aim at; what happens to that process happens to no one else.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from chatweb.offload import NativeThread, native_waitpid

PROGRAM = Path(__file__).with_name("thumbnail_process.py")
QUEUE = 20  # pictures that may wait; further ones stay without a thumbnail
SIDE = 320  # pixels at most
PICTURES = {"image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "image/heic"}


@dataclass(frozen=True, slots=True)
class Size:
    """Of the whole picture, upright, in pixels."""

    width: int
    height: int


class Thumbnails:
    """Makes small pictures."""

    def __init__(self) -> None:
        self._thread = NativeThread(queue=QUEUE)

    def make(self, picture: Path, thumbnail: Path) -> Size | None:
        """Make ``thumbnail`` (WebP, upright, without EXIF) of ``picture``; None where that can't be done.

        A failure is no thumbnail, never a lost file.
        """
        if self._thread.waiting >= QUEUE:
            return None
        return self._thread(_make, picture, thumbnail)


def _make(picture: Path, thumbnail: Path) -> Size | None:
    thumbnail.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = thumbnail.with_name(f".{thumbnail.name}.{os.getpid()}")
    report = thumbnail.with_name(f".{thumbnail.name}.{os.getpid()}.size")
    try:
        command = [sys.executable, "-I", str(PROGRAM), str(picture), str(temporary), str(SIDE)]
        silence = (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)
        told = (os.POSIX_SPAWN_OPEN, 1, str(report), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        process = os.posix_spawn(sys.executable, command, {"PATH": "/usr/bin:/bin"}, file_actions=[told, silence])
        _, status = native_waitpid(process, 0)
        if status != 0 or not temporary.exists():
            return None
        width, height = (int(number) for number in report.read_text("ascii").split())
        temporary.replace(thumbnail)
        return Size(width, height)
    except (OSError, ValueError):
        return None
    finally:
        temporary.unlink(missing_ok=True)
        report.unlink(missing_ok=True)
