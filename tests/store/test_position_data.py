"""Where a photo was taken is zeroed, and nothing else of it changes, whatever its bytes are."""

import io
import random
import struct
import time
import zlib

import pytest
from PIL import Image

from chatweb.store import position_data
from tests.pictures import picture, png_chunk

GPS = 0x8825
PLACE = {1: "S", 2: (6.0, 12.0, 34.5678), 3: "E", 4: (106.0, 49.0, 12.3456), 29: "2026:11:25"}
PACKET = (
    b"<?xpacket begin=''?><x:xmpmeta><rdf:Description xmp:CreatorTool='Kamera' exif:GPSLatitude=\"6,12.5762S\" "
    b"exif:GPSLongitude = '106,49.2058E'><dc:title>Rumah</dc:title><exif:GPSAltitude>17/1</exif:GPSAltitude>"
    b"</rdf:Description></x:xmpmeta>"
)
SECRETS = (b"6,12.5762S", b"106,49.2058E", b"17/1", b"2026:11:25")


def exif():
    found = Image.Exif()
    found[0x010F] = "Kamera Ani"
    found[0x0112] = 6
    found.get_ifd(GPS).update(PLACE)
    found.get_ifd(0x8769)[0x9003] = "2026:11:24 10:00:00"
    return found


def cleaned(content):
    """A file after its position data are zeroed."""
    changed = bytearray(content)
    for patch in position_data.patches(lambda at, length: content[at : at + length], len(content)):
        assert patch.offset >= 0
        assert patch.offset + len(patch.data) <= len(content)
        changed[patch.offset : patch.offset + len(patch.data)] = patch.data
    return bytes(changed)


def photo(form):
    packet = {"xmp": PACKET} if form in {"JPEG", "WEBP", "HEIF"} else {}
    return picture((64, 48), form, exif=exif(), **packet)


def read(content):
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        return image.tobytes(), image.getexif()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF"])
def test_a_photo_no_longer_says_where_it_was_taken_and_is_else_as_it_was(form):
    sent = photo(form)
    pixels, before = read(sent)
    assert dict(before.get_ifd(GPS)), "for this test to mean anything"

    kept = cleaned(sent)

    assert len(kept) == len(sent)
    after_pixels, after = read(kept)
    assert after_pixels == pixels
    assert dict(after.get_ifd(GPS)) == {}
    assert [found for found in SECRETS if found in kept] == []
    for tag in (0x010F, 0x0112):
        assert after.get(tag) == before.get(tag)
    assert after.get_ifd(0x8769) == before.get_ifd(0x8769)
    assert (b"Rumah" in kept) == (b"Rumah" in sent)
    assert cleaned(kept) == kept


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF", "GIF", "BMP"])
def test_a_photo_without_a_position_is_not_touched(form):
    sent = picture((64, 48), form)

    assert cleaned(sent) == sent


@pytest.mark.parametrize("order", ["<", ">"])
def test_both_orders_of_bytes_are_read(order):
    mark = {"<": b"II*\0", ">": b"MM\0*"}[order]
    directory = struct.pack(f"{order}HHHII", 1, GPS, 4, 1, 26) + bytes(4)
    place = struct.pack(f"{order}HHHII", 1, 2, 5, 3, 44) + bytes(4) + b"\7" * 24
    block = b"Exif\0\0" + mark + struct.pack(f"{order}I", 8) + directory + place

    (changed,) = [bytes(b) for b in [_patched(block, position_data.exif(block))]]

    assert b"\7" not in changed
    assert changed[: 6 + 26] == block[: 6 + 26]


def _patched(block, patches):
    changed = bytearray(block)
    for patch in patches:
        changed[patch.offset : patch.offset + len(patch.data)] = patch.data
    return changed


def test_a_second_picture_behind_the_first_one_says_no_more_either():
    sent = picture((64, 48)) + photo("JPEG")

    assert [found for found in SECRETS if found in cleaned(sent)] == []


