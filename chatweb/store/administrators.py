"""Who may sign in to the panel, and the browsers that are signed in."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, Table, delete, func, insert, select, update

from chatweb.store import tables

OWNER = "admin"  # the name of the first administrator

_administrator: Table = tables.AdministratorRow.__table__  # type: ignore[assignment]
_session: Table = tables.AdminSessionRow.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Administrator:
    """Somebody who may sign in, with the hash of their password."""

    id: int
    name: str
    password_hash: str


@dataclass(frozen=True, slots=True)
class AdminSession:
    """A browser that is signed in."""

    id: int
    administrator: str


class Administrators:
    """Reads administrators; its changes are kept by the group writer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def count(self) -> int:
        """How many may sign in: none before the set-up."""
        with self._engine.begin() as connection:
            return connection.scalar(select(func.count()).select_from(_administrator)) or 0

    def find(self, name: str | None) -> Administrator | None:
        """An administrator by name; without a name, the only one."""
        query = select(_administrator.c.id, _administrator.c.name, _administrator.c.password_hash)
        with self._engine.begin() as connection:
            found = connection.execute(query.where(_administrator.c.name == name) if name else query.limit(2)).all()
        return Administrator(*found[0]) if len(found) == 1 else None

    def session(self, token_hash: str, *, now: int) -> AdminSession | None:
        """The session of a panel's token, while it lasts."""
        query = select(_session.c.id, _administrator.c.name).join_from(
            _session, _administrator, _session.c.administrator == _administrator.c.id
        )
        with self._engine.begin() as connection:
            row = connection.execute(query.where(_session.c.token_hash == token_hash, _session.c.expires_at > now)).one_or_none()
        return AdminSession(*row) if row is not None else None


def set_password(name: str, password_hash: str, *, at: int) -> Callable[[Connection], None]:
    """Give an administrator, new or known, this password, and end all their sessions."""

    def change(connection: Connection) -> None:
        known = update(_administrator).where(_administrator.c.name == name).values(password_hash=password_hash)
        row = connection.execute(known.returning(_administrator.c.id)).one_or_none()
        if row is None:
            connection.execute(insert(_administrator).values(name=name, password_hash=password_hash, created_at=at))
        else:
            connection.execute(delete(_session).where(_session.c.administrator == row.id))

    return change


def begin_session(administrator: int, *, token_hash: str, address: str, at: int, expires_at: int) -> Callable[[Connection], None]:
    """Sign a browser in; sessions that are over are swept out."""

    def change(connection: Connection) -> None:
        connection.execute(delete(_session).where(_session.c.expires_at <= at))
        values = {"administrator": administrator, "token_hash": token_hash, "address": address, "created_at": at, "expires_at": expires_at}
        connection.execute(insert(_session).values(values))

    return change


def end_session(session: int) -> Callable[[Connection], None]:
    """Sign a browser out."""

    def change(connection: Connection) -> None:
        connection.execute(delete(_session).where(_session.c.id == session))

    return change


def forget_all() -> Callable[[Connection], None]:
    """Forget every administrator: the next start prints a set-up link."""

    def change(connection: Connection) -> None:
        connection.execute(delete(_session))
        connection.execute(delete(_administrator))

    return change
