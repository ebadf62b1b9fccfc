"""A file is on the disk before its row is, and goes after it: a row never points at a file that is not there."""

import fcntl
import os
import time
from pathlib import Path

import pytest

from chatweb.chat.attachment import Attachment
from chatweb.chat.errors import Invalid
from chatweb.clock import SystemClock
from chatweb.store import files as files_module
from chatweb.store import sweeper as sweeper_module
from chatweb.store.files import Files
from chatweb.store.native_reader import NativeReader
from chatweb.store.sweeper import BACKUP_LOCK, GRACE, UNPOSTED, Sweeper
from tests.store.conftest import NOON

OLD = time.time() - UNPOSTED - 60


@pytest.fixture
def files(tmp_path):
    (tmp_path / "uploads").mkdir()
    return Files(tmp_path / "uploads")


@pytest.fixture
def reader(database):
    reader = NativeReader(database.path)
    yield reader
    reader.close()


@pytest.fixture
def gone():
    return []


@pytest.fixture
def sweeper(files, reader, writer, ledger, gone, monkeypatch):
    monkeypatch.setattr(sweeper_module, "PAUSE", 0)
    return Sweeper(files, reader, writer, ledger, SystemClock(), gone.append)


class Sender:
    """Somebody who sends files, as the web does."""

    def __init__(self, files, writer, ledger, person):
        self.files = files
        self.writer = writer
        self.ledger = ledger
        self.person = person

    def brings(self, content):
        incoming = self.files.receive()
        incoming.write(content)
        return incoming, incoming.finish()

    def keeps(self, stored, *, at=NOON):
        attachment = Attachment(0, stored.sha256, "a.txt", "application/octet-stream", stored.size, self.person.id, at)
        return self.writer.keep(self.ledger.add_attachment(attachment))

    def sends(self, content=b"isi", *, at=NOON):
        incoming, stored = self.brings(content)
        attachment = self.keeps(stored, at=at)
        incoming.release()
        return attachment


@pytest.fixture
def ani(files, writer, ledger, room):
    return Sender(files, writer, ledger, room.person())


def grow_old(files, sha256):
    os.utime(files.path(sha256), (OLD, OLD))


def test_file_flushed_then_named_then_folder_flushed_then_row_committed(files, writer, ledger, ani, monkeypatch, database):
    done = []

    class Recorded:
        """The calls of the system that matter, noted as they are made."""

        def __getattr__(self, name):
            return getattr(os, name)

        def fsync(self, descriptor):
            done.append(("flush", str(Path(f"/proc/self/fd/{descriptor}").readlink())))
            os.fsync(descriptor)

    monkeypatch.setattr(files_module, "os", Recorded())
    monkeypatch.setattr(Path, "rename", lambda path, target: (done.append(("name", str(target))), path.replace(target)))

    incoming, stored = ani.brings(b"isi")
    commits = writer.commits
    assert [what for what, _ in done] == ["flush", "name", "flush", "flush"]
    ani.keeps(stored)
    incoming.release()

    assert writer.commits == commits + 1
    place = files.path(stored.sha256)
    assert "incoming" in done[0][1]
    assert [path for _, path in done[1:]] == [str(place), str(place.parent), str(place.parent.parent)]


def test_what_was_never_posted_goes_after_a_day_row_first(files, sweeper, ani, archive, gone, room):
    old, young = int((time.time() - UNPOSTED - 60) * 1000), int(time.time() * 1000)
    left, posted, fresh = ani.sends(b"satu", at=old), ani.sends(b"dua", at=old), ani.sends(b"tiga", at=young)
    room.posts(ani.person, attachments=(posted,))
    for attachment in (left, posted, fresh):
        grow_old(files, attachment.sha256)

    sweeper.sweep()

    assert [attachment.id for attachment in gone] == [left.id]
    assert [files.path(one.sha256).exists() for one in (left, posted, fresh)] == [False, True, True]
    assert archive.attachment(posted.id) == posted


