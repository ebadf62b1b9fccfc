"""``/admin/api/messages``: the log of all messages and the rooms it knows, its export, and taking a message away."""

from collections.abc import Callable

from flask import Blueprint, Request, Response, request

from chatweb.admin.export import FORMATS, Export, told
from chatweb.chat.errors import Invalid
from chatweb.chat.moderation import Moderation
from chatweb.store.log import Filter, Log
from chatweb.web.answers import answer, number

PAGE = 100  # lines at most
ROOMS = 500  # at most, to choose one from
_SCOPES = ("public", "private", "broadcast")
_KINDS = ("text", "image", "file", "voice", "video", "event")


def install(routes: Blueprint, moderation: Moderation, log: Log, export: Export, acting: Callable[[], dict[str, str]]) -> None:
    """Add the calls to the panel's."""

    @routes.delete("/messages/<int:message>")
    def delete_message(message: int) -> Response:
        moderation.delete_message(message, **acting())
        return Response(status=204)

    @routes.get("/messages")
    def messages() -> Response:
        entries, cursor = log.messages(_filter(), limit=page_limit(request))
        return answer({"messages": [told(entry) for entry in entries], **({"cursor": cursor} if cursor else {})})

    @routes.get("/rooms")
    def rooms() -> Response:
        found = log.rooms(request.args.get("q", "")[:100], limit=ROOMS)
        return answer({"rooms": [{"id": room, "kind": kind, **({"name": name} if name else {})} for room, kind, name in found]})

    @routes.get("/messages/export")
    def export_messages() -> Response:
        form = request.args.get("format", "txt")
        if form not in FORMATS:
            raise Invalid("error.one_of", field="format", names=", ".join(FORMATS))
        wanted = _filter()  # a bad one is refused before anything is noted
        export.audit(form, request.query_string.decode("ascii", "replace"), **acting())
        response = Response(export.stream(form, wanted), mimetype=FORMATS[form])
        response.headers["Content-Disposition"] = f'attachment; filename="{export.file_name(form)}"'
        response.headers["Cache-Control"] = "no-store"
        return response


def _filter() -> Filter:
    scope = request.args.get("scope")
    if scope is not None and scope not in _SCOPES:
        raise Invalid("error.one_of", field="scope", names=", ".join(_SCOPES))
    kind = request.args.get("kind")
    if kind is not None and kind not in _KINDS:
        raise Invalid("error.one_of", field="kind", names=", ".join(_KINDS))
    return Filter(
        text=request.args.get("q", "")[:200],
        person=number(request, "person"),
        room=number(request, "room"),
        scope=scope,  # type: ignore[arg-type]
        kind=kind,
        since=number(request, "since"),
        until=number(request, "until"),
        before=number(request, "cursor"),
    )


def page_limit(request: Request) -> int:
    """How many lines are wanted.

    :raises Invalid: naming ``limit``, when it is not from 1 to 100.
    """
    limit = number(request, "limit", default=50) or 0
    if not 1 <= limit <= PAGE:
        raise Invalid("error.range", field="limit", low=1, high=PAGE)
    return limit
