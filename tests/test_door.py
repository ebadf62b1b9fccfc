"""The door without a server: deadlines by a clock of the test's own, room, accept that never raises."""

import contextlib
import errno
import itertools
import socket
from pathlib import Path

import pytest

from chatweb import door, listener
from chatweb.door import Door, State
from chatweb.request_head import problem

REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


class FakeHub:
    """Lets the test say when a socket is looked at."""

    def __init__(self):
        self.watched = {}

    def watch(self, descriptor, call):
        assert descriptor not in self.watched, "nobody watches twice"
        self.watched[descriptor] = call
        return descriptor

    def forget(self, watched):
        del self.watched[watched]

    def look(self):
        for call in list(self.watched.values()):
            call()


class House:
    """A door, and clients at it."""

    def __init__(self, room):
        self.now = 1_000.0
        self.hub = FakeHub()
        self.started = []
        self.clients = []
        self.door = Door(hub=self.hub, room=room, now=lambda: self.now, start=self.started.append)

    def come(self, *said):
        mine, theirs = socket.socketpair()
        theirs.setblocking(False)
        self.clients.append(mine)
        mine.settimeout(5)
        for data in said:
            mine.sendall(data)
        self.door.take(theirs, ("127.0.0.1", 1))
        return mine

    def pass_by(self, seconds, step=1.0, each=lambda: None):
        for _ in range(int(seconds / step)):
            each()
            self.now += step
            self.hub.look()
            self.door.sweep(1_000)


@pytest.fixture
def build():
    """Makes houses; all of each is closed with the test."""
    made = []

    def make(room):
        made.append(House(room))
        return made[-1]

    yield make
    for house in made:
        for line in list(house.door.lines):
            house.door.close(line)
        for client in house.clients:
            client.close()


@pytest.fixture
def house(build):
    return build(room=100)


def ended(client):
    """What a client was sent, when the server has ended the connection, else nothing at all."""
    client.setblocking(False)
    answer = b""
    try:
        while piece := client.recv(65_536):
            answer += piece
    except BlockingIOError:
        return None
    except ConnectionError:
        pass
    return answer


def test_a_request_that_is_whole_runs(house):
    house.come(REQUEST)

    assert [(line.head.method, line.state) for line in house.started] == [("GET", State.RUNNING)]


def test_a_head_has_ten_seconds_in_all_however_it_dribbles(house):
    client = house.come(b"GET / HTTP/1.1\r\n")
    letters = itertools.cycle([b"X", b":", b" ", b"y", b"\r\n"])

    house.pass_by(9, each=lambda: client.sendall(next(letters)))
    assert ended(client) is None
    house.pass_by(2)

    assert ended(client).startswith(b"HTTP/1.1 408 ")
    assert house.started == []


def test_a_second_request_has_its_own_ten_seconds(house):
    client = house.come(REQUEST)
    line = house.started.pop()
    house.door.park(line)
    house.pass_by(14)
    client.sendall(b"GET / HT")
    house.pass_by(9)
    assert ended(client) is None

    house.pass_by(3)

    assert ended(client).startswith(b"HTTP/1.1 408 ")


def test_who_has_said_nothing_is_left_without_an_answer_that_was_not_asked_for(house):
    never, after = house.come(), house.come(REQUEST)
    house.door.park(house.started.pop())

    house.pass_by(11)
    assert (ended(never), ended(after)) == (b"", None)
    house.pass_by(5)

    assert ended(after) == b""
    assert house.door.lines == set()


