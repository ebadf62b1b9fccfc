"""Requests that two programs could understand differently, or that are too large: a table, and mutations of it."""

import random
import re
import select
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

MARK = b"/smuggled-by-a-test"  # the path of the request that must never be understood
BEHIND = b"GET " + MARK + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
WAIT = 20  # seconds
SEPARATORS = b'()<>@,;\\"/[]?={} \t'
FORM = b'{"nickname":""}'
_STATUS = re.compile(rb"HTTP/1\.1 \d{3} [A-Z]")
ACCEPTED = 0  # any answer of the application, and the connection goes on


@dataclass(frozen=True, slots=True)
class Case:
    """What is sent, and with which status the door refuses it."""

    name: str
    raw: bytes
    status: int


def request(
    first: bytes = b"GET /api/service HTTP/1.1", *lines: bytes, host: bytes | None = b"Host: 127.0.0.1", body: bytes = b""
) -> bytes:
    return b"\r\n".join([first, *([] if host is None else [host]), *lines, b"", b""]) + body


def post(*lines: bytes, body: bytes = FORM) -> bytes:
    return request(b"POST /api/session HTTP/1.1", b"Content-Type: application/json", *lines, body=body)


def cases() -> list[Case]:
    found = [*_lines(), *_headers(), *_lengths(), *_encodings(), *_hosts(), *_expectations(), *_sizes(), *_accepted()]
    assert len({case.name for case in found}) == len(found), "each has a name of its own"
    return found


def _lines() -> Iterator[Case]:
    bad = [
        b"GET /api/service",
        b"GET",
        b"/api/service",
        b"GET  /api/service HTTP/1.1",
        b"GET /api/service  HTTP/1.1",
        b"GET\t/api/service HTTP/1.1",
        b"GET /api/service HTTP/1.1 ",
        b" GET /api/service HTTP/1.1",
        b"GET /api/ service HTTP/1.1",
        b"GET /api/service HTTP/1.1\x00",
        b"GET /\x00 HTTP/1.1",
        b"GET /\xc3\xa9 HTTP/1.1",
        b"GET /a#b HTTP/1.1",
        b"GET /\x7f HTTP/1.1",
        b"G\xc3\x89T / HTTP/1.1",
        b"GE(T / HTTP/1.1",
        b"GET / http/1.1",
        b"GET / HTTP/1",
        b"GET / HTTP/1.1.1",
        b"GET / HTTP/11",
        b"GET / HTTP/+1.1",
        b"GET / HTTP/1.x",
        b"GET / HTTPS/1.1",
        b"GET / HTTP /1.1",
        b"GET api HTTP/1.1",
        b"GET * HTTP/1.1",
        b"OPTIONS * HTTP/1.1",
        b"CONNECT 127.0.0.1:80 HTTP/1.1",
        b"GET ftp://127.0.0.1/ HTTP/1.1",
        b"GET http://other.example/ HTTP/1.1",
        b"GET http://127.0.0.1:81/ HTTP/1.1",
        b"GET http:///api HTTP/1.1",
        b"GET / HTTP/1.1\rX: y",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
        b"{}",
        b'"',
        b"GET / HTTP/1.\xb9",
    ]
    yield from (Case(f"line {line!r}", request(line), 400) for line in bad)
    yield from (
        Case(f"line {line!r}", request(line), 505) for line in (b"GET / HTTP/2.0", b"GET / HTTP/0.9", b"PRI * HTTP/2.0", b"GET / HTTP/1.2")
    )
    yield Case("two empty lines before it", b"\r\n\r\n" + request(), 400)
    yield Case("a line feed before it", b"\n" + request(), 400)
    yield Case("line feeds alone", request().replace(b"\r\n", b"\n"), 400)
    yield Case("one line feed alone", request(b"GET /api/service HTTP/1.1", b"A: b\nC: d"), 400)
    yield Case("the last line feed alone", request().removesuffix(b"\r\n") + b"\n", 400)


def _headers() -> Iterator[Case]:
    for byte in [*range(0x20), 0x7F]:
        if chr(byte) != "\t":
            yield Case(f"value with byte {byte:#x}", request(b"GET /api/service HTTP/1.1", b"X-A: b%cc" % byte), 400)
    for byte in SEPARATORS:
        yield Case(f"name with {chr(byte)!r}", request(b"GET /api/service HTTP/1.1", b"X%cA: b" % byte), 400)
    bad = [
        b"Name : value",
        b"Name\t: value",
        b": value",
        b"no colon",
        b" folded: x",
        b"\tfolded",
        b"X\xc3\xa9: y",
        b"Content-Length : 5",
        b"X\x00: y",
        b"X\r: y",
    ]
    yield from (Case(f"header {line!r}", request(b"GET /api/service HTTP/1.1", line), 400) for line in bad)
    yield Case("a folded header", request(b"GET /api/service HTTP/1.1", b"X-A: b\r\n c"), 400)
    yield Case("a folded length", post(b"Content-Length:\r\n 15"), 400)
    yield Case("a first header that begins with a space", request(b"GET / HTTP/1.1", host=b" Host: 127.0.0.1"), 400)


