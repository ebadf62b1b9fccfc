"""The reader of WebSocket frames, the opening of one, and what waits: pure, without a socket."""

import time

import pytest

from chatweb.live import frames, opening
from chatweb.live.strangers import FROM_AN_ADDRESS, IN_ALL, Strangers
from chatweb.live.waits import Waits

MASK = b"\x37\xfa\x21\x3d"
LIMIT = 64 * 1024


def sent(opcode, payload=b"", *, final=True, bits=0, mask=MASK):
    """A frame of a client."""
    size = len(payload)
    head = bytes([(0x80 if final else 0) | bits << 4 | opcode])
    if size < 126:
        head += bytes([0x80 | size])
    elif size < 1 << 16:
        head += b"\xfe" + size.to_bytes(2, "big")
    else:
        head += b"\xff" + size.to_bytes(8, "big")
    return head + mask + frames.unmask(payload, mask)


def read(reader, *pieces):
    """All frames that are in ``pieces``."""
    found = []
    for piece in pieces:
        reader.receive(piece)
        while (frame := reader.next()) is not None:
            found.append(frame)
    return found


@pytest.mark.parametrize("size", [0, 1, 3, 4, 5, 125, 126, 65_535, 65_536])
def test_a_frame_is_unmasked_as_a_loop_would_do_it(size):
    data = bytes(number * 7 % 256 for number in range(size))

    assert frames.unmask(data, MASK) == bytes(byte ^ MASK[at % 4] for at, byte in enumerate(data))


def test_the_largest_message_is_unmasked_in_a_fraction_of_what_a_loop_takes():
    data = bytes(LIMIT)

    began = time.process_time()
    for _ in range(10):
        frames.unmask(data, MASK)
    ours = (time.process_time() - began) / 10
    began = time.process_time()
    b"".join(bytes((data[at] ^ MASK[at % 4],)) for at in range(LIMIT))  # eventlet's
    loop = time.process_time() - began

    assert ours * 10 < loop


def test_a_frame_may_come_byte_by_byte():
    whole = sent(frames.TEXT, "Selamat pagi, 日本 🌋".encode() * 20)

    found = read(frames.Reader(LIMIT), *(bytes([byte]) for byte in whole))

    assert found == [(frames.TEXT, "Selamat pagi, 日本 🌋" * 20)]


def test_text_that_is_none_is_refused_before_its_frame_is_whole():
    reader = frames.Reader(LIMIT)
    whole = sent(frames.TEXT, b"good" + b"\xed\xa0\x80" + b"x" * 1000)
    reader.receive(whole[: 8 + 7])  # its head, the good part, and a surrogate

    with pytest.raises(frames.Broken) as broken:
        reader.next()

    assert broken.value.code == frames.INVALID_TEXT


def test_a_message_that_is_too_large_is_refused_at_its_head():
    reader = frames.Reader(100)
    reader.receive(sent(frames.TEXT, b"x" * 101)[:8])

    with pytest.raises(frames.Broken) as broken:
        reader.next()

    assert broken.value.code == frames.TOO_BIG


def test_fragments_count_together():
    reader = frames.Reader(100)

    with pytest.raises(frames.Broken) as broken:
        read(reader, sent(frames.TEXT, b"x" * 60, final=False), sent(frames.CONTINUATION, b"x" * 41))

    assert broken.value.code == frames.TOO_BIG


@pytest.mark.parametrize("size", [0, 1])
def test_endless_fragments_end(size):
    reader = frames.Reader(LIMIT)
    first = [sent(frames.TEXT, b"x" * size, final=False)] + [sent(frames.CONTINUATION, b"x" * size, final=False)] * 15
    assert read(reader, *first) == [(frames.CONTINUATION, b"")] * 16

    reader.receive(sent(frames.CONTINUATION, b"x" * size))
    with pytest.raises(frames.Broken) as broken:
        reader.next()

    assert broken.value.code == frames.TOO_BIG


def test_each_step_gives_one_frame_so_that_a_flood_of_them_can_be_interrupted():
    reader = frames.Reader(LIMIT)
    reader.receive(sent(frames.PONG) * 1000 + sent(frames.TEXT, b"a", final=False))

    found = [reader.next() for _ in range(1001)]

    assert found == [(frames.PONG, b"")] * 1000 + [(frames.CONTINUATION, b"")]
    assert reader.next() is None


def test_the_reader_tells_what_a_frame_took_on_the_wire():
    reader = frames.Reader(LIMIT)
    small, large = sent(frames.TEXT, b"hi"), sent(frames.TEXT, b"x" * 1000)

    taken = [reader.taken for piece in (small, large[:500], large[500:]) if read(reader, piece)]

    assert taken == [len(small), len(large)]


def test_what_is_under_way_is_told():
    reader = frames.Reader(LIMIT)
    assert not reader.under_way

    read(reader, sent(frames.TEXT, b"a", final=False))
    assert reader.under_way
    read(reader, sent(frames.PING))
    assert reader.under_way
    assert not reader.between
    read(reader, sent(frames.CONTINUATION, b"b"))
    assert not reader.under_way
    assert reader.between
    read(reader, sent(frames.PING)[:3])
    assert reader.under_way
    assert reader.between


