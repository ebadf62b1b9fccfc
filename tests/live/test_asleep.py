"""Promise 5 in a crowd: of a hundred, twenty read nothing; nobody feels it, little waits for each, and they catch up later."""

import contextlib
import select
import threading

import pytest
import requests

from tests.faults.talk import Talk, feels_nothing
from tests.wire import CHUNK, LOBBY, WAIT, Line, begin_sessions

PEOPLE, ASLEEP = 100, 20
SMALL = 4096  # bytes of a receive buffer
EMOJI = "🌋" * 3_900  # 16 kB
CALM = 40  # such messages while everybody reads
ENOUGH = 1_500  # such messages by which everybody who reads nothing must have been let go: 24 MB, more than the kernel takes
AT_ONCE = 20
MEBIBYTE = 1024 * 1024
SPARE = 16 * MEBIBYTE  # what the server may take besides: the database's page cache, the frames of the moment
MARK = b'42["message_posted"'


class Crowd(threading.Thread):
    """Reads what comes on many lines, as fast as it comes, and counts the messages."""

    def __init__(self, lines):
        super().__init__(daemon=True)
        self.counts = dict.fromkeys(lines, 0)
        self._tails = dict.fromkeys(lines, b"")
        self._awake = {line.fileno(): line for line in lines}
        self._over = False
        self.start()

    def fall_asleep(self, lines):
        self._awake = {descriptor: line for descriptor, line in self._awake.items() if line not in lines}

    def run(self):
        while not self._over:
            awake = self._awake
            for descriptor in select.select(list(awake), [], [], 0.05)[0]:
                line = awake[descriptor]
                data = self._tails[line] + line.socket.recv(CHUNK)
                self.counts[line] += data.count(MARK)
                self._tails[line] = data[-len(MARK) + 1 :]

    def stop(self):
        self._over = True
        self.join(WAIT)


@pytest.fixture
def hundred(server):
    """A hundred who have joined, and their tokens; each hangs up with the test."""
    people = begin_sessions(server.port, [f"Orang {number}" for number in range(PEOPLE)])
    with contextlib.ExitStack() as stack:
        lines = []
        for number, (_person, token) in enumerate(people):
            lines.append(Line(server.port, token, receive_buffer=SMALL if number < ASLEEP else None))
            stack.callback(lines[-1].breaks)
            lines[-1].join()
        yield people, lines


def say(panel, count):
    for number in range(count):
        answer = panel.call("POST", "/messages", {"to": {"room": LOBBY}, "body": f"{number} {EMOJI}"})
        assert answer.status_code == 201, answer.text


def still_there(panel, people):
    """How many of them have a line."""
    rows = {}
    page = panel.get("/people?online=1")
    rows |= {row["id"]: row for row in page["people"]}
    while page.get("cursor"):
        page = panel.get(f"/people?online=1&cursor={page['cursor']}")
        rows |= {row["id"]: row for row in page["people"]}
    return sum("address" in rows.get(person, {}) for person, _token in people)


def beside(talk, work, *arguments):
    """The members' p50, p99 and longest in ms while something is done, and what it answers."""
    done = []
    worker = threading.Thread(target=lambda: done.append(work(*arguments)))
    worker.start()
    figures = talk.listen_until(lambda: not worker.is_alive())
    assert done, "it has failed"
    return figures, done[0]


def test_twenty_of_a_hundred_read_nothing_and_nobody_feels_it(server, steer, hundred):
    people, lines = hundred
    panel, talk, crowd = steer(server), Talk(server.port), Crowd(lines)
    calm, _ = beside(talk, say, panel, CALM)
    server.forget_peak()
    known, memory = CALM + talk.said, server.peak_memory()

    crowd.fall_asleep(lines[:ASLEEP])

    def say_until_let_go():
        said = 0
        while still_there(panel, people[:ASLEEP]) and said < ENOUGH:
            say(panel, AT_ONCE)
            said += AT_ONCE
        return said

    figures, said = beside(talk, say_until_let_go)
    grown, all_said = server.peak_memory() - memory, CALM + said + talk.said
    crowd_hears(crowd, lines[ASLEEP:], all_said)
    crowd.stop()
    talk.hang_up()

    assert 0 < said < ENOUGH, "for this test to mean anything, they have been let go"
    assert talk.faults() == []
    assert feels_nothing(calm, figures), (calm, figures)
    assert grown <= ASLEEP * MEBIBYTE + SPARE, f"{grown / MEBIBYTE:.1f} MiB more"
    assert {crowd.counts[line] for line in lines[ASLEEP:]} == {all_said}
    assert {still_there(panel, people[ASLEEP:])} == {PEOPLE - ASLEEP}
    for _person, token in people[:ASLEEP:7]:
        assert caught_up(server, token, known) == list(range(known + 1, all_said + 1))


def crowd_hears(crowd, lines, count):
    """Wait until all of them have heard so much."""
    for _ in range(WAIT * 20):
        if all(crowd.counts[line] >= count for line in lines):
            return
        crowd.join(0.05)


def caught_up(server, token, revision):
    """The revisions that somebody is told who comes back and knows all up to one."""
    back = Line(server.port, token)
    missed = back.join({str(LOBBY): revision})["changes"][str(LOBBY)]
    seen = [message["revision"] for message in missed["messages"]]
    while missed.get("more"):
        address = f"{server.url}/api/rooms/{LOBBY}/changes?after={seen[-1]}"
        missed = requests.get(address, headers={"Authorization": f"Bearer {token}"}, timeout=WAIT).json()
        seen += [message["revision"] for message in missed["messages"]]
    back.breaks()
    return seen

