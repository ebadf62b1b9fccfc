"""Two libraries that we didn't write take the same steps (``contract.json``), by each way that they may travel."""

import json
import subprocess
import uuid

import pytest

from tests.live import contract
from tests.people import Administrator, Person
from tests.server import REPOSITORY, GunicornServer, Server

WAYS = {
    "websocket": (["websocket"], "websocket"),
    "polling with upgrade": (["polling", "websocket"], "websocket"),
    "polling": (["polling"], "polling"),
}
NODE_SECONDS = 120  # for all steps, on a slow machine


SERVERS = {
    "chatweb run": (Server, {}),
    "gunicorn": (GunicornServer, {}),
    "the stock road": (Server, {"fast_road": "off"}),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory, request):
    make, settings = SERVERS[getattr(request, "param", "chatweb run")]
    server = make(tmp_path_factory.mktemp("strangers"), limits="off", **settings).start()
    yield server
    server.stop()
    assert "Traceback" not in server.log, server.log


@pytest.fixture
def world(server, way):
    """What the steps need: three new people, the administrator, and how they travel."""
    transports, travels = WAYS[way]
    people = {name: Person(server.url) for name in ("ani", "budi", "cici")}
    administrator = Administrator(server.url, server.admin_password)
    names = {f"uuid.{number}": str(uuid.uuid4()) for number in range(1, 7)}
    for name, person in people.items():
        names |= {f"{name}.id": person.id, f"{name}.nickname": person.nickname, f"{name}.token": person.token}
    headers = {name: {"Authorization": f"Bearer {person.token}"} for name, person in people.items()}
    cookie = "; ".join(f"{one.name}={one.value}" for one in administrator.http.cookies)
    headers["admin"] = {"Cookie": cookie, "X-CSRF-Token": administrator.csrf_token}
    yield {"url": server.url, "transports": transports, "travels": travels, "names": names, "headers": headers}
    for person in [*people.values(), administrator]:
        person.hangs_up()


@pytest.mark.parametrize("way", WAYS)
def test_the_client_of_python_socketio_gets_what_the_contract_says(world):
    contract.walk(world)


@pytest.mark.parametrize("way", WAYS)
def test_the_client_of_npm_gets_what_the_contract_says(world):
    walked = subprocess.run(
        ["node", "tests/live/contract.mjs"],
        cwd=REPOSITORY,
        input=json.dumps(world),
        capture_output=True,
        text=True,
        timeout=NODE_SECONDS,
        check=False,
    )

    assert walked.stderr == ""
    assert walked.stdout == f"{len(contract.STEPS)} steps\n"


@pytest.mark.parametrize("way", ["polling with upgrade"])
@pytest.mark.parametrize("server", ["gunicorn", "the stock road"], indirect=True)
def test_behind_gunicorn_and_on_the_stock_road_the_contract_is_the_same(world):
    contract.walk(world)


def test_a_step_that_is_not_met_is_seen():
    """For the tests above to mean anything."""
    known = {"id": 5}

    assert contract.differs({"a": 1, "more": 2}, {"a": 1}, known) is None
    assert contract.differs({"a": 1}, {"a": True}, known) == "it.a is not True"
    assert contract.differs({"a": 1}, {"b": "$*"}, known) == "it.b is missing"
    assert contract.differs({"a": 1}, {"a": None}, known) == "it.a should not be there"
    assert contract.differs({"a": 4}, {"a": "$id"}, known) == "it.a is not 5"
    assert contract.differs([1, 2], [1], known) == "it is not a list of 1"
    assert contract.differs([{"id": 4}], {"$some": {"id": "$id"}}, known) == "it has none that is {'id': '$id'}"
    assert contract.differs({"a": 7, "b": 8}, {"a": "$new", "b": "$new"}, known) == "it.b is not 7"
