"""What the threat model and the list of OWASP say is there, is there."""

import re
from pathlib import Path

import pytest
import requests

REPOSITORY = Path(__file__).parent.parent
DOCS = REPOSITORY / "docs"
ROW = re.compile(r"^\| ([\d.]+) \| ([12]) \| (yes|partly|no|n/a) \| (.+?) \| (.*?) \| (.*?) \|$", re.MULTILINE)
ITEMS = dict(enumerate([27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7], start=1))  # of each chapter: 253
ATTACKERS = [
    "a bored pupil with a script",
    "another pupil's name",
    "a guest on the Wi-Fi",
    "a page in another tab",
    "another service on the same host",
    "a sender of a hostile file",
    "a stolen phone",
    "a curious administrator",
    "a sniffer",
]


@pytest.fixture(scope="module")
def asvs():
    return ROW.findall((DOCS / "asvs.md").read_text("utf-8"))


def test_every_item_of_levels_1_and_2_is_answered_once(asvs):
    items = [item for item, *_ in asvs]

    assert len(items) == len(set(items))
    assert {chapter: sum(item.startswith(f"{chapter}.") for item in items) for chapter in ITEMS} == ITEMS


def test_what_is_met_says_where_in_the_code_and_by_which_test(asvs):
    met = [(item, code, test) for item, _, answer, _, code, test in asvs if answer in {"yes", "partly"}]

    assert len(met) > 150, "for this test to mean anything"
    assert [item for item, code, test in met if not code or not test.startswith("`tests/")] == []


def test_the_figures_at_the_top_are_those_of_the_table(asvs):
    words = (DOCS / "asvs.md").read_text("utf-8")
    count = {kind: sum(answer == kind for _, _, answer, *_ in asvs) for kind in ("yes", "partly", "no", "n/a")}

    assert (
        f"Of {len(asvs)} items {count['yes']} are met, {count['partly']} in part, {count['no']} not, and {count['n/a']} do not apply."
        in words
    )


def test_every_attacker_has_a_row_with_what_is_left():
    rows = {line.split(" | ")[0].removeprefix("| "): line for line in (DOCS / "threat-model.md").read_text("utf-8").splitlines()}

    for attacker in ATTACKERS:
        row = next(line for who, line in rows.items() if who.startswith(attacker))
        assert len(row.split(" | ")) == 4
        assert "`chatweb/" in row or "`tests/" in row, attacker


@pytest.mark.parametrize("name", ["asvs.md", "threat-model.md"])
def test_every_file_that_is_named_is_there(name):
    named = set(re.findall(r"`((?:chatweb|tests|docs|requirements)/[^`]+|pyproject\.toml)`", (DOCS / name).read_text("utf-8")))

    assert len(named) > 20, "for this test to mean anything"
    assert [path for path in sorted(named) if not (REPOSITORY / path).is_file()] == []


def test_trace_is_not_answered_with_what_was_asked(shared_server):
    with requests.Session() as http:
        http.trust_env = False
        reply = http.request("TRACE", f"{shared_server.url}/", headers={"X-Secret": "rahasia"}, timeout=15)

    assert reply.status_code in {400, 405, 501}
    assert "rahasia" not in reply.text
