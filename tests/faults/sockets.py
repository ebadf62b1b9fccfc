"""What somebody with a session, or without one, can send over a WebSocket to hurt the others."""

import contextlib
import itertools
import json
import os
import random
import select
import socket
import struct
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator

from tests.wire import Line, LineClosed, begin_sessions, frame

PIECE = 200  # frames given to the system at once
AGAIN = 0.05  # seconds before somebody who was cut comes again


def tiny_events(port: int, size: int, stop: threading.Event) -> str:
    """``size`` tiny events of one person, as fast as the server takes them; who is cut comes again with what is left."""
    events = (frame(0x1, b'42%d["mark",{}]' % number) for number in itertools.count())
    return f"{PIECE} a piece: " + _pour(port, stop, lambda: b"".join(itertools.islice(events, PIECE)), most=size // PIECE)


def hostile_json(port: int, rate: int, stop: threading.Event) -> str:
    """Events that no program sends, ``rate`` a second: deep, unpaired, beyond all numbers."""
    texts = itertools.cycle(
        [
            b"[" * 30_000,
            b'{"a":' * 5_000,
            b'["mark",{"room":1e999}]',
            b'["mark",{"room":NaN}]',
            b'["mark",{"room":9223372036854775808}]',
            b'["post_message",{"body":"\\ud800"}]',
            b'["connect",{}]',
            b'["disconnect"]',
            b"[]",
            b"{}",
            b"null",
            b"[1]",
            b'["mark"' + b",1" * 5_000 + b"]",
        ]
    )
    return _pour(port, stop, lambda: frame(0x1, b"421" + next(texts)), rate=rate)


def malformed_frames(port: int, rate: int, stop: threading.Event) -> str:
    """Frames that are none, ``rate`` a second, each over a line of its own when the one before was cut."""
    chance = random.Random(1)

    def bad() -> bytes:
        return chance.choice(
            [
                b"\x81\x05hello",
                b"\xf1\x80\0\0\0\0",
                b"\x83\x80\0\0\0\0",
                b"\x09\x80\0\0\0\0",
                b"\x89\xfe\x01\x00",
                frame(0x1, b"\xff\xfe"),
                frame(0x2, b"x"),
                os.urandom(20),
            ]
        )

    return _pour(port, stop, bad, rate=rate)


def endless_fragments(port: int, size: int, stop: threading.Event) -> str:
    """One message in fragments of ``size`` bytes that never ends."""
    first = iter([0x1])

    def fragment() -> bytes:
        return struct.pack("!BBH", next(first, 0x0), 0x80 | 126, size) + b"\0\0\0\0" + b"x" * size

    return _pour(port, stop, fragment)


def deaf_clients(port: int, size: int, stop: threading.Event) -> str:
    """``size`` people who join and read nothing from then on."""
    lines = [Line(port, token, receive_buffer=4096) for _, token in begin_sessions(port, _names(size))]
    for line in lines:
        line.join()
    stop.wait()
    for line in lines:
        line.breaks()
    return f"{size} joined and read nothing"


def password_guesses(port: int, rate: int, stop: threading.Event) -> str:
    """Guesses at the administrator's password, ``rate`` a second."""
    statuses: Counter[int] = Counter()
    begun, sent = time.monotonic(), 0
    while not stop.wait(max(0.0, begun + sent / rate - time.monotonic())):
        sent += 1
        body = json.dumps({"password": f"salah-sekali-{sent}"}).encode()
        head = f"POST /admin/api/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(f"{head}Connection: close\r\n\r\n".encode() + body)
            statuses[int(connection.recv(4096)[9:12] or b"0")] += 1
    return f"{sent} guesses: " + ", ".join(f"{count} times {status}" for status, count in sorted(statuses.items()))


def _pour(port: int, stop: threading.Event, next_bytes: Callable[[], bytes], *, rate: float = 0, most: int = 0) -> str:
    """Send what ``next_bytes`` makes over somebody's line, reading what comes; a line that is cut is opened anew."""
    count: Counter[str] = Counter()
    tokens = _tokens(port)
    line: Line | None = None
    begun = time.monotonic()
    while not stop.is_set() and (not most or count["sent"] < most):
        if rate and stop.wait(max(0.0, begun + count["sent"] / rate - time.monotonic())):
            break
        try:
            if line is None:
                line = Line(port, next(tokens))
                line.socket.settimeout(1)
                count["lines"] += 1
            line.socket.sendall(next_bytes())
            count["sent"] += 1
            while select.select([line.socket], [], [], 0)[0]:
                if not line.socket.recv(65_536):
                    raise LineClosed
        except (OSError, AssertionError):
            count["cut"] += 1
            if line is not None:
                line.breaks()
                line = None
            stop.wait(AGAIN)
    if line is not None:
        line.breaks()
    if most and not stop.is_set():
        stop.wait()
    return f"{count['sent']} sent over {count['lines']} lines, cut {count['cut']} times"


def _tokens(port: int) -> Iterator[str]:
    """One person who comes again and again."""
    ((_, token),) = begin_sessions(port, _names(1))
    return itertools.repeat(token)


def _names(count: int) -> list[str]:
    return [f"Tamu {uuid.uuid4().hex[:10]}" for _ in range(count)]
