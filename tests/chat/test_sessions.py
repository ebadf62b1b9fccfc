"""How people come in and stay themselves: nickname, PIN, link, device."""
# ruff: noqa: RUF001 - look-alikes are what these tests are about

from dataclasses import replace

import pytest

from chatweb.chat.errors import Forbidden, Invalid, NicknameTaken, RateLimited, Unauthenticated
from chatweb.chat.limits import Rate
from chatweb.chat.nickname import nickname_key, parse_nickname
from chatweb.chat.sessions import hash_token
from tests.chat.fakes import LAPTOP, LOBBY, PHONE, Hasher, World

CLIENT_ID = "0f7f8a52-9a60-4e5c-8a7e-3f6d1c2b4a59"


@pytest.fixture
def world():
    return World()


def test_who_comes_under_a_free_name_is_a_new_person_and_in_the_lobby(world):
    begun = world.begins("  Ani   Wati ")

    assert begun.created
    assert begun.session.person.nickname == "Ani Wati"
    assert (LOBBY, begun.session.person.id) in world.kept.members
    assert world.sessions.find(begun.token) == begun.session


def test_a_token_is_kept_as_a_hash_alone(world):
    begun = world.begins("Ani")

    assert hash_token(begun.token) in str(world.kept)
    assert begun.token not in str(world.kept)
    assert len(begun.token) >= 43


def test_two_sessions_have_two_tokens(world):
    assert world.begins("Ani").token != world.begins("Budi").token


@pytest.mark.parametrize("token", [None, "", "x", "\ud800", "a" * 100_000])
def test_a_token_that_was_never_given_is_nobodys(world, token):
    world.begins("Ani")

    with pytest.raises(Unauthenticated):
        world.sessions.find(token)


# A name that is held


@pytest.mark.parametrize("name", ["Ani", "ani", "ＡＮＩ", " ANI "])
def test_a_held_name_is_refused_with_a_free_suggestion(world, name):
    world.begins("Ani")
    world.begins("Ani 2")

    with pytest.raises(NicknameTaken) as refused:
        world.begins(name)

    assert refused.value.field == "nickname"
    assert refused.value.suggestion.lower().endswith(" 3")
    assert world.begins(refused.value.suggestion).created


def test_the_suggestion_for_a_long_name_can_be_taken(world):
    world.begins("x" * 32)

    with pytest.raises(NicknameTaken) as refused:
        world.begins("x" * 32)

    assert world.begins(refused.value.suggestion).created


def test_nobody_takes_the_administrators_name(world):
    for pin in (None, "1234"):
        with pytest.raises(NicknameTaken):
            world.begins("admin", pin=pin)


def test_ones_own_name_is_answered_with_ones_own_session(world):
    first = world.begins("Ani")

    again = world.begins("ani", current=(first.session, first.token))

    assert (first.session, first.token, False) == (again.session, again.token, again.created)


# PIN


def test_the_pin_brings_a_person_back_on_another_device(world):
    first = world.begins("Ani", pin="rahasia")

    back = world.begins("Ani", pin="rahasia", device=PHONE)

    assert back.created
    assert back.session.person.id == first.session.person.id
    assert back.session.id != first.session.id


def test_a_name_from_before_the_rules_of_today_is_its_owners_still_and_nobody_elses(world):
    ani = world.begins("Ani", pin="rahasia").session.person
    world.kept.people[ani.id] = replace(ani, nickname="★Ani★")
    world.kept.keys = {nickname_key("★Ani★"): ani.id}

    assert world.begins("★ANI★", pin="rahasia", device=PHONE).session.person.id == ani.id
    with pytest.raises(NicknameTaken):
        world.begins("★Ani★", device=PHONE)
    for other in ("★Budi★", "★Ani★\ud800", "★" * 10_000, ""):
        with pytest.raises(Invalid):
            world.begins(other, device=PHONE)


def test_a_wrong_pin_is_refused_and_names_the_pin(world):
    world.begins("Ani", pin="rahasia")

    with pytest.raises(Forbidden) as refused:
        world.begins("Ani", pin="salah")

    assert refused.value.field == "pin"
    assert len(world.kept.devices) == 1


def test_a_name_without_a_pin_is_taken_whatever_pin_is_tried(world):
    world.begins("Ani")

    with pytest.raises(NicknameTaken):
        world.begins("Ani", pin="1234")


def test_wrong_pins_wait_even_for_the_right_one_and_longer_each_time(world):
    world.begins("Ani", pin="rahasia")
    waits = []
    for _ in range(2):
        with pytest.raises(Forbidden):
            world.begins("Ani", pin="salah")

    for _ in range(4):
        with pytest.raises(Forbidden):
            world.begins("Ani", pin="salah")
        with pytest.raises(RateLimited) as refused:
            world.begins("Ani", pin="rahasia")
        waits.append(refused.value.retry_after)
        world.clock.passes(refused.value.retry_after)

    assert waits == [1, 2, 4, 8]
    assert world.begins("Ani", pin="rahasia").created


