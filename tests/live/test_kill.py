"""A short form of `make kill`, and proof that its checks catch each damage that they are for."""

from dataclasses import replace

import pytest

from tests import kill
from tests.kill import Counted, History, Kept, Said, Told, find_faults

ANI, BUDI = 2, 3
BACK_WITHIN = 20  # seconds, on a machine with other work; `make kill` prints what it really takes


def test_nothing_acked_is_lost_when_the_process_is_killed_while_people_talk(server):
    report = kill.run(server, times=3, seed=20_261_124, people=12, rate=300)

    assert report.faults == []
    assert min(report.acked_between) > 0, "for this test to mean anything, something is acked before each kill"
    assert report.asked_again > 0, "for this test to mean anything, a kill leaves questions without an answer"
    assert report.kept == report.acked
    assert max(report.back_after) < BACK_WITHIN


SAID = [Said(ANI, "a1", "satu"), Said(BUDI, "b1", "dua"), Said(ANI, "a2", "tiga")]
KEPT = [
    Kept(id=11, room=1, seq=1, revision=1, sender=ANI, client_id="a1", body="satu"),
    Kept(id=12, room=1, seq=2, revision=2, sender=BUDI, client_id="b1", body="dua"),
    Kept(id=13, room=1, seq=3, revision=3, sender=ANI, client_id="a2", body="tiga"),
]
TOLD = {kept.client_id: Told(kept.id, kept.room, kept.seq, kept.revision, kept.body) for kept in KEPT}
COUNTED = Counted(3, 3)
HISTORY = History(SAID, acked=TOLD, heard=list(TOLD.values()))


def faults(*, kept=KEPT, counted=COUNTED, history=HISTORY):
    return find_faults(history, kept, counted)


def test_an_archive_that_holds_what_was_acked_has_no_fault():
    assert faults() == []


def test_an_archive_may_hold_what_nobody_was_answered_yet():
    acked = {client_id: told for client_id, told in TOLD.items() if client_id != "a2"}

    assert faults(history=replace(HISTORY, acked=acked)) == []


def test_a_lost_message_is_caught():
    assert "lost: seq 3, acked as message 13" in faults(kept=KEPT[:2], counted=Counted(2, 2))


def test_a_doubled_message_is_caught():
    again = KEPT[0]._replace(id=14, seq=4, revision=4)

    assert "twice: a1 of person 2 as seq [1, 4]" in faults(kept=[*KEPT, again], counted=Counted(4, 4))


def test_two_people_with_the_same_client_id_are_no_double():
    said = [Said(ANI, "same", "satu"), Said(BUDI, "same", "dua")]
    kept = [KEPT[0]._replace(client_id="same"), KEPT[1]._replace(client_id="same")]

    assert faults(kept=kept, counted=Counted(2, 2), history=History(said)) == []


@pytest.mark.parametrize("name", ["seq", "revision"])
def test_a_hole_is_caught(name):
    holed = [*KEPT[:2], KEPT[2]._replace(**{name: 4})]
    counted = COUNTED._replace(**{name: 4})

    found = faults(kept=holed, counted=counted)

    assert f"holed: {name} [3] missing" in found
    assert f"holed: the room has counted {name} to 4, and 3 messages are kept" in found


def test_a_room_that_counts_further_than_it_keeps_is_caught():
    assert "holed: the room has counted seq to 4, and 3 messages are kept" in faults(counted=Counted(4, 3))


@pytest.mark.parametrize("name", ["seq", "revision"])
def test_a_number_that_was_given_twice_is_caught(name):
    assert f"doubled: {name} [2]" in faults(kept=[*KEPT[:2], KEPT[2]._replace(**{name: 2})])


@pytest.mark.parametrize("change", [{"body": "lain"}, {"seq": 4}, {"revision": 4}, {"id": 99}])
def test_a_message_that_is_not_kept_as_it_was_acked_is_caught(change):
    altered = KEPT[2]._replace(**change)

    assert any(fault.startswith("altered: acked as") for fault in faults(kept=[*KEPT[:2], altered]))


def test_a_message_that_is_not_kept_as_it_was_said_is_caught_before_its_ack():
    altered = [*KEPT[:2], KEPT[2]._replace(body="lain")]

    assert faults(kept=altered, history=History(SAID)) == ["altered: 'tiga' was said, 'lain' kept as seq 3"]


def test_a_message_that_was_heard_and_is_not_kept_is_caught():
    heard = Told(id=14, room=1, seq=4, revision=4, body="terlalu cepat")

    assert any(fault.startswith("told too early") for fault in faults(history=replace(HISTORY, heard=[heard])))


def test_a_message_that_nobody_said_is_caught():
    assert "made up: seq 3 was said by nobody" in faults(history=History(SAID[:2]))


def test_the_messages_of_one_sender_in_another_order_are_caught():
    swapped = [KEPT[2]._replace(seq=1, revision=1), KEPT[1], KEPT[0]._replace(seq=3, revision=3)]

    assert "out of order: seq 3 of person 2 was said earlier than the one before" in faults(kept=swapped, history=History(SAID))
