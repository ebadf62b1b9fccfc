"""The pages of the chat, and what is open to all."""

from collections.abc import Callable

from flask import Blueprint, Flask, Response, render_template, request

from chatweb import protocol
from chatweb.chat.errors import Banned, Unauthenticated
from chatweb.chat.sessions import Sessions
from chatweb.web.answers import answer
from chatweb.web.assets import Assets
from chatweb.web.credentials import Credentials
from chatweb.wording import Wording


def blueprint(sessions: Sessions, credentials: Credentials, describe: Callable[[], protocol.ServiceReply]) -> Blueprint:
    """The pages and what is open to all."""
    routes = Blueprint("pages", __name__)

    @routes.get("/")
    def home() -> Response:
        try:
            sessions.find(credentials.token(request))
            page = render_template("chat.html")
        except (Unauthenticated, Banned):  # the page tells why nobody comes in, and by then a ban may be over
            page = render_template("join.html")
        return Response(page, mimetype="text/html", headers={"Cache-Control": "no-store", "Vary": "Cookie, Accept-Language"})

    @routes.get("/api/service")
    def service() -> Response:
        return answer(describe())

    return routes


def install(app: Flask, assets: Assets, wording: Wording, name: Callable[[], str]) -> None:
    """What every template may use."""

    @app.context_processor
    def context() -> dict[str, object]:
        return {
            "lang": wording.language,
            "t": wording.say,
            "service_name": name(),
            "asset": assets.address,
            "style": lambda *parts: assets.style(parts),
        }