def test_many_pins_guessed_at_once_wait_too(world, monkeypatch):
    world.begins("Ani", pin="rahasia")
    checked = []

    def check(_hasher, _hashed, secret, **_ahead):
        checked.append(secret)
        if len(checked) < 10:  # in real life a native thread checks, and the next guess comes meanwhile
            with pytest.raises((Forbidden, RateLimited)):
                world.begins("Ani", pin=f"salah {len(checked)}")
        return False

    monkeypatch.setattr(Hasher, "verify", check)
    with pytest.raises(Forbidden):
        world.begins("Ani", pin="salah")

    assert len(checked) == 3


def test_wrong_pins_from_one_address_dont_lock_another_out(world):
    world.begins("Ani", pin="rahasia")
    for _ in range(10):
        with pytest.raises((Forbidden, RateLimited)):
            world.begins("Ani", pin="salah", device=PHONE)

    assert world.begins("Ani", pin="rahasia", device=LAPTOP).created


@pytest.mark.parametrize("pin", ["", "123", "x" * 65, "12\x0034", "12\ud80034"])
def test_a_pin_has_4_to_64_characters_and_no_control_characters(world, pin):
    with pytest.raises(Invalid) as refused:
        world.begins("Ani", pin=pin)

    assert refused.value.field == "pin"
    assert world.kept.devices == {}


def test_a_pin_that_is_set_later_counts_too(world):
    person = world.begins("Ani").session.person

    world.sessions.change(person, nickname=None, pin="rahasia", locale=None)

    assert world.begins("Ani", pin="rahasia").session.person.id == person.id


# Links


def test_a_link_brings_a_device_in_once(world):
    person = world.begins("Ani").session.person
    secret, expires_at = world.sessions.make_link(person)

    begun = world.sessions.redeem(secret, PHONE)

    assert begun.session.person == person
    assert expires_at == world.clock.now() + 600_000
    with pytest.raises(Forbidden) as refused:
        world.sessions.redeem(secret, PHONE)
    assert refused.value.field == "link"


def test_a_link_is_over_after_ten_minutes(world):
    secret, _ = world.sessions.make_link(world.begins("Ani").session.person)
    world.clock.passes(600)

    with pytest.raises(Forbidden):
        world.sessions.redeem(secret, PHONE)


@pytest.mark.parametrize("secret", ["", "x", "\ud800"])
def test_a_link_that_was_never_made_is_refused(world, secret):
    with pytest.raises(Forbidden):
        world.sessions.redeem(secret, PHONE)


# A lost answer


def test_a_lost_answer_is_given_again_within_ten_minutes(world):
    first = world.begins("Ani", client_id=CLIENT_ID)
    world.clock.passes(600)

    again = world.begins("Ani", client_id=CLIENT_ID)

    assert (first.session, first.token) == (again.session, again.token)
    assert len(world.kept.devices) == 1


def test_a_lost_answer_is_not_given_again_after_ten_minutes(world):
    world.begins("Ani", client_id=CLIENT_ID)
    world.clock.passes(601)

    with pytest.raises(Invalid) as refused:
        world.begins("Ani", client_id=CLIENT_ID)

    assert refused.value.field == "client_id"


def test_another_client_id_gets_nobody_elses_answer(world):
    world.begins("Ani", client_id=CLIENT_ID)

    with pytest.raises(NicknameTaken):
        world.begins("Ani", client_id=CLIENT_ID.replace("0", "1"))


def test_the_client_id_of_another_instance_makes_another_token(world):
    world.sessions._key = b"another" * 5
    other = world.begins("Ani", client_id=CLIENT_ID)

    assert other.token != World().begins("Ani", client_id=CLIENT_ID).token


# Changing


def test_a_new_nickname_is_told_and_the_old_one_is_free(world):
    person = world.begins("Ani").session.person

    changed = world.sessions.change(person, nickname="Ani Wati", pin=None, locale=None)

    assert changed.nickname == "Ani Wati"
    assert [((), {"changed": [changed]})] == world.told("people_changed")
    assert world.begins("Ani").created


def test_ones_own_nickname_may_change_its_case(world):
    person = world.begins("ani").session.person

    assert world.sessions.change(person, nickname="Ani", pin=None, locale=None).nickname == "Ani"


