"""Rules for text that people write: what may stand in it."""

import re
import unicodedata

from chatweb.chat.characters import EMOJI
from chatweb.chat.errors import Invalid

BODY_LENGTH = 4000  # characters, after trimming
REASON_LENGTH = 200  # characters

# C0 and C1 but line feed and tab, DEL, and halves of surrogate pairs, which no UTF-8 can carry.
_FORBIDDEN_IN_BODY = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
_TURNS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}  # what turns the text after it around


def parse_body(text: str, *, field: str = "body", length: int = BODY_LENGTH, may_be_empty: bool = False) -> str:
    """The text of a message as it is kept: trimmed, every line end a line feed.

    :raises Invalid: naming ``field``, when it is empty, longer than ``length`` characters, or holds control characters.
    """
    body = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not body and not may_be_empty:
        raise Invalid("error.body_empty", field=field)
    if len(body) > length:
        raise Invalid("error.body_long", field=field, limit=length)
    if _FORBIDDEN_IN_BODY.search(body):
        raise Invalid("error.body_characters", field=field)
    return body


def parse_line(text: str, *, field: str, length: int, may_be_empty: bool = False) -> str:
    """One line of text, as a room's name or topic: NFC, trimmed, single spaces.

    :raises Invalid: naming ``field``, when it is empty, longer than ``length`` characters, or holds control characters.
    """
    line = unicodedata.normalize("NFC", parse_body(_SPACES.sub(" ", text), field=field, length=length, may_be_empty=may_be_empty))
    if any(unicodedata.bidirectional(character) in _TURNS for character in line):
        raise Invalid("error.body_characters", field=field)
    return line


def parse_emoji(text: str) -> str:
    """One emoji, as Unicode recommends to write it.

    :raises Invalid: naming ``emoji``, when it is anything else.
    """
    bare = text.removesuffix("\ufe0f")
    emoji = next((one for one in (bare + "\ufe0f", bare) if one in EMOJI), None)
    if emoji is None:
        raise Invalid("error.emoji", field="emoji")
    return emoji
