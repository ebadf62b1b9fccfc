"""Hashes of secrets that people choose: argon2id, in native threads, since one costs up to 180 ms and 64 MiB."""

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from chatweb.offload import NativeThread

THREADS = 2
QUEUE = 20  # that may wait for a thread; further ones are refused with `overloaded`
MIB = 1024  # in KiB, argon2's unit

# RFC 9106's second choice for administrators; OWASP's smallest for PINs, which also carry the instance's pepper.
PASSWORD = PasswordHasher(time_cost=3, memory_cost=64 * MIB, parallelism=1, type=Type.ID)
PIN = PasswordHasher(time_cost=2, memory_cost=19 * MIB, parallelism=1, type=Type.ID)


class Hashing:
    """The native threads that hash one kind of secret: a crowd that sets PINs keeps no administrator waiting."""

    def __init__(self) -> None:
        self._threads = [NativeThread(queue=1 + QUEUE) for _ in range(THREADS)]

    def run(self, call: object, *arguments: object, ahead: bool = True) -> object:
        """Run a hash in the less busy thread; what is not ``ahead`` has the first one alone, and fills no other.

        :raises Overloaded: when too many wait.
        """
        threads = self._threads if ahead else self._threads[:1]
        return min(reversed(threads), key=lambda thread: thread.waiting)(call, *arguments)  # type: ignore[arg-type]


class Argon2Hasher:
    """Hashes and checks one kind of secret."""

    def __init__(self, hashing: Hashing, hasher: PasswordHasher, *, pepper: bytes = b"") -> None:
        self._hashing = hashing
        self._hasher = hasher
        self._pepper = pepper.hex()

    def hash(self, secret: str) -> str:
        """The hash of a secret, with its parameters and salt."""
        return str(self._hashing.run(self._hasher.hash, self._pepper + secret))

    def verify(self, hashed: str, secret: str, *, ahead: bool = False) -> bool:
        """Whether ``secret`` is the one behind ``hashed``; ``ahead`` of strangers' guesses."""
        try:
            return bool(self._hashing.run(self._hasher.verify, hashed, self._pepper + secret, ahead=ahead))
        except (VerificationError, InvalidHashError):
            return False
