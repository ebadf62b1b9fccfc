"""What a client may do to a WebSocket, and what must come of it: a table after Autobahn's sections 1 to 7 and 10.

The numbers are Autobahn's where the case is; the suite itself runs on Python 2 only. Where chatweb is stricter (text only,
16 fragments, 64 kB), what is expected is ours. Cases of the section "own" are not in Autobahn.
"""

from dataclasses import dataclass, field

MASK = b"\x37\xfa\x21\x3d"
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
LIMIT = 64 * 1024


@dataclass
class Case:
    number: str
    about: str
    sends: list[bytes]  # each is a piece that is written to the line by itself
    texts: list[bytes] = field(default_factory=list)  # that must arrive
    pongs: list[bytes] = field(default_factory=list)  # that must be answered
    code: int | None = None  # of the close frame that ends it; None: it goes on
    on_wire: bool = True  # false: what arrives would be no packet of Engine.IO

    def __str__(self):
        return f"{self.number} {self.about}"


def frame(opcode, payload=b"", *, final=True, bits=0, mask=MASK, size=None):
    """A frame of a client; ``size`` may lie about its payload, as two, four or ten bytes do."""
    head = bytes([(0x80 if final else 0) | bits << 4 | opcode])
    masked = 0x80 if mask else 0
    count = len(payload)
    if size is not None:
        head += bytes([masked | size[0]]) + size[1:]
    elif count < 126:
        head += bytes([masked | count])
    elif count < 1 << 16:
        head += bytes([masked | 126]) + count.to_bytes(2, "big")
    else:
        head += bytes([masked | 127]) + count.to_bytes(8, "big")
    return head + mask + (bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload)) if mask else payload)


def chopped(data, size=1):
    return [data[at : at + size] for at in range(0, len(data), size)]


KOSME = "κόσμε".encode()
GREETING = "Hello-µ@ßöäüàá-UTF-8!!".encode()

