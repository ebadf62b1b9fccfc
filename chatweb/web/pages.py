"""The pages of the chat, and what they load: words, pictures, style and scripts, all from here."""

from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, Flask, Response, render_template, request

from chatweb import protocol
from chatweb.chat.errors import NotFound, Unauthenticated
from chatweb.chat.sessions import Sessions
from chatweb.web.answers import answer
from chatweb.web.credentials import Credentials
from chatweb.wording import Wording


def blueprint(sessions: Sessions, credentials: Credentials, wording: Wording, describe: Callable[[], protocol.ServiceReply]) -> Blueprint:
    """The pages and what is open to all."""
    routes = Blueprint("pages", __name__)

    @routes.get("/")
    def home() -> Response:
        try:
            sessions.find(credentials.token(request))
            page = render_template("chat.html")
        except Unauthenticated:
            page = render_template("join.html")
        return Response(page, mimetype="text/html", headers={"Cache-Control": "no-store", "Vary": "Cookie, Accept-Language"})

    @routes.get("/strings/<language>.json")
    def strings(language: str) -> Response:
        if language not in wording.tables:
            raise NotFound
        response = answer(wording.tables[language])
        response.headers["Cache-Control"] = "no-cache"
        response.add_etag()
        return response.make_conditional(request)  # type: ignore[return-value]

    @routes.get("/api/service")
    def service() -> Response:
        return answer(describe())

    return routes


def install(app: Flask, wording: Wording, name: Callable[[], str]) -> None:
    """What every template may use."""
    static = Path(app.static_folder or "")

    def asset(path: str) -> str:
        assert (static / path).is_file(), f"{path} is not there to be served"  # noqa: S101
        return f"/static/{path}"

    @app.context_processor
    def context() -> dict[str, object]:
        return {"lang": wording.language, "t": wording.say, "service_name": name(), "asset": asset}
