"""What an administrator does: messages, broadcasts, kicks, and the log of it all."""

import time
import uuid

import pytest

LOBBY = 1


def message(administrator, **body):
    return administrator.call("POST", "/messages", body)


# Messages


def test_the_administrator_writes_to_a_person_who_answers(shared_server, admin, visit):
    ani = visit(shared_server)

    said = message(admin, to={"person": ani.id}, body="Halo Ani").json()["message"]
    heard = ani.hears("message_posted", where=lambda one: one["id"] == said["id"])
    answer = ani.says("Halo Pak", person=heard["sender"]["id"])

    assert heard["sender"]["nickname"] == "Admin"
    assert answer["room"] == said["room"] != LOBBY


def test_the_administrator_writes_to_the_lobby(shared_server, admin, visit):
    ani, budi = visit(shared_server), visit(shared_server)

    said = message(admin, to={"room": LOBBY}, body="Selamat pagi", client_id=str(uuid.uuid4()))

    assert said.status_code == 201
    for one in (ani, budi):
        assert one.hears("message_posted", where=lambda m: m["id"] == said.json()["message"]["id"])["body"] == "Selamat pagi"


def test_the_administrator_cant_write_into_a_talk_of_two_others(shared_server, admin, visit):
    ani, budi = visit(shared_server), visit(shared_server)
    secret = ani.says("rahasia", person=budi.id)

    assert message(admin, to={"room": secret["room"]}, body="x").status_code == 404


def test_a_message_of_the_panel_is_once(admin):
    body = {"to": {"room": LOBBY}, "body": "sekali", "client_id": str(uuid.uuid4())}

    first, again = message(admin, **body), message(admin, **body)

    assert first.json() == again.json()


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"to": {"room": LOBBY}, "body": ""}, "invalid", "body"),
        ({"to": {"room": LOBBY}, "body": "x" * 4001}, "invalid", "body"),
        ({"to": {}, "body": "x"}, "invalid", "to"),
        ({"to": {"room": LOBBY, "person": 2}, "body": "x"}, "invalid", "to"),
        ({"body": "x"}, "invalid", "to"),
        ({"to": {"room": 2**53}, "body": "x"}, "invalid", "to.room"),
        ({"to": {"room": LOBBY}, "body": "x", "attachments": [1]}, "invalid", "attachments"),
        ({"to": {"person": 999_999}, "body": "x"}, "not_found", None),
    ],
)
def test_a_message_that_breaks_a_rule_is_refused(admin, body, code, field):
    before = admin.get("/status")["messages"]

    refused = message(admin, **body).json()

    assert (refused["code"], refused.get("field")) == (code, field)
    assert admin.get("/status")["messages"] == before


# Broadcasts


def test_a_broadcast_is_kept_told_and_pinned_until_it_is_taken_off(shared_server, admin, visit):
    ani, late = visit(shared_server), visit(shared_server, join=False)

    said = admin.call("POST", "/broadcasts", {"body": "Rapat jam 10"}).json()["message"]
    told = ani.hears("message_posted", where=lambda one: one["id"] == said["id"])
    pinned = late.join()["pinned"]
    off = admin.call("DELETE", f"/broadcasts/{said['id']}")
    ani.hears("broadcast_unpinned", where=lambda one: one["id"] == said["id"])

    assert (told["kind"], told["room"]) == ("broadcast", LOBBY)
    assert pinned == told
    assert off.status_code == 204
    assert "pinned" not in visit(shared_server, join=False).join()
    assert admin.call("DELETE", f"/broadcasts/{said['id']}").status_code == 404
    assert said["id"] in [one["id"] for one in late.get(f"/api/rooms/{LOBBY}/messages").json()["messages"]]


def test_a_broadcast_that_is_deleted_comes_off_too(shared_server, admin, visit):
    ani = visit(shared_server)

    said = admin.call("POST", "/broadcasts", {"body": "Salah kirim"}).json()["message"]
    deleted = admin.call("DELETE", f"/messages/{said['id']}")
    ani.hears("broadcast_unpinned", where=lambda one: one["id"] == said["id"])

    assert deleted.status_code == 204
    assert "pinned" not in visit(shared_server, join=False).join()
    assert "pinned" not in admin.get("/status")


