"""Where a chat may live, and what keeps it from starting before anything is touched."""

import re
from pathlib import Path

import pytest

from chatweb.instance import InstanceError, check_local, file_system
from tests.server import Server

MOUNTS = r"""
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
28 27 0:25 / /srv rw - tmpfs tmpfs rw
29 28 0:26 / /srv/data rw shared:1 master:2 - nfs4 server:/export rw
30 29 8:1 / /srv/data/local rw - xfs /dev/sda1 rw
31 27 0:30 / /mnt/with\040space rw - cifs //host/share rw
32 27 0:31 / /twice rw - ext4 /dev/sdb rw
33 27 0:32 / /twice rw - fuse.sshfs host: rw
34 27 0:33 / /usb rw - fuseblk /dev/sdc1 rw
"""[1:]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/x", "ext4"),
        ("/srv", "tmpfs"),
        ("/srv/database", "tmpfs"),  # beside /srv/data
        ("/srv/data/a/b", "nfs4"),
        ("/srv/data/local/a", "xfs"),
        ("/mnt/with space/a", "cifs"),
        ("/twice/a", "fuse.sshfs"),
        ("/usb/a", "fuseblk"),
    ],
)
def test_a_folder_is_on_the_file_system_that_shows_there(path, kind):
    assert file_system(Path(path), MOUNTS) == kind


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "9p", "afs", "ceph", "vboxsf", "fuse.sshfs", "fuse.rclone"])
def test_a_network_file_system_is_refused(tmp_path, monkeypatch, kind):
    monkeypatch.setattr("chatweb.instance.MOUNTS", tmp_path / "mountinfo")
    (tmp_path / "mountinfo").write_text(f"1 0 0:1 / / rw - {kind} somewhere rw\n")

    with pytest.raises(InstanceError, match=rf"network file system \({re.escape(kind)}\)"):
        check_local(tmp_path / "not there yet")


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "fuseblk", "fuse.mergerfs", "virtiofs"])
def test_a_disk_of_this_machine_is_not(tmp_path, monkeypatch, kind):
    monkeypatch.setattr("chatweb.instance.MOUNTS", tmp_path / "mountinfo")
    (tmp_path / "mountinfo").write_text(f"1 0 0:1 / / rw - {kind} somewhere rw\n")

    check_local(tmp_path)


def test_what_this_machine_says_of_its_mounts_can_be_read(tmp_path):
    check_local(tmp_path)


def test_where_nobody_can_tell_it_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr("chatweb.instance.MOUNTS", tmp_path / "none")

    check_local(tmp_path)


START = "from chatweb import serving; serving.patch(); {patch}; from chatweb.cli import main; main()"
NFS = "from chatweb import instance; instance.MOUNTS = __import__('pathlib').Path({path!r})"
PRAGMA = "from chatweb.store import connections; connections.PRAGMAS['mmap_size'] = ('4096', 0)"


def test_on_a_network_file_system_it_does_not_start_and_nothing_is_touched(tmp_path):
    (tmp_path / "mountinfo").write_text("1 0 0:1 / / rw - nfs4 server:/export rw\n")
    server = Server(tmp_path / "server", command=("-c", START.format(patch=NFS.format(path=str(tmp_path / "mountinfo")))))
    process = server.launch()

    _, errors = process.communicate(timeout=60)

    assert (process.returncode, errors.count("\n")) == (2, 1), errors
    assert "is on a network file system (nfs4)" in errors
    assert not server.folder.exists()


def test_a_pragma_that_is_not_in_force_is_one_sentence(tmp_path):
    server = Server(tmp_path / "server", command=("-c", START.format(patch=PRAGMA)))
    process = server.launch()

    output, errors = process.communicate(timeout=60)

    assert (process.returncode, errors.count("\n")) == (2, 1), errors
    assert "SQLite refuses mmap_size = 0 (it says 4096)" in errors
    assert "Ctrl-C" not in output
