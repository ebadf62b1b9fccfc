"""Behind gunicorn: orderly ends, and a new worker without a refused request."""

import time

import pytest
import requests

from tests.server import START_SECONDS, GunicornServer


@pytest.fixture
def server(tmp_path):
    server = GunicornServer(tmp_path, limits="off").start()
    requests.get(f"{server.url}/api/service", timeout=START_SECONDS)  # it listens before its worker serves
    yield server
    server.stop()
    assert "Traceback" not in server.log, server.log


def test_a_new_worker_takes_over_without_a_refused_request(server, visit):
    ani, budi = visit(server), visit(server, transports=("polling",))
    before = ani.says("sebelum")

    server.reload()
    reasons = [person.hears("session_ended")["reason"] for person in (ani, budi)]
    ani.hears("disconnected")
    answers = [ani.http.get(f"{server.url}/api/service", timeout=START_SECONDS).status_code for _ in range(20)]
    ani.client = None
    back = ani.join({"1": 0})

    assert reasons == ["restarting", "restarting"]
    assert answers == [200] * 20
    assert [message["id"] for message in back["changes"]["1"]["messages"]] == [before["id"]]


def test_it_ends_in_order_and_soon(server, visit):
    ani = visit(server)
    began = time.monotonic()

    code = server.stop()

    assert ani.hears("session_ended")["reason"] == "restarting"
    assert code == 0
    assert time.monotonic() - began < 20
    assert not server.database.with_name("chatweb.db-wal").exists()
