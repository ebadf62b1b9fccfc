"""Whatever is sent, it is answered with a code of the contract, nothing of it is kept, and no traceback shows anywhere."""

import itertools
import json

import msgspec
import pytest
import requests
import websocket
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatweb import protocol
from chatweb.web.errors import STATUS
from tests.people import WAIT, Administrator, Person
from tests.routes import routes
from tests.server import Server

LOBBY, ADMIN, NOBODY = 1, 1, 999_999

# Every event and every call that takes a body, with the type of what it takes: a new one without a line here fails.
ASKS = {
    "join": protocol.Join,
    "leave": protocol.Leave,
    "post_message": protocol.PostMessage,
    "edit_message": protocol.EditMessage,
    "delete_message": protocol.DeleteMessage,
    "react": protocol.React,
    "create_room": protocol.CreateRoom,
    "join_room": protocol.RoomOnly,
    "leave_room": protocol.RoomOnly,
    "invite": protocol.Invite,
    "change_room": protocol.ChangeRoom,
    "mark": protocol.MarkRoom,
    "type": protocol.Type,
}
ADMIN_ASKS = {"broadcast": protocol.AdminBroadcast, "post_message": protocol.AdminPost, "set_service": protocol.SetService}
BODIES = {
    "POST /api/session": protocol.BeginSession,
    "PATCH /api/session": protocol.ChangeSession,
    "POST /admin/api/session": protocol.AdminSignIn,
    "POST /admin/api/setup": protocol.AdminSetUp,
    "PUT /admin/api/service": protocol.SetService,
    "POST /admin/api/messages": protocol.AdminPost,
    "POST /admin/api/broadcasts": protocol.AdminBroadcast,
    "POST /admin/api/people/<int:person>/kick": protocol.Kick,
    "PUT /admin/api/people/<int:person>/mute": protocol.Restrict,
    "PUT /admin/api/people/<int:person>/ban": protocol.Restrict,
}
NO_BODY = {
    "POST /api/session/links",
    "DELETE /api/session",
    "DELETE /api/session/devices/<int:known>",
    "DELETE /admin/api/ballast",
    "DELETE /admin/api/session",
    "DELETE /admin/api/broadcasts/<int:message>",
    "DELETE /admin/api/messages/<int:message>",
    "DELETE /admin/api/people/<int:person>/mute",
    "DELETE /admin/api/people/<int:person>/ban",
}
FORMS = {"POST /api/attachments"}  # tests/web/test_attachments.py
PARAMETERS = [
    "q",
    "ids",
    "cursor",
    "before",
    "after",
    "around",
    "limit",
    "room",
    "person",
    "scope",
    "kind",
    "since",
    "until",
    "online",
    "url",
]
READS = [route for route in routes() if route.method == "GET" and "/api/" in route.path]

fast = settings(
    deadline=None,
    derandomize=True,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


# What is sent


def deep(levels):
    value = []
    for _ in range(levels):
        value = [value]
    return value


STRINGS = [
    "",
    " ",
    "x" * 4001,
    "x" * 21_000,
    "\x00",
    "a\x1b[2Jb",
    "\ud800",
    "\udc00x",
    "\ufffe",
    "\u202eabc",
    "\u200b",
    "' OR 1=1; --",
    '"; DROP TABLE message; --',
    "<script>alert(1)</script>",
    "{{7*7}} {body} %s %(x)s",
    "../../etc/passwd",
    "__proto__",
    "true",
    "NaN",
    "1e999",
    "\uff19\uff19",
]
NUMBERS = [0, -1, 2**31, 2**53 - 1, 2**53, 2**63 - 1, 2**63, -(2**63), 10**400, 0.5, 1.0, -0.0, float("nan"), float("inf"), 1e308]
OTHERS = [None, True, False, [], {}, [[]], {"": ""}, {"__class__": 1}, {"room": {"room": 1}}, deep(60), deep(900), [None] * 2000]
hostile = st.one_of(
    st.sampled_from(STRINGS),
    st.sampled_from(NUMBERS),
    st.sampled_from(OTHERS),
    st.text(max_size=50),
    st.integers(),
    st.floats(),
    st.recursive(st.none() | st.booleans() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3), max_leaves=5),
)
VALID = {
    "client_id": st.uuids().map(str),
    "to": st.sampled_from([{"room": LOBBY}, {"person": ADMIN}, {"room": NOBODY}, {"person": NOBODY}, {}]),
    "room": st.sampled_from([LOBBY, NOBODY]),
    "cursors": st.sampled_from([{}, {"1": 0}, {"1": 10**15}, {"x": 1}, {"1": -1}, {"-1": 1}, {"9" * 30: 1}]),
    "typing": st.booleans(),
    "body": st.just("halo"),
    "state": st.just("running"),
    "nickname": st.text(min_size=1, max_size=8),
    "name": st.just("nobody"),
}


