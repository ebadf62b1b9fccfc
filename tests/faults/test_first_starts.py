"""Two first starts at once, fifty times."""

from tests.faults import first_starts


def test_first_starts_at_once_agree_on_one_key():
    assert first_starts.run(50) == []


def test_the_way_it_is_mostly_done_is_caught():
    assert first_starts.run(200, first_starts.naive_key_of), "for the test above to mean anything"
