"""Pages and what they load: headers of every answer, the words, the language."""

import json
import re

import pytest

from chatweb.web.assets import PANELS
from chatweb.wording import LOCALES

STATIC = LOCALES.parent / "static"

PATHS = [
    "/",
    "/admin",
    "/admin/setup",
    "/api/service",
    "/api/session",
    "/healthz",
    "/assets/0/icon.svg",
    "/assets/0/strings/id.json",
    "/nowhere",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_lets_nothing_in_from_outside(browser, shared_server, path):
    headers = browser.call("GET", path).headers
    address = f"127.0.0.1:{shared_server.port}"

    assert dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; ")) == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' blob: data:",
        "media-src": "'self' blob:",
        "connect-src": f"'self' ws://{address} wss://{address}",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "manifest-src": "'self'",
        "worker-src": "'self'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "lit-html chatweb",
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Dest": "worker"}, {"Sec-Fetch-Dest": "serviceworker"}, {"Service-Worker": "script"}])
def test_a_script_that_is_to_be_a_worker_has_the_policy_of_a_page(browser, headers):
    page, script, worker = (
        browser.call("GET", path, headers=more)
        for path, more in (("/", {}), ("/assets/0/js/main.js", {}), ("/assets/0/js/main.js", headers))
    )

    assert worker.headers["Content-Security-Policy"] == page.headers["Content-Security-Policy"]
    assert "Content-Security-Policy" not in script.headers


@pytest.mark.parametrize("path", ["/", "/admin", "/admin/log", "/admin/setup"])
def test_a_page_has_no_inline_code_and_loads_nothing_from_elsewhere(browser, path):
    page = browser.call("GET", path).text

    assert "<script>" not in page
    assert "<style" not in page
    assert " onclick=" not in page
    assert " style=" not in page
    assert not [line for line in page.splitlines() if ('src="' in line or "<link" in line) and "//" in line]


def test_who_has_a_session_sees_the_chat_and_who_has_none_the_way_in(browse, shared_server):
    stranger, member = browse(shared_server), browse(shared_server)
    member.call("POST", "/api/session", {"nickname": "Halaman Utama"})

    assert stranger.call("GET", "/").text != member.call("GET", "/").text
    assert "no-store" in member.call("GET", "/").headers["Cache-Control"]


def test_who_is_banned_sees_the_way_in_too(visit, browse, steer, shared_server):
    banned = visit(shared_server, join=False)
    steer(shared_server).call("PUT", f"/people/{banned.id}/ban", {})

    page = banned.get("/")

    assert (page.status_code, page.text) == (200, browse(shared_server).call("GET", "/").text)


def test_a_page_is_dressed_in_each_part_once(browser):
    assert browser.call("GET", "/assets/0/style/layout.rail.css").status_code == 200
    assert browser.call("GET", "/assets/0/style/layout.rail.layout.css").status_code == 404


def test_every_asset_of_a_page_is_there(browser):
    for path in ("/", "/admin", "/admin/setup"):
        page = browser.call("GET", path).text
        assets = {part.split('"')[0] for part in page.split('"/assets/')[1:]}
        assert assets, "for this test to mean anything"
        assert [asset for asset in assets if browser.call("GET", f"/assets/{asset}").status_code != 200] == []


# Language


@pytest.mark.parametrize(
    ("cookie", "accepted", "expected"),
    [
        ("", "", "id"),
        ("", "en", "en"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "id-ID", "id"),
        ("", "in", "id"),
        ("", "in-ID,en;q=0.5", "id"),
        ("", "de,fr;q=0.5", "id"),
        ("", "de,en;q=0.5", "en"),
        ("", "*", "id"),
        ("", ";;;q=x,,", "id"),
        ("en", "id", "en"),
        ("id", "en", "id"),
        ("xx", "en", "en"),
        ("../en", "en", "en"),
    ],
)
def test_the_switch_decides_then_the_browser_then_the_default(browser, cookie, accepted, expected):
    page = browser.call("GET", "/", headers={"Cookie": f"locale={cookie}", "Accept-Language": accepted}).text

    assert f'lang="{expected}"' in page


def test_the_default_language_is_a_setting(browse, start_server):
    browser = browse(start_server(language="en"))

    assert 'lang="en"' in browser.call("GET", "/", headers={"Accept-Language": "de"}).text


# Words


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_words_are_those_of_the_catalog(browser, language):
    strings = json.loads((LOCALES / "strings.json").read_text("utf-8"))

    panel = browser.call("GET", f"/assets/0/strings/{language}/panel.json").json()
    chat = browser.call("GET", f"/assets/0/strings/{language}.json").json()

    assert panel == {key: words[language] for key, words in strings.items() if not key.startswith("error.")}
    assert chat == {key: words for key, words in panel.items() if not key.startswith(PANELS)}


def test_the_chat_page_needs_no_word_of_the_panels():
    templates = [STATIC.parent / "templates" / f"{name}.html" for name in ("chat", "join", "base")]
    scripts = [*(STATIC / "js").glob("*.js"), *templates]
    quoted = {key for path in scripts for key in re.findall(r"""["']([a-z]+\.[a-z0-9.]+)["']""", path.read_text("utf-8"))}
    strings = json.loads((LOCALES / "strings.json").read_text("utf-8"))

    assert len(quoted & set(strings)) > 100, "for this test to mean anything"
    assert {key for key in quoted & set(strings) if key.startswith(PANELS)} == set()


def test_words_that_are_known_are_not_sent_again(browser):
    tag = browser.call("GET", "/assets/0/strings/id.json").headers["ETag"]

    again = browser.call("GET", "/assets/0/strings/id.json", headers={"If-None-Match": tag})

    assert (again.status_code, again.content) == (304, b"")


# What is open to all


def test_the_service_says_what_a_page_needs_before_it_has_a_session(browser):
    service = browser.call("GET", "/api/service").json()

    assert set(service) == {"state", "name", "version", "epoch", "now", "limits"}
    assert (service["state"], service["limits"]["body"], service["limits"]["nickname"]) == ("running", 4000, 32)


def test_healthz_says_that_the_database_is_written_and_read(browser):
    reply = browser.call("GET", "/healthz")

    assert (reply.status_code, reply.json()) == (200, {"ok": True})
