"""What a client sends, as types: an unknown field is an error, and so is a value of another type."""

from collections.abc import Mapping
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct

from chatweb.chat.errors import Invalid

T = TypeVar("T")

ID_DIGITS = 16  # of 2^53

Id = Annotated[int, Meta(ge=1, le=2**53 - 1)]
Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Time = Annotated[int, Meta(ge=0, le=2**53 - 1)]  # ms since the Unix epoch, UTC
ClientId = Annotated[str, Meta(pattern="^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$")]
Text = Annotated[str, Meta(max_length=20_000)]  # what is too long is told by the rule for it, past this by the type


class Payload(Struct, kw_only=True, forbid_unknown_fields=True):
    """What a client sends: an unknown field is an error."""


class Repeatable(Payload, kw_only=True):
    """What may be asked again after a lost answer; a UUID is the same in capitals."""

    client_id: ClientId | None = None

    def __post_init__(self) -> None:
        if self.client_id is not None:
            self.client_id = self.client_id.lower()


class Join(Payload):
    cursors: dict[str, Count] = {}


class Leave(Payload):
    pass


class To(Payload):
    room: Id | None = None
    person: Id | None = None


class PostMessage(Repeatable, kw_only=True):
    client_id: ClientId  # needed here
    to: To
    body: Text = ""
    attachments: list[Id] = []
    reply_to: Id | None = None


class EditMessage(Payload):
    id: Id
    body: Text


class DeleteMessage(Payload):
    id: Id


class React(Payload):
    id: Id
    emoji: Text
    on: bool


class CreateRoom(Payload):
    name: Text
    topic: Text = ""
    private: bool = False
    people: list[Id] = []


class RoomOnly(Payload):
    room: Id


class Invite(Payload):
    room: Id
    people: list[Id]


class ChangeRoom(Payload):
    room: Id
    name: Text | None = None
    topic: Text | None = None


class MarkRoom(Payload):
    room: Id
    received: Count | None = None
    read: Count | None = None


class Type(Payload):
    room: Id
    typing: bool


class BeginSession(Repeatable, kw_only=True):
    nickname: Text | None = None
    pin: Text | None = None
    code: Text | None = None
    link: Text | None = None


class ChangeSession(Payload):
    nickname: Text | None = None
    avatar: Id | msgspec.UnsetType | None = msgspec.UNSET  # null: none any more
    pin: Text | None = None
    locale: Text | None = None


class AdminSignIn(Payload):
    password: Text
    name: Text | None = None


class AdminSetUp(Payload):
    secret: Text
    password: Text


class SetService(Payload):
    state: str
    reason: Text = ""


class AdminBroadcast(Repeatable, kw_only=True):
    body: Text
    until: Time | None = None


class AdminPost(Repeatable, kw_only=True):
    to: To
    body: Text = ""
    attachments: list[Id] = []
    reply_to: Id | None = None


class Kick(Payload):
    reason: Text = ""


class Restrict(Payload):
    """A mute or a ban; without ``until`` it lasts until it is lifted."""

    reason: Text = ""
    until: Time | None = None


def parse(kind: type[T], payload: object) -> T:
    """A payload as its type.

    :raises Invalid: naming the field that breaks the type.
    """
    try:
        return msgspec.convert(payload, kind)
    except (msgspec.ValidationError, RecursionError) as error:
        raise Invalid(field=_field(str(error))) from None


def parse_json(kind: type[T], body: bytes) -> T:
    """A JSON body as its type.

    :raises Invalid: when it is no JSON in UTF-8, or naming the field that breaks the type.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise Invalid(field=_field(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Invalid("error.json") from None


def parse_cursors(cursors: Mapping[str, int]) -> dict[int, int]:
    """The cursors of ``join`` by room.

    :raises Invalid: when a room is no id.
    """
    if not all(room.isascii() and room.isdigit() and len(room) <= ID_DIGITS for room in cursors):
        raise Invalid(field="cursors")
    return {int(room): revision for room, revision in cursors.items()}


def _field(error: str) -> str | None:
    """The field that msgspec's sentence names, as the client spelled it: `$.to.room`, or an unknown or missing one."""
    if "unknown field" in error or "missing required field" in error:
        return error.split("`")[1]
    path = error.rpartition(" - at `$")[2].rstrip("`") if " - at `" in error else ""
    return path.removeprefix(".").split("[")[0] or None
