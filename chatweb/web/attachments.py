"""``POST /api/attachments``: a file, streamed to disk as it comes, never whole in memory."""

from collections.abc import Callable, Iterator
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
        announced = max(0, (request.content_length or 0) - ENVELOPE)
        attachments.check(person, announced)
        files.check_room(announced)
        request.max_content_length = attachments.largest + ENVELOPE

        def check_again(size: int) -> None:
            """A large file takes minutes: meanwhile the chat may have been stopped, or its sender put out or muted."""
            attachments.check(sessions.find(credentials.token(request)).person, size)

        received = _receive(request, files, attachments.largest, check_again)
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


def _receive(sent: Request, files: Files, largest: int, check: Callable[[int], None]) -> Received:
    """Take the file of a form in; ``check`` is asked about its size when all of the form is there, and before it is kept.

    :raises UnsupportedMediaType: for a body that is no form.
    :raises Invalid: naming ``file``, when there is none in it, or more than one.
    """
    incoming: Incoming | None = None
    name = ""
    whole = False
    try:
        for event in _events(sent):
            if isinstance(event, multipart.File):
                if incoming is not None or event.name != "file":
                    raise Invalid(field=event.name if event.name != "file" else "file")
                incoming, name = files.receive(), event.filename
            elif isinstance(event, multipart.Field):
                if event.name != "original":
                    raise Invalid(field=event.name)
            elif isinstance(event, multipart.Data) and incoming is not None and not whole:
                incoming.write(event.data)
                if incoming.size > largest:
                    raise TooLarge("error.too_large_file", field="file", limit=largest // 1024**2)
                whole = not event.more_data
        if incoming is None or not whole:
            raise Invalid("error.file_missing", field="file")
        if incoming.size == 0:
            raise Invalid("error.file_empty", field="file")
        check(incoming.size)
        return Received(name, incoming.finish())
    finally:
        if incoming is not None:
            incoming.abandon()


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
