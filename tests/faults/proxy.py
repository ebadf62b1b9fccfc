"""A way to a server that can break: it cuts lines, or lets nothing through any more without telling either side."""

import contextlib
import select
import socket
import struct
import threading
from dataclasses import dataclass, field

CHUNK = 64 * 1024
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close sends RST


@dataclass(eq=False)
class _Pair:
    client: socket.socket
    server: socket.socket
    silent: bool = False
    waiting: dict[socket.socket, bytes] = field(default_factory=dict)  # for whom, what they did not take yet

    def other(self, one: socket.socket) -> socket.socket:
        return self.server if one is self.client else self.client


class Proxy(threading.Thread):
    """Forwards connections to a port of this machine; who doesn't take what comes holds up the other side, as a line does."""

    def __init__(self, target: int) -> None:
        super().__init__(daemon=True)
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self._listener.getsockname()[1]
        self._pairs: dict[socket.socket, _Pair] = {}
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self.start()

    def cut(self, client_port: int) -> bool:
        """End a line with RST on both sides; false when it is not there."""
        with self._lock:
            pair = self._pair_of(client_port)
            if pair is not None:
                self._drop(pair, reset=True)
        return pair is not None

    def silence(self, client_port: int) -> bool:
        """From here on nothing gets through, and nobody is told."""
        with self._lock:
            pair = self._pair_of(client_port)
            if pair is not None:
                pair.silent = True
        return pair is not None

    def cut_the_silent(self) -> None:
        """End the lines on which nothing gets through, as a client does that misses the server's pings."""
        with self._lock:
            for pair in {one for one in self._pairs.values() if one.silent}:
                self._drop(pair, reset=True)

    def end(self) -> None:
        self._ended.set()
        self.join(10)
        with self._lock:
            for pair in set(self._pairs.values()):
                self._drop(pair, reset=False)
        self._listener.close()

    def run(self) -> None:
        while not self._ended.is_set():
            with self._lock:
                pairs = {one for one in self._pairs.values() if not one.silent}
                read = [one for pair in pairs for one in (pair.client, pair.server) if pair.other(one) not in pair.waiting]
                write = [one for pair in pairs for one in pair.waiting]
            try:
                readable, writable, _ = select.select([self._listener, *read], write, [], 0.05)
            except (OSError, ValueError):
                continue  # a line was cut meanwhile
            for one in readable:
                if one is self._listener:
                    self._accept()
            with self._lock:
                for one in writable:
                    self._write(one, b"")
                for one in readable:
                    self._read(one)

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        server = socket.socket()
        try:
            server.connect(("127.0.0.1", self._target))
        except OSError:  # it is down
            server.close()
            client.close()
            return
        for one in (client, server):
            one.setblocking(False)
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._pairs[client] = self._pairs[server] = _Pair(client, server)

    def _read(self, one: socket.socket) -> None:
        pair = self._pairs.get(one)
        if pair is None or pair.silent:
            return
        try:
            data = one.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._write(pair.other(one), data)
        else:
            self._drop(pair, reset=False)

    def _write(self, one: socket.socket, data: bytes) -> None:
        pair = self._pairs.get(one)
        if pair is None:
            return
        data = pair.waiting.pop(one, b"") + data
        try:
            sent = one.send(data) if data else 0
        except BlockingIOError:
            sent = 0
        except OSError:
            self._drop(pair, reset=False)
            return
        if sent < len(data):
            pair.waiting[one] = data[sent:]

    def _drop(self, pair: _Pair, *, reset: bool) -> None:
        for one in (pair.client, pair.server):
            self._pairs.pop(one, None)
            with contextlib.suppress(OSError):
                if reset:
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            one.close()

    def _pair_of(self, client_port: int) -> _Pair | None:
        for one, pair in self._pairs.items():
            with contextlib.suppress(OSError):
                if one is pair.client and one.getpeername()[1] == client_port:
                    return pair
        return None
