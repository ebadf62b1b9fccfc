"""What a search looks for: words, their beginnings, and parts of words from three characters on; accents and case don't count."""

import re
import unicodedata

from chatweb.chat.errors import Invalid

LENGTH = 100  # characters of a search
WORDS = 10
PART = 3  # characters from which on a word is found inside of another one
SNIPPET = 160  # characters
BEFORE = 50  # characters of a snippet before what was found

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def parse_query(text: str) -> tuple[str, ...]:
    """The words of a search, as ``fold`` makes them.

    :raises Invalid: naming ``q``, when it is too long or has too many words.
    """
    words = tuple(dict.fromkeys(fold(_CONTROLS.sub(" ", text)).split()))
    if len(text) > LENGTH or len(words) > WORDS:
        raise Invalid("error.query_long", field="q", limit=LENGTH, words=WORDS)
    return words


def fold(text: str) -> str:
    """Text without regard to case, width and accents."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(character for character in parts if not unicodedata.combining(character))


def matches(folded: str, words: tuple[str, ...]) -> bool:
    """Whether every one of ``words`` is in a text that was folded."""
    return all(_place(folded, word) >= 0 for word in words)


def snippet(text: str, words: tuple[str, ...]) -> str:
    """The piece of a text around the first of ``words``, on one line; plain text."""
    line = " ".join(text.split())
    folded = fold(line)
    places = [place for place in (_place(folded, word) for word in words) if place >= 0]
    # Where folding changes the length, near enough is enough.
    place = min(places, default=0) * len(line) // max(1, len(folded))
    begin = max(0, min(place - BEFORE, len(line) - SNIPPET))
    piece = line[begin : begin + SNIPPET].strip()
    return ("…" if begin else "") + piece + ("…" if begin + SNIPPET < len(line) else "")


def _place(folded: str, word: str) -> int:
    if len(word) >= PART or not word.isalnum():
        return folded.find(word)
    found = re.search(rf"(?<!\w){re.escape(word)}", folded)
    return found.start() if found else -1
