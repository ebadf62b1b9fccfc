"""Reading over HTTP: rooms, history, changes, messages, people."""

import pytest

LOBBY = 1


@pytest.fixture(scope="module")
def spoken(shared_server):
    """Two people with a room of their own, and 25 messages in it."""
    from tests.people import Person  # noqa: PLC0415

    ani, budi = Person(shared_server.url), Person(shared_server.url)
    ani.join()
    messages = [ani.says(str(number), person=budi.id) for number in range(25)]
    yield ani, budi, messages[0]["room"], messages
    ani.hangs_up()
    budi.hangs_up()


def seqs(reply):
    return [message["seq"] for message in reply.json()["messages"]]


# History


def test_the_newest_page_is_newest_last_and_says_whether_there_is_more(spoken):
    ani, _, room, _ = spoken

    page = ani.get(f"/api/rooms/{room}/messages?limit=10")

    assert seqs(page) == list(range(16, 26))
    assert page.json()["more"] is True
    assert seqs(ani.get(f"/api/rooms/{room}/messages")) == list(range(1, 26))


def test_pages_before_one_another_make_the_whole_history(spoken):
    _, budi, room, messages = spoken
    found, path = [], f"/api/rooms/{room}/messages?limit=10"

    page = budi.get(path).json()
    found = page["messages"]
    while page["more"]:
        page = budi.get(f"{path}&before={found[0]['seq']}").json()
        found = page["messages"] + found

    assert [message["id"] for message in found] == [message["id"] for message in messages]


@pytest.mark.parametrize(
    ("query", "expected"), [("after=20", [21, 22, 23, 24, 25]), ("after=25", []), ("around=13&limit=4", [11, 12, 13, 14]), ("before=1", [])]
)
def test_a_page_is_before_after_or_around(spoken, query, expected):
    ani, _, room, _ = spoken

    assert seqs(ani.get(f"/api/rooms/{room}/messages?{query}")) == expected


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("before=-1", "before"),
        ("before=1&after=1", "before"),
        ("after=9007199254740992", "after"),
        ("around=99999999999999999999", "around"),
        ("before=", "before"),
        ("before=\u0661", "before"),
    ],
)
def test_a_bound_that_is_no_number_is_422_and_named(spoken, query, field):
    ani, _, room, _ = spoken

    refused = ani.get(f"/api/rooms/{room}/messages?{query}")

    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (422, "invalid", field)


# Changes


def test_changes_are_all_after_a_revision_and_complete_up_to_theirs(spoken):
    ani, _, room, _ = spoken

    some, none = (ani.get(f"/api/rooms/{room}/changes?after={after}").json() for after in (20, 25))

    assert [message["revision"] for message in some["messages"]] == [21, 22, 23, 24, 25]
    assert (some["revision"], some["more"]) == (25, False)
    assert (none["messages"], none["revision"], none["more"]) == ([], 25, False)


def test_an_old_page_and_what_was_missed_make_a_fresh_page(spoken):
    """Catch-up as an equation."""
    ani, _, room, _ = spoken
    old = ani.get(f"/api/rooms/{room}/messages?before=18").json()["messages"]

    missed = ani.get(f"/api/rooms/{room}/changes?after={old[-1]['revision']}").json()["messages"]

    assert old + missed == ani.get(f"/api/rooms/{room}/messages").json()["messages"]


def test_a_revision_ahead_of_the_server_is_a_reset(spoken):
    ani, _, room, _ = spoken

    assert ani.get(f"/api/rooms/{room}/changes?after=26").json()["reset"] is True


# Rooms and messages


def test_ones_rooms_are_the_lobby_and_ones_own(spoken):
    ani, budi, room, messages = spoken

    rooms = {one["id"]: one for one in budi.get("/api/rooms").json()["rooms"] if one["kind"] != "open"}

    assert set(rooms) == {LOBBY, room}
    assert rooms[room]["last"]["id"] == messages[-1]["id"]
    assert rooms[room]["unread"] == 25
    assert rooms[room]["people"] == sorted([ani.id, budi.id])


def test_a_message_is_read_by_those_of_its_room_alone(spoken, visit, shared_server):
    _, budi, _, messages = spoken
    outsider = visit(shared_server, join=False)

    assert budi.get(f"/api/messages/{messages[0]['id']}").json()["message"]["body"] == "0"
    assert outsider.get(f"/api/messages/{messages[0]['id']}").status_code == 404


def test_the_client_id_comes_back_to_its_sender_alone(spoken):
    ani, budi, _, messages = spoken

    mine, theirs = (one.get(f"/api/messages/{messages[0]['id']}").json()["message"] for one in (ani, budi))

    assert mine["client_id"] == messages[0]["client_id"]
    assert "client_id" not in theirs


@pytest.mark.parametrize(
    "thing", ["0", "999999", "9007199254740993", "9999999999999999", "99999999999999999999", "9" * 5000, "-1", "x", "1.5"]
)
@pytest.mark.parametrize("path", ["/api/rooms/{}", "/api/rooms/{}/messages", "/api/rooms/{}/changes", "/api/messages/{}"])
def test_what_is_not_there_is_404_whatever_its_number(spoken, path, thing):
    refused = spoken[0].get(path.format(thing))

    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")


# People


def test_people_are_found_by_a_part_of_their_name_whatever_its_case(spoken):
    ani, budi, _, _ = spoken

    found = ani.get("/api/people", params={"q": budi.nickname[-8:].upper()}).json()["people"]

    assert [person["id"] for person in found] == [budi.id]


def test_people_are_found_by_their_ids(spoken):
    ani, budi, _, _ = spoken

    found = ani.get(f"/api/people?ids={budi.id},{ani.id},999999").json()["people"]

    assert [person["id"] for person in found] == sorted([ani.id, budi.id])
    assert [person.get("online", False) for person in found if person["id"] == ani.id] == [True]


@pytest.mark.parametrize("ids", ["", "x", "1,,2", "-1", "99999999999999999999", ",".join(["1"] * 101)])
def test_ids_that_are_none_are_422_and_named(spoken, ids):
    refused = spoken[0].get(f"/api/people?ids={ids}")

    assert (refused.status_code, refused.json()["field"]) == (422, "ids")


@pytest.mark.parametrize(
    "path",
    ["/api/session", "/api/rooms", "/api/rooms/1", "/api/rooms/1/messages", "/api/rooms/1/changes", "/api/messages/1", "/api/people"],
)
def test_who_has_no_session_reads_nothing(browser, path):
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Bearer \xff"}, {"Cookie": "chatweb_00000000=x"}):
        refused = browser.call("GET", path, headers={name: value.encode("latin-1") for name, value in headers.items()})
        assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