VALID = {
    "6.5.1": KOSME,
    "6.6.2": b"\xce\xba",
    "6.6.5": b"\xce\xba\xe1\xbd\xb9",
    "6.6.7": b"\xce\xba\xe1\xbd\xb9\xcf\x83",
    "6.6.9": b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc",
    "6.6.11": b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5",
    "6.7.1": b"\x00",
    "6.7.2": b"\xc2\x80",
    "6.7.3": b"\xe0\xa0\x80",
    "6.7.4": b"\xf0\x90\x80\x80",
    "6.9.1": b"\x7f",
    "6.9.2": b"\xdf\xbf",
    "6.9.3": b"\xef\xbf\xbf",
    "6.9.4": b"\xf4\x8f\xbf\xbf",
    "6.11.1": b"\xed\x9f\xbf",
    "6.11.2": b"\xee\x80\x80",
    "6.11.3": b"\xef\xbf\xbd",
    "6.11.4": b"\xf4\x8f\xbf\xbf",
    **{
        f"6.22.{number}": chr(point).encode()  # not characters, and valid all the same
        for number, point in enumerate([plane << 16 | low for plane in range(17) for low in (0xFFFE, 0xFFFF)], 1)
    },
    **{f"6.23.{number}": chr(point).encode() for number, point in enumerate(range(0xFFF9, 0x10000), 1)},
}
INVALID = {
    "6.3.1": KOSME + b"\xed\xa0\x80edited",
    "6.6.1": b"\xce",
    "6.6.3": b"\xce\xba\xe1",
    "6.6.4": b"\xce\xba\xe1\xbd",
    "6.6.6": b"\xce\xba\xe1\xbd\xb9\xcf",
    "6.6.8": b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce",
    "6.6.10": b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce",
    "6.8.1": b"\xf8\x88\x80\x80\x80",
    "6.8.2": b"\xfc\x84\x80\x80\x80\x80",
    "6.10.1": b"\xf7\xbf\xbf\xbf",
    "6.10.2": b"\xfb\xbf\xbf\xbf\xbf",
    "6.10.3": b"\xfd\xbf\xbf\xbf\xbf\xbf",
    "6.11.5": b"\xf4\x90\x80\x80",
    **{f"6.12.{number}": (b"\x80\xbf" * 4)[:number] for number in range(1, 8)},
    "6.12.8": bytes(range(0x80, 0xC0)),
    **{
        f"6.13.{number}": b"".join(bytes([first]) + b" " for first in firsts)
        for number, firsts in enumerate([range(0xC0, 0xE0), range(0xE0, 0xF0), range(0xF0, 0xF8), range(0xF8, 0xFC), range(0xFC, 0xFE)], 1)
    },
    **{
        f"6.14.{number}": sequence
        for number, sequence in enumerate(
            [
                b"\xc0",
                b"\xe0\x80",
                b"\xf0\x80\x80",
                b"\xf8\x80\x80\x80",
                b"\xfc\x80\x80\x80\x80",
                b"\xdf",
                b"\xef\xbf",
                b"\xf7\xbf\xbf",
                b"\xfb\xbf\xbf\xbf",
                b"\xfd\xbf\xbf\xbf\xbf",
            ],
            1,
        )
    },
    "6.15.1": b"\xc0\xe0\x80\xf0\x80\x80\xf8\x80\x80\x80\xfc\x80\x80\x80\x80\xdf\xef\xbf\xf7\xbf\xbf\xfb\xbf\xbf\xbf\xfd\xbf\xbf\xbf\xbf",
    "6.16.1": b"\xfe",
    "6.16.2": b"\xff",
    "6.16.3": b"\xfe\xfe\xff\xff",
    "6.17.1": b"\xc0\xaf",
    "6.17.2": b"\xe0\x80\xaf",
    "6.17.3": b"\xf0\x80\x80\xaf",
    "6.17.4": b"\xf8\x80\x80\x80\xaf",
    "6.17.5": b"\xfc\x80\x80\x80\x80\xaf",
    "6.18.1": b"\xc1\xbf",
    "6.18.2": b"\xe0\x9f\xbf",
    "6.18.3": b"\xf0\x8f\xbf\xbf",
    "6.18.4": b"\xf8\x87\xbf\xbf\xbf",
    "6.18.5": b"\xfc\x83\xbf\xbf\xbf\xbf",
    "6.19.1": b"\xc0\x80",
    "6.19.2": b"\xe0\x80\x80",
    "6.19.3": b"\xf0\x80\x80\x80",
    "6.19.4": b"\xf8\x80\x80\x80\x80",
    "6.19.5": b"\xfc\x80\x80\x80\x80\x80",
    **{
        f"6.20.{number}": point
        for number, point in enumerate(
            [b"\xed\xa0\x80", b"\xed\xad\xbf", b"\xed\xae\x80", b"\xed\xaf\xbf", b"\xed\xb0\x80", b"\xed\xbe\x80", b"\xed\xbf\xbf"], 1
        )
    },
    **{
        f"6.21.{number}": high + low
        for number, (high, low) in enumerate(
            [
                (high, low)
                for high in (b"\xed\xa0\x80", b"\xed\xad\xbf", b"\xed\xae\x80", b"\xed\xaf\xbf")
                for low in (b"\xed\xb0\x80", b"\xed\xbf\xbf")
            ],
            1,
        )
    },
}


