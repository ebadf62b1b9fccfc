"""The server: eventlet's, with a listener and a pool of our own. ``chatweb run`` and the gunicorn worker share it."""

import errno
import gc
import logging
import os
import re
import signal
import socket
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable
from http.client import HTTPMessage
from typing import Any

# Its category is a plain Warning, so it is filtered by its text, before the first import.
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

import eventlet  # noqa: E402
import eventlet.wsgi  # noqa: E402
from eventlet import event, hubs  # noqa: E402
from eventlet.greenio import GreenSocket  # noqa: E402
from eventlet.patcher import original  # noqa: E402

from chatweb import log_lines  # noqa: E402
from chatweb.config import Settings  # noqa: E402
from chatweb.door import IDLE_SECONDS, Door, Line  # noqa: E402
from chatweb.faults import log_fault  # noqa: E402
from chatweb.listener import BACKLOG, Listener, Pause, make_room, prepare  # noqa: E402
from chatweb.request_head import problem  # noqa: E402
from chatweb.streams import Intake, Outlet, Told  # noqa: E402

logger = logging.getLogger(__name__)

SOCKET_SECONDS = 60  # without a byte either way; the chat's own sockets have their pings
SWEEP_SECONDS = 1
ACCEPTS = 32  # connections let in at once …
READS = 64  # … sockets read …
STARTS = 1  # … and requests started, before the others' turn
ENDS = 100  # connections ended at once by their deadlines …
BREATH_SECONDS = 0.01  # … and the others' turn between
PAUSE_SECONDS = 0.05  # after the machine had no room for a connection
UNREAD = 64 * 1024  # bytes of a body that are read for nothing, so that the connection can go on
COLLECT = (50_000, 50, 100)  # objects, and rounds, after which the collector looks
END_SECONDS = 10  # in which all must have been said when the process ends
MOMENT_SECONDS = 2.0  # for short requests that run then
POLL_SECONDS = 0.02
_BREAKS_OUT = re.compile(r"[\r\n\0]")

_system_socket = original("socket").socket
_system_select = original("select")
sleep = eventlet.sleep


class ServingError(Exception):
    """The server can't listen; the message is one sentence for the operator."""


class Server:
    """Serves a WSGI application on listening sockets until it is stopped."""

    def __init__(self, listeners: Iterable[Any], wsgi: Callable[..., Any]) -> None:
        self._hub = _Turns() if hasattr(_system_select, "epoll") else _Hub()
        self._door = Door(hub=self._hub, room=make_room(), now=time.monotonic, start=self._queue)
        self._ready: deque[Line] = deque()
        self._running: set[Line] = set()
        self._wsgi = eventlet.wsgi.Server(None, None, wsgi, log_output=False, keepalive=IDLE_SECONDS, debug=False)
        self._wsgi.door = self._door
        self._entries = [_Entry(Listener(listener), self._door, self._hub) for listener in listeners]
        self._sweeper = eventlet.spawn(self._sweep)

    def stop(self, end: Callable[[], None]) -> None:
        """Stop accepting, give what runs a moment, let ``end`` say goodbye and drain, and wait for what is still open: 10 s at most.

        Nobody waits for a request that waits for its client: what it would still bring can't be kept, since the writer
        has been closed by then, and a slow upload would hold up every restart.
        """
        for entry in self._entries:
            entry.close()
        self._door.close_parked()
        self._sweeper.kill()
        with eventlet.Timeout(END_SECONDS, False):
            self._wait(MOMENT_SECONDS, lambda line: not line.head.is_socket)
            end()
            self._wait(MOMENT_SECONDS, lambda _line: True)

    def _wait(self, seconds: float, counts: Callable[[Any], bool]) -> None:
        """Wait for requests that wait for nobody else."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and any(counts(line) and not self._door.waits(line) for line in [*self._running, *self._ready]):
            eventlet.sleep(POLL_SECONDS)

    def _queue(self, line: Line) -> None:
        self._ready.append(line)
        if len(self._ready) == 1:
            hubs.get_hub().schedule_call_global(0, self._start)

    def _start(self) -> None:
        """Start some requests; the others' turn comes after whoever else can do something: a thousand at once hold nobody up."""
        for _ in range(min(STARTS, len(self._ready))):
            line = self._ready.popleft()
            self._running.add(line)
            eventlet.spawn_n(self._serve, line)
        if self._ready:
            hubs.get_hub().schedule_call_global(0, self._start)

    def _serve(self, line: Line) -> None:
        how: Callable[[Line], None] = self._door.close
        try:
            how = _Request(line, self._wsgi).run()
        except OSError:
            pass  # the client has gone
        except Exception as error:  # noqa: BLE001 - the last one who can tell
            log_fault(error)
        finally:
            self._running.discard(line)
            how(line)

    def _sweep(self) -> None:
        more = False
        while True:
            eventlet.sleep(BREATH_SECONDS if more else SWEEP_SECONDS)
            try:
                more = self._door.sweep(ENDS)
            except Exception as error:  # noqa: BLE001 - the loop outlives a fault of one round
                log_fault(error)


