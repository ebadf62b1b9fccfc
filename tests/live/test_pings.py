"""Who is there: pings by one clock that never jumps, and everything that may only take so long."""

import contextlib
import json
import os
import select
import signal
import socket
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from chatweb.app import PING_INTERVAL, PING_TIMEOUT
from chatweb.chat.presence import GRACE
from chatweb.lifecycle import TICK
from chatweb.live import frames, websocket
from chatweb.live.delivery import BACKLOG
from chatweb.live.pinger import Pinger, Watch
from chatweb.live.strangers import FROM_AN_ADDRESS
from tests.live.websocket_cases import CLOSE, CONTINUATION, PING, PONG, TEXT, frame
from tests.server import Server
from tests.wire import CHUNK, WAIT, Frames, Line

INTERVAL, TIMEOUT, QUICK_GRACE, QUICK_TICK = 1, 2, 0.2, 0.1
SOON = 1.0  # second in which a line that has ended must have been seen to
QUICK = {
    "chatweb.app.PING_INTERVAL": INTERVAL,
    "chatweb.app.PING_TIMEOUT": TIMEOUT,
    "chatweb.chat.presence.GRACE": QUICK_GRACE,
    "chatweb.lifecycle.TICK": QUICK_TICK,
    "chatweb.live.websocket.WHOLE": 1,
    "chatweb.live.engine.CONNECT_SECONDS": 1,
    "chatweb.live.engine.UPGRADE_SECONDS": 1,
}


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """A server whose waits are a second each."""
    server = Server(tmp_path_factory.mktemp("quick"), command=("-m", "tests.live.quick", json.dumps(QUICK)), limits="off").start()
    yield server
    server.stop()
    assert "Traceback" not in server.log, server.log


@pytest.fixture
def line():
    """Makes people with a line of their own; each ends with the test."""
    made = []

    def come(server, person, **options):
        made.append(Line(server.port, person.token, **options))
        made[-1].join()
        return made[-1]

    yield come
    for one in made:
        one.breaks()


@pytest.fixture
def opened():
    """Opens WebSockets without saying who it is; each ends with the test."""
    made = []

    def open_one(server, query="", headers=""):
        made.append(Stranger(server.port, query, headers))
        return made[-1]

    yield open_one
    for one in made:
        one.socket.close()


class Stranger:
    """A plain socket that has asked for a WebSocket."""

    def __init__(self, port, query, headers):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=WAIT)
        self.socket.sendall(
            f"GET /socket.io/?EIO=4&transport=websocket{query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\n"
            f"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n".encode()
        )
        self.head = b""
        while b"\r\n\r\n" not in self.head:
            data = self.socket.recv(1)
            assert data, self.head
            self.head += data
        self.frames = Frames()

    @property
    def status(self):
        return int(self.head.split()[1])

    def hears(self, opcode):
        """The payload of the next frame of a kind; fails at the end of the line."""
        while True:
            data = self.socket.recv(CHUNK)
            assert data, "the line has ended"
            for found, payload in self.frames.take(data):
                if found == opcode:
                    return payload


def close_code(payload):
    return struct.unpack("!H", payload[:2])[0]


def keep_alive(lines, until):
    """Read and answer pings on all lines, until ``until`` says so; false when it does not in time."""
    end = time.monotonic() + WAIT
    while not until():
        if time.monotonic() > end:
            return False
        for one in select.select(lines, [], [], 0.05)[0]:
            one.receive(0)
    return True


# The pinger, on a clock of the test's own


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


class Pinged:
    def __init__(self):
        self.pings, self.gone = 0, False

    def ping(self):
        self.pings += 1

    def is_gone(self):
        self.gone = True


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def watch(clock):
    return Watch(clock)


@pytest.fixture
def pinger(watch):
    return Pinger(watch, interval=PING_INTERVAL, timeout=PING_TIMEOUT)


def pass_time(watch, clock, seconds, step=0.1):
    for _ in range(round(seconds / step)):
        clock.now += step
        watch.end_due()


def test_the_intervals_are_those_that_were_promised():
    assert (PING_INTERVAL, PING_TIMEOUT, GRACE) == (20, 15, 10)


