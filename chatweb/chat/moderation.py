"""What an administrator can do to a person and to the whole chat."""

from chatweb.chat.activity import Activity
from chatweb.chat.errors import Invalid, NotFound
from chatweb.chat.message import Changed
from chatweb.chat.person import FOREVER, Device, Person
from chatweb.chat.ports import Ports
from chatweb.chat.service import ChatService
from chatweb.chat.text import REASON_LENGTH, parse_body


class Moderation:
    """Each act is kept in the audit and in the activity, with who did it."""

    def __init__(self, ports: Ports, chat: ChatService) -> None:
        self._archive = ports.archive
        self._ledger = ports.ledger
        self._writer = ports.writer
        self._fanout = ports.fanout
        self._clock = ports.clock
        self._chat = chat

    def kick(self, person_id: int, *, reason: str, administrator: str, address: str) -> None:
        """End somebody's connections, not their session: they may come back by a tap.

        :raises NotFound: when there is nobody of that id, or it is the administrator.
        """
        person = self._other(person_id)
        reason = parse_reason(reason)
        self._record("kicked", administrator, address, person=person.id, nickname=person.nickname, detail=reason)
        self._fanout.end_person(person.id, reason="kicked", wording="ended.kicked", detail=reason)
        self._chat.remove(person, Device(address=""))

    def mute(self, person_id: int, *, until: int | None, reason: str, administrator: str, address: str) -> None:
        """Let somebody read but not write until a time (ms since the epoch), or until it is lifted.

        :raises Invalid: naming ``until``, when it has passed.
        """
        person, reason = self._other(person_id), parse_reason(reason)
        change = self._ledger.mute(person.id, until=self._end(until), reason=reason)
        self._writer.keep(change, then=lambda changed: self._fanout.people_changed(changed=[changed]))
        self._record("muted", administrator, address, person=person.id, nickname=person.nickname, detail=reason)

    def unmute(self, person_id: int, *, administrator: str, address: str) -> None:
        """Let somebody write again."""
        person = self._other(person_id)
        self._writer.keep(self._ledger.mute(person.id, until=0, reason=""), then=lambda p: self._fanout.people_changed(changed=[p]))
        self._record("unmuted", administrator, address, person=person.id, nickname=person.nickname)

    def ban(self, person_id: int, *, until: int | None, reason: str, administrator: str, address: str) -> None:
        """Keep somebody and their devices out until a time (ms since the epoch), or until it is lifted; it ends their sessions."""
        person, reason = self._other(person_id), parse_reason(reason)
        self._writer.keep(self._ledger.ban(person.id, until=self._end(until), reason=reason, at=self._clock.now()))
        self._fanout.end_person(person.id, reason="banned", wording="ended.banned", detail=reason)
        self._record("banned", administrator, address, person=person.id, nickname=person.nickname, detail=reason)
        self._chat.remove(person, Device(address=""))

    def unban(self, person_id: int, *, administrator: str, address: str) -> None:
        """Let somebody in again; their devices join anew."""
        person = self._other(person_id)
        self._writer.keep(self._ledger.ban(person.id, until=0, reason="", at=self._clock.now()))
        self._record("unbanned", administrator, address, person=person.id, nickname=person.nickname)

    def delete_message(self, message: int, *, administrator: str, address: str) -> None:
        """Take a message away for everybody: its text is gone everywhere, a stub keeps its place; a broadcast comes off the top.

        :raises NotFound: when there is none.
        """
        delete, unpin = self._ledger.delete_message(message, by="admin", at=self._clock.now()), self._ledger.unpin(message)
        changed, _ = self._writer.keep(lambda connection: (delete(connection), unpin(connection)), then=self._tell_deleted)
        sender = changed.message.sender
        self._record("deleted", administrator, address, person=sender.id, nickname=sender.nickname, detail=str(message))

    def unpin(self, message: int, *, administrator: str, address: str) -> None:
        """Take a broadcast off the top.

        :raises NotFound: when it is not there.
        """
        if not self._writer.keep(self._ledger.unpin(message)):
            raise NotFound
        self._fanout.broadcast_unpinned(message)
        self._record("unpinned", administrator, address, detail=str(message))

    def announced(self, *, administrator: str, address: str, heard: int) -> None:
        """Note a broadcast that was sent, and to how many people who were online."""
        self._record("announced", administrator, address, detail=str(heard))

    def _tell_deleted(self, done: tuple[Changed, bool]) -> None:
        changed, unpinned = done
        if not changed.again:
            self._fanout.message_changed(changed)
        if unpinned:
            self._fanout.broadcast_unpinned(changed.message.id)

    def _other(self, person_id: int) -> Person:
        person = self._archive.person(person_id)
        if person.is_admin:
            raise NotFound
        return person

    def _end(self, until: int | None) -> int:
        if until is not None and until <= self._clock.now():
            raise Invalid("error.until_past", field="until")
        return until or FOREVER

    def _record(
        self, kind: str, administrator: str, address: str, *, person: int | None = None, nickname: str = "", detail: str = ""
    ) -> None:
        now = self._clock.now()
        self._writer.note(
            self._ledger.audit(administrator=administrator, address=address, action=kind, detail=f"{nickname} {detail}".strip(), at=now)
        )
        activity = Activity(at=now, kind=kind, person=person, nickname=nickname, address=address, detail=detail)
        self._writer.note(self._ledger.activity(activity), then=self._fanout.activity)


def parse_reason(reason: str) -> str:
    """A reason as it is shown to people.

    :raises Invalid: naming ``reason``, when it is longer than 200 characters or holds control characters.
    """
    return parse_body(reason, field="reason", length=REASON_LENGTH, may_be_empty=True)
