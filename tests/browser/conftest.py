"""Chromium, and people who sit before it."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.server import Server

MARKS = itertools.count(1)  # counted, since four random digits meet again in one run of thirteen
CHROMIUM = "/usr/bin/chromium"
HOST = "chat.test"  # a name without TLS: no secure context, as on http://192.168.x.y
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}

expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all; each test has contexts of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", f"--host-resolver-rules=MAP {HOST} 127.0.0.1"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for all tests of the chat page that leave it running; it answers to the insecure name."""
    server = Server(tmp_path_factory.mktemp("street"), limits="off", hosts=HOST).start()
    yield server
    server.stop()
    assert "Traceback" not in server.log, server.log
# Some of what the policy stops is told by this event alone, Trusted Types among it.
REPORT = """addEventListener("securitypolicyviolation", (event) =>
    console.error(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`))"""


class Visitor:
    """Somebody before a screen. The page's parts are named as a person would name them."""

    def __init__(self, context: BrowserContext, server: Server, nickname: str) -> None:
        self.context = context
        self.server = server
        self.nickname = nickname
        self.page = context.new_page()

    def visits(self, path: str = "/") -> "Visitor":
        self.page.goto(f"http://{HOST}:{self.server.port}{path}")
        return self

    def joins(self) -> "Visitor":
        """By the form, as everybody."""
        self.visits()
        self.page.locator("#nickname").fill(self.nickname)
        self.page.locator("#go").click()
        return self.is_in()

    def is_here(self) -> "Visitor":
        """As somebody who joined before: half the time, for tests that are not about joining."""
        answer = requests.post(f"{self.server.url}/api/session", json={"nickname": self.nickname}, timeout=15)
        assert answer.status_code == 201, answer.text
        address = f"http://{HOST}:{self.server.port}"
        self.context.add_cookies([{"name": cookie.name, "value": cookie.value or "", "url": address} for cookie in answer.cookies])
        return self.visits().is_in()

    def is_in(self) -> "Visitor":
        expect(self.page.locator(".composer textarea")).to_be_enabled()
        expect(self.page.locator(".rail .pulse")).to_be_attached()
        return self

    @property
    def field(self) -> Any:
        return self.page.locator(".composer textarea")

    @property
    def strip(self) -> Any:
        return self.page.locator(".strip")

    @property
    def gate(self) -> Any:
        return self.page.locator("#gate")

    def says(self, text: str) -> None:
        self.field.fill(text)
        self.page.locator(".composer [type=submit]").click()

    def message(self, text: str) -> Any:
        return self.page.locator("article", has_text=text)

    def tick(self, text: str) -> Any:
        return self.message(text).locator(".tick")

    def conversation(self, name: str) -> Any:
        return self.page.locator(".conversation", has=self.page.locator(".conversation__name", has_text=name))

    def talks_to(self, nickname: str) -> None:
        """Opens the talk with somebody from the list of people."""
        if self.page.locator(".tabs").is_visible():
            self.page.locator(".tabs a", has_text="Orang").click()
        self.page.locator("a.person", has_text=nickname).click()
        expect(self.page.locator("#header .bar__title")).to_have_text(nickname)


@pytest.fixture
def visitors(browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors, who speak Bahasa Indonesia; no page of theirs may throw or break the content policy."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def come(server: Server, nickname: str = "", *, device: dict[str, Any] = DESKTOP, **options: Any) -> Visitor:
        context = browser.new_context(**{"locale": "id-ID", "timezone_id": "Asia/Jakarta", **device, **options})
        contexts.append(context)
        context.add_init_script(REPORT)
        visitor = Visitor(context, server, nickname or f"Tamu {next(MARKS):03d}")
        visitor.page.on("pageerror", lambda error: faults.append(f"{error}\n{error.stack}"))
        visitor.page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
        return visitor

    come.faults = faults  # type: ignore[attr-defined]
    yield come
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def names() -> Callable[[str], str]:
    """Names that no other test of the same server takes."""
    mark = f"{next(MARKS):03d}"
    return lambda name: f"{name} {mark}"