def _lengths() -> Iterator[Case]:
    bad = [
        b"+15",
        b"-1",
        b"1_5",
        b"0x0f",
        b"15.0",
        b"1e1",
        b"",
        b"15,15",
        b"15, 15",
        b"15 15",
        b"15;",
        b'"15"',
        b"\xb2",
        b"\xd9\xa1",
        b"0b1",
        b"15\x0b",
        b" 15 x",
        b"--5",
        b"abc",
    ]
    yield from (Case(f"length {value!r}", post(b"Content-Length: " + value), 400) for value in bad)
    yield Case("two lengths", post(b"Content-Length: 15", b"Content-Length: 5"), 400)
    yield Case("the same length twice", post(b"Content-Length: 15", b"Content-Length: 15"), 400)
    yield Case("the length twice in other letters", post(b"Content-Length: 15", b"content-length: 0"), 400)
    yield Case("a length of 19 digits", post(b"Content-Length: 9223372036854775808"), 413)


def _encodings() -> Iterator[Case]:
    body = b"5\r\n{    \r\n0\r\n\r\n"
    for value in (
        b"chunked",
        b"Chunked",
        b"identity",
        b"gzip",
        b"gzip, chunked",
        b"chunked, chunked",
        b"xchunked",
        b"chunked;q=1",
        b"",
        b'"chunked"',
        b"chunked ,",
        b"\xc3\xa9",
    ):
        yield Case(f"encoding {value!r}", post(b"Transfer-Encoding: " + value, body=body), 411)
    yield Case("encoding and length", post(b"Content-Length: 4", b"Transfer-Encoding: chunked", body=body), 411)
    yield Case("length and encoding", post(b"Transfer-Encoding: chunked", b"Content-Length: 4", body=body), 411)
    yield Case("two encodings", post(b"Transfer-Encoding: identity", b"transfer-encoding: chunked", body=body), 411)
    yield Case("encoding of HTTP/1.0", request(b"POST /api/session HTTP/1.0", b"Transfer-Encoding: chunked", body=body), 411)
    yield Case("encoding without a body", request(b"GET /api/service HTTP/1.1", b"Transfer-Encoding: chunked"), 411)
    yield Case("chunk line of letters", post(b"Transfer-Encoding: chunked", body=b"zz\r\n"), 411)
    yield Case("encoding behind a tab", post(b"Transfer-Encoding:\tchunked", body=body), 411)
    yield Case("encoding behind a control", post(b"Transfer-Encoding: \x0bchunked", body=body), 400)
    yield Case("encoding with a space before the colon", post(b"Transfer-Encoding : chunked", body=body), 400)


def _hosts() -> Iterator[Case]:
    yield Case("no host", request(host=None), 400)
    yield Case("two hosts", request(b"GET /api/service HTTP/1.1", b"Host: 127.0.0.1"), 400)
    yield Case("two different hosts", request(b"GET /api/service HTTP/1.1", b"host: jahat.example"), 400)
    bad = [
        b"",
        b"a b",
        b"127.0.0.1/",
        b"x@127.0.0.1",
        b"127.0.0.1:",
        b"127.0.0.1:x",
        b"127.0.0.1:123456",
        b"127.0.0.1,127.0.0.1",
        b"[::1",
        b"::1",
        b"127.0.0.1:80:80",
        b"a?b",
        b"a#b",
        b"\xc3\xa9",
        b"http://127.0.0.1",
        b"a%00",
    ]
    yield from (Case(f"host {value!r}", request(host=b"Host: " + value), 400) for value in bad)


def _expectations() -> Iterator[Case]:
    for value in (b"200-ok", b"100-continue, x", b"", b"100-continue;a=b"):
        yield Case(f"expects {value!r}", post(b"Content-Length: 15", b"Expect: " + value), 417)
    yield Case("expects twice", post(b"Content-Length: 15", b"Expect: 100-continue", b"Expect: 100-continue"), 417)


def _sizes() -> Iterator[Case]:
    yield Case("a long target", request(b"GET /" + b"a" * 8192 + b" HTTP/1.1"), 414)
    yield Case("a long method", request(b"G" * 9000 + b" / HTTP/1.1"), 414)
    yield Case("a line without an end", b"GET /" + b"a" * 30_000, 414)
    yield Case("a long header", request(b"GET /api/service HTTP/1.1", b"X-A: " + b"b" * 17_000), 431)
    yield Case("long headers", request(b"GET /api/service HTTP/1.1", *[b"X-%d: " % n + b"b" * 8_000 for n in range(5)]), 431)
    yield Case("101 headers", request(b"GET /api/service HTTP/1.1", *[b"X-%d: b" % n for n in range(100)]), 431)
    yield Case("headers without an end", b"GET /api/service HTTP/1.1\r\n" + b"X-A: b\r\n" * 6_000, 431)
    yield Case("a body that is refused and not read", post(b"Content-Length: 70000", body=b"x" * 70_000), 413)


