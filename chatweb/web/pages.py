"""The pages of the chat, and what they load: words, pictures, style and scripts, all from here."""

import re
from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, Flask, Response, render_template, request

from chatweb import protocol
from chatweb.chat.errors import Banned, NotFound, Unauthenticated
from chatweb.chat.sessions import Sessions
from chatweb.web.answers import answer
from chatweb.web.credentials import Credentials
from chatweb.web.scripts import without_comments
from chatweb.wording import Wording

STYLES = Path(__file__).parent.parent / "static" / "css"
PART = re.compile(r"[a-z][a-z_]{0,30}")
SERVERS = ("error.",)  # sentences that only the server says
# Wording of the panel alone: a phone that joins has no use for it.
PANELS = ("a.", "k.", "q.", "o.", "b.", "fd.", "l.", "ap.", "af.", "as.", "au.", "ch.", "kd.", "export.")


def blueprint(sessions: Sessions, credentials: Credentials, wording: Wording, describe: Callable[[], protocol.ServiceReply]) -> Blueprint:
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

    @routes.get("/strings/<language>.json")
    def strings(language: str) -> Response:
        return _words(language, without=(*SERVERS, *PANELS))

    @routes.get("/strings/<language>/panel.json")
    def panel_strings(language: str) -> Response:
        return _words(language, without=SERVERS)

    def _words(language: str, *, without: tuple[str, ...]) -> Response:
        if language not in wording.tables:
            raise NotFound
        told = {key: words for key, words in wording.tables[language].items() if not key.startswith(without)}
        response = answer(told)
        response.headers["Cache-Control"] = "no-cache"
        response.add_etag()
        return response.make_conditional(request)  # type: ignore[return-value]

    @routes.get("/style/<names>.css")
    def style(names: str) -> Response:
        parts = [STYLES / f"{name}.css" for name in names.split(".")]  # each once, so that no answer is larger than all of them
        if len(set(parts)) < len(parts) or not all(PART.fullmatch(part.stem) and part.is_file() for part in parts):
            raise NotFound
        response = Response(without_comments("\n".join(part.read_text("utf-8") for part in parts)), mimetype="text/css")
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

    def style(*parts: str) -> str:
        """One request for all that a page is dressed in: a file a component stays a matter of the checkout."""
        for part in parts:
            asset(f"css/{part}.css")
        return f"/style/{'.'.join(parts)}.css"

    @app.context_processor
    def context() -> dict[str, object]:
        return {"lang": wording.language, "t": wording.say, "service_name": name(), "asset": asset, "style": style}