def payloads(kind):
    """What is nearly a ``kind``: fields that are missing, extra, of a wrong type, or right."""
    fields = [field.name for field in msgspec.structs.fields(kind)]
    # Nobody signs in as the first administrator here: that would make everybody else wait.
    needed = {"name": st.just("nobody") | st.integers()} if "password" in fields and "name" in fields else {}
    one_each = {name: hostile.filter(lambda value: value != "stopped") | VALID.get(name, hostile) for name in fields if name not in needed}
    some = st.fixed_dictionaries(needed, optional={**one_each, "extra": st.just(1)}) | st.fixed_dictionaries(
        needed, optional={name: VALID.get(name, hostile) for name in fields if name not in needed}
    )
    whole = st.fixed_dictionaries({name: VALID.get(name, st.just("x")) for name in fields} | needed)
    return some | whole if needed else some | whole | hostile


# Who is asked


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A server with somebody in it and an administrator."""
    server = Server(tmp_path_factory.mktemp("bad"), limits="off").start()
    ani, budi = Person(server.url, "Ani"), Person(server.url, "Budi")
    ani.join()
    budi.join()
    administrator = Administrator(server.url, server.admin_password).listens()
    yield server, ani, budi, administrator, set()
    for one in (ani, budi, administrator):
        one.hangs_up()
    server.stop()
    assert "Traceback" not in server.log


@pytest.fixture
def quiet(house):
    """After a test only what was accepted has been kept, nothing is in the log, and others are served."""
    server, ani, budi, administrator, known = house
    before = administrator.get("/status")["messages"]
    accepted = set()
    yield accepted
    ani.join()
    said = ani.says("masih di sini")
    budi.hears("message_posted", where=lambda message: message["id"] == said["id"])
    new = accepted - known - {None}  # the same client_id is the same message, in another test too
    known |= new
    assert administrator.get("/status")["messages"] == before + len(new) + 1
    assert administrator.get("/status")["service"]["state"] == "running"
    assert "Traceback" not in server.log
    assert "Fault" not in server.log


def check_ack(ack, accepted):
    assert isinstance(ack, dict), ack
    if ack["ok"] is True:
        if "message" in ack:
            accepted.add(ack["message"]["id"])
        return
    assert ack["ok"] is False
    assert ack["error"]["code"] in set(STATUS) - {"internal"}, ack
    assert ack["error"]["detail"]
    assert "Traceback" not in str(ack)


def check_reply(reply):
    assert "Traceback" not in reply.text
    if reply.status_code < 300:
        return
    problem = reply.json()
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert problem["code"] in set(STATUS) - {"internal"}, problem
    assert problem["status"] == reply.status_code == STATUS[problem["code"]]


# Nothing is forgotten


def test_every_event_and_every_call_with_a_body_is_tried():
    assert set(ASKS) == set(protocol.ASKS)
    assert set(ADMIN_ASKS) == set(protocol.ADMIN_ASKS)
    assert set(BODIES) | NO_BODY | FORMS == {str(route) for route in routes() if route.method != "GET"}
    assert len(READS) > 8


# Events


@pytest.mark.parametrize("event", ASKS)
def test_whatever_a_client_asks_is_answered(house, quiet, event):
    _, ani, *_ = house

    @fast
    @given(payloads(ASKS[event]))
    def ask(payload):
        check_ack(ani.asks(event, payload), quiet)

    ask()


@pytest.mark.parametrize("event", ADMIN_ASKS)
def test_whatever_the_panel_asks_is_answered(house, quiet, event):
    administrator = house[3]

    @fast
    @given(payloads(ADMIN_ASKS[event]))
    def ask(payload):
        check_ack(administrator.asks(event, payload), quiet)

    ask()


@pytest.mark.parametrize("event", [*ASKS, "unknown"])
@pytest.mark.parametrize("arguments", [(), ({}, {}), (None, 1), ("x", [], {})])
def test_none_and_several_payloads_are_answered(house, quiet, event, arguments):
    refused = house[1].asks(event, *arguments)

    assert refused["error"]["code"] == "invalid"


@pytest.mark.parametrize(
    "event",
    ["unknown", "x" * 1000, "__class__", "trigger_event", "malformed", "on_join", "message", "\x00", "\ud800", "Join", "edit_message"],
)
def test_an_event_that_is_none_of_ours_is_answered(house, quiet, event):
    refused = house[1].asks(event, {})

    assert refused["error"]["code"] == "invalid"


def test_a_stranger_to_the_lobby_asks_and_gets_nothing(house, quiet):
    server = house[0]
    newcomer = Person(server.url).connect()

    for event in set(ASKS) - {"join", "leave"}:
        for payload in ({}, {"room": LOBBY, "typing": True}, {"room": LOBBY, "read": 1}):
            check_ack(newcomer.asks(event, payload), quiet)
    refused = newcomer.asks("type", {"room": LOBBY, "typing": True})
    newcomer.hangs_up()

    assert refused["error"]["code"] == "forbidden"


# Calls


@pytest.mark.parametrize("call", BODIES)
def test_whatever_body_comes_is_answered(house, quiet, call):
    server, _, _, administrator, _ = house
    method, path = call.split(" ")
    http = (administrator if path.startswith("/admin") else Person(server.url)).http
    address = server.url + path.replace("<int:person>", str(NOBODY))
    bodies = payloads(BODIES[call]).map(lambda payload: json.dumps(payload).encode()) | st.binary(max_size=60)

    @fast
    @given(bodies)
    def send(body):
        reply = http.request(method, address, data=body, headers={"Content-Type": "application/json"}, timeout=WAIT)
        check_reply(reply)
        if reply.status_code < 300 and "message" in reply.text and path.startswith("/admin"):
            quiet.add(reply.json().get("message", {}).get("id"))

    send()


RAW = [
    b"\xff",
    b'{"body": "\xc3\x28"}',
    b'{"a": 1, "a": 2}',
    b"\xef\xbb\xbf{}",
    b"{}{}",
    b"'{}'",
    b"[" * 60_000,
    b'{"a":' * 10_000,
    b"1" * 60_000,
    b"nul",
]


@pytest.mark.parametrize("call", BODIES)
def test_bytes_that_are_no_json_are_invalid(house, quiet, call):
    server, ani, _, administrator, _ = house
    method, path = call.split(" ")
    http = (administrator if path.startswith("/admin") else ani).http
    address = server.url + path.replace("<int:person>", str(NOBODY))

    for body in RAW:
        reply = http.request(method, address, data=body, headers={"Content-Type": "application/json"}, timeout=WAIT)
        check_reply(reply)
        assert reply.status_code == 422


@pytest.mark.parametrize("route", READS, ids=str)
def test_whatever_query_comes_is_answered(house, quiet, route):
    server, ani, _, administrator, _ = house
    http = (administrator if route.path.startswith("/admin") else ani).http
    address = server.url + route.path.replace("<int:room>", str(LOBBY)).replace("<int:message>", "1")
    value = (
        st.sampled_from([text for text in STRINGS if len(text) < 1500 and text.isascii()]) | st.text(max_size=20) | st.integers().map(str)
    )
    value = value.map(lambda text: text.encode("utf-8", "surrogatepass"))

    @fast
    @given(st.dictionaries(st.sampled_from(PARAMETERS), value, max_size=4))
    def read(query):
        check_reply(http.get(address, params=query, timeout=WAIT))

    read()


@pytest.mark.parametrize(
    "header", ["Cookie", "Authorization", "Accept-Language", "User-Agent", "X-CSRF-Token", "Content-Type", "If-None-Match", "Range"]
)
@pytest.mark.parametrize("value", [b"\xff\xfe", b"=;=;,,;q=", b"x" * 4000, b"Bearer \xc3\xbc", b'"; a="\x80'])
def test_whatever_header_comes_is_answered(house, quiet, header, value):
    server = house[0]
    for method, path in itertools.product(
        ["GET", "POST"], ["/", "/api/session", "/api/service", "/admin", "/assets/0/strings/id.json", "/admin/api/session"]
    ):
        reply = requests.request(method, server.url + path, data=b"{}", headers={header: value}, timeout=WAIT)
        assert reply.status_code < 500, reply.text
        assert "Traceback" not in reply.text


def test_an_address_that_is_too_long_is_refused(house, quiet):
    assert house[1].get("/api/people", params={"q": "x" * 10_000}).status_code == 414


# Frames


FRAMES = [
    "",
    "x",
    "9",
    "4",
    "40",
    "42",
    "42[",
    '42["join"',
    "42[]",
    "42{}",
    "42[7]",
    '42["connect"]',
    '42["disconnect"]',
    '42["connect",{"token":"x"}]',
    '42["connect_error"]',
    '42[""]',
    '42["post_message",{"_placeholder":true,"num":0}]',
    '451-["post_message",{"_placeholder":true,"num":0}]',
    '461-0[{"_placeholder":true,"num":0}]',
    "45999999999-[]",
    '42/admin,["broadcast",{"body":"x"}]',
    "40/admin,",
    '40/admin,{"csrf_token":"x"}',
    "40/nowhere,",
    '42/nowhere,["x"]',
    "43",
    "43[]",
    "430[]",
    "43999999999999999999[]",
    "4299999999999999999999999999[]",
    '42-1["join",{}]',
    "44",
    '44{"message":"x"}',
    "41",
    "41/admin,",
    "1",
    "2",
    "2probe",
    "3",
    "5",
    "6",
    "bAAAA",
    "42" + "[" * 50_000,
    '42["post_message",' + '{"to":' * 8000,
    "42" + "9" * 50_000,
    '42["x","' + "\u00fc" * 20_000 + '"]',
    '42["' + "x" * 70_000 + '"]',
    b"\x00",
    b"\xff" * 100,
]


def open_websocket(server, person):
    """A WebSocket with its namespace open, as a browser would have it."""
    address = f"ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket"
    connection = websocket.create_connection(address, header=[f"Authorization: Bearer {person.token}"], timeout=WAIT)
    connection.recv()
    connection.send(f'40{{"token":"{person.token}"}}')
    connection.recv()
    return connection


@pytest.mark.parametrize("again", [1, 5])
def test_frames_that_are_no_socket_io_disturb_nobody(house, quiet, again):
    server, _, budi, *_ = house

    for frame in FRAMES:
        connection = open_websocket(server, budi)
        try:
            for _ in range(again):
                connection.send(frame, websocket.ABNF.OPCODE_BINARY if isinstance(frame, bytes) else websocket.ABNF.OPCODE_TEXT)
        except (OSError, websocket.WebSocketException):
            continue  # closed by the server: its right
        finally:
            connection.close(timeout=0)


def test_text_that_is_no_utf_8_disturbs_nobody(house, quiet):
    server, _, budi, *_ = house
    connection = open_websocket(server, budi)

    connection.send_frame(websocket.ABNF.create_frame(b'42["join",{"\xff\xfe"}]', websocket.ABNF.OPCODE_TEXT))

    connection.close(timeout=0)


def test_who_hangs_up_in_the_middle_of_a_frame_disturbs_nobody(house, quiet):
    server, _, budi, *_ = house
    connection = open_websocket(server, budi)

    connection.sock.sendall(b"\x81\xfe\xff\xff")
    connection.sock.close()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "EIO=4",
        "EIO=3&transport=websocket",
        "EIO=x&transport=x",
        "EIO=4&transport=polling&sid=x",
        "EIO=4&transport=websocket&sid=%00",
        "sid=" + "x" * 3000,
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "OPTIONS"])
def test_a_socket_that_is_asked_for_wrongly_is_refused(house, quiet, method, query):
    _, ani, *_ = house

    reply = ani.http.request(method, f"{ani.url}/socket.io/?{query}", data=b"x" if method == "POST" else None, timeout=WAIT)

    assert "Traceback" not in reply.text
    assert reply.status_code < 500
