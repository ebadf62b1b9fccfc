"""A process for one picture: ``thumbnail_process.py PICTURE THUMBNAIL SIDE``; it prints the picture's width and height.

It limits itself before it loads a decoder: memory, processor time, wall time, no further files of size, no core, and it
lets everybody else go first.
"""

import importlib
import os
import resource
import signal
import sys

MEMORY = 600 * 1024 * 1024  # bytes
PROCESSOR = 5  # seconds
WALL = 15  # seconds
NICE = 10  # who talks goes first
WRITTEN = 8 * 1024 * 1024  # bytes
PIXELS = 50_000_000  # of the whole picture: looked at before anything is decoded
FORMATS = ["JPEG", "PNG", "GIF", "WEBP", "BMP"]
HEAD = 30  # bytes in which a WebP says how large it is

resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR))
resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
signal.alarm(WALL)
os.nice(NICE)

from PIL import Image, ImageOps  # noqa: E402 - after the limits

_SIDEWAYS = {5, 6, 7, 8}  # EXIF orientations that swap width and height
_ORIENTATION = 0x0112


def main(picture: str, thumbnail: str, side: int) -> int:
    """Make the thumbnail; 0 when it is there."""
    with open(picture, "rb") as file:  # noqa: PTH123 - a file like any other, and pathlib costs an import
        head = file.read(HEAD)
    if _announced(head) > PIXELS:
        return 1
    formats = FORMATS
    if head[4:8] == b"ftyp":
        formats = ["HEIF"]
        heif = importlib.import_module("pillow_heif")  # as long to load as all the rest
        heif.register_heif_opener(thumbnails=False)
        heif.options.DECODE_THREADS = 1
    with Image.open(picture, formats=formats) as image:
        width, height = image.size
        if width * height > PIXELS:
            return 1
        if image.getexif().get(_ORIENTATION) in _SIDEWAYS:
            width, height = height, width
        image.draft("RGB", (side, side))  # JPEG decodes a smaller picture at once
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((side, side))
        mode = "RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB"
        upright.convert(mode).save(thumbnail, "WEBP", quality=80, method=4, exif=b"", icc_profile=b"")
    print(width, height)  # noqa: T201 - that is how it answers
    return 0


def _announced(head: bytes) -> int:
    """The pixels that a WebP says it has, 0 for others: Pillow has it make room for all of them just to open it."""
    if head[:4] != b"RIFF" or len(head) < HEAD:
        return 0
    if head[12:16] == b"VP8X":
        return (int.from_bytes(head[24:27], "little") + 1) * (int.from_bytes(head[27:30], "little") + 1)
    if head[12:16] == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return ((bits & 0x3FFF) + 1) * ((bits >> 14 & 0x3FFF) + 1)
    return (int.from_bytes(head[26:28], "little") & 0x3FFF) * (int.from_bytes(head[28:30], "little") & 0x3FFF)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
