"""Requests that never end: heads a byte at a time, bodies a byte at a time, answers that nobody takes."""

import itertools
import selectors
import socket
import threading
from collections import Counter

HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
BODY = b"POST /api/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n"
UPLOAD = (
    b"POST /api/attachments HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 9000000\r\n\r\n"
)
DRIBBLE = 1.0  # seconds between two bytes of everybody
CONNECT = 200  # connections opened at once


def half_requests(port: int, size: int, stop: threading.Event) -> str:
    """``size`` connections, each with half a head that goes on a byte at a time; who is cut comes again."""
    return _dribble(port, size, stop, [HEAD])


def slow_bodies(port: int, size: int, stop: threading.Event) -> str:
    """``size`` connections, each with a body that comes a byte at a time; every tenth is a file without a session."""
    return _dribble(port, size, stop, [*[BODY] * 9, UPLOAD])


def _dribble(port: int, size: int, stop: threading.Event, beginnings: list[bytes]) -> str:
    count: Counter[str] = Counter()
    open_ones: dict[int, socket.socket] = {}
    told = itertools.cycle(beginnings)
    waiter = selectors.DefaultSelector()
    most = 0
    while not stop.wait(DRIBBLE if len(open_ones) >= size else 0.01):
        for _ in range(min(CONNECT, size - len(open_ones))):
            connection = socket.create_connection(("127.0.0.1", port), timeout=5)
            connection.sendall(next(told))
            connection.setblocking(False)
            open_ones[connection.fileno()] = connection
            waiter.register(connection, selectors.EVENT_READ)
            count["opened"] += 1
        most = max(most, len(open_ones))
        for key, _ in waiter.select(0):
            descriptor = key.fd
            connection = open_ones[descriptor]
            try:
                ended = not connection.recv(4096)
            except OSError:
                ended = True
            if ended:
                waiter.unregister(connection)
                del open_ones[descriptor]
                connection.close()
                count["ended by the server"] += 1
        if len(open_ones) >= size:
            for connection in open_ones.values():
                try:
                    connection.send(b"X")
                except OSError:
                    count["bytes refused"] += 1
    for connection in open_ones.values():
        connection.close()
    return f"{most} at once, {count['opened']} opened, {count['ended by the server']} ended by the server"
