"""`/api/session`: coming in, staying oneself, leaving for good."""

import base64
import uuid

import pytest

LOBBY = 1


def name():
    return f"Orang {uuid.uuid4().hex[:8]}"


def begin(browser, nickname, **more):
    return browser.call("POST", "/api/session", {"nickname": nickname, **more})


# Coming in


def test_a_free_name_is_answered_201_with_person_and_token(browser):
    nickname = name()

    reply = begin(browser, f"  {nickname} ")

    assert reply.status_code == 201
    assert set(reply.json()) == {"person", "token"}
    assert reply.json()["person"]["nickname"] == nickname
    assert browser.call("GET", "/api/session").json()["person"] == reply.json()["person"]


def test_the_cookie_is_for_the_server_alone_and_carries_the_instances_id(browser):
    header = begin(browser, name()).headers["Set-Cookie"]

    assert header.startswith("chatweb_")
    assert len(header.partition("=")[0]) == len("chatweb_") + 8
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(header.split("; "))
    assert "Domain" not in header
    assert "Secure" not in header, "it would never come back over plain HTTP"


def test_two_instances_on_one_host_share_no_cookie(browse, shared_server, start_server):
    one, other = browse(shared_server), browse(start_server())

    begin(one, name())
    begin(other, name())

    names = {cookie.name for browser in (one, other) for cookie in browser.cookies}
    assert len(names) == 2


def test_a_program_carries_its_token_in_a_header(browse, shared_server):
    token = begin(browse(shared_server), name()).json()["token"]

    reply = browse(shared_server).call("GET", "/api/session", headers={"Authorization": f"Bearer {token}"})

    assert reply.status_code == 200


def test_ones_own_name_is_answered_200_with_the_same_token(browser):
    nickname = name()
    first = begin(browser, nickname)

    again = begin(browser, nickname.upper())

    assert again.status_code == 200
    assert again.json() == first.json()


def test_a_held_name_is_answered_409_with_a_free_suggestion(browse, shared_server):
    nickname = name()
    begin(browse(shared_server), nickname)

    refused = begin(browse(shared_server), nickname)

    assert refused.status_code == 409
    assert refused.json()["code"] == "nickname_taken"
    assert refused.json()["field"] == "nickname"
    assert begin(browse(shared_server), refused.json()["suggestion"]).status_code == 201


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "nickname"),
        ({"nickname": "Ani", "link": "x"}, "nickname"),
        ({"nickname": ""}, "nickname"),
        ({"nickname": "x" * 33}, "nickname"),
        ({"nickname": "a\u202eb"}, "nickname"),
        ({"nickname": 7}, "nickname"),
        ({"nickname": "Ani", "pin": "123"}, "pin"),
        ({"nickname": "Ani", "client_id": "no uuid"}, "client_id"),
        ({"nickname": "Ani", "role": "admin"}, "role"),
    ],
)
def test_a_body_that_breaks_a_rule_is_answered_422_and_names_the_field(browser, body, field):
    refused = browser.call("POST", "/api/session", body)

    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (422, "invalid", field)
    assert "Set-Cookie" not in refused.headers


# PIN


def test_the_pin_brings_a_person_back_on_another_device(browse, shared_server):
    nickname = name()
    first = begin(browse(shared_server), nickname, pin="rahasia")

    back = begin(browse(shared_server), nickname, pin="rahasia")

    assert back.status_code == 201
    assert back.json()["person"]["id"] == first.json()["person"]["id"]
    assert back.json()["token"] != first.json()["token"]


def test_a_wrong_pin_is_403_and_names_the_pin(browse, shared_server):
    nickname = name()
    begin(browse(shared_server), nickname, pin="rahasia")

    refused = begin(browse(shared_server), nickname, pin="salah")

    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (403, "forbidden", "pin")


def test_wrong_pins_wait(browse, shared_server):
    nickname = name()
    begin(browse(shared_server), nickname, pin="rahasia")
    browser = browse(shared_server)

    codes = [begin(browser, nickname, pin="salah").status_code for _ in range(3)]
    waits = begin(browser, nickname, pin="rahasia")

    assert codes == [403, 403, 403]
    assert (waits.status_code, waits.json()["code"]) == (429, "rate_limited")
    assert waits.headers["Retry-After"] == str(waits.json()["retry_after"]) == "1"