def test_nothing_is_changed_when_one_of_the_changes_is_refused(world):
    person = world.begins("Ani").session.person
    world.begins("Budi")
    world.journal.clear()

    for refused in ({"nickname": "Cici", "pin": "1"}, {"nickname": "Cici", "locale": "xx"}, {"nickname": "Budi", "pin": "12345"}):
        with pytest.raises((Invalid, NicknameTaken)):
            world.sessions.change(person, **{"nickname": None, "pin": None, "locale": None, **refused})

    assert world.kept.people[person.id] == person
    assert world.journal == []


# Leaving for good


def test_the_name_is_free_when_the_last_device_without_a_pin_has_left(world):
    phone = world.begins("Ani")
    secret, _ = world.sessions.make_link(phone.session.person)
    desktop = world.sessions.redeem(secret, LAPTOP)

    world.sessions.end(phone.session, PHONE)
    with pytest.raises(NicknameTaken):
        world.begins("Ani")
    world.sessions.end(desktop.session, LAPTOP)

    assert world.begins("Ani").session.person.id != phone.session.person.id


def test_a_name_with_a_pin_stays_with_its_person(world):
    begun = world.begins("Ani", pin="rahasia")

    world.sessions.end(begun.session, LAPTOP)

    with pytest.raises(NicknameTaken):
        world.begins("Ani")
    assert world.begins("Ani", pin="rahasia").session.person.id == begun.session.person.id


def test_a_session_that_has_ended_is_nobodys_and_its_sockets_are_told_left(world):
    begun = world.begins("Ani")

    world.sessions.end(begun.session, LAPTOP)

    with pytest.raises(Unauthenticated):
        world.sessions.find(begun.token)
    ((given, named),) = world.told("end_session")
    assert (begun.session.id, "left") == (given[0], named["reason"])


# Arrivals


def test_one_address_cant_come_in_without_end():
    world = World(arrivals=Rate(per_second=1, burst=3))
    for number in range(3):
        world.begins(f"Orang {number}")

    with pytest.raises(RateLimited):
        world.begins("Satu lagi")

    assert world.begins("Dari tempat lain", device=PHONE).created


# Look-alikes, and who a device is


@pytest.mark.parametrize("name", ["Вudі", "Bud\u0456", "Вυԁі"])
def test_a_name_that_looks_like_one_that_is_held_is_not_given(world, name):
    world.begins("Budi", pin="rahasia")

    with pytest.raises((NicknameTaken, Invalid)):
        world.begins(name, pin="rahasia")


def test_the_suggestion_for_a_long_name_is_a_name(world):
    name = "👩🏽\u200d🚀" * 8
    world.begins(name)

    with pytest.raises(NicknameTaken) as refused:
        world.begins(name)

    assert refused.value.suggestion == parse_nickname(refused.value.suggestion)
    assert refused.value.suggestion.endswith("🚀👩 2")


@pytest.mark.parametrize("name", ["Admin", "Аdmin", "admin 2"])
def test_nobody_comes_in_as_the_administrator_nor_becomes_one(world, name):
    ani = world.begins("Ani").session.person

    with pytest.raises((Invalid, NicknameTaken)):
        world.begins(name)
    with pytest.raises((Invalid, NicknameTaken)):
        world.sessions.change(ani, nickname=name, pin=None, locale=None)


def test_who_comes_in_under_another_name_leaves_the_one_before(world):
    first = world.begins("Ani")

    world.begins("Budi", current=(first.session, first.token))

    with pytest.raises(Unauthenticated):
        world.sessions.find(first.token)
    assert world.begins("Ani").created


def test_a_link_leaves_the_name_before_too(world):
    ani, budi = world.begins("Ani"), world.begins("Budi")
    secret, _ = world.sessions.make_link(budi.session.person)

    begun = world.sessions.redeem(secret, PHONE, current=(ani.session, ani.token))

    assert begun.session.person.id == budi.session.person.id
    assert world.begins("Ani").created


def test_a_name_that_is_refused_leaves_nothing(world):
    ani = world.begins("Ani")
    world.begins("Budi")

    with pytest.raises(NicknameTaken):
        world.begins("Budi", current=(ani.session, ani.token))

    assert world.sessions.find(ani.token) == ani.session


def test_two_same_requests_with_a_pin_at_once_get_one_session(world, monkeypatch):
    world.begins("Ani", pin="rahasia")
    inner: list = []

    def verify(hashed, secret, *, ahead):
        if not inner:  # the other one comes in while this one is hashed
            inner.append(None)
            inner[0] = world.begins("Ani", pin="rahasia", client_id=CLIENT_ID)
        return True

    monkeypatch.setattr(world.sessions._hasher, "verify", verify)
    outer = world.begins("Ani", pin="rahasia", client_id=CLIENT_ID)

    assert (outer.token, outer.session) == (inner[0].token, inner[0].session)
