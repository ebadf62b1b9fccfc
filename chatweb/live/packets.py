"""Socket.IO packets as we take them: text only, read by a grammar of our own, JSON by msgspec."""

import re
from dataclasses import dataclass
from typing import Any

import msgspec
from socketio import packet

CONNECT, DISCONNECT, EVENT, ACK = packet.CONNECT, packet.DISCONNECT, packet.EVENT, packet.ACK
NAMESPACE_LENGTH = 64  # characters
ID_DIGITS = 16  # of the number that an answer carries

# Type, namespace (a query after it counts for nothing), number of the answer. The types from 4 on are none for a client:
# an error of ours, and two with binary attachments, of which only the first would be text.
_HEAD = re.compile(rf"([0-3])(?:(/[^,?]{{0,{NAMESPACE_LENGTH}}})(?:\?[^,]*)?(?:,|$))?([0-9]{{0,{ID_DIGITS}}})(?![0-9])")


class Json:
    """The json module that python-socketio is given: payloads may be msgspec types."""

    @staticmethod
    def dumps(value: object, **_options: object) -> str:
        return msgspec.json.encode(value).decode()

    @staticmethod
    def loads(text: str, **_options: object) -> Any:
        try:
            return msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise ValueError("no JSON") from error  # what both libraries expect of a json module


class TextPacket(packet.Packet):  # type: ignore[misc]
    """A packet of ours, never with binary attachments; those of clients are read by ``read_head``."""

    json = Json()
    uses_binary_events = False

    def decode(self, _encoded_packet: object) -> int:
        raise ValueError("packets of clients go through the intake")


class BadPacket(ValueError):
    """No packet that a client may send; there is nothing in it that could be answered."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the JSON: enough to refuse a packet without reading it."""

    kind: int
    namespace: str
    id: str  # the number that the answer carries, as it was spelled; empty: none is wanted
    begin: int  # where the JSON begins

    def answer(self, json: str) -> str:
        """The packet that carries an answer, ``json``, which is a list."""
        return f"{ACK}{self._within}{self.id}{json}"

    def refusal(self, json: str) -> str:
        """The packet that refuses a connection, with ``json``."""
        return f"{packet.CONNECT_ERROR}{self._within}{json}"

    @property
    def _within(self) -> str:
        return "" if self.namespace == "/" else f"{self.namespace},"


def read_head(text: object) -> Head:
    """The head of a client's packet.

    :raises BadPacket: when it is none that a client may send, or binary.
    """
    found = _HEAD.match(text) if isinstance(text, str) else None
    if found is None:
        raise BadPacket
    kind, namespace, number = found.groups()
    return Head(int(kind), namespace or "/", number, found.end())


def read_json(text: str, head: Head) -> Any:
    """What stands behind the head; None for nothing.

    :raises ValueError: when it is no JSON.
    """
    return Json.loads(text[head.begin :]) if head.begin < len(text) else None
