"""Where a photo was taken, zeroed in place: its length, its picture and all else that it says stay as they are.

Pure functions over ``read(offset, length)``: nothing is decoded, every loop has an end, whatever the bytes say. The
answer is what to write where. GPS directories of EXIF and GPS properties of XMP, in JPEG, PNG, WebP, HEIC and AVIF.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Read = Callable[[int, int], bytes]

# Small pieces, as a regular expression holds the interpreter until it is through with one, and with it the hub.
PIECE = 128 * 1024  # bytes that are looked at together
WINDOW = 16 * 1024  # bytes of XMP that are looked at together
BLOCKS = 256  # blocks of EXIF or XMP in one file at most
BLOCK = 1024 * 1024  # bytes of one block that are looked at
PROPERTY = 1024  # bytes of one property, with its name
DIRECTORIES = 8  # of one EXIF block, and as many with positions
ENTRIES = 512  # of one directory
CHUNKS = 10_000  # of one PNG or WebP
ITEMS = 4096  # of one HEIC
EXTENTS = 32  # of one item
METAS = 2  # boxes of one HEIC that say where things are
PLACES = 16  # of EXIF and XMP in one HEIC: all of them may be the same megabyte
INFLATED = 256 * 1024  # bytes of packed text that are looked at

_GPS = 0x8825  # the entry of EXIF that points at the GPS directory
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_EXIF = b"Exif\0\0"
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_MORE_XMP = b"http://ns.adobe.com/xmp/extension/\0"
_MORE_HEAD = len(_MORE_XMP) + 32 + 8  # a digest, the whole length and this piece's place
_SEGMENT = re.compile(b"\xff\xe1(..)(?:" + b"|".join(map(re.escape, (_EXIF, _XMP, _MORE_XMP))) + b")", re.DOTALL)
# Bounded everywhere, so that no text makes them slow.
_ATTRIBUTE = re.compile(rb"""\bGPS[A-Za-z]{1,40}\s{0,20}=\s{0,20}("[^"]{0,500}"|'[^']{0,500}')""")
_ELEMENT = re.compile(rb"\bGPS[A-Za-z]{1,40}(?:\s[^<>]{0,60})?>([^<]{0,500})<")
_PNG = b"\x89PNG\r\n\x1a\n"
_BLANKED = b"zeRo"  # a PNG chunk that no reader knows: ancillary, private, safe to copy


@dataclass(frozen=True, slots=True)
class Patch:
    """Bytes to write at an offset of the file."""

    offset: int
    data: bytes


def patches(read: Read, size: int) -> list[Patch]:
    """What to write over a photo of ``size`` bytes so that it no longer says where it was taken."""
    head = read(0, 12)
    if head[:3] == b"\xff\xd8\xff":
        return _jpeg(read, size)
    if head[:8] == _PNG:
        return _png(read, size)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _webp(read, size)
    if head[4:8] == b"ftyp":
        return _heif(read, size)
    return []


# EXIF and XMP, as they stand in every kind of file


def exif(block: bytes) -> list[Patch]:
    """The GPS directory of an EXIF block, with or without ``Exif`` in front, and every value that it points at."""
    start = len(_EXIF) if block.startswith(_EXIF) else 0
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[start : start + 4])
    if order is None:
        return []
    tiff = block[start:]
    found = [span for directory in _gps_directories(tiff, order) for span in _directory_spans(tiff, order, directory)]
    return [Patch(start + at, bytes(length)) for at, length in _apart(found) if any(tiff[at : at + length])]


def xmp(packet: bytes) -> list[Patch]:
    """The GPS properties of an XMP packet, as attributes and as elements: their values become spaces."""
    spans: set[tuple[int, int]] = set()
    for at in range(0, len(packet) if b"GPS" in packet else 0, WINDOW):
        end = at + WINDOW + PROPERTY
        spans |= {(match.start(1) + 1, match.end(1) - 1) for match in _ATTRIBUTE.finditer(packet, at, end)}
        spans |= {match.span(1) for match in _ELEMENT.finditer(packet, at, end)}
    return [Patch(start, b" " * (end - start)) for start, end in sorted(spans) if packet[start:end].strip()]


