"""Guesses at the administrator's password cost few hashes, and keep the administrator from nothing."""

from tests.faults.guesses import HASHES, PATIENCE, storm
from tests.server import Server


def test_500_guesses_are_at_most_60_hashes_and_the_rightful_one_is_in_meanwhile(tmp_path):
    server = Server(tmp_path).start()
    try:
        outcome = storm(server, count=500, seed=4)
    finally:
        server.stop()

    assert sum(outcome.answers.values()) == 500
    assert 3 <= outcome.hashes <= HASHES, outcome.answers
    assert outcome.waits, "for this test to mean anything"
    assert outcome.refused == []
    assert max(outcome.waits) <= max(PATIENCE, 8 * outcome.calm), (outcome.calm, outcome.waits)  # a busy machine hashes slowly
