"""The namespace `/admin`: what the panel asks, and who may listen to its feed."""

from collections.abc import Callable
from typing import Any

from flask import Request, request

from chatweb import protocol
from chatweb.chat.errors import ChatError, Invalid, Unauthenticated
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
        self._opened: dict[str, Request] = {}  # the request that opened each panel's connection

    def on_connect(self, sid: str, auth: object) -> None:
        given = auth.get("csrf_token") if isinstance(auth, dict) else None
        token = given if isinstance(given, str) else ""
        opened = Request(request.environ)
        self._who(opened, token)
        self._opened[sid] = opened
        self._feed.panels[sid] = Panel(token, lambda: self._lasts(opened, token))
        self._on_panels()

    def on_disconnect(self, sid: str) -> None:
        self._opened.pop(sid, None)
        self._feed.panels.pop(sid, None)
        self._on_panels()

    def _lasts(self, opened: Request, csrf_token: str) -> bool:
        try:
            self._who(opened, csrf_token)
        except ChatError:
            return False
        return True

    def on_malformed(self, _sid: str, *_sent: object) -> Ack:
        raise Invalid("error.event")

    def on_broadcast(self, sid: str, *sent: object) -> Ack:
        return {"ok": True, "message": self._desk.broadcast(self._take(sid, protocol.AdminBroadcast, sent), **self._acting(sid))}

    def on_post_message(self, sid: str, *sent: object) -> Ack:
        return {"ok": True, "message": self._desk.post_message(self._take(sid, protocol.AdminPost, sent))}

    def on_set_service(self, sid: str, *sent: object) -> Ack:
        return {"ok": True, "service": self._desk.set_service(self._take(sid, protocol.SetService, sent), **self._acting(sid))}

    def _take(self, sid: str, kind: type[Any], sent: tuple[object, ...]) -> Any:
        self._acting(sid)
        if len(sent) != 1:
            raise Invalid("error.payload")
        return protocol.parse(kind, sent[0])

    def _acting(self, sid: str) -> dict[str, str]:
        """Who acts and from where; asked each time, so that a session that has ended can do nothing."""
        opened, panel = self._opened.get(sid), self._feed.panels.get(sid)
        if opened is None or panel is None:
            raise Unauthenticated
        return {"administrator": self._who(opened, panel.csrf_token), "address": opened.remote_addr or ""}
