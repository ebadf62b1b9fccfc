"""The pages of the panel, and the QR code of the join address."""

import io
from collections.abc import Callable

import segno
from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from chatweb.admin.accounts import Accounts
from chatweb.chat.errors import NotFound, Unauthenticated


def blueprint(accounts: Accounts, addresses: Callable[[], list[str]], needs_set_up: Callable[[], bool]) -> Blueprint:
    """The panel's pages; without a session each shows the sign-in."""
    routes = Blueprint("admin_pages", __name__, url_prefix="/admin")

    @routes.before_request
    def check() -> None:
        accounts.entrance.check(request)

    def page(template: str) -> Response:
        try:
            session = accounts.find(request)
            csrf_token = accounts.csrf_token_of(request)
            rendered = render_template(template, csrf_token=csrf_token, administrator=session.administrator)
        except Unauthenticated:
            rendered = render_template("admin/login.html", needs_set_up=needs_set_up())
        return Response(rendered, mimetype="text/html", headers={"Cache-Control": "no-store", "Vary": "Cookie, Accept-Language"})

    @routes.get("")
    def dashboard() -> Response:
        return page("admin/dashboard.html")

    @routes.get("/")
    def with_slash() -> BaseResponse:
        return redirect("/admin")

    @routes.get("/log")
    def log() -> Response:
        return page("admin/log.html")

    @routes.get("/setup")
    def set_up() -> Response:
        return Response(render_template("admin/setup.html"), mimetype="text/html", headers={"Cache-Control": "no-store"})

    @routes.get("/qr.svg")
    def qr() -> Response:
        accounts.find(request)
        url = request.args.get("url", "")
        if url not in addresses():
            raise NotFound
        picture = io.BytesIO()
        segno.make(url, error="m").save(picture, kind="svg", border=4, dark="#00222b", light="#ffffff", xmldecl=False, omitsize=True)
        return Response(picture.getvalue(), mimetype="image/svg+xml", headers={"Cache-Control": "no-store"})

    return routes
