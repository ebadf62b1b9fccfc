"""Free space: what stops below which mark, and the ballast."""

import stat

import pytest

from chatweb.chat.errors import NotFound, StorageFull
from chatweb.store import space as space_module
from chatweb.store.space import Space

MIB = 1024**2
BALLAST = 2 * MIB


class Disk:
    """What two disks have left, as a test wishes."""

    def __init__(self, house, uploads):
        self.house, self.uploads = house, uploads
        self.free = {house: 1000 * MIB, uploads: 1000 * MIB}


@pytest.fixture
def disk(tmp_path, monkeypatch):
    disk = Disk(tmp_path / "instance", tmp_path / "uploads")
    for folder in (disk.house, disk.uploads):
        folder.mkdir()
    monkeypatch.setattr(space_module, "_free", lambda folder: disk.free[folder])
    return disk


@pytest.fixture
def make(disk):
    def space(ballast=BALLAST):
        return Space(disk.house, disk.uploads, messages_leave=100 * MIB, uploads_leave=500 * MIB, ballast=ballast)

    return space


def ballast(disk):
    """The bytes that it really takes."""
    path = disk.house / "ballast"
    return path.stat().st_blocks * 512 if path.exists() else 0


def test_the_free_space_is_that_of_the_disk(tmp_path):
    space = Space(tmp_path, tmp_path, messages_leave=0, uploads_leave=0, ballast=0)

    assert space.free > MIB
    assert (space.low, list(tmp_path.iterdir())) == ("", [])


@pytest.mark.parametrize(
    ("house", "uploads", "low"),
    [(500, 500, ""), (499, 500, "uploads"), (500, 499, "uploads"), (100, 500, "uploads"), (99, 500, "messages"), (500, 0, "uploads")],
)
def test_uploads_stop_before_messages(disk, make, house, uploads, low):
    disk.free = {disk.house: house * MIB, disk.uploads: uploads * MIB}
    space = make(ballast=0)

    refused = []
    for name, ask in (("uploads", lambda: space.check_upload(0)), ("messages", space.check_messages)):
        try:
            ask()
        except StorageFull:
            refused.append(name)

    assert space.low == low
    assert refused == {"": [], "uploads": ["uploads"] if uploads < 500 else [], "messages": ["uploads", "messages"]}[low]


def test_the_size_of_an_upload_counts(make):
    space = make(ballast=0)

    space.check_upload(500 * MIB)
    with pytest.raises(StorageFull):
        space.check_upload(500 * MIB + 1)


def test_the_disk_is_not_asked_when_somebody_writes(disk, make):
    space = make(ballast=0)
    disk.free = {}  # asking would fail

    space.check_messages()
    space.check_upload(1)


def test_the_ballast_takes_its_room_for_the_operator_alone(disk, make):
    space = make()

    assert BALLAST <= ballast(disk) < BALLAST + 64 * 1024
    assert space.ballast == BALLAST
    assert stat.S_IMODE((disk.house / "ballast").stat().st_mode) == 0o600


def test_there_is_no_ballast_where_messages_need_the_room(disk, make):
    disk.free[disk.house] = 100 * MIB + BALLAST - 1

    assert (make().ballast, ballast(disk)) == (0, 0)


@pytest.mark.parametrize(("size", "expected"), [(0, 0), (MIB, MIB), (BALLAST, BALLAST)])
def test_another_size_is_made_anew(disk, make, size, expected):
    make()

    assert make(size).ballast == expected
    assert expected <= ballast(disk) < expected + 64 * 1024


def test_a_ballast_that_is_only_long_is_made_anew(disk, make):
    with (disk.house / "ballast").open("wb") as file:
        file.truncate(BALLAST)

    assert make().ballast == BALLAST
    assert ballast(disk) >= BALLAST


def test_the_ballast_goes_once(disk, make):
    space = make()
    disk.free[disk.house] = 0

    space.release_ballast()
    with pytest.raises(NotFound):
        space.release_ballast()

    assert (space.ballast, ballast(disk)) == (0, 0)
    assert space.let_ballast_go() is False


@pytest.mark.parametrize(("free", "back"), [(500 * MIB + BALLAST - 1, False), (500 * MIB + BALLAST, True)])
def test_it_comes_back_when_there_is_room_for_everything(disk, make, free, back):
    space = make()
    disk.free[disk.house] = 0
    space.release_ballast()

    disk.free[disk.house] = free
    space.look()

    assert bool(ballast(disk)) is back
