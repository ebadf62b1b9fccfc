"""In front of Engine.IO: a polling request must come from the device that opened the session, and bring its packets in order."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

PATH = "/socket.io/"
POSTING = "chatweb.posting"  # stands in the environ of a connection while packets of it are handled
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class SocketGate:
    """Refuses JSONP, and polling with the bare session id: that is in the address, and addresses are seen."""

    def __init__(
        self, app: Wsgi, *, opened_by: Callable[[str], dict[str, Any] | None], credentials: Callable[[dict[str, Any]], str]
    ) -> None:
        """
        :param opened_by: answers the environ of the request that opened an Engine.IO session.
        :param credentials: what a request carries of tokens, or an empty string.
        """
        self._app = app
        self._opened_by = opened_by
        self._credentials = credentials

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(PATH):
            return self._app(environ, start_response)
        query = parse_qs(environ.get("QUERY_STRING", ""))
        opened = self._opened_by(query.get("sid", [""])[0])
        if not self._lets_in(environ, query, opened):
            return _refuse(start_response, "403 Forbidden", b"This socket was opened by somebody else, or without a session.\n")
        if environ.get("REQUEST_METHOD") != "POST" or opened is None:
            return self._app(environ, start_response)
        if POSTING in opened:  # handled beside it, its packets could overtake those
            return _refuse(start_response, "400 Bad Request", b"The packets before these have not been answered.\n")
        opened[POSTING] = True
        try:
            return self._app(environ, start_response)
        finally:
            del opened[POSTING]

    def _lets_in(self, environ: dict[str, Any], query: dict[str, list[str]], opened: dict[str, Any] | None) -> bool:
        if "j" in query:
            return False
        mine = self._credentials(environ)
        if "sid" not in query:
            return query.get("transport") == ["websocket"] or bool(mine)
        return opened is None or self._credentials(opened) == mine


def _refuse(start_response: Callable[..., Any], status: str, reason: bytes) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "text/plain"), ("Connection", "close")])
    return [reason]