def cases(before=b"", after=b""):
    """All cases; each text begins and ends so that it means something to whoever takes it."""
    found = []

    def case(number, about, sends, **expected):
        found.append(Case(number, about, sends, **expected))

    def whole(content):
        return before + content + after

    def message(*parts):
        """A text in so many fragments, each a frame of its own."""
        parts = [*parts]
        parts[0], parts[-1] = before + parts[0], parts[-1] + after
        last = len(parts) - 1
        return [frame(CONTINUATION if at else TEXT, part, final=at == last) for at, part in enumerate(parts)]

    def begin(part=b"fragment"):
        return frame(TEXT, before + part, final=False)

    def end(part=b"fragment"):
        return frame(CONTINUATION, part + after)

    hello = whole(b"Hello, world!")
    good = frame(TEXT, hello)
    padding = len(before) + len(after)

    # 1: framing
    case("1.1.1", "a text of 0 bytes", [frame(TEXT)], texts=[b""], on_wire=False)
    for number, size in enumerate([125, 126, 127, 128, 65_535, 65_536], 2):
        text = whole(b"*" * (size - padding))
        case(f"1.1.{number}", f"a text of {size} bytes", [frame(TEXT, text)], texts=[text])
    text = whole(b"*" * (65_536 - padding))
    case("1.1.8", "a text of 65536 bytes, in chops of 997", chopped(frame(TEXT, text), 997), texts=[text])
    for number, size in enumerate([0, 125, 126, 127, 128, 65_535, 65_536], 1):
        case(f"1.2.{number}", f"a binary message of {size} bytes", [frame(BINARY, b"\xfe" * size)], code=1003)
    case("1.2.8", "a binary message in chops", chopped(frame(BINARY, b"\xfe" * 65_536), 997)[:3], code=1003)

    # 2: pings and pongs
    case("2.1", "a ping without payload", [frame(PING)], pongs=[b""])
    case("2.2", "a ping with a text", [frame(PING, b"Hello, world!")], pongs=[b"Hello, world!"])
    case("2.3", "a ping with bytes", [frame(PING, b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff")], pongs=[b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff"])
    case("2.4", "a ping of 125 bytes", [frame(PING, b"\xfe" * 125)], pongs=[b"\xfe" * 125])
    case("2.5", "a ping of 126 bytes", [frame(PING, b"\xfe" * 126)], code=1002)
    case("2.6", "a ping of 125 bytes, byte by byte", chopped(frame(PING, b"\xfe" * 125)), pongs=[b"\xfe" * 125])
    case("2.7", "a pong that nobody asked for", [frame(PONG)])
    case("2.8", "a pong that nobody asked for, with payload", [frame(PONG, b"unsolicited")])
    case("2.9", "such a pong, then a ping", [frame(PONG, b"unsolicited"), frame(PING, b"ping")], pongs=[b"ping"])
    ten = [b"payload-%d" % number for number in range(10)]
    case("2.10", "ten pings at once", [b"".join(frame(PING, one) for one in ten)], pongs=ten)
    case("2.11", "ten pings, byte by byte", chopped(b"".join(frame(PING, one) for one in ten)), pongs=ten)

    # 3: reserved bits
    case("3.1", "bit 3 in a text", [frame(TEXT, hello, bits=1)], code=1002)
    case("3.2", "bit 2 in the second text", [good + frame(TEXT, hello, bits=2) + frame(PING)], texts=[hello], code=1002)
    case("3.3", "bits 2 and 3, frame by frame", [good, frame(TEXT, hello, bits=3), frame(PING)], texts=[hello], code=1002)
    case("3.4", "bit 1, byte by byte", [*chopped(good), *chopped(frame(TEXT, hello, bits=4))], texts=[hello], code=1002)
    case("3.5", "bits 1 and 3 in a binary message", [frame(BINARY, b"\x00\xff", bits=5)], code=1002)
    case("3.6", "bits 1 and 2 in a ping", [frame(PING, b"Hello", bits=6)], code=1002)
    case("3.7", "all bits in a close", [frame(CLOSE, b"\x03\xe8", bits=7)], code=1002)

    # 4: opcodes
    for section, opcodes in ((1, range(3, 8)), (2, range(11, 16))):
        for number, opcode in enumerate(opcodes, 1):
            payload = b"" if number % 2 else b"reserved opcode payload"
            case(f"4.{section}.{number}", f"opcode {opcode}", [frame(opcode, payload)], code=1002)
            case(f"4.{section}.{number}b", f"opcode {opcode} after a text", [good, frame(opcode), frame(PING)], texts=[hello], code=1002)

    # 5: fragments
    two = whole(b"fragment1fragment2")
    parts = message(b"fragment1", b"fragment2")
    case("5.1", "a ping in fragments", [frame(PING, b"fragment1", final=False), frame(CONTINUATION, b"fragment2")], code=1002)
    case("5.2", "a pong in fragments", [frame(PONG, b"fragment1", final=False), frame(CONTINUATION, b"fragment2")], code=1002)
    case("5.3", "a text in two fragments", [b"".join(parts)], texts=[two])
    case("5.4", "frame by frame", parts, texts=[two])
    case("5.5", "byte by byte", chopped(b"".join(parts)), texts=[two])
    pinged = [parts[0], frame(PING, b"ping"), parts[1]]
    case("5.6", "a ping between two fragments", [b"".join(pinged)], texts=[two], pongs=[b"ping"])
    case("5.7", "frame by frame", pinged, texts=[two], pongs=[b"ping"])
    case("5.8", "byte by byte", chopped(b"".join(pinged)), texts=[two], pongs=[b"ping"])
    for number, final in (("5.9", True), ("5.12", False)):
        orphan = frame(CONTINUATION, b"non-continuation payload", final=final)
        case(number, "a fragment of nothing, then a text", [orphan + good], code=1002)
        case(number + "b", "frame by frame", [orphan, good], code=1002)
        case(number + "c", "byte by byte", chopped(orphan + good), code=1002)
    case(
        "5.15", "a fragment behind a whole message", [*parts, frame(CONTINUATION, b"fragment3", final=False), good], texts=[two], code=1002
    )
    case("5.16", "a fragment of nothing in front", [frame(CONTINUATION, b"fragment1", final=False), *parts], code=1002)
    case("5.17", "a last fragment of nothing in front", [frame(CONTINUATION, b"fragment1"), *parts], code=1002)
    case("5.18", "a text inside a text", [begin(), good], code=1002)
    five = [b"fragment%d" % number for number in range(1, 6)]
    mixed = message(*five)
    between = [*mixed[:2], frame(PING, b"pongme 1!"), *mixed[2:4], frame(PING, b"pongme 2!"), mixed[4]]
    case("5.19", "five fragments and two pings", [b"".join(between)], texts=[whole(b"".join(five))], pongs=[b"pongme 1!", b"pongme 2!"])
    case("5.20", "frame by frame", between, texts=[whole(b"".join(five))], pongs=[b"pongme 1!", b"pongme 2!"])
    case("5.21", "a binary message inside a text", [begin(), frame(BINARY, b"\x00")], code=1002)

    # 6: UTF-8
    case("6.1.1", "a text without bytes", [frame(TEXT)], texts=[b""], on_wire=False)
    case("6.1.2", "a text of three fragments without bytes", [b"".join(message(b"", b"", b""))], texts=[whole(b"")])
    case("6.1.3", "one of them has bytes", [b"".join(message(b"", b"middle frame payload", b""))], texts=[whole(b"middle frame payload")])
    case("6.2.1", "a valid text", [frame(TEXT, whole(GREETING))], texts=[whole(GREETING)])
    case("6.2.2", "in two fragments, between characters", message(GREETING[:12], GREETING[12:]), texts=[whole(GREETING)])
    case("6.2.3", "in fragments of two bytes, inside characters", message(*chopped(GREETING, 2)), texts=[whole(GREETING)])
    case("6.2.4", "a valid text, byte by byte in fragments", message(*chopped(KOSME)), texts=[whole(KOSME)])
    surrogate = KOSME + b"\xed\xa0\x80"
    case("6.3.2", "a text that is none, byte by byte in fragments", message(*chopped(surrogate)), code=1007)
    case(
        "6.4.1",
        "the fragment after a bad one does not count",
        [begin(KOSME), frame(CONTINUATION, b"\xf4\x90\x80\x80", final=False)],
        code=1007,
    )
    case(
        "6.4.2",
        "also when it breaks in the middle of a character",
        [begin(KOSME + b"\xf4"), frame(CONTINUATION, b"\x90", final=False)],
        code=1007,
    )
    case(
        "6.4.3",
        "the rest of a frame is not waited for",
        [frame(TEXT, whole(KOSME) + b"\xf4\x90\x80\x80" + b"x" * 125)[: 8 + len(whole(KOSME)) + 4]],
        code=1007,
    )
    for number, text in VALID.items():
        case(number, f"{text.hex()} is text", [frame(TEXT, whole(text))], texts=[whole(text)])
    for number, text in INVALID.items():
        case(number, f"{text.hex()} is none", [frame(TEXT, before + text)], code=1007)
        case(number + "b", f"{text.hex()} in fragments is none", [begin(text[:1]), frame(CONTINUATION, text[1:])], code=1007)

    # 7: closing
    normal = frame(CLOSE, b"\x03\xe8")
    case("7.1.1", "a text and a close", [good, normal], texts=[hello], code=1000)
    case("7.1.2", "two closes", [normal + normal], code=1000)
    case("7.1.3", "a ping after the close", [normal + frame(PING)], code=1000)
    case("7.1.4", "a text after the close", [normal + good], code=1000)
    case("7.1.5", "a close inside a message, whose rest follows", [begin() + normal + end()], code=1000)
    case("7.1.6", "a message of 256 KiB and a close", [frame(TEXT, b"*" * (LIMIT + 1))[:1000]], code=1009)
    case("7.3.1", "a close without payload", [frame(CLOSE)], code=1000)
    case("7.3.2", "a close with half a code", [frame(CLOSE, b"\x03")], code=1002)
    case("7.3.3", "a close with a code", [normal], code=1000)
    case("7.3.4", "a close with a reason", [frame(CLOSE, b"\x03\xe8Hello World!")], code=1000)
    case("7.3.5", "the longest reason", [frame(CLOSE, b"\x03\xe8" + b"*" * 123)], code=1000)
    case("7.3.6", "a reason that is too long", [frame(CLOSE, b"\x03\xe8" + b"*" * 124)], code=1002)
    case(
        "7.5.1",
        "a reason that is no text",
        [frame(CLOSE, b"\x03\xe8\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80edited")],
        code=1007,
    )
    for number, code in enumerate([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999], 1):
        case(f"7.7.{number}", f"close code {code}", [frame(CLOSE, code.to_bytes(2, "big"))], code=code)
    for number, code in enumerate([0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535], 1):
        case(f"7.9.{number}", f"close code {code} may not be sent", [frame(CLOSE, code.to_bytes(2, "big"))], code=1002)

    # 10: fragments of a large message
    large = b"*" * (LIMIT - padding)
    case("10.1.1", "65536 bytes in 16 fragments", message(*chopped(large, -(-len(large) // 16))), texts=[whole(large)])
    case("10.1.1b", "65536 bytes in fragments of 1300", message(*chopped(large, 1300))[:17], code=1009)

    # Ours
    case("own.1", "a frame without a mask", [frame(TEXT, hello, mask=b"")], code=1002)
    case("own.2", "a ping without a mask", [frame(PING, mask=b"")], code=1002)
    case(
        "own.3",
        "a size in two bytes that one would hold",
        [frame(TEXT, hello, size=bytes([126]) + len(hello).to_bytes(2, "big"))],
        code=1002,
    )
    case(
        "own.4",
        "a size in eight bytes that two would hold",
        [frame(TEXT, hello, size=bytes([127]) + len(hello).to_bytes(8, "big"))],
        code=1002,
    )
    case("own.5", "a negative size", [frame(TEXT, size=b"\x7f" + b"\xff" * 8)], code=1002)
    case("own.6", "a size of exabytes", [frame(TEXT, size=b"\x7f\x7f" + b"\xff" * 7)], code=1009)
    case("own.7", "one byte more than may be", [frame(TEXT, b"*" * (LIMIT + 1))[:14]], code=1009)
    case("own.8", "one byte more, in the second fragment", [begin(b"*"), frame(CONTINUATION, b"*" * LIMIT)[:14]], code=1009)
    case("own.9", "16 fragments", message(*([b"*"] * 16)), texts=[whole(b"*" * 16)])
    case("own.10", "17 fragments", message(*([b"*"] * 17)), code=1009)
    case("own.11", "endless fragments without bytes", [begin(b"")] + [frame(CONTINUATION, final=False)] * 16, code=1009)
    case("own.12", "a mask of zeros", [frame(TEXT, hello, mask=bytes(4))], texts=[hello])
    case("own.13", "a ping whose size is written in two bytes", [frame(PING, b"x", size=b"\x7e\x00\x01")], code=1002)
    case("own.14", "33 pongs and a ping", [frame(PONG) * 33 + frame(PING, b"here")], pongs=[b"here"])
    return found
