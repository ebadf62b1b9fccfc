"""Every call and event, by everybody it could come from: who may, and with which code the others are refused."""

import json
import re
import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
import requests
import socketio
import websocket

from chatweb import protocol
from tests.people import WAIT, Administrator, Person
from tests.pictures import picture
from tests.routes import routes
from tests.server import Server
from tests.wire import Line

WHO = ("member", "muted", "kicked", "left", "outsider", "banned", "stranger", "panel")
NOT_FOUND_IF_OUT = {"left": "not_found", "outsider": "not_found"}
GONE = {"banned": "banned", "stranger": "unauthenticated", "panel": "unauthenticated"}
READS = {**NOT_FOUND_IF_OUT, **GONE}
WRITES = {**READS, "muted": "muted"}
BY_PANEL_TOO = {key: code for key, code in READS.items() if key != "panel"}
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
    attachment = member.http.post(f"{server.url}/api/attachments", files={"file": ("foto.png", picture(form="PNG"))}, timeout=WAIT).json()
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
FILE = object()  # a form with a file, instead of a JSON body
CALLS = [
    ("GET", lambda _: "/api/session", None, ANYBODY),
    ("PATCH", lambda _: "/api/session", {"locale": "en"}, ANYBODY),
    ("POST", lambda _: "/api/session/links", {}, ANYBODY),
    ("GET", lambda _: "/api/session/devices", None, ANYBODY),
    ("DELETE", lambda _: "/api/session/devices/999999", None, {**GONE, **dict.fromkeys(WHO[:5], "not_found")}),
    ("GET", lambda _: "/api/rooms", None, ANYBODY),
    ("GET", lambda _: "/api/people", None, ANYBODY),
    ("GET", lambda _: "/api/search?q=halo", None, ANYBODY),
    ("GET", lambda scene: f"/api/search?q=rahasia&room={scene.room}", None, READS),
    ("GET", lambda scene: f"/api/rooms/{scene.room}", None, READS),
    ("GET", lambda scene: f"/api/rooms/{scene.open_room}", None, ANYBODY),
    ("GET", lambda scene: f"/api/rooms/{scene.room}/messages", None, READS),
    ("GET", lambda scene: f"/api/rooms/{scene.room}/changes?after=0", None, READS),
    ("GET", lambda scene: f"/api/rooms/{scene.room}/marks", None, READS),
    ("GET", lambda scene: f"/api/messages/{scene.message}", None, READS),
    ("GET", lambda scene: f"/api/messages/{scene.message}/receipts", None, READS),
    ("GET", lambda scene: f"/api/attachments/{scene.attachment}", None, READS),
    ("GET", lambda scene: scene.media, None, BY_PANEL_TOO),
    ("GET", lambda scene: f"/media/{scene.attachment}/thumbnail", None, BY_PANEL_TOO),
    ("POST", lambda _: "/api/attachments", FILE, ANYBODY_WRITES),
]
# Its own test: it ends the session of who asks.
LEAVING = "DELETE /api/session"
# What anybody may ask, without a session: the pages and what is on them, the state of the chat, and the doors.
OPEN = {
    "GET /",
    "GET /admin",
    "GET /admin/",
    "GET /admin/log",
    "GET /admin/setup",
    "GET /api/service",
    "GET /assets/<version>/<path:path>",
    "GET /healthz",
    "POST /api/session",
    "POST /admin/api/session",
    "POST /admin/api/setup",
}
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
    ("DELETE", lambda _: "/ballast", None),
    ("DELETE", lambda _: "/session", None),
]
ADMIN_PAGES = {"GET /admin/qr.svg"}  # for administrators too, but no part of the calls


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


@pytest.mark.parametrize("who", WHO)
def test_only_an_administrator_gets_the_pictures_of_the_panel(scene, who):
    address = scene.admin.get("/status")["addresses"][0]

    reply = _call(scene, who, "GET", f"/admin/qr.svg?url={address}")

    assert reply.status_code == (200 if who == "panel" else 401)


