"""``/api/session``: coming in, staying oneself, leaving for good."""

import segno
from flask import Blueprint, Response, request

from chatweb import protocol
from chatweb.chat.errors import Invalid, Unauthenticated
from chatweb.chat.person import Session
from chatweb.chat.service import ChatService
from chatweb.chat.sessions import Begun, Sessions
from chatweb.web.answers import answer, body
from chatweb.web.credentials import Credentials, device
from chatweb.wording import Wording


def blueprint(chat: ChatService, sessions: Sessions, credentials: Credentials, wording: Wording) -> Blueprint:
    """The calls of ``/api/session``."""
    routes = Blueprint("session", __name__, url_prefix="/api/session")

    def present() -> Session:
        chat.check_running()
        return sessions.find(credentials.token(request))

    def describe(session: Session) -> protocol.PersonReply:
        return protocol.person(session.person, online=chat.is_online(session.person.id))

    def current() -> tuple[Session, str] | None:
        token = credentials.token(request)
        try:
            return (sessions.find(token), token) if token else None
        except Unauthenticated:
            return None

    @routes.post("")
    def begin() -> Response:
        ask = body(request, protocol.BeginSession)
        if (ask.nickname is None) == (ask.link is None):
            raise Invalid("error.one_of", field="nickname", names="nickname, link")
        if ask.link is not None:
            return welcome(sessions.redeem(ask.link, device(request), current=current()))
        begun = sessions.begin(
            ask.nickname or "",
            device(request),
            pin=ask.pin,
            client_id=ask.client_id,
            locale=wording.language,
            current=current(),
            old_token=credentials.token(request),
            guesser=credentials.guesser(request),
        )
        return welcome(begun)

    def welcome(begun: Begun) -> Response:
        response = answer({"person": describe(begun.session), "token": begun.token}, 201 if begun.created else 200)
        credentials.give(response, begun.token, secure=request.is_secure, mark=sessions.mark_browser(begun.session.person))
        return response

    @routes.get("")
    def show() -> Response:
        session = present()
        return answer({"person": describe(session), **({"pin": True} if session.person.has_pin else {})})

    @routes.patch("")
    def change() -> Response:
        session = present()
        ask = body(request, protocol.ChangeSession)
        person = sessions.change(
            session.person,
            nickname=ask.nickname,
            pin=ask.pin,
            locale=ask.locale,
            avatar=ask.avatar or None,
            no_avatar=ask.avatar is None,
        )
        response = answer({"person": protocol.person(person, online=chat.is_online(person.id))})
        if ask.pin is not None:
            credentials.know(response, sessions.mark_browser(person), secure=request.is_secure)
        return response

    @routes.delete("")
    def end() -> Response:
        sessions.end(present(), device(request))
        response = Response(status=204)
        credentials.take(response, secure=request.is_secure)
        return response

    @routes.get("/devices")
    def devices() -> Response:
        session = present()
        return answer({"devices": [protocol.known_device(known, current=session.id) for known in sessions.devices(session.person)]})

    @routes.delete("/devices/<int:known>")
    def sign_out(known: int) -> Response:
        sessions.sign_out(present().person, known, device(request))
        return Response(status=204)

    @routes.post("/links")
    def link() -> Response:
        secret, expires_at = sessions.make_link(present().person)
        url = f"{request.host_url}#link={secret}"
        picture = segno.make(url, error="m").svg_data_uri(scale=4, border=4, dark="#00222b", light="#ffffff")
        return answer({"url": url, "expires_at": expires_at, "qr": picture}, 201)

    return routes