def patch() -> None:
    """Make the standard library green; call it before anything else is imported."""
    eventlet.monkey_patch()


def use_own_hub() -> None:
    """Take a hub of this process's own: after a fork the parent's descriptor must not be shared."""
    hubs.use_hub()


def listen(host: str, port: int) -> Any:
    """A listening socket.

    :raises ServingError: when the address or port can't be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = _system_socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        prepare(listener)
        listener.bind((host, port))
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise ServingError(f"Port {port} is in use by another program; choose another one with --port.") from error
        raise ServingError(f"chatweb can't listen on {host}:{port}: {error.strerror or error}.") from error
    return listener


def adopt(listening: Any) -> Any:
    """A listening socket that somebody else has bound, as one of the system's own."""
    listener = _system_socket(fileno=os.dup(listening.fileno()))
    listener.setblocking(False)
    prepare(listener)
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
    log_lines.begin_log(settings.log_level, settings.log_format)


def _watch_signals() -> Any:
    """An event that comes with SIGTERM or Ctrl-C."""
    asked: Any = event.Event()

    def end() -> None:
        if not asked.ready():  # Ctrl-C reaches all that runs in the terminal, and a supervisor may send its own
            asked.send()

    def ask(*_signal: object) -> None:
        eventlet.spawn(end)  # not in the middle of the hub

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return asked


class _Hub:
    """Eventlet's hub as the door wants it."""

    def watch(self, descriptor: int, call: Callable[[], None]) -> Any:
        def told(_descriptor: int) -> None:
            try:
                call()
            except Exception as error:  # noqa: BLE001 - the hub would print it and forget the descriptor
                log_fault(error)

        return hubs.get_hub().add("read", descriptor, told, lambda *_: None, lambda: None)

    def forget(self, watched: Any) -> None:
        hubs.get_hub().remove(watched)


class _Turns(_Hub):
    """Tells the door which sockets can be read, some at a time: thousands of them are one descriptor to eventlet's hub.

    As it comes the hub calls for everything that is ready before anybody else's turn: 5,000 bytes of 5,000 half requests
    would hold up everybody by a tenth of a second.
    """

    def __init__(self) -> None:
        self._epoll = _system_select.epoll()
        self._calls: dict[int, Callable[[], None]] = {}
        super().watch(self._epoll.fileno(), self._tell)

    def watch(self, descriptor: int, call: Callable[[], None]) -> int:
        self._calls[descriptor] = call
        self._epoll.register(descriptor, _system_select.EPOLLIN)
        return descriptor

    def forget(self, watched: int) -> None:
        del self._calls[watched]
        self._epoll.unregister(watched)

    def _tell(self) -> None:
        for descriptor, _events in self._epoll.poll(0, READS):
            try:
                self._calls.get(descriptor, _nothing)()
            except Exception as error:  # noqa: BLE001 - one of them, and not the others
                log_fault(error)


