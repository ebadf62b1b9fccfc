"""What happened, for the administrator's feed: joins, leaves, moderation, the service."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that happened. ``at`` is in milliseconds since the epoch; ``detail`` depends on ``kind``."""

    at: int
    kind: str
    person: int | None = None
    nickname: str = ""
    address: str = ""
    detail: str = ""
    id: int = 0
