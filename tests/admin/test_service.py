"""Stop and Start: told, kept over restarts, while the panel stays up."""

import sqlite3
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest


def test_stopping_is_told_and_ends_everybody_with_the_reason(server, visit, steer):
    ani, administrator = visit(server), steer(server, listen=True)

    reply = administrator.call("PUT", "/service", {"state": "stopped", "reason": "Ujian"})

    assert (reply.json()["service"]["state"], reply.json()["service"]["reason"]) == ("stopped", "Ujian")
    assert ani.hears("service_changed") == {"state": "stopped", "reason": "Ujian"}
    assert ani.hears("session_ended") == {"reason": "service_stopped", "detail": "Ujian"}
    ani.hears("disconnected")
    assert administrator.hears("service_changed")["state"] == "stopped"
    assert administrator.get("/people?online=1")["people"] == []


def test_a_stop_that_cant_be_kept_is_refused_to_both_who_press_it_and_changes_nothing(server, visit, steer):
    ani, administrator, colleague = visit(server), steer(server), steer(server)
    other = sqlite3.connect(server.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    def stop(panel):
        return panel.call("PUT", "/service", {"state": "stopped", "reason": "Ujian"})

    with ThreadPoolExecutor() as pool:
        refused = list(pool.map(stop, [administrator, colleague]))
    other.execute("ROLLBACK")
    other.close()

    assert [(one.status_code, one.json()["code"]) for one in refused] == [(503, "overloaded")] * 2
    assert ani.says("masih di sini")
    assert administrator.call("PUT", "/service", {"state": "stopped"}).status_code == 200
    ani.hears("session_ended")


def test_the_state_and_all_that_was_said_outlive_a_restart_and_start_lets_people_back(server, visit, steer):
    ani = visit(server)
    said = ani.says("sebelum")
    steer(server).call("PUT", "/service", {"state": "stopped", "reason": "Ujian"})
    assert ani.get("/api/rooms").status_code == 503

    server.stop()
    server.start()
    administrator = steer(server)
    after_restart = administrator.get("/status")["service"]
    started = administrator.call("PUT", "/service", {"state": "running"})
    back = ani.join({"1": 0})

    assert (after_restart["state"], after_restart["reason"]) == ("stopped", "Ujian")
    assert started.json()["service"]["state"] == "running"
    assert [one["id"] for one in back["changes"]["1"]["messages"]] == [said["id"]]
    happened = [one["kind"] for one in administrator.get("/activity")["activity"]]
    assert [kind for kind in happened if kind in {"stopped", "started"}] == ["started", "stopped"]


def test_stopping_twice_is_stopping_once(server, steer):
    administrator = steer(server)

    first, again = (administrator.call("PUT", "/service", {"state": "stopped", "reason": why}).json() for why in ("Ujian", "Lagi"))

    assert first == again


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"state": "paused"}, "state"),
        ({}, "state"),
        ({"state": "running", "reason": "karena"}, "reason"),
        ({"state": "stopped", "reason": "x" * 201}, "reason"),
        ({"state": "stopped", "reason": "a\x00b"}, "reason"),
        ({"state": True}, "state"),
    ],
)
def test_a_state_that_cant_be_is_refused_and_the_chat_goes_on(shared_server, admin, visit, body, field):
    refused = admin.call("PUT", "/service", body)

    assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert visit(shared_server).says("masih jalan")


def test_a_broadcast_that_was_pinned_is_pinned_after_a_restart(server, visit, steer):
    said = steer(server).call("POST", "/broadcasts", {"body": "Penting", "client_id": str(uuid.uuid4())}).json()["message"]

    server.kill()
    server.start()

    assert visit(server, join=False).join()["pinned"]["id"] == said["id"]
