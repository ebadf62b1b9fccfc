"""The SQLite database: one connection that writes, one that only reads, the pragmas that keep both safe."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Migrate, upgrade
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event, text
from sqlalchemy.exc import SQLAlchemyError

from chatweb.store.tables import Base

MIGRATIONS = Path(__file__).parent / "migrations"
WRITER = "writer"

# Set on each connection and read back, since SQLite ignores in silence what it does not know or can't do.
PRAGMAS: dict[str, tuple[str, object]] = {
    "journal_mode": ("WAL", "wal"),
    "synchronous": ("FULL", 2),
    "foreign_keys": ("ON", 1),
    "trusted_schema": ("OFF", 0),
    "cell_size_check": ("ON", 1),
    "busy_timeout": ("5000", 5000),  # ms
    "journal_size_limit": (str(64 * 1024 * 1024), 64 * 1024 * 1024),
    "mmap_size": ("0", 0),
}


class DatabaseError(Exception):
    """The database can't be used; the message is one sentence for the operator."""


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
        options = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False, "isolation_level": None}}
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
        app.config["SQLALCHEMY_DATABASE_URI"] = _url(path)
        app.config["SQLALCHEMY_BINDS"] = {WRITER: {"url": _url(path), **options}}
        self._db.init_app(app)
        Migrate(app, self._db, directory=str(MIGRATIONS))
        with app.app_context():
            self.writer: Engine = self._db.engines[WRITER]
            self.reader: Engine = self._db.engine
        _prepare(self.writer, query_only=False)
        _prepare(self.reader, query_only=True)
        self._migrate(app)

    def _migrate(self, app: Flask) -> None:
        try:
            if self.existed and self.version != head():
                self._copy_before_migration()
            # A table that is made anew is dropped in between, and must not take what points at it along.
            self._set_foreign_keys("OFF")
            with app.app_context():
                upgrade(directory=str(MIGRATIONS))
            with self.writer.connect() as connection:
                broken = connection.execute(text("PRAGMA foreign_key_check")).all()
            self._set_foreign_keys("ON")
        except (sqlite3.Error, SQLAlchemyError) as error:
            raise DatabaseError(f"{self.path} can't be used: {getattr(error, 'orig', error)}.") from error
        if broken:
            raise DatabaseError(f"{self.path} is damaged: {len(broken)} rows point at rows that are not there.")

    def _set_foreign_keys(self, value: str) -> None:
        with self.writer.connect() as connection:
            driver: Any = connection.connection.dbapi_connection
            driver.execute(f"PRAGMA foreign_keys = {value}")

    def _copy_before_migration(self) -> None:
        copy = self.path.with_name(f"{self.path.name}.before-{head()}")
        copy.unlink(missing_ok=True)
        with sqlite3.connect(self.path) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        connection.close()

    def close(self) -> None:
        """Fold the write-ahead log into the file and close both connections."""
        with self.writer.connect() as connection:
            connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
        self.reader.dispose()
        self.writer.dispose()


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


def _prepare(engine: Engine, *, query_only: bool) -> None:
    wanted = {**PRAGMAS, "query_only": ("ON", 1) if query_only else ("OFF", 0)}

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: object) -> None:
        for name, (value, _) in wanted.items():
            connection.execute(f"PRAGMA {name} = {value}")
        for name, (_, expected) in wanted.items():
            (found,) = connection.execute(f"PRAGMA {name}").fetchone()
            if found != expected:
                raise DatabaseError(f"SQLite refuses {name} = {expected} (it says {found}).")

    # Without this, sqlite3 would begin on its own terms: DDL outside of the transaction, and BUSY_SNAPSHOT at once.
    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN" if query_only else "BEGIN IMMEDIATE")


@contextmanager
def open_stopped(path: Path) -> Iterator[Connection]:
    """A connection for a command line while no server runs on ``path``: one transaction.

    :raises DatabaseError: when there is no database, or it is not of this version.
    """
    if check_version(path) != head():
        raise DatabaseError(f"{path} is not there, or of another version; start chatweb once first.")
    engine = create_engine(_url(path), connect_args={"isolation_level": None}, poolclass=StaticPool)
    _prepare(engine, query_only=False)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()
