"""WebSocket frames (RFC 6455) without a socket: what a client may send is bounded before it is kept, and text is checked as it comes."""

import codecs
import struct

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
FRAGMENTS = 16  # of one message at most
CONTROL_BYTES = 125  # of a close, ping or pong at most (5.5)

NORMAL, GOING_AWAY, PROTOCOL_ERROR, UNSUPPORTED, INVALID_TEXT, POLICY, TOO_BIG = 1000, 1001, 1002, 1003, 1007, 1008, 1009

_FINAL = _MASKED = 0x80
_RESERVED = 0x70
_OPCODE = 0x0F
_SIZE = 0x7F
_TWO, _EIGHT = 126, 127  # the sizes that say in how many bytes the size follows
_CODES = {1000, 1001, 1002, 1003, *range(1007, 1015)}  # the registered ones that may be sent; 3000 to 4999 are free
_decoder = codecs.getincrementaldecoder("utf-8")

Frame = tuple[int, str | bytes]


class Broken(Exception):
    """What came breaks the protocol or its bounds: the connection can only be closed, with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Reader:
    """Takes the bytes of one client as they come, and gives frame by frame what they say."""

    __slots__ = ("_at", "_buffer", "_decode", "_final", "_fragments", "_left", "_mask", "_parts", "_size", "limit", "taken")

    def __init__(self, limit: int) -> None:
        """``limit``: bytes of a message at most; it may be changed at any time."""
        self.limit = limit
        self.taken = 0  # bytes of the frame that was given last, as it came
        self._buffer = b""
        self._at = 0  # how far the buffer is read
        self._parts: list[str] | None = None  # of the message under way
        self._decode = _decoder()
        self._size = self._fragments = 0  # of the message under way
        self._left = 0  # bytes of a data frame that are still to come
        self._mask = b""
        self._final = False

    def receive(self, data: bytes) -> None:
        """Take what came; ``next`` gives what is in it."""
        self._buffer = self._buffer[self._at :] + data if self._at < len(self._buffer) else data
        self._at = 0

    def next(self) -> Frame | None:  # noqa: PLR0911 - the one hot path, kept flat
        """Take one frame: the text of a message that is whole with it, what a control frame carries, or a bare CONTINUATION.

        None: more has to come first.

        :raises Broken: and from then on it must not be asked again.
        """
        if self._left:
            return self._more()
        buffer, at = self._buffer, self._at
        have = len(buffer) - at
        if have < 2:  # noqa: PLR2004 - the head of a frame
            return None
        first, second = buffer[at], buffer[at + 1]
        size = second & _SIZE
        self._check(first, second, size)
        begin = at + 6
        if size >= _TWO:
            width = 2 if size == _TWO else 8
            begin += width
            if have < 2 + width:
                return None
            size = _long(buffer[at + 2 : at + 2 + width])
        opcode = first & _OPCODE
        if opcode < CLOSE and self._size + size > self.limit:
            raise Broken(TOO_BIG, f"more than {self.limit} bytes in a message")
        end = begin + size
        if end > len(buffer):
            return self._begin(first, begin, size) if opcode < CLOSE and begin <= len(buffer) else None
        self._at, self.taken = end, end - at
        payload = unmask(buffer[begin:end], buffer[begin - 4 : begin])
        if opcode >= CLOSE:
            return opcode, payload
        if first & _FINAL and self._parts is None:  # nearly all there is
            return TEXT, _text(payload)
        self._enter(size)
        return self._take(payload, final=bool(first & _FINAL))

    @property
    def between(self) -> bool:
        """Whether no message is under way, not even in fragments."""
        return self._parts is None

    @property
    def under_way(self) -> bool:
        """Whether a part of a frame or message has come, when ``next`` has given all that is whole."""
        return self._parts is not None or self._at < len(self._buffer)

    def _check(self, first: int, second: int, size: int) -> None:
        opcode = first & _OPCODE
        if first & _RESERVED:
            raise Broken(PROTOCOL_ERROR, "a reserved bit without an extension")
        if not second & _MASKED:
            raise Broken(PROTOCOL_ERROR, "a frame without a mask")
        if opcode >= CLOSE:
            if opcode > PONG:
                raise Broken(PROTOCOL_ERROR, "a reserved opcode")
            if not first & _FINAL or size > CONTROL_BYTES:
                raise Broken(PROTOCOL_ERROR, "a control frame in fragments or of more than 125 bytes")
        elif opcode > BINARY:
            raise Broken(PROTOCOL_ERROR, "a reserved opcode")
        elif (opcode == CONTINUATION) == (self._parts is None):
            raise Broken(PROTOCOL_ERROR, "a fragment of no message, or a message inside another one")
        elif opcode == BINARY:
            raise Broken(UNSUPPORTED, "text only")

    def _begin(self, first: int, begin: int, size: int) -> Frame | None:
        """Take a data frame of which a part is there: its text is checked as it comes."""
        self._enter(size)
        self.taken = begin - self._at + size
        self._left, self._mask, self._final = size, self._buffer[begin - 4 : begin], bool(first & _FINAL)
        self._at = begin
        return self._more()

    def _more(self) -> Frame | None:
        part = self._buffer[self._at : self._at + self._left]
        if not part:
            return None
        self._at += len(part)
        self._left -= len(part)
        turn = len(part) % 4
        payload, self._mask = unmask(part, self._mask), self._mask[turn:] + self._mask[:turn]
        if not self._left:
            return self._take(payload, final=self._final)
        self._check_text(payload)
        return None

    def _enter(self, size: int) -> None:
        """Count a frame of a message that does not come as one whole frame."""
        if self._parts is None:
            self._parts = []
        self._size += size
        self._fragments += 1
        if self._fragments > FRAGMENTS:
            raise Broken(TOO_BIG, f"a message in more than {FRAGMENTS} fragments")

    def _take(self, payload: bytes, *, final: bool) -> Frame:
        parts = self._check_text(payload, final=final)
        if not final:
            return CONTINUATION, b""
        self._parts, self._size, self._fragments = None, 0, 0
        return TEXT, "".join(parts)

    def _check_text(self, payload: bytes, *, final: bool = False) -> list[str]:
        assert self._parts is not None  # noqa: S101 - a message is under way
        try:
            self._parts.append(self._decode.decode(payload, final))
        except UnicodeDecodeError as error:
            raise Broken(INVALID_TEXT, "text that is no UTF-8") from error
        return self._parts


def unmask(data: bytes, mask: bytes) -> bytes:
    """Data as it was before a client masked it (5.3), or the other way: one XOR of big integers, 72 times as fast as a loop."""
    size = len(data)
    key = mask * (size // 4) + mask[: size % 4]
    return (int.from_bytes(data, "little") ^ int.from_bytes(key, "little")).to_bytes(size, "little")


def close_code(payload: bytes) -> int:
    """The code to answer a close frame with: its own.

    :raises Broken: for a code that may not be sent, or a reason that is no text.
    """
    if not payload:
        return NORMAL
    code = int.from_bytes(payload[:2], "big")
    if len(payload) < 2 or (code not in _CODES and not 3000 <= code < 5000):  # noqa: PLR2004 - 7.4
        raise Broken(PROTOCOL_ERROR, "a close code that may not be sent")
    _text(payload[2:])
    return code


def frame(opcode: int, payload: bytes) -> bytes:
    """A whole frame of a server, unmasked."""
    size = len(payload)
    if size < _TWO:
        head = struct.pack("!BB", _FINAL | opcode, size)
    elif size < 1 << 16:
        head = struct.pack("!BBH", _FINAL | opcode, _TWO, size)
    else:
        head = struct.pack("!BBQ", _FINAL | opcode, _EIGHT, size)
    return head + payload


def close_frame(code: int, reason: str = "") -> bytes:
    """A close frame; the reason is for people who look into a trace, in ASCII."""
    return frame(CLOSE, struct.pack("!H", code) + reason.encode("ascii"))


def _text(payload: bytes) -> str:
    try:
        return payload.decode()
    except UnicodeDecodeError as error:
        raise Broken(INVALID_TEXT, "text that is no UTF-8") from error


def _long(written: bytes) -> int:
    """A size that stands in two or eight bytes of its own; a smaller one must not (5.2)."""
    size = int.from_bytes(written, "big")
    least = _TWO if len(written) == 2 else 1 << 16  # noqa: PLR2004
    if size < least or size >= 1 << 63:
        raise Broken(PROTOCOL_ERROR, "a size that is not written in the shortest way")
    return size
