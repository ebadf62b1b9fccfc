"""Bodies in and out of HTTP calls."""

from typing import Any, TypeVar

import msgspec
from flask import Request, Response

from chatweb import protocol
from chatweb.chat.errors import Invalid, TooLarge, UnsupportedMediaType

T = TypeVar("T")
BODY = 64 * 1024  # bytes of a JSON body at most


def answer(value: Any, status: int = 200) -> Response:
    """A JSON answer; what concerns one person is never kept by a cache."""
    return Response(msgspec.json.encode(value), status, mimetype="application/json", headers={"Cache-Control": "no-store"})


def body(request: Request, kind: type[T]) -> T:
    """The JSON body of a request as its type; an absent one counts as ``{}``.

    :raises Invalid: naming the field that breaks the type.
    :raises TooLarge: past 64 kB.
    :raises UnsupportedMediaType: for a body that does not say it is JSON.
    """
    if (request.content_length or 0) > BODY:
        raise TooLarge("error.too_large_body", limit=BODY)
    if not request.content_length:
        return protocol.parse_json(kind, b"{}")
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    return protocol.parse_json(kind, request.get_data())


def number(request: Request, name: str, *, default: int | None = None, high: int = 2**53 - 1) -> int | None:
    """A query parameter that is a number from 0 to ``high``.

    :raises Invalid: naming it, when it is none.
    """
    text = request.args.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= protocol.ID_DIGITS and int(text) <= high):
        raise Invalid(field=name)
    return int(text)