def _accepted() -> Iterator[Case]:
    plain = [
        request(),
        b"\r\n" + request(),
        request(b"HEAD /api/service HTTP/1.1"),
        request(b"GET //api/service HTTP/1.1"),
        request(b"GET /?a=1&b[]={} HTTP/1.1"),
        request(b"GET http://127.0.0.1/api/service HTTP/1.1"),
        request(b"GET HTTP://127.0.0.1?a HTTP/1.1"),
        request(host=b"Host:127.0.0.1"),
        request(host=b"HOST: \t 127.0.0.1:55000 \t"),
        request(host=b"Host: [::1]:80"),
        request(host=b"Host: localhost"),
        request(b"GET /api/service HTTP/1.1", b"X-A:"),
        request(b"GET /api/service HTTP/1.1", b"X-A: b\tc \xc3\xa9"),
        request(b"GET /api/service HTTP/1.1", b"!#$%&'*+-.^_`|~9: b"),
        request(b"GET /api/service HTTP/1.1", b"X_A: b"),
        post(b"Content-Length: 15"),
        post(b"content-length:015"),
        post(b"Content-Length: 0", body=b""),
        post(b"Content-Length: 60000", body=b"x" * 60_000),
        request(b"GET /api/service HTTP/1.1", b"Content-Length: 5", body=b"GET /"),
        request(b"BREW /api/service HTTP/1.1"),
        request(b"GET /api/service HTTP/1.0", b"Connection: keep-alive", host=b"Host: 127.0.0.1"),
        request(b"GET /api/service HTTP/1.1", b"Connection: Keep-Alive, X-A"),
        request(b"GET /%2e%2e/%00 HTTP/1.1"),
    ]
    yield from (Case(f"accepted {number}", raw, ACCEPTED) for number, raw in enumerate(plain))


def mutations(seed: int) -> Iterator[bytes]:
    """For ever: a request of the table with some bytes changed, moved, doubled or put in."""
    chance = random.Random(seed)
    table = [case.raw for case in cases() if len(case.raw) < 2_000]
    seasoning = [
        b"\r",
        b"\n",
        b"\r\n",
        b"\0",
        b" ",
        b"\t",
        b":",
        b",",
        b"Content-Length: 5\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Host: a\r\n",
        b"\r\n\r\n",
        b"\x0b",
        b"\xa0",
    ]
    while True:
        raw = bytearray(chance.choice(table))
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(raw) + 1)
            what = chance.randrange(5)
            if what == 0:
                raw[at:at] = chance.choice(seasoning)
            elif what == 1:
                raw[at : at + chance.randint(1, 8)] = b""
            elif what == 2:
                raw[at : at + 1] = bytes([chance.randrange(256)])
            elif what == 3:
                raw[at:at] = raw[at : at + chance.randint(1, 40)]
            else:
                raw[at : at + 1] = raw[at : at + 1].swapcase()
        yield bytes(raw)


def mutated_requests(port: int, rate: int, stop: threading.Event) -> str:
    """``rate`` requests of the table a second, damaged, each with another one behind it."""
    begun, sent = time.monotonic(), 0
    statuses: Counter[int] = Counter()
    for raw in mutations(1):
        if stop.wait(max(0.0, begun + sent / rate - time.monotonic())):
            break
        sent += 1
        statuses.update(status for status, _ in send(port, raw + BEHIND, half_close=True))
    told = ", ".join(f"{count} times {status}" for status, count in sorted(statuses.items()))
    return f"{sent} sent, {sent / (time.monotonic() - begun):.0f} a second; {told}"


def send(port: int, raw: bytes, *, half_close: bool = False) -> list[tuple[int, bytes]]:
    """Send bytes, and answer every answer until the server closes: its status, and all of it."""
    answer = bytearray()
    until = time.monotonic() + WAIT
    with socket.create_connection(("127.0.0.1", port), timeout=WAIT) as connection:
        connection.setblocking(False)
        rest = memoryview(raw)
        while True:
            readable, writable, _ = select.select([connection], [connection] if rest else [], [], max(0.0, until - time.monotonic()))
            assert readable or writable, f"neither an answer nor an end in {WAIT} s, but {bytes(answer[:200])!r}"
            if writable:
                try:
                    rest = rest[connection.send(rest) :]
                except ConnectionError:
                    rest = rest[:0]
                if not rest and half_close:
                    try:
                        connection.shutdown(socket.SHUT_WR)
                    except OSError:
                        break
            if readable:
                try:
                    piece = connection.recv(65_536)
                except ConnectionError:
                    break
                if not piece:
                    break
                answer += piece
    return answers(bytes(answer))


def answers(text: bytes) -> list[tuple[int, bytes]]:
    """The answers that stand one behind the other, without those that only say "go on"."""
    begins = [match.start() for match in _STATUS.finditer(text)]
    pieces = [text[begin:end] for begin, end in zip(begins, [*begins[1:], len(text)], strict=False)]
    return [(int(piece[9:12]), piece) for piece in pieces if not piece.startswith(b"HTTP/1.1 100 ")]