def test_a_pin_can_be_set_later(browse, shared_server):
    nickname, browser = name(), browse(shared_server)
    begin(browser, nickname)

    changed = browser.call("PATCH", "/api/session", {"pin": "rahasia"})

    assert changed.status_code == 200
    assert begin(browse(shared_server), nickname, pin="rahasia").status_code == 201


# Links


def test_a_link_brings_a_second_device_in_once(browse, shared_server):
    browser = browse(shared_server)
    person = begin(browser, name()).json()["person"]
    link = browser.call("POST", "/api/session/links")
    secret = link.json()["url"].partition("#link=")[2]

    first, second = (browse(shared_server).call("POST", "/api/session", {"link": secret}) for _ in range(2))

    assert link.status_code == 201
    assert link.json()["url"].startswith(f"{shared_server.url}/#link=")
    assert link.json()["qr"].startswith("data:image/svg+xml")
    assert (first.status_code, first.json()["person"]["id"]) == (201, person["id"])
    assert (second.status_code, second.json()["code"], second.json()["field"]) == (403, "forbidden", "link")


# A lost answer


def test_a_lost_answer_is_given_again_to_who_knows_the_client_id(browse, shared_server):
    nickname, client_id = name(), str(uuid.uuid4())
    first = begin(browse(shared_server), nickname, client_id=client_id)

    again = begin(browse(shared_server), nickname, client_id=client_id.upper())
    other = begin(browse(shared_server), nickname, client_id=str(uuid.uuid4()))

    assert again.json() == first.json()
    assert other.status_code == 409


def test_the_client_id_of_a_device_that_has_left_is_used_up(browse, shared_server):
    nickname, client_id, browser = name(), str(uuid.uuid4()), browse(shared_server)
    begin(browser, nickname, client_id=client_id)
    browser.call("DELETE", "/api/session")

    refused = begin(browser, nickname, client_id=client_id)

    assert (refused.status_code, refused.json()["field"]) == (422, "client_id")
    assert begin(browser, nickname, client_id=str(uuid.uuid4())).status_code == 201


# Changing


def test_a_new_name_is_told_to_everybody(visit, shared_server):
    ani, budi, new = visit(shared_server), visit(shared_server), name()

    reply = ani.patch("/api/session", {"nickname": new})
    told = budi.hears("people_changed", where=lambda change: any(p["nickname"] == new for p in change.get("changed", [])))

    assert reply.json()["person"]["nickname"] == new
    assert [person["id"] for person in told["changed"]] == [ani.id]


@pytest.mark.parametrize(
    ("body", "field"), [({"locale": "xx"}, "locale"), ({"nickname": "\u202e"}, "nickname"), ({"pin": ""}, "pin"), ({"id": 1}, "id")]
)
def test_a_change_that_breaks_a_rule_changes_nothing(browser, body, field):
    person = begin(browser, name()).json()["person"]

    refused = browser.call("PATCH", "/api/session", {"nickname": name(), **body})

    assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert browser.call("GET", "/api/session").json()["person"] == person


def test_a_name_that_somebody_holds_cant_be_taken_by_a_change(browse, shared_server):
    nickname, browser = name(), browse(shared_server)
    begin(browse(shared_server), nickname)
    begin(browser, name())

    assert browser.call("PATCH", "/api/session", {"nickname": nickname}).status_code == 409


def test_a_photo_is_not_changed_by_a_change_whose_name_is_taken(visit, shared_server):
    ani, budi = visit(shared_server), visit(shared_server)
    photo = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
    avatar = ani.http.post(f"{ani.url}/api/attachments", files={"file": ("foto.gif", photo)}, timeout=60).json()
    assert avatar["thumbnail"], "for this test to mean anything"

    refused = ani.patch("/api/session", {"avatar": avatar["id"], "nickname": budi.nickname, "pin": "4711"})
    budi.settles()

    assert (refused.status_code, refused.json()["code"]) == (409, "nickname_taken")
    assert "avatar" not in ani.get("/api/session").json()["person"]
    assert not [change for change in budi.heard("people_changed") if any(p["id"] == ani.id for p in change.get("changed", []))]
    assert ani.patch("/api/session", {"avatar": avatar["id"], "pin": "4711"}).json()["person"]["avatar"] == avatar["id"]


