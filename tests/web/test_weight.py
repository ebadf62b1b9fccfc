"""What a visit weighs and how many requests it takes, the first time and later; and that nothing is fetched that is known."""

import gzip
import re

import pytest

from chatweb.chat.errors import NotFound
from chatweb.web.assets import Assets
from chatweb.web.scripts import without_comments

MOST = 100 * 1024  # bytes of a first visit's bodies, as a phone on plain HTTP gets them
MOST_REQUESTS = 45
FETCHED = re.compile(r'new URL\("(\.\./[^"]+)", import\.meta\.url\)')


def raw(browser, path, **headers):
    """The body as it travels."""
    answer = browser.call("GET", path, headers=headers, stream=True)
    return answer, answer.raw.read(decode_content=False)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/assets/0/js/chat.js",
        "/assets/0/chat/main.js",
        "/assets/0/strings/id.json",
        "/assets/0/style/tokens.dark.css",
        "/assets/0/icons.svg",
    ],
)
def test_text_travels_compressed_to_those_who_take_it(browser, path):
    plain, body = raw(browser, path, **{"Accept-Encoding": "identity"})
    packed, less = raw(browser, path, **{"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(less) == body
    assert len(less) < len(body)
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_what_a_page_loads_is_kept_for_ever_under_its_version_and_asked_for_again_under_another(browser):
    [address] = re.findall(r'src="(/assets/[^"]+/join/join.js)"', browser.call("GET", "/").text)
    name = address.split("/", 3)[3]

    now, other = browser.call("GET", address), browser.call("GET", f"/assets/another/{name}")

    assert "immutable" in now.headers["Cache-Control"]
    assert "max-age=31536000" in now.headers["Cache-Control"]
    assert (other.status_code, other.headers["Cache-Control"], other.text) == (200, "no-cache", now.text)
    assert browser.call("GET", f"/assets/another/{name}", headers={"If-None-Match": other.headers["ETag"]}).status_code == 304


def test_secrets_of_the_api_are_not_compressed(browser):
    answer, _ = raw(browser, "/api/service", **{"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in answer.headers


def test_the_parts_of_a_style_come_in_the_order_asked_for(browser):
    tokens, dark = (browser.call("GET", f"/assets/0/css/{name}.css").text for name in ("tokens", "dark"))

    assert browser.call("GET", "/assets/0/style/tokens.dark.css").text == without_comments(f"{tokens}\n{dark}")


@pytest.mark.parametrize("names", ["nothing", "tokens.nothing", "..", "tokens..dark", "%2e%2e%2fapp", "a" * 5_000, "tokens." * 41 + "dark"])
def test_no_other_file_is_a_style(browser, names):
    assert browser.call("GET", f"/assets/0/style/{names}.css").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "js/../js/chat.js",
        "./js/chat.js",
        "js/./chat.js",
        "js//chat.js",
        "chat/../js/chat.js",
        "js/chat.js/",
        "js/" + "a" * 300,
        "x" * 5_000,
    ],
)
def test_what_pages_load_has_one_address_so_that_nobody_fills_the_memory_with_copies(path):
    with pytest.raises(NotFound):
        Assets({}).get(path)


def test_a_first_visit_to_the_chat_weighs_less_than_100_kb(browse, shared_server):
    browser = browse(shared_server)
    browser.call("POST", "/api/session", {"nickname": "Bobot Halaman"})
    page = browser.call("GET", "/").text
    named = set(re.findall(r'(?:href|src)="(/[^"]+)"', page))
    [pack] = [path for path in named if path.endswith("/chat/main.js")]
    base = pack.removesuffix("/chat/main.js")
    fetched = {f"{base}/{path.removeprefix('../')}" for path in FETCHED.findall(browser.call("GET", pack).text)}

    weights = {path: len(raw(browser, path, **{"Accept-Encoding": "gzip"})[1]) for path in {"/"} | named | fetched}

    assert {f"{base}/vendor/lit.js", f"{base}/vendor/socket.io.js", f"{base}/strings/id.json", f"{base}/icons.svg"} <= set(weights)
    assert len(weights) <= MOST_REQUESTS
    assert sum(weights.values()) < MOST, sorted(weights.items(), key=lambda each: -each[1])