class _Entry:
    """Lets those in who wait at one listening socket, some at a time."""

    def __init__(self, listener: Listener, door: Door, hub: _Hub) -> None:
        self._listener = listener
        self._door = door
        self._hub = hub
        self._watched: Any = None
        self._closed = False
        self._resume()

    def close(self) -> None:
        self._closed = True
        if self._watched is not None:
            self._hub.forget(self._watched)
            self._watched = None
        self._listener.close()

    def _resume(self) -> None:
        if not self._closed:
            self._watched = self._hub.watch(self._listener.fileno(), self._let_in)

    def _let_in(self) -> None:
        try:
            for _ in range(ACCEPTS):
                taken = None if self._closed else self._listener.accept()
                if taken is None:
                    return
                hubs.notify_opened(taken[0].fileno())  # its number may have been another's, for whom somebody still waits
                self._door.take(*taken)
        except Pause:
            self._hub.forget(self._watched)
            self._watched = None
            hubs.get_hub().schedule_call_global(PAUSE_SECONDS, self._resume)


class _Request(eventlet.wsgi.HttpProtocol):  # type: ignore[misc]
    """One request; eventlet's class reads heads by itself, and this one is given what the door has read."""

    def __init__(self, line: Line, server: Any) -> None:  # the inherited one serves a whole connection
        assert line.head is not None  # noqa: S101 - the door hands on whole heads only
        if line.green is None:
            line.green = GreenSocket(line.socket)
        head = line.head
        self._line = line
        self._head = head
        self.server = server
        self.request = self.connection = line.green
        self.client_address = line.peer
        self.conn_state = [line.peer, line.green, eventlet.wsgi.STATE_REQUEST]
        self.rfile = self._intake = Intake(line, server.door)
        self.wfile = Outlet(line, server.door)
        self.command, self.path, self.request_version = head.method, head.target, head.version
        self.headers = HTTPMessage()
        for name, value in head.headers:
            self.headers[name] = value
        self.close_connection = not head.keeps

    def run(self) -> Callable[[Line], None]:
        """Answer it; how the connection goes on."""
        door: Door = self.server.door
        # A socket's reader has no deadline of ours, but pings; a request's waits are the door's.
        self._line.green.settimeout(SOCKET_SECONDS if self._head.upgrades else None)
        self.environ = self.get_environ()
        self.application = self._apply
        self.handle_one_response()
        if self._intake.broken:
            return door.close
        if not self.close_connection:
            return door.park
        return door.linger if self._unread() or self._line.buffer else door.close

    def _unread(self) -> int:
        input_ = self.environ["eventlet.input"]
        return int(input_.content_length or 0) - int(input_.position)

    def _apply(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            return start_response(status, self._checked(headers), exc_info)

        try:
            result = self.server.app(environ, start)
        except Exception as error:  # noqa: BLE001 - what the app's own handlers did not see
            answer = problem(500, f"A fault of this server; its log knows it as {log_fault(error)}.")
            _, _, body = answer.partition(b"\r\n\r\n")
            start("500 Internal Server Error", [("Content-Type", "application/problem+json"), ("Connection", "close")])
            return [body]
        if self.command == "HEAD":  # a body would be read as the next answer
            if hasattr(result, "close"):
                result.close()
            return []
        return result if hasattr(result, "__len__") else Told(result)

    def _checked(self, headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Headers as they may be sent, and whether the connection goes on behind them."""
        if self._unread() > UNREAD or self.server.door.shut:
            self.close_connection = True
        for name, value in headers:
            if name.lower() == "connection" and value.lower() == "close":
                self.close_connection = True
            if _BREAKS_OUT.search(value):
                raise ValueError(f"the header {name} has a control character in it")
        # What is not latin-1 would be no answer at all; names of files are sent as RFC 8187 says, so this is seen by nobody.
        return [(name, value.encode("latin-1", "replace").decode("latin-1")) for name, value in headers if name.lower() != "connection"]


def _nothing() -> None:
    """For who was told about in the same round as what ended the wait."""
