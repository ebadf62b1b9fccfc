"""A file that somebody sends: how its name is shown, what its content is, and how many a message may have."""

import re
import unicodedata
from dataclasses import dataclass

NAME_LENGTH = 120  # characters
ATTACHMENTS = 10  # of one message

# What no file name may hold on some system that it may be saved on, line and paragraph separators, halves of surrogate pairs.
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f\u2028\u2029/\\:*?"<>|\ud800-\udfff]')
# Unicode's Default_Ignorable_Code_Point outside Cf (which has the bidi controls): nobody sees them.
_IGNORABLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]")
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3]) *(\..*)?")
_ENDING = re.compile(r"\.[^.\s]{1,16}$")

OCTETS = "application/octet-stream"
IN_PLACE = {
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/avif",
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
    name = name.encode("utf-8", "replace").decode("utf-8")
    visible = "".join(character for character in _IGNORABLE.sub("", name) if unicodedata.category(character) != "Cf")
    name = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", visible)).strip(" .")
    if not name:
        return "file"
    if _DEVICES.fullmatch(name):
        name = f"_{name}"
    if len(name) <= NAME_LENGTH:
        return name
    ending = _ENDING.search(name)
    tail = ending[0] if ending else ""
    return name[: NAME_LENGTH - len(tail)].rstrip(" .") + tail


def sniff(head: bytes) -> str:
    """The media type of a file by its first bytes: one of a short table, else octets.

    SVG, HTML, XML, PDF and scripts are octets on purpose: they are saved, never shown in place.
    """
    for start, media_type in _STARTS:
        if head.startswith(start):
            return media_type
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12], OCTETS)
    if head[:4] == b"\x1aE\xdf\xa3":  # the same container holds what browsers don't play
        return "video/webm" if b"webm" in head else OCTETS
    if head[:2] == b"BM" and head[6:10] == bytes(4):  # two letters alone also begin a text
        return "image/bmp"
    if head[4:8] == b"ftyp":
        return _of_brand(head)
    return OCTETS


def _of_brand(head: bytes) -> str:
    brand, others = head[8:12], head[16:]
    if brand in {b"mif1", b"msf1"}:  # a picture of some kind: the compatible brands say which
        return "image/avif" if b"avif" in others else "image/heic" if b"hei" in others else OCTETS
    return _FTYP.get(brand, "video/mp4" if brand[:3] in {b"iso", b"mp4"} else OCTETS)


_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
)
_FTYP = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"heim": "image/heic",
    b"heis": "image/heic",
    b"M4A ": "audio/mp4",
    b"M4V ": "video/mp4",
    b"avc1": "video/mp4",
    b"isom": "video/mp4",
    b"iso2": "video/mp4",
    b"mp42": "video/mp4",
    b"mp41": "video/mp4",
}
