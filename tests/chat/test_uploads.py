"""What may come is reserved before it comes: nobody, and not all together, get past what there is room for."""

import pytest

from chatweb.chat.errors import Invalid, RateLimited, StorageFull, TooLarge
from chatweb.chat.uploads import AT_ONCE, LONGEST, Uploads

ANI, BUDI, CICI = 2, 3, 4


class Disk:
    """A disk with some bytes left."""

    def __init__(self, free):
        self.free = free

    def check(self, size):
        if size > self.free:
            raise StorageFull


def uploads(sent=(), *, person_quota=100, quota=250, free=10**9):
    return Uploads(dict(sent), person_quota=person_quota, quota=quota, check_room=Disk(free).check)


def test_five_of_one_person_are_on_their_way_at_once_and_the_sixth_waits():
    coming = uploads()
    running = [coming.begin(ANI, 1, now=0) for _ in range(AT_ONCE)]

    with pytest.raises(RateLimited):
        coming.begin(ANI, 1, now=0)

    coming.begin(BUDI, 1, now=0)
    coming.end(running[0])
    coming.begin(ANI, 1, now=0)


def test_several_uploads_together_do_not_pass_the_quota_of_a_person():
    coming = uploads({ANI: 30})
    first = coming.begin(ANI, 40, now=0)

    with pytest.raises(TooLarge):
        coming.begin(ANI, 31, now=0)

    coming.begin(ANI, 30, now=0)
    coming.end(first)
    coming.begin(ANI, 40, now=0)


def test_several_people_together_do_not_pass_the_quota_of_all():
    coming = uploads({ANI: 90, BUDI: 80}, quota=200)
    coming.begin(CICI, 25, now=0)

    with pytest.raises(StorageFull):
        coming.begin(BUDI, 6, now=0)


def test_what_is_on_its_way_counts_as_taken_from_the_disk_until_it_is_written():
    coming = uploads(free=100)
    first = coming.begin(ANI, 60, now=0)

    with pytest.raises(StorageFull):
        coming.begin(BUDI, 41, now=0)

    coming.wrote(first, 50, now=1)
    coming.begin(BUDI, 90, now=1)


def test_what_is_kept_counts_and_what_is_gone_does_not():
    coming = uploads()
    coming.kept(ANI, 80)
    with pytest.raises(TooLarge):
        coming.begin(ANI, 21, now=0)

    coming.gone(ANI, 80)

    coming.begin(ANI, 100, now=0)


def test_an_upload_ends_after_a_day():
    coming = uploads()
    upload = coming.begin(ANI, 60, now=5)
    coming.wrote(upload, 1, now=5 + LONGEST)

    with pytest.raises(Invalid):
        coming.wrote(upload, 2, now=6 + LONGEST)
