"""Who is online: counts each person's joined connections, with a time of grace for lines that drop."""

from dataclasses import dataclass, field

GRACE = 10.0  # seconds that somebody stays online after their last line dropped: a phone that changes Wi-Fi does not flap


@dataclass(slots=True)
class _Stay:
    connections: set[str] = field(default_factory=set)
    since: int = 0  # ms since the epoch
    gone_at: float | None = None  # monotonic seconds at which the last line dropped


class Presence:
    """Counts joined connections for each person; times are monotonic seconds given by the caller."""

    def __init__(self) -> None:
        self._stays: dict[int, _Stay] = {}
        self._person_of: dict[str, int] = {}
        self._watching: set[int] = set()
        self.peak = 0

    def enter(self, person: int, connection: str, *, at: int) -> bool:
        """Note a joined connection; true when with it the person comes online. ``at`` is in ms since the epoch."""
        stay = self._stays.get(person)
        came = stay is None
        if stay is None:
            stay = self._stays[person] = _Stay(since=at)
        stay.connections.add(connection)
        stay.gone_at = None
        self._person_of[connection] = person
        self.peak = max(self.peak, len(self._stays))
        return came

    def leave(self, connection: str) -> int | None:
        """Note that a connection said goodbye; the person, when it was their last one: they are gone at once."""
        person = self._person_of.pop(connection, None)
        if person is None:
            return None
        stay = self._stays[person]
        stay.connections.discard(connection)
        if stay.connections:
            return None
        del self._stays[person]
        return person

    def drop(self, connection: str, *, now: float) -> None:
        """Note that a line broke: the person stays online for the time of grace."""
        person = self._person_of.pop(connection, None)
        if person is None:
            return
        stay = self._stays[person]
        stay.connections.discard(connection)
        if not stay.connections:
            stay.gone_at = now

    def expire(self, *, now: float) -> list[int]:
        """Take out, and answer, everybody whose time of grace is over."""
        gone = [p for p, stay in self._stays.items() if stay.gone_at is not None and now - stay.gone_at >= GRACE]
        for person in gone:
            del self._stays[person]
        return gone

    def remove(self, person: int) -> bool:
        """Take somebody out at once, with all connections; false when they were not online."""
        stay = self._stays.pop(person, None)
        if stay is None:
            return False
        for connection in stay.connections:
            self._person_of.pop(connection, None)
        return True

    def watch(self, person: int, *, watching: bool) -> bool:
        """Note whether the administrator has a panel open: reachable, but not counted; true when that changed."""
        changed = (person in self._watching) != watching
        (self._watching.add if watching else self._watching.discard)(person)
        return changed

    def reachable(self, person: int) -> bool:
        """Whether somebody is online, or has a panel open."""
        return person in self._stays or person in self._watching

    def joined(self, connection: str) -> bool:
        """Whether this connection has joined."""
        return connection in self._person_of

    def __contains__(self, person: int) -> bool:
        return person in self._stays

    def __len__(self) -> int:
        return len(self._stays)

    def people(self) -> list[int]:
        """Everybody online, in the order that they came."""
        return list(self._stays)

    def since(self, person: int) -> int | None:
        """When this person came online, in ms since the epoch."""
        stay = self._stays.get(person)
        return stay.since if stay else None
