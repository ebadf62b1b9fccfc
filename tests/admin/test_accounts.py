"""Signing in to the panel: the rules, with a clock of our own."""

from types import SimpleNamespace

import pytest
from sqlalchemy import StaticPool, create_engine

from chatweb.admin.accounts import SET_UP_LASTS, Accounts
from chatweb.admin.entrance import Entrance
from chatweb.chat.errors import Conflict, Forbidden, Invalid, Overloaded, RateLimited, StorageFull, Unauthenticated
from chatweb.chat.guesses import Guesser
from chatweb.store.administrators import Administrators
from chatweb.store.ledger import SqlLedger
from chatweb.store.tables import Base
from tests.chat.fakes import Clock, Hasher

HERE, THERE = Guesser("127.0.0.1", near=True), Guesser("192.168.1.9")
PASSWORD = "rahasia-sekali"


class SqlWriter:
    """Keeps each change at once."""

    def __init__(self, engine):
        self._engine = engine

    def keep(self, change, *, then=None):
        with self._engine.begin() as connection:
            value = change(connection)
        if then is not None:
            then(value)
        return value

    note = keep


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def accounts(clock):
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine)
    yield Accounts(
        Administrators(engine),
        writer=SqlWriter(engine),
        ledger=SqlLedger(),
        clock=clock,
        hasher=Hasher(),
        key=b"k" * 32,
        token=lambda request: request.cookies.get("chatweb_admin"),
        entrance=Entrance("any", lambda _environ: False),
    )
    engine.dispose()


def request(token):
    return SimpleNamespace(cookies={"chatweb_admin": token})


# The set-up link


def test_the_set_up_link_sets_the_first_password_and_signs_in(accounts):
    secret = accounts.open_set_up()

    token, _, _ = accounts.set_up(secret, PASSWORD, guesser=HERE)

    assert accounts.find(request(token)).administrator == "admin"
    assert accounts.sign_in(None, PASSWORD, guesser=HERE)


def test_the_set_up_link_works_once(accounts):
    secret = accounts.open_set_up()
    accounts.set_up(secret, PASSWORD, guesser=HERE)

    with pytest.raises(Conflict):
        accounts.set_up(secret, "another-password", guesser=HERE)


def test_a_set_up_that_could_not_be_kept_leaves_the_link_as_it_was(accounts, monkeypatch):
    secret = accounts.open_set_up()

    def keep(*_, **__):
        raise StorageFull

    with monkeypatch.context() as full:
        full.setattr(SqlWriter, "keep", keep)
        with pytest.raises(StorageFull):
            accounts.set_up(secret, PASSWORD, guesser=HERE)

    assert accounts.set_up(secret, PASSWORD, guesser=HERE)


def test_there_is_no_set_up_link_once_there_is_a_password(accounts):
    accounts.set_password(PASSWORD)

    assert accounts.open_set_up() is None


def test_the_set_up_link_is_over_after_an_hour(accounts, clock):
    secret = accounts.open_set_up()
    clock.passes(SET_UP_LASTS + 1)

    with pytest.raises(Forbidden) as refused:
        accounts.set_up(secret, PASSWORD, guesser=HERE)

    assert refused.value.field == "secret"


@pytest.mark.parametrize("secret", ["", "x", "\ud800"])
def test_a_wrong_secret_is_refused_and_the_right_one_works_after(accounts, secret):
    right = accounts.open_set_up()

    with pytest.raises(Forbidden):
        accounts.set_up(secret, PASSWORD, guesser=HERE)

    assert accounts.set_up(right, PASSWORD, guesser=HERE)


def test_without_an_open_link_no_secret_is_right(accounts):
    for secret in ("", "None"):
        with pytest.raises(Forbidden):
            accounts.set_up(secret, PASSWORD, guesser=HERE)


@pytest.mark.parametrize("password", ["", "7letter", "x" * 201])
def test_a_password_has_8_to_200_characters_and_a_refused_one_uses_no_link_up(accounts, password):
    secret = accounts.open_set_up()

    with pytest.raises(Invalid) as refused:
        accounts.set_up(secret, password, guesser=HERE)

    assert refused.value.field == "password"
    assert accounts.set_up(secret, PASSWORD, guesser=HERE)


