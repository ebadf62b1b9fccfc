"""Whether the chat runs, as the administrator wishes; kept over restarts."""

import random
from dataclasses import dataclass
from typing import Literal

State = Literal["running", "stopped"]
RETRY = (3, 12)  # seconds within which pages ask again, spread so that nobody comes back in one wave


@dataclass(slots=True)
class ServiceState:
    """The one fact of the whole chat that every verb asks first. ``since`` is in ms since the epoch."""

    state: State = "running"
    reason: str = ""
    since: int = 0

    @property
    def running(self) -> bool:
        return self.state == "running"

    def retry_after(self) -> int:
        """Seconds after which somebody may ask again."""
        return random.randint(*RETRY)  # noqa: S311 - to spread, not to hide