def _apart(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Each byte of some spans once: a thousand entries may point at the same megabyte."""
    end = 0
    for at, length in sorted(spans):
        begin = max(at, end)
        if at + length > begin:
            end = at + length
            yield begin, end - begin


def _gps_directories(tiff: bytes, order: str) -> list[int]:
    at, seen, found = _number(tiff, order, "I", 4), set[int](), set[int]()
    while at and at not in seen and len(seen) < DIRECTORIES:
        seen.add(at)
        count = _number(tiff, order, "H", at)
        for entry in range(at + 2, at + 2 + 12 * min(count, ENTRIES), 12):
            if _number(tiff, order, "H", entry) == _GPS:
                found.add(_number(tiff, order, "I", entry + 8))
        at = _number(tiff, order, "I", at + 2 + 12 * count)
    return sorted(found)[:DIRECTORIES]


def _directory_spans(tiff: bytes, order: str, at: int) -> Iterator[tuple[int, int]]:
    if not 0 < at < len(tiff):
        return
    count = min(_number(tiff, order, "H", at), ENTRIES)
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        length = _SIZES.get(_number(tiff, order, "H", entry + 2), 0) * _number(tiff, order, "I", entry + 4)
        value = _number(tiff, order, "I", entry + 8)
        if length > 4 and value < len(tiff):  # noqa: PLR2004 - shorter ones stand in the entry itself
            yield value, min(length, len(tiff) - value)
    yield at, min(2 + 12 * count, len(tiff) - at)  # an empty directory is left


def _number(data: bytes, order: str, kind: str, at: int) -> int:
    """A number of a block; 0 past its end."""
    length = struct.calcsize(kind)
    return int(struct.unpack(order + kind, data[at : at + length])[0]) if 0 <= at <= len(data) - length else 0


def _moved(found: list[Patch], offset: int) -> list[Patch]:
    return [Patch(offset + patch.offset, patch.data) for patch in found]


# The kinds of files


def _jpeg(read: Read, size: int) -> list[Patch]:
    """Segments anywhere: phones put further pictures, with EXIF of their own, behind the first one."""
    found: list[Patch] = []
    further: list[tuple[int, bytes]] = []
    for at, length in _segments(read, size):
        data = read(at, length)
        if data.startswith(_MORE_XMP):
            further.append((at + _MORE_HEAD, data[_MORE_HEAD:]))
        elif data.startswith(_XMP):
            found += _moved(xmp(data), at)
        else:
            found += _moved(exif(data), at)
    return found + _split_xmp(further)


def _segments(read: Read, size: int) -> Iterator[tuple[int, int]]:
    count, overlap = 0, 4 + len(_MORE_XMP)
    for piece in range(0, size, PIECE):
        for match in _SEGMENT.finditer(read(piece, PIECE + overlap)):
            if match.start() < PIECE and count < BLOCKS:
                count += 1
                yield piece + match.start() + 4, max(0, int.from_bytes(match[1]) - 2)


def _split_xmp(pieces: list[tuple[int, bytes]]) -> list[Patch]:
    """A packet that was too long for one segment; a property may lie across two."""
    changed = bytearray(b"".join(data for _, data in pieces))
    small = xmp(bytes(changed))
    for patch in small:
        changed[patch.offset : patch.offset + len(patch.data)] = patch.data
    found: list[Patch] = []
    begin = 0
    for at, data in pieces if small else ():
        if (piece := bytes(changed[begin : begin + len(data)])) != data:
            found.append(Patch(at, piece))
        begin += len(data)
    return found


def _png(read: Read, size: int) -> list[Patch]:
    found: list[Patch] = []
    at, looked_at = len(_PNG), 0
    for _ in range(CHUNKS):
        head = read(at, 8)
        length, kind = int.from_bytes(head[:4]), head[4:]
        if len(head) < 8 or at + 12 + length > size:  # noqa: PLR2004 - a length and a name
            break
        if kind in {b"eXIf", b"iTXt", b"tEXt", b"zTXt"} and length <= BLOCK and looked_at < BLOCKS:
            looked_at += 1
            found += _png_chunk(kind, read(at + 8, length), at)
        at += 12 + length
    return found


def _png_chunk(kind: bytes, data: bytes, at: int) -> list[Patch]:
    changed = bytearray(data)
    if kind == b"eXIf":
        small = exif(data)
    elif kind == b"iTXt" and data.startswith(b"XML:com.adobe.xmp\0\0"):
        small = xmp(data)
    else:  # packed, or as hexadecimal digits: it can't be changed without changing its length, so nobody reads it any more
        small = [Patch(0, bytes(len(data)))] if _hides_position(kind, data) else []
        kind = _BLANKED
    for patch in small:
        changed[patch.offset : patch.offset + len(patch.data)] = patch.data
    check = zlib.crc32(kind + changed).to_bytes(4)
    return [Patch(at + 4, kind + bytes(changed) + check)] if small else []


def _hides_position(kind: bytes, data: bytes) -> bool:
    name, _, rest = data.partition(b"\0")
    text = rest
    if kind == b"zTXt":
        text = _inflate(rest[1:])
    elif kind == b"iTXt":
        packed, rest = rest[:1], rest[2:].partition(b"\0")[2].partition(b"\0")[2]
        text = _inflate(rest) if packed == b"\1" else rest
    if name == b"XML:com.adobe.xmp":
        return bool(xmp(text)) or len(text) >= INFLATED
    if not name.startswith(b"Raw profile type"):
        return False
    digits = text.split(b"\n", 3)[-1][: 2 * INFLATED].translate(None, b" \t\n\r\v\f")[:INFLATED]
    profile = bytes.fromhex(digits[: len(digits) & ~1].decode("ascii")) if re.fullmatch(rb"[0-9a-fA-F]*", digits) else b""
    return bool(exif(profile) or xmp(profile))


def _inflate(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, INFLATED)
    except zlib.error:
        return b""


def _webp(read: Read, size: int) -> list[Patch]:
    found: list[Patch] = []
    at = 12
    for _ in range(CHUNKS):
        head = read(at, 8)
        if len(head) < 8:  # noqa: PLR2004 - a name and a length
            break
        length = min(int.from_bytes(head[4:], "little"), size - at - 8)
        if head[:4] == b"EXIF":
            found += _moved(exif(read(at + 8, min(length, BLOCK))), at + 8)
        elif head[:4] == b"XMP ":
            found += _moved(xmp(read(at + 8, min(length, BLOCK))), at + 8)
        at += 8 + length + length % 2
    return found


def _heif(read: Read, size: int) -> list[Patch]:
    """The items of a HEIC or AVIF that hold EXIF (behind a length of four bytes) or XMP."""
    found: list[Patch] = []
    metas = 0
    for start, length, kind in _boxes(read, 0, size):
        metas += kind == b"meta"
        if kind == b"meta" and length <= BLOCK and metas <= METAS:
            for at, count, is_exif in _heif_items(read(start, length), start):
                data = read(at, min(count, BLOCK))
                skip = 4 + int.from_bytes(data[:4]) if is_exif else 0
                if is_exif and skip < len(data):
                    found += _moved(exif(data[skip:]), at + skip)
                    found += _moved(exif(data[4:]), at + 4) if skip != 4 else []  # noqa: PLR2004 - a length that lies
                elif not is_exif:
                    found += _moved(xmp(data), at)
    return found


def _boxes(read: Read, at: int, end: int) -> Iterator[tuple[int, int, bytes]]:
    for _ in range(ITEMS):
        head = read(at, 16)
        if at + 8 > end or len(head) < 8:  # noqa: PLR2004 - a length and a name
            return
        length, skip = int.from_bytes(head[:4]), 8
        if length == 1:
            length, skip = int.from_bytes(head[8:16]), 16
        length = end - at if length == 0 else length
        if length < skip:
            return
        yield at + skip, min(length, end - at) - skip, head[4:8]
        at += length


def _heif_items(meta: bytes, offset: int) -> Iterator[tuple[int, int, bool]]:
    """Where in the file each piece of EXIF (True) or XMP (False) is."""

    def within(at: int, length: int) -> bytes:
        return meta[at : at + length]

    boxes = {kind: (start, length) for start, length, kind in _boxes(within, 4, len(meta))}
    items = _item_kinds(within, *boxes.get(b"iinf", (0, 0)))
    idat = offset + boxes.get(b"idat", (0, 0))[0]
    places = _item_places(within(*boxes.get(b"iloc", (0, 0))))
    wanted = [(item, at, length, inside) for item, at, length, inside in places if item in items]
    for item, at, length, inside in wanted[:PLACES]:
        yield (idat if inside else 0) + at, length, items[item]


def _item_kinds(read: Read, start: int, length: int) -> dict[int, bool]:
    version = read(start, 1)
    found: dict[int, bool] = {}
    for at, size, kind in _boxes(read, start + (6 if version == b"\0" else 8), start + length):
        entry = read(at, min(size, 256))
        if kind != b"infe" or entry[:1] not in {b"\2", b"\3"}:
            continue
        width = 2 if entry[0] == 2 else 4  # noqa: PLR2004 - the version of the entry
        item, name = int.from_bytes(entry[4 : 4 + width]), entry[6 + width : 10 + width]
        if name == b"Exif" or (name == b"mime" and b"rdf+xml" in entry):
            found[item] = name == b"Exif"
    return found


def _item_places(iloc: bytes) -> Iterator[tuple[int, int, int, bool]]:
    """Item, place, length, and whether the place counts from the ``idat`` box."""
    if len(iloc) < 8:  # noqa: PLR2004 - its head
        return
    version = iloc[0]
    offset_size, length_size, base_size = iloc[4] >> 4, iloc[4] & 15, iloc[5] >> 4
    index_size = iloc[5] & 15 if version else 0
    wide = 4 if version > 1 else 2
    at = 6

    def take(count: int) -> int:
        nonlocal at
        at += count
        return int.from_bytes(iloc[at - count : at])

    for _ in range(min(take(wide), ITEMS)):
        item = take(wide)
        method = take(2) & 15 if version else 0
        take(2)
        base = take(base_size)
        for _ in range(min(take(2), EXTENTS)):
            take(index_size)
            place, length = take(offset_size), take(length_size)
            if at > len(iloc):
                return
            yield item, base + place, length, method == 1