def test_a_broadcast_comes_off_by_itself_when_its_time_is_over(shared_server, admin, visit):
    ani = visit(shared_server)

    said = admin.call("POST", "/broadcasts", {"body": "Sebentar saja", "until": time.time_ns() // 1_000_000 + 1500}).json()["message"]

    ani.hears("message_posted", where=lambda one: one["id"] == said["id"])
    ani.hears("broadcast_unpinned", where=lambda one: one["id"] == said["id"])
    assert "pinned" not in admin.get("/status")


@pytest.mark.parametrize("until", [0, 1, -1, 2**53, "x", 1.5])
def test_a_broadcast_for_a_time_that_cant_be_is_refused(admin, until):
    refused = admin.call("POST", "/broadcasts", {"body": "x", "until": until})

    assert (refused.status_code, refused.json()["field"]) == (422, "until")


# People


def test_people_are_listed_with_since_when_and_from_where(shared_server, admin, visit):
    ani = visit(shared_server)

    here = {one["id"]: one for one in admin.get("/people?online=1")["people"]}
    found = admin.get(f"/people?q={ani.nickname[-8:].upper()}")["people"]

    assert here[ani.id]["address"] == "127.0.0.1"
    assert abs(here[ani.id]["since"] - time.time() * 1000) < 60_000
    assert [one["id"] for one in found] == [ani.id]
    assert found[0]["online"] is True


def test_who_has_left_is_not_among_those_who_are_here(shared_server, admin, visit):
    ani = visit(shared_server)

    ani.asks("leave", {})

    assert ani.id not in [one["id"] for one in admin.get("/people?online=1")["people"]]
    assert ani.id in [one["id"] for one in admin.get(f"/people?q={ani.nickname}")["people"]]


def test_a_kick_ends_the_sockets_with_its_reason_and_leaves_the_session(shared_server, admin, visit):
    ani, budi = visit(shared_server), visit(shared_server)

    kicked = admin.call("POST", f"/people/{ani.id}/kick", {"reason": "Istirahat dulu"})

    assert kicked.status_code == 204
    ended = ani.hears("session_ended")
    assert (ended["reason"], ended["detail"]) == ("kicked", "Istirahat dulu")
    ani.hears("disconnected")
    budi.hears("people_changed", where=lambda change: ani.id in change.get("left", []))
    assert ani.get("/api/session").status_code == 200
    assert ani.join()["me"]["id"] == ani.id


@pytest.mark.parametrize("person", [1, 999_999, 9_007_199_254_740_993])
def test_the_administrator_and_nobody_cant_be_kicked(admin, person):
    assert admin.call("POST", f"/people/{person}/kick", {}).status_code == 404


def test_a_reason_that_is_too_long_kicks_nobody(shared_server, admin, visit):
    ani = visit(shared_server)

    refused = admin.call("POST", f"/people/{ani.id}/kick", {"reason": "x" * 201})

    assert (refused.status_code, refused.json()["field"]) == (422, "reason")
    assert ani.says("masih di sini")


# The log


@pytest.fixture(scope="module")
def talked(shared_server):
    """A public, a private and a broadcast message of one word that nobody else uses."""
    from tests.people import Administrator, Person  # noqa: PLC0415

    word = uuid.uuid4().hex
    ani, budi = Person(shared_server.url), Person(shared_server.url)
    ani.join()
    administrator = Administrator(shared_server.url, shared_server.admin_password)
    public, private = ani.says(f"umum {word}"), ani.says(f"100%_ {word}", person=budi.id)
    broadcast = administrator.call("POST", "/broadcasts", {"body": f"Semua {word}"}).json()["message"]
    administrator.call("DELETE", f"/broadcasts/{broadcast['id']}")
    yield word, ani, budi, public, private, broadcast
    for one in (ani, budi, administrator):
        one.hangs_up()


def logged(administrator, **query):
    return [one["id"] for one in administrator.get("/messages", params=query)["messages"]]


def test_the_log_has_every_message_with_its_scope_and_where_it_went(admin, talked):
    word, ani, budi, public, private, broadcast = talked

    lines = admin.get("/messages", params={"q": word})["messages"]

    assert [(one["id"], one["scope"], one["room_kind"], one.get("to", "")) for one in lines] == [
        (broadcast["id"], "broadcast", "lobby", ""),
        (private["id"], "private", "direct", budi.nickname),
        (public["id"], "public", "lobby", ""),
    ]
    assert {one["sender"]["nickname"] for one in lines} == {"Admin", ani.nickname}


def test_the_log_is_filtered(admin, talked):
    word, ani, budi, public, private, broadcast = (one["id"] if isinstance(one, dict) else one for one in talked)

    for scope, expected in (("public", [public]), ("private", [private]), ("broadcast", [broadcast])):
        assert logged(admin, q=word, scope=scope) == expected
    assert logged(admin, q=word, person=ani.id) == [private, public]
    assert logged(admin, q=word, person=budi.id) == [private]
    assert logged(admin, q=word, room=LOBBY) == [broadcast, public]
    assert logged(admin, q=f"100%_ {word}") == [private]
    assert logged(admin, q=f"%{word}") == []
    assert logged(admin, q=word, kind="image") == []
    assert logged(admin, q=word, until=talked[3]["sent_at"]) == []


def test_the_log_is_paged_by_a_cursor_without_gap_or_repetition(admin, talked):
    word, found, query = talked[0], [], {}

    while True:
        page = admin.get("/messages", params={"q": word, "limit": 2, **query})
        found += [one["id"] for one in page["messages"]]
        if "cursor" not in page:
            break
        query = {"cursor": page["cursor"]}

    assert found == logged(admin, q=word)


BAD = {"limit=0": "limit", "limit=101": "limit", "cursor=-1": "cursor", "cursor=x": "cursor"}
BAD_FILTERS = {"scope=x": "scope", "person=x": "person", "room=1.5": "room", "since=99999999999999999999": "since", "until=": "until"}


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [(path, *bad) for path in ("/messages", "/activity") for bad in BAD.items()] + [("/messages", *bad) for bad in BAD_FILTERS.items()],
)
def test_a_filter_that_cant_be_is_422_and_named(admin, path, query, field):
    refused = admin.call("GET", f"{path}?{query}")

    assert (refused.status_code, refused.json()["field"]) == (422, field)


def test_the_log_is_filtered_by_time(admin, talked):
    word, times = talked[0], sorted(one["sent_at"] for one in talked[3:])

    assert len(logged(admin, q=word, since=times[0], until=times[-1] + 1)) == 3
    assert logged(admin, q=word, until=times[0]) == logged(admin, q=word, since=times[-1] + 1) == []


# Activity


def of_person(administrator, person, kinds):
    """What happened to somebody, newest first, when all of ``kinds`` has been heard."""
    for kind in kinds:
        administrator.hears("activity", where=lambda one, kind=kind: (one["kind"], one.get("person")) == (kind, person))
    return [one for one in administrator.get("/activity?limit=100")["activity"] if one.get("person") == person]


def test_activity_has_joins_and_leaves_with_their_times(shared_server, panel, visit):
    started = time.time() * 1000
    ani = visit(shared_server)
    ani.asks("leave", {})

    mine = of_person(panel, ani.id, ["joined", "left"])

    assert [one["kind"] for one in mine] == ["left", "joined"]
    assert all(started - 1000 <= one["at"] <= time.time() * 1000 + 1000 for one in mine)
    assert [one["nickname"] for one in mine] == [ani.nickname] * 2


def test_activity_is_paged_by_a_cursor(admin, talked):
    first = admin.get("/activity?limit=3")
    second = admin.get(f"/activity?limit=3&cursor={first['cursor']}")
    paged = [one["id"] for one in first["activity"] + second["activity"]]

    whole = [one["id"] for one in admin.get("/activity?limit=100")["activity"] if one["id"] <= paged[0]]

    assert len(paged) == 6, "for this test to mean anything"
    assert paged == whole[:6]


def test_a_kick_stands_in_the_activity(shared_server, panel, visit):
    ani = visit(shared_server)

    panel.call("POST", f"/people/{ani.id}/kick", {"reason": "Cukup"})

    mine = of_person(panel, ani.id, ["kicked", "left"])
    assert {(one["kind"], one.get("detail", "")) for one in mine} == {("kicked", "Cukup"), ("joined", ""), ("left", "")}


# Status


def test_the_status_says_how_the_chat_is(shared_server, admin, visit):
    before = admin.get("/status")
    ani = visit(shared_server)
    ani.says("satu lagi")

    after = admin.get("/status")

    assert after["service"]["state"] == "running"
    assert (after["online"], after["people"], after["messages"]) == (before["online"] + 1, before["people"] + 1, before["messages"] + 1)
    assert after["storage"] > 0
    assert after["join_url"] == f"{shared_server.url}/"
    assert after["lobby"] == LOBBY
