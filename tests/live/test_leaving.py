"""Leaving for good on one device: at once, whatever the person has elsewhere."""

import contextlib
import sqlite3
from unittest.mock import MagicMock, Mock

import pytest

from chatweb.chat.errors import Forbidden
from chatweb.chat.person import Device, Person, Session
from chatweb.chat.presence import Presence
from chatweb.live.connections import Connection, Connections
from chatweb.live.fanout import SocketFanout
from chatweb.live.feed import AdminFeed, Panel


def test_who_leaves_on_their_only_device_is_gone_at_once_also_with_a_pin(shared_server, visit):
    ani, budi = visit(shared_server), visit(shared_server)
    ani.patch("/api/session", {"pin": "4711"})

    ani.delete("/api/session")

    assert ani.hears("session_ended")["reason"] == "left"
    budi.hears("people_changed", where=lambda told: ani.id in told.get("left", []))
    assert not any(person["id"] == ani.id for person in budi.join()["people"])


def test_who_leaves_on_one_of_two_devices_stays_online_on_the_other(shared_server, visit):
    ani, budi = visit(shared_server), visit(shared_server)
    secret = ani.post("/api/session/links").json()["url"].partition("#link=")[2]
    phone = visit(shared_server, join=False)
    phone.token = phone.post("/api/session", {"link": secret}).json()["token"]
    phone.http.cookies.clear()
    phone.http.headers["Authorization"] = f"Bearer {phone.token}"
    phone.join()

    ani.delete("/api/session")
    phone.says("masih di sini")

    budi.hears("message_posted", where=lambda message: message.get("body") == "masih di sini")
    assert not any(ani.id in told.get("left", []) for told in budi.heard("people_changed"))


def test_a_connection_that_ends_while_its_join_waits_is_let_in_nowhere():
    socketio = Mock()
    fanout = SocketFanout(socketio, Connections(), Presence(), Mock(), Mock(), Mock(), Mock())

    with pytest.raises(Forbidden):
        fanout.admit("gone", 1, [1])

    assert socketio.mock_calls == []


def connection(sid, person):
    return Connection(sid, Session(1, Person(person, f"Orang {person}", 0, 0)), Device(address=""), "id")


def test_a_connection_that_is_being_ended_is_let_in_nowhere():
    connections = Connections()
    fanout = SocketFanout(MagicMock(), connections, Presence(), Mock(), Mock(), Mock(), Mock())
    connections.add(connection("sid", 7))
    fanout.admit("sid", 7, [1])

    fanout.end(connections.get("sid"), reason="slow_consumer", detail="", for_good=False)

    with pytest.raises(Forbidden):
        fanout.admit("sid", 7, [1])
    assert connections.get("sid").joined is False


def test_those_who_hear_a_room_are_counted_by_person_and_no_further_than_asked():
    socketio, connections = MagicMock(), Connections()
    fanout = SocketFanout(socketio, connections, Presence(), Mock(), Mock(), Mock(), Mock())
    for number in range(100):
        connections.add(connection(f"sid {number}", number // 2))
    socketio.server.manager.rooms = {"/": {"room:1": {f"sid {number}": "eio" for number in range(100)}}}

    assert fanout.hearers(1, up_to=31) == 31
    assert fanout.hearers(1, up_to=1000) == 50
    assert fanout.hearers(2, up_to=31) == 0


# The panel


def panel_of(until):
    """A feed with one panel whose session lasts until then; what stands in for the library, and for the clock."""
    socketio, clock = MagicMock(), [0.0]
    feed = AdminFeed(socketio, Connections(), Presence(), Mock())
    feed.panels["sid"] = Panel("token", lambda: clock[0] < until)
    return feed, socketio.server.disconnect, clock


def test_the_panels_feed_ends_with_the_session_that_opened_it():
    feed, disconnect, clock = panel_of(until=12 * 3600.0)

    clock[0] = 12 * 3600.0 - 1
    feed.tick()
    assert disconnect.mock_calls == []
    clock[0] = 12 * 3600.0
    feed.tick()

    disconnect.assert_called_once_with("sid", namespace="/admin")


def test_a_panel_that_listens_hears_nothing_after_its_session_has_ended_elsewhere(server, steer, visit):
    panel, ani = steer(server, listen=True), visit(server)
    panel.client.on("disconnect", lambda *_: panel._note("disconnected"), namespace="/admin")
    with contextlib.closing(sqlite3.connect(server.database, timeout=10)) as database, database:
        assert database.execute("UPDATE admin_session SET expires_at = 1").rowcount == 1

    panel.hears("disconnected")
    said = ani.says("rahasia")

    ani.hears("message_posted", where=lambda message: message["id"] == said["id"])
    assert panel.heard("message_posted") == []
