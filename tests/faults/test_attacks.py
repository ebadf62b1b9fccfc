"""What two members and a newcomer feel while strangers half ask, send slowly and knock 500 times a second."""

import pytest

from tests.faults.attacks import ATTACKS, DESCRIPTORS, Attack, Cramped, Felt, suffer
from tests.server import Server

SECONDS, CALM = 2, 1.5
TIMES, SLACK = 4, 150  # the times of the calm, and milliseconds, that a slow machine with other work may add
MORE = 60  # MiB


def objections(calm, felt, *, most):
    """What is worse than it may be."""
    for what, before, now in (("ack", calm.ack, felt.ack), ("delivery", calm.delivery, felt.delivery)):
        if now[1] > TIMES * before[1] + SLACK:
            yield f"{felt.name}: p99 of the {what} is {now[1]:.0f} ms, calm {before[1]:.0f} ms"
    if felt.refused or not felt.newcomers:
        yield f"{felt.name}: newcomers {felt.newcomers}, refused {felt.refused}"
    if felt.more > most:
        yield f"{felt.name}: {felt.more:.0f} MiB more"


@pytest.mark.parametrize(
    ("make", "names"),
    [(Server, ["half requests", "slow bodies"]), (lambda folder: Cramped(folder, DESCRIPTORS), ["connection flood"])],
    ids=["slow ones", "many ones"],
)
def test_members_and_newcomers_do_not_feel_it(tmp_path, make, names):
    server = make(tmp_path).start()
    try:
        (calm, *phases), lost = suffer(server, names, full=False, calm=CALM, seconds=SECONDS, settle=0)
    finally:
        code = server.stop()

    assert [phase.name for phase in phases] == names
    assert [objection for felt in phases for objection in objections(calm, felt, most=MORE)] == []
    assert lost == []
    assert code == 0
    assert "Traceback" not in server.log, server.log
    assert "Fault" not in server.log, server.log


def test_what_is_felt_would_be_seen():
    """For the test above to mean anything."""
    calm = Felt("calm", (5.0, 20.0), (5.0, 20.0), [3.0], memory=(100.0, 101.0, 101.0))
    late = Felt("late", (5.0, 20.0), (5.0, 300.0), [3.0], memory=(100.0, 101.0, 101.0))
    shut = Felt("shut", (5.0, 20.0), (5.0, 20.0), [], ["timeout"], memory=(100.0, 170.0, 101.0))

    assert list(objections(calm, calm, most=MORE)) == []
    assert len(list(objections(calm, late, most=MORE))) == 1
    assert len(list(objections(calm, shut, most=MORE))) == 2


def test_every_attack_has_a_small_size_and_its_full_one():
    assert all(isinstance(attack, Attack) and 0 < attack.fast <= attack.full for attack in ATTACKS.values())
