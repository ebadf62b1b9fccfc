"""In front of everything: the Host must be ours (DNS rebinding), the Origin of what changes something too (other pages)."""

import contextlib
import ipaddress
import json
import re
from collections.abc import Callable, Iterable
from typing import Any

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.\-_]+)(?::(\d{1,5}))?")
_SAFE = {"GET", "HEAD", "OPTIONS"}
_USUAL_PORT = {"http": ":80", "https": ":443"}
SOCKETS = "/socket.io/"
PEER = "chatweb.peer"  # in the environ: the address at the other end of the socket, whoever it may be for


class HostGate:
    """Lets in requests for an address literal or one of our names; unsafe ones and sockets from our own pages only."""

    def __init__(self, app: Wsgi, names: set[str], proxies: Iterable[Network] = ()) -> None:
        """
        :param names: in lower case, without ports.
        :param proxies: who may say in ``X-Forwarded-*`` for whom a request is; of all others it says nothing.
        """
        self._app = app
        self._names = names
        self._proxies = tuple(proxies)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ[PEER] = environ.get("REMOTE_ADDR", "")
        if self._is_proxy(environ[PEER]):
            self._take_forwarded(environ)
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
        if environ["REQUEST_METHOD"] in _SAFE and not (environ.get("PATH_INFO", "") + "/").startswith(SOCKETS):
            return None
        origin = environ.get("HTTP_ORIGIN")
        if origin is not None and _usual(origin) != _usual(f"{environ['wsgi.url_scheme']}://{host}"):
            return "This was sent by a page of another site."
        if environ.get("HTTP_SEC_FETCH_SITE", "same-origin") not in {"same-origin", "none"}:
            return "This was sent by a page of another site."
        return None

    def _is_ours(self, host: str) -> bool:
        try:
            if host.startswith("["):
                ipaddress.IPv6Address(host[1:-1])
            else:
                ipaddress.IPv4Address(host)
        except ValueError:
            return host.lower().rstrip(".") in self._names
        return True

    def _is_proxy(self, address: str) -> bool:
        if not self._proxies:
            return False
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(ip in network for network in self._proxies)

    def _take_forwarded(self, environ: dict[str, Any]) -> None:
        """Take over what a proxy of ours says; of a list the last is what it has added itself, and what was there before may be forged."""
        for address in reversed(_list(environ, "HTTP_X_FORWARDED_FOR")):
            with contextlib.suppress(ValueError):
                environ["REMOTE_ADDR"] = str(ipaddress.ip_address(address))
            if not self._is_proxy(address):
                break
        for scheme in _list(environ, "HTTP_X_FORWARDED_PROTO")[-1:]:
            if scheme.lower() in _USUAL_PORT:
                environ["wsgi.url_scheme"] = scheme.lower()
        for host in _list(environ, "HTTP_X_FORWARDED_HOST")[-1:]:
            environ["HTTP_HOST"] = host


def _list(environ: dict[str, Any], name: str) -> list[str]:
    return [part.strip() for part in environ.get(name, "").split(",") if part.strip()]


def _usual(origin: str) -> str:
    """An origin as a browser writes it: in lower case, without the usual port."""
    scheme, _, rest = origin.lower().partition("://")
    return f"{scheme}://{rest.removesuffix(_USUAL_PORT.get(scheme, ''))}" if scheme in _USUAL_PORT else origin
