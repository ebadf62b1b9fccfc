"""The verbs of an administrator, the same for the panel's calls and its socket."""

from collections.abc import Callable
from typing import Any

from chatweb import protocol
from chatweb.chat.errors import Invalid
from chatweb.chat.message import Message
from chatweb.chat.moderation import Moderation, parse_reason
from chatweb.chat.presence import Presence
from chatweb.chat.service import ChatService, Target
from chatweb.chat.service_state import ServiceState
from chatweb.store.archive import SqlArchive

STATES = ("running", "stopped")


class Desk:
    """Does what the panel asks, and tells it back as it goes over the wire."""

    def __init__(
        self,
        chat: ChatService,
        moderation: Moderation,
        archive: SqlArchive,
        presence: Presence,
        set_service: Callable[..., ServiceState],
        release_ballast: Callable[..., None],
    ) -> None:
        self._chat = chat
        self._moderation = moderation
        self._archive = archive
        self._presence = presence
        self._set_service = set_service
        self._release_ballast = release_ballast

    def broadcast(self, ask: protocol.AdminBroadcast, *, administrator: str, address: str) -> protocol.MessageReply:
        """A message to everybody, pinned on top."""
        posted = self._chat.broadcast(self._archive.administrator(), ask.body, until=ask.until, client_id=ask.client_id)
        if not posted.again:
            self._moderation.announced(administrator=administrator, address=address, heard=len(self._presence))
        return self._reply(posted.message)

    def post_message(self, ask: protocol.AdminPost) -> protocol.MessageReply:
        """A message to a room or a person, as Admin."""
        target = Target(ask.to.room, ask.to.person)
        posted = self._chat.post_message(
            self._archive.administrator(), target, ask.body, client_id=ask.client_id, reply_to=ask.reply_to, attachments=ask.attachments
        )
        return self._reply(posted.message)

    def set_service(self, ask: protocol.SetService, *, administrator: str, address: str) -> dict[str, Any]:
        """Start or stop the chat."""
        if ask.state not in STATES:
            raise Invalid("error.one_of", field="state", names=", ".join(STATES))
        reason = parse_reason(ask.reason)
        return protocol.service_state(self._set_service(ask.state, reason, administrator=administrator, address=address))

    def release_ballast(self, *, administrator: str, address: str) -> None:
        """Give the ballast back to a disk that is full."""
        self._release_ballast(administrator=administrator, address=address)

    def _reply(self, message: Message) -> protocol.MessageReply:
        return protocol.message(message, for_person=message.sender.id)
