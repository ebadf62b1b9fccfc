"""What a first visit weighs, and that nobody who knows it already fetches it again."""

import gzip
import re

import pytest

from chatweb.web.scripts import without_comments

MOST = 100 * 1024  # bytes of a first visit's bodies, as a phone on plain HTTP gets them
IMPORTED = re.compile(r"^import [^;]*?from \"(\./|\.\./)([^\"]+)\"", re.MULTILINE)


def raw(browser, path, **headers):
    """The body as it travels."""
    answer = browser.call("GET", path, headers=headers, stream=True)
    return answer, answer.raw.read(decode_content=False)


def modules(browser, path, seen):
    """A module and all that it imports at once."""
    if path in seen:
        return
    seen.add(path)
    base, parent = path.rsplit("/", 1)[0], path.rsplit("/", 2)[0]
    for step, name in IMPORTED.findall(browser.call("GET", path).text):
        modules(browser, f"{base if step == './' else parent}/{name}", seen)


@pytest.mark.parametrize("path", ["/", "/static/js/chat.js", "/strings/id.json", "/style/tokens.dark.css", "/static/icons.svg"])
def test_text_travels_compressed_to_those_who_take_it(browser, path):
    plain, body = raw(browser, path, **{"Accept-Encoding": "identity"})
    packed, less = raw(browser, path, **{"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(less) == body
    assert len(less) < len(body)
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_what_is_known_is_not_sent_again(browser):
    for path in ("/static/js/chat.js", "/strings/id.json", "/style/tokens.dark.css"):
        known = browser.call("GET", path).headers["ETag"]
        assert browser.call("GET", path, headers={"If-None-Match": known}).status_code == 304


def test_secrets_of_the_api_are_not_compressed(browser):
    answer, _ = raw(browser, "/api/service", **{"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in answer.headers


def test_the_parts_of_a_style_come_in_the_order_asked_for(browser):
    tokens, dark = (browser.call("GET", f"/static/css/{name}.css").text for name in ("tokens", "dark"))

    assert browser.call("GET", "/style/tokens.dark.css").text == without_comments(f"{tokens}\n{dark}")


@pytest.mark.parametrize("names", ["nothing", "tokens.nothing", "..", "tokens..dark", "%2e%2e%2fapp", "a" * 5_000, "tokens." * 41 + "dark"])
def test_no_other_file_is_a_style(browser, names):
    assert browser.call("GET", f"/style/{names}.css").status_code == 404


def test_a_first_visit_to_the_chat_weighs_less_than_100_kb(browse, shared_server):
    browser = browse(shared_server)
    browser.call("POST", "/api/session", {"nickname": "Bobot Halaman"})
    page = browser.call("GET", "/").text
    loaded = {"/", "/strings/id.json", "/static/icons.svg", *re.findall(r'(?:href|src)="(/[^"]+)"', page)}
    scripts = set()
    modules(browser, "/static/js/main.js", scripts)

    weights = {path: len(raw(browser, path, **{"Accept-Encoding": "gzip"})[1]) for path in loaded | scripts}

    assert len(scripts) > 40, "for this test to mean anything"
    assert sum(weights.values()) < MOST, sorted(weights.items(), key=lambda each: -each[1])
