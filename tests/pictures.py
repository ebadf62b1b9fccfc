"""Pictures for tests: sound ones, and ones that were made to hurt."""

import io
import struct
import zlib

import pillow_heif
from PIL import Image


def picture(size=(1000, 600), form="JPEG", **options):
    if form == "HEIF":
        pillow_heif.register_heif_opener()
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, form, **options)
    return file.getvalue()


def bomb(side=13376):
    """A lossless WebP whose pixels cost no bit at all: 34 bytes that Pillow takes 2.7 GiB for."""
    codes = bytes.fromhex("888808")  # no transform, no cache, five codes of one symbol each
    data = b"\x2f" + struct.pack("<I", (side - 1) | (side - 1) << 14) + codes + bytes(6)
    return b"RIFF" + struct.pack("<I", 12 + len(data)) + b"WEBPVP8L" + struct.pack("<I", len(data)) + data


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def lying_png(width=60_000, height=60_000):
    """A PNG that says it is large, and ends there."""
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
