"""A process for one picture: ``thumbnail_process.py PICTURE THUMBNAIL SIDE``; it prints the picture's width and height.

It limits itself before it loads a decoder: memory, processor time, wall time, no further files of size, no core.
"""

import resource
import signal
import sys

MEMORY = 600 * 1024 * 1024  # bytes
PROCESSOR = 5  # seconds
WALL = 15  # seconds
WRITTEN = 8 * 1024 * 1024  # bytes
PIXELS = 50_000_000  # of the whole picture: looked at before anything is decoded
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP")

resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR))
resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
signal.alarm(WALL)

from PIL import Image, ImageOps  # noqa: E402 - after the limits

_SIDEWAYS = {5, 6, 7, 8}  # EXIF orientations that swap width and height
_ORIENTATION = 0x0112


def main(picture: str, thumbnail: str, side: int) -> int:
    """Make the thumbnail; 0 when it is there."""
    with Image.open(picture, formats=FORMATS) as image:
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
