"""In front of everything: the Host must be ours (DNS rebinding), the Origin of what changes something too (other pages)."""

import ipaddress
import json
import re
from collections.abc import Callable, Iterable
from typing import Any

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.\-_]+)(?::(\d{1,5}))?")
_SAFE = {"GET", "HEAD", "OPTIONS"}
SOCKETS = "/socket.io/"


class HostGate:
    """Lets in requests for an address literal or one of our names; unsafe ones and sockets from our own pages only."""

    def __init__(self, app: Wsgi, names: set[str]) -> None:
        """``names``: in lower case, without ports."""
        self._app = app
        self._names = names

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        detail = self._objection(environ)
        if detail is None:
            return self._app(environ, start_response)
        body = json.dumps({"type": "about:blank", "title": "Forbidden", "status": 403, "code": "forbidden", "detail": detail}).encode()
        headers = [("Content-Type", "application/problem+json"), ("Content-Length", str(len(body))), ("Connection", "close")]
        start_response("403 Forbidden", headers)
        return [body]

    def _objection(self, environ: dict[str, Any]) -> str | None:
        host = environ.get("HTTP_HOST", "")
        match = _HOST.fullmatch(host)
        if not match or not self._is_ours(match[1]):
            return "This address is not one of this chat; the operator can add it to CHATWEB_HOSTS."
        if environ["REQUEST_METHOD"] in _SAFE and not environ.get("PATH_INFO", "").startswith(SOCKETS):
            return None
        origin = environ.get("HTTP_ORIGIN")
        if origin is not None and origin.lower() != f"{environ['wsgi.url_scheme']}://{host}".lower():
            return "This was sent by a page of another site."
        if environ.get("HTTP_SEC_FETCH_SITE", "same-origin") not in {"same-origin", "none"}:
            return "This was sent by a page of another site."
        return None

    def _is_ours(self, host: str) -> bool:
        try:
            ipaddress.ip_address(host.strip("[]"))
        except ValueError:
            return host.lower().rstrip(".") in self._names
        return True
