"""Guesses at a secret: who waits, who is not kept waiting, and what all of them together cost."""

import pytest

from chatweb.chat.errors import RateLimited
from chatweb.chat.guesses import LONGEST_WAIT_NEAR, STRANGERS_BURST, Attempts, Guesser
from chatweb.chat.limits import FREE_GUESSES
from tests.chat.fakes import Clock

PUPIL, TEACHER = Guesser("192.168.1.66"), Guesser("192.168.1.5")
SEALED = "hash of the password"


@pytest.fixture
def attempts():
    return Attempts(b"k" * 32, "password")


def guess(attempts, guesser, *, tries=1, now=0.0, account="admin", sealed=SEALED):
    """How many of ``tries`` wrong guesses are let through."""
    refused = []
    for _ in range(tries):
        try:
            attempts.begin(account, guesser, sealed=sealed, now=now)
        except RateLimited as limited:
            refused.append(limited)
    assert all(one.retry_after > 0 and one.wording == "error.guesses" for one in refused)
    return tries - len(refused)


def test_ten_thousand_guesses_in_an_hour_from_one_address_are_fewer_than_sixty_hashes(attempts):
    assert sum(guess(attempts, PUPIL, now=second * 0.36) for second in range(10_000)) < 60


def test_ten_thousand_guesses_from_250_addresses_are_fewer_than_sixty_hashes_too(attempts):
    addresses = [Guesser(f"192.168.1.{number}") for number in range(1, 251)]

    assert sum(guess(attempts, addresses[number % 250], now=number * 0.01) for number in range(10_000)) < 60


def test_a_pupil_locks_no_teacher_out_at_another_address(attempts):
    guess(attempts, PUPIL, tries=1000)

    assert guess(attempts, TEACHER) == 1


def test_one_address_alone_never_uses_up_what_all_strangers_have(attempts):
    assert guess(attempts, PUPIL, tries=10_000) == FREE_GUESSES < STRANGERS_BURST / 2


def test_a_browser_that_was_in_has_tries_of_its_own_whatever_all_others_do(attempts):
    mark = attempts.mark("admin", sealed=SEALED)
    for number in range(1, 251):
        guess(attempts, Guesser(f"192.168.1.{number}"), tries=5)
    guess(attempts, TEACHER, tries=5)

    known = Guesser(TEACHER.address, known=mark)

    assert guess(attempts, TEACHER) == 0
    assert guess(attempts, known, tries=10) == FREE_GUESSES


def test_this_machine_itself_waits_five_seconds_at_most_and_never_for_others(attempts):
    near, clock = Guesser("127.0.0.1", near=True), Clock()
    for number in range(1, 251):
        guess(attempts, Guesser(f"192.168.1.{number}"), tries=5)

    through = guess(attempts, near, tries=1000)
    for _ in range(20):
        clock.passes(LONGEST_WAIT_NEAR)
        through += guess(attempts, near, tries=1000, now=clock.monotonic())

    assert through == FREE_GUESSES + 20


@pytest.mark.parametrize("forge", ["", "x", ".", "a.b", "\ud800.é", "number.", "." + "0" * 64])
def test_a_mark_that_was_never_given_makes_no_known_browser(attempts, forge):
    guess(attempts, PUPIL, tries=5)

    assert guess(attempts, Guesser(PUPIL.address, known=forge)) == 0


def test_a_mark_is_good_for_one_account_one_secret_and_one_kind_alone(attempts):
    guess(attempts, PUPIL, tries=5)
    guess(attempts, PUPIL, tries=5, sealed="another hash")

    for mark in (
        attempts.mark("budi", sealed=SEALED),
        attempts.mark("admin", sealed="another hash"),
        Attempts(b"k" * 32, "pin").mark("admin", sealed=SEALED),
        Attempts(b"x" * 32, "password").mark("admin", sealed=SEALED),
    ):
        assert guess(attempts, Guesser(PUPIL.address, known=mark)) == 0


def test_two_marks_of_one_account_have_tries_of_their_own(attempts):
    for _ in range(2):
        assert guess(attempts, Guesser(PUPIL.address, known=attempts.mark("admin", sealed=SEALED)), tries=9) == FREE_GUESSES
