"""Backup while the chat runs, restore into an empty place, and a check that finds what is missing or damaged."""

import contextlib
import errno
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import threading
import uuid

import pytest
import requests

from chatweb.store.backup import BackupError, Place, make, restore
from chatweb.store.checkup import look
from tests.people import WAIT, Person
from tests.pictures import picture
from tests.server import REPOSITORY, Server


@pytest.fixture(autouse=True)
def patience():
    """These have no hub in this process."""


def chatweb(server, *arguments):
    command = [sys.executable, "-m", "chatweb", *map(str, arguments)]
    return subprocess.run(command, cwd=REPOSITORY, env=server.environ(), check=False, capture_output=True, text=True, timeout=120)


def place(server):
    return Place(server.database, server.folder / "instance" / "secret.key", server.folder / "uploads")


def empty(folder):
    server = Server(folder, limits="off")
    for made in ("instance", "uploads"):
        (folder / made).mkdir(parents=True)
    return server


def told(done):
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def send_file(person, content):
    attachment = person.http.post(f"{person.url}/api/attachments", files={"file": ("a.bin", content)}, timeout=WAIT).json()
    post = {"client_id": str(uuid.uuid4()), "to": {"room": 1}, "attachments": [attachment["id"]]}
    assert person.asks("post_message", post)["ok"]
    return attachment


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    """A chat with a message, a file and a photo in it, that is not running any more."""
    server = Server(tmp_path_factory.mktemp("kept"), limits="off").start()
    ani = Person(server.url, "Ani")
    ani.join()
    ani.says("halo semua")
    for content in (b"laporan", picture()):
        send_file(ani, content)
    ani.hangs_up()
    server.stop()
    return server, ani.token


@pytest.fixture
def kept(stopped, tmp_path):
    """A copy of it, to be damaged."""
    shutil.copytree(stopped[0].folder, tmp_path / "kept")
    return Server(tmp_path / "kept", limits="off")


def test_what_is_restored_is_what_was_backed_up_under_another_epoch(kept, stopped, tmp_path, start_server):
    before = kept.folder / "backup.tar"
    done = chatweb(kept, "backup", before)
    assert done.returncode == 0, done.stderr
    assert before.stat().st_mode & 0o077 == 0
    server = Server(tmp_path / "anew", limits="off")

    done = chatweb(server, "restore", before, "--json")

    assert (done.returncode, told(done)["messages"], told(done)["files"], told(done)["bad"]) == (0, 3, 2, [])
    assert look(place(server), tmp_path / "none") == []
    server.start()
    http = requests.Session()
    http.trust_env = False
    http.headers["Authorization"] = f"Bearer {stopped[1]}"
    try:
        history = http.get(f"{server.url}/api/rooms/1/messages", timeout=WAIT).json()["messages"]
        assert history[0]["body"] == "halo semua"
        assert http.get(server.url + history[1]["attachments"][0]["url"], timeout=WAIT).content == b"laporan"
        photo = history[2]["attachments"][0]
        assert http.get(f"{server.url}/media/{photo['id']}/thumbnail", timeout=WAIT).status_code == 200
        assert epoch(server) != epoch(kept)
    finally:
        http.close()
        server.stop()


def epoch(server):
    with contextlib.closing(sqlite3.connect(server.database)) as connection:
        return connection.execute("SELECT value FROM fact WHERE name = 'epoch'").fetchone()[0]


def test_a_backup_goes_into_an_empty_place_only(kept):
    backup = kept.folder / "backup.tar"
    make(place(kept), backup)
    before = hashlib.sha256(kept.database.read_bytes()).hexdigest()

    done = chatweb(kept, "restore", backup)

    assert done.returncode == 2
    assert "is there already" in done.stderr
    assert hashlib.sha256(kept.database.read_bytes()).hexdigest() == before