def test_a_photo_of_somebody_stays(files, sweeper, ani, ledger, writer, gone):
    photo = ani.sends(at=int((time.time() - UNPOSTED - 60) * 1000))
    writer.keep(ledger.set_avatar(ani.person.id, photo.id))
    grow_old(files, photo.sha256)

    sweeper.sweep()

    assert gone == []
    assert files.path(photo.sha256).exists()


def test_what_is_taken_away_in_the_moment_that_it_is_posted_or_worn_is_refused_by_its_name(ani, ledger, writer, archive, room):
    late = ani.sends(at=int(OLD * 1000))
    [gone] = writer.keep(ledger.remove_unposted([late.id]))

    with pytest.raises(Invalid) as posted:
        room.posts(ani.person, attachments=(gone,))
    with pytest.raises(Invalid) as worn:
        writer.keep(ledger.set_avatar(ani.person.id, gone.id))

    assert (posted.value.field, worn.value.field) == ("attachments", "avatar")
    assert (archive.lobby().seq, archive.person(ani.person.id).avatar) == (0, None)


def test_a_file_without_a_row_goes_after_its_time_of_grace(files, sweeper, ani):
    incoming, stored = ani.brings(b"tanpa baris")
    incoming.release()

    sweeper.sweep()
    assert files.path(stored.sha256).exists()
    young = time.time() - GRACE + 60
    os.utime(files.path(stored.sha256), (young, young))
    sweeper.sweep()
    assert files.path(stored.sha256).exists()
    grow_old(files, stored.sha256)
    sweeper.sweep()

    assert not files.path(stored.sha256).exists()


def test_content_that_somebody_brings_anew_is_not_taken_away_before_its_row_is_there(files, sweeper, ani):
    incoming, stored = ani.brings(b"lagi")
    grow_old(files, stored.sha256)

    sweeper.sweep()
    attachment = ani.keeps(stored)
    incoming.release()
    sweeper.sweep()

    assert files.path(attachment.sha256).exists()


def test_content_that_got_its_row_while_the_answer_was_on_its_way_is_not_taken_away(files, sweeper, ani, archive, monkeypatch):
    incoming, stored = ani.brings(b"kembali")
    incoming.release()
    grow_old(files, stored.sha256)
    asked, answers, sent = sweeper._wanted, [], []

    def late(hashes):
        answers.append(asked(hashes))
        if len(answers) == 2:  # the last look at it: then all of it comes, from the first byte to the ack
            sent.append(ani.sends(b"kembali", at=int(time.time() * 1000)))
        return answers[-1]

    monkeypatch.setattr(sweeper, "_wanted", late)

    sweeper.sweep()

    assert answers == [set(), set()]
    assert archive.attachment(sent[0].id).sha256 == stored.sha256
    assert files.path(stored.sha256).exists()


def test_the_same_content_sent_anew_is_as_new_as_if_it_were_the_first(files, ani):
    incoming, stored = ani.brings(b"lama")
    incoming.release()
    grow_old(files, stored.sha256)

    again, _ = ani.brings(b"lama")
    again.release()

    assert files.path(stored.sha256).stat().st_mtime > time.time() - 600


def test_nothing_goes_while_a_backup_reads(files, sweeper, ani):
    incoming, stored = ani.brings(b"tanpa baris")
    incoming.release()
    grow_old(files, stored.sha256)

    with (files.folder / BACKUP_LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        sweeper.sweep()
        assert files.path(stored.sha256).exists()
    sweeper.sweep()

    assert not files.path(stored.sha256).exists()


def test_an_unfinished_upload_goes_after_a_day(files, sweeper):
    left, running = files.folder / "incoming" / "left", files.folder / "incoming" / "running"
    left.write_bytes(b"x")
    running.write_bytes(b"x")
    os.utime(left, (OLD, OLD))

    sweeper.sweep()

    assert (left.exists(), running.exists()) == (False, True)


def test_what_breaks_off_leaves_nothing(files, ani):
    incoming = files.receive()
    incoming.write(b"y" * 1000)

    incoming.release()

    assert list((files.folder / "incoming").iterdir()) == []


def test_a_person_is_counted_with_all_their_files(ani, archive):
    ani.sends(b"12345")
    ani.sends(b"123")

    assert archive.sent_bytes() == {ani.person.id: 8}
