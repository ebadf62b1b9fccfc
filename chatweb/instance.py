"""The folders of one chat: made, locked against a second server, and with the secret that all of its tokens rest on."""

import errno
import fcntl
import os
import re
import secrets
import stat
import time
from pathlib import Path
from typing import IO

KEY_BYTES = 32
MOUNTS = Path("/proc/self/mountinfo")
# By name instead of by statfs's number: FUSE has one number for a disk of this machine and for one at the other end of the world.
NETWORK = {"9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs"}
NETWORK |= {"prl_fs", "vboxsf", "vmhgfs"}  # a folder of the host that a virtual machine sees
NETWORK_BY_FUSE = {"cephfs", "curlftpfs", "davfs", "davfs2", "gcsfuse", "glusterfs", "goofys", "grpcfuse", "juicefs", "mfs", "osxfs"}
NETWORK_BY_FUSE |= {"rclone", "s3fs", "smbnetfs", "sshfs", "vmhgfs-fuse"}
LOCK_PAUSE = 0.05  # seconds between two looks at a lock that is held


class InstanceError(Exception):
    """The folders can't be used; the message is one sentence for the operator."""


class Instance:
    """Holds the folder of the database and secrets for one process."""

    def __init__(self, folder: Path, uploads: Path) -> None:
        """Make the folders where they are not there.

        :raises InstanceError: when a folder can't be written.
        """
        self.folder = folder
        for path in (folder, uploads):
            _prepare(path)
        self._lock: IO[str] | None = None

    def lock(self, *, patience: float = 0) -> None:
        """Hold the folder until the process ends.

        :param patience: seconds to wait for another server to let it go.
        :raises InstanceError: when another server holds it.
        """
        handle = (self.folder / "lock").open("a")
        end = time.monotonic() + patience
        while not _try_lock(handle):
            if time.monotonic() >= end:
                handle.close()
                raise InstanceError(f"Another chatweb is running on {self.folder}; stop it first, or set CHATWEB_INSTANCE.")
            time.sleep(LOCK_PAUSE)
        self._lock = handle

    def unlock(self) -> None:
        """Let the folder go."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def key(self) -> bytes:
        """The secret of this instance, made at the first start; two first starts at once agree on one.

        :raises InstanceError: when others on this machine can read it.
        """
        path = self.folder / "secret.key"
        if not path.exists():
            _make_key(path)
        _flush(self.folder)  # a start that was cut short may not have come to it
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise InstanceError(f"{path} can be read by others on this machine; run: chmod 600 {path}")
        key = path.read_bytes()
        if len(key) != KEY_BYTES:
            raise InstanceError(f"{path} is damaged: it has {len(key)} bytes instead of {KEY_BYTES}.")
        return key


def check_local(*folders: Path) -> None:
    """Let through only folders of this machine: SQLite's locks, its shared memory and fsync don't hold over a network.

    :raises InstanceError: naming the first one that is elsewhere; nothing has been touched.
    """
    try:
        mounts = MOUNTS.read_text("utf-8", "surrogateescape")
    except OSError:
        return  # no Linux: nobody can tell
    for folder in folders:
        kind = file_system(folder.resolve(), mounts)
        family, _, name = kind.partition(".")
        if kind in NETWORK or (family == "fuse" and name in NETWORK_BY_FUSE):
            raise InstanceError(
                f"{folder} is on a network file system ({kind}), where a database gets damaged; use a folder on a disk of this machine."
            )


def file_system(path: Path, mounts: str) -> str:
    """The type of the file system that ``path`` (absolute) is on, by ``mounts``, which is what the kernel says in ``mountinfo``."""
    found, depth = "", 0
    for line in mounts.splitlines():
        fields, _, source = line.partition(" - ")
        point = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields.split(" ")[4]))
        if path.is_relative_to(point) and len(point.parts) >= depth:  # the last one mounted at a place is the one that shows
            found, depth = source.split(" ")[0], len(point.parts)
    return found


def _try_lock(handle: IO[str]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _prepare(folder: Path) -> None:
    try:
        named_in = [parent for parent in folder.absolute().parents if not parent.exists()]
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for parent in {folder.absolute().parent, *(made.parent for made in named_in)}:
            _flush(parent)
        if folder.stat().st_uid == os.getuid():
            folder.chmod(0o700)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise InstanceError(f"The folder {folder} can't be written: {error.strerror}.") from error


def _flush(folder: Path) -> None:
    """Bring the names in a folder to the disk: until then a power cut takes a new one away, with all that is in it."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:  # not ours to read, so neither made by us
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a file system that flushes no folders
            raise
    finally:
        os.close(descriptor)


def _make_key(path: Path) -> None:
    temporary = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, path)  # the first one wins, the others read what it wrote
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
