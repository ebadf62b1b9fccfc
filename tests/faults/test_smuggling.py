"""No request is understood in two ways: what is not plain is refused, and nothing behind it is read."""

import itertools
import random

import h11
import pytest
import requests

from chatweb.request_head import Refusal, end_of, parse
from tests.faults import smuggling
from tests.faults.smuggling import ACCEPTED, BEHIND, MARK
from tests.server import START_SECONDS, GunicornServer, Server

CASES = smuggling.cases()
SEED = 20_261_125
DOOR = {400, 411, 413, 414, 417, 431, 505}
LIVE, PURE = 200, 20_000  # mutations


@pytest.fixture(scope="module", params=["chatweb run", "gunicorn"])
def served(request, tmp_path_factory):
    make = {"chatweb run": Server, "gunicorn": GunicornServer}[request.param]
    server = make(tmp_path_factory.mktemp("smuggling"), limits="off").start()
    requests.get(f"{server.url}/api/service", timeout=START_SECONDS)  # gunicorn listens before its worker serves
    yield server
    server.stop()
    assert "Traceback" not in server.log, server.log
    assert "Fault" not in server.log, server.log


def objections(case, found):
    """What is wrong with the answers to a case and to the request behind it."""
    statuses = [status for status, _ in found]
    if case.status == ACCEPTED:
        if len(statuses) != 2 or statuses[0] in DOOR or statuses[1] != 404:
            yield f"{case.name}: accepted, and the next one too, but {statuses}"
    elif statuses != [case.status]:
        yield f"{case.name}: {case.status} and the end, but {statuses}"
    elif b"\r\nConnection: close\r\n" not in found[0][1] or b"application/problem+json" not in found[0][1]:
        yield f"{case.name}: {found[0][1]!r}"


def test_every_case_is_refused_as_it_should_and_nothing_behind_it_is_read(served):
    wrong = [objection for case in CASES for objection in objections(case, smuggling.send(served.port, case.raw + BEHIND))]

    assert len(CASES) >= 200
    assert wrong == []


def test_mutations_get_one_clear_end_each(served):
    """Whatever the bytes are: answers of ours only, never a 500, and the next client is served."""
    wrong = []
    for raw in itertools.islice(smuggling.mutations(SEED), LIVE):
        found = smuggling.send(served.port, raw, half_close=True)
        wrong += [(raw, status) for status, _ in found if status >= 500 and status != 505]

    assert wrong == []
    assert [status for status, _ in smuggling.send(served.port, smuggling.request() + BEHIND)] == [200, 404]


def ours(raw):
    end = end_of(raw)
    return None if end < 0 else parse(raw[:end])


def another_opinion(raw):
    """The same head as h11 understands it."""
    other = h11.Connection(h11.SERVER, max_incomplete_event_size=100_000)
    other.receive_data(raw)
    return other.next_event()


def differs(raw):
    """How our understanding of a request differs from that of another program, where we have one at all."""
    try:
        head = ours(raw)
    except Refusal as refusal:
        return None if refusal.status in DOOR else f"refused with {refusal.status}"
    if head is None or b"\r\n\r\n" not in raw:
        return None
    try:
        event = another_opinion(raw)
    except h11.RemoteProtocolError as error:
        return None if str(error).startswith("bad Content-Length") and head.length == 0 else f"refused by another: {error}"
    names = [(name.lower(), value) for name, value in event.headers]
    mine = [(name.lower().encode(), value.encode("latin-1")) for name, value in head.headers]
    lengths = [int(value) for name, value in names if name == b"content-length"]
    if (event.method.decode(), mine, head.length) != (head.method, names, lengths[0] if lengths else 0):
        return f"understood otherwise: {event}"
    return None


def test_what_is_understood_another_program_understands_too():
    """20,000 mutations here; `python -m tests.faults.test_smuggling 1000000` tries a million."""
    refused = sum(differs(case.raw) is not None for case in CASES)
    found = [(raw, how) for raw in itertools.islice(smuggling.mutations(SEED), PURE) if (how := differs(raw))]

    assert refused == 0
    assert found == []


def test_in_pieces_a_head_is_the_same():
    """Wherever the bytes are cut, the same head is found or the same refusal made."""
    chance = random.Random(SEED)
    for case in CASES:
        raw = case.raw + BEHIND
        whole = outcome(raw, [len(raw)])
        for _ in range(3):
            cuts = sorted(chance.sample(range(1, len(raw)), min(5, len(raw) - 1)))
            assert outcome(raw, [*cuts, len(raw)]) == whole, case.name


def outcome(raw, cuts):
    """What comes of bytes that come in pieces: where the head ends, or the status of the refusal."""
    searched = 0
    for cut in cuts:
        try:
            end = end_of(raw[:cut], searched)
            if end >= 0:
                parse(raw[:end])
                return "head", end
        except Refusal as refusal:
            return "refused", refusal.status
        searched = cut
    return "incomplete", 0


def test_the_smuggled_request_would_be_seen():
    """For the tests above to mean anything."""
    assert MARK in BEHIND
    assert [case for case in CASES if case.status == ACCEPTED]
    assert list(objections(CASES[0], [(400, b"\r\nConnection: close\r\napplication/problem+json"), (404, b"")])) != []


if __name__ == "__main__":
    import sys

    count, wrong = int(sys.argv[1]), 0
    for number, raw in enumerate(itertools.islice(smuggling.mutations(SEED), count)):
        if how := differs(raw):
            wrong += 1
            print(number, raw, how)
    print(f"{count} mutations with seed {SEED}: {wrong} findings")
