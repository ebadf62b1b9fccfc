"""``/admin/api/people``: who is here, and what an administrator can do to them."""

from collections.abc import Callable

from flask import Blueprint, Response, request

from chatweb import protocol
from chatweb.chat.moderation import Moderation
from chatweb.chat.nickname import nickname_key
from chatweb.chat.person import Device, Person
from chatweb.chat.presence import Presence
from chatweb.store.archive import SqlArchive
from chatweb.store.log import Log
from chatweb.web.answers import answer, body, number

PEOPLE_PAGE = 500


def install(
    routes: Blueprint,
    moderation: Moderation,
    archive: SqlArchive,
    log: Log,
    presence: Presence,
    row: Callable[[Person], protocol.OnlineReply],
    acting: Callable[[], dict[str, str]],
) -> None:
    """Add the calls to the panel's."""

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

    @routes.put("/people/<int:person>/mute")
    def mute(person: int) -> Response:
        ask = body(request, protocol.Restrict)
        moderation.mute(person, until=ask.until, reason=ask.reason, **acting())
        return Response(status=204)

    @routes.delete("/people/<int:person>/mute")
    def unmute(person: int) -> Response:
        moderation.unmute(person, **acting())
        return Response(status=204)

    @routes.put("/people/<int:person>/ban")
    def ban(person: int) -> Response:
        ask = body(request, protocol.Restrict)
        moderation.ban(person, until=ask.until, reason=ask.reason, **acting())
        return Response(status=204)

    @routes.delete("/people/<int:person>/ban")
    def unban(person: int) -> Response:
        moderation.unban(person, **acting())
        return Response(status=204)


def _with_last(row: protocol.OnlineReply, last: tuple[str, str] | None) -> protocol.OnlineReply:
    if last is not None:
        device = Device(*last)
        row.address, row.system, row.browser = device.address, device.system, device.browser
    return row
