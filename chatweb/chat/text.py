"""Rules for text that people write: what may stand in it, and what makes two names the same."""

import re
import unicodedata

from chatweb.chat.errors import Invalid

BODY_LENGTH = 4000  # characters, after trimming
NICKNAME_LENGTH = 32  # characters, after trimming
NICKNAME_BYTES = 128  # UTF-8
REASON_LENGTH = 200  # characters

# C0 and C1 but line feed and tab, DEL, and halves of surrogate pairs, which no UTF-8 can carry.
_FORBIDDEN_IN_BODY = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
_TURNS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}  # what turns the text after it around
_SURROGATE = re.compile("[\ud800-\udfff]")

ZERO_WIDTH_JOINER = "\u200d"
VARIATION_SELECTOR = "\ufe0f"
_EMOJI_JOINTS = {ZERO_WIDTH_JOINER, VARIATION_SELECTOR}
_NAME_CATEGORIES = {"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd", "So", "Sk", "Pd", "Po", "Pc", "Ps", "Pe", "Pi", "Pf", "Zs"}
_NAME_SYMBOLS = {"+", "=", "~", "^", "|", "$"}
# Unicode's Default_Ignorable_Code_Point outside Cf, with which names that look empty or equal are made, and the
# braille pattern without a dot, which is a symbol that nobody sees.
_IGNORABLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]")


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


def parse_nickname(text: str) -> str:
    """The nickname as it is shown: NFC, trimmed, single spaces.

    :raises Invalid: naming ``nickname``, when it breaks the rules of the contract.
    """
    if _SURROGATE.search(text):
        raise Invalid("error.nickname_characters", field="nickname")
    nickname = unicodedata.normalize("NFC", _SPACES.sub(" ", text).strip())
    if not nickname:
        raise Invalid("error.nickname_empty", field="nickname")
    if len(nickname) > NICKNAME_LENGTH or len(nickname.encode()) > NICKNAME_BYTES:
        raise Invalid("error.nickname_long", field="nickname", limit=NICKNAME_LENGTH)
    for index, character in enumerate(nickname):
        if not _may_stand_in_name(nickname, index, character):
            raise Invalid("error.nickname_characters", field="nickname")
    if not any(unicodedata.category(c)[0] in "LN" or unicodedata.category(c) == "So" for c in nickname):
        raise Invalid("error.nickname_letters", field="nickname")
    return nickname


def nickname_key(nickname: str) -> str:
    """What is unique about a nickname: without regard to case, width and invisible characters.

    NFKC, casefold and NFKC again, as Unicode's caseless identifier matching does (UAX 31), without default-ignorables.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", nickname).casefold())
    visible = "".join(c for c in folded if unicodedata.category(c) != "Cf")
    return _SPACES.sub(" ", _IGNORABLE.sub("", visible)).strip()


def _may_stand_in_name(nickname: str, index: int, character: str) -> bool:
    if character in _EMOJI_JOINTS:
        before = nickname[index - 1] if index else ""
        return bool(before) and (unicodedata.category(before) in {"So", "Sk"} or before in _EMOJI_JOINTS or before in "#*0123456789")
    if _IGNORABLE.match(character):
        return False
    if unicodedata.category(character) == "Zs":
        return character == " "
    return unicodedata.category(character) in _NAME_CATEGORIES or character in _NAME_SYMBOLS