@pytest.mark.parametrize(("rate", "lives"), [(2_000, True), (1_100, True), (500, False), (10, False)])
def test_a_body_must_come_at_a_kilobyte_a_second_after_ten_seconds(house, rate, lives):
    client = house.come(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n")

    def say():
        if ended(client) is None:
            client.setblocking(True)
            client.sendall(b"x" * rate)

    house.pass_by(9, each=say)
    assert house.door.lines
    house.pass_by(19, each=say)

    assert bool(house.door.lines) is lives


def test_a_wait_of_a_green_thread_ends_by_the_same_rule(house):
    client = house.come(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n")
    line = house.started.pop()
    house.door.wait_begins(line, door.PATIENCE)
    house.pass_by(9)
    line.socket.send(b"still there")
    house.pass_by(3)

    assert client.recv(100) == b"still there"
    assert line.socket.recv(10) == b"", "its green thread reads an end"
    assert house.door.waits(line)


def test_a_request_that_runs_has_no_deadline(house):
    """A socket of the chat and a long poll last."""
    house.come(REQUEST)

    house.pass_by(1_000, step=10)

    assert house.started[0].state is State.RUNNING
    assert house.door.lines == set(house.started)


def test_a_full_house_says_so_at_once(build):
    house = build(room=2)
    for _ in range(2):
        house.come(REQUEST)

    newcomer = house.come(REQUEST)

    answer = newcomer.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"\r\nRetry-After: 5\r\n" in answer
    assert b'"code": "overloaded"' in answer
    assert len(house.started) == 2
    house.pass_by(3)
    assert newcomer.recv(100) == b""
    assert len(house.door.lines) == 2


def test_whoever_keeps_a_place_without_a_request_gives_it_to_one_with_one(build):
    house = build(room=3)
    half = [house.come(b"GET /") for _ in range(3)]

    house.come(REQUEST)

    assert len(house.started) == 1
    assert [ended(client) for client in half] == [b"", None, None]


def test_unfinished_bodies_take_no_more_memory_than_they_may(house, monkeypatch):
    monkeypatch.setattr(door, "HELD", 100_000)
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n"
    clients = [house.come(head, b"x" * 15_000) for _ in range(10)]
    house.hub.look()

    gone = [ended(client) is not None for client in clients]
    assert sum(len(line.buffer) for line in house.door.lines) <= 100_000
    assert gone == sorted(gone, reverse=True), "the longest waiting went"
    assert 0 < sum(gone) < 8


def test_unfinished_heads_neither(house, monkeypatch):
    monkeypatch.setattr(door, "HELD", 100_000)
    clients = [house.come(b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: ", b"x" * 15_000) for _ in range(10)]
    house.hub.look()

    gone = [ended(client) is not None for client in clients]
    assert sum(len(line.buffer) for line in house.door.lines) <= 100_000
    assert gone == sorted(gone, reverse=True), "the longest waiting went"
    assert 0 < sum(gone) < 8


def test_after_a_refusal_nothing_is_read_as_a_request(house):
    client = house.come(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + REQUEST)
    client.sendall(REQUEST)
    house.hub.look()

    assert client.recv(65_536).startswith(b"HTTP/1.1 400 ")
    assert house.started == []
    house.pass_by(3)
    assert house.door.lines == set()


def test_requests_that_came_together_run_one_after_the_other(house):
    house.come(REQUEST.replace(b"GET", b"HEAD") + REQUEST)
    first = house.started.pop()

    house.door.park(first)

    assert house.started.pop().head.method == "GET"


def test_who_goes_on_sending_after_a_refusal_is_not_read_for_ever(house):
    client = house.come(b"GET / HTTP/9\r\n\r\n")
    client.settimeout(0.5)
    sent = 0
    with contextlib.suppress(OSError):  # it was reset
        for _ in range(1_000):
            sent += client.send(b"x" * 100_000)
            for _ in range(8):
                house.hub.look()

    assert sent < 2_000_000


def test_what_a_client_has_received_counts_and_not_what_the_system_took(house):
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.create_connection(listening.getsockname()) as client:
        theirs, peer = listening.accept()
        theirs.setblocking(False)
        client.sendall(REQUEST)
        house.door.take(theirs, peer)
        house.hub.look()
        line = house.started.pop()
        sent = 0
        with contextlib.suppress(BlockingIOError):
            while True:
                sent += theirs.send(b"x" * 65_536)
        house.door.wait_begins(line, door.PATIENCE, outgoing=sent)

        def take():
            client.recv(50_000)

        house.pass_by(40, each=take)
        theirs.send(b"")  # it would raise, had the sending been ended
        house.pass_by(100)

        with pytest.raises(OSError):
            theirs.send(b"x")


def test_what_a_client_received_of_one_answer_is_not_held_against_it_in_the_next(house):
    house.come(REQUEST)
    line = house.started.pop()
    line.taken = 5_000_000  # as a long answer leaves it

    house.door.park(line)

    assert line.taken == 0


def test_many_deadlines_at_once_are_kept_in_turns(house):
    half = [house.come(b"GET /") for _ in range(10)]
    house.now += 20

    turns = [house.door.sweep(4) for _ in range(3)]

    assert turns == [True, True, False]
    assert all(ended(client).startswith(b"HTTP/1.1 408 ") for client in half)


# The listening socket


class Broken:
    """A listening socket that the machine has no room for."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.accepted = 0

    def accept(self):
        if self.errors:
            raise OSError(self.errors.pop(0), "no")
        self.accepted += 1
        mine, theirs = socket.socketpair()
        mine.close()
        return theirs, ("127.0.0.1", 1)

    def close(self): ...


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS, errno.EPERM, errno.ENETDOWN, errno.EIO])
def test_accept_asks_for_a_pause_whatever_is_missing(number):
    broken = Broken(number)
    taker = listener.Listener(broken)

    with pytest.raises(listener.Pause):
        taker.accept()
    connection, _peer = taker.accept()

    connection.close()
    taker.close()
    assert taker.dropped == (1 if number in {errno.EMFILE, errno.ENFILE} else 0)


@pytest.mark.parametrize("number", [errno.ECONNABORTED, errno.EAGAIN, errno.EINTR, errno.EPROTO])
def test_accept_of_somebody_who_has_gone_is_nobody(number):
    taker = listener.Listener(Broken(number))

    assert taker.accept() is None

    taker.close()


def test_the_spare_descriptor_is_given_up_and_taken_again():
    taker = listener.Listener(Broken(errno.EMFILE))
    before = len(list(Path("/proc/self/fd").iterdir()))

    with pytest.raises(listener.Pause):
        taker.accept()

    assert len(list(Path("/proc/self/fd").iterdir())) == before
    taker.close()


def test_connections_inherit_what_the_listener_has():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listener.prepare(listening)
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as connection:
            options = {
                name: connection.getsockopt(socket.IPPROTO_TCP, getattr(socket, name))
                for name in ("TCP_NODELAY", "TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT", "TCP_USER_TIMEOUT")
            }
            keepalive = connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)

    assert options == {"TCP_NODELAY": 1, "TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 30_000}
    assert keepalive == 1


@pytest.mark.parametrize(
    ("descriptors", "places"), [(256, 192), (1_000, 875), (1_024, 896), (20_000, 18_976), (1_048_576, 20_000), (10, 1)]
)
def test_places_leave_descriptors_for_files(descriptors, places):
    assert listener.places(descriptors) == places


def test_a_problem_is_one_whole_answer():
    head, _, body = problem(503, "Full.", retry_after=7).partition(b"\r\n\r\n")

    assert f"Content-Length: {len(body)}".encode() in head.split(b"\r\n")
    assert b"Retry-After: 7" in head.split(b"\r\n")
