"""``POST /api/attachments``: a file, streamed to disk as it comes, never whole in memory."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Blueprint, Request, Response, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio import multipart

from chatweb import protocol
from chatweb.chat.attachment import Attachment, sniff
from chatweb.chat.attachments import Attachments
from chatweb.chat.errors import Invalid, TooLarge, UnsupportedMediaType
from chatweb.chat.person import Person
from chatweb.chat.sessions import Sessions
from chatweb.store.files import PIECE, Files, Incoming, Stored
from chatweb.store.thumbnails import PICTURES, Thumbnails
from chatweb.web.answers import answer
from chatweb.web.credentials import Credentials

ENVELOPE = 64 * 1024  # bytes that a form may have around its file


@dataclass(frozen=True, slots=True)
class Received:
    """A file that came in a form, and its name as it was sent."""

    name: str
    stored: Stored


def blueprint(attachments: Attachments, sessions: Sessions, files: Files, thumbnails: Thumbnails, credentials: Credentials) -> Blueprint:
    """The calls for files on their way in."""
    routes = Blueprint("attachments", __name__, url_prefix="/api/attachments")

    @routes.post("")
    def upload() -> Response:
        person = sessions.find(credentials.token(request)).person
        announced = request.content_length or 0
        request.max_content_length = attachments.largest + ENVELOPE

        def check_again(size: int) -> None:
            """A large file takes minutes: meanwhile the chat may have been stopped, or its sender put out or muted."""
            attachments.check(sessions.find(credentials.token(request)).person, size)

        with (
            attachments.reserve(person, max(0, announced - ENVELOPE), announced) as wrote,
            _receive(request, files, attachments.largest, wrote, check_again) as received,
        ):
            return answer(protocol.attachment(_keep(person, received)), 201)

    @routes.get("/<int:attachment>")
    def show(attachment: int) -> Response:
        person = sessions.find(credentials.token(request)).person
        return answer(protocol.attachment(attachments.find(person, attachment)))

    def _keep(person: Person, received: Received) -> Attachment:
        stored = received.stored
        size = None
        if sniff(stored.head) in PICTURES:
            size = thumbnails.make(stored.path, files.thumbnail_path(stored.sha256))
        return attachments.add(
            person,
            received.name,
            sha256=stored.sha256,
            size=stored.size,
            head=stored.head,
            width=size.width if size else None,
            height=size.height if size else None,
        )

    return routes


@contextmanager
def _receive(sent: Request, files: Files, largest: int, wrote: Callable[[int], None], check: Callable[[int], None]) -> Iterator[Received]:
    """The file of a form, safely on disk; nobody takes it away before the end of the ``with``, by when its row is there.

    :param wrote: told how much of it has been written.
    :param check: asked about its size when all of the form is there, and before it is kept.
    :raises UnsupportedMediaType: for a body that is no form.
    :raises Invalid: naming ``file``, when there is none in it, or more than one.
    """
    form = _Form(files, largest, wrote)
    try:
        for event in _events(sent):
            form.take(event)
        incoming = form.whole_file()
        check(incoming.size)
        if form.original != b"1":
            incoming.forget_place()
        yield Received(form.name, incoming.finish())
    finally:
        form.release()


class _Form:
    """Takes a form in as it comes: one file, and whether it stays as the camera made it."""

    def __init__(self, files: Files, largest: int, wrote: Callable[[int], None]) -> None:
        self._files = files
        self._largest = largest
        self._wrote = wrote
        self._incoming: Incoming | None = None
        self._whole = False
        self.name = ""
        self.original = b""

    def take(self, event: multipart.Event) -> None:
        if isinstance(event, multipart.File):
            if self._incoming is not None or event.name != "file":
                raise Invalid(field=event.name if event.name != "file" else "file")
            self._incoming, self.name = self._files.receive(), event.filename
        elif isinstance(event, multipart.Field):
            if event.name != "original":
                raise Invalid(field=event.name)
        elif isinstance(event, multipart.Data) and self._incoming is not None and not self._whole:
            self._write(self._incoming, event)
        elif isinstance(event, multipart.Data):
            self.original += event.data
            if self.original not in {b"", b"0", b"1"}:
                raise Invalid(field="original")

    def whole_file(self) -> Incoming:
        if self._incoming is None or not self._whole:
            raise Invalid("error.file_missing", field="file")
        if self._incoming.size == 0:
            raise Invalid("error.file_empty", field="file")
        return self._incoming

    def release(self) -> None:
        if self._incoming is not None:
            self._incoming.release()

    def _write(self, incoming: Incoming, event: multipart.Data) -> None:
        incoming.write(event.data)
        self._wrote(incoming.size)
        if incoming.size > self._largest:
            raise TooLarge("error.too_large_file", field="file", limit=self._largest // 1024**2)
        self._whole = not event.more_data


def _events(sent: Request) -> Iterator[multipart.Event]:
    kind, options = parse_options_header(sent.headers.get("Content-Type"))
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise UnsupportedMediaType
    decoder = multipart.MultipartDecoder(options["boundary"].encode("latin-1", "replace"), max_form_memory_size=2 * PIECE, max_parts=4)
    while True:
        data = sent.stream.read(PIECE)
        try:
            decoder.receive_data(data or None)
            event = decoder.next_event()
            while not isinstance(event, multipart.NeedData):
                yield event
                if isinstance(event, multipart.Epilogue):
                    return
                event = decoder.next_event()
        except (ValueError, RequestEntityTooLarge) as error:
            raise Invalid("error.form", field="file") from error
        if not data:
            raise Invalid("error.form", field="file")
