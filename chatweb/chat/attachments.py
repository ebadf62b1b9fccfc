"""Files that people send: who may, and what is kept of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chatweb.chat.attachment import Attachment, clean_name, sniff
from chatweb.chat.errors import Invalid, TooLarge
from chatweb.chat.person import Person
from chatweb.chat.ports import Ports
from chatweb.chat.service import ChatService
from chatweb.chat.uploads import Uploads


class Attachments:
    """A file is announced, checked, taken in by the web, and then kept here."""

    def __init__(self, ports: Ports, chat: ChatService, uploads: Uploads, *, largest: int) -> None:
        """``largest``: bytes of a file."""
        self._uploads = uploads
        self._archive = ports.archive
        self._ledger = ports.ledger
        self._writer = ports.writer
        self._clock = ports.clock
        self._chat = chat
        self.largest = largest

    def check(self, person: Person, size: int) -> None:
        """Let somebody send a file of ``size`` bytes; asked before its body is read.

        :raises TooLarge: over the published limit.
        """
        self._chat.check_may_write(person)
        if size > self.largest:
            raise TooLarge("error.too_large_file", field="file", limit=self.largest // 1024**2)

    @contextmanager
    def reserve(self, person: Person, size: int, announced: int) -> Iterator[Callable[[int], None]]:
        """Let a body of ``announced`` bytes in, with a file of at most ``size``; what it gives is told of bytes as they are written.

        Permission, size, quota and disk are looked at here, before anything of it is read.

        :raises TooLarge, StorageFull, RateLimited, Muted: when it may not come.
        """
        self.check(person, size)
        upload = self._uploads.begin(person.id, announced, now=self._clock.monotonic())
        try:
            yield lambda written: self._uploads.wrote(upload, written, now=self._clock.monotonic())
        finally:
            self._uploads.end(upload)

    def add(self, person: Person, name: str, *, sha256: str, size: int, head: bytes, width: int | None, height: int | None) -> Attachment:
        """Keep that a file is there; with ``width`` and ``height`` it has a thumbnail.

        :raises Invalid: naming ``file``, when it is empty.
        """
        if size == 0:
            raise Invalid("error.file_empty", field="file")
        attachment = Attachment(
            id=0,
            sha256=sha256,
            name=clean_name(name),
            media_type=sniff(head),
            size=size,
            uploader=person.id,
            created_at=self._clock.now(),
            width=width,
            height=height,
            thumbnail=width is not None,
        )
        return self._writer.keep(self._ledger.add_attachment(attachment), then=lambda kept: self._uploads.kept(person.id, kept.size))

    def swept(self, attachment: Attachment) -> None:
        """Count a file no longer: it was never posted, and is gone."""
        self._uploads.gone(attachment.uploader, attachment.size)

    def find(self, person: Person, attachment: int) -> Attachment:
        """A file that somebody may fetch.

        :raises NotFound: when there is none, or it is hidden from them.
        """
        self._chat.check_running()
        return self._archive.attachment_for(person.id, attachment)