def test_a_line_that_is_cut_is_told_as_gone_within_45_seconds(watch, clock, pinger):
    """The worst case: cut just after an answer, and the last step of grace just missed."""
    ani = Pinged()
    pinger.add(ani)
    pass_time(watch, clock, 20)
    pinger.answered(ani)

    began = clock.now
    while not ani.gone:
        pass_time(watch, clock, 0.1)
        assert clock.now - began < 60
    told = clock.now - began + GRACE + TICK

    assert ani.pings == 2
    assert 44 < told <= 45


def test_who_answers_is_pinged_again_and_kept(watch, clock, pinger):
    ani = Pinged()
    pinger.add(ani)

    for _ in range(10):
        pass_time(watch, clock, 20)
        pinger.answered(ani)

    assert ani.pings == 10
    assert not ani.gone


def test_an_answer_that_was_not_asked_for_delays_nothing(watch, clock, pinger):
    ani = Pinged()
    pinger.add(ani)
    for _ in range(19):
        pass_time(watch, clock, 1)
        pinger.answered(ani)
    pass_time(watch, clock, 1)

    assert ani.pings == 1


def test_a_thousand_pings_leave_the_others_their_turn(watch, clock, pinger):
    crowd = [Pinged() for _ in range(1000)]
    for one in crowd:
        pinger.add(one)
    clock.now += 20

    assert watch.end_due(), "there are more"
    assert sum(one.pings for one in crowd) == 100


# Pings over the wire


def test_a_clock_that_is_set_drops_nobody(quick, visit, line):
    ani, budi = visit(quick, transports=("polling",)), visit(quick)
    cici = line(quick, visit(quick, join=False))
    times, held = [cici.says("sekarang")["sent_at"]], []
    send, cici.send = cici.send, lambda text: held.append(text) if text == b"3" else send(text)

    for shift in (signal.SIGUSR1, signal.SIGUSR2):
        while not held:
            cici.receive()
        os.kill(quick.pid, shift)  # while a ping is under way
        times.append(cici.says("masih di sini")["sent_at"])
        send(held.pop())

    hour = 3_600_000
    assert times[0] + 23 * hour < times[1] < times[0] + 25 * hour, "for this test to mean anything"
    assert times[0] - 25 * hour < times[2] < times[0] - 23 * hour, "for this test to mean anything"
    for one in (ani, budi):
        one.hears("message_posted", where=lambda message: message["body"] == "masih di sini")
        assert one.heard("disconnected") == []
    assert not any(one.id in told.get("left", []) for one in (ani, budi) for told in cici.heard("people_changed"))


def count_pings(line):
    """How many pings a line has answered."""
    answered = 0
    send = line.send

    def counting(text):
        nonlocal answered
        answered += text == b"3"
        send(text)

    line.send = counting
    return lambda: answered


def goes(listener, person):
    """Wait until somebody is told as gone; the seconds that it took."""
    began = time.monotonic()
    assert keep_alive([listener], lambda: any(person.id in told.get("left", []) for told in listener.heard("people_changed")))
    return time.monotonic() - began


def test_a_line_without_answers_is_told_as_gone(quick, visit, line):
    """To the server a line that is cut without a FIN is one that answers nothing."""
    listener, silent = visit(quick, join=False), visit(quick, join=False)
    heard, cut = line(quick, listener), line(quick, silent)

    took = goes(heard, silent)

    assert took < INTERVAL + TIMEOUT + QUICK_GRACE + QUICK_TICK + SOON
    assert cut.socket.recv(CHUNK), "for this test to mean anything, it was pinged"


def test_a_polling_client_without_answers_is_told_as_gone(quick, visit, line):
    listener, silent = visit(quick, join=False), visit(quick, join=False)
    heard = line(quick, listener)
    sid = poll_open(silent)
    poll(silent, sid, "40" + json.dumps({"token": silent.token}))
    poll(silent, sid, '421["join",{}]')

    took = goes(heard, silent)

    assert took < INTERVAL + TIMEOUT + QUICK_GRACE + QUICK_TICK + SOON
    assert silent.get(f"/socket.io/?EIO=4&transport=polling&sid={sid}").status_code == 400


def poll_open(person):
    return json.loads(person.get("/socket.io/?EIO=4&transport=polling").text[1:])["sid"]


def poll(person, sid, body):
    return person.http.post(f"{person.url}/socket.io/?EIO=4&transport=polling&sid={sid}", data=body.encode(), timeout=WAIT)


