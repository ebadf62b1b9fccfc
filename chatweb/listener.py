"""The listening socket: it never raises, whatever the machine has run out of, and knows how many clients there is room for."""

import contextlib
import errno
import logging
import os
import resource
import socket
from typing import Any

logger = logging.getLogger(__name__)

BACKLOG = 1024
MOST = 20_000  # connections, whatever the limit of descriptors
FEW = 1_000  # places below which the operator is told
SHARE = 8  # one descriptor of so many is kept for files and the database …
KEPT = (64, 1024)  # … but at least, and at most, so many
KEEPALIVE = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}  # seconds, seconds, probes
USER_TIMEOUT = 30_000  # ms in which what was sent must have been received: a line that was cut is noticed
_NO_DESCRIPTORS = {errno.EMFILE, errno.ENFILE}
_PASSING = {errno.EAGAIN, errno.EWOULDBLOCK, errno.EINTR, errno.ECONNABORTED, errno.EPROTO}


class Pause(Exception):
    """Nobody can be let in now; ask again a moment later."""


def prepare(listening: Any) -> None:
    """Set what every connection inherits. No REUSEPORT: a second server would take a share of the clients.

    Without NODELAY an ack behind a broadcast waits 43 ms.
    """
    if listening.family == getattr(socket, "AF_UNIX", None):
        return
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in {**KEEPALIVE, "TCP_USER_TIMEOUT": USER_TIMEOUT}.items():
        option = getattr(socket, name, None)
        if option is not None:  # not every system has them all
            with contextlib.suppress(OSError):
                listening.setsockopt(socket.IPPROTO_TCP, option, value)


def raise_limit() -> int:
    """Raise the limit of descriptors to what this process may have, and answer it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = hard if hard != resource.RLIM_INFINITY else MOST + 2 * KEPT[1]
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return soft if soft != resource.RLIM_INFINITY else wanted
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):  # macOS names a limit that it does not grant
        return soft
    return wanted


def places(descriptors: int) -> int:
    """How many connections a limit of descriptors has room for."""
    low, high = KEPT
    kept = min(high, max(low, descriptors // SHARE))
    return max(1, min(MOST, descriptors - kept))


def make_room() -> int:
    """Raise the limit of descriptors, and answer for how many connections there is room; a small room is said in the log."""
    descriptors = raise_limit()
    room = places(descriptors)
    if room < FEW:
        logger.warning(
            "This process may open %d files, so at most %d clients can connect; raise its limit (ulimit -n) for more", descriptors, room
        )
    return room


class Listener:
    """Takes connections in."""

    def __init__(self, listening: Any) -> None:
        """``listening``: a bound socket that does not block."""
        self._listening = listening
        self._spare: int | None = os.open(os.devnull, os.O_RDONLY)
        self.dropped = 0

    def fileno(self) -> int:
        return int(self._listening.fileno())

    def accept(self) -> tuple[Any, Any] | None:
        """A connection and its peer, or nothing when nobody waits.

        :raises Pause: when the machine has no room for one; whoever could be told so has been dropped.
        """
        try:
            connection, peer = self._listening.accept()
            connection.setblocking(False)
        except OSError as error:
            if error.errno in _PASSING:
                return None
            if error.errno in _NO_DESCRIPTORS:
                self._drop()
            raise Pause(str(error)) from None
        return connection, peer

    def close(self) -> None:
        """Take nobody in any more."""
        self._listening.close()
        if self._spare is not None:
            os.close(self._spare)
            self._spare = None

    def _drop(self) -> None:
        """Take one with the spare descriptor, and drop it: it is better told now than left hanging."""
        if self._spare is not None:
            os.close(self._spare)
            self._spare = None
        try:
            connection, _peer = self._listening.accept()
            connection.close()
            self.dropped += 1
        except OSError:
            pass  # even so there was none
        with contextlib.suppress(OSError):  # somebody else was faster; another time
            self._spare = os.open(os.devnull, os.O_RDONLY)
