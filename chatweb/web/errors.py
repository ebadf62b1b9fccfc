"""Refusals as ``application/problem+json`` (RFC 9457), and faults of ours with an id to find them in the log."""

import msgspec
from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from chatweb.chat.errors import ChatError, Internal, NicknameTaken
from chatweb.faults import log_fault
from chatweb.wording import Wording

INTERNAL = 500

STATUS = {
    "invalid": 422,
    "unauthenticated": 401,
    "forbidden": 403,
    "banned": 403,
    "muted": 403,
    "not_found": 404,
    "nickname_taken": 409,
    "conflict": 409,
    "too_large": 413,
    "unsupported_media_type": 415,
    "rate_limited": 429,
    "service_stopped": 503,
    "overloaded": 503,
    "storage_full": 507,
    "internal": 500,
}
_CODES = {
    400: "invalid",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "not_found",
    411: "invalid",
    413: "too_large",
    415: "unsupported_media_type",
}


def fault(error: BaseException) -> ChatError:
    """A fault of ours as a refusal: logged with an id, which is all that is told of it."""
    return Internal(id=log_fault(error))


def install(app: Flask, wording: Wording) -> None:
    """Answer every refusal of ``app`` in one form."""

    @app.errorhandler(ChatError)
    def refuse(error: ChatError) -> Response:
        extra = {"field": error.field, "retry_after": error.retry_after}
        if isinstance(error, NicknameTaken):
            extra["suggestion"] = error.suggestion
        return problem(error.code, wording.explain(error), STATUS[error.code], **extra)

    @app.errorhandler(HTTPException)
    def refuse_http(error: HTTPException) -> Response:
        status = error.code or 500
        code = _CODES.get(status, "invalid" if status < INTERNAL else "internal")
        answer = problem(code, wording.say(f"error.{code}", field="", id="-").replace("  ", " "), status)
        for name, value in error.get_headers():  # Allow, Content-Range, Retry-After
            if name not in answer.headers:
                answer.headers[name] = value
        return answer

    @app.errorhandler(Exception)
    def refuse_fault(error: Exception) -> Response:
        return refuse(fault(error))


def problem(code: str, detail: str, status: int, **extra: object) -> Response:
    """A problem document."""
    told = {"type": "about:blank", "title": code.replace("_", " ").capitalize(), "status": status, "code": code, "detail": detail}
    known = {key: value for key, value in extra.items() if value is not None}
    response = Response(msgspec.json.encode({**told, **known}), status, mimetype="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    if known.get("retry_after") is not None:
        response.headers["Retry-After"] = str(max(1, round(float(str(known["retry_after"])))))
    return response
