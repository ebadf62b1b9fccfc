"""Refusals over HTTP: one form, the right code, nothing about the inside."""

import json
import socket

import pytest

from tests.people import WAIT


def raw(server, request, *, body=b""):
    """Send bytes as they are; the answer's status, headers and body."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=WAIT) as connection:
        connection.sendall(request.replace(b"\n", b"\r\n") + b"\r\n\r\n" + body)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    head, _, content = answer.partition(b"\r\n\r\n")
    status, *headers = head.decode("latin-1").split("\r\n")
    return int(status.split()[1]), dict(line.lower().split(": ", 1) for line in headers), content


def post(server, *headers, body=b""):
    lines = [b"POST /api/session HTTP/1.1", b"Host: 127.0.0.1", b"Connection: close", *headers]
    return raw(server, b"\n".join(lines), body=body)


def test_a_refusal_is_a_problem_document(browser):
    reply = browser.call("GET", "/api/session", headers={"Accept-Language": "en"})

    assert reply.status_code == 401
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.json() == {
        "type": "about:blank",
        "title": "Unauthenticated",
        "status": 401,
        "code": "unauthenticated",
        "detail": reply.json()["detail"],
    }
    assert len(reply.json()["detail"]) > 10


def test_the_sentence_is_in_the_language_that_was_asked_for(browser):
    english, indonesian = (browser.call("GET", "/api/session", headers={"Accept-Language": lang}).json()["detail"] for lang in ("en", "id"))

    assert english != indonesian


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nowhere"),
        ("GET", "/api/nowhere"),
        ("GET", "/assets/0/nowhere.js"),
        ("GET", "/assets/0/strings/xx.json"),
        ("GET", "/admin/nowhere"),
    ],
)
def test_what_is_not_there_is_a_problem_too(browser, method, path):
    reply = browser.call(method, path)

    assert (reply.status_code, reply.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "path",
    [
        "/assets/0/../app.py",
        "/assets/0/%2e%2e/app.py",
        "/assets/0/..%2fapp.py",
        "/assets/0/%00",
        "/assets/0/strings/..%2f..%2fapp.json",
    ],
)
def test_nothing_outside_of_the_served_files_is_served(shared_server, path):
    status, _, _ = raw(shared_server, f"GET {path} HTTP/1.1\nHost: 127.0.0.1\nConnection: close".encode())

    assert status == 404


def test_a_body_without_a_length_is_411(shared_server):
    status, headers, content = post(
        shared_server, b"Content-Type: application/json", b"Transfer-Encoding: chunked", body=b'10\r\n{"nickname":"A"} \r\n0\r\n\r\n'
    )

    assert status == 411
    assert headers["content-type"] == "application/problem+json"
    assert json.loads(content)["code"] == "invalid"


def test_a_body_over_64_kb_is_413(browser):
    reply = browser.call("POST", "/api/session", {"nickname": "x" * 66_000})

    assert (reply.status_code, reply.json()["code"]) == (413, "too_large")


def test_a_huge_announced_body_is_413_before_it_is_read(shared_server):
    status, _, content = post(shared_server, b"Content-Type: application/json", b"Content-Length: 99999999999")

    assert status == 413
    assert json.loads(content)["code"] == "too_large"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/problem+json", ""]
)
def test_a_body_that_is_not_called_json_is_415(browser, kind):
    reply = browser.call("POST", "/api/session", data=b'{"nickname": "Ani"}', headers={"Content-Type": kind})

    assert (reply.status_code, reply.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b'{"nickname": "\xff"}', b'{"nickname": "\\ud800"}', b"[]", b"null", b'"x"', b"NaN", b"[" * 50_000, b"\x00"]
)
def test_a_body_that_is_no_json_object_in_utf_8_is_422(browser, body):
    reply = browser.call("POST", "/api/session", data=body, headers={"Content-Type": "application/json"})

    assert (reply.status_code, reply.json()["code"]) == (422, "invalid")


@pytest.mark.parametrize("length", [b"-1", b"abc", b"+5", b"1_0", b"", b"0x10", b"5, 5"])
def test_a_length_that_is_no_number_is_refused(shared_server, length):
    status, _, content = post(shared_server, b"Content-Type: application/json", b"Content-Length: " + length, body=b'{"nickname":"Ani"}')

    assert 400 <= status < 500
    assert b"Traceback" not in content


def test_a_method_that_is_not_there_is_a_problem_too(browser):
    reply = browser.call("PUT", "/api/session", {})

    assert reply.status_code == 405
    assert reply.headers["Content-Type"] == "application/problem+json"
