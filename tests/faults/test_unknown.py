"""A commit whose outcome nobody knows is answered to nobody, over HTTP neither, and the process ends for its supervisor."""

import pytest
import requests

from chatweb.lifecycle import EXIT_UNKNOWN
from tests.people import WAIT
from tests.server import Server

FAILS_ONCE_TOLD = """
import pathlib, sqlite3, sys
from chatweb import serving
serving.patch()
from chatweb.store import writer
commit = writer._commit_and_measure

def fail(driver, log):
    if pathlib.Path({told!r}).exists():
        raise sqlite3.OperationalError("disk I/O error")
    return commit(driver, log)

writer._commit_and_measure = fail
from chatweb.cli import main
main()
"""


@pytest.fixture
def told(tmp_path):
    return tmp_path / "told"


@pytest.fixture
def failing(tmp_path, told):
    server = Server(tmp_path / "server", limits="off", command=("-c", FAILS_ONCE_TOLD.format(told=str(told)))).start()
    yield server
    server.stop()


def test_a_commit_that_may_hold_or_not_is_answered_to_nobody(failing, told, visit):
    ani, budi = visit(failing), visit(failing)
    process = failing._process
    told.touch()

    with pytest.raises(requests.ConnectionError):
        ani.patch("/api/session", {"locale": "en"})
    budi.hears("disconnected")

    assert process.wait(WAIT) == EXIT_UNKNOWN
    assert not budi.heard("session_ended"), "that would be an orderly end"
    assert "the disk failed in the middle of a commit" in failing.log
