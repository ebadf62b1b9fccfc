"""Queries that may take long, in a native thread on a connection of their own: the hub goes on meanwhile."""

import sqlite3
from collections import namedtuple
from pathlib import Path
from typing import Any

from sqlalchemy import Select
from sqlalchemy.dialects import sqlite

from chatweb.offload import NativeThread

QUEUE = 50  # queries that may wait; further ones are refused with `overloaded`
_DIALECT = sqlite.dialect(paramstyle="named")


class NativeReader:
    """Runs SQLAlchemy's queries with the plain driver, since no engine may be shared with a native thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = NativeThread(queue=QUEUE)
        self._connection: sqlite3.Connection | None = None

    def all(self, query: Select[Any]) -> list[Any]:
        """All rows of ``query``, with their columns as attributes."""
        compiled = query.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
        return self._thread(self._fetch, str(compiled), dict(compiled.params))

    def _fetch(self, statement: str, values: dict[str, Any]) -> list[Any]:
        if self._connection is None:
            self._connection = sqlite3.connect(self._path, check_same_thread=False, isolation_level=None)
            for pragma in ("query_only = ON", "trusted_schema = OFF", "busy_timeout = 5000", "mmap_size = 0"):
                self._connection.execute(f"PRAGMA {pragma}")
        cursor = self._connection.execute(statement, values)
        row = namedtuple("row", [column[0] for column in cursor.description], rename=True)  # type: ignore[misc]  # noqa: PYI024
        return [row._make(found) for found in cursor]
