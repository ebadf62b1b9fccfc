"""Waits of one length, without a clock: what began to wait first is due first."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Waits(Generic[T]):
    """All that wait for the same number of seconds; each entry and exit costs the same, however many wait."""

    def __init__(self, seconds: float, over: Callable[[T], None]) -> None:
        """``over`` is called with each whose wait is over; it must return at once."""
        self.seconds = seconds
        self._over = over
        self._due: OrderedDict[T, float] = OrderedDict()

    def add(self, one: T, *, now: float) -> None:
        """From ``now`` (monotonic seconds) on it waits; a wait that was under way is forgotten."""
        self._due.pop(one, None)
        self._due[one] = now + self.seconds

    def discard(self, one: T) -> None:
        """It waits no longer."""
        self._due.pop(one, None)

    def take_due(self, *, now: float, at_most: int) -> int:
        """Call ``over`` for those whose wait is over by ``now``; how many these were."""
        count = 0
        while count < at_most and self._due and next(iter(self._due.values())) <= now:
            one, _ = self._due.popitem(last=False)
            count += 1
            self._over(one)
        return count

    @property
    def next_due(self) -> float | None:
        """When the first wait is over."""
        return next(iter(self._due.values()), None)

    def __contains__(self, one: object) -> bool:
        return one in self._due

    def __len__(self) -> int:
        return len(self._due)
