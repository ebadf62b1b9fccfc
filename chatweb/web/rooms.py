"""Reading over HTTP: rooms, history, changes, messages, people."""

from flask import Blueprint, Response, request

from chatweb import protocol
from chatweb.chat.errors import Invalid
from chatweb.chat.nickname import nickname_key
from chatweb.chat.person import Person
from chatweb.chat.rooms import Rooms
from chatweb.chat.service import ChatService
from chatweb.chat.sessions import Sessions
from chatweb.store.archive import SqlArchive
from chatweb.web.answers import answer, number
from chatweb.web.credentials import Credentials

PEOPLE_PAGE = 100


def blueprint(chat: ChatService, house: Rooms, sessions: Sessions, archive: SqlArchive, credentials: Credentials) -> Blueprint:
    """The calls that read."""
    routes = Blueprint("rooms", __name__, url_prefix="/api")

    def reader() -> Person:
        chat.check_running()
        return sessions.find(credentials.token(request)).person

    @routes.get("/rooms")
    def rooms() -> Response:
        mine = chat.memberships(reader())
        query = request.args.get("q", "")[:100]
        found = [membership for membership in mine if query.casefold() in membership.room.name.casefold()]
        last = archive.last_messages([membership.room.id for membership in found])
        own = [protocol.own_room(membership, last=last.get(membership.room.id)) for membership in found]
        known = {membership.room.id for membership in mine}
        return answer({"rooms": own + [protocol.room(room) for room in house.browse(query) if room.id not in known]})

    @routes.get("/rooms/<int:room>")
    def room(room: int) -> Response:
        found, people = house.members(reader(), room)
        told = [protocol.person(person, online=chat.is_online(person.id)) for person in people]
        return answer({"room": protocol.room(found, last=archive.last_messages([room]).get(room)), "people": told})

    @routes.get("/rooms/<int:room>/messages")
    def history(room: int) -> Response:
        person = reader()
        bounds = {name: number(request, name) for name in ("before", "after", "around")}
        page = chat.history(person, room, **bounds, limit=number(request, "limit", default=50) or 0)
        return answer({"messages": [protocol.message(message, for_person=person.id) for message in page.messages], "more": page.more})

    @routes.get("/rooms/<int:room>/changes")
    def changes(room: int) -> Response:
        person = reader()
        found = chat.changes(person, room, after=number(request, "after", default=0) or 0)
        told = protocol.changes(found, for_person=person.id)
        return answer(
            {"messages": told.messages, "revision": found.revision, "more": found.more, **({"reset": True} if found.reset else {})}
        )

    @routes.get("/rooms/<int:room>/marks")
    def marks(room: int) -> Response:
        return answer({"marks": [protocol.reach(reach) for reach in chat.reaches(reader(), room)]})

    @routes.get("/messages/<int:message>")
    def message(message: int) -> Response:
        person = reader()
        return answer({"message": protocol.message(chat.message(person, message), for_person=person.id)})

    @routes.get("/messages/<int:message>/receipts")
    def receipts(message: int) -> Response:
        return answer({"receipts": [protocol.receipt(receipt) for receipt in chat.receipts(reader(), message)]})

    @routes.get("/people")
    def people() -> Response:
        reader()
        ids = request.args.get("ids")
        if ids is not None:
            found, more = archive.people(_ids(ids)), False
        else:
            after = number(request, "cursor", default=0) or 0
            page = archive.search_people(nickname_key(request.args.get("q", "")[:100]), after=after, limit=PEOPLE_PAGE + 1)
            found, more = page[:PEOPLE_PAGE], len(page) > PEOPLE_PAGE
        told = [protocol.person(person, online=chat.is_online(person.id)) for person in found]
        return answer({"people": told, **({"cursor": found[-1].id} if more else {})})

    return routes


def _ids(text: str) -> list[int]:
    """The ids of a comma-separated list.

    :raises Invalid: when one is none, or there are more than 100.
    """
    ids = text.split(",")
    if len(ids) > PEOPLE_PAGE or not all(one.isascii() and one.isdigit() and len(one) < protocol.ID_DIGITS for one in ids):
        raise Invalid(field="ids")
    return [int(one) for one in ids]
