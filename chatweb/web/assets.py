"""What pages load: scripts, styles, pictures and words, each under an address that its content has a part in.

``/assets/VERSION/…`` never changes, so a browser keeps it for ever; another version (a page from before an update that loads
a part later) is answered with what there is now, and kept by nobody. Each answer is made and compressed once.
"""

import gzip
import hashlib
import json
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flask import Blueprint, Response, request

from chatweb.chat.errors import NotFound
from chatweb.web.packs import Pack
from chatweb.web.scripts import without_comments

STATIC = Path(__file__).parent.parent / "static"
SCRIPTS = STATIC / "js"
PACKS = {"chat": "main.js", "join": "join.js"}  # page → the module that it begins with
PART = re.compile(r"[a-z][a-z_]{0,30}")
# One spelling for each: what is made is kept by it, so that whoever asks for `js/../js/main.js` fills no memory.
PLAIN = re.compile(r"(?=.{1,250}\Z)[\w-]+(?:[./][\w-]+)*", re.ASCII)
SMALLEST = 512  # bytes: below it the headers weigh more than what is saved
TEXT = frozenset({"text/css", "text/javascript", "application/json", "image/svg+xml"})
FOR_EVER = "public, max-age=31536000, immutable"
SERVERS = ("error.",)  # sentences that only the server says
# Wording of the panel alone: a phone that joins has no use for it.
PANELS = ("a.", "k.", "q.", "o.", "b.", "fd.", "l.", "ap.", "af.", "as.", "au.", "ch.", "kd.", "export.")


@dataclass(frozen=True)
class Asset:
    """One answer, whole."""

    body: bytes
    media_type: str

    @cached_property
    def packed(self) -> bytes | None:
        """The same for those who take gzip; none where it would save nothing."""
        if self.media_type not in TEXT or len(self.body) < SMALLEST:
            return None
        return gzip.compress(self.body, 9, mtime=0)

    @cached_property
    def tag(self) -> str:
        return hashlib.sha256(self.body).hexdigest()[:20]


class Assets:
    """Everything that pages load."""

    def __init__(self, tables: Mapping[str, Mapping[str, str]]) -> None:
        """``tables``: the wording by language."""
        self._tables = tables
        self._packs = {page: Pack(SCRIPTS, entry) for page, entry in PACKS.items()}
        self._made: dict[str, Asset] = {}
        self.version = self._version()

    def address(self, path: str) -> str:
        """Where a page finds it."""
        self.get(path)  # a page that names what is not there is a fault of ours: it is found by the first who opens it
        return f"/assets/{self.version}/{path}"

    def get(self, path: str) -> Asset:
        """What is at ``path``.

        :raises NotFound: when nothing is.
        """
        asset = self._made.get(path)
        if asset is None:
            if not PLAIN.fullmatch(path):
                raise NotFound
            asset = self._make(path)
            if not path.startswith("style/"):  # whoever asks for parts in ever other orders fills no memory
                self._made[path] = asset
        return asset

    def style(self, names: tuple[str, ...]) -> str:
        """The address of one style of several parts; those that pages name are made once."""
        path = f"style/{'.'.join(names)}.css"
        if path not in self._made:
            self._made[path] = self._make(path)
        return self.address(path)

    def _make(self, path: str) -> Asset:
        folder, _, name = path.partition("/")
        if folder in self._packs:
            return _script(self._packed(folder, name))
        if folder == "style":
            return Asset(_style(name.removesuffix(".css").split(".")), "text/css")
        if folder == "strings":
            return Asset(self._words(name), "application/json")
        return _file(path)

    def _packed(self, page: str, module: str) -> str:
        pack, entry = self._packs[page], PACKS[page]
        if module == entry:
            return pack.script
        if module in pack.modules:
            return pack.stand_in(module, entry)
        return _file(f"js/{module}").body.decode()

    def _words(self, name: str) -> bytes:
        language, _, part = name.removesuffix(".json").partition("/")
        if language not in self._tables or part not in {"", "panel"} or not name.endswith(".json"):
            raise NotFound
        without = SERVERS if part else (*SERVERS, *PANELS)
        told = {key: words for key, words in self._tables[language].items() if not key.startswith(without)}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()

    def _version(self) -> str:
        digest = hashlib.sha256(json.dumps(self._tables, sort_keys=True).encode())
        for path in sorted(STATIC.rglob("*")):
            if path.is_file():
                digest.update(path.relative_to(STATIC).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()[:12]


def blueprint(assets: Assets) -> Blueprint:
    """The one call."""
    routes = Blueprint("assets", __name__)

    @routes.get("/assets/<version>/<path:path>")
    def asset(version: str, path: str) -> Response:
        found = assets.get(path)
        is_packed = found.packed is not None and bool(request.accept_encodings["gzip"])
        response = Response(found.packed if is_packed else found.body, mimetype=found.media_type)
        if is_packed:
            response.headers["Content-Encoding"] = "gzip"
        if found.media_type in TEXT:
            response.vary.add("Accept-Encoding")
        response.headers["Cache-Control"] = FOR_EVER if version == assets.version else "no-cache"
        response.set_etag(found.tag, weak=is_packed)
        return response.make_conditional(request)  # type: ignore[return-value]

    return routes


def _file(path: str) -> Asset:
    place = (STATIC / path).resolve()
    if not place.is_relative_to(STATIC) or not place.is_file():
        raise NotFound
    media_type = "text/javascript" if place.suffix == ".js" else mimetypes.guess_type(place.name)[0] or "application/octet-stream"
    if place.suffix == ".js" and "vendor" not in place.parts:
        return _script(without_comments(place.read_text("utf-8")))
    return Asset(place.read_bytes(), media_type)


def _script(text: str) -> Asset:
    return Asset(text.encode(), "text/javascript")


def _style(names: list[str]) -> bytes:
    parts = [STATIC / "css" / f"{name}.css" for name in names]  # each once, so that no answer is larger than all of them
    if len(set(parts)) < len(parts) or not all(PART.fullmatch(part.stem) and part.is_file() for part in parts):
        raise NotFound
    return without_comments("\n".join(part.read_text("utf-8") for part in parts)).encode()
