"""The server: eventlet's, with a listener and a pool of our own. ``chatweb run`` and ``python wsgi.py`` share it."""

import errno
import logging
import signal
import socket
import sys
import warnings
from collections.abc import Callable
from typing import Any

# Its category is a plain Warning, so it is filtered by its text, before the first import.
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

import eventlet  # noqa: E402
import eventlet.wsgi  # noqa: E402

from chatweb.config import Settings  # noqa: E402

logger = logging.getLogger(__name__)

BACKLOG = 1024
CONNECTIONS = 20_000  # eventlet serves 1,024 as it comes and lets the rest hang in silence
IDLE_SECONDS = 15  # between two requests of a kept connection
SOCKET_SECONDS = 60  # without a byte either way; the chat's own sockets have their pings


class ServingError(Exception):
    """The server can't listen; the message is one sentence for the operator."""


def patch() -> None:
    """Make the standard library green; call it before anything else is imported."""
    eventlet.monkey_patch()


def listen(host: str, port: int) -> Any:
    """A listening socket.

    :raises ServingError: when the address or port can't be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Without it an ack behind a broadcast waits 43 ms. No REUSEPORT: a second server would take a share of the clients.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise ServingError(f"Port {port} is in use by another program; choose another one with --port.") from error
        raise ServingError(f"chatweb can't listen on {host}:{port}: {error.strerror or error}.") from error
    return listener


def serve(listener: Any, wsgi: Callable[..., Any], asked_to_end: Any, end: Callable[[], None]) -> None:
    """Serve until it is asked to end, then end in order."""
    pool = eventlet.GreenPool(CONNECTIONS)
    server = eventlet.spawn(
        eventlet.wsgi.server,
        listener,
        wsgi,
        custom_pool=pool,
        keepalive=IDLE_SECONDS,
        log=_Silence(),
        log_output=False,
        debug=False,
        socket_timeout=SOCKET_SECONDS,
    )
    asked_to_end.wait()
    eventlet.kill(server)
    end()


def watch_signals() -> Any:
    """An event that comes with SIGTERM or Ctrl-C."""
    asked: Any = eventlet.event.Event()

    def ask(*_signal: object) -> None:
        if not asked.ready():
            eventlet.spawn(asked.send)  # not in the middle of the hub

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return asked


def main(settings: Settings, create: Callable[..., Any], greet: Callable[..., None]) -> None:
    """Listen, make the app, greet the operator, serve.

    :raises ServingError: when the address or port can't be used; nothing else has been touched then.
    """
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    listener = listen(settings.host, settings.port)
    port = listener.getsockname()[1]
    chatweb = create(settings, port=lambda: port)
    asked_to_end = watch_signals()  # from here on there is something to end in order
    chatweb.lifecycle.begin()
    if settings.admin_password:
        chatweb.accounts.set_password(settings.admin_password)
    greet(settings, port, chatweb.accounts.open_set_up())
    serve(listener, chatweb.wsgi, asked_to_end, chatweb.lifecycle.end)


class _Silence:
    """Where eventlet's own notes go; no query string stands in a log."""

    def write(self, _text: str) -> None: ...

    def debug(self, *_text: object) -> None: ...

    info = warning = error = debug