@pytest.mark.parametrize("who", WHO)
def test_who_has_a_session_may_end_it(scene, who):
    if who in GONE:
        reply = _call(scene, who, "DELETE", "/api/session")
        assert reply.json()["code"] == GONE[who]
    else:
        person = Person(scene.server.url)
        assert [person.delete("/api/session").status_code, person.get("/api/session").status_code] == [204, 401]


@pytest.mark.parametrize("who", [who for who in WHO if who != "panel"])
def test_nobody_but_an_administrator_is_let_into_the_panels_namespace(scene, who):
    headers = [f"Authorization: Bearer {scene.people[who].token}"] if who in scene.people else []
    opening = '40/admin,{"csrf_token":"' + scene.admin.csrf_token + '"}'  # even with that

    heard = _told(scene, [opening, *(f'42/admin,{number}["{name}",{{}}]' for number, name in enumerate(protocol.ADMIN_ASKS))], headers)

    assert [re.findall(r'"code":"([a-z_]+)"', text) for text in heard] == [["unauthenticated"]] * (1 + len(protocol.ADMIN_ASKS))
    assert heard[0].startswith("44/admin,")


def test_an_administrators_cookie_without_the_csrf_token_opens_no_namespace(scene):
    headers = ["Cookie: " + "; ".join(f"{one.name}={one.value}" for one in scene.admin.http.cookies)]

    heard = _told(scene, ["40/admin,", '40/admin,{"csrf_token":"wrong"}'], headers)

    assert [re.findall(r'"code":"([a-z_]+)"', text) for text in heard] == [["forbidden"], ["forbidden"]]


# Hidden and absent

ABSENT = 10**9
OUTSIDE = ["left", "outsider"]
HIDDEN_CALLS = [route for route in routes() if re.search(r"<int:(room|message|attachment)>", route.path) and "/admin/" not in route.path]
# Every event, and every place in it where something hidden may be named; one that is missing here fails below.
HIDDEN_EVENTS = [
    ("post_message", lambda scene, id_: {"to": {"room": id_(scene.room)}, "body": "x"}),
    ("post_message", lambda scene, id_: {"to": {"room": 1}, "body": "x", "reply_to": id_(scene.message)}),
    ("post_message", lambda scene, id_: {"to": {"room": 1}, "body": "x", "attachments": [id_(scene.attachment)]}),
    ("edit_message", lambda scene, id_: {"id": id_(scene.message), "body": "x"}),
    ("delete_message", lambda scene, id_: {"id": id_(scene.message)}),
    ("react", lambda scene, id_: {"id": id_(scene.message), "emoji": "👍", "on": True}),
    ("join_room", lambda scene, id_: {"room": id_(scene.room)}),
    ("leave_room", lambda scene, id_: {"room": id_(scene.room)}),
    ("invite", lambda scene, id_: {"room": id_(scene.room), "people": [1]}),
    ("change_room", lambda scene, id_: {"room": id_(scene.room), "name": "x"}),
    ("mark", lambda scene, id_: {"room": id_(scene.room), "read": 1}),
    ("type", lambda scene, id_: {"room": id_(scene.room), "typing": True}),
]
NAME_NOTHING = {"join", "leave", "create_room"}  # join's cursors are passed over where they name no room of one's own


@pytest.mark.parametrize("who", OUTSIDE)
@pytest.mark.parametrize("route", HIDDEN_CALLS, ids=str)
def test_a_hidden_thing_answers_byte_for_byte_like_one_that_is_not_there(scene, route, who):
    def answered(ids):
        path = route.path.replace("<name>", "foto.png")
        for kind, id_ in ids.items():
            path = path.replace(f"<int:{kind}>", str(id_))
        reply = _call(scene, who, route.method, path)
        return reply.status_code, [(name, value) for name, value in reply.headers.items() if name != "Date"], reply.content

    hidden = answered({"room": scene.room, "message": scene.message, "attachment": scene.attachment})

    assert hidden[0] >= 400, "for this test to mean anything"
    assert hidden == answered({"room": ABSENT, "message": ABSENT, "attachment": ABSENT})


