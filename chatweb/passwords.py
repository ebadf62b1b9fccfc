"""Hashes of secrets that people choose: argon2id, in native threads, since one costs up to 180 ms and 64 MiB."""

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from chatweb.offload import NativeThread

THREADS = 2
QUEUE = 20  # further ones are refused with `overloaded`
MIB = 1024  # in KiB, argon2's unit

# RFC 9106's second choice for administrators; OWASP's smallest for PINs, which also carry the instance's pepper.
PASSWORD = PasswordHasher(time_cost=3, memory_cost=64 * MIB, parallelism=1, type=Type.ID)
PIN = PasswordHasher(time_cost=2, memory_cost=19 * MIB, parallelism=1, type=Type.ID)


class Hashing:
    """The native threads that hash, shared by all who need them."""

    def __init__(self) -> None:
        self._threads = [NativeThread(queue=QUEUE // THREADS) for _ in range(THREADS)]

    def run(self, call: object, *arguments: object) -> object:
        """Run a hash in the less busy thread.

        :raises Overloaded: when too many wait.
        """
        return min(self._threads, key=lambda thread: thread.waiting)(call, *arguments)  # type: ignore[arg-type]


class Argon2Hasher:
    """Hashes and checks one kind of secret."""

    def __init__(self, hashing: Hashing, hasher: PasswordHasher, *, pepper: bytes = b"") -> None:
        self._hashing = hashing
        self._hasher = hasher
        self._pepper = pepper.hex()

    def hash(self, secret: str) -> str:
        """The hash of a secret, with its parameters and salt."""
        return str(self._hashing.run(self._hasher.hash, self._pepper + secret))

    def verify(self, hashed: str, secret: str) -> bool:
        """Whether ``secret`` is the one behind ``hashed``."""
        try:
            return bool(self._hashing.run(self._hasher.verify, hashed, self._pepper + secret))
        except (VerificationError, InvalidHashError):
            return False
