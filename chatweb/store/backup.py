"""A backup is one tar: the database as of one moment, the secret key, and every file that the database speaks of.

It only reads, on a connection that can't write, in a process of its own: the server it copies does not notice. The
database comes first: files are only added meanwhile, as the sweeper waits while ``backup.lock`` is held.
"""

import errno
import fcntl
import hashlib
import io
import json
import os
import re
import secrets
import sqlite3
import tarfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from chatweb.store.connections import DatabaseError
from chatweb.store.files import place
from chatweb.store.sweeper import BACKUP_LOCK

FORMAT = 1
PIECE = 1024 * 1024  # bytes
DATABASE, KEY, MANIFEST = "chatweb.db", "secret.key", "manifest.json"
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS}  # how file systems without hard links say so
_FILE = re.compile(r"uploads/([0-9a-f]{64})")
_THUMBNAIL = re.compile(r"thumbnails/([0-9a-f]{64})\.webp")


class BackupError(Exception):
    """The backup can't be made or used; the message is one sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a chat keeps what it keeps."""

    database: Path
    key: Path
    uploads: Path

    def file(self, sha256: str) -> Path:
        return place(self.uploads, sha256)

    def thumbnail(self, sha256: str) -> Path:
        return self.uploads / "thumbnails" / sha256[:2] / f"{sha256}.webp"


@dataclass(slots=True)
class Report:
    """What a backup holds. ``bad``: hashes of files that are missing or damaged, in it or where they were copied from."""

    files: int = 0
    size: int = 0
    messages: int = 0
    bad: list[str] = field(default_factory=list)


@contextmanager
def sweeper_waits(uploads: Path) -> Iterator[None]:
    """Nothing is taken out of ``uploads`` meanwhile."""
    with (uploads / BACKUP_LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def reading(path: Path) -> sqlite3.Connection:
    """A connection that can neither write nor checkpoint, whatever the mode of the journal is."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    for pragma in ("query_only = ON", "trusted_schema = OFF", "cell_size_check = ON", "busy_timeout = 10000", "mmap_size = 0"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def make(source: Place, target: Path) -> Report:
    """Write a backup of a chat, running or not, to ``target``, whole or not at all.

    :raises BackupError: when it can't be written, or the copy of the database is damaged.
    """
    if target.exists():
        raise BackupError(f"{target} is there already.")
    mark = f"{target.name}.{os.getpid()}"
    copy, archive = (target.with_name(f".{mark}.{kind}") for kind in ("db", "tar"))
    try:
        with sweeper_waits(source.uploads):
            _copy_database(source.database, copy)
            _make_private(archive)
            with archive.open("wb") as file:
                report = _write(source, copy, file)
                file.flush()
                os.fsync(file.fileno())
        _give_name(archive, target)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"{target} can't be written: {error}.") from error
    finally:
        copy.unlink(missing_ok=True)
        archive.unlink(missing_ok=True)
    return report


def restore(archive: Path, target: Place) -> Report:
    """Bring a backup to a place where no chat is, under another epoch, so that every page begins anew.

    The database gets its name last: what is cut off in the middle is no chat yet, and can be done again. A file that is
    damaged in it is told as ``bad``, and keeps nobody from all the rest.

    :raises BackupError: when the place is not empty, or the backup is damaged or cut off; the place stays without a chat.
    """
    for path in (target.database, target.database.with_name(f"{target.database.name}-wal")):
        if path.exists():
            raise BackupError(f"{path} is there already; a backup goes into an empty place.")
    fresh = target.database.with_name(f".{target.database.name}.{os.getpid()}")
    try:
        with archive.open("rb") as file, tarfile.open(fileobj=file, mode="r:") as tar:
            report = _read(tar, target, fresh)
        _begin_epoch(fresh)
        fresh.rename(target.database)
        _sync_folder(target.database.parent)
    except (OSError, tarfile.TarError, sqlite3.Error, ValueError, KeyError) as error:
        raise BackupError(f"{archive} can't be restored: {error}.") from error
    finally:
        for left in (fresh, *(fresh.with_name(fresh.name + end) for end in ("-wal", "-shm", "-journal"))):
            left.unlink(missing_ok=True)
    return report


# Making


def _copy_database(database: Path, copy: Path) -> None:
    _make_private(copy)
    with closing(reading(database)) as connection:
        connection.execute("PRAGMA query_only = OFF")  # which would refuse the copy too; what was opened for reading stays as it is
        connection.execute("VACUUM INTO ?", (str(copy),))
    with closing(reading(copy)) as connection:
        check_integrity(connection, database)


def _make_private(path: Path) -> None:
    """An empty file that nobody else on this machine reads."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _give_name(archive: Path, target: Path) -> None:
    """Unlike a rename, never over a file that has come meanwhile; a USB stick's FAT and exFAT know no other way than that."""
    try:
        os.link(archive, target)
    except OSError as error:
        if error.errno not in _NO_LINKS or target.exists():
            raise
        archive.rename(target)
    _sync_folder(target.parent)


def check_integrity(connection: sqlite3.Connection, path: Path) -> None:
    """Let a sound database through.

    :raises BackupError: when it is damaged.
    """
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)")]
    if found != ["ok"]:
        raise BackupError(f"{path} is damaged: {found[0]}.")


