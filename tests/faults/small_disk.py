"""A small disk of a test's own: a tmpfs in a mount namespace that lives as long as one process which holds it."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

from tests.server import REPOSITORY, Server

MIB = 1024**2
ENTER = 'cd "$0" && exec "$@"'


def can_be_made() -> bool:
    """Whether this machine lets us make a namespace: in CI it must."""
    tried = subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False)
    return tried.returncode == 0 or "CI" in os.environ


class SmallDisk:
    """The disk, and the one file that fills it."""

    def __init__(self, folder: Path, *, size: int) -> None:
        folder.mkdir()
        make = f'mount -t tmpfs -o size={size} tmpfs "$0" && echo made && exec cat'
        self._folder = folder
        self._holder = subprocess.Popen(
            ["unshare", "-rm", "sh", "-c", make, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._holder.stdout.readline() == "made\n"

    @property
    def folder(self) -> Path:
        """The disk as it is seen from outside."""
        return Path(f"/proc/{self._holder.pid}/root{self._folder}")

    def enter(self, *command: str) -> list[str]:
        """``command``, run where the disk is."""
        return ["nsenter", "-t", str(self._holder.pid), "-U", "-m", "--preserve-credentials", "sh", "-c", ENTER, str(REPOSITORY), *command]

    def fill(self, *, leave: int) -> None:
        """Leave so many bytes free, whatever is written meanwhile."""
        with (self.folder / "filler").open("ab") as file:
            while (more := self._free() - leave) != 0:
                with contextlib.suppress(OSError):  # somebody has just written
                    size = os.fstat(file.fileno()).st_size + more
                    os.posix_fallocate(file.fileno(), 0, size) if more > 0 else file.truncate(size)

    def _free(self) -> int:
        found = os.statvfs(self.folder)
        return found.f_bavail * found.f_frsize

    def empty(self) -> None:
        (self.folder / "filler").unlink()

    def close(self) -> None:
        self._holder.stdin.close()
        self._holder.wait(10)
        self._holder.stdout.close()


class ServerOnSmallDisk(Server):
    """A server whose folders are there."""

    def __init__(self, disk: SmallDisk, **settings: str) -> None:
        super().__init__(disk._folder, **settings)
        self._disk = disk

    @property
    def database(self) -> Path:
        return self._disk.folder / "instance" / "chatweb.db"

    def launch(self, *more: str) -> "subprocess.Popen[str]":
        arguments = [sys.executable, "-m", "chatweb", "run", "--host", "127.0.0.1", "--port", str(self.port), *more]
        return subprocess.Popen(self._disk.enter(*arguments), env=self.environ(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
