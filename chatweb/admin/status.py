"""What the panel shows at a glance."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from chatweb import __version__, protocol
from chatweb.chat.ports import Clock
from chatweb.chat.presence import Presence
from chatweb.chat.service_state import ServiceState
from chatweb.store.archive import SqlArchive
from chatweb.store.space import Space


class Status:
    """Figures of now."""

    def __init__(
        self,
        archive: SqlArchive,
        presence: Presence,
        state: ServiceState,
        clock: Clock,
        *,
        name: str,
        epoch: str,
        storage: Callable[[], int],
        space: Space,
        addresses: Callable[[], list[str]],
    ) -> None:
        """
        :param storage: answers the bytes that all of it takes.
        :param space: what the disk still has.
        :param addresses: answers the join addresses of now, the likeliest first: DHCP may hand out another meanwhile.
        """
        self._archive = archive
        self._presence = presence
        self._state = state
        self._clock = clock
        self._name = name
        self._epoch = epoch
        self._storage = storage
        self._space = space
        self._addresses = addresses
        self._started = clock.monotonic()

    def report(self) -> dict[str, Any]:
        """The answer of ``GET /admin/api/status``; sizes in bytes, ``uptime`` in seconds."""
        addresses = self._addresses()
        return {
            "service": {**protocol.service_state(self._state), "name": self._name, "epoch": self._epoch},
            "online": len(self._presence),
            "peak": self._presence.peak,
            "people": self._archive.count_people(),
            "messages": self._archive.count_messages(),
            "messages_today": self._archive.count_messages(since=_midnight(self._clock.now())),
            "storage": self._storage(),
            "disk_free": self._space.free,
            **self._low(),
            "uptime": int(self._clock.monotonic() - self._started),
            "version": __version__,
            "join_url": addresses[0],
            "addresses": addresses,
            "lobby": self._archive.lobby().id,
            "admin": self._administrator(),
            **self._pinned(),
        }

    def _low(self) -> dict[str, Any]:
        """What has stopped for want of room, and what letting the ballast go would give back."""
        told = {"storage_low": self._space.low, "ballast": self._space.ballast}
        return {name: value for name, value in told.items() if value}

    def _administrator(self) -> dict[str, Any]:
        """Who writes when an administrator does: the panel marks what is addressed to this person."""
        person = self._archive.administrator()
        return {"id": person.id, "nickname": person.nickname}

    def _pinned(self) -> dict[str, Any]:
        """The broadcast on top of everybody's page, with the time that it comes off."""
        broadcast = self._archive.pinned()
        if broadcast is None or not broadcast.shows(now=self._clock.now()):
            return {}
        until = {} if broadcast.until is None else {"until": broadcast.until}
        return {"pinned": {**msgspec.to_builtins(protocol.message(broadcast.message)), **until}}


def _midnight(now: int) -> int:
    """When this day began where the server stands, in ms since the epoch."""
    day = datetime.fromtimestamp(now / 1000).astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    return int(day.timestamp() * 1000)
