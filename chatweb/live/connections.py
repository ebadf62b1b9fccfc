"""The connections of now: whose they are, and what they may still do."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from chatweb.chat.person import Device, Person, Session


@dataclass(slots=True, eq=False)
class Connection:
    """One Socket.IO connection with the session that it came with."""

    sid: str
    session: Session
    device: Device
    language: str
    joined: bool = False
    ending: bool = False  # it has been told why, and is closed in a moment

    @property
    def person(self) -> Person:
        return self.session.person


class Connections:
    """Finds connections by their id, their person or their session."""

    def __init__(self) -> None:
        self._by_sid: dict[str, Connection] = {}
        self._by_person: dict[int, dict[str, Connection]] = {}

    def add(self, connection: Connection) -> None:
        self._by_sid[connection.sid] = connection
        self._by_person.setdefault(connection.person.id, {})[connection.sid] = connection

    def remove(self, sid: str) -> Connection | None:
        connection = self._by_sid.pop(sid, None)
        if connection is not None:
            mine = self._by_person[connection.person.id]
            del mine[sid]
            if not mine:
                del self._by_person[connection.person.id]
        return connection

    def get(self, sid: str) -> Connection | None:
        return self._by_sid.get(sid)

    def of_person(self, person: int) -> list[Connection]:
        return list(self._by_person.get(person, {}).values())

    def of_session(self, session: int) -> list[Connection]:
        return [connection for connection in self._by_sid.values() if connection.session.id == session]

    def device_of(self, person: int) -> Device | None:
        """Where somebody's newest connection comes from."""
        mine = self.of_person(person)
        return mine[-1].device if mine else None

    def renamed(self, person: Person) -> None:
        """Let the connections of somebody know what has changed about them."""
        for connection in self.of_person(person.id):
            connection.session = replace(connection.session, person=person)

    def __iter__(self) -> Iterator[Connection]:
        return iter(list(self._by_sid.values()))

    def __len__(self) -> int:
        return len(self._by_sid)
