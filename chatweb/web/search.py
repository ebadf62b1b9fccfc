"""``GET /api/search``: messages that this person may read."""

from flask import Blueprint, Response, request

from chatweb import protocol
from chatweb.chat.errors import Invalid
from chatweb.chat.query import parse_query, snippet
from chatweb.chat.service import ChatService
from chatweb.chat.sessions import Sessions
from chatweb.store.archive import SqlArchive
from chatweb.store.search import KINDS, Search, Wanted
from chatweb.web.answers import answer, number
from chatweb.web.credentials import Credentials

LIMIT, MOST = 20, 50  # hits of a page


def blueprint(chat: ChatService, sessions: Sessions, archive: SqlArchive, search: Search, credentials: Credentials) -> Blueprint:
    """The search."""
    routes = Blueprint("search", __name__, url_prefix="/api")

    @routes.get("/search")
    def find() -> Response:
        chat.check_running()
        person = sessions.find(credentials.token(request)).person
        wanted = _wanted(person.id)
        if wanted.room is not None:
            archive.room_for(person.id, wanted.room)
        ids, more = search.find(wanted)
        messages = archive.readable_messages(person.id, ids)
        rooms = {room: archive.room_for(person.id, room) for room in {message.room for message in messages}}
        hits = [
            {
                "message": protocol.message(message, for_person=person.id),
                "room": protocol.room(rooms[message.room]),
                "snippet": snippet("\n".join([message.body, *(one.name for one in message.attachments)]), wanted.words),
            }
            for message in messages
        ]
        return answer({"hits": hits, "more": more})

    return routes


def _wanted(reader: int) -> Wanted:
    """What the address asks for.

    :raises Invalid: naming what is wrong.
    """
    words = parse_query(request.args.get("q", ""))
    kind = request.args.get("kind") or None
    given = {name: number(request, name) for name in ("room", "person", "before")}
    limit = number(request, "limit", default=LIMIT) or 0
    if not words and kind is None and given["room"] is None and given["person"] is None:
        raise Invalid("error.query_empty", field="q")
    if kind is not None and kind not in KINDS:
        raise Invalid("error.one_of", field="kind", names=", ".join(KINDS))
    if not 1 <= limit <= MOST:
        raise Invalid("error.range", field="limit", low=1, high=MOST)
    return Wanted(reader=reader, words=words, kind=kind, limit=limit, **given)
