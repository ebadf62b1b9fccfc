"""Leaving for good on one device: at once, whatever the person has elsewhere."""

from unittest.mock import Mock

import pytest

from chatweb.chat.errors import Forbidden
from chatweb.chat.presence import Presence
from chatweb.live.connections import Connections
from chatweb.live.fanout import SocketFanout


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