def test_a_backup_never_writes_over_a_file(kept):
    backup = kept.folder / "backup.tar"
    backup.write_bytes(b"lama")

    with pytest.raises(BackupError, match="already"):
        make(place(kept), backup)

    assert backup.read_bytes() == b"lama"
    assert [path.name for path in kept.folder.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("harm", ["cut", "bit", "stranger", "climber", "rubbish"])
def test_a_damaged_backup_is_refused_and_leaves_no_chat(kept, tmp_path, harm):
    backup = kept.folder / "backup.tar"
    make(place(kept), backup)
    damage(backup, harm)
    server = empty(tmp_path / "anew")

    with pytest.raises(BackupError, match="can't be restored"):
        restore(backup, place(server))

    assert not server.database.exists()
    assert not (tmp_path / "evil").exists()


def damage(backup, harm):
    content = bytearray(backup.read_bytes())
    if harm == "cut":
        backup.write_bytes(content[: len(content) // 2 // 512 * 512])
    elif harm == "bit":
        content[content.index(b"halo semua")] ^= 1
        backup.write_bytes(content)
    elif harm == "rubbish":
        backup.write_bytes(os.urandom(5000))
    else:
        with tarfile.open(backup, "a") as tar:
            tar.addfile(tarfile.TarInfo("asing.txt" if harm == "stranger" else "uploads/../../evil"))


def test_a_file_that_is_damaged_in_a_backup_is_told_and_all_the_rest_comes_back(kept, tmp_path):
    backup = kept.folder / "backup.tar"
    make(place(kept), backup)
    content = bytearray(backup.read_bytes())
    content[content.index(b"laporan")] ^= 1
    backup.write_bytes(content)
    server = Server(tmp_path / "anew", limits="off")

    done = chatweb(server, "restore", backup, "--json")

    sha256 = hashlib.sha256(b"laporan").hexdigest()
    assert (done.returncode, told(done)["files"], told(done)["bad"]) == (1, 1, [sha256])
    assert [(finding.kind, sha256 in finding.detail) for finding in look(place(server), tmp_path / "none")] == [("file_missing", True)]


def test_a_backup_goes_onto_a_disk_without_hard_links(kept, monkeypatch):
    def link(_source, _target):
        raise PermissionError(errno.EPERM, "Operation not permitted")  # as FAT and exFAT answer

    monkeypatch.setattr(os, "link", link)
    backup = kept.folder / "backup.tar"

    make(place(kept), backup)

    assert tarfile.is_tarfile(backup)
    assert [path.name for path in kept.folder.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("harm", "kind"),
    [
        ("no file", "file_missing"),
        ("other file", "file_damaged"),
        ("file too many", "file_unknown"),
        ("hole", "room"),
        ("revision", "room"),
        ("orphan", "reference"),
        ("page", "database"),
    ],
)
def test_a_check_finds_what_is_missing_or_damaged(kept, harm, kind):
    one = next(path for path in (kept.folder / "uploads").glob("??/*") if len(path.name) == 64)
    if harm == "no file":
        one.unlink()
    elif harm == "other file":
        one.write_bytes(b"lain")
    elif harm == "file too many":
        further = one.with_name("a" * 64)
        further.write_bytes(b"x")
        os.utime(further, (0, 0))
    elif harm == "page":
        with kept.database.open("r+b") as file:
            file.seek(4096 * 3)
            file.write(b"\xff" * 4096 * 4)
    else:
        statement = {
            "hole": "UPDATE message SET seq = seq + 5 WHERE id = (SELECT max(id) FROM message)",
            "revision": "UPDATE room SET revision = revision + 1 WHERE id = 1",
            "orphan": "UPDATE message SET sender = 999 WHERE id = 1",
        }[harm]
        with contextlib.closing(sqlite3.connect(kept.database)) as connection, connection:
            connection.execute(statement)

    found = look(place(kept), kept.folder / "instance" / "search.db")

    assert kind in {finding.kind for finding in found}


def test_a_check_that_found_something_says_so_to_programs(kept):
    next((kept.folder / "uploads").glob("??/" + "?" * 64)).unlink()

    done = chatweb(kept, "check", "--json")

    assert done.returncode == 1, done.stderr
    assert [finding["kind"] for finding in told(done)["findings"]] == ["file_missing"]


def test_a_check_of_what_is_whole_finds_nothing(kept):
    assert look(place(kept), kept.folder / "instance" / "search.db") == []


def test_a_file_that_is_missing_is_told_by_the_backup_which_holds_all_the_rest(kept):
    next(path for path in (kept.folder / "uploads").glob("??/*") if len(path.name) == 64).unlink()

    report = make(place(kept), kept.folder / "backup.tar")

    assert (len(report.bad), report.files) == (1, 1)


def test_backups_while_everybody_talks_hold_all_that_was_acked_before_and_no_hole(server, visit, tmp_path):
    people = [visit(server) for _ in range(3)]
    stop, acked = threading.Event(), []

    def talk(person):
        while not stop.is_set():
            acked.append(person.says(uuid.uuid4().hex)["id"])

    def send(person):
        while not stop.is_set():
            acked.append(send_file(person, os.urandom(30_000))["id"])

    threads = [threading.Thread(target=talk, args=[people[0]]), threading.Thread(target=talk, args=[people[1]])]
    threads.append(threading.Thread(target=send, args=[people[2]]))
    for thread in threads:
        thread.start()
    try:
        for number in range(3):
            before = len(acked)
            done = chatweb(server, "backup", tmp_path / f"{number}.tar", "--json")
            assert done.returncode == 0, done.stderr
            assert told(done)["messages"] >= before
            assert len(acked) > before, "for this test to mean anything"
    finally:
        stop.set()
        for thread in threads:
            thread.join()

    assert look(place(server), server.folder / "instance" / "search.db") == []
    for number in range(3):
        restored = empty(tmp_path / str(number))
        restore(tmp_path / f"{number}.tar", place(restored))
        assert look(place(restored), tmp_path / "none") == []
