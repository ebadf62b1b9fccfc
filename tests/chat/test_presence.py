"""Who is online: from the first joined connection until leave, or until the last has been gone for ten seconds."""

from chatweb.chat.presence import GRACE, Presence

ANI, BUDI = 2, 3


def test_somebody_comes_online_with_the_first_of_their_connections():
    presence = Presence()

    came = [presence.enter(ANI, "phone", at=1), presence.enter(ANI, "desktop", at=2), presence.enter(ANI, "phone", at=3)]

    assert came == [True, False, False]
    assert presence.since(ANI) == 1
    assert len(presence) == 1


def test_leaving_with_one_of_two_connections_is_no_going():
    presence = Presence()
    presence.enter(ANI, "phone", at=1)
    presence.enter(ANI, "desktop", at=1)

    assert presence.leave("phone") is None
    assert ANI in presence
    assert not presence.joined("phone")


def test_leaving_with_the_last_connection_is_going_at_once():
    presence = Presence()
    presence.enter(ANI, "phone", at=1)

    assert presence.leave("phone") == ANI
    assert ANI not in presence
    assert presence.leave("phone") is None


def test_who_drops_stays_online_for_ten_seconds():
    presence = Presence()
    presence.enter(ANI, "phone", at=1)

    presence.drop("phone", now=100.0)

    assert presence.expire(now=100.0 + GRACE - 0.01) == []
    assert ANI in presence
    assert presence.expire(now=100.0 + GRACE) == [ANI]
    assert ANI not in presence
    assert presence.expire(now=1000.0) == []


def test_who_is_back_within_the_grace_never_went():
    presence = Presence()
    presence.enter(ANI, "phone", at=1)
    presence.drop("phone", now=100.0)

    came = presence.enter(ANI, "phone again", at=2)

    assert came is False
    assert presence.expire(now=1000.0) == []
    assert presence.since(ANI) == 1


def test_the_grace_begins_when_the_last_of_several_lines_drops():
    presence = Presence()
    presence.enter(ANI, "phone", at=1)
    presence.enter(ANI, "desktop", at=1)

    presence.drop("phone", now=100.0)
    presence.drop("desktop", now=108.0)

    assert presence.expire(now=112.0) == []
    assert presence.expire(now=118.0) == [ANI]


def test_leaving_with_the_last_connection_after_another_dropped_is_going_at_once():
    presence = Presence()
    presence.enter(ANI, "phone", at=1)
    presence.enter(ANI, "desktop", at=1)
    presence.drop("phone", now=100.0)

    assert presence.leave("desktop") == ANI


def test_dropping_a_connection_that_never_joined_changes_nothing():
    presence = Presence()

    presence.drop("phone", now=1.0)

    assert presence.expire(now=1000.0) == []


def test_removing_takes_all_connections_out():
    presence = Presence()
    presence.enter(ANI, "phone", at=1)
    presence.enter(ANI, "desktop", at=1)
    presence.enter(BUDI, "tablet", at=1)

    assert presence.remove(ANI) is True
    assert presence.remove(ANI) is False
    assert not presence.joined("phone")
    assert presence.leave("desktop") is None
    assert presence.people() == [BUDI]


def test_people_are_listed_in_the_order_that_they_came():
    presence = Presence()
    for person in (7, 3, 5):
        presence.enter(person, f"of {person}", at=person)

    assert presence.people() == [7, 3, 5]


def test_the_peak_is_the_most_that_were_online_at_once():
    presence = Presence()
    presence.enter(ANI, "a", at=1)
    presence.enter(BUDI, "b", at=1)
    presence.leave("a")
    presence.enter(ANI, "a", at=1)

    assert presence.peak == 2


def test_an_administrator_with_a_panel_is_reachable_but_not_counted():
    presence = Presence()

    changed = [presence.watch(1, watching=True), presence.watch(1, watching=True)]

    assert changed == [True, False]
    assert presence.reachable(1)
    assert len(presence) == 0
    assert presence.watch(1, watching=False) is True
    assert not presence.reachable(1)
