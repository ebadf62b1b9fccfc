"""Every call and event, by everybody it could come from: who may, and with which code the others are refused."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import socketio

from chatweb import protocol
from tests.people import WAIT, Administrator, Person
from tests.server import Server

WHO = ("member", "muted", "kicked", "left", "outsider", "banned", "stranger", "panel")
NOT_FOUND_IF_OUT = {"left": "not_found", "outsider": "not_found"}
GONE = {"banned": "banned", "stranger": "unauthenticated", "panel": "unauthenticated"}
READS = {**NOT_FOUND_IF_OUT, **GONE}
WRITES = {**READS, "muted": "muted"}
ANYBODY = GONE
ANYBODY_WRITES = {**GONE, "muted": "muted"}


@dataclass(slots=True)
class Scene:
    """A private room with a message and a file in it, an open room, and one of each kind of people."""

    server: Server
    people: dict[str, Person]
    admin: Administrator
    room: int
    open_room: int
    message: int
    attachment: int
    media: str


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("matrix"), limits="off").start()
    people = {who: Person(server.url, f"{who} {uuid.uuid4().hex[:6]}") for who in WHO if who not in {"stranger", "panel"}}
    for person in people.values():
        person.join()
    member = people["member"]
    inside = [people[who].id for who in ("muted", "kicked", "left", "banned")]
    room = member.asks("create_room", {"name": "Panitia", "private": True, "people": inside})["room"]["id"]
    open_room = member.asks("create_room", {"name": "Kelas", "people": inside})["room"]["id"]
    attachment = member.http.post(f"{server.url}/api/attachments", files={"file": ("catatan.txt", b"isi")}, timeout=WAIT).json()
    post = {"client_id": str(uuid.uuid4()), "to": {"room": room}, "body": "rahasia", "attachments": [attachment["id"]]}
    message = member.asks("post_message", post)["message"]
    admin = Administrator(server.url, server.admin_password)
    people["left"].asks("leave_room", {"room": room})
    assert admin.call("PUT", f"/people/{people['muted'].id}/mute", {}).status_code == 204
    assert admin.call("POST", f"/people/{people['kicked'].id}/kick", {}).status_code == 204
    assert admin.call("PUT", f"/people/{people['banned'].id}/ban", {}).status_code == 204
    for who in ("kicked", "banned"):
        people[who].hears("disconnected")
        people[who].client = None
    people["kicked"].join()  # a kick ends the connections, not the session
    yield Scene(server, people, admin, room, open_room, message["id"], attachment["id"], attachment["url"])
    for person in people.values():
        person.hangs_up()
    admin.hangs_up()
    server.stop()
    assert "Traceback" not in server.log


@dataclass(frozen=True, slots=True)
class Event:
    """An event, and with which code whom of the people it is refused; all others it is not refused to as people."""

    name: str
    payload: Callable[[Scene], dict[str, Any]]
    refused: dict[str, str]


def _post(to: Callable[[Scene], dict[str, int]]) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {"client_id": str(uuid.uuid4()), "to": to(scene), "body": "halo"}


EVENTS = [
    Event("join", lambda _: {}, ANYBODY),
    Event("post_message", _post(lambda scene: {"room": scene.room}), WRITES),
    Event("post_message", _post(lambda _: {"room": 1}), ANYBODY_WRITES),
    Event("post_message", _post(lambda scene: {"room": scene.open_room}), {**ANYBODY_WRITES, "outsider": "forbidden"}),
    Event("edit_message", lambda scene: {"id": scene.message, "body": "lain"}, {**WRITES, "kicked": "forbidden"}),
    Event("react", lambda scene: {"id": scene.message, "emoji": "👍", "on": True}, WRITES),
    Event("delete_message", lambda scene: {"id": 10**9}, {**GONE, **dict.fromkeys(WHO[:5], "not_found")}),
    Event("create_room", lambda _: {"name": "Baru"}, ANYBODY_WRITES),
    Event("join_room", lambda scene: {"room": scene.room}, READS),
    Event("change_room", lambda scene: {"room": scene.room, "topic": uuid.uuid4().hex}, WRITES),
    Event("invite", lambda scene: {"room": scene.room, "people": [scene.people["member"].id]}, WRITES),
    Event("mark", lambda scene: {"room": scene.room, "read": 1}, READS),
    Event("type", lambda scene: {"room": scene.room, "typing": True}, READS),
    Event("leave_room", lambda _: {"room": 1}, {**GONE, **dict.fromkeys(WHO[:5], "forbidden")}),
    Event("leave", lambda _: {}, ANYBODY),
]
CALLS = [
    ("GET", lambda _: "/api/session", None, ANYBODY),
    ("PATCH", lambda _: "/api/session", {"locale": "en"}, ANYBODY),
    ("POST", lambda _: "/api/session/links", {}, ANYBODY),
    ("GET", lambda _: "/api/session/devices", None, ANYBODY),
    ("DELETE", lambda _: "/api/session/devices/999999", None, {**GONE, **dict.fromkeys(WHO[:5], "not_found")}),
    ("GET", lambda _: "/api/rooms", None, ANYBODY),
    ("GET", lambda _: "/api/people", None, ANYBODY),
    ("GET", lambda scene: f"/api/rooms/{scene.room}", None, READS),
    ("GET", lambda scene: f"/api/rooms/{scene.open_room}", None, ANYBODY),
    ("GET", lambda scene: f"/api/rooms/{scene.room}/messages", None, READS),
    ("GET", lambda scene: f"/api/rooms/{scene.room}/changes?after=0", None, READS),
    ("GET", lambda scene: f"/api/messages/{scene.message}", None, READS),
    ("GET", lambda scene: f"/api/messages/{scene.message}/receipts", None, READS),
    ("GET", lambda scene: f"/api/attachments/{scene.attachment}", None, READS),
    ("GET", lambda scene: scene.media, None, {key: code for key, code in READS.items() if key != "panel"}),
]
ADMIN_CALLS = [
    ("GET", lambda _: "/status", None),
    ("GET", lambda _: "/people", None),
    ("GET", lambda _: "/messages", None),
    ("GET", lambda _: "/messages/export?format=csv", None),
    ("GET", lambda _: "/rooms", None),
    ("GET", lambda _: "/activity", None),
    ("PUT", lambda _: "/service", {"state": "running"}),
    ("POST", lambda _: "/broadcasts", {"body": "Perhatian"}),
    ("DELETE", lambda _: "/broadcasts/999", None),
    ("DELETE", lambda _: "/ballast", None),
    ("POST", lambda _: "/messages", {"to": {"room": 1}, "body": "halo"}),
    ("POST", lambda scene: f"/people/{scene.people['outsider'].id}/kick", {}),
    ("PUT", lambda scene: f"/people/{scene.people['muted'].id}/mute", {}),
    ("DELETE", lambda _: "/people/999/mute", None),
    ("PUT", lambda scene: f"/people/{scene.people['banned'].id}/ban", {}),
    ("DELETE", lambda _: "/people/999/ban", None),
    ("DELETE", lambda _: "/messages/999", None),
]


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_an_event_is_let_through_or_refused_by_who_sends_it(scene, event, who):
    expected = event.refused.get(who, "ok")

    got = _connect_code(scene, who) if who in GONE else _ask(scene, who, event)

    assert got == expected


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(("method", "path", "body", "refused"), CALLS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_call_is_let_through_or_refused_by_who_sends_it(scene, method, path, body, refused, who):
    reply = _call(scene, who, method, path(scene), body)

    expected = refused.get(who, "ok")
    assert ("ok" if reply.ok else reply.json()["code"]) == expected


@pytest.mark.parametrize("who", [who for who in WHO if who != "panel"])
@pytest.mark.parametrize(("method", "path", "body"), ADMIN_CALLS, ids=lambda value: value if isinstance(value, str) else "")
def test_nobody_but_an_administrator_gets_through_to_the_panels_calls(scene, method, path, body, who):
    reply = _call(scene, who, method, f"/admin/api{path(scene)}", body)

    assert (reply.status_code, reply.json()["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize(("method", "path", "body"), ADMIN_CALLS, ids=lambda value: value if isinstance(value, str) else "")
def test_an_administrator_without_the_csrf_token_changes_nothing(scene, method, path, body):
    reply = scene.admin.call(method, path(scene), body, headers={"X-CSRF-Token": "wrong"})

    if method == "GET":
        assert reply.status_code == 200
    else:
        assert (reply.status_code, reply.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize("who", ["left", "outsider"])
def test_a_hidden_thing_answers_byte_for_byte_like_one_that_is_not_there(scene, who):
    for path in ("/api/rooms/{}", "/api/rooms/{}/messages", "/api/rooms/{}/changes?after=0"):
        assert _call(scene, who, "GET", path.format(scene.room)).content == _call(scene, who, "GET", path.format(10**9)).content
    for path in ("/api/messages/{}", "/api/messages/{}/receipts"):
        assert _call(scene, who, "GET", path.format(scene.message)).content == _call(scene, who, "GET", path.format(10**9)).content
    for path in ("/api/attachments/{}", "/media/{}/file/catatan.txt", "/media/{}/thumbnail"):
        assert _call(scene, who, "GET", path.format(scene.attachment)).content == _call(scene, who, "GET", path.format(10**9)).content


def test_the_matrix_knows_every_event_of_the_contract():
    assert {event.name for event in EVENTS} == set(protocol.ASKS)


def test_the_matrix_knows_every_call_of_the_panel(scene):
    source = "".join(path.read_text("utf-8") for path in sorted(_admin_sources()))
    routes = set(re.findall(r'@routes\.(get|post|put|delete)\("(/[^"]*)"\)', source))
    known = {(method.lower(), re.sub(r"/\d+", "/#", path(scene).partition("?")[0])) for method, path, _ in ADMIN_CALLS}
    of_the_door = {("post", "/session"), ("delete", "/session"), ("post", "/setup")}
    wanted = {(method, re.sub(r"<[^>]*>", "#", path)) for method, path in routes} - of_the_door

    assert wanted, "for this test to mean anything"
    assert wanted <= known


def _admin_sources():
    folder = Path(protocol.__file__).parents[1] / "admin"
    return [folder / name for name in ("api.py", "people.py", "messages.py")]


def _call(scene: Scene, who: str, method: str, path: str, body: Any = None):
    http = {"panel": scene.admin.http}.get(who) or (scene.people[who].http if who in scene.people else None)
    return (http or requests).request(method, scene.server.url + path, json=body, timeout=WAIT)


def _ask(scene: Scene, who: str, event: Event) -> str:
    person = scene.people[who]
    if event.name != "join":
        person.join()
    reply = person.asks(event.name, event.payload(scene))
    return "ok" if reply["ok"] else reply["error"]["code"]


def _connect_code(scene: Scene, who: str) -> str:
    codes: list[str] = []
    client = socketio.Client(reconnection=False)
    client.on("connect_error", lambda data: codes.append(data["data"]["code"] if "data" in data else str(data)))
    token = scene.people[who].token if who in scene.people else "nobody's"
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(scene.server.url, auth={"token": token}, transports=["websocket"], wait_timeout=WAIT)
    client.shutdown()
    return codes[0]