ENDS = {
    "a FIN": lambda line: line.breaks(),
    "a reset": lambda line: (line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)), line.breaks()),
    "a goodbye": lambda line: line.socket.sendall(frame(CLOSE, b"\x03\xe8")),
    "a malformed frame": lambda line: line.socket.sendall(b"\xff" * 10),
    "a text that is none": lambda line: line.socket.sendall(frame(TEXT, b"\xff")),
    "a binary message": lambda line: line.socket.sendall(frame(2, b"\xff")),
    "no packet of Engine.IO": lambda line: line.send(b"9"),
    "nothing in a text": lambda line: line.send(b""),
    "a close of Engine.IO": lambda line: line.send(b"1"),
}


@pytest.mark.parametrize("end", ENDS)
def test_the_end_of_a_line_is_told_at_once(quick, visit, line, end):
    listener, leaver = visit(quick, join=False), visit(quick, join=False)
    heard, ends = line(quick, listener), line(quick, leaver)

    ENDS[end](ends)

    assert goes(heard, leaver) < QUICK_GRACE + QUICK_TICK + SOON


def test_a_malformed_body_ends_a_polling_client_at_once(quick, visit, line):
    listener, leaver = visit(quick, join=False), visit(quick, join=False)
    heard = line(quick, listener)
    sid = poll_open(leaver)
    poll(leaver, sid, "40" + json.dumps({"token": leaver.token}))
    poll(leaver, sid, '421["join",{}]')

    answer = leaver.http.post(f"{leaver.url}/socket.io/?EIO=4&transport=polling&sid={sid}", data=b"4\xff", timeout=WAIT)

    assert answer.status_code == 400
    assert goes(heard, leaver) < QUICK_GRACE + QUICK_TICK + SOON


# What may only take so long


def test_a_message_must_be_whole_in_time(quick, visit, line):
    listener, slow = visit(quick, join=False), visit(quick, join=False)
    heard, half = line(quick, listener), line(quick, slow)

    reader = Frames()
    half.socket.sendall(frame(TEXT, b"4" * 100)[:-1])

    found = []
    while not found or found[-1][0] != CLOSE:
        data = half.socket.recv(CHUNK)
        assert data, found
        found += reader.take(data)
    assert close_code(found[-1][1]) == frames.TOO_BIG
    assert goes(heard, slow) < QUICK_GRACE + QUICK_TICK + SOON


def test_who_sends_without_a_pause_is_not_taken_for_slow(quick, visit, line):
    steady = line(quick, visit(quick, join=False))
    pong, until, answers = frame(PONG, b"x" * 100), time.monotonic() + 2.5, []
    send, steady.send = steady.send, answers.append
    steady.socket.sendall(pong[:50])

    while time.monotonic() < until:  # there is always a frame under way, and never one for a second
        steady.socket.sendall(pong[50:] + b"".join(frame(TEXT, answer) for answer in answers) + pong[:50])
        answers.clear()
        steady.receive(0.05)
    steady.socket.sendall(pong[50:])
    steady.send = send

    steady.settles()


def test_who_does_not_say_who_they_are_is_closed(quick, opened):
    stranger = opened(quick)

    assert close_code(stranger.hears(CLOSE)) == frames.POLICY


def test_who_is_refused_is_closed_too(quick, opened):
    stranger = opened(quick)
    stranger.socket.sendall(frame(TEXT, b'40{"token":"nobody"}'))

    assert close_code(stranger.hears(CLOSE)) == frames.POLICY


def test_a_polling_client_that_does_not_say_who_it_is_is_closed(quick, visit):
    ani = visit(quick, join=False)
    sid, began = poll_open(ani), time.monotonic()

    while (answer := ani.get(f"/socket.io/?EIO=4&transport=polling&sid={sid}")).status_code == 200:
        assert time.monotonic() - began < 1 + SOON, "it answers each ping, and says nothing else"
        if answer.text == "2":
            poll(ani, sid, "3")

    assert answer.status_code == 400


def test_who_has_said_who_they_are_stays(quick, visit, line):
    ani = line(quick, visit(quick, join=False))
    pings = count_pings(ani)

    assert keep_alive([ani], lambda: pings() >= 2)
    ani.settles()


def test_a_message_of_a_stranger_may_have_16_kilobytes_and_64_afterwards(shared_server, opened, visit):
    stranger = opened(shared_server)
    stranger.socket.sendall(frame(TEXT, b"4" * (16 * 1024 + 1)))
    assert close_code(stranger.hears(CLOSE)) == frames.TOO_BIG

    member = Line(shared_server.port, visit(shared_server, join=False).token)
    answer = member.asks("nobody_knows", "x" * 60_000)
    member.breaks()
    assert answer["ok"] is False


