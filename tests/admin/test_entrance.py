"""From where the panel can be reached."""

import pytest
import requests
from flask import Request
from werkzeug.test import EnvironBuilder

from chatweb.admin.entrance import Entrance
from chatweb.chat.errors import Forbidden
from chatweb.web.credentials import is_near
from tests.people import WAIT

HTTP, HTTPS = "http://chat.lan", "https://chat.lan"
FORWARDED = {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}


def may_come(admin_from, url, peer, **environ):
    request = Request(EnvironBuilder(base_url=url, environ_overrides={"REMOTE_ADDR": peer, **environ}).get_environ())
    try:
        Entrance(admin_from, is_near).check(request)
    except Forbidden:
        return False
    return True


@pytest.mark.parametrize(
    ("admin_from", "url", "peer", "environ", "may"),
    [
        ("any", HTTP, "192.168.1.9", {}, True),
        ("secure", HTTP, "192.168.1.9", {}, False),
        ("secure", HTTPS, "192.168.1.9", {}, True),
        ("secure", HTTP, "127.0.0.1", {}, True),
        ("secure", HTTP, "127.0.0.1", FORWARDED, False),
        ("local", HTTPS, "192.168.1.9", {}, False),
        ("local", HTTP, "::1", {}, True),
        ("local", HTTPS, "127.0.0.1", FORWARDED, False),
        ("local", HTTP, "127.0.0.1", {"chatweb.peer": "192.168.1.9"}, False),
    ],
)
def test_the_setting_says_from_where_the_panel_is_reached(admin_from, url, peer, environ, may):
    assert may_come(admin_from, url, peer, **environ) is may


def test_what_may_not_come_in_gets_no_page_no_call_and_no_feed(start_server):
    server = start_server(admin_from="local")
    through_a_proxy = {"X-Forwarded-For": "127.0.0.1"}
    with requests.Session() as http:
        http.trust_env = False

        def asks(method, path, headers):
            body = {"password": "x"} if method == "POST" else None
            return http.request(method, server.url + path, headers=headers, json=body, timeout=WAIT)

        ways = [("GET", "/admin"), ("GET", "/admin/setup"), ("GET", "/admin/api/status"), ("POST", "/admin/api/session")]
        refused = [asks(method, path, through_a_proxy) for method, path in ways]
        let_in = [asks(method, path, {}).status_code for method, path in ways]

    assert [reply.status_code for reply in refused] == [403] * 4
    assert "komputer tempat chatweb" in refused[-1].json()["detail"]
    assert let_in == [200, 200, 401, 403]
