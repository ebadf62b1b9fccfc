"""Queries that may take long, in a native thread on a connection of their own: the hub goes on meanwhile."""

from collections import namedtuple
from pathlib import Path
from typing import Any

from sqlalchemy import Select
from sqlalchemy.dialects import sqlite

from chatweb.offload import NativeThread
from chatweb.store.connections import open_to_read

QUEUE = 50  # queries that may wait; further ones are refused with `overloaded`
_DIALECT = sqlite.dialect(paramstyle="named")


class NativeReader:
    """Runs SQLAlchemy's queries with the plain driver, since no engine may be shared with a native thread."""

    def __init__(self, path: Path) -> None:
        """Open ``path``, which is there and of this version.

        :raises DatabaseError: when SQLite refuses a pragma.
        """
        self._thread = NativeThread(queue=QUEUE)
        self._connection = self._thread(open_to_read, path)

    def close(self) -> None:
        """Close the connection; nothing can be asked any more."""
        self._thread(self._connection.close)

    def all(self, query: Select[Any]) -> list[Any]:
        """All rows of ``query``, with their columns as attributes."""
        compiled = query.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
        return self._thread(self._fetch, str(compiled), dict(compiled.params))

    def _fetch(self, statement: str, values: dict[str, Any]) -> list[Any]:
        cursor = self._connection.execute(statement, values)
        row = namedtuple("row", [column[0] for column in cursor.description], rename=True)  # type: ignore[misc]  # noqa: PYI024
        return [row._make(found) for found in cursor]