def test_wrong_secrets_wait(accounts):
    right = accounts.open_set_up()
    for _ in range(3):
        with pytest.raises(Forbidden):
            accounts.set_up("wrong", PASSWORD, guesser=HERE)

    with pytest.raises(RateLimited):
        accounts.set_up(right, PASSWORD, guesser=HERE)
    assert accounts.set_up(right, PASSWORD, guesser=THERE)


# Signing in


@pytest.mark.parametrize(("name", "password"), [(None, "salah"), ("admin", "salah"), ("nobody", PASSWORD), (None, "")])
def test_a_wrong_name_and_a_wrong_password_are_not_told_apart(accounts, name, password):
    accounts.set_password(PASSWORD)

    with pytest.raises(Forbidden) as refused:
        accounts.sign_in(name, password, guesser=HERE)

    assert (refused.value.wording, refused.value.field) == ("error.sign_in", "password")


def test_wrong_passwords_wait_from_one_address_alone(accounts, clock):
    accounts.set_password(PASSWORD)
    for _ in range(3):
        with pytest.raises(Forbidden):
            accounts.sign_in(None, "salah", guesser=THERE)

    with pytest.raises(RateLimited) as refused:
        accounts.sign_in(None, PASSWORD, guesser=THERE)
    assert accounts.sign_in(None, PASSWORD, guesser=HERE)
    clock.passes(refused.value.retry_after)
    assert accounts.sign_in(None, PASSWORD, guesser=THERE)


def test_a_session_lasts_twelve_hours(accounts, clock):
    accounts.set_password(PASSWORD)
    token, _, _ = accounts.sign_in(None, PASSWORD, guesser=HERE)

    clock.passes(12 * 3600 - 1)
    assert accounts.find(request(token))
    clock.passes(1)
    with pytest.raises(Unauthenticated):
        accounts.find(request(token))


def test_a_new_password_ends_all_sessions_and_the_same_one_ends_none(accounts):
    accounts.set_password(PASSWORD)
    token, _, _ = accounts.sign_in(None, PASSWORD, guesser=HERE)

    accounts.set_password(PASSWORD)
    assert accounts.find(request(token))
    accounts.set_password("another-password")
    with pytest.raises(Unauthenticated):
        accounts.find(request(token))


def test_who_signed_out_is_nobody(accounts):
    accounts.set_password(PASSWORD)
    token, _, _ = accounts.sign_in(None, PASSWORD, guesser=HERE)

    accounts.sign_out(accounts.find(request(token)))

    with pytest.raises(Unauthenticated):
        accounts.find(request(token))


def test_a_browser_that_was_in_before_signs_in_whatever_strangers_do_at_its_address(accounts):
    accounts.set_password(PASSWORD)
    mark = accounts.sign_in(None, PASSWORD, guesser=THERE)[2]
    for _ in range(3):
        with pytest.raises(Forbidden):
            accounts.sign_in(None, "salah", guesser=THERE)
    with pytest.raises(RateLimited):
        accounts.sign_in(None, PASSWORD, guesser=THERE)

    assert accounts.sign_in(None, PASSWORD, guesser=Guesser(THERE.address, known=mark))


def test_made_up_names_buy_no_further_guesses(accounts):
    accounts.set_password(PASSWORD)

    refusals = []
    for number in range(10):
        with pytest.raises((Forbidden, RateLimited)) as refused:
            accounts.sign_in(f"name {number}", "salah", guesser=THERE)
        refusals.append(refused.type)

    assert refusals == [Forbidden] * 3 + [RateLimited] * 7


def test_an_attempt_that_nobody_looked_at_counts_for_nothing(accounts, monkeypatch):
    accounts.set_password(PASSWORD)

    def too_busy(_hashed, _secret, *, ahead):
        raise Overloaded(retry_after=2)

    with monkeypatch.context() as busy:
        busy.setattr(accounts._hasher, "verify", too_busy)
        for _ in range(10):
            with pytest.raises(Overloaded):
                accounts.sign_in(None, PASSWORD, guesser=THERE)

    assert accounts.sign_in(None, PASSWORD, guesser=THERE)


# CSRF


def test_the_csrf_token_goes_with_one_session(accounts):
    accounts.set_password(PASSWORD)
    (one, its, _), (_, others, _) = (accounts.sign_in(None, PASSWORD, guesser=HERE) for _ in range(2))

    assert accounts.acting(request(one), its) == "admin"
    for wrong in (others, "", "\ud800", its[:-1]):
        with pytest.raises(Forbidden):
            accounts.acting(request(one), wrong)
