"""A person of the chat and the devices that they came with."""

from dataclasses import dataclass
from typing import Literal

PIN_LENGTH = (4, 64)  # characters
FOREVER = 2**53 - 1  # ms since the epoch: a mute or ban until it is lifted

Role = Literal["admin"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has joined once. Times are milliseconds since the epoch; ``avatar`` is an attachment's id."""

    id: int
    nickname: str
    created_at: int
    last_seen_at: int
    role: Role | None = None
    locale: str | None = None
    has_pin: bool = False
    avatar: int | None = None
    muted_until: int = 0
    banned_until: int = 0
    moderation_reason: str = ""

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"


@dataclass(frozen=True, slots=True)
class Session:
    """A device that joined: its token is known to the device alone, the store keeps a hash of it."""

    id: int
    person: Person


@dataclass(frozen=True, slots=True)
class Device:
    """Where a request comes from, as far as the server can tell."""

    address: str
    user_agent: str = ""

    @property
    def system(self) -> str:
        """The system's name as people know it, or an empty string."""
        return _first(self.user_agent, _SYSTEMS)

    @property
    def browser(self) -> str:
        """The browser's name as people know it, or an empty string."""
        return _first(self.user_agent, _BROWSERS)


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A device that is in, under the id of its session; ``created_at`` in ms since the epoch."""

    id: int
    device: Device
    created_at: int


# The first match wins: an iPad says Macintosh too, Edge says Chrome too.
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)


def _first(user_agent: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in names if mark in user_agent), "")
