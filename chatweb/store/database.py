"""The SQLite database: the one connection that writes, the hub's one that only reads, and its tables through migrations."""

import glob
import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Migrate, upgrade
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from chatweb.store.connections import HUB_WAIT, BrokenReferences, DatabaseError, fold, open_to_read, open_to_write, prepared
from chatweb.store.tables import Base

MIGRATIONS = Path(__file__).parent / "migrations"
WRITER = "writer"
BEFORE = ".before-"  # names the copy of a database that is kept before its tables are changed, with the version they go to
COPIES = 3  # of them are kept
CLOSE_WAIT = 1000  # ms for readers that are still at it

logger = logging.getLogger(__name__)


class Database:
    """Owns the two connections to the SQLite file (Flask-SQLAlchemy makes their engines)."""

    def __init__(self, app: Flask, path: Path) -> None:
        """Open ``path``, bring its tables to this version and check its settings.

        :raises DatabaseError: when it is from a newer version, is no database, or can't be written.
        """
        self.path = path
        self.version = check_version(path)
        self.existed = self.version is not None
        self._db = SQLAlchemy(model_class=Base)
        reading = {"poolclass": StaticPool, "creator": lambda: open_to_read(path, wait=HUB_WAIT)}
        writing = {"poolclass": StaticPool, "creator": lambda: open_to_write(path)}
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = reading
        app.config["SQLALCHEMY_DATABASE_URI"] = _url(path)
        app.config["SQLALCHEMY_BINDS"] = {WRITER: {"url": _url(path), **writing}}
        self._db.init_app(app)
        Migrate(app, self._db, directory=str(MIGRATIONS))
        with app.app_context():
            self.writer: Engine = self._db.engines[WRITER]
            self.reader: Engine = self._db.engine
        _begin_with(self.writer, "BEGIN IMMEDIATE")
        _begin_with(self.reader, "BEGIN")
        try:
            self._migrate(app)
            self._ready()
        except BaseException:
            self.reader.dispose()
            self.writer.dispose()
            raise

    def _migrate(self, app: Flask) -> None:
        try:
            if self.existed and self.version != head():
                self._copy_before_migration()
            with app.app_context():
                upgrade(directory=str(MIGRATIONS))  # it checks what points at what before it commits
        except (sqlite3.Error, SQLAlchemyError, OSError) as error:
            raise _unusable(self.path, error) from error
        except BrokenReferences as error:
            raise DatabaseError(f"{self.path} is damaged: {error} rows point at rows that are not there.") from error

    def _copy_before_migration(self) -> None:
        """Keep the database as it is under a name of its own, safe from a power cut; older copies go."""
        copy = self.path.with_name(f"{self.path.name}{BEFORE}{head()}")
        making = copy.with_name(f"{copy.name}.part")
        making.unlink(missing_ok=True)
        try:
            self._driver().execute("VACUUM INTO ?", (str(making),))
            sync(making)
            making.rename(copy)
            sync(copy.parent)
        finally:
            making.unlink(missing_ok=True)
        copies = sorted(self.path.parent.glob(f"{glob.escape(self.path.name)}{BEFORE}*"), key=lambda one: one.stat().st_mtime_ns)
        for old in copies[:-COPIES]:
            old.unlink()

    def _ready(self) -> None:
        """From here on the hub is in between, which never waits for another program's lock; both connections stay open."""
        try:
            prepared(self._driver(), {"busy_timeout": ("0", 0)})
            self.reader.connect().close()
        except (sqlite3.Error, SQLAlchemyError) as error:
            raise _unusable(self.path, error) from error

    def _driver(self) -> Any:
        """The plain connection that writes; it stays with its engine when this one is given back."""
        with self.writer.connect() as connection:
            return connection.connection.dbapi_connection

    def close(self) -> None:
        """Fold the write-ahead log into the file and close both connections."""
        self.reader.dispose()
        try:
            fold(self._driver(), wait=CLOSE_WAIT)
        except sqlite3.Error:  # what stays in the log is as safe there, and is folded in by the next start
            logger.exception("The write-ahead log could not be folded in")
        self.writer.dispose()


def _unusable(path: Path, error: Exception) -> DatabaseError:
    return DatabaseError(f"{path} can't be used: {getattr(error, 'orig', error)}.")


def sync(path: Path) -> None:
    """Bring a file, or the names in a folder, safely to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def head() -> str:
    """The version of the tables that this code knows."""
    return str(ScriptDirectory(str(MIGRATIONS)).get_current_head())


def check_version(path: Path) -> str | None:
    """The version of the database at ``path``, None where there is none yet; nothing is written.

    :raises DatabaseError: when it is no database of ours, or from a newer version.
    """
    if not path.exists() or path.stat().st_size == 0:
        return None
    # Without a log beside it nobody has it open, and without `immutable` SQLite would put one there just to read.
    how = "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "mode=ro&immutable=1"
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True)
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise DatabaseError(f"{path} is not a database of chatweb ({error}).") from error
    version = str(row[0]) if row else ""
    known = {revision.revision for revision in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if version not in known:
        raise DatabaseError(f"{path} is from a newer version of chatweb ({version}); update chatweb, or use another instance folder.")
    return version


def _url(path: Path) -> URL:
    """A path is taken as it is, also with `?` in it."""
    return URL.create("sqlite", database=str(path))


def _begin_with(engine: Engine, statement: str) -> None:
    """Without this, sqlite3 would begin on its own terms: DDL outside of the transaction, and BUSY_SNAPSHOT at once."""

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql(statement)


@contextmanager
def open_stopped(path: Path) -> Iterator[Connection]:
    """A connection for a command line while no server runs on ``path``: one transaction.

    :raises DatabaseError: when there is no database, or it is not of this version.
    """
    if check_version(path) != head():
        raise DatabaseError(f"{path} is not there, or of another version; start chatweb once first.")
    engine = create_engine(_url(path), creator=lambda: open_to_write(path), poolclass=StaticPool)
    _begin_with(engine, "BEGIN IMMEDIATE")
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()
