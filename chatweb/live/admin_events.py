"""The namespace `/admin`: what the panel asks, and who may listen to its feed."""

from collections.abc import Callable
from typing import Any

from flask import Request, request

from chatweb import protocol
from chatweb.chat.errors import ChatError, Invalid
from chatweb.live.answering import Ack, Answering, Refusals
from chatweb.live.feed import NAMESPACE, AdminFeed, Panel


class AdminEvents(Answering):
    """Each ask does what the HTTP call of the same body does, through the same verb of the desk."""

    asks = protocol.ADMIN_ASKS

    def __init__(
        self, desk: Any, feed: AdminFeed, *, refusals: Refusals, who: Callable[[Any, str], str], on_panels: Callable[[], None]
    ) -> None:
        """
        :param desk: the verbs of an administrator (``admin.desk.Desk``).
        :param who: the administrator's name behind a request and its CSRF token; raises when there is none.
        :param on_panels: called when a panel came or went.
        """
        super().__init__(NAMESPACE, refusals)
        self._desk = desk
        self._feed = feed
        self._who = who
        self._on_panels = on_panels

    def on_connect(self, auth: object = None) -> None:
        given = auth.get("csrf_token") if isinstance(auth, dict) else None
        token = given if isinstance(given, str) else ""
        self._who(request, token)
        request.environ["chatweb.csrf_token"] = token
        opened = Request(request.environ)
        self._feed.panels[request.sid] = Panel(token, lambda: self._lasts(opened, token))  # type: ignore[attr-defined]
        self._on_panels()

    def on_disconnect(self) -> None:
        self._feed.panels.pop(request.sid, None)  # type: ignore[attr-defined]
        self._on_panels()

    def _lasts(self, opened: Request, csrf_token: str) -> bool:
        try:
            self._who(opened, csrf_token)
        except ChatError:
            return False
        return True

    def on_malformed(self, *_sent: object) -> Ack:
        raise Invalid("error.event")

    def on_broadcast(self, *sent: object) -> Ack:
        return {"ok": True, "message": self._desk.broadcast(self._take(protocol.AdminBroadcast, sent), **self._acting())}

    def on_post_message(self, *sent: object) -> Ack:
        return {"ok": True, "message": self._desk.post_message(self._take(protocol.AdminPost, sent))}

    def on_set_service(self, *sent: object) -> Ack:
        return {"ok": True, "service": self._desk.set_service(self._take(protocol.SetService, sent), **self._acting())}

    def _take(self, kind: type[Any], sent: tuple[object, ...]) -> Any:
        self._acting()
        if len(sent) != 1:
            raise Invalid("error.payload")
        return protocol.parse(kind, sent[0])

    def _acting(self) -> dict[str, str]:
        """Who acts and from where; asked each time, so that a session that has ended can do nothing."""
        name = self._who(request, request.environ.get("chatweb.csrf_token") or "")
        return {"administrator": name, "address": request.remote_addr or ""}
