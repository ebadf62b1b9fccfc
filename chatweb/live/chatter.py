"""What one connection sends beside its events: pings, pongs, packets of Engine.IO. A client needs one in twenty seconds."""

PER_SECOND = 20.0
BURST = 200


class Chatter:
    """An allowance: ``BURST`` at once, ``PER_SECOND`` in the long run."""

    def __init__(self) -> None:
        self._left = float(BURST)
        self._then = 0.0

    def take(self, *, now: float) -> bool:
        """Whether one more may be sent at ``now``, in seconds of a monotonic clock."""
        self._left = min(float(BURST), self._left + max(0.0, now - self._then) * PER_SECOND)
        self._then = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