def test_a_polling_stranger_too(shared_server, visit):
    ani = visit(shared_server, join=False)
    sid = poll_open(ani)

    assert poll(ani, sid, "4" * (16 * 1024 + 1)).status_code == 400


def test_one_address_opens_no_more_sockets_than_a_school_needs(start_server, opened, visit):
    patient = json.dumps({"chatweb.live.engine.CONNECT_SECONDS": 60})
    server = start_server(command=("-m", "tests.live.quick", patient), limits="off")
    ani = visit(server, join=False)
    first = opened(server)
    assert all(opened(server).status == 101 for _ in range(FROM_AN_ADDRESS - 1))

    refused = opened(server)
    assert refused.status == 503
    assert b"\r\nRetry-After: 5\r\n" in refused.head
    assert ani.get("/socket.io/?EIO=4&transport=polling").status_code == 503
    first.hears(TEXT)
    first.socket.sendall(frame(TEXT, b"40" + json.dumps({"token": ani.token}).encode()))
    assert first.hears(TEXT).startswith(b"40")
    assert opened(server).status == 101, "one of them has said who it is"
    assert opened(server).status == 503


def test_who_polls_twice_at_once_is_closed_and_holds_no_two_places(shared_server, visit):
    ani = visit(shared_server, join=False)
    path = f"/socket.io/?EIO=4&transport=polling&sid={poll_open(ani)}"

    with ThreadPoolExecutor(2) as both:
        answers = sorted(both.map(lambda _: ani.get(path), range(2)), key=lambda answer: answer.status_code)

    assert [answer.status_code for answer in answers] == [200, 400]
    assert answers[0].text == "1", "it is told that the socket has closed"


# From polling to WebSocket


def test_an_upgrade_that_is_none_is_not_answered_so_that_nothing_waits_for_who_reads_nothing(shared_server, opened):
    stranger = opened(shared_server)
    stranger.hears(TEXT)  # the opening packet
    stranger.socket.sendall(frame(TEXT, b"5") * 100 + frame(PING, b"that was all"))

    heard = []
    while (PONG, b"that was all") not in heard:
        heard += stranger.frames.take(stranger.socket.recv(CHUNK))

    assert heard == [(PONG, b"that was all")]


def test_an_upgrade_that_fails_leaves_polling_as_it_was(shared_server, visit, opened):
    ani = visit(shared_server, join=False)
    sid = poll_open(ani)
    mine = f"Authorization: Bearer {ani.token}\r\n"

    failing = opened(shared_server, f"&sid={sid}", mine)
    failing.socket.sendall(frame(TEXT, b"5"))
    assert close_code(failing.hears(CLOSE)) == frames.POLICY
    poll(ani, sid, "40" + json.dumps({"token": ani.token}))

    assert ani.get(f"/socket.io/?EIO=4&transport=polling&sid={sid}").text.startswith("40")


def test_a_second_upgrade_beside_the_first_is_refused(shared_server, visit, opened):
    ani = visit(shared_server, join=False)
    sid = poll_open(ani)
    mine = f"Authorization: Bearer {ani.token}\r\n"

    first = opened(shared_server, f"&sid={sid}", mine)
    second = opened(shared_server, f"&sid={sid}", mine)
    first.socket.sendall(frame(TEXT, b"2probe"))

    assert (first.status, second.status) == (101, 409)
    assert first.hears(TEXT) == b"3probe"


def test_an_upgrade_that_is_not_ended_is_given_up(quick, visit, opened):
    ani = visit(quick, join=False)
    sid = poll_open(ani)
    poll(ani, sid, "40" + json.dumps({"token": ani.token}))
    trying = opened(quick, f"&sid={sid}", f"Authorization: Bearer {ani.token}\r\n")

    assert close_code(trying.hears(CLOSE)) == frames.POLICY


# Fairness


class Flood:
    """A line on which there is always more to read."""

    def __init__(self, pieces):
        self._pieces = list(pieces)
        self.fd = self

    def get_socket(self):
        return self

    def settimeout(self, _seconds): ...

    def sendall(self, _data): ...

    def shutdown(self, _how): ...

    def send(self, data):
        return len(data)

    def recv(self, _size):
        return self._pieces.pop(0) if self._pieces else b""


