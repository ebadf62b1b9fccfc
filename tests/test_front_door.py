"""The front door with a real server: what strangers can do before anybody has logged in."""

import contextlib
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
from flask import Flask

from chatweb.web import health
from tests.faults.smuggling import answers
from tests.people import WAIT
from tests.server import REPOSITORY, START_SECONDS, GunicornServer, Server
from tests.wire import Line

CROWD = 1_100  # more than the stock server serves at all
SOON = 5  # seconds, on a slow machine; what is proved else waits for ever

# An application as bad as an application can be, behind the server that chatweb run has.
BAD_APP = """
import sys
from chatweb import serving
serving.patch()
import logging
logging.basicConfig()

def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/raises":
        raise RuntimeError("secret of the inside")
    if path == "/breaks-out":
        start_response("200 OK", [("X-A", "a\\r\\nSet-Cookie: b")])
        return [b""]
    headers = [("Content-Type", "text/plain"), ("X-A", "\\u20ac"), ("Content-Disposition", "attachment; filename=\\u65e5\\u672c.png")]
    start_response("200 OK", headers)
    return pieces() if path == "/breaks-off" else [b"whole"]

def pieces():
    yield b"x" * 100_000
    raise RuntimeError("secret of the inside")

listener = serving.listen("127.0.0.1", 0)
server = serving.Server([listener], app)
print(listener.getsockname()[1], flush=True)
while True:
    serving.sleep(60)
"""