def test_the_bound_may_change_while_a_message_is_under_way():
    reader = frames.Reader(10)
    read(reader, sent(frames.TEXT, b"x" * 10, final=False))
    reader.limit = 20

    assert read(reader, sent(frames.CONTINUATION, b"x" * 10)) == [(frames.TEXT, "x" * 20)]


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_a_frame_of_the_server_is_unmasked_and_says_its_size_in_the_shortest_way(size):
    whole = frames.frame(frames.TEXT, b"x" * size)

    head = {0: 2, 125: 2, 126: 4, 65_535: 4, 65_536: 10}[size]
    assert len(whole) == head + size
    assert whole[0] == 0x81
    assert not whole[1] & 0x80


# The opening

REQUEST = {
    "REQUEST_METHOD": "GET",
    "HTTP_UPGRADE": "websocket",
    "HTTP_CONNECTION": "keep-alive, Upgrade",
    "HTTP_SEC_WEBSOCKET_VERSION": "13",
    "HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ==",
}


def test_an_opening_is_answered_as_the_standard_says():
    assert opening.objection(REQUEST) is None
    assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in opening.answer(REQUEST)


def test_no_extension_is_agreed_to():
    answer = opening.answer({**REQUEST, "HTTP_SEC_WEBSOCKET_EXTENSIONS": "permessage-deflate"})

    assert b"extension" not in answer.lower()


WRONG = {
    "another method": {"REQUEST_METHOD": "POST"},
    "no upgrade": {"HTTP_UPGRADE": ""},
    "an upgrade to something else": {"HTTP_UPGRADE": "h2c"},
    "a connection that is not upgraded": {"HTTP_CONNECTION": "keep-alive"},
    "no key": {"HTTP_SEC_WEBSOCKET_KEY": ""},
    "a key of 15 bytes": {"HTTP_SEC_WEBSOCKET_KEY": "AAAAAAAAAAAAAAAAAAAA"},
    "a key that is no base64": {"HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ=!"},
    "a key with other letters": {"HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZÖ=="},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_opening_is_refused(wrong):
    status, headers, body = opening.objection({**REQUEST, **WRONG[wrong]})

    assert status == "400 Bad Request"
    assert ("Connection", "close") in headers
    assert body.startswith(b"This is no WebSocket of chatweb: ")


@pytest.mark.parametrize("version", ["", "0", "7", "8", "12", "14", "013", "13, 8", "hixie-76"])
def test_only_version_13_is_spoken(version):
    status, headers, _body = opening.objection({**REQUEST, "HTTP_SEC_WEBSOCKET_VERSION": version})

    assert status == "426 Upgrade Required"
    assert ("Sec-WebSocket-Version", "13") in headers


def test_an_opening_of_hixie_76_is_refused():
    hixie = {"HTTP_SEC_WEBSOCKET_KEY1": "4 @1  46546xW%0l 1 5", "HTTP_SEC_WEBSOCKET_KEY2": "12998 5 Y3 1  .P00"}
    request = {"REQUEST_METHOD": "GET", "HTTP_UPGRADE": "WebSocket", "HTTP_CONNECTION": "Upgrade", **hixie}

    assert opening.objection(request)[0] == "426 Upgrade Required"


# Waits, and strangers


def test_waits_end_in_the_order_that_they_began():
    over = []
    waits = Waits(5, over.append)
    for at, one in enumerate(["ani", "budi", "cici"]):
        waits.add(one, now=at)
    waits.discard("budi")
    waits.add("ani", now=3)  # begins anew

    assert waits.next_due == 7
    assert waits.take_due(now=6.9, at_most=10) == 0
    assert waits.take_due(now=7, at_most=10) == 1
    assert waits.take_due(now=100, at_most=10) == 1
    assert over == ["cici", "ani"]
    assert waits.next_due is None


def test_no_more_waits_end_at_once_than_others_can_bear():
    over = []
    waits = Waits(5, over.append)
    for number in range(10):
        waits.add(number, now=0)

    assert waits.take_due(now=5, at_most=4) == 4
    assert over == [0, 1, 2, 3]


def test_one_address_holds_no_more_than_its_share_of_sockets_without_a_session():
    strangers = Strangers()
    assert all(strangers.admit(number, "10.0.0.1") for number in range(FROM_AN_ADDRESS))

    assert not strangers.admit("one more", "10.0.0.1")
    assert strangers.admit("a neighbour", "10.0.0.2")
    strangers.discard(0)
    assert strangers.admit("one more", "10.0.0.1")


def test_no_more_than_a_thousand_sockets_are_without_a_session():
    strangers = Strangers()
    assert all(strangers.admit(number, f"10.0.0.{number % 8}") for number in range(IN_ALL))

    assert not strangers.admit("one more", "10.1.0.0")
    strangers.discard("never seen")
    assert not strangers.admit("one more", "10.1.0.0")
    for number in range(IN_ALL):
        strangers.discard(number)
    assert len(strangers) == 0
    assert strangers.admit("one more", "10.1.0.0")
