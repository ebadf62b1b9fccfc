"""What a request carries to say who it is: a cookie of ours, or ``Authorization: Bearer``."""

import hashlib
import ipaddress
from typing import Any

from flask import Request, Response
from werkzeug.http import parse_cookie

from chatweb.chat.guesses import Guesser
from chatweb.chat.person import Device

# Headers by which proxies hand on who really asks. They open nothing, wherever they come from.
FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_X_REAL_IP", "HTTP_VIA")
PEER = "chatweb.peer"  # put there by host.py: REMOTE_ADDR may be what a proxy says
YEAR = 365 * 24 * 3600  # seconds that a cookie lasts


class Credentials:
    """Knows our cookies. Cookies know no ports, so the names carry the instance's id.

    Under TLS the names begin with ``__Host-``: browsers then take such a cookie from this very host alone, by TLS alone.
    """

    def __init__(self, key: bytes) -> None:
        self._instance = hashlib.sha256(b"cookie\0" + key).hexdigest()[:8]
        self._own = f"chatweb_{self._instance}"
        self._admin = f"chatweb_admin_{self._instance}"
        self._known = f"chatweb_known_{self._instance}"
        self._admin_known = f"chatweb_admin_known_{self._instance}"

    def token(self, request: Request) -> str | None:
        """The token of a device: of a program by header, of a page by cookie."""
        return bearer(request.environ) or request.cookies.get(_named(self._own, secure=request.is_secure))

    def admin_token(self, request: Request) -> str | None:
        """The token of a panel."""
        return request.cookies.get(_named(self._admin, secure=request.is_secure))

    def of(self, environ: dict[str, Any]) -> str:
        """All that a request carries of tokens, to compare two requests; an empty string for none."""
        cookies = parse_cookie(environ.get("HTTP_COOKIE"))
        secure = environ.get("wsgi.url_scheme") == "https"
        carried = [bearer(environ) or "", *(cookies.get(_named(name, secure=secure), "") for name in (self._own, self._admin))]
        return "\0".join(carried) if any(carried) else ""

    def give(self, response: Response, token: str, *, secure: bool, mark: str = "") -> None:
        """Let a browser keep a device's token, and the mark that it is known by when it comes back with a PIN."""
        _set(response, self._own, token, secure=secure, lasts=YEAR, same_site="Lax")
        if mark:
            self.know(response, mark, secure=secure)

    def know(self, response: Response, mark: str, *, secure: bool) -> None:
        """Let a browser keep the mark that it is known by."""
        _set(response, self._known, mark, secure=secure, lasts=YEAR, same_site="Strict")

    def take(self, response: Response, *, secure: bool) -> None:
        """Let a browser forget its token; its mark stays, or leaving would make a stranger of it."""
        _set(response, self._own, "", secure=secure, lasts=0, same_site="Lax")

    def give_admin(self, response: Response, token: str, *, secure: bool, lasts: int, mark: str) -> None:
        """Let a browser keep a panel's token for ``lasts`` seconds, and the mark that it is known by afterwards."""
        _set(response, self._admin, token, secure=secure, lasts=lasts, same_site="Strict")
        _set(response, self._admin_known, mark, secure=secure, lasts=YEAR, same_site="Strict")

    def take_admin(self, response: Response, *, secure: bool) -> None:
        """Let a browser forget a panel's token."""
        _set(response, self._admin, "", secure=secure, lasts=0, same_site="Strict")

    def guesser(self, request: Request, *, admin: bool = False) -> Guesser:
        """Where a guess at a PIN, or at an administrator's password, comes from."""
        name = _named(self._admin_known if admin else self._known, secure=request.is_secure)
        return Guesser(request.remote_addr or "", request.cookies.get(name, ""), is_near(request.environ))


def is_near(environ: dict[str, Any]) -> bool:
    """Whether a request comes from a program on this very machine: by the socket's peer, and not handed on by a proxy."""
    if any(name in environ for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(environ.get(PEER, environ.get("REMOTE_ADDR", ""))).is_loopback
    except ValueError:
        return False


def _named(name: str, *, secure: bool) -> str:
    return f"__Host-{name}" if secure else name


def _set(response: Response, name: str, value: str, *, secure: bool, lasts: int, same_site: str) -> None:
    response.set_cookie(_named(name, secure=secure), value, max_age=lasts, path="/", httponly=True, samesite=same_site, secure=secure)


def bearer(environ: dict[str, Any]) -> str | None:
    """The token of an ``Authorization: Bearer`` header."""
    scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def device(request: Request) -> Device:
    """Where a request comes from; the socket's peer, never a header."""
    return Device(request.remote_addr or "", request.headers.get("User-Agent", ""))
