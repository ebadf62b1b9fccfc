"""The head of an HTTP request, read strictly (RFC 9112): what two programs could understand differently is refused."""

import json
import re
from dataclasses import dataclass

REQUEST_LINE = 8 * 1024  # bytes
HEADER_LINE = 16 * 1024  # bytes: cookies know no ports, so those of every service of this host come to us
HEAD = 32 * 1024  # bytes of a request line and all headers
HEADERS = 100
LENGTH_DIGITS = 15
_END = b"\r\n\r\n"

_TOKEN_BYTES = frozenset(b"!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_REQUEST_LINE = re.compile(rb"(%s) ([\x21-\x22\x24-\x7e]+) (HTTP/\d\.\d)" % _TOKEN)  # no fragment, and no byte over 127
_NAME = re.compile(_TOKEN)
_CONTROL = re.compile(rb"[^\t\x20-\x7e\x80-\xff]")
_ABSOLUTE = re.compile(r"https?://([^/?]+)(.*)", re.IGNORECASE)
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._\-]+)(?::\d{1,5})?")
_DIGITS = re.compile(r"[0-9]+")
_LOOSE_LINE_FEED = re.compile(rb"(?<!\r)\n|\r(?!\n)(?=.)", re.DOTALL)

STATUS = {
    400: "Bad Request",
    408: "Request Timeout",
    411: "Length Required",
    413: "Content Too Large",
    414: "URI Too Long",
    417: "Expectation Failed",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
    505: "HTTP Version Not Supported",
}
_CODES = {413: "too_large", 500: "internal", 503: "overloaded"}


