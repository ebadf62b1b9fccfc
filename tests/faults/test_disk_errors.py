"""A short form of `python -m tests.faults.disk_errors`, and proof that it catches an answer that is not true."""

import errno
import tempfile
from pathlib import Path

import pytest

from tests.faults import disk_errors
from tests.faults.disk import SYNC, Disk, HeldServer, fast_folder
from tests.faults.disk_errors import KEPT, REFUSED, Wish, as_found
from tests.wire import Line, begin_sessions, draft

SEED = 20_261_125


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory(prefix="chatweb-disk-", dir=fast_folder()) as name:
        yield Path(name)


def test_each_answer_is_true_whichever_call_to_the_disk_fails(folder):
    report = disk_errors.run(folder, count=50, seed=SEED)
    print(report)

    assert report.faults == []
    assert report.tries == 50
    assert report.failed > 40, "for this test to mean anything"
    assert min(report.outcomes.values()) > 20, "for this test to mean anything, all three outcomes come"
    assert report.ends > 5, "for this test to mean anything"


def post_while_the_commit_fails(folder, command):
    """Post while the fsync of its commit fails; the answer (None: none) and how often it is there at a start."""
    disk = Disk(folder / "held")
    server = HeldServer(disk, command=command, limits="off").start()
    try:
        [(_, token)] = begin_sessions(server.port, ["Ani"])
        line = Line(server.port, token)
        line.join()
        line.says("dulu")  # and what was written for the arrival is on the disk
        disk.fails(at=1, error=errno.EIO, kinds=SYNC)
        try:
            answer = line.asks("post_message", draft("jadi atau tidak", client_id="5ab9b5ae-6f3e-4b7b-8f3a-1c2d3e4f5a6b"))
        except ConnectionError:
            answer = None
        line.breaks()
        assert disk.failed == 1
        (folder / "copy").mkdir()
        kept = as_found(server.database, folder / "copy")
        (count,) = kept.execute("SELECT count(*) FROM message WHERE body = 'jadi atau tidak'").fetchone()
        kept.close()
    finally:
        server.kill()
        disk.close()
    return answer, count


def test_a_commit_whose_flush_fails_is_not_answered(folder):
    answer, count = post_while_the_commit_fails(folder, ("-m", "chatweb"))

    assert answer is None
    assert count == 1, "for this test to mean anything: what would have been refused is there after the next start"


def test_an_error_in_place_of_no_answer_would_be_a_lie(folder):
    answer, count = post_while_the_commit_fails(folder, ("-m", "tests.faults.weak", "refuses"))

    assert answer["ok"] is False
    assert count == 1


# What the check would say of each answer that is not true


@pytest.fixture
def kept(folder):
    """An archive with one message of somebody, and the folder of its uploads."""
    disk = Disk(folder / "held")
    server = HeldServer(disk, limits="off").start()
    try:
        [(_, token)] = begin_sessions(server.port, ["Ani"])
        line = Line(server.port, token)
        line.join()
        message = line.says("ada")
        line.breaks()
    finally:
        server.stop()
        disk.close()
    (folder / "copy").mkdir()
    archive = as_found(server.database, folder / "copy")
    yield archive, message, server.folder / "uploads"
    archive.close()


def test_the_check_catches_each_answer_that_is_not_true(kept):
    archive, message, uploads = kept
    wrong = {
        "lost: post": Wish("post", "nobody-asked", "tidak ada", outcome=KEPT),
        "lost: post " + message["client_id"]: Wish("post", message["client_id"], "lain", outcome=KEPT),
        "kept: post": Wish("post", message["client_id"], "ada", outcome=REFUSED, code="storage_full"),
        "lost: edit": Wish("edit", "", "sesudah", message=message["id"], was="ada", outcome=KEPT),
        "kept: edit": Wish("edit", "", "ada", message=message["id"], was="sebelum", outcome=REFUSED),
        "lost: file": Wish("file", "ab" * 32, content=b"x", outcome=KEPT),
        "lost: join": Wish("join", "Budi", outcome=KEPT),
        "kept: join": Wish("join", "Ani", outcome=REFUSED),
    }

    for sign, wish in wrong.items():
        assert [fault for fault in disk_errors.find_faults([wish], archive, uploads) if fault.startswith(sign)], sign
    right = Wish("post", message["client_id"], "ada", outcome=KEPT)
    assert list(disk_errors.find_faults([right], archive, uploads)) == []