def test_a_long_packet_that_lies_across_two_segments_is_read_as_one():
    middle = PACKET.index(b"12.5762S")
    pieces = [PACKET[:middle], PACKET[middle:]]
    head = b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 32
    heads = [b"\xff\xe1" + struct.pack(">H", 2 + len(head) + 8 + len(piece)) + head + bytes(8) for piece in pieces]
    segments = heads[0] + pieces[0] + heads[1] + pieces[1]
    plain = picture((64, 48))
    sent = plain[:2] + segments + plain[2:]

    kept = cleaned(sent)

    assert b"12.5762S" not in kept
    assert b'GPSLatitude="  ' in kept
    assert read(kept)[0] == read(plain)[0]


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + PACKET),
        (b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(PACKET)),
        (b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(b"\nexif\n     300\n" + exif().tobytes().hex().encode())),
        (b"tEXt", b"Raw profile type exif\0\nexif\n     300\n" + exif().tobytes().hex().encode()),
    ],
    ids=["xmp", "packed-xmp", "packed-profile", "profile"],
)
def test_what_a_png_says_in_its_texts_is_taken_too(kind, data):
    plain = picture((64, 48), "PNG")
    sent = plain[:33] + png_chunk(kind, data) + plain[33:]

    kept = cleaned(sent)

    assert kept != sent
    assert len(kept) == len(sent)
    assert read(kept)[0] == read(plain)[0]
    assert b"6,12.5762S" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        image.load()
        assert dict(image.getexif().get_ifd(GPS)) == {}
        assert "6,12.5762S" not in str(image.info)


def test_a_text_of_a_png_that_says_no_place_stays():
    plain = picture((64, 48), "PNG")
    sent = plain[:33] + png_chunk(b"tEXt", b"Title\0GPS di kelas") + plain[33:]

    assert cleaned(sent) == sent


def test_ten_thousand_damaged_photos_end_in_time_and_never_past_the_file():
    dice = random.Random(4)
    photos = [photo(form) for form in ("JPEG", "PNG", "WEBP", "HEIF", "AVIF")]
    began = time.process_time()

    for count in range(10_000):
        damaged = bytearray(photos[count % len(photos)])
        for _ in range(dice.randint(1, 8)):
            damaged[dice.randrange(min(len(damaged), 1200))] = dice.choice((0, 1, 0x7F, 0xFF, dice.randrange(256)))
        cleaned(bytes(damaged[: dice.randint(1, len(damaged))]) if dice.random() < 0.2 else bytes(damaged))

    assert time.process_time() - began < 30


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xd8\xff" + b"\xff\xe1\xff\xffhttp://ns.adobe.com/xap/1.0/\0" + b"GPSa " * 2_000_000,
        b"\xff\xd8\xff" + b"\xff\xe1\xff\xffExif\0\0II*\0\x08\0\0\0" * 200_000,
        b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0eXIf\0\0\0\0" * 500_000,
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(b"\n\n\n" + b"41" * 500_000)) * 4000,
        b"RIFF\xff\xff\xff\xffWEBP" + b"EXIF\0\0\0\0" * 500_000,
        b"RIFF\xff\xff\xff\xffWEBPXMP \xff\xff\xff\x7f" + b"GPSa='" + b"GPSb " * 1_000_000,
        b"\0\0\0\x0cftypheic" + b"\0\0\0\x08meta" * 500_000,
        b"\0\0\0\x0cftypheic" + b"\x00\x20\x00\x00meta\0\0\0\0" + b"\x00\x1f\x00\x00iloc\2\0\0\0\0\0\xff\xff\xff\xff" + b"\xff" * 2_000_000,
    ],
    ids=["xmp", "exif", "png", "png-packed", "webp", "webp-xmp", "heif", "iloc"],
)
def test_what_was_made_to_take_long_does_not(content):
    began = time.process_time()

    cleaned(content)

    assert time.process_time() - began < 5


def bomb(directories, entries, size):
    """EXIF with many GPS directories, whose entries all have the whole block as their value."""
    block = bytearray(b"\1" * size)
    first = 8
    block[:first] = b"II*\0" + struct.pack("<I", first)
    links = b"".join(struct.pack("<HHII", GPS, 4, 1, size // 2 + n) for n in range(directories))
    block[first : first + len(links) + 6] = struct.pack("<H", directories) + links + bytes(4)
    for n in reversed(range(directories)):
        inside = b"".join(struct.pack("<HHII", entry, 1, size, 9) for entry in range(entries))
        block[size // 2 + n : size // 2 + n + len(inside) + 2] = struct.pack("<H", entries) + inside
    return bytes(block)


def test_entries_that_all_point_at_the_same_take_no_more_memory_than_there_is_to_zero():
    block = bomb(directories=1, entries=500, size=256 * 1024)

    found = position_data.exif(block)

    assert found
    assert sum(len(patch.data) for patch in found) <= len(block)


def test_many_directories_that_point_at_the_same_are_zeroed_once():
    block = bomb(directories=500, entries=1, size=256 * 1024)

    found = position_data.exif(block)

    assert found
    assert sum(len(patch.data) for patch in found) <= len(block)
