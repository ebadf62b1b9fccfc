"""Socket.IO packets as we take them: text only, JSON by msgspec, and no event of a client is mistaken for one of ours."""

from typing import Any

import msgspec
from socketio import packet

MALFORMED = "malformed"  # the event that a packet becomes that can't be read: its sender is answered `invalid`
_RESERVED = {"connect", "disconnect", "connect_error", ""}


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
    """A packet without binary attachments, whose event is never the name of a life event of the library."""

    json = Json()

    @classmethod
    def _data_is_binary(cls, _data: object) -> bool:
        return False

    def decode(self, encoded_packet: str) -> int:
        if not isinstance(encoded_packet, str):
            raise ValueError("binary packets are refused")  # noqa: TRY004 - what engineio expects of a bad packet
        try:
            super().decode(encoded_packet)
        except ValueError:
            self.data = None
        if self.packet_type in {packet.BINARY_EVENT, packet.BINARY_ACK}:
            raise ValueError("binary packets are refused")
        if self.packet_type == packet.EVENT and not _is_event(self.data):
            self.data = [MALFORMED]
        elif self.packet_type == packet.CONNECT and not isinstance(self.data, dict):
            self.data = None
        return 0


def _is_event(data: object) -> bool:
    return isinstance(data, list) and bool(data) and isinstance(data[0], str) and data[0] not in _RESERVED
