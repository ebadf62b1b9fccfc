"""``/healthz``: whether the process can do its work."""

import time
from collections.abc import Callable

from flask import Blueprint, Response

from chatweb.web.answers import answer

FRESH = 2.0  # seconds that a write which held speaks for: whoever may ask a thousand times a second must not write as often


def blueprint(check: Callable[[], None], now: Callable[[], float] = time.monotonic) -> Blueprint:
    """``check`` asks for room on the disk, and writes to the database and reads it; when it raises, that speaks for nothing later."""
    routes = Blueprint("health", __name__)
    held = -FRESH

    @routes.get("/healthz")
    def health() -> Response:
        nonlocal held
        if now() - held >= FRESH:
            asked = now()
            check()
            held = asked
        return answer({"ok": True})

    return routes
