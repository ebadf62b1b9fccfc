"""Browsers and programs that speak plain HTTP."""

import pytest
import requests

from tests.people import WAIT


class Browser(requests.Session):
    """Keeps cookies, and knows where the server is."""

    def __init__(self, url):
        super().__init__()
        self.trust_env = False
        self.url = url

    def call(self, method, path, body=None, **options):
        return self.request(method, self.url + path, json=body, timeout=WAIT, allow_redirects=False, **options)


@pytest.fixture
def browse():
    """Makes browsers; each closes with the test."""
    made = []

    def open_browser(server):
        made.append(Browser(server.url))
        return made[-1]

    yield open_browser
    for browser in made:
        browser.close()


@pytest.fixture
def browser(browse, shared_server):
    return browse(shared_server)
