"""Who sends too much is told so at microseconds each, and ended when they go on; the others don't feel it."""

import contextlib
import json
import threading
import time

import pytest

from chatweb.chat.allowance import EVENTS_BURST, EVENTS_PER_SECOND, FLOOD
from tests.faults.talk import Talk, feels_nothing
from tests.server import Server
from tests.wire import LOBBY, WAIT, Line, LineClosed, frame

EVENTS = 100_000
TEXT = 0x1


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with its limits, for all tests here: each brings people of its own."""
    server = Server(tmp_path_factory.mktemp("floods")).start()
    yield server
    server.stop()
    assert "Traceback" not in server.log, server.log


@pytest.fixture
def line():
    """Makes people with a line of their own; each ends with the test."""
    made = []

    def come(server, person, **options):
        made.append(Line(server.port, person.token, **options))
        return made[-1]

    yield come
    for one in made:
        one.breaks()


def mark(number):
    return b'42%d["mark",{"room":%d}]' % (number, LOBBY)


def answers(line, count):
    """The answers to the asks 1 to ``count``, in the order in which they came."""
    got = []
    while len(got) < count:
        text = line.wait_for(lambda text: text.startswith(b"43"))
        got.append((int(text[2 : text.index(b"[")]), json.loads(text[text.index(b"[") :])[0]))
    assert [number for number, _answer in got] == list(range(1, count + 1))
    return [answer for _number, answer in got]


def codes(line, count):
    return ["ok" if answer["ok"] else answer["error"]["code"] for answer in answers(line, count)]


def test_a_burst_is_let_through_and_what_is_over_it_is_told_when_to_ask_again(server, visit, line):
    ani = line(server, visit(server, join=False))
    ani.join()

    began = time.monotonic()
    for number in range(1, 201):
        ani.send(mark(number))
    got = answers(ani, 200)
    most = EVENTS_BURST + (time.monotonic() - began) * EVENTS_PER_SECOND

    refused = [answer["error"] for answer in got if not answer["ok"]]
    assert EVENTS_BURST - 1 <= len(got) - len(refused) <= most
    assert {error["code"] for error in refused} == {"rate_limited"}
    assert all(0 < error["retry_after"] <= 1 and error["detail"] for error in refused)
    time.sleep(refused[-1]["retry_after"])  # the promise is about time
    assert ani.asks("mark", {"room": LOBBY})["ok"]


def test_what_is_over_the_rate_is_refused_before_its_json_is_read(server, visit, line):
    ani = line(server, visit(server, join=False))
    ani.join()

    for number in range(1, 201):
        ani.send(b"42%d[[[[" % number)

    assert codes(ani, 200).count("rate_limited") > 100, "read, all of them would be invalid"


def test_bytes_have_a_rate_too(server, visit, line):
    ani = line(server, visit(server, join=False))
    ani.join()

    for number in range(1, 7):
        ani.send(b'42%d["mark",{"room":1,"x":"%s"}]' % (number, b"x" * 40_000))
    got = answers(ani, 6)

    assert [answer["error"]["code"] for answer in got] == ["invalid", "invalid", *["rate_limited"] * 4]
    assert got[2]["error"]["retry_after"] > 0.1


def test_several_connections_of_one_person_share_what_the_person_may_send(server, visit, line):
    person = visit(server, join=False)
    tabs = [line(server, person) for _ in range(4)]

    for number in range(1, 41):
        for tab in tabs:
            tab.send(mark(number))
    allowed = sum(codes(tab, 40).count("forbidden") for tab in tabs)  # not joined: so much for what is let through

    assert EVENTS_BURST - 1 <= allowed < 120


def test_the_others_feel_nothing_of_one_client_that_sends_a_hundred_thousand_events_and_it_is_ended(server, visit, line):
    flooder = line(server, visit(server, join=False))
    flooder.join()
    flood = b"".join(frame(TEXT, mark(number)) for number in range(1, EVENTS + 1))
    began, reasons = time.monotonic(), []

    def send():
        with contextlib.suppress(OSError):  # it has been ended
            flooder.socket.sendall(flood)

    def take():
        with contextlib.suppress(LineClosed, OSError):
            while True:
                flooder.receive()
                reasons.extend((ended["reason"], time.monotonic() - began) for ended in flooder.heard("session_ended"))
                flooder.inbox.clear()

    talk = Talk(server.port)
    calm = talk.listen(2.0)
    began = time.monotonic()
    threads = [threading.Thread(target=one) for one in (send, take)]
    for thread in threads:
        thread.start()
    beside = talk.listen_until(lambda: not any(thread.is_alive() for thread in threads))
    talk.hang_up()

    assert talk.faults() == []
    assert feels_nothing(calm, beside), (calm, beside)
    assert [reason for reason, _after in reasons] == ["flooding"]
    assert FLOOD < reasons[0][1] < FLOOD + WAIT
