"""One green thread that watches all sockets, on the monotonic clock: a clock that is set drops nobody."""

import logging
import time
from collections.abc import Callable
from typing import Any, Protocol

from chatweb.live.waits import Waits
from chatweb.offload import sleep, spawn

logger = logging.getLogger(__name__)

AT_ONCE = 100  # sockets that are dealt with before it is the others' turn
LOOK = 1.0  # seconds after which it looks at the latest: a shorter wait may have begun
EARLY = 0.75  # seconds that a ping goes out before it is due: a dead line is told in 20 + 15 + 10 s, in which grace has steps of 0.5


class Pinged(Protocol):
    """A socket as the pinger sees it."""

    def ping(self) -> None: ...

    def is_gone(self) -> None: ...


class Watch:
    """Ends waits when they are over."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self._all: list[Waits[Any]] = []
        self._look = LOOK

    def waits(self, seconds: float, over: Callable[[Any], None]) -> Waits[Any]:
        """Waits of so many seconds; ``over`` must return at once."""
        made: Waits[Any] = Waits(seconds, over)
        self._all.append(made)
        self._look = min(self._look, seconds / 2)
        return made

    def start(self) -> None:
        """Begin to watch."""
        spawn(self._run)

    def end_due(self) -> bool:
        """End up to a hundred of each kind; whether there may be more."""
        ended = [waits.take_due(now=self.now(), at_most=AT_ONCE) for waits in self._all]
        return max(ended, default=0) == AT_ONCE

    def _run(self) -> None:
        while True:
            try:
                more = self.end_due()
            except Exception:  # the loop outlives a fault of one round
                logger.exception("A wait could not be ended")
                more = False
            sleep(0 if more else self._pause())
            sleep(0)  # what came while the hub, or the machine, was held up is read before anybody is taken for silent

    def _pause(self) -> float:
        due = [waits.next_due for waits in self._all if waits.next_due is not None]
        return min(self._look, max(0.0, min(due) - self.now())) if due else self._look


class Pinger:
    """Pings each socket ``interval`` seconds after its last answer; one that does not answer in ``timeout`` seconds is gone."""

    def __init__(self, watch: Watch, *, interval: float, timeout: float) -> None:
        self._now = watch.now
        self._resting = watch.waits(max(interval - EARLY, interval / 2), self._ping)
        self._asked = watch.waits(timeout, lambda socket: socket.is_gone())

    def add(self, socket: Pinged) -> None:
        self._resting.add(socket, now=self._now())

    def answered(self, socket: Pinged) -> None:
        """Note an answer; one that was not asked for says nothing."""
        if socket in self._asked:
            self._asked.discard(socket)
            self._resting.add(socket, now=self._now())

    def discard(self, socket: Pinged) -> None:
        self._resting.discard(socket)
        self._asked.discard(socket)

    def _ping(self, socket: Pinged) -> None:
        self._asked.add(socket, now=self._now())
        socket.ping()
