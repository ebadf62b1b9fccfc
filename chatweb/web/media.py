"""``/media``: files on their way out, to those who may read a message with them; made safe to open in a browser."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from flask import Blueprint, Request, Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from chatweb.chat.attachment import IN_PLACE, OCTETS, Attachment
from chatweb.chat.attachments import Attachments
from chatweb.chat.errors import NotFound
from chatweb.chat.sessions import Sessions
from chatweb.store.archive import SqlArchive
from chatweb.store.files import Files
from chatweb.web.credentials import Credentials

SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"
WEEK = 7 * 24 * 3600  # seconds


def blueprint(
    attachments: Attachments,
    sessions: Sessions,
    archive: SqlArchive,
    files: Files,
    credentials: Credentials,
    is_admin: Callable[[Request], bool],
) -> Blueprint:
    """The addresses of files."""
    routes = Blueprint("media", __name__, url_prefix="/media")

    def find(attachment: int) -> Attachment:
        if is_admin(request):
            return archive.attachment(attachment)
        return attachments.find(sessions.find(credentials.token(request)).person, attachment)

    @routes.get("/<int:attachment>/file/<name>")
    def file(attachment: int, name: str) -> Response:  # noqa: ARG001 - it only gives a saved file its name
        found = find(attachment)
        shown = found.media_type if found.media_type in IN_PLACE else OCTETS
        response = _send(request, files, files.path(found.sha256), found.sha256, found.size, shown)
        place = "inline" if shown != OCTETS and "download" not in request.args else "attachment"
        response.headers["Content-Disposition"] = _disposition(place, found.name)
        response.headers["Cache-Control"] = "private, no-cache"
        return response

    @routes.get("/<int:attachment>/thumbnail")
    def thumbnail(attachment: int) -> Response:
        found = find(attachment)
        if not found.thumbnail:
            raise NotFound
        path = files.thumbnail_path(found.sha256)
        response = _send(request, files, path, f"t-{found.sha256}", path.stat().st_size if path.exists() else 0, "image/webp")
        response.headers["Cache-Control"] = f"private, max-age={WEEK}, immutable"
        return response

    return routes


def _send(sent: Request, files: Files, path: Path, tag: str, size: int, media_type: str) -> Response:
    try:
        reader = files.read(path)
    except FileNotFoundError:
        raise NotFound from None
    response = Response(reader, mimetype=media_type, direct_passthrough=True)
    response.call_on_close(reader.close)
    response.content_length = size
    response.set_etag(tag)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.accept_ranges = "bytes"
    asked = sent.headers.get("Range", "bytes=")
    # RFC 9110, 14.2: what is no range of bytes is as if not asked for, and several at once may be; no player asks for them.
    piece = asked.startswith("bytes=") and "," not in asked
    try:
        response.make_conditional(sent, accept_ranges=piece, complete_length=size)
    except RequestedRangeNotSatisfiable:
        response.close()  # nobody else will: it is not the answer any more
        raise
    return response


def _disposition(place: str, name: str) -> str:
    """RFC 6266: the name for all, and once more (RFC 8187) for those that take its letters as they are."""
    plain = "".join(character if character.isascii() and character not in '"\\' else "_" for character in name)
    return f"{place}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
