"""In front of Engine.IO: a polling request must come from the device that opened the session."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

PATH = "/socket.io/"
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
        if environ.get("PATH_INFO", "").startswith(PATH) and not self._lets_in(environ):
            start_response("403 Forbidden", [("Content-Type", "text/plain"), ("Connection", "close")])
            return [b"This socket was opened by somebody else, or without a session.\n"]
        return self._app(environ, start_response)

    def _lets_in(self, environ: dict[str, Any]) -> bool:
        query = parse_qs(environ.get("QUERY_STRING", ""))
        if "j" in query:
            return False
        mine = self._credentials(environ)
        sid = query.get("sid", [""])[0]
        if not sid:
            return query.get("transport") == ["websocket"] or bool(mine)
        opened = self._opened_by(sid)
        return opened is None or self._credentials(opened) == mine
