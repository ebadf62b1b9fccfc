"""Who may guess at a secret that people choose, and how often: a password, a PIN."""

import hashlib
import hmac
import secrets
from collections.abc import Hashable
from dataclasses import dataclass

from chatweb.chat.errors import RateLimited
from chatweb.chat.limits import LONGEST_WAIT, Guesses, Rate

LONGEST_WAIT_NEAR = 5.0  # seconds, on the machine itself: who sits there can do worse, and must not be locked out
# Of one account, for all browsers that were never in, whatever their addresses. One address gets nowhere near (its waits
# double: 13 guesses in the first quarter of an hour); who has many is held to this.
STRANGERS_BURST, STRANGERS_PER_SECOND = 20, 1 / 30


@dataclass(frozen=True, slots=True)
class Guesser:
    """Where a guess comes from; ``known`` is what the browser was given when it was in, ``near`` is this machine itself."""

    address: str
    known: str = ""
    near: bool = False


@dataclass(frozen=True, slots=True)
class Ticket:
    """A guess that was let through; that of a known browser goes ``ahead`` of strangers'."""

    key: Hashable
    ahead: bool


class Attempts:
    """Lets guesses at one kind of secret through: waits that double, so that nobody can lock somebody else out.

    The waits are of an account and an address together. A browser that has been in before has waits of its own, so that
    whoever shares its address, or floods the account from many, keeps it from nothing.
    """

    def __init__(self, key: bytes, kind: str) -> None:
        """``key`` is the instance's secret; ``kind`` keeps a PIN's marks from opening a password."""
        self._key = hashlib.sha256(b"known\0" + kind.encode() + b"\0" + key).digest()
        self._guesses = Guesses()
        self._strangers = Rate(per_second=STRANGERS_PER_SECOND, burst=STRANGERS_BURST)

    def begin(self, account: Hashable, guesser: Guesser, *, sealed: str, now: float) -> Ticket:
        """Let a guess through, counted as wrong until it is ``right``: many may guess at once.

        :param sealed: the hash of the account's secret: with a new one, every browser is a stranger again.
        :raises RateLimited: with the seconds to wait.
        """
        browser = self._recognize(account, sealed, guesser.known)
        key = (account, browser or ("this machine" if guesser.near else guesser.address))
        self._guesses.allow(key, now=now)
        if not browser and not guesser.near:
            try:
                self._strangers.take(account, now=now)
            except RateLimited as limited:
                raise RateLimited("error.guesses", retry_after=limited.retry_after) from None
        self._guesses.wrong(key, now=now, longest=LONGEST_WAIT if browser or not guesser.near else LONGEST_WAIT_NEAR)
        return Ticket(key, bool(browser))

    def right(self, ticket: Ticket) -> None:
        """The guess was right: the wrong ones before are forgotten."""
        self._guesses.right(ticket.key)

    def unanswered(self, ticket: Ticket) -> None:
        """Nobody looked at the guess: it counts for nothing."""
        self._guesses.unanswered(ticket.key)

    def mark(self, account: Hashable, *, sealed: str) -> str:
        """What a browser is given that was in, to be known by."""
        number = secrets.token_urlsafe(32)
        return f"{number}.{self._sign(account, sealed, number)}"

    def _recognize(self, account: Hashable, sealed: str, known: str) -> str:
        """The hash of a browser's mark, an empty string unless it is one of ours for this account."""
        number, _, signature = known.partition(".")
        expected = self._sign(account, sealed, number)
        return hashlib.sha256(number.encode()).hexdigest() if hmac.compare_digest(expected, _ascii(signature)) else ""

    def _sign(self, account: Hashable, sealed: str, number: str) -> str:
        return hmac.new(self._key, f"{account}\0{sealed}\0{_ascii(number)}".encode(), hashlib.sha256).hexdigest()


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode()
