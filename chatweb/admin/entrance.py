"""From where the panel can be reached at all: ``CHATWEB_ADMIN_FROM``."""

from collections.abc import Callable
from typing import Any

from flask import Request

from chatweb.chat.errors import Forbidden


class Entrance:
    """Lets requests to the panel in from everywhere (``any``), over TLS or from this machine (``secure``), or from it alone (``local``)."""

    def __init__(self, admin_from: str, is_near: Callable[[dict[str, Any]], bool]) -> None:
        """:param is_near: whether a request comes from this very machine, and through no proxy."""
        self._from = admin_from
        self._is_near = is_near

    def check(self, request: Request) -> None:
        """Let a request in.

        :raises Forbidden: saying from where the panel can be reached.
        """
        if self._from == "any" or self._is_near(request.environ) or (self._from == "secure" and request.is_secure):
            return
        raise Forbidden("error.admin_from_secure" if self._from == "secure" else "error.admin_from_local")
