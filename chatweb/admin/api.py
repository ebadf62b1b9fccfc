"""``/admin/api``: the panel's calls. Each needs the panel's session, and the unsafe ones its CSRF token."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, g, request

from chatweb import protocol
from chatweb.admin import messages, people
from chatweb.admin.accounts import SESSION_LASTS, Accounts
from chatweb.admin.desk import Desk
from chatweb.admin.export import Export
from chatweb.admin.messages import page_limit
from chatweb.admin.status import Status
from chatweb.chat.moderation import Moderation
from chatweb.chat.person import Person
from chatweb.chat.presence import Presence
from chatweb.store.archive import SqlArchive
from chatweb.store.log import Log
from chatweb.web.answers import answer, body, number

_SAFE = {"GET", "HEAD"}
_OPEN = {"admin_api.sign_in", "admin_api.set_up"}


def blueprint(
    accounts: Accounts,
    desk: Desk,
    moderation: Moderation,
    status: Status,
    archive: SqlArchive,
    log: Log,
    presence: Presence,
    row: Callable[[Person], protocol.OnlineReply],
    export: Export,
    close_panels: Callable[[str], None],
    cookies: Any,
) -> Blueprint:
    """The calls of the panel; ``cookies`` gives and takes the panel's (``web.credentials.Credentials``)."""
    routes = Blueprint("admin_api", __name__, url_prefix="/admin/api")

    @routes.before_request
    def check() -> None:
        accounts.entrance.check(request)
        if request.endpoint in _OPEN:
            return
        g.session = accounts.find(request)
        if request.method not in _SAFE:
            accounts.check_csrf(request, request.headers.get("X-CSRF-Token", ""))

    def acting() -> dict[str, str]:
        return {"administrator": g.session.administrator, "address": request.remote_addr or ""}

    def signed_in(tokens: tuple[str, str, str]) -> Response:
        token, csrf_token, mark = tokens
        response = answer({"csrf_token": csrf_token}, 201)
        cookies.give_admin(response, token, secure=request.is_secure, lasts=SESSION_LASTS // 1000, mark=mark)
        return response

    @routes.post("/session")
    def sign_in() -> Response:
        ask = body(request, protocol.AdminSignIn)
        return signed_in(accounts.sign_in(ask.name, ask.password, guesser=cookies.guesser(request, admin=True)))

    @routes.delete("/session")
    def sign_out() -> Response:
        accounts.sign_out(g.session)
        close_panels(accounts.csrf_token_of(request))
        response = Response(status=204)
        cookies.take_admin(response, secure=request.is_secure)
        return response

    @routes.post("/setup")
    def set_up() -> Response:
        ask = body(request, protocol.AdminSetUp)
        return signed_in(accounts.set_up(ask.secret, ask.password, guesser=cookies.guesser(request, admin=True)))

    @routes.get("/status")
    def show_status() -> Response:
        return answer(status.report())

    @routes.put("/service")
    def set_service() -> Response:
        return answer({"service": desk.set_service(body(request, protocol.SetService), **acting())})

    @routes.delete("/ballast")
    def release_ballast() -> Response:
        desk.release_ballast(**acting())
        return Response(status=204)

    @routes.post("/messages")
    def post_message() -> Response:
        return answer({"message": desk.post_message(body(request, protocol.AdminPost))}, 201)

    @routes.post("/broadcasts")
    def broadcast() -> Response:
        return answer({"message": desk.broadcast(body(request, protocol.AdminBroadcast), **acting())}, 201)

    @routes.delete("/broadcasts/<int:message>")
    def unpin(message: int) -> Response:
        moderation.unpin(message, **acting())
        return Response(status=204)

    @routes.get("/activity")
    def activity() -> Response:
        found, cursor = log.activity(before=number(request, "cursor"), limit=page_limit(request))
        return answer({"activity": [protocol.activity(one) for one in found], **({"cursor": cursor} if cursor else {})})

    people.install(routes, moderation, archive, log, presence, row, acting)
    messages.install(routes, moderation, log, export, acting)
    return routes
