"""What every test may use: a real server, and people who are strangers to it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.people import Administrator, Person
from tests.server import Server


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that leave it running, and don't mind the others' people."""
    server = Server(tmp_path_factory.mktemp("shared"), limits="off").start()
    yield server
    server.stop()
    assert "Traceback" not in server.log, server.log


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Makes servers of a test's own; each stops with the test."""
    made: list[Server] = []

    def start(**settings: Any) -> Server:
        server = Server(tmp_path / f"server-{len(made)}", **settings)
        made.append(server)
        return server.start()

    yield start
    for server in made:
        server.stop()


@pytest.fixture
def server(start_server: Callable[..., Server]) -> Server:
    """A server of this test's own, with the limits lifted."""
    return start_server(limits="off")


@pytest.fixture
def visit() -> Iterator[Callable[..., Person]]:
    """Makes people; each hangs up with the test."""
    made: list[Any] = []

    def come(server: Server, nickname: str | None = None, *, join: bool = True, **options: Any) -> Person:
        person = Person(server.url, nickname)
        made.append(person)
        if join:
            person.join(**options)
        return person

    yield come
    for person in made:
        person.hangs_up()


@pytest.fixture
def steer() -> Iterator[Callable[..., Administrator]]:
    """Signs an administrator in; the panel closes with the test."""
    made: list[Administrator] = []

    def sign_in(server: Server, *, listen: bool = False) -> Administrator:
        administrator = Administrator(server.url, server.admin_password)
        made.append(administrator)
        return administrator.listens() if listen else administrator

    yield sign_in
    for administrator in made:
        administrator.hangs_up()
