"""A file that somebody sends: how its name is shown, what its content is, and how many a message may have."""

import re
import unicodedata
from dataclasses import dataclass

NAME_LENGTH = 120  # characters
ATTACHMENTS = 10  # of one message

# What no file name may hold on some system that it may be saved on, and what hides or turns text around.
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\ud800-\udfff]')
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_ENDING = re.compile(r"\.[^.\s]{1,16}$")

OCTETS = "application/octet-stream"
IN_PLACE = {
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/avif",
    "image/bmp",
    "video/mp4",
    "video/webm",
    "audio/mpeg",
    "audio/mp4",
    "audio/ogg",
    "audio/wav",
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that was sent whole. ``size`` in bytes; ``width`` and ``height`` in pixels, upright."""

    id: int
    sha256: str
    name: str
    media_type: str
    size: int
    uploader: int
    created_at: int
    width: int | None = None
    height: int | None = None
    thumbnail: bool = False

    @property
    def kind(self) -> str:
        """image, voice, video or file, as the log tells them apart."""
        family = self.media_type.partition("/")[0]
        return {"image": "image", "video": "video", "audio": "voice"}.get(family, "file")


def clean_name(name: str) -> str:
    """A file's name as it is shown and offered for saving: close to what was sent, harmless everywhere, ending kept."""
    name = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8")))
    name = "".join(character for character in name if unicodedata.category(character) != "Cf").strip(" .")
    if not name:
        return "file"
    if _DEVICES.fullmatch(name):
        name = f"_{name}"
    if len(name) <= NAME_LENGTH:
        return name
    ending = _ENDING.search(name)
    tail = ending[0] if ending else ""
    return name[: NAME_LENGTH - len(tail)] + tail


def sniff(head: bytes) -> str:
    """The media type of a file by its first bytes: one of a short table, else octets.

    SVG, HTML, XML, PDF and scripts are octets on purpose: they are saved, never shown in place.
    """
    for start, media_type in _STARTS:
        if head.startswith(start):
            return media_type
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12], OCTETS)
    if head[4:8] == b"ftyp":
        return _FTYP.get(head[8:12], "video/mp4" if head[8:11] in {b"iso", b"mp4"} else OCTETS)
    return OCTETS


_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
)
_FTYP = {
    b"avif": "image/avif",
    b"M4A ": "audio/mp4",
    b"M4V ": "video/mp4",
    b"avc1": "video/mp4",
    b"isom": "video/mp4",
    b"iso2": "video/mp4",
    b"mp42": "video/mp4",
    b"mp41": "video/mp4",
}
