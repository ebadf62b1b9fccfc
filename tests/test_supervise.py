"""`make run` starts the chat under a supervisor: a crash ends nothing for long."""

import signal

import psutil
import pytest

from tests.people import Person
from tests.server import Server


@pytest.fixture
def supervised(tmp_path):
    process = Server(tmp_path, limits="off").launch("--supervise")
    yield process
    if process.poll() is None:
        process.terminate()
        process.wait(30)
    process.stdout.close()
    process.stderr.close()


def address(process):
    """Where it serves, read off what it prints."""
    url = ""
    for line in process.stdout:
        if line.strip().startswith("http://127.0.0.1:") and line.strip().endswith("/"):
            url = line.strip().rstrip("/")
        if "Stop with Ctrl-C" in line:
            return url
    raise AssertionError("it ended before it served")


def test_a_killed_process_is_started_again_and_has_kept_all(supervised):
    ani = Person(address(supervised))
    ani.join()
    said = ani.says("sebelum jatuh")
    ani.hangs_up()

    psutil.Process(supervised.pid).children()[0].kill()
    url = address(supervised)

    back = Person(url)
    assert back.get("/api/rooms/1/messages").json()["messages"][0]["id"] == said["id"]
    back.hangs_up()


def test_it_ends_in_order_with_its_supervisor(supervised):
    address(supervised)
    child = psutil.Process(supervised.pid).children()[0]

    supervised.send_signal(signal.SIGTERM)

    assert supervised.wait(30) == 0
    assert not child.is_running()


def test_a_start_that_is_refused_is_not_tried_again(tmp_path):
    process = Server(tmp_path, database_url="postgresql://x/y").launch("--supervise")

    _, log = process.communicate(timeout=30)

    assert process.returncode == 2
    assert log.count("chatweb:") == 1
