"""While the administrator has stopped the chat: what answers, and what lives."""

import pytest
import socketio


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    """A server that is stopped, and somebody who had a session before."""
    from tests.people import Administrator, Person  # noqa: PLC0415
    from tests.server import Server  # noqa: PLC0415

    server = Server(tmp_path_factory.mktemp("stopped"), limits="off").start()
    ani, administrator = Person(server.url), Administrator(server.url, server.admin_password)
    reply = administrator.call("PUT", "/service", {"state": "stopped", "reason": "Ujian"})
    assert reply.status_code == 200
    yield server, ani, administrator
    ani.hangs_up()
    administrator.hangs_up()
    server.stop()
    assert "Traceback" not in server.log


CALLS = [
    ("GET", "/api/session"),
    ("POST", "/api/session"),
    ("PATCH", "/api/session"),
    ("DELETE", "/api/session"),
    ("POST", "/api/session/links"),
    ("GET", "/api/rooms"),
    ("GET", "/api/rooms/1"),
    ("GET", "/api/rooms/1/messages"),
    ("GET", "/api/rooms/1/changes"),
    ("GET", "/api/messages/1"),
    ("GET", "/api/people"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_every_call_answers_service_stopped(stopped, method, path):
    server, ani, _ = stopped
    body = {"nickname": "Budi"} if (method, path) == ("POST", "/api/session") else {} if method in {"POST", "PATCH"} else None

    reply = ani.http.request(method, server.url + path, json=body)

    assert (reply.status_code, reply.json()["code"]) == (503, "service_stopped")
    assert 3 <= reply.json()["retry_after"] <= 12
    assert reply.headers["Retry-After"] == str(reply.json()["retry_after"])


def test_a_socket_is_refused_with_the_code(stopped):
    _, ani, _ = stopped
    client = socketio.Client(reconnection=False)
    refusals = []
    client.on("connect_error", refusals.append)

    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(ani.url, auth={"token": ani.token}, transports=["websocket"])
    client.shutdown()

    assert [refusal["data"]["code"] for refusal in refusals if isinstance(refusal, dict)] == ["service_stopped"]


@pytest.mark.parametrize("path", ["/", "/api/service", "/healthz", "/admin", "/assets/0/strings/id.json", "/assets/0/icon.svg"])
def test_the_page_and_the_panel_live(stopped, browse, path):
    assert browse(stopped[0]).call("GET", path).status_code == 200


def test_the_service_says_why(stopped, browse):
    service = browse(stopped[0]).call("GET", "/api/service").json()

    assert (service["state"], service["reason"]) == ("stopped", "Ujian")


def test_the_panel_works(stopped):
    _, _, administrator = stopped

    assert administrator.get("/status")["service"]["state"] == "stopped"
    assert administrator.get("/messages")["messages"] == []
