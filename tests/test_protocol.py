"""One wire in three places: the code, the page and the text say the same names."""

import re
from pathlib import Path

import pytest

from chatweb import protocol
from chatweb.live.admin_events import AdminEvents
from chatweb.live.events import ChatEvents
from chatweb.live.fanout import SocketFanout
from chatweb.web.errors import STATUS

REPOSITORY = Path(__file__).parent.parent
TEXT = (REPOSITORY / "docs" / "protocol.md").read_text("utf-8")
PAGE = (REPOSITORY / "chatweb" / "static" / "js" / "wire.js").read_text("utf-8")


def listed(name):
    """A frozen list of the page's wire.js."""
    found = re.search(rf"export const {name} = Object\.freeze\(\[(.*?)\]\)", PAGE, re.DOTALL)
    assert found, f"{name} is not in wire.js"
    return re.findall(r'"(\w+)"', found[1])


def table(heading):
    """The names in the first column of the table after a line of the contract's text."""
    after = TEXT.partition(heading)[2].lstrip("\n")
    assert after, f"{heading} is not in docs/protocol.md"
    rows = re.search(r"(?:^\|.*\n)+", after, re.MULTILINE)[0].splitlines()[2:]
    return [name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])]


def test_the_page_asks_and_hears_what_the_code_knows():
    assert listed("ASKED") == list(protocol.ASKS)
    assert set(listed("TOLD")) == set(protocol.TELLS)


def test_the_text_has_every_event_of_the_code():
    assert set(protocol.ASKS) - set(table("Client to server; each is answered by an ack:")) == set()
    assert set(protocol.TELLS) - set(table("Server to client:")) == set()


def test_what_the_text_announces_and_the_code_lacks_is_said_to_be_to_come():
    built = TEXT.partition("## What is built")[2]
    announced = set(table("Client to server; each is answered by an ack:")) - set(protocol.ASKS)

    assert {name for name in announced if f"`{name}`" not in built} == set()
    assert {name for name in protocol.ASKS if f"`{name}`" in built} == set()


def test_the_text_has_every_word_of_the_panels_socket():
    line = next(row for row in TEXT.splitlines() if "namespace `/admin`" in row and row.startswith("|"))
    events, _, asks = line.partition("; asks ")

    assert set(protocol.ADMIN_TELLS) - set(re.findall(r"`(\w+)`", events)) == set()
    assert set(protocol.ADMIN_ASKS) - set(re.findall(r"`(\w+)`", asks)) == set()


def test_the_codes_of_the_text_are_those_of_the_code():
    rows = re.findall(r"^\| `(\w+)` \| (\d{3}) \|", TEXT.partition("## Errors")[2].partition("## Who you are")[0], re.MULTILINE)

    assert {code: int(status) for code, status in rows} == STATUS


@pytest.mark.parametrize(("asks", "handlers"), [(protocol.ASKS, ChatEvents), (protocol.ADMIN_ASKS, AdminEvents)])
def test_every_event_that_may_be_asked_has_a_method_of_its_name(asks, handlers):
    methods = {name.removeprefix("on_") for name in vars(handlers) if name.startswith("on_")}

    assert methods - {"connect", "disconnect", "malformed"} == set(asks)


def test_what_is_told_has_a_method_of_its_name_where_it_is_built():
    ahead = {"message_changed", "room_changed", "session_ended"}  # told by other methods, or by what comes next

    assert set(protocol.TELLS) - ahead <= set(vars(SocketFanout))


def test_what_is_asked_is_imperative_and_what_is_told_is_past():
    assert [name for name in (*protocol.TELLS, *protocol.ADMIN_TELLS) if not re.search(r"ed$|^activity$", name)] == []
    assert [name for name in (*protocol.ASKS, *protocol.ADMIN_ASKS) if name.endswith("ed")] == []


@pytest.mark.parametrize("kind", [protocol.PostMessage, protocol.BeginSession, protocol.AdminBroadcast, protocol.AdminPost])
def test_a_client_id_in_capitals_is_the_same_one(kind):
    client_id = "0B9D6C1E-3F52-4C6A-9A55-0D2F5B7C8E11"
    needed = {protocol.AdminBroadcast: {"body": "x"}, protocol.BeginSession: {}}.get(kind, {"to": {"room": 1}})

    assert protocol.parse(kind, {"client_id": client_id, **needed}).client_id == client_id.lower()
