"""How much one connection may send, and when it floods."""

EVENTS_PER_SECOND, EVENTS_BURST = 20.0, 60.0
BYTES_PER_SECOND, BYTES_BURST = 64 * 1024.0, 64 * 1024.0  # the largest event that there may be is taken when all is there
FLOOD = 5.0  # seconds for which a connection may go on over its rate before it is ended
CALM = 1.0  # seconds without going on after which that is forgotten
SHORTEST_WAIT = 0.1  # seconds


class Allowance:
    """Two token buckets of one connection, for events and for bytes; times are monotonic seconds given by the caller.

    What one event takes of the bytes may leave a debt, so that the largest one is let through too; the next one waits.
    """

    __slots__ = ("_again_at", "_bytes", "_events", "_going_on_last", "_going_on_since", "_then")

    def __init__(self, *, now: float) -> None:
        self._events = EVENTS_BURST
        self._bytes = BYTES_BURST
        self._then = now
        self._again_at = 0.0  # until then it was told to wait
        self._going_on_since = now
        self._going_on_last = -CALM

    def take(self, size: int, *, now: float) -> float:
        """Let an event of ``size`` bytes through and answer 0, or answer the seconds to wait."""
        passed = now - self._then
        self._then = now
        self._events = min(EVENTS_BURST, self._events + passed * EVENTS_PER_SECOND)
        self._bytes = min(BYTES_BURST, self._bytes + passed * BYTES_PER_SECOND)
        if self._events >= 1 and self._bytes > 0:
            self._events -= 1
            self._bytes -= size
            return 0.0
        wait = max((1 - self._events) / EVENTS_PER_SECOND, -self._bytes / BYTES_PER_SECOND, SHORTEST_WAIT)
        self.refuse(wait, now=now)
        return wait

    def refuse(self, wait: float, *, now: float) -> None:
        """Note that it was told to wait; asking again before that is over is going on regardless."""
        if now < self._again_at:
            if now - self._going_on_last >= CALM:
                self._going_on_since = now
            self._going_on_last = now
        self._again_at = now + wait

    def floods(self) -> bool:
        """Whether it has gone on regardless for too long."""
        return self._going_on_last - self._going_on_since > FLOOD


class NoAllowance(Allowance):
    """Lets everything through: for benchmarks (``CHATWEB_LIMITS=off``)."""

    def take(self, size: int, *, now: float) -> float:  # noqa: ARG002 - as the other one
        """Take nothing."""
        return 0.0
