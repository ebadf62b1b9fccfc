"""Held + changes = fresh, for all verbs; and proof that a small damage to either side is noticed."""

from dataclasses import replace

import pytest

from chatweb.live.fanout import SocketFanout
from chatweb.store.archive import SqlArchive
from tests.faults import catch_up
from tests.faults.catch_up import ACTS, IN_A_HOUSE

SEED = 20_261_125
HOUSES = range(500 // IN_A_HOUSE)


def test_a_device_that_comes_back_shows_what_a_fresh_one_shows():
    report = catch_up.run(SEED, HOUSES)

    assert report.faults == [], str(report)
    assert report.sequences == 500
    assert report.verbs.keys() == ACTS.keys(), "for this test to mean anything, everything is done that there is"
    assert report.pages > 100, "… and pages are full"
    assert report.resets > 20, "… and some begin anew"


def without_the_last(changes):
    def damaged(self, room, *, after, limit):
        found = changes(self, room, after=after, limit=limit)
        return replace(found, messages=found.messages[:-1])

    return damaged


def without_deletions(changes):
    def damaged(self, room, *, after, limit):
        found = changes(self, room, after=after, limit=limit)
        return replace(found, messages=tuple(one for one in found.messages if one.deleted_at is None))

    return damaged


@pytest.mark.parametrize("damage", [without_the_last, without_deletions])
def test_a_change_that_is_left_out_is_noticed(monkeypatch, damage):
    monkeypatch.setattr(SqlArchive, "changes", damage(SqlArchive.changes))

    report = catch_up.run(SEED, range(1))

    assert len(report.faults) == 1
    assert all("differs from a fresh one" in fault for fault in report.faults)


@pytest.mark.parametrize("event", ["message_posted", "message_changed", "room_left"])
def test_an_event_that_is_not_told_is_noticed(monkeypatch, event):
    monkeypatch.setattr(SocketFanout, event, lambda *_given: None)

    report = catch_up.run(SEED, range(1))

    assert len(report.faults) == 1
