"""A short form of ``python -m tests.faults.hostile_events``, and proof that it sees what it is for."""

import random

import pytest

from tests.faults import hostile_events
from tests.faults.hostile_events import SENTINEL, Attack, Script

COUNT, SEED = 5_000, "7"


@pytest.mark.parametrize("limits", ["off", ""])
def test_whatever_is_sent_is_answered_and_disturbs_nobody(start_server, limits):
    report = hostile_events.run(start_server(limits=limits), count=COUNT, seed=SEED, calm=1.0)

    assert report.outcome.faults == []
    assert report.outcome.packets >= COUNT
    assert report.outcome.answered > COUNT * 0.8, "for this test to mean anything"
    assert bool(report.outcome.refused) == (limits == "")
    assert report.talked > 20


def judged(texts, *, closed=False, wanted=(1, 2), may_close=False):
    attack = Attack(0, "token", "", "")
    attack._judge(Script([b"x"] * 2, set(wanted), may_close), texts, closed, "this")
    return attack.outcome.faults


OK, SAID = b'[{"ok":true}]', b'[{"ok":false,"error":{"code":"invalid","detail":"x"}}]'


def test_the_judge_sees_what_is_not_answered_and_what_is_a_fault():
    assert judged([b"431" + OK, b"43/admin,2" + SAID, b"43%d" % SENTINEL + OK]) == []
    assert judged([b"431" + OK]) == ["this: 1 of 2 asks were not answered, as 2"]
    assert judged([b"431" + OK], closed=True) == ["this: 1 of 2 asks were not answered, as 2"]
    assert judged([b"431" + OK], closed=True, may_close=True) == []
    assert judged([b"431" + OK, b"432[null]"]) == ["this: ask 2 was answered b'[null]'"]
    assert judged([b"431" + OK, b"432" + SAID.replace(b"invalid", b"internal")])[0].startswith("this: ask 2 was answered")


def test_the_same_seed_sends_the_same():
    made = [hostile_events.script(random.Random("7 1"), count=100) for _ in range(2)]

    assert made[0].packets == made[1].packets
    assert 50 < len(made[0].wanted) <= 100
