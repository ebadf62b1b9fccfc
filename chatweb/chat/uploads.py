"""How much is on its way in, and how much may come: reserved before a body is read, so that several together can't overrun it."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chatweb.chat.errors import Invalid, RateLimited, StorageFull, TooLarge

AT_ONCE = 5  # unfinished uploads of one person
LONGEST = 24 * 3600.0  # seconds that an upload may take
RETRY = 5  # seconds
MEBI = 1024**2


@dataclass(slots=True, eq=False)
class Upload:
    """A file on its way in: bytes that were announced, and that have been written."""

    person: int
    size: int
    begun: float
    written: int = 0


class Uploads:
    """Knows what everybody has sent, and what they are sending."""

    def __init__(self, sent: Mapping[int, int], *, person_quota: int, quota: int, check_room: Callable[[int], None]) -> None:
        """``sent``: bytes by person.

        :param person_quota: bytes that one person may have here, ``quota``: all together.
        :param check_room: whether so many bytes more find room on the disk; raises StorageFull.
        """
        self._sent = Counter(sent)
        self._total = sum(sent.values())
        self._person_quota = person_quota
        self._quota = quota
        self._check_room = check_room
        self._running: set[Upload] = set()

    def begin(self, person: int, size: int, *, now: float) -> Upload:
        """Reserve ``size`` bytes; ``end`` must follow, whatever happens.

        :raises RateLimited: when five of this person's are on their way already.
        :raises TooLarge: past what one person may have here.
        :raises StorageFull: past what all may have here, or when the disk has no room.
        """
        mine = [upload for upload in self._running if upload.person == person]
        if len(mine) >= AT_ONCE:
            raise RateLimited("error.uploads_many", retry_after=RETRY, limit=AT_ONCE)
        if self._sent[person] + sum(upload.size for upload in mine) + size > self._person_quota:
            raise TooLarge("error.quota_person", field="file", limit=self._person_quota // MEBI)
        if self._total + sum(upload.size for upload in self._running) + size > self._quota:
            raise StorageFull
        self._check_room(sum(upload.size - upload.written for upload in self._running) + size)
        upload = Upload(person, size, now)
        self._running.add(upload)
        return upload

    def wrote(self, upload: Upload, written: int, *, now: float) -> None:
        """Note how much of an upload has been written.

        :raises Invalid: when it takes longer than a day.
        """
        upload.written = min(written, upload.size)
        if now - upload.begun > LONGEST:
            raise Invalid("error.upload_expired", field="file")

    def end(self, upload: Upload) -> None:
        """Give back what was reserved."""
        self._running.discard(upload)

    def kept(self, person: int, size: int) -> None:
        """Count a file that is kept."""
        self._sent[person] += size
        self._total += size

    def gone(self, person: int, size: int) -> None:
        """Count a file no longer."""
        self.kept(person, -size)
