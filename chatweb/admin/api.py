"""``/admin/api``: the panel's calls. Each needs the panel's session, and the unsafe ones its CSRF token."""

from collections.abc import Callable

from flask import Blueprint, Response, g, request

from chatweb import protocol
from chatweb.admin.accounts import SESSION_LASTS, Accounts
from chatweb.admin.desk import Desk
from chatweb.admin.status import Status
from chatweb.chat.errors import Invalid
from chatweb.chat.moderation import Moderation
from chatweb.chat.person import Device, Person
from chatweb.chat.presence import Presence
from chatweb.chat.text import nickname_key
from chatweb.store.archive import SqlArchive
from chatweb.store.log import Filter, Log
from chatweb.web.answers import answer, body, number

PAGE = 100  # lines of the log at most
PEOPLE_PAGE = 500
_SAFE = {"GET", "HEAD"}
_OPEN = {"admin_api.sign_in", "admin_api.set_up"}
_SCOPES = ("public", "private", "broadcast")


def blueprint(
    accounts: Accounts,
    desk: Desk,
    moderation: Moderation,
    status: Status,
    archive: SqlArchive,
    log: Log,
    presence: Presence,
    row: Callable[[Person], protocol.OnlineReply],
    cookie: str,
) -> Blueprint:
    """The calls of the panel."""
    routes = Blueprint("admin_api", __name__, url_prefix="/admin/api")

    @routes.before_request
    def check() -> None:
        if request.endpoint in _OPEN:
            return
        g.session = accounts.find(request)
        if request.method not in _SAFE:
            accounts.check_csrf(request, request.headers.get("X-CSRF-Token", ""))

    def acting() -> dict[str, str]:
        return {"administrator": g.session.administrator, "address": request.remote_addr or ""}

    def signed_in(tokens: tuple[str, str]) -> Response:
        token, csrf_token = tokens
        response = answer({"csrf_token": csrf_token}, 201)
        response.set_cookie(cookie, token, max_age=SESSION_LASTS // 1000, httponly=True, samesite="Strict", secure=request.is_secure)
        return response

    @routes.post("/session")
    def sign_in() -> Response:
        ask = body(request, protocol.AdminSignIn)
        return signed_in(accounts.sign_in(ask.name, ask.password, address=request.remote_addr or ""))

    @routes.delete("/session")
    def sign_out() -> Response:
        accounts.sign_out(g.session)
        response = Response(status=204)
        response.delete_cookie(cookie, httponly=True, samesite="Strict")
        return response

    @routes.post("/setup")
    def set_up() -> Response:
        ask = body(request, protocol.AdminSetUp)
        return signed_in(accounts.set_up(ask.secret, ask.password, address=request.remote_addr or ""))

    @routes.get("/status")
    def show_status() -> Response:
        return answer(status.report())

    @routes.put("/service")
    def set_service() -> Response:
        return answer({"service": desk.set_service(body(request, protocol.SetService), **acting())})

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

    @routes.get("/people")
    def people() -> Response:
        query = nickname_key(request.args.get("q", "")[:100])
        if request.args.get("online"):
            found, more = [one for one in archive.people(presence.people()) if query in nickname_key(one.nickname)], False
        else:
            page = archive.search_people(query, after=number(request, "cursor", default=0) or 0, limit=PEOPLE_PAGE + 1)
            found, more = [one for one in page[:PEOPLE_PAGE] if not one.is_admin], len(page) > PEOPLE_PAGE
        last = log.user_agents([one.id for one in found if one.id not in presence])
        told = [_with_last(row(one), last.get(one.id)) for one in found]
        return answer({"people": told, **({"more": True, "cursor": page[PEOPLE_PAGE - 1].id} if more else {})})

    @routes.post("/people/<int:person>/kick")
    def kick(person: int) -> Response:
        moderation.kick(person, reason=body(request, protocol.Kick).reason, **acting())
        return Response(status=204)

    @routes.get("/messages")
    def messages() -> Response:
        entries, cursor = log.messages(_filter(), limit=_limit())
        told = [protocol.entry(entry.message, scope=entry.scope, room_kind=entry.room_kind, to=entry.to) for entry in entries]
        return answer({"messages": told, **({"cursor": cursor} if cursor else {})})

    @routes.get("/activity")
    def activity() -> Response:
        found, cursor = log.activity(before=number(request, "cursor"), limit=_limit())
        return answer({"activity": [protocol.activity(one) for one in found], **({"cursor": cursor} if cursor else {})})

    return routes


def _filter() -> Filter:
    scope = request.args.get("scope")
    if scope is not None and scope not in _SCOPES:
        raise Invalid("error.one_of", field="scope", names=", ".join(_SCOPES))
    return Filter(
        text=request.args.get("q", "")[:200],
        person=number(request, "person"),
        room=number(request, "room"),
        scope=scope,  # type: ignore[arg-type]
        kind=request.args.get("kind"),
        since=number(request, "since"),
        until=number(request, "until"),
        before=number(request, "cursor"),
    )


def _limit() -> int:
    limit = number(request, "limit", default=50) or 0
    if not 1 <= limit <= PAGE:
        raise Invalid("error.range", field="limit", low=1, high=PAGE)
    return limit


def _with_last(row: protocol.OnlineReply, last: tuple[str, str] | None) -> protocol.OnlineReply:
    if last is not None:
        device = Device(*last)
        row.address, row.system, row.browser = device.address, device.system, device.browser
    return row
