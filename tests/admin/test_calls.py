"""Who may call what: every call of the panel needs its session, and what changes something its CSRF token."""

import subprocess
import sys
import uuid

import pytest
import requests

from tests.people import WAIT
from tests.routes import calls

OPEN = {"POST /admin/api/session", "POST /admin/api/setup"}
CLOSED = [route for route in calls("/admin/api/") if str(route) not in OPEN]
UNSAFE = [route for route in CLOSED if route.method != "GET"]


def path_of(route):
    return route.path.replace("<int:message>", "1").replace("<int:person>", "1")


@pytest.mark.parametrize("route", CLOSED, ids=str)
def test_who_has_no_session_is_401(shared_server, route):
    assert len(CLOSED) >= 10, "for this test to mean anything"
    for headers in ({}, {"Cookie": "chatweb_admin_00000000=x"}, {"Authorization": "Bearer x"}, {"X-CSRF-Token": "x"}):
        with requests.Session() as http:
            http.trust_env = False
            reply = http.request(route.method, shared_server.url + path_of(route), json={}, headers=headers, timeout=WAIT)

        assert (reply.status_code, reply.json()["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize("route", CLOSED, ids=str)
def test_a_person_of_the_chat_is_no_administrator(shared_server, visit, route):
    ani = visit(shared_server, join=False)

    reply = ani.http.request(route.method, shared_server.url + path_of(route), json={}, timeout=WAIT)

    assert reply.status_code == 401


@pytest.mark.parametrize("route", UNSAFE, ids=str)
def test_what_changes_something_needs_the_csrf_token(shared_server, admin, route):
    for token in (None, "", "x", admin.csrf_token[:-1], admin.csrf_token.upper(), b"\xff"):
        reply = admin.http.request(route.method, shared_server.url + path_of(route), json={}, headers={"X-CSRF-Token": token}, timeout=WAIT)
        assert (reply.status_code, reply.json()["code"]) == (403, "forbidden")


def test_a_session_of_the_panel_is_in_a_cookie_of_its_own(shared_server):
    body = {"password": shared_server.admin_password}
    with requests.Session() as http:
        http.trust_env = False
        reply = http.post(f"{shared_server.url}/admin/api/session", json=body, timeout=WAIT)
    header = reply.headers["Set-Cookie"]

    assert reply.status_code == 201
    assert set(reply.json()) == {"csrf_token"}
    assert header.startswith("chatweb_admin_")
    assert {"HttpOnly", "SameSite=Strict"} <= set(header.split("; "))


def test_who_signs_out_is_401_from_then_on(shared_server, steer):
    administrator = steer(shared_server)
    cookie = {"Cookie": "; ".join(f"{one.name}={one.value}" for one in administrator.http.cookies)}

    out = administrator.call("DELETE", "/session")
    with requests.Session() as http:
        http.trust_env = False
        after = http.get(f"{shared_server.url}/admin/api/status", headers=cookie, timeout=WAIT)

    assert out.status_code == 204
    assert [one.name for one in administrator.http.cookies if "known" not in one.name] == []
    assert after.status_code == 401


def test_the_qr_code_is_for_the_administrator_and_for_our_own_addresses(shared_server, admin, visit):
    url = admin.get("/status")["join_url"]
    paths = {url: 200, "http://jahat.example/": 404, "": 404}

    address = f"{shared_server.url}/admin/qr.svg"
    codes = {one: admin.http.get(address, params={"url": one}, timeout=WAIT).status_code for one in paths}

    assert codes == paths
    assert visit(shared_server, join=False).get("/admin/qr.svg", params={"url": url}).status_code == 401


# The set-up over HTTP


def set_up(server, secret, password="rahasia-baru"):
    with requests.Session() as http:
        http.trust_env = False
        return http.post(f"{server.url}/admin/api/setup", json={"secret": secret, "password": password}, timeout=WAIT)


def printed_secret(server):
    return next((line.partition("#secret=")[2].strip() for line in server.output if "#secret=" in line), None)


def test_the_printed_link_sets_the_first_password_once(start_server, steer):
    server = start_server(admin_password="")
    secret = printed_secret(server)

    wrong, right, again = set_up(server, "x"), set_up(server, secret), set_up(server, secret)
    server.admin_password = "rahasia-baru"

    assert (wrong.status_code, wrong.json()["field"]) == (403, "secret")
    assert right.status_code == 201
    assert again.status_code == 409
    assert steer(server).get("/status")["version"]


def test_wrong_passwords_wait_and_the_log_of_activity_has_them(start_server, steer):
    server = start_server()
    administrator = steer(server)
    with requests.Session() as http:
        http.trust_env = False

        def guess(password):
            return http.post(f"{server.url}/admin/api/session", json={"password": password}, timeout=WAIT)

        wrong = [403]
        while wrong[-1] == 403:  # the wait doubles until it outlasts a slow machine's way to the next guess
            wrong.append(guess("salah").status_code)
        right = guess(server.admin_password)

    assert (len(wrong) > 4, wrong[-1]) == (True, 429)
    assert (right.status_code, "Retry-After" in right.headers) == (429, True)
    assert [one["kind"] for one in administrator.get("/activity")["activity"]].count("sign_in_failed") == len(wrong) - 2


def test_an_operator_can_reset_a_forgotten_password(start_server):
    server = start_server(admin_password="")
    set_up(server, printed_secret(server))
    command = [sys.executable, "-m", "chatweb", "admin", "reset"]

    running = subprocess.run(command, env=server.environ(), capture_output=True, text=True, timeout=60, check=False)
    server.stop()
    stopped = subprocess.run(command, env=server.environ(), capture_output=True, text=True, timeout=60, check=False)
    server.start()

    assert (running.returncode, "Another chatweb is running" in running.stderr) == (2, True)
    assert (stopped.returncode, "Forgotten" in stopped.stdout) == (0, True)
    assert set_up(server, printed_secret(server)).status_code == 201


def test_a_reset_where_there_is_nothing_is_one_sentence(tmp_path, start_server):
    environ = {"CHATWEB_INSTANCE": str(tmp_path / str(uuid.uuid4())), "CHATWEB_UPLOADS": str(tmp_path / "uploads")}

    reply = subprocess.run(
        [sys.executable, "-m", "chatweb", "admin", "reset"], env=environ, capture_output=True, text=True, timeout=60, check=False
    )

    assert reply.returncode == 2
    assert reply.stderr.count("\n") == 1