def talk(port, raw, *, wait=WAIT):
    """Send bytes, and take all that comes until the server ends the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as connection:
        connection.sendall(raw)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def get(path, *lines):
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *lines, "", ""]).encode()


def last(path="/api/service"):
    return get(path, "Connection: close")


def held_open(connection):
    """Whether the server has neither answered nor ended a connection."""
    connection.setblocking(False)
    try:
        return connection.recv(1, socket.MSG_PEEK) is None
    except BlockingIOError:
        return True
    except ConnectionError:
        return False


@pytest.fixture
def many():
    """Opens many connections; each closes with the test."""
    opened = []
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    def come(port, count, said=b""):
        for _ in range(count):
            connection = socket.create_connection(("127.0.0.1", port), timeout=WAIT)
            opened.append(connection)
            connection.sendall(said)
        return opened[-count:]

    yield come
    for connection in opened:
        connection.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Cramped(Server):
    """A server that may open few files."""

    def __init__(self, folder, descriptors, **settings):
        limit = f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({descriptors}, {descriptors}))"
        run = "import runpy; runpy.run_module('chatweb', run_name='__main__', alter_sys=True)"
        super().__init__(folder, command=("-c", f"{limit}; {run}"), **settings)


# Descriptors


def test_a_server_without_free_descriptors_goes_on_and_lets_in_who_asks_something(tmp_path, many):
    server = Cramped(tmp_path, 256, limits="off").start()
    try:
        token = json.loads(_post(server.port, "/api/session", {"nickname": "Ani"})[1])["token"]
        line = Line(server.port, token)
        line.join()
        many(server.port, 400, b"GET / HT")

        status = [answers(talk(server.port, last()))[0][0] for _ in range(3)]

        assert status == [200] * 3
        assert line.says("masih di sini")["body"] == "masih di sini"
        assert "256 files" in server.log
        assert "192 clients" in server.log
    finally:
        line.breaks()
        assert server.stop() == 0
    assert "Traceback" not in server.log


# Room


def test_who_comes_while_the_server_is_busy_waits_in_the_queue(shared_server):
    """1,024 may; as it comes it were 50, and the others would try again and again."""
    os.kill(shared_server.pid, signal.SIGSTOP)
    waiting = [socket.socket() for _ in range(600)]
    try:
        for one in waiting:
            one.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                one.connect(("127.0.0.1", shared_server.port))
        until = time.monotonic() + 1  # less than the pause before a connection is tried again
        while time.monotonic() < until and not all(_is_connected(one) for one in waiting):
            time.sleep(0.02)
        connected = sum(_is_connected(one) for one in waiting)
    finally:
        os.kill(shared_server.pid, signal.SIGCONT)
        for one in waiting:
            one.close()

    assert connected == 600


def _is_connected(one):
    try:
        one.getpeername()
    except OSError:
        return False
    return True


def test_no_second_server_takes_a_share_of_the_clients(shared_server):
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)

        with pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", shared_server.port))


@pytest.mark.parametrize("make", [Server, GunicornServer], ids=["chatweb run", "gunicorn"])
def test_a_thousand_half_requests_stop_nobody_and_there_is_room_for_more(tmp_path, many, make):
    class Low(make):
        def launch(self, *more):
            soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            held = max(int(one.name) for one in Path("/proc/self/fd").iterdir()) + 50  # by the tests of this process before
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(200, held), hard))
            try:
                return super().launch(*more)
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    server = Low(tmp_path, limits="off").start()
    try:
        talk(server.port, last(), wait=START_SECONDS)  # gunicorn listens before its worker serves
        half = many(server.port, CROWD, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")

        begun = time.monotonic()
        answer = talk(server.port, last())

        assert answers(answer)[0][0] == 200
        assert time.monotonic() - begun < SOON
        assert sum(map(held_open, half)) > CROWD - 50, "for this test to mean anything"
        worker = _children(server.pid)[0] if make is GunicornServer else server.pid
        soft, hard = resource.prlimit(worker, resource.RLIMIT_NOFILE)
        assert soft == hard
    finally:
        server.stop()


def _children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


# Deadlines


def test_deadlines_cut_who_is_slow_and_leave_who_is_not(start_server, visit, many):
    server = start_server()
    ani = visit(server, join=False)
    line = Line(server.port, ani.token)
    head = f"Authorization: Bearer {ani.token}"
    form = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    upload = _head("/api/attachments", head, "Content-Type: multipart/form-data; boundary=x", "Content-Length: 200000") + form
    opened = ani.get("/socket.io/?EIO=4&transport=polling").text
    sid = opened.partition('"sid":"')[2].partition('"')[0]
    ani.http.post(f"{ani.url}/socket.io/?EIO=4&transport=polling&sid={sid}", data=f'40{{"token":"{ani.token}"}}')
    assert ani.get(f"/socket.io/?EIO=4&transport=polling&sid={sid}").text.startswith("40")
    poll = get(f"/socket.io/?EIO=4&transport=polling&sid={sid}", head)
    (half,) = many(server.port, 1, b"GET / HTTP/1.1\r\n")
    (slow,) = many(server.port, 1, upload)
    (small,) = many(server.port, 1, _head("/api/session", head, "Content-Length: 9000"))
    (steady,) = many(server.port, 1, upload)
    (polling,) = many(server.port, 1, poll)
    cut = {}

    begun = time.monotonic()
    while time.monotonic() - begun < 17.5 and len(cut) < 3:
        for name, connection, said in (
            ("half", half, b"X"),
            ("slow", slow, b"y" * 25),
            ("small", small, b"y" * 25),
            ("steady", steady, b"y" * 1_000),
        ):
            if name not in cut:
                try:
                    connection.sendall(said)
                except OSError:
                    cut[name] = time.monotonic() - begun
                if not held_open(connection):
                    cut.setdefault(name, time.monotonic() - begun)
        if "polling" not in cut and not held_open(polling):
            cut["polling"] = time.monotonic() - begun
        time.sleep(0.5)

    assert set(cut) == {"half", "slow", "small"}
    assert min(cut.values()) > 8, cut
    assert line.asks("join", {})["ok"]
    line.breaks()


# Bodies that nobody wants


def test_a_body_that_nobody_reads_is_not_swallowed(shared_server):
    size, sent = 200_000_000, 0
    head = f"POST /api/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {size}\r\n\r\n"

    with socket.create_connection(("127.0.0.1", shared_server.port), timeout=WAIT) as connection:
        connection.sendall(head.encode())
        with contextlib.suppress(OSError):
            while sent < size:
                sent += connection.send(b"x" * 65_536)
        answer = b""
        with contextlib.suppress(OSError):
            answer = connection.recv(65_536)

    assert sent < 20_000_000, "what the system holds for both of us, and a little"
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"\r\nConnection: close\r\n" in answer


def test_a_small_body_that_nobody_reads_is_drained_and_the_connection_goes_on(shared_server):
    head = "POST /api/nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60000\r\n\r\n"

    found = answers(talk(shared_server.port, head.encode() + b"x" * 60_000 + last()))

    assert [status for status, _ in found] == [404, 200]


def test_an_answer_to_head_has_no_body_that_would_be_read_as_the_next_one(shared_server):
    head = get("/socket.io/?EIO=4&transport=websocket").replace(b"GET", b"HEAD", 1)

    first, _, second = talk(shared_server.port, head + last()).partition(b"\r\n\r\n")

    assert first.startswith(b"HTTP/1.1 405 ")
    assert second.startswith(b"HTTP/1.1 200 ")


def test_who_asks_first_is_told_to_go_on_only_when_the_body_is_wanted(shared_server):
    body = b'{"nickname":""}'
    lines = ["Host: 127.0.0.1", "Expect: 100-continue", f"Content-Length: {len(body)}", "Connection: close"]
    wanted = "\r\n".join(["POST /api/session HTTP/1.1", *lines, "Content-Type: application/json", "", ""]).encode()
    unwanted = "\r\n".join(["POST /api/session HTTP/1.1", *lines, "Content-Type: text/plain", "", ""]).encode()

    with socket.create_connection(("127.0.0.1", shared_server.port), timeout=WAIT) as connection:
        connection.sendall(wanted)
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert connection.recv(100).startswith(b"HTTP/1.1 422 ")
    answer = talk(shared_server.port, unwanted)

    assert answer.startswith(b"HTTP/1.1 415 ")
    assert b"100 Continue" not in answer


# Faults of ours


@pytest.fixture(scope="module")
def bad_app():
    process = subprocess.Popen([sys.executable, "-c", BAD_APP], cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    yield process, int(process.stdout.readline())
    if process.poll() is None:
        process.kill()
    process.communicate()


def test_a_fault_is_told_by_its_id_alone_and_logged_once(bad_app):
    process, port = bad_app

    found = {path: talk(port, last(path)) for path in ("/raises", "/breaks-out", "/breaks-off", "/")}
    process.kill()
    _, log = process.communicate()

    assert [found[path][:13] for path in ("/raises", "/breaks-out")] == [b"HTTP/1.1 500 "] * 2
    assert b"secret of the inside" not in b"".join(found.values())
    assert b"Traceback" not in b"".join(found.values())
    assert b"Set-Cookie" not in found["/breaks-out"]
    assert not found["/breaks-off"].endswith(b"0\r\n\r\n"), "its client must see that it is not whole"
    id_ = json.loads(found["/raises"].partition(b"\r\n\r\n")[2])["detail"].split()[-1].rstrip(".")
    assert log.count(f"Fault {id_}") == 1
    assert log.count("Fault ") == 3
    assert log.count("Traceback") == 3
    assert found["/"].startswith(b"HTTP/1.1 200 "), "a header outside latin-1"
    assert found["/"].endswith(b"whole")


def test_names_of_files_outside_latin_1_are_sent_as_rfc_8187_says(shared_server, visit, steer):
    ani, admin = visit(shared_server), steer(shared_server)
    attachment = ani.http.post(f"{ani.url}/api/attachments", files={"file": ("日本.png", b"x")}, timeout=WAIT).json()

    file = ani.get(attachment["url"])
    export = admin.call("GET", "/log/export?format=txt")

    assert "filename*=UTF-8''%E6%97%A5%E6%9C%AC.png" in file.headers["Content-Disposition"]
    assert export.status_code != 500


def test_nothing_that_could_let_somebody_in_stands_in_a_log(start_server, visit):
    server = start_server(log_level="debug")
    ani, secret = visit(server, join=False), f"rahasia{uuid.uuid4().hex}"
    headers = [f"Authorization: Bearer {secret}", f"Cookie: a={secret}", "Connection: close"]
    paths = ["/", "/nowhere", "/api/session", "/socket.io/", "/media/1/file/a", f"/{secret}", "/admin/api/session"]

    for path in paths:
        talk(server.port, get(f"{path}?token={secret}", *headers))
        talk(server.port, get(f"{path}?token={secret}", *headers, f"Bad : {secret}"))
        talk(server.port, f"POST {path}?{secret} HTTP/1.1\r\nHost: {secret}.example\r\nConnection: close\r\n\r\n".encode())
    line = Line(server.port, ani.token)
    line.breaks()
    server.stop()

    written = server.log + "".join(server.output)
    assert secret not in written
    assert ani.token not in written


# Answers


def test_an_answer_says_what_else_could_be_asked(shared_server, visit):
    ani = visit(shared_server, join=False)
    attachment = ani.http.post(f"{ani.url}/api/attachments", files={"file": ("a.txt", b"0123456789")}, timeout=WAIT).json()

    method = ani.http.put(f"{ani.url}/api/service", timeout=WAIT)
    beyond = ani.get(attachment["url"], headers={"Range": "bytes=50-"})

    assert method.status_code == 405
    assert "GET" in method.headers["Allow"]
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, "bytes */10")
    assert beyond.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("asked", "status", "content"),
    [
        ("bytes=2-4", 206, b"234"),
        ("bytes=-3", 206, b"789"),
        ("bytes=0-1,4-5", 200, b"0123456789"),
        ("bytes=0-1, 0-1, 0-1", 200, b"0123456789"),
        ("lines=1-2", 200, b"0123456789"),
    ],
)
def test_several_pieces_of_a_file_at_once_are_the_whole(shared_server, visit, asked, status, content):
    ani = visit(shared_server, join=False)
    attachment = ani.http.post(f"{ani.url}/api/attachments", files={"file": ("a.txt", b"0123456789")}, timeout=WAIT).json()

    reply = ani.get(attachment["url"], headers={"Range": asked})

    assert (reply.status_code, reply.content) == (status, content)
    assert reply.headers["Accept-Ranges"] == "bytes"


def test_healthz_asked_often_writes_seldom_and_a_failure_is_seen_at_once():
    now, writes, faults = [100.0], [], []

    def check():
        writes.append(now[0])
        if faults:
            raise RuntimeError("disk")

    app = Flask("health")
    app.register_blueprint(health.blueprint(check, lambda: now[0]))
    ask = app.test_client().get

    assert [ask("/healthz").status_code for _ in range(1_000)] == [200] * 1_000
    assert writes == [100.0]
    now[0] += health.FRESH
    faults.append(True)
    assert [ask("/healthz").status_code for _ in range(2)] == [500, 500]
    faults.clear()
    assert ask("/healthz").status_code == 200


# The end


def test_the_end_waits_for_no_upload_that_goes_on_but_for_what_is_short(start_server, visit):
    server = start_server(limits="off")
    ani = visit(server, join=False)
    lines = [f"Authorization: Bearer {ani.token}", "Content-Type: multipart/form-data; boundary=x", "Content-Length: 9000000"]
    form = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    login = json.dumps({"password": server.admin_password}).encode()

    with socket.create_connection(("127.0.0.1", server.port)) as upload, socket.create_connection(("127.0.0.1", server.port)) as short:
        upload.sendall(_head("/api/attachments", *lines) + form + b"x" * 300_000)
        short.sendall(_head("/admin/api/session", "Content-Type: application/json", f"Content-Length: {len(login)}") + login)
        incoming = server.folder / "uploads" / "incoming"
        until = time.monotonic() + WAIT
        while not (incoming.is_dir() and list(incoming.iterdir())) and time.monotonic() < until:
            time.sleep(0.01)
        begun = time.monotonic()
        code = server.stop()
        took = time.monotonic() - begun
        short.settimeout(WAIT)
        answer = short.recv(65_536)

    assert code == 0
    assert took < 8, "not the ten seconds that are the most"
    assert answer.startswith(b"HTTP/1.1 201 ")
    assert "Traceback" not in server.log


def _post(port, path, body):
    content = json.dumps(body).encode()
    lines = ["Content-Type: application/json", f"Content-Length: {len(content)}", "Connection: close"]
    answer = talk(port, _head(path, *lines) + content)
    return int(answer[9:12]), answer.partition(b"\r\n\r\n")[2]


def _head(path, *lines):
    """The head of a POST."""
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: 127.0.0.1", *lines, "", ""]).encode()
