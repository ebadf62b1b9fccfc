"""A short form of `python -m tests.faults.power_cut`, and proof that it catches what it is for."""

import errno
import hashlib
import json
import tempfile
from pathlib import Path

import pytest

from tests.faults import power_cut
from tests.faults.disk import SYNC_FOLDER, Disk, HeldServer, fast_folder
from tests.faults.doing import Refused, send_file
from tests.server import Server
from tests.wire import Line, begin_sessions

SEED = 20_261_125
IMAGES = 2_000


@pytest.fixture(scope="module")
def trace():
    with tempfile.TemporaryDirectory(prefix="chatweb-cut-", dir=fast_folder()) as folder:
        yield power_cut.record(Path(folder), seed=SEED)


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory(prefix="chatweb-cut-", dir=fast_folder()) as name:
        yield Path(name)


def caught(trace, images=160):
    report = power_cut.look_at_all(trace, count=images, seed=SEED)
    assert report.images == images
    return report.kinds.total(), report.faults


def test_nothing_acked_is_lost_damaged_or_holed_after_a_power_cut(trace):
    said = [json.loads(note.first) for note in trace.notes if note.what == "a"]

    report = power_cut.look_at_all(trace, count=IMAGES, seed=SEED)
    print(report)

    assert report.faults == []
    assert report.images == IMAGES
    assert sum(what["kind"] == "acked" for what in said) > 150, "for this test to mean anything"
    assert sum(what["kind"] == "asks_edit" for what in said) > 30, "for this test to mean anything"
    assert sum(what["kind"] == "file" for what in said) > 20, "for this test to mean anything"
    assert sum(note.what == "w" for note in trace.notes) > 1000, "for this test to mean anything"


@pytest.mark.parametrize("way", ["nothing", "torn"])
def test_a_server_starts_on_what_is_left_and_knows_its_people(trace, folder, way):
    last = max(at for at, note in enumerate(trace.notes) if note.what == "a")
    acked = [json.loads(note.first) for note in trace.notes[:last] if note.what == "a"]
    newest = max((what["message"] for what in acked if what["kind"] == "acked"), key=lambda message: message["revision"])
    power_cut.lay(trace, last, folder, way=way, seed=SEED)
    server = Server(folder, limits="off").start()
    try:
        line = Line(server.port, trace.people[0][1])
        reply = line.join({"1": newest["revision"] - 1})
        said = line.says("masih di sini")
        line.breaks()
    finally:
        server.stop()

    assert "Traceback" not in server.log, server.log
    changed = {message["id"]: message["body"] for message in reply["changes"]["1"]["messages"]}
    assert changed[newest["id"]] == newest["body"]
    assert said["seq"] > newest["seq"]


def test_a_database_that_is_not_flushed_with_each_commit_is_caught(folder):
    weak = power_cut.record(folder, seed=SEED, command=power_cut.NORMAL, words=40)

    images, faults = caught(weak)

    assert images > 80
    assert any("lost: message" in fault for fault in faults)


@pytest.mark.parametrize(
    ("forgotten", "sign"),
    [
        (lambda path: path.endswith("-wal"), "lost: message"),
        (lambda path: path.endswith("chatweb.db"), "damaged"),
        (lambda path: "incoming" in path or len(Path(path).name) == 64, "the content of file"),
        (lambda path: path.startswith("uploads/") and len(Path(path).name) == 2, "lost: the content of file"),
        (lambda path: path == "uploads", "lost: the content of file"),
        (lambda path: path == "instance", "lost: the"),
        (lambda path: path == "", "lost: the database"),
    ],
    ids=["log", "database", "file", "its-folder", "uploads", "instance", "above"],
)
def test_each_flush_that_is_left_out_is_caught(trace, forgotten, sign):
    images, faults = caught(trace.without(forgotten))

    assert images > 0
    assert any(sign in fault for fault in faults), faults[:5]


def test_a_file_whose_folder_could_not_be_flushed_is_safe_when_it_is_sent_again(folder):
    """The name is there after the first try, but for all we know not on the disk yet."""
    disk = Disk(folder, noted=True)
    server = HeldServer(disk, limits="off").start()
    try:
        [(person, token)] = begin_sessions(server.port, ["Ani"])
        key = (folder / "instance" / "secret.key").read_bytes()
        disk.fails(at=1, error=errno.EIO, kinds=SYNC_FOLDER)
        with pytest.raises(Refused, match="storage_full"):
            send_file(server.port, token, b"isi", "berkas.txt")
        assert disk.failed == 1
        kept = send_file(server.port, token, b"isi", "berkas.txt")
        disk.said(kind="file", id=kept["id"], sha256=hashlib.sha256(b"isi").hexdigest())
        notes = list(disk.notes())
    finally:
        server.stop()
        disk.close()
    moment = max(at for at, note in enumerate(notes) if note.what == "a")
    cut = power_cut.Trace(folder, notes[: moment + 1], key, [(person, token)])

    report = power_cut.look(cut, count=16, seed=SEED)

    assert report.images == 16
    assert report.faults == []
