"""``/healthz``: whether the process can do its work."""

from collections.abc import Callable

from flask import Blueprint, Response

from chatweb.web.answers import answer


def blueprint(check: Callable[[], None]) -> Blueprint:
    """``check`` writes to the database and reads it; it raises when that fails."""
    routes = Blueprint("health", __name__)

    @routes.get("/healthz")
    def health() -> Response:
        check()
        return answer({"ok": True})

    return routes
