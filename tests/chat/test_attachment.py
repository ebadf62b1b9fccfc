"""What a file is called, and what its first bytes say that it is."""

import unicodedata

import pytest

from chatweb.chat.attachment import IN_PLACE, NAME_LENGTH, OCTETS, clean_name, sniff


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("日本.png", "日本.png"),
        ("Laporan akhir (2).pdf", "Laporan akhir (2).pdf"),
        ("cafe\u0301.txt", "caf\u00e9.txt"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("..\\..\\boot.ini", "_.._boot.ini"),
        ('a:b*c?d"e<f>g|h', "a_b_c_d_e_f_g_h"),
        ("a\x00b\x1f\x7f\x85c\u2028d", "a_b___c_d"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("a\u2066b\u2069.txt", "ab.txt"),
        ("a\u3164b\u034f\ufe0f\U000e0041.txt", "ab.txt"),
        ("\u200bCON\u200b.txt", "_CON.txt"),
        ("con", "_con"),
        ("Aux .tar.gz", "_Aux .tar.gz"),
        ("com¹.txt", "_com¹.txt"),
        ("CONIN$", "_CONIN$"),
        ("console.txt", "console.txt"),
        ("x" * 200 + ".pdf", "x" * 116 + ".pdf"),
        ("x" * 115 + " " * 50 + ".pdf", "x" * 115 + ".pdf"),
        ("x" * 200, "x" * 120),
        ("half \ud800 pair.txt", "half _ pair.txt"),
        ("titik di akhir. . ", "titik di akhir"),
        ("\u200b\u202e", "file"),
        ("...", "file"),
        ("", "file"),
    ],
)
def test_a_name_stays_as_sent_but_for_what_could_harm_or_hide(sent, shown):
    assert clean_name(sent.replace("\ud800", "?") if "\ud800" in sent else sent) == shown


def test_no_character_at_all_gets_a_name_past_the_rules():
    for start in range(0, 0x110000, 0x1000):
        sent = "".join(chr(point) for point in range(start, start + 0x1000))
        for name in (clean_name(sent[at : at + 100] + ".pdf") for at in range(0, 0x1000, 100)):
            assert 0 < len(name) <= NAME_LENGTH
            assert name == unicodedata.normalize("NFC", name)
            assert not set(name) & set('/\\:*?"<>|')
            assert not {unicodedata.category(character) for character in name} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
            assert not {unicodedata.bidirectional(c) for c in name} & {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
            assert name.endswith(("pdf",))


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x1cftypavif\0\0\0\0", "image/avif"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif", "image/avif"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "video/mp4"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "video/webm"),
        (b"ID3\x04", "audio/mpeg"),
        (b"\0\0\0\x18ftypM4A \0\0\0\0", "audio/mp4"),
        (b"OggS\0", "audio/ogg"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "audio/wav"),
    ],
)
def test_what_is_on_the_short_list_is_shown_in_place_by_its_content(head, media_type):
    assert sniff(head) == media_type
    assert media_type in IN_PLACE


@pytest.mark.parametrize(
    "head",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'>",
        b"<?xml version='1.0'?>",
        b"<!doctype html><script>",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"MZ\x90\0",
        b"#!/bin/sh",
        b"BMW adalah mobil",
        b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0",
        b"\0\0\0\x1cftypheic\0\0\0\0",
        b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska",
        b"\0\0\0\x14ftypqt  \0\0\0\0",
        b"",
        b"\0" * 64,
    ],
)
def test_everything_else_is_only_saved(head):
    assert sniff(head) not in IN_PLACE
    assert sniff(head) in {OCTETS, "image/bmp", "image/heic"}
