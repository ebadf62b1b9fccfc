"""How much of what per person, address or account."""

import math
from collections import OrderedDict
from collections.abc import Hashable

from chatweb.chat.errors import RateLimited

KEYS_KEPT = 10_000  # the longest idle are forgotten first, so that strangers can't fill the memory
FIRST_WAIT = 1.0  # seconds after the third wrong guess; doubles with each further one
LONGEST_WAIT = 900.0  # seconds
FREE_GUESSES = 3


class Rate:
    """A token bucket for each key: ``burst`` at once, ``per_second`` in the long run."""

    def __init__(self, *, per_second: float, burst: int) -> None:
        self._per_second = per_second
        self._burst = burst
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, key: Hashable, *, now: float) -> None:
        """Take one token of ``key``'s bucket.

        :raises RateLimited: with the seconds until the next one.
        """
        tokens, then = self._buckets.pop(key, (float(self._burst), now))
        tokens = min(float(self._burst), tokens + (now - then) * self._per_second)
        refused = tokens < 1
        self._buckets[key] = (tokens if refused else tokens - 1, now)
        if len(self._buckets) > KEYS_KEPT:
            self._buckets.popitem(last=False)
        if refused:
            raise RateLimited(retry_after=math.ceil((1 - tokens) / self._per_second * 10) / 10)


class Guesses:
    """Doubling waits after wrong guesses of a secret, for each key (account and address together)."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[Hashable, tuple[int, float]] = OrderedDict()

    def allow(self, key: Hashable, *, now: float) -> None:
        """Let a guess through.

        :raises RateLimited: while the wait after the last wrong guess lasts.
        """
        _, until = self._wrong.get(key, (0, 0.0))
        if now < until:
            raise RateLimited("error.guesses", retry_after=math.ceil(until - now))

    def wrong(self, key: Hashable, *, now: float, longest: float = LONGEST_WAIT) -> None:
        """Note a wrong guess, after which nobody waits longer than ``longest`` seconds."""
        count = self._wrong.pop(key, (0, 0.0))[0] + 1
        wait = 0.0 if count < FREE_GUESSES else min(longest, FIRST_WAIT * 2 ** min(count - FREE_GUESSES, 20))
        self._wrong[key] = (count, now + wait)
        if len(self._wrong) > KEYS_KEPT:
            self._wrong.popitem(last=False)

    def unanswered(self, key: Hashable) -> None:
        """Take the last guess back: nobody looked at it."""
        count, _ = self._wrong.pop(key, (1, 0.0))
        self._wrong[key] = (count - 1, 0.0)

    def right(self, key: Hashable) -> None:
        """Forget the wrong guesses: the right one came."""
        self._wrong.pop(key, None)


class NoRate(Rate):
    """Lets everything through: for benchmarks (``CHATWEB_LIMITS=off``)."""

    def __init__(self) -> None:
        super().__init__(per_second=1, burst=1)

    def take(self, key: Hashable, *, now: float) -> None:
        """Take nothing."""
