"""The server: eventlet's, with a listener and a pool of our own. ``chatweb run`` and the gunicorn worker share it."""

import errno
import gc
import logging
import signal
import socket
import sys
import warnings
from collections.abc import Callable, Iterable
from typing import Any

# Its category is a plain Warning, so it is filtered by its text, before the first import.
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

import eventlet  # noqa: E402
import eventlet.wsgi  # noqa: E402
from eventlet import event, hubs  # noqa: E402
from eventlet.greenio import GreenSocket  # noqa: E402

from chatweb.config import Settings  # noqa: E402

logger = logging.getLogger(__name__)

BACKLOG = 1024
CONNECTIONS = 20_000  # eventlet serves 1,024 as it comes and lets the rest hang in silence
IDLE_SECONDS = 15  # between two requests of a kept connection
SOCKET_SECONDS = 60  # without a byte either way; the chat's own sockets have their pings
COLLECT = (50_000, 50, 100)  # objects, and rounds, after which the collector looks
END_SECONDS = 10  # in which all must have been said when the process ends

sleep = eventlet.sleep


class ServingError(Exception):
    """The server can't listen; the message is one sentence for the operator."""


class Server:
    """Serves a WSGI application on listening sockets until it is stopped."""

    def __init__(self, listeners: Iterable[Any], wsgi: Callable[..., Any]) -> None:
        self._pool = eventlet.GreenPool(CONNECTIONS)
        self._servers = [eventlet.spawn(self._serve, listener, wsgi) for listener in listeners]

    def stop(self, end: Callable[[], None]) -> None:
        """Stop accepting, let ``end`` say goodbye and drain, and wait for what is still open: 10 s at most."""
        for server in self._servers:
            eventlet.kill(server)  # what is idle is closed with it; the chat's sockets are not (live/delivery.py)
        with eventlet.Timeout(END_SECONDS, False):
            end()
            while self._pool.running():
                eventlet.sleep(0.05)

    def _serve(self, listener: Any, wsgi: Callable[..., Any]) -> None:
        eventlet.wsgi.server(
            listener,
            wsgi,
            custom_pool=self._pool,
            keepalive=IDLE_SECONDS,
            log=_Silence(),
            log_output=False,
            debug=False,
            socket_timeout=SOCKET_SECONDS,
        )


def patch() -> None:
    """Make the standard library green; call it before anything else is imported."""
    eventlet.monkey_patch()


def use_own_hub() -> None:
    """Take a hub of this process's own: after a fork the parent's descriptor must not be shared."""
    hubs.use_hub()


def listen(host: str, port: int) -> GreenSocket:
    """A listening socket.

    :raises ServingError: when the address or port can't be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = GreenSocket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _prepare(listener)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise ServingError(f"Port {port} is in use by another program; choose another one with --port.") from error
        raise ServingError(f"chatweb can't listen on {host}:{port}: {error.strerror or error}.") from error
    return listener


def adopt(listening: Any) -> GreenSocket:
    """A listening socket that somebody else has bound."""
    listener = GreenSocket(listening)
    if listener.family != socket.AF_UNIX:
        _prepare(listener)
    return listener


def main(settings: Settings, create: Callable[..., Any], greet: Callable[..., None]) -> None:
    """Listen, make the app, greet the operator, serve until SIGTERM or Ctrl-C, end in order.

    :raises ServingError: when the address or port can't be used; nothing else has been touched then.
    """
    begin_log(settings)
    listener = listen(settings.host, settings.port)
    port = listener.getsockname()[1]
    chatweb = create(settings, port=lambda: port)
    asked_to_end = _watch_signals()  # from here on there is something to end in order
    secret = chatweb.begin()
    tune_collector()
    server = Server([listener], chatweb)
    greet(settings, port, secret)
    asked_to_end.wait()
    server.stop(chatweb.lifecycle.end)


def tune_collector() -> None:
    """Let what the start has made stay out of later collections, which stop everybody: p99 of a delivery goes from 30 to 5 ms."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT)


def begin_log(settings: Settings) -> None:
    """Log to standard error."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)


def _watch_signals() -> Any:
    """An event that comes with SIGTERM or Ctrl-C."""
    asked: Any = event.Event()

    def ask(*_signal: object) -> None:
        if not asked.ready():
            eventlet.spawn(asked.send)  # not in the middle of the hub

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return asked


def _prepare(listener: Any) -> None:
    """Without NODELAY an ack behind a broadcast waits 43 ms. No REUSEPORT: a second server would take a share of the clients."""
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class _Silence:
    """Where eventlet's own notes go; no query string stands in a log."""

    def write(self, _text: str) -> None: ...

    def debug(self, *_text: object) -> None: ...

    info = warning = error = debug
