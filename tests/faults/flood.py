"""Connections and nothing else, many a second."""

import socket
import threading
import time
from collections import Counter, deque

LAST = 3.0  # seconds that each is held
STEP = 0.02  # seconds


def connections(port: int, rate: int, stop: threading.Event) -> str:
    """``rate`` connections a second, some with a few bytes, each held for three seconds."""
    count: Counter[str] = Counter()
    held: deque[tuple[float, socket.socket]] = deque()
    begun = time.monotonic()
    while not stop.wait(STEP):
        while count["opened"] < (time.monotonic() - begun) * rate:
            connection = socket.socket()
            connection.setblocking(False)
            try:
                connection.connect(("127.0.0.1", port))
            except BlockingIOError:
                pass
            except OSError:
                count["refused"] += 1
            if count["opened"] % 3 == 0:
                try:
                    connection.send(b"GET / HT")
                except OSError:
                    count["without a byte"] += 1
            count["opened"] += 1
            held.append((time.monotonic(), connection))
        while held and held[0][0] < time.monotonic() - LAST:
            held.popleft()[1].close()
    took = time.monotonic() - begun
    for _, connection in held:
        connection.close()
    return f"{count['opened']} opened, {count['opened'] / took:.0f} a second, {count['refused']} refused"
