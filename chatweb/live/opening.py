"""The request that opens a WebSocket (RFC 6455, 4.2), without a socket: version 13, no extensions, no subprotocols."""

import base64
import binascii
import hashlib
from typing import Any

VERSION = "13"
KEY_BYTES = 16
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # 1.3

Refusal = tuple[str, list[tuple[str, str]], bytes]  # status, headers, body


def objection(environ: dict[str, Any]) -> Refusal | None:
    """What is wrong with a request that wants to open a WebSocket, as the answer to it."""
    if environ.get("REQUEST_METHOD") != "GET":
        return refusal("400 Bad Request", "a WebSocket is opened by GET")
    if "websocket" not in _tokens(environ.get("HTTP_UPGRADE", "")):
        return refusal("400 Bad Request", "the header Upgrade must be websocket")
    if "upgrade" not in _tokens(environ.get("HTTP_CONNECTION", "")):
        return refusal("400 Bad Request", "the header Connection must name Upgrade")
    if environ.get("HTTP_SEC_WEBSOCKET_VERSION", "").strip() != VERSION:
        return refusal("426 Upgrade Required", f"only version {VERSION} of WebSocket is spoken", ("Sec-WebSocket-Version", VERSION))
    if not _is_key(environ.get("HTTP_SEC_WEBSOCKET_KEY", "").strip()):
        return refusal("400 Bad Request", "the header Sec-WebSocket-Key must be 16 bytes in base64")
    return None


def answer(environ: dict[str, Any]) -> bytes:
    """The answer to a request without an objection; frames follow it."""
    key = environ["HTTP_SEC_WEBSOCKET_KEY"].strip().encode()
    accept = base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest())
    return b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n" % accept


def refusal(status: str, detail: str, *more: tuple[str, str]) -> Refusal:
    """An answer that opens nothing; the connection ends with it."""
    body = f"This is no WebSocket of chatweb: {detail}.\n".encode()
    return status, [("Content-Type", "text/plain; charset=utf-8"), ("Connection", "close"), *more], body


def _tokens(header: str) -> set[str]:
    return {token.strip().lower() for token in header.split(",")}


def _is_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key.encode("latin-1"), validate=True)) == KEY_BYTES
    except (binascii.Error, UnicodeEncodeError):
        return False
