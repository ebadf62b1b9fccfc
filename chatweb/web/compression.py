"""Text travels compressed. On plain HTTP browsers offer gzip and nothing better, and a first visit is mostly text."""

import gzip
from functools import lru_cache
from http import HTTPStatus

from flask import Flask, Response, request

from chatweb.web.scripts import without_comments

SMALLEST = 512  # bytes: below it the headers weigh more than what is saved
KINDS = frozenset({"text/html", "text/css", "text/javascript", "application/javascript", "application/json", "image/svg+xml"})
SCRIPTS = frozenset({"text/javascript", "application/javascript"})
# Answers of the API carry secrets beside what a stranger may have chosen; over TLS their compressed size would tell of them.
OPEN = ("/static/", "/strings/", "/style/")


@lru_cache(maxsize=256)  # more than there is to load; whoever asks for styles in ever other orders fills no more
def _compressed(body: bytes) -> bytes:
    """What is served again and again is compressed once."""
    return gzip.compress(body, 9, mtime=0)


def install(app: Flask) -> None:
    """Compress the pages of ``app`` and what they load, for those who take it."""

    @app.after_request
    def compress(response: Response) -> Response:
        if response.mimetype in SCRIPTS and request.path.startswith("/static/js/") and response.status_code == HTTPStatus.OK:
            response.direct_passthrough = False
            response.set_data(without_comments(response.get_data(as_text=True)))
        is_page = response.mimetype == "text/html"
        if response.mimetype not in KINDS or not (is_page or request.path.startswith(OPEN)):
            return response
        response.vary.add("Accept-Encoding")
        if response.status_code != HTTPStatus.OK or not request.accept_encodings["gzip"]:
            return response
        response.direct_passthrough = False
        body = response.get_data()
        if len(body) < SMALLEST:
            return response
        response.set_data(gzip.compress(body, 6, mtime=0) if is_page else _compressed(body))
        response.headers["Content-Encoding"] = "gzip"
        etag, _ = response.get_etag()
        if etag:
            response.set_etag(etag, weak=True)  # the same words, other bytes
        return response
