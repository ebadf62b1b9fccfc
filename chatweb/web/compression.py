"""Pages travel compressed; what they load is kept compressed (web/assets.py). On plain HTTP browsers offer gzip and nothing better."""

import gzip
from http import HTTPStatus

from flask import Flask, Response, request

SMALLEST = 512  # bytes: below it the headers weigh more than what is saved


def install(app: Flask) -> None:
    """Compress the pages of ``app`` for those who take it.

    Pages alone: answers of the API carry secrets beside what a stranger may have chosen, and over TLS their compressed size
    would tell of them.
    """

    @app.after_request
    def compress(response: Response) -> Response:
        if response.mimetype != "text/html":
            return response
        response.vary.add("Accept-Encoding")
        if response.status_code != HTTPStatus.OK or not request.accept_encodings["gzip"]:
            return response
        body = response.get_data()
        if len(body) < SMALLEST:
            return response
        response.set_data(gzip.compress(body, 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        etag, _ = response.get_etag()
        if etag:
            response.set_etag(etag, weak=True)  # the same words, other bytes
        return response
