"""The namespace `/admin`: the panel hears all of it live, and asks with the same words."""

import threading
import uuid

import pytest
import socketio

LOBBY = 1


def test_the_panel_hears_who_comes_and_goes_and_when(shared_server, panel, visit):
    ani = visit(shared_server)

    came = panel.hears("people_changed", where=lambda change: any(one["id"] == ani.id for one in change.get("joined", [])))
    panel.hears("activity", where=lambda one: (one["kind"], one.get("person")) == ("joined", ani.id))
    ani.asks("leave", {})
    panel.hears("people_changed", where=lambda change: ani.id in change.get("left", []))
    left = panel.hears("activity", where=lambda one: (one["kind"], one.get("person")) == ("left", ani.id))

    row = next(one for one in came["joined"] if one["id"] == ani.id)
    assert (row["address"], row["online"]) == ("127.0.0.1", True)
    assert left["nickname"] == ani.nickname
    assert left["at"] >= row["since"]


def test_the_panel_hears_public_and_private_messages_with_their_scope(shared_server, panel, visit):
    ani, budi = visit(shared_server), visit(shared_server)

    public, private = ani.says("umum"), ani.says("rahasia", person=budi.id)

    heard = [panel.hears("message_posted", where=lambda one, said=said: one["id"] == said["id"]) for said in (public, private)]
    told = [(one["scope"], one["body"], one.get("to", "")) for one in heard]
    assert told == [("public", "umum", ""), ("private", "rahasia", budi.nickname)]


def test_what_the_panel_hears_is_a_line_of_the_log(shared_server, panel, visit):
    ani, budi = visit(shared_server), visit(shared_server)
    said = ani.says("rahasia", person=budi.id)

    heard = panel.hears("message_posted", where=lambda one: one["id"] == said["id"])

    assert heard == panel.get("/messages", params={"room": said["room"]})["messages"][0]


def test_the_panel_broadcasts(shared_server, panel, visit):
    ani = visit(shared_server)

    ack = panel.asks("broadcast", {"body": "Lewat soket", "client_id": str(uuid.uuid4())})

    assert ack["ok"]
    told = ani.hears("message_posted", where=lambda one: one["id"] == ack["message"]["id"])
    assert told["kind"] == "broadcast"
    panel.call("DELETE", f"/broadcasts/{told['id']}")
    assert panel.hears("broadcast_unpinned", where=lambda one: one["id"] == told["id"])


def test_the_panel_answers_a_person(shared_server, panel, visit):
    ani = visit(shared_server)
    asked = ani.says("Pak?", person=1)
    panel.hears("message_posted", where=lambda one: one["id"] == asked["id"])

    ack = panel.asks("post_message", {"to": {"room": asked["room"]}, "body": "Ya?", "client_id": str(uuid.uuid4())})

    assert ani.hears("message_posted", where=lambda one: one["id"] == ack["message"]["id"])["body"] == "Ya?"


def test_the_administrator_is_seen_online_while_a_panel_is_open(server, visit, steer):
    ani = visit(server)

    administrator = steer(server, listen=True)
    ani.hears("people_changed", where=lambda change: any(one["id"] == 1 and one.get("online") for one in change.get("changed", [])))
    administrator.hangs_up()

    ani.hears("people_changed", where=lambda change: any(one["id"] == 1 and not one.get("online") for one in change.get("changed", [])))


@pytest.mark.parametrize("auth", [None, {}, *({"csrf_token": wrong} for wrong in ("", "x", 7, ["x"])), {"token": "x"}])
def test_without_the_csrf_token_nobody_listens(shared_server, admin, auth):
    cookie = "; ".join(f"{one.name}={one.value}" for one in admin.http.cookies)

    assert refused(shared_server, auth, cookie) == "forbidden"


def test_without_the_panels_session_nobody_listens(shared_server, admin, visit):
    ani = visit(shared_server, join=False)

    for headers in ({}, {"Cookie": "chatweb_admin_00000000=x"}, {"Authorization": f"Bearer {ani.token}"}):
        assert refused(shared_server, {"csrf_token": admin.csrf_token}, headers.get("Cookie", ""), headers) == "unauthenticated"


def refused(server, auth, cookie, headers=None):
    """The code with which the namespace was refused."""
    client = socketio.Client(reconnection=False)
    refusals = []
    client.on("connect_error", refusals.append, namespace="/admin")
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(
            server.url, auth=auth, headers={"Cookie": cookie, **(headers or {})}, namespaces=["/admin"], transports=["websocket"]
        )
    client.shutdown()
    return refusals[0]["data"]["code"]


def test_signing_out_ends_the_feed_of_that_session_alone(shared_server, steer):
    leaving, staying = steer(shared_server, listen=True), steer(shared_server, listen=True)
    gone = threading.Event()
    leaving.client.on("disconnect", lambda *_: gone.set(), namespace="/admin")

    assert leaving.call("DELETE", "/session").status_code == 204

    assert gone.wait(15)
    assert staying.asks("post_message", {"to": {"room": 1}, "body": "masih di sini"})["ok"]
