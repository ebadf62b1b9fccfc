"""What may stand in a nickname and in a message, and which nicknames are the same."""
# ruff: noqa: RUF001 - look-alikes are what these tests are about

import unicodedata

import pytest

from chatweb.chat.errors import Invalid
from chatweb.chat.nickname import NICKNAME_LENGTH, nickname_key, parse_nickname
from chatweb.chat.text import BODY_LENGTH, parse_body

FAMILY = "👨\u200d👩\u200d👧"  # three people, joined


# Nicknames as they are shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Andi Saputra", "Andi Saputra"),
        ("  Ani  ", "Ani"),
        ("Ani\t \n Wati", "Ani Wati"),
        ("Ani\u00a0\u3000Wati", "Ani Wati"),
        ("Jose\u0301", "José"),
        ("O'Brien-2 (kelas 9B)", "O'Brien-2 (kelas 9B)"),
        ("小林", "小林"),
        ("عائشة", "عائشة"),
        ("अनिता", "अनिता"),
        ("x", "x"),
        ("7", "7"),
        ("🐢", "🐢"),
    ],
)
def test_a_nickname_is_shown_composed_trimmed_and_with_single_spaces(typed, shown):
    assert shown == parse_nickname(typed)


@pytest.mark.parametrize("name", [FAMILY, "❤\ufe0f", "👍🏽 Budi", "🏳\ufe0f\u200d🌈", "🇮🇩"])
def test_an_emoji_that_is_joined_of_several_may_stand_in_a_nickname(name):
    assert name == parse_nickname(name)


def test_a_parsed_nickname_is_parsed_to_itself():
    for name in ("Jose\u0301", " a  b ", FAMILY, "Ａｎｉ"):
        assert parse_nickname(name) == parse_nickname(parse_nickname(name))


@pytest.mark.parametrize("length", [1, NICKNAME_LENGTH])
def test_a_nickname_may_have_from_1_to_32_characters(length):
    assert "a" * length == parse_nickname("a" * length)


def test_the_length_of_a_nickname_counts_after_trimming_and_composing():
    assert len(parse_nickname("  " + "e\u0301" * 32 + "  ")) == 32


@pytest.mark.parametrize("name", ["", " ", "\u3000\t\n", "a" * 33, "👨" * 33])
def test_an_empty_or_too_long_nickname_is_refused(name):
    with pytest.raises(Invalid) as refused:
        parse_nickname(name)

    assert refused.value.field == "nickname"


@pytest.mark.parametrize("code", [0, 0x07, 0x1B, 0x7F, 0x80, 0x9F, 0xD800, 0xDFFF, 0xFFFE, 0xE000, 0x10FFFF])
def test_control_characters_and_halves_of_pairs_are_refused_in_a_nickname(code):
    with pytest.raises(Invalid):
        parse_nickname(f"An{chr(code)}i")


@pytest.mark.parametrize("character", list("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"))
def test_a_character_that_turns_the_direction_of_writing_is_refused_in_a_nickname(character):
    with pytest.raises(Invalid):
        parse_nickname(f"An{character}i")


INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u115f\u1160\u3164\uffa0\u180e\ufe0f\ufe00\U000e0041\u2800"


@pytest.mark.parametrize("character", list(INVISIBLE))
def test_an_invisible_character_is_refused_between_letters_and_alone(character):
    for name in (f"Bud{character}i", character, f"{character}Budi"):
        with pytest.raises(Invalid):
            parse_nickname(name)


@pytest.mark.parametrize("name", ["...", "-", "()", "!?", "\u0301", "$+"])
def test_a_nickname_needs_a_letter_a_digit_or_an_emoji(name):
    with pytest.raises(Invalid):
        parse_nickname(name)


# Nicknames that are the same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Budi", "budi"),
        ("Budi", "BUDI"),
        ("Straße", "STRASSE"),
        ("Ｂｕｄｉ", "Budi"),
        ("ｶﾅ", "カナ"),
        ("Jose\u0301", "josé"),
        ("Bud\u200bi", "Budi"),
        ("Budi\u2060", "Budi"),
        ("B\u00adudi", "Budi"),
        ("Bu\u034fdi", "Budi"),
        ("❤\ufe0f", "❤"),
        (FAMILY, FAMILY.replace("\u200d", "")),
        ("Ani  Wati", "ani wati"),
        ("ſam", "SAM"),
        ("ﬁlip", "Filip"),
        ("²", "2"),
    ],
)
def test_case_width_and_invisible_characters_make_no_other_nickname(one, other):
    assert nickname_key(one) == nickname_key(other)


def test_other_letters_make_another_nickname():
    names = ["Budi", "Búdi", "Budi 2", "Bud", "Ani Wati", "AniWati", "🐢", "🐇"]

    assert len(names) == len({nickname_key(name) for name in names})


def test_no_nickname_that_may_be_shown_has_an_empty_key():
    shown = []
    for code in range(0x20, 0x30000):
        try:
            shown.append(parse_nickname(chr(code)))
        except Invalid:
            continue

    assert len(shown) > 50_000, "for this test to mean anything"
    assert [name for name in shown if not nickname_key(name)] == []


def test_a_key_of_a_key_is_that_key():
    for name in ("Straße", "Ｂｕｄｉ", "ǅ", "ﬁlip", "İ", FAMILY):
        assert nickname_key(name) == nickname_key(nickname_key(name))


# Bodies


def test_a_body_may_have_exactly_4000_characters():
    assert parse_body("x" * BODY_LENGTH) == "x" * BODY_LENGTH
    assert parse_body("👍" * BODY_LENGTH) == "👍" * BODY_LENGTH


def test_a_body_of_4001_characters_is_refused():
    with pytest.raises(Invalid) as refused:
        parse_body("x" * (BODY_LENGTH + 1))

    assert refused.value.field == "body"
    assert refused.value.params == {"limit": BODY_LENGTH}


def test_the_length_of_a_body_counts_after_trimming_and_with_line_ends_as_one():
    assert parse_body("  " + "x\r\n" * 1999 + "xx" + "\n\n") == "x\n" * 1999 + "xx"


@pytest.mark.parametrize("body", ["", " ", "\n\t\r\n", "\u3000"])
def test_an_empty_body_is_refused(body):
    with pytest.raises(Invalid):
        parse_body(body)


def test_line_ends_of_every_system_become_one():
    assert parse_body("a\r\nb\rc\nd") == "a\nb\nc\nd"


def test_tabs_and_line_feeds_stay_and_so_do_inner_spaces():
    assert parse_body("a\tb\n\n  c") == "a\tb\n\n  c"


@pytest.mark.parametrize("code", [*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), 0xD800, 0xDC00, 0xDFFF])
def test_control_characters_are_refused_in_a_body(code):
    with pytest.raises(Invalid) as refused:
        parse_body(f"a{chr(code)}b")

    assert refused.value.field == "body"


def test_a_body_is_kept_as_it_was_written_otherwise():
    body = "<b>“halo” & \\x00 'x'</b> e\u0301 \u202e ﷽ 👩‍🚀"

    assert body == parse_body(body)
    assert unicodedata.normalize("NFC", body) != body, "for this test to mean anything"