@pytest.mark.parametrize("who", OUTSIDE)
@pytest.mark.parametrize(("name", "payload"), HIDDEN_EVENTS)
def test_an_event_about_a_hidden_thing_is_answered_byte_for_byte_like_one_about_nothing(scene, name, payload, who):
    asker = Line(scene.server.port, scene.people[who].token)
    asker.join()

    def answered(number, id_):
        own = {"client_id": str(uuid.uuid4())} if name == "post_message" else {}
        asker.send(b"42%d" % number + json.dumps([name, {**own, **payload(scene, id_)}]).encode())
        return asker.wait_for(lambda text: text.startswith(b"43%d[" % number)).partition(b"[")[2]

    hidden, absent = answered(100, lambda id_: id_), answered(101, lambda _: ABSENT)
    asker.breaks()

    assert b'"ok":false' in hidden, "for this test to mean anything"
    assert hidden == absent


@pytest.mark.parametrize("who", OUTSIDE)
def test_a_cursor_of_a_hidden_room_tells_nothing(scene, who):
    asker = Line(scene.server.port, scene.people[who].token)

    told = [asker.join({str(room): 0}).get("changes", {}) for room in (scene.room, ABSENT)]
    asker.breaks()

    assert told == [{}, {}]


@pytest.mark.parametrize("who", OUTSIDE)
def test_a_hidden_picture_is_nobodys_avatar(scene, who):
    hidden, absent = (_call(scene, who, "PATCH", "/api/session", {"avatar": id_}) for id_ in (scene.attachment, ABSENT))

    assert hidden.status_code >= 400
    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content)


# The matrix is whole


def test_the_matrix_knows_every_event_of_the_contract():
    assert {event.name for event in EVENTS} == set(protocol.ASKS)
    assert {name for name, _payload in HIDDEN_EVENTS} | NAME_NOTHING == set(protocol.ASKS)


def test_the_matrix_knows_every_address_of_the_server():
    people = defaultdict(lambda: SimpleNamespace(id=1))
    anything = SimpleNamespace(room=1, open_room=1, message=1, attachment=1, media="/media/1/file/foto.png", people=people)
    tried = {f"{method} {path(anything).partition('?')[0]}" for method, path, *_ in CALLS}
    tried |= {f"{method} /admin/api{path(anything).partition('?')[0]}" for method, path, *_ in ADMIN_CALLS}
    by_itself = OPEN | ADMIN_PAGES | {LEAVING}

    forgotten = [str(route) for route in routes() if str(route) not in by_itself and not any(map(_address(route).fullmatch, tried))]

    assert forgotten == []
    assert by_itself - {str(route) for route in routes()} == set()


def _address(route):
    """What matches the addresses of a route."""
    path = re.sub(r"<int:\w+>", "[0-9]+", str(route))
    return re.compile(re.sub(r"<path:\w+>", ".+", re.sub(r"<(?!path)\w+>", "[^/]+", path)))


def _told(scene: Scene, texts: list[str], headers: list[str]) -> list[str]:
    """What each text is answered on a fresh socket, without Engine.IO's type."""
    socket = websocket.create_connection(
        f"ws://127.0.0.1:{scene.server.port}/socket.io/?EIO=4&transport=websocket", header=headers, timeout=WAIT
    )
    socket.recv()
    answers = []
    for text in texts:
        socket.send(text)
        answers.append(socket.recv())
    socket.close(timeout=0)
    return answers


def _call(scene: Scene, who: str, method: str, path: str, body: Any = None):
    sent = {"files": {"file": ("catatan.txt", b"isi")}} if body is FILE else {"json": body}
    http = {"panel": scene.admin.http}.get(who) or (scene.people[who].http if who in scene.people else None)
    return (http or requests).request(method, scene.server.url + path, timeout=WAIT, **sent)


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