def _write(source: Place, copy: Path, file: IO[bytes]) -> Report:
    report = Report()
    with closing(reading(copy)) as connection:
        hashes = [row[0] for row in connection.execute("SELECT DISTINCT sha256 FROM attachment ORDER BY sha256")]
        report.messages = connection.execute("SELECT count(*) FROM message").fetchone()[0]
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        database = _add(tar, DATABASE, copy)
        _add(tar, KEY, source.key)
        for sha256 in hashes:
            try:
                size = source.file(sha256).stat().st_size
                if _add(tar, f"uploads/{sha256}", source.file(sha256)) != sha256:
                    report.bad.append(sha256)
            except FileNotFoundError:
                report.bad.append(sha256)
                continue
            report.files += 1
            report.size += size
            with suppress(FileNotFoundError):
                _add(tar, f"thumbnails/{sha256}.webp", source.thumbnail(sha256))
        # At the end, so that a tar that was cut off has none.
        manifest = {"format": FORMAT, "at": int(time.time() * 1000), "database": database, **asdict(report)}
        _add_bytes(tar, MANIFEST, json.dumps(manifest).encode())
    return report


def _add(tar: tarfile.TarFile, name: str, path: Path) -> str:
    """Add a file; the SHA-256 of what was written."""
    with path.open("rb") as file:
        info = _entry(name, os.fstat(file.fileno()).st_size)
        hashed = _Hashed(file)
        tar.addfile(info, hashed)
    return hashed.digest.hexdigest()


def _add_bytes(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    tar.addfile(_entry(name, len(data)), io.BytesIO(data))


def _entry(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, int(time.time())
    return info


class _Hashed:
    """A file that is hashed as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


# Restoring


def _read(tar: tarfile.TarFile, target: Place, fresh: Path) -> Report:
    manifest: dict[str, Any] = {}
    database, files, bad = "", 0, set[str]()
    for entry in tar:
        content = tar.extractfile(entry) if entry.isreg() else None
        if content is None:
            raise ValueError(f"{entry.name} is no plain file")
        if entry.name == MANIFEST:
            manifest = json.loads(content.read(PIECE))
        elif entry.name == DATABASE:
            database = _take(content, fresh)
        elif entry.name == KEY:
            _take_key(content.read(PIECE), target.key)
        else:
            files += _take_file(entry.name, content, target, bad)
    if not manifest or not database:
        raise ValueError("it is cut off")
    if manifest["format"] != FORMAT:
        raise ValueError("it is of a newer version of chatweb")
    if (manifest["database"], manifest["files"]) != (database, files):
        raise ValueError("it is damaged")
    return Report(files - len(bad), manifest["size"], manifest["messages"], sorted({*manifest["bad"], *bad}))


def _take_file(name: str, content: IO[bytes], target: Place, bad: set[str]) -> bool:
    """Whether it was one that somebody sent; one that is damaged is added to ``bad`` instead of kept."""
    if match := _THUMBNAIL.fullmatch(name):
        _take(content, target.thumbnail(match[1]))
    elif match := _FILE.fullmatch(name):
        if not _take(content, target.file(match[1]), sha256=match[1]):
            bad.add(match[1])
    else:
        raise ValueError(f"{name} is nothing that a backup holds")
    return name.startswith("uploads/")


def _take_key(key: bytes, path: Path) -> None:
    if path.exists() and path.read_bytes() != key:
        raise ValueError(f"{path} is there already")
    _take(io.BytesIO(key), path)


def _take(content: IO[bytes], path: Path, *, sha256: str = "") -> str:
    """Write a file, safe from a power cut; its SHA-256. Nothing, where it must be ``sha256`` and is not: none is there then."""
    for folder in (path.parent.parent, path.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    digest = hashlib.sha256()
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        while piece := content.read(PIECE):
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if sha256 and digest.hexdigest() != sha256:
        temporary.unlink()
        return ""
    temporary.rename(path)
    _sync_folder(path.parent)
    _sync_folder(path.parent.parent)
    return digest.hexdigest()


def _begin_epoch(database: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        check_integrity(connection, database)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA journal_mode = WAL")
        changed = connection.execute("UPDATE fact SET value = ? WHERE name = 'epoch'", (secrets.token_hex(8),)).rowcount
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if not changed:
        raise DatabaseError(f"{database} has no epoch.")
    descriptor = os.open(database, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
