"""How much of what: buckets, and waits that double."""

import pytest

from chatweb.chat import limits
from chatweb.chat.errors import RateLimited
from chatweb.chat.limits import FREE_GUESSES, LONGEST_WAIT, Guesses, NoRate, Rate


def taken(rate, key, *, now, tries):
    """How many of ``tries`` get through."""
    count = 0
    for _ in range(tries):
        try:
            rate.take(key, now=now)
            count += 1
        except RateLimited:
            pass
    return count


def test_a_burst_gets_through_and_no_more():
    rate = Rate(per_second=20, burst=60)

    assert taken(rate, "ani", now=0.0, tries=100) == 60


def test_in_the_long_run_so_many_a_second_get_through():
    rate = Rate(per_second=20, burst=60)
    taken(rate, "ani", now=0.0, tries=60)

    assert [taken(rate, "ani", now=now, tries=100) for now in (1.0, 2.0, 2.5)] == [20, 20, 10]


def test_rest_fills_a_bucket_to_its_burst_and_not_past_it():
    rate = Rate(per_second=20, burst=60)
    taken(rate, "ani", now=0.0, tries=60)

    assert taken(rate, "ani", now=9999.0, tries=100) == 60


def test_one_key_takes_nothing_from_another():
    rate = Rate(per_second=1, burst=3)
    taken(rate, "ani", now=0.0, tries=10)

    assert taken(rate, "budi", now=0.0, tries=10) == 3


def test_who_waits_as_long_as_told_gets_through():
    rate = Rate(per_second=0.5, burst=1)
    rate.take("ani", now=0.0)

    with pytest.raises(RateLimited) as refused:
        rate.take("ani", now=0.3)

    assert refused.value.retry_after == 1.7
    rate.take("ani", now=0.3 + refused.value.retry_after)


def test_the_longest_idle_are_forgotten_so_that_strangers_cant_fill_the_memory(monkeypatch):
    monkeypatch.setattr(limits, "KEYS_KEPT", 100)
    rate, guesses = Rate(per_second=1, burst=1), Guesses()

    for stranger in range(300):
        rate.take(stranger, now=0.0)
        guesses.wrong(stranger, now=0.0)

    assert len(rate._buckets) == len(guesses._wrong) == 100
    assert taken(rate, 299, now=0.0, tries=1) == 0


def test_without_limits_everything_gets_through():
    assert taken(NoRate(), "ani", now=0.0, tries=1000) == 1000


def test_a_few_wrong_guesses_are_free():
    guesses = Guesses()

    for _ in range(FREE_GUESSES - 1):
        guesses.wrong("ani", now=0.0)

    guesses.allow("ani", now=0.0)


def test_waits_after_wrong_guesses_double():
    guesses, now, waits = Guesses(), 0.0, []
    for _ in range(FREE_GUESSES - 1):
        guesses.wrong("ani", now=now)

    for _ in range(6):
        guesses.wrong("ani", now=now)
        with pytest.raises(RateLimited) as refused:
            guesses.allow("ani", now=now)
        waits.append(refused.value.retry_after)
        now += refused.value.retry_after
        guesses.allow("ani", now=now)

    assert waits == [1, 2, 4, 8, 16, 32]


def test_a_wait_is_never_longer_than_a_quarter_of_an_hour():
    guesses = Guesses()
    for _ in range(2000):
        guesses.wrong("ani", now=0.0)

    with pytest.raises(RateLimited) as refused:
        guesses.allow("ani", now=0.0)

    assert refused.value.retry_after == LONGEST_WAIT


def test_the_right_guess_forgets_the_wrong_ones():
    guesses = Guesses()
    for _ in range(FREE_GUESSES):
        guesses.wrong("ani", now=0.0)
    guesses.right("ani")

    guesses.wrong("ani", now=0.0)

    guesses.allow("ani", now=0.0)


def test_somebody_elses_wrong_guesses_keep_nobody_else_waiting():
    guesses = Guesses()
    for _ in range(10):
        guesses.wrong(("teacher", "pupil's phone"), now=0.0)

    guesses.allow(("teacher", "teacher's desktop"), now=0.0)
