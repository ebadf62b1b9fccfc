"""Ids in the addresses of calls."""

from flask import Flask
from werkzeug.routing import IntegerConverter

from chatweb import protocol


class IdConverter(IntegerConverter):
    """A number that the database can look up: one past 64 bits is as absent as any other, not a fault."""

    regex = f"[0-9]{{1,{protocol.ID_DIGITS}}}"


def install(app: Flask) -> None:
    """Let ``<int:…>`` in the routes of ``app`` take no other numbers; call it before they are made."""
    app.url_map.converters["int"] = IdConverter
