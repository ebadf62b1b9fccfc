"""What a request carries to say who it is: a cookie of ours, or ``Authorization: Bearer``."""

import hashlib
from typing import Any

from flask import Request, Response
from werkzeug.http import parse_cookie

from chatweb.chat.person import Device

YEAR = 365 * 24 * 3600  # seconds that a cookie lasts


class Credentials:
    """Knows the names of our cookies: cookies know no ports, so the names carry the instance's id."""

    def __init__(self, key: bytes) -> None:
        instance = hashlib.sha256(b"cookie\0" + key).hexdigest()[:8]
        self.cookie = f"chatweb_{instance}"
        self.admin_cookie = f"chatweb_admin_{instance}"

    def token(self, request: Request) -> str | None:
        """The token of a device: of a program by header, of a page by cookie."""
        return bearer(request.environ) or request.cookies.get(self.cookie)

    def of(self, environ: dict[str, Any]) -> str:
        """All that a request carries of tokens, to compare two requests; an empty string for none."""
        cookies = parse_cookie(environ.get("HTTP_COOKIE"))
        carried = [bearer(environ) or "", cookies.get(self.cookie, ""), cookies.get(self.admin_cookie, "")]
        return "\0".join(carried) if any(carried) else ""

    def give(self, response: Response, token: str, *, secure: bool) -> None:
        """Let a browser keep a device's token."""
        response.set_cookie(self.cookie, token, max_age=YEAR, httponly=True, samesite="Lax", secure=secure)

    def take(self, response: Response) -> None:
        """Let a browser forget its token."""
        response.delete_cookie(self.cookie, httponly=True, samesite="Lax")


def bearer(environ: dict[str, Any]) -> str | None:
    """The token of an ``Authorization: Bearer`` header."""
    scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def device(request: Request) -> Device:
    """Where a request comes from; the socket's peer, never a header."""
    return Device(request.remote_addr or "", request.headers.get("User-Agent", ""))
