"""A short form of the load test of `make load`, and proof that its checks see what they are for."""

from tests import load

PEOPLE, RATE, SECONDS = 40, 50, 3


def test_what_is_acked_under_load_is_heard_by_everybody_once_and_in_order(server):
    report = load.run(server, people=PEOPLE, rate=RATE, seconds=SECONDS)

    assert report.faults == []
    assert report.sent == RATE * SECONDS
    assert report.deliveries == PEOPLE * RATE * SECONDS


def heard(*seqs_of_each, acked=(1, 2, 3)):
    """A tally of messages 1, 2, 3 … as seq 1, 2, 3 …, each listener having heard the seqs given."""
    tally = load.Tally(len(seqs_of_each))
    for listener, seqs in enumerate(seqs_of_each):
        for seq in seqs:
            tally.heard(listener, seq, number=seq - 1)
    for seq in acked:
        tally.ack(seq - 1, seq)
    return tally


def test_a_tally_without_a_fault_has_none():
    tally = heard([1, 2, 3], [1, 2, 3])

    assert tally.complete(3)
    assert tally.close(3) == []


def test_a_tally_sees_what_somebody_did_not_hear():
    assert heard([1, 2, 3], [1, 2]).close(3) == ["listener 1 heard nothing after seq 2, acked are 3"]
    assert heard([1, 2, 3], [1, 3]).close(3) == ["listener 1 heard seq 3 after a hole, after 1"]


def test_a_tally_sees_what_came_twice_or_out_of_order():
    assert heard([1, 2, 2, 3]).close(3) == ["listener 0 heard seq 2 again or too late, after 2"]
    assert "listener 0 heard seq 2 again or too late, after 3" in heard([1, 3, 2]).close(3)


def test_a_tally_sees_an_ack_that_is_missing_or_says_something_else_than_was_heard():
    tally = heard([1, 2, 3], acked=(1, 2))
    assert not tally.complete(3)
    assert tally.close(3) == ["message 2 got no ack"]

    tally.ack(2, 2)
    assert "message 2 was acked as seq 2, where 1 was heard" in tally.close(3)
    assert "the acked seqs are not 1 to n" in tally.close(3)


def test_a_tally_sees_that_two_heard_different_messages_as_the_same_seq():
    tally = load.Tally(2)
    tally.heard(0, 1, number=0)
    tally.heard(1, 1, number=7)

    assert tally.faults == ["listener 1 heard message 7 as seq 1, others 0"]


def test_delays_tell_percentiles_in_milliseconds():
    delays = load.Delays()
    for milliseconds in range(1, 101):
        delays.add(milliseconds / 1000 - 0.00005)

    assert abs(delays.percentile(50) - 50) < 0.2
    assert abs(delays.percentile(99) - 99) < 0.2
    assert abs(delays.longest * 1000 - 100) < 0.1
