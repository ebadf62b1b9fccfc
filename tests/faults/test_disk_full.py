"""A disk that fills up: what stops, what goes on, and that what was acked stays. On a small disk of its own."""

import contextlib
import json
import shutil
import sqlite3
import subprocess
import sys
import time
import uuid

import pytest
import requests

from tests.faults.small_disk import MIB, ServerOnSmallDisk, SmallDisk, can_be_made
from tests.people import WAIT

pytestmark = pytest.mark.skipif(not can_be_made(), reason="needs a mount namespace of its own")


@pytest.fixture
def disk(tmp_path):
    disk = SmallDisk(tmp_path / "disk", size=64 * MIB)
    yield disk
    disk.close()


@pytest.fixture
def full_server(disk):
    server = ServerOnSmallDisk(disk, limits="off", messages_reserve="16M", uploads_reserve="32M", ballast="4M").start()
    yield server
    server.stop()
    assert "Traceback" not in server.log, server.log


def wait_until(admin, low, *, ballast=None):
    """Until the server has noticed."""
    end = time.monotonic() + WAIT
    while (status := admin.get("/status")).get("storage_low") != low or ballast not in {None, status.get("ballast", 0)}:
        assert time.monotonic() < end, status
        time.sleep(0.1)


def tries(person, event, payload):
    reply = person.asks(event, payload)
    return "ok" if reply["ok"] else reply["error"]["code"]


def uploads(person):
    return person.http.post(f"{person.url}/api/attachments", files={"file": ("a.txt", b"halo")}, timeout=WAIT)


def kept(database, folder):
    """The messages on the disk, read by nobody of ours."""
    copy = shutil.copytree(database.parent, folder)
    with contextlib.closing(sqlite3.connect(copy / "chatweb.db")) as connection:
        return connection.execute("SELECT seq, id, body FROM message WHERE room = 1 ORDER BY seq").fetchall()


def test_a_disk_that_fills_up_stops_uploads_then_messages_and_loses_nothing(disk, full_server, visit, steer, tmp_path):
    ani, budi, admin = visit(full_server), visit(full_server), steer(full_server)
    said = [ani.says("sebelum")]
    pid = full_server.pid

    # Uploads stop
    disk.fill(leave=24 * MIB)
    wait_until(admin, "uploads", ballast=4 * MIB)
    assert uploads(ani).json()["code"] == "storage_full"
    assert uploads(ani).status_code == 507
    said += [ani.says("masih bisa"), ani.says("untuk dihapus")]

    # Messages stop, and all that says or creates something; what reads, leaves, deletes or moderates goes on
    disk.fill(leave=10 * MIB)
    wait_until(admin, "messages")
    post = {"client_id": str(uuid.uuid4()), "to": {"room": 1}, "body": "terlalu banyak"}
    refused = [
        tries(ani, "post_message", post),
        tries(ani, "edit_message", {"id": said[0]["id"], "body": "lain"}),
        tries(ani, "create_room", {"name": "Baru"}),
        admin.call("POST", "/broadcasts", {"body": "Penting", "client_id": str(uuid.uuid4())}).json()["code"],
        requests.get(f"{full_server.url}/healthz", timeout=WAIT).json()["code"],
    ]
    goes_on = [
        tries(budi, "mark", {"room": 1, "read": 2}),
        tries(ani, "delete_message", {"id": said[2]["id"]}),
        tries(ani, "post_message", {**post, "client_id": said[1]["client_id"]}),  # asked again: it was kept before
    ]
    assert refused == ["storage_full"] * 5
    assert goes_on == ["ok"] * 3
    assert len(budi.get("/api/rooms/1/messages").json()["messages"]) == 3
    assert visit(full_server).id  # somebody new may come and read

    # Nothing is left: the ballast goes by itself, for those acts
    disk.fill(leave=0)
    acts = [admin.call(how, f"/people/{budi.id}/mute", {}).status_code for how in ["PUT", "DELETE"] * 10]
    acts.append(admin.call("DELETE", f"/messages/{said[1]['id']}").status_code)
    assert {code // 100 for code in acts} == {2}
    wait_until(admin, "messages", ballast=0)
    assert tries(ani, "post_message", post) == "storage_full"
    assert admin.call("DELETE", "/ballast").status_code == 404

    # Room again
    disk.empty()
    wait_until(admin, None, ballast=4 * MIB)
    said.append(ani.says("lagi"))
    assert admin.call("DELETE", "/ballast").status_code == 204  # by hand too
    assert requests.get(f"{full_server.url}/healthz", timeout=WAIT).status_code == 200
    assert full_server.pid == pid
    full_server.kill()
    assert kept(full_server.database, tmp_path / "copy") == [
        (one["seq"], one["id"], body) for one, body in zip(said, ["sebelum", "", "untuk dihapus", "lagi"], strict=True)
    ]


POST_TO_THE_BRIM = """
import json, os, sys, uuid
from pathlib import Path
from flask import Flask
from chatweb.chat.errors import StorageFull
from chatweb.chat.message import Draft, Sender
from chatweb.chat.person import Device
from chatweb.store.database import Database
from chatweb.store.ledger import SqlLedger
from chatweb.store.writer import GroupWriter

folder, ledger = Path(sys.argv[1]), SqlLedger()
database = Database(Flask("chatweb"), folder / "chatweb.db")
writer = GroupWriter(database.writer, on_unknown=lambda error: os._exit(70))
ani = writer.keep(ledger.begin_session("Ani", "ani", Device(""), token_hash="t", pin_hash=None, locale=None, at=1)).person
acked, refused = [], []

def post(number):
    draft = Draft(Sender(ani.id, "Ani"), f"{number} " + "x" * 3000, 1, room=1, client_id=str(uuid.uuid4()))
    try:
        acked.append([writer.keep(ledger.post_message(draft)).message.seq, draft.client_id])
    except StorageFull:
        refused.append(draft.client_id)

while len(refused) < 30:
    post(len(acked))
(folder / "filler").unlink()
for number in range(20):
    post(number)
print(json.dumps([acked, refused]), flush=True)
os._exit(9)
"""


def test_what_finds_no_room_at_its_commit_is_refused_and_not_there_after_a_crash(disk, tmp_path):
    (disk.folder / "filler").write_bytes(b"")
    disk.fill(leave=2 * MIB)

    ran = subprocess.run(
        disk.enter(sys.executable, "-c", POST_TO_THE_BRIM, str(disk._folder)), capture_output=True, text=True, timeout=60, check=False
    )

    assert ran.returncode == 9, ran.stderr
    acked, refused = json.loads(ran.stdout)
    assert len(acked) > 50, "for this test to mean anything"
    copy = shutil.copytree(disk.folder, tmp_path / "copy")
    with contextlib.closing(sqlite3.connect(copy / "chatweb.db")) as connection:
        rows = connection.execute("SELECT seq, client_id FROM message ORDER BY seq").fetchall()
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert [tuple(one) for one in acked] == rows
    assert [seq for seq, _ in rows] == list(range(1, len(rows) + 1))
    assert not {client_id for _, client_id in rows} & set(refused)
