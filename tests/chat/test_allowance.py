"""How much one connection may send, and when going on regardless becomes a flood."""

from chatweb.chat.allowance import BYTES_BURST, CALM, EVENTS_BURST, EVENTS_PER_SECOND, FLOOD, SHORTEST_WAIT, Allowance, NoAllowance

SMALL = 40  # bytes


def taken(allowance, *, now, tries, size=SMALL):
    """How many of ``tries`` are let through."""
    return sum(allowance.take(size, now=now) == 0 for _ in range(tries))


def test_a_burst_is_let_through_and_then_so_many_a_second():
    allowance = Allowance(now=0.0)

    assert [taken(allowance, now=now, tries=200) for now in (0.0, 1.0, 1.5, 100.0)] == [
        EVENTS_BURST,
        EVENTS_PER_SECOND,
        EVENTS_PER_SECOND / 2,
        EVENTS_BURST,
    ]


def test_bytes_are_counted_too_and_the_largest_event_is_let_through():
    allowance = Allowance(now=0.0)

    assert taken(allowance, now=0.0, tries=3, size=int(BYTES_BURST)) == 1
    assert taken(allowance, now=0.5, tries=3, size=int(BYTES_BURST)) == 1
    assert allowance.take(1, now=0.6) > 0.3, "half a second's bytes are owed"
    assert taken(allowance, now=1.7, tries=3, size=int(BYTES_BURST)) == 1


def test_who_waits_as_long_as_told_is_let_through_and_never_floods():
    allowance, now = Allowance(now=0.0), 0.0

    for _ in range(2000):
        wait = allowance.take(SMALL, now=now)
        now += wait + 0.001
        assert wait == 0 or allowance.take(SMALL, now=now) == 0
        assert not allowance.floods()


def test_who_goes_on_regardless_floods_after_five_seconds():
    allowance, now = Allowance(now=0.0), 0.0
    while not allowance.floods():
        allowance.take(SMALL, now=now)
        now += 0.01

    began = EVENTS_BURST / (100 - EVENTS_PER_SECOND)
    assert began + FLOOD <= now < began + FLOOD + 0.5


def test_a_burst_that_is_too_large_now_and_then_is_no_flood():
    allowance = Allowance(now=0.0)

    for now in range(0, 60, 4):
        assert taken(allowance, now=float(now), tries=200) >= EVENTS_BURST
        assert not allowance.floods()
    assert CALM < 4


def test_what_others_refuse_counts_too():
    allowance, now = Allowance(now=0.0), 0.0
    while not allowance.floods():
        allowance.refuse(SHORTEST_WAIT, now=now)
        now += 0.05

    assert FLOOD <= now < FLOOD + 0.5


def test_with_the_limits_off_all_is_let_through():
    assert taken(NoAllowance(now=0.0), now=0.0, tries=5000) == 5000
