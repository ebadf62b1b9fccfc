"""Nicknames: what may stand in one, and which are the same, or look so."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from chatweb.chat import characters
from chatweb.chat.characters import COMMON, SCRIPT_NAMES, emoji_at, is_invisible, skeleton
from chatweb.chat.errors import Invalid

NICKNAME_LENGTH = 32  # characters, after trimming; in UTF-8 at most 128 bytes
MARKS = 2  # on one base at most: Vietnamese and Thai need two, a tower of them hides the lines above
KEY_LENGTH = 255  # of what is kept of a name to compare it
ALWAYS_RESERVED = ("Admin", "Administrator", "chatweb")

_SPACES = re.compile(r"\s+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NO_LETTERS = re.compile(r"[\W_]+")
_IN_NAMES = {"Mn", "Mc", "Nd"}  # marks and digits; a mark that encloses is for keycaps alone
# ASCII's but what HTML is made of, and what people write in the languages that have more.
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;=?@[\\]^_`{|}~¡¿·•…‘’‚“”„«»‹›–—′″´¨§¶°،؛؟।॥׳״、。「」『』【】〈〉《》〜・！？，．：；（）～")  # noqa: RUF001
# Scripts that are written together (UTS 39, "highly restrictive"): Japanese, Chinese with phonetic signs, Korean.
_TOGETHER = (
    frozenset({"Latn", "Hani", "Hira", "Kana"}),
    frozenset({"Latn", "Hani", "Bopo"}),
    frozenset({"Latn", "Hani", "Hang"}),
)


def parse_nickname(text: str) -> str:
    """The nickname as it is shown: NFC, trimmed, single spaces.

    :raises Invalid: naming ``nickname`` and, where one is at fault, the character, when it breaks the rules of the contract.
    """
    if found := _SURROGATE.search(text):
        raise _refused("error.nickname_character", found[0])
    nickname = unicodedata.normalize("NFC", _SPACES.sub(" ", text).strip())
    if not nickname:
        raise Invalid("error.nickname_empty", field="nickname")
    if len(nickname) > NICKNAME_LENGTH:
        raise Invalid("error.nickname_long", field="nickname", limit=NICKNAME_LENGTH)
    plain, emoji = _without_emoji(nickname)
    for character in plain:
        _check_character(character)
    _check_marks(plain)
    _check_scripts(plain)
    if not emoji and not any(unicodedata.category(c)[0] in "LN" for c in plain):
        raise Invalid("error.nickname_letters", field="nickname")
    return nickname


def nickname_key(nickname: str) -> str:
    """What is the same about a nickname however it is typed: without regard to case, width and invisible characters.

    NFKC, casefold and NFKC again, as Unicode's caseless identifier matching does (UAX 31), without default-ignorables.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", nickname).casefold())
    visible = "".join(c for c in folded if not is_invisible(c) and unicodedata.category(c) != "Cf")
    return _short(_SPACES.sub(" ", visible).strip())


def nickname_looks(nickname: str) -> frozenset[str]:
    """What a nickname looks like; no two people's may have one in common.

    There are up to three, for ``ivan`` is Ivan by its letters, and ``lvan`` by its looks: the skeleton of the folded name,
    and the folded skeletons of the name as it is shown, also where NFKC would make another letter of one (a long s
    looks like an f).
    """
    shown = {skeleton(nickname), skeleton(unicodedata.normalize("NFKC", nickname))}
    return frozenset(nickname_key(look) for look in (skeleton(nickname_key(nickname)), *shown))


class ReservedNames:
    """The names that nobody may take, nor anything that looks like them, with signs and numbers or without."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._looks = frozenset(look for name in (*ALWAYS_RESERVED, *names) for look in _bare_looks(name))

    def check(self, nickname: str) -> None:
        """Let a name through.

        :raises Invalid: when it is reserved.
        """
        if self._looks & (_bare_looks(nickname) | _bare_looks(nickname.rstrip("0123456789 "))):
            raise Invalid("error.nickname_reserved", field="nickname", nickname=nickname)


def _bare_looks(name: str) -> frozenset[str]:
    return nickname_looks(_NO_LETTERS.sub("", unicodedata.normalize("NFKC", name))) - {""}


def _without_emoji(nickname: str) -> tuple[str, bool]:
    """A name with a space for each emoji, and whether there was one."""
    plain, index, found = "", 0, False
    while index < len(nickname):
        emoji = emoji_at(nickname, index)
        found = found or bool(emoji)
        plain += " " if emoji else nickname[index]
        index += len(emoji) or 1
    return plain, found


def _check_character(character: str) -> None:
    category = unicodedata.category(character)
    if is_invisible(character) or category == "Cf":
        raise _refused("error.nickname_invisible", character)
    known = bool(characters.scripts(character))
    if character != " " and not (known and (category[0] == "L" or category in _IN_NAMES)) and character not in _PUNCTUATION:
        raise _refused("error.nickname_character", character)


def _check_marks(plain: str) -> None:
    """Marks that take no room of their own are counted; one that does (an Indic vowel sign) is a base for the next."""
    based, marks = False, 0
    for character in unicodedata.normalize("NFD", plain):
        category = unicodedata.category(character)
        if category[0] == "M":
            marks = 0 if category == "Mc" else marks + 1
            if not based:
                raise _refused("error.nickname_mark", character)
            if marks > MARKS:
                raise _refused("error.nickname_marks", character, limit=MARKS)
        else:
            based, marks = category[0] in "LN", 0


def _check_scripts(plain: str) -> None:
    """One script, or scripts that are written together."""
    used = [(character, found) for character in plain if not (found := characters.scripts(character)) & COMMON]
    if not used or any(all(found & together for _, found in used) for together in _TOGETHER):
        return
    shared = used[0][1]
    for character, found in used:
        if not shared & found:
            raise _refused("error.nickname_scripts", character, one=_named(shared), other=_named(found))
        shared &= found


def _named(scripts: frozenset[str]) -> str:
    return SCRIPT_NAMES[min(scripts)]


def _refused(wording: str, character: str, **params: Any) -> Invalid:
    shown = character if character.isprintable() else ""
    return Invalid(wording, field="nickname", character=shown, code=f"U+{ord(character):04X}", **params)


def _short(key: str) -> str:
    """A key that fits its column: one sign can stand for a sentence (U+FDFA has 18 letters)."""
    if len(key) <= KEY_LENGTH:
        return key
    return key[: KEY_LENGTH - 65] + ":" + hashlib.sha256(key.encode()).hexdigest()
