"""What an administrator can do to a person and to the whole chat."""

import pytest

from chatweb.chat.errors import Invalid, NotFound
from chatweb.chat.moderation import parse_reason
from tests.chat.fakes import ADMIN, World

BY = {"administrator": "admin", "address": "127.0.0.1"}


@pytest.fixture
def world():
    return World()


def test_a_kick_ends_the_connections_and_leaves_the_session(world):
    begun = world.begins("Ani")
    world.joins(begun.session)

    world.moderation.kick(begun.session.person.id, reason=" Istirahat dulu ", **BY)

    ((given, named),) = world.told("end_person")
    assert (begun.session.person.id, "kicked", "Istirahat dulu") == (given[0], named["reason"], named["detail"])
    assert begun.session.person.id not in world.presence
    assert world.sessions.find(begun.token) == begun.session


def test_a_kick_stands_in_the_audit_and_the_activity(world):
    ani = world.comes("Ani")

    world.moderation.kick(ani.id, reason="", **BY)

    assert [("admin", "kicked", world.clock.now())] == [(one["administrator"], one["action"], one["at"]) for one in world.kept.audits]
    assert [activity.kind for activity in world.kept.activities] == ["joined", "kicked", "left"]


@pytest.mark.parametrize("person", [ADMIN, 99])
def test_the_administrator_and_nobody_cant_be_kicked(world, person):
    with pytest.raises(NotFound):
        world.moderation.kick(person, reason="", **BY)

    assert world.journal == []


@pytest.mark.parametrize("reason", ["x" * 201, "a\x00b", "a\x1bb"])
def test_a_reason_that_cant_be_shown_is_refused_before_anybody_is_kicked(world, reason):
    ani = world.comes("Ani")
    world.journal.clear()

    with pytest.raises(Invalid) as refused:
        world.moderation.kick(ani.id, reason=reason, **BY)

    assert refused.value.field == "reason"
    assert world.journal == []
    assert ani.id in world.presence


def test_a_reason_may_be_absent_and_has_200_characters_at_most():
    assert parse_reason("  ") == ""
    assert parse_reason("x" * 200) == "x" * 200


def test_what_is_on_top_is_taken_off_once(world):
    posted = world.chat.broadcast(world.kept.people[ADMIN], "Rapat", until=None, client_id=None)

    world.moderation.unpin(posted.message.id, **BY)

    assert [((posted.message.id,), {})] == world.told("broadcast_unpinned")
    with pytest.raises(NotFound):
        world.moderation.unpin(posted.message.id, **BY)


def test_only_what_is_on_top_can_be_taken_off(world):
    older = world.chat.broadcast(world.kept.people[ADMIN], "Dulu", until=None, client_id=None)
    newer = world.chat.broadcast(world.kept.people[ADMIN], "Sekarang", until=None, client_id=None)

    with pytest.raises(NotFound):
        world.moderation.unpin(older.message.id, **BY)

    assert world.kept.pinned.message == newer.message