# Leaving for good


def test_leaving_frees_a_name_without_a_pin_and_what_was_said_stays_with_the_old_person(visit, browse, shared_server):
    ani = visit(shared_server)
    said = ani.says("sudah dikatakan")

    left = ani.delete("/api/session")
    new = begin(browse(shared_server), ani.nickname)
    history = visit(shared_server).get(f"/api/rooms/{LOBBY}/messages?around={said['seq']}").json()["messages"]

    assert left.status_code == 204
    assert (new.status_code, new.json()["person"]["id"] != ani.id) == (201, True)
    kept = next(message for message in history if message["id"] == said["id"])
    assert kept["sender"] == {"id": ani.id, "nickname": ani.nickname}


def test_leaving_keeps_a_name_with_a_pin(browse, shared_server):
    nickname, browser = name(), browse(shared_server)
    begin(browser, nickname, pin="rahasia")

    browser.call("DELETE", "/api/session")

    assert begin(browse(shared_server), nickname).status_code == 409
    assert begin(browse(shared_server), nickname, pin="rahasia").status_code == 201


def test_leaving_takes_the_cookie_back_and_the_token_is_nobodys(browse, shared_server):
    browser = browse(shared_server)
    token = begin(browser, name()).json()["token"]

    browser.call("DELETE", "/api/session")
    revoked = browse(shared_server).call("GET", "/api/session", headers={"Authorization": f"Bearer {token}"})

    assert list(browser.cookies) == []
    assert (revoked.status_code, revoked.json()["code"]) == (401, "unauthenticated")


def test_leaving_ends_the_sockets_of_this_device_and_everybody_hears_it(visit, shared_server):
    ani, budi = visit(shared_server), visit(shared_server)

    ani.delete("/api/session")

    assert ani.hears("session_ended")["reason"] == "left"
    ani.hears("disconnected")
    budi.hears("people_changed", where=lambda change: ani.id in change.get("left", []))


def test_leaving_on_one_device_leaves_the_other_in(visit, browse, shared_server):
    ani = visit(shared_server)
    browser = browse(shared_server)
    secret = ani.post("/api/session/links").json()["url"].partition("#link=")[2]
    browser.call("POST", "/api/session", {"link": secret})

    browser.call("DELETE", "/api/session")

    assert ani.get("/api/session").status_code == 200
    assert ani.says("masih di sini")["sender"]["id"] == ani.id


# Devices


def test_somebody_sees_their_devices_and_signs_one_out(browse, visit, shared_server):
    here = visit(shared_server)
    there = browse(shared_server)
    link = here.post("/api/session/links").json()["url"].partition("#link=")[2]
    there.call("POST", "/api/session", {"link": link}, headers={"User-Agent": "Mozilla/5.0 (iPhone) Safari/604.1"})

    devices = here.get("/api/session/devices").json()["devices"]

    assert [(one.get("system"), one.get("browser"), one.get("current", False)) for one in devices] == [
        ("iPhone", "Safari", False),
        (None, None, True),
    ]
    assert all(one["address"] == "127.0.0.1" and one["created_at"] > 0 for one in devices)
    assert here.delete(f"/api/session/devices/{devices[0]['id']}").status_code == 204
    assert there.call("GET", "/api/session").status_code == 401
    assert [one["id"] for one in here.get("/api/session/devices").json()["devices"]] == [devices[1]["id"]]


def test_a_device_that_is_signed_out_is_told_and_hears_nothing_more(visit, shared_server):
    ani = visit(shared_server)
    [device] = ani.get("/api/session/devices").json()["devices"]

    assert ani.delete(f"/api/session/devices/{device['id']}").status_code == 204

    assert ani.hears("session_ended")["reason"] == "revoked"
    assert ani.get("/api/session").status_code == 401


def test_nobody_signs_out_the_device_of_somebody_else(visit, shared_server):
    ani, budi = visit(shared_server), visit(shared_server)
    [device] = ani.get("/api/session/devices").json()["devices"]

    refused, absent = budi.delete(f"/api/session/devices/{device['id']}"), budi.delete("/api/session/devices/999999999")

    assert (refused.status_code, refused.text) == (absent.status_code, absent.text) == (404, refused.text)
    assert ani.get("/api/session").status_code == 200
