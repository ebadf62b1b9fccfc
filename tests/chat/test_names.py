"""Names that look alike, names that hide something, and the table behind both."""
# ruff: noqa: RUF001 - look-alikes are what these tests are about

import json
import unicodedata
from pathlib import Path

import pytest

from chatweb.chat import characters
from chatweb.chat.errors import Invalid
from chatweb.chat.nickname import KEY_LENGTH, ReservedNames, nickname_key, nickname_looks, parse_nickname

TABLE = json.loads((Path(characters.__file__).parent / "confusables.json").read_text("ascii"))
PAIRS = [(source, look) for source, look in characters.LOOK_ALIKES.items() if nickname_key(source)]
INVISIBLE = [code for first, last in characters._spans(TABLE["ignorable"]) for code in range(first, last + 1)]
FLAG_OF_WALES = "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"


def refusal(name):
    with pytest.raises(Invalid) as refused:
        parse_nickname(name)
    assert refused.value.field == "nickname"
    return refused.value


# The table


def test_the_table_says_which_unicode_it_is_of_and_under_which_licence():
    assert characters.VERSION == "15.0.0"
    assert "Unicode-3.0" in TABLE["licence"]
    assert (len(characters.LOOK_ALIKES) > 6000, len(characters.EMOJI) > 4500) == (True, True)


def test_more_than_5000_pairs_of_look_alikes_are_one_name():
    assert len(PAIRS) > 5000
    told_apart = [(source, look) for source, look in PAIRS if not nickname_looks(f"Bud{source}a") & nickname_looks(f"Bud{look}a")]

    assert told_apart == []


def test_each_of_more_than_4000_characters_that_nobody_sees_is_refused_and_makes_no_other_name():
    assert len(INVISIBLE) > 4000
    for code in INVISIBLE:
        name = f"Bud{chr(code)}i"
        assert refusal(name).wording in {"error.nickname_invisible", "error.nickname_mark"}, hex(code)
        assert nickname_looks(name) == nickname_looks("Budi"), hex(code)


def test_every_emoji_that_unicode_recommends_is_a_name_and_every_other_joint_is_not():
    assert [emoji for emoji in characters.EMOJI if parse_nickname(emoji) != emoji] == []
    for name in ("👨\u200d🐢", "🐢\ufe0f", "🐢\u200d", "A\u20e3", "🏴\U000e0067\U000e007f", "🇮", "1\ufe0f", "🏽"):
        refusal(name)


@pytest.mark.parametrize("name", ["1️⃣", "Tim #️⃣", FLAG_OF_WALES, "👩🏽‍🚀 Ani", "🏳️‍🌈", "❤"])
def test_keycaps_and_flags_are_emoji_too(name):
    assert parse_nickname(name) == name


# Scripts and marks


@pytest.mark.parametrize(
    "name", ["Аня", "小林さん", "田中タロウ", "Ani 小林さん", "Kim 김민수", "ㄅㄆ 王 Li", "Ani 🐢 7", "عائشة ١٢", "ड़ाँ", "Nguyễn Thị Ngọc"]
)
def test_one_script_is_a_name_and_so_are_those_that_are_written_together(name):
    assert parse_nickname(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    ("name", "character", "one", "other"),
    [
        ("Budі", "і", "Latin", "Cyrillic"),
        ("Αni", "n", "Greek", "Latin"),
        ("さん김", "김", "Hiragana", "Hangul"),
        ("Аня小", "小", "Cyrillic", "Han"),
    ],
)
def test_a_second_script_is_refused_and_the_letter_is_named(name, character, one, other):
    refused = refusal(name)

    assert (refused.wording, refused.params["character"], refused.params["one"], refused.params["other"]) == (
        "error.nickname_scripts",
        character,
        one,
        other,
    )


@pytest.mark.parametrize(
    ("name", "wording"),
    [
        ("a\u0301\u0300\u0302ni", "error.nickname_marks"),
        ("\u0301ani", "error.nickname_mark"),
        ("ani \u0301", "error.nickname_mark"),
        ("🐢\u0301", "error.nickname_mark"),
        ("Ani★", "error.nickname_character"),
        ("Ani<b>", "error.nickname_character"),
        ("─── Ani", "error.nickname_character"),
        ("Ani\ue000", "error.nickname_character"),
        ("Ani\u202e", "error.nickname_invisible"),
        ("😀" * 32, None),
        ("𝓐" * 33, "error.nickname_long"),
        ("-.-", "error.nickname_letters"),
    ],
)
def test_a_refusal_says_which_rule_was_broken(name, wording):
    if wording is None:
        assert parse_nickname(name) == name
    else:
        assert refusal(name).wording == wording


# Names that are one


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Budi", "Вudі"),  # Cyrillic
        ("Budi", "Bud\u200bi"),
        ("paypal", "рауpaӀ"),
        ("Ilham", "lIham"),
        ("Ivan", "lvan"),
        ("IVAN", "lvan"),
        ("Omar", "0mar"),
        ("Ami", "Arni"),
        ("Ani", "𝓐𝓷𝓲"),
        ("Ani", "ＡＮＩ"),
        ("O'Brien", "O’Brien"),
    ],
)
def test_names_that_can_be_taken_for_each_other_are_one(one, other):
    assert nickname_looks(one) & nickname_looks(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Ila", "Lia"), ("Ani", "Ana"), ("Budi 2", "Budi 3"), ("Jose", "José"), ("Ali", "All"), ("小林", "大林")]
)
def test_names_of_different_people_stay_two(one, other):
    assert not nickname_looks(one) & nickname_looks(other)


def test_a_name_of_signs_that_stand_for_sentences_has_a_key_that_fits():
    long, other = "\ufdfa" * 32, "\ufdfa" * 31 + "ا"

    assert all(len(look) <= KEY_LENGTH for look in (nickname_key(long), *nickname_looks(long)))
    assert not nickname_looks(long) & nickname_looks(other)


@pytest.mark.parametrize(
    "name", ["Admin", "admin", "ADMIN", "Аdmіn", "A d m i n", "-Admin-", "Admin 2", "Admin1", "𝐀𝐝𝐦𝐢𝐧", "Adrnin", "Pak Guru", "pak-guru"]
)
def test_a_reserved_name_and_what_looks_like_it_is_nobodys(name):
    with pytest.raises(Invalid) as refused:
        ReservedNames(["Pak Guru"]).check(name)

    assert refused.value.wording == "error.nickname_reserved"


@pytest.mark.parametrize("name", ["Adam", "Admina", "Guru", "🐢", "7", "Pak Gurun"])
def test_other_names_are_not_reserved(name):
    ReservedNames(["Pak Guru"]).check(name)
