"""The system's clocks."""

import time


class SystemClock:
    """Time of the day for what is kept, and a clock that never jumps for everything that waits."""

    def now(self) -> int:
        """Milliseconds since the Unix epoch, UTC."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """Seconds on a clock that never jumps."""
        return time.monotonic()