class Refusal(Exception):
    """A request that is not understood; the connection closes after the answer, and nothing behind it is read."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Head:
    """What is asked for, and how the connection goes on."""

    method: str
    target: str  # path and query
    version: str
    headers: tuple[tuple[str, str], ...]
    length: int  # bytes of the body
    keeps: bool  # whether a further request may follow
    upgrades: bool
    expects: bool  # waits for "100 Continue" before it sends the body

    @property
    def is_socket(self) -> bool:
        """Whether it belongs to a socket of the chat, which lasts."""
        return self.target.startswith("/socket.io/")


def end_of(buffer: bytes | bytearray, searched: int = 0) -> int:
    """Where the head ends that a buffer begins with, or -1 while it is not complete; ``searched`` bytes were looked at before.

    :raises Refusal: as soon as it can be seen that it will not be one.
    """
    end = buffer.find(_END, max(0, searched - 3))
    looked = end + len(_END) if end >= 0 else len(buffer)
    if _LOOSE_LINE_FEED.search(buffer, max(0, searched - 1), looked):
        raise Refusal(400, "A line must end with CR LF, and neither may stand alone.")
    if not searched and buffer and buffer[0] not in _TOKEN_BYTES:
        raise Refusal(400, "This is no HTTP request; is it TLS? This port speaks plain HTTP.")
    line = buffer.find(b"\r\n")
    if (line if line >= 0 else looked) > REQUEST_LINE:
        raise Refusal(414, f"The request line is longer than {REQUEST_LINE} bytes.")
    if looked > HEAD:
        raise Refusal(431, f"The headers are longer than {HEAD} bytes.")
    return looked if end >= 0 else -1


def parse(raw: bytes) -> Head:
    """The head that ``raw`` is, with its empty line.

    :raises Refusal: naming what is wrong with it.
    """
    first, *lines = raw.removesuffix(_END).split(b"\r\n")
    method, target, version = _request_line(first)
    headers = _headers(lines)
    by_name: dict[str, list[str]] = {}
    for name, value in headers:
        by_name.setdefault(name.lower(), []).append(value)
    target = _path(target, _host(by_name.get("host", []), version))
    connection = {word.strip().lower() for word in ",".join(by_name.get("connection", [])).split(",")}
    return Head(
        method,
        target,
        version,
        headers,
        length=_length(by_name),
        keeps="close" not in connection and (version == "HTTP/1.1" or "keep-alive" in connection),
        upgrades="upgrade" in connection,
        expects=_expects(by_name.get("expect", []), version),
    )


def problem(status: int, detail: str, *, retry_after: int | None = None) -> bytes:
    """A whole answer (RFC 9457) after which the connection closes."""
    code = _CODES.get(status, "invalid")
    title = code.replace("_", " ").capitalize()
    told: dict[str, object] = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail}
    more = ""
    if retry_after is not None:
        told["retry_after"] = retry_after
        more = f"Retry-After: {retry_after}\r\n"
    body = json.dumps(told).encode()
    head = (
        f"HTTP/1.1 {status} {STATUS[status]}\r\nContent-Type: application/problem+json\r\nContent-Length: {len(body)}\r\n"
        f"Cache-Control: no-store\r\n{more}Connection: close\r\n\r\n"
    )
    return head.encode() + body


def _request_line(line: bytes) -> tuple[str, str, str]:
    match = _REQUEST_LINE.fullmatch(line)
    if not match:
        raise Refusal(400, "The request line must be a method, a target in ASCII and a version, with one space between them.")
    method, target, version = (part.decode("ascii") for part in match.groups())
    if version not in {"HTTP/1.0", "HTTP/1.1"}:
        raise Refusal(505, "Only HTTP/1.0 and HTTP/1.1 are understood.")
    return method, target, version


def _headers(lines: list[bytes]) -> tuple[tuple[str, str], ...]:
    if len(lines) > HEADERS:
        raise Refusal(431, f"There are more than {HEADERS} headers.")
    return tuple(_header(line) for line in lines)


def _header(line: bytes) -> tuple[str, str]:
    if len(line) > HEADER_LINE:
        raise Refusal(431, f"A header is longer than {HEADER_LINE} bytes.")
    name, colon, value = line.partition(b":")
    if not colon or not _NAME.fullmatch(name) or _CONTROL.search(value):
        raise Refusal(400, "A header must be a name, a colon right behind it, and a value without control characters, on one line.")
    return name.decode("ascii"), value.strip(b" \t").decode("latin-1")


def _host(given: list[str], version: str) -> str:
    if not given and version == "HTTP/1.0":
        return ""
    if len(given) != 1 or not _HOST.fullmatch(given[0]):
        raise Refusal(400, "There must be one Host, a name or an address, with or without a port.")
    return given[0]


def _path(target: str, host: str) -> str:
    """The path and query of a target; one with a host in it (RFC 9112, 3.2.2) must name that of the header."""
    absolute = _ABSOLUTE.fullmatch(target)
    if absolute:
        if absolute[1].lower() != host.lower():
            raise Refusal(400, "The target and the Host name two different servers.")
        target = absolute[2] if absolute[2].startswith("/") else f"/{absolute[2]}"
    if not target.startswith("/"):
        raise Refusal(400, "The target must be a path.")
    path, mark, query = target.partition("?")
    return f"/{path.lstrip('/')}{mark}{query}"  # "//host" would be another site's address where it is repeated


def _length(by_name: dict[str, list[str]]) -> int:
    if "transfer-encoding" in by_name:
        raise Refusal(411, "A body needs a Content-Length; a Transfer-Encoding is not understood.")
    given = by_name.get("content-length", [])
    if not given:
        return 0
    if len(given) > 1 or not _DIGITS.fullmatch(given[0]):
        raise Refusal(400, "There must be one Content-Length, in decimal digits.")
    if len(given[0]) > LENGTH_DIGITS:
        raise Refusal(413, "The body is too large.")
    return int(given[0])


def _expects(given: list[str], version: str) -> bool:
    if not given or version == "HTTP/1.0":
        return False
    if [value.lower() for value in given] != ["100-continue"]:
        raise Refusal(417, "Nothing but 100-continue can be expected.")
    return True
