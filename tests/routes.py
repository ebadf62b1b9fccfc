"""The HTTP calls of chatweb, read off its code: a call that is added is tested without a word."""

import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from chatweb.app import create_app
from chatweb.config import Settings


@dataclass(frozen=True)
class Route:
    """One method of one address; ``<int:room>`` and the like stand in it as they are."""

    method: str
    path: str

    def __str__(self):
        return f"{self.method} {self.path}"


@cache
def routes():
    """Every call and page, without HEAD and OPTIONS."""
    with tempfile.TemporaryDirectory() as folder:
        chatweb = create_app(Settings(instance=Path(folder) / "instance", uploads=Path(folder) / "uploads"), port=lambda: 1)
        app = chatweb.wsgi
        while hasattr(app, "_app"):  # what stands in front of it
            app = app._app
        found = {Route(method, rule.rule) for rule in app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}}
        chatweb.lifecycle.end()
    return sorted(found, key=str)


def calls(prefix):
    """Those whose address begins so."""
    return [route for route in routes() if route.path.startswith(prefix)]
