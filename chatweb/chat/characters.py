"""What Unicode says of characters: scripts, invisible ones, emoji, and what looks like what (UTS 39, UTS 51).

Everything is in ``confusables.json``, made by ``tools/confusables.py``, so that it is the same under each Python.
"""

import bisect
import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path

_TABLE = json.loads(Path(__file__).with_name("confusables.json").read_text("ascii"))

VERSION: str = _TABLE["unicode"]
COMMON = frozenset({"Zyyy", "Zinh"})  # used with every script: digits and punctuation; marks
SCRIPT_NAMES: dict[str, str] = _TABLE["script_names"]


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for span in text.split():
        first, _, last = span.partition("-")
        yield int(first, 16), int(last or first, 16)


def _text(codes: str) -> str:
    return "".join(chr(int(code, 16)) for code in codes.split())


_SCRIPTS = sorted((first, last, frozenset(used.split())) for used, spans in _TABLE["scripts"].items() for first, last in _spans(spans))
_STARTS = [first for first, _, _ in _SCRIPTS]
_IGNORABLE = frozenset(chr(code) for first, last in _spans(_TABLE["ignorable"]) for code in range(first, last + 1))
_BLANK = frozenset("\u2800")  # the braille pattern without a dot: a symbol that nobody sees
EMOJI: frozenset[str] = frozenset(map(_text, _TABLE["emoji"].split(",")))
_LONGEST_EMOJI = max(map(len, EMOJI))
LOOK_ALIKES: dict[str, str] = {
    chr(code): _text(look)
    for look, spans in _TABLE["look_alikes"].items()
    for first, last in _spans(spans)
    for code in range(first, last + 1)
}


def scripts(character: str) -> frozenset[str]:
    """The scripts that use a character; none when this version of Unicode does not know it."""
    code = ord(character)
    place = bisect.bisect_right(_STARTS, code) - 1
    if place < 0 or code > _SCRIPTS[place][1]:
        return frozenset()
    return _SCRIPTS[place][2]


def is_invisible(character: str) -> bool:
    """Whether a character shows nothing by itself (Unicode's Default_Ignorable_Code_Point)."""
    return character in _IGNORABLE or character in _BLANK


def emoji_at(text: str, index: int) -> str:
    """The longest emoji that begins at ``index``, an empty string for none; joined ones only as Unicode recommends them."""
    for length in range(min(_LONGEST_EMOJI, len(text) - index), 0, -1):
        if text[index : index + length] in EMOJI:
            return text[index : index + length]
    return ""


def skeleton(text: str) -> str:
    """What a text looks like: two texts with one skeleton can be taken for each other (UTS 39, section 4).

    The standard takes a letter apart first, so that what its table says of whole ones is never asked; here it is.
    """
    return unicodedata.normalize("NFD", _prototypes(unicodedata.normalize("NFD", _prototypes(text))))


def _prototypes(text: str) -> str:
    return "".join(LOOK_ALIKES.get(c, c) for c in text if not is_invisible(c))