@pytest.mark.parametrize("at_once", [1, 7, 31, 1000])
def test_after_32_frames_of_one_client_it_is_the_others_turn(monkeypatch, at_once):
    taken, turns = [], []
    monkeypatch.setattr(websocket.greenthread, "sleep", lambda _seconds: turns.append(len(taken)))
    flood = Flood([frame(PONG) * at_once] * (1000 // at_once) + [frame(TEXT, b"a", final=False), frame(CONTINUATION)])
    wire = websocket.Wire(
        {"eventlet.input": flood, "HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ=="},
        websocket.Deadlines(Watch()),
        limit=100,
        direct=True,
        admit=lambda: taken.append(True) or True,
        on_end=lambda _wire: None,
    )

    wire.run(lambda _text: None)

    assert len(taken) > 990
    steps = [after - before for before, after in zip([0, *turns], [*turns, len(taken)], strict=True)]
    assert max(steps) <= websocket.ROUND == 32


def test_a_message_that_has_come_is_not_late_however_long_it_is_worked_on():
    whole = frame(TEXT, b"a message in two pieces")
    deadlines = websocket.Deadlines(Watch())
    waited = []

    class Slow(Flood):
        def recv(self, size):
            waited.append(len(deadlines.whole))
            return super().recv(size)

    wire = websocket.Wire(
        {"eventlet.input": Slow([whole[:10], whole[10:]]), "HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ=="},
        deadlines,
        limit=100,
        direct=True,
        admit=lambda: True,
        on_end=lambda _wire: None,
    )
    wire.run(lambda _text: waited.append(len(deadlines.whole)))

    assert waited[:3] == [0, 1, 0], "nothing, the half of it, its handler"


@pytest.mark.parametrize("direct", [True, False])
def test_one_frame_that_is_larger_than_may_wait_is_taken_in_peace_and_what_waits_behind_it_counts(monkeypatch, direct):
    class Full(Flood):
        def send(self, _data):
            raise BlockingIOError

    monkeypatch.setattr(websocket.greenthread, "spawn", lambda write: write)
    wire = websocket.Wire(
        {"eventlet.input": Full([]), "HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ=="},
        websocket.Deadlines(Watch()),
        limit=100,
        direct=direct,
        admit=lambda: True,
        on_end=lambda _wire: None,
    )

    wire.send(b"x" * 2 * BACKLOG)
    alone = wire.bytes
    wire.send(b"y" * 100)
    behind = wire.bytes
    wire.forget()

    assert (alone, behind, wire.bytes) == (0, 100, 0)


@pytest.mark.parametrize("said", [frame(PONG), frame(PING), frame(TEXT, b"3"), frame(TEXT, b"5")], ids=["pong", "ping", "3", "5"])
def test_a_flood_of_what_is_no_event_ends_and_holds_nobody_up(shared_server, visit, line, said):
    flooder, talker = (line(shared_server, visit(shared_server, join=False)) for _ in range(2))
    flood = said * 100_000
    ended = threading.Event()

    def pour():
        with contextlib.suppress(OSError):  # the line has been closed by then
            flooder.socket.sendall(flood)
        ended.set()

    pouring = threading.Thread(target=pour)
    pouring.start()
    waits = []
    while not ended.is_set() or len(waits) < 5:
        began = time.monotonic()
        talker.settles()
        waits.append(time.monotonic() - began)
    pouring.join()

    assert max(waits) < 0.5, "all of them at once take seconds"
    found, seen = Frames(), []
    while not any(opcode == CLOSE for opcode, _ in seen):
        data = flooder.socket.recv(CHUNK)
        assert data, "the line has ended without a word"
        seen = found.take(data)
    assert close_code(seen[-1][1]) == frames.POLICY


# Stopping


def test_who_is_still_there_when_the_server_stops_is_told_with_1001(start_server, visit):
    server = start_server(limits="off")
    stranger = Line(server.port, visit(server, join=False).token)
    stranger.join()
    stopping = threading.Thread(target=server.stop)
    stopping.start()

    found = []
    reader = Frames()
    while data := stranger.socket.recv(CHUNK):
        found += reader.take(data)
    stranger.breaks()
    stopping.join()

    texts = [payload for opcode, payload in found if opcode == TEXT]
    assert any(text.startswith(b'42["session_ended",{"reason":"restarting"') for text in texts)
    assert found[-1][0] == CLOSE
    assert close_code(found[-1][1]) == frames.GOING_AWAY
