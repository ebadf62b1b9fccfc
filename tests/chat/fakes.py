"""The chat's outside in memory: small classes of our own that keep the promises of ``chatweb/chat/ports.py``."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from chatweb.chat import ports
from chatweb.chat.activity import Activity
from chatweb.chat.errors import Invalid, NicknameTaken, NotFound, StorageFull
from chatweb.chat.limits import Rate
from chatweb.chat.message import Broadcast, Message, Posted
from chatweb.chat.moderation import Moderation
from chatweb.chat.nickname import nickname_looks
from chatweb.chat.person import Device, KnownDevice, Person, Session
from chatweb.chat.ports import Ports
from chatweb.chat.presence import Presence
from chatweb.chat.room import Changes, Marked, Membership, Page, Room
from chatweb.chat.service import ChatService
from chatweb.chat.service_state import ServiceState
from chatweb.chat.sessions import Sessions

NOON = 1_800_000_000_000  # ms since the epoch
LOBBY = 1
ADMIN = 1
LAPTOP = Device("192.168.1.7")
PHONE = Device("192.168.1.8")


class Clock:
    """Stands still until a test lets time pass."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> int:
        return NOON + int(self.seconds * 1000)

    def monotonic(self) -> float:
        return 500.0 + self.seconds

    def passes(self, seconds: float) -> None:
        self.seconds += seconds


class Hasher:
    """Reversible on purpose: a test sees what was hashed."""

    def hash(self, secret: str) -> str:
        return f"hash of {secret}"

    def verify(self, hashed: str, secret: str, *, ahead: bool = False) -> bool:
        return hashed == self.hash(secret)


@dataclass
class Kept:
    """All that is kept, for the archive to read and the ledger to change."""

    people: dict[int, Person] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    pins: dict[int, str] = field(default_factory=dict)
    devices: dict[int, dict[str, Any]] = field(default_factory=dict)
    links: dict[str, dict[str, Any]] = field(default_factory=dict)
    rooms: dict[int, Room] = field(default_factory=dict)
    members: dict[tuple[int, int], dict[str, int]] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    pinned: Broadcast | None = None
    activities: list[Activity] = field(default_factory=list)
    audits: list[dict[str, Any]] = field(default_factory=list)

    def looks(self) -> dict[str, int]:
        return {look: holder for holder in self.keys.values() for look in nickname_looks(self.people[holder].nickname)}

    def check_free(self, nickname: str, holder: int | None) -> None:
        if any(self.looks().get(look, holder) != holder for look in nickname_looks(nickname)):
            raise NicknameTaken(nickname, "")

    def join(self, room: int, person: int) -> None:
        self.members[room, person] = {"received": 0, "read": self.rooms[room].seq}
        self.rooms[room] = replace(self.rooms[room], members=sum(r == room for r, _ in self.members))


class Ledger:
    """Makes changes of ``Kept``."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def post_message(self, draft: Any) -> Callable[[Any], Posted]:
        def change(_connection: Any) -> Posted:
            kept = self._kept
            for message in kept.messages:
                if draft.client_id and (message.sender.id, message.client_id) == (draft.sender.id, draft.client_id):
                    return Posted(message, kept.rooms[message.room], again=True)
            room, opened = (kept.rooms[draft.room], False) if draft.room else self._direct(draft)
            room = kept.rooms[room.id] = replace(room, seq=room.seq + 1, revision=room.revision + 1)
            message = Message(
                len(kept.messages) + 1,
                room.id,
                room.seq,
                room.revision,
                draft.kind,
                draft.sender,
                draft.body,
                draft.at,
                draft.client_id,
                draft.reply_to,
            )
            kept.messages.append(message)
            return Posted(message, room, opened=opened)

        return change

    def broadcast(self, draft: Any, *, until: int | None) -> Callable[[Any], Posted]:
        def change(connection: Any) -> Posted:
            posted = self.post_message(draft)(connection)
            self._kept.pinned = Broadcast(posted.message, until)
            return posted

        return change

    def unpin(self, message: int) -> Callable[[Any], bool]:
        def change(_connection: Any) -> bool:
            found = self._kept.pinned is not None and self._kept.pinned.message.id == message
            self._kept.pinned = None if found else self._kept.pinned
            return found

        return change

    def mark(self, mark: Any) -> Callable[[Any], Marked | None]:
        def change(_connection: Any) -> Marked | None:
            member = self._kept.members.get((mark.room, mark.person))
            if member is None:
                raise NotFound
            moved = {
                kind: seq for kind, seq in (("received", mark.received), ("read", mark.read)) if seq is not None and seq > member[kind]
            }
            member.update(moved)
            return Marked(self._kept.rooms[mark.room], mark.person, mark.at, **moved) if moved else None

        return change

    def begin_session(self, nickname: str, key: str, device: Device, **more: Any) -> Callable[[Any], Session]:
        def change(_connection: Any) -> Session:
            kept = self._kept
            kept.check_free(nickname, None)
            person = Person(
                len(kept.people) + 1, nickname, more["at"], more["at"], locale=more["locale"], has_pin=more["pin_hash"] is not None
            )
            kept.people[person.id] = person
            kept.keys[key] = person.id
            if more["pin_hash"] is not None:
                kept.pins[person.id] = more["pin_hash"]
            kept.join(LOBBY, person.id)
            return self._add_device(person.id, device, more)

        return change

    def resume_person(self, person: int, device: Device, **more: Any) -> Callable[[Any], Session]:
        return lambda _connection: self._add_device(person, device, more)

    def make_link(self, person: int, *, secret_hash: str, expires_at: int) -> Callable[[Any], None]:
        return lambda _connection: self._kept.links.update({secret_hash: {"person": person, "expires_at": expires_at}})

    def redeem_link(self, secret_hash: str, device: Device, **more: Any) -> Callable[[Any], Session | None]:
        def change(_connection: Any) -> Session | None:
            link = self._kept.links.pop(secret_hash, None)
            return self._add_device(link["person"], device, more) if link and link["expires_at"] > more["at"] else None

        return change

    def rename(self, person: int, nickname: str, key: str) -> Callable[[Any], Person]:
        def change(_connection: Any) -> Person:
            self._kept.check_free(nickname, person)
            self._kept.keys = {old: one for old, one in self._kept.keys.items() if one != person} | {key: person}
            return self._change(person, nickname=nickname)

        return change

    def set_pin(self, person: int, pin_hash: str) -> Callable[[Any], Person]:
        def change(_connection: Any) -> Person:
            self._kept.pins[person] = pin_hash
            return self._change(person, has_pin=True)

        return change

    def set_locale(self, person: int, locale: str) -> Callable[[Any], Person]:
        return lambda _connection: self._change(person, locale=locale)

    def end_session(self, session: int, *, at: int) -> Callable[[Any], bool]:
        def change(_connection: Any) -> bool:
            person = self._kept.devices.pop(session)["person"]
            if person in self._kept.pins or any(device["person"] == person for device in self._kept.devices.values()):
                return False
            self._kept.keys = {key: one for key, one in self._kept.keys.items() if one != person}
            return True

        return change

    def seen(self, person: int, *, at: int) -> Callable[[Any], None]:
        return lambda _connection: self._change(person, last_seen_at=at) and None

    def activity(self, activity: Activity) -> Callable[[Any], Activity]:
        return lambda _connection: self._kept.activities.append(activity) or activity

    def audit(self, **entry: Any) -> Callable[[Any], None]:
        return lambda _connection: self._kept.audits.append(entry)

    def set_fact(self, name: str, value: str) -> Callable[[Any], None]:
        return lambda _connection: self._kept.facts.update({name: value})

    def _direct(self, draft: Any) -> tuple[Room, bool]:
        pair = tuple(sorted((draft.sender.id, draft.person)))
        for room in self._kept.rooms.values():
            if room.people == pair:
                return room, False
        room = Room(len(self._kept.rooms) + 1, "direct", "", "", 0, 0, 2, pair)
        self._kept.rooms[room.id] = room
        for person in pair:
            self._kept.join(room.id, person)
        return self._kept.rooms[room.id], True

    def _add_device(self, person: int, device: Device, more: dict[str, Any]) -> Session:
        if any(one["token_hash"] == more["token_hash"] for one in self._kept.devices.values()):
            raise Invalid("error.client_id_used", field="client_id")
        number = len(self._kept.devices) + 1
        self._kept.devices[number] = {"person": person, "token_hash": more["token_hash"], "at": more["at"], "device": device}
        return Session(number, self._kept.people[person])

    def _change(self, person: int, **values: Any) -> Person:
        self._kept.people[person] = replace(self._kept.people[person], **values)
        return self._kept.people[person]


class Archive:
    """Reads ``Kept``."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def person(self, person: int) -> Person:
        return _found(self._kept.people.get(person))

    def people(self, ids: Any) -> list[Person]:
        return [self._kept.people[one] for one in sorted(ids) if one in self._kept.people]

    def person_by_key(self, key: str) -> Person | None:
        return self._kept.people[self._kept.keys[key]] if key in self._kept.keys else None

    def looks_held(self, looks: Any) -> set[str]:
        return set(looks) & set(self._kept.looks())

    def pin_hash(self, person: int) -> str | None:
        return self._kept.pins.get(person)

    def session(self, token_hash: str) -> Session | None:
        found = (number for number, device in self._kept.devices.items() if device["token_hash"] == token_hash)
        number = next(found, None)
        return Session(number, self._kept.people[self._kept.devices[number]["person"]]) if number else None

    def banned_holder(self, token_hash: str, *, now: int) -> Person | None:
        return None

    def devices(self, person: int) -> list[KnownDevice]:
        known = [KnownDevice(number, one["device"], one["at"]) for number, one in self._kept.devices.items() if one["person"] == person]
        return sorted(known, key=lambda one: -one.id)

    def session_made_at(self, session: int) -> int:
        return self._kept.devices[session]["at"]

    def administrator(self) -> Person:
        return self._kept.people[ADMIN]

    def lobby(self) -> Room:
        return self._kept.rooms[LOBBY]

    def room_for(self, person: int, room: int) -> Room:
        found = self._kept.rooms.get(room)
        return _found(found if found and (found.kind in {"lobby", "open"} or (room, person) in self._kept.members) else None)

    def memberships(self, person: int) -> list[Membership]:
        return [
            Membership(self._kept.rooms[room], member["read"], 0) for (room, one), member in self._kept.members.items() if one == person
        ]

    def last_messages(self, rooms: Any) -> dict[int, Message]:
        return {message.room: message for message in self._kept.messages if message.room in rooms}

    def direct_partners(self, person: int) -> list[int]:
        return [one for room in self._kept.rooms.values() if person in room.people for one in room.people if one != person]

    def message(self, message: int) -> Message:
        return _found(next((one for one in self._kept.messages if one.id == message), None))

    def posted_before(self, sender: int, client_id: str) -> Posted | None:
        found = [one for one in self._kept.messages if (one.sender.id, one.client_id) == (sender, client_id)]
        return Posted(found[0], self._kept.rooms[found[0].room], again=True) if found else None

    def history(self, room: int, *, before: int | None, after: int | None, around: int | None, limit: int) -> Page:
        found = [message for message in self._kept.messages if message.room == room]
        return Page(tuple(found[-limit:]), more=len(found) > limit)

    def changes(self, room: Room, *, after: int, limit: int) -> Changes:
        found = [message for message in self._kept.messages if message.room == room.id and message.revision > after]
        return Changes(tuple(found[:limit]), room.revision, more=len(found) > limit)

    def fact(self, name: str) -> str | None:
        return self._kept.facts.get(name)

    def pinned(self) -> Broadcast | None:
        return self._kept.pinned


class Writer:
    """Keeps at once, tells after; the journal says in which order."""

    def __init__(self, journal: list[Any]) -> None:
        self._journal = journal

    def keep(self, change: Any, *, then: Any = None) -> Any:
        value = change(None)
        self._journal.append("kept")
        if then is not None:
            then(value)
        return value

    def note(self, change: Any, *, then: Any = None) -> None:
        self.keep(change, then=then)

    def when_settled(self, call: Any) -> Any:
        return call()


class Fanout:
    """Writes down what would have been told: the name of the method, and all that it was given."""

    def __init__(self, journal: list[Any]) -> None:
        self._journal = journal
        self.hearing = 0  # people who hear each room

    def hearers(self, _room: int, *, up_to: int) -> int:
        return min(self.hearing, up_to)

    def __getattr__(self, name: str) -> Callable[..., None]:
        assert hasattr(ports.Fanout, name), f"{name} is no port"
        return lambda *given, **named: self._journal.append((name, given, named))

    def end_session(self, *given: Any, **named: Any) -> list[str]:
        self._journal.append(("end_session", given, named))
        return []


def _found(thing: Any) -> Any:
    if thing is None:
        raise NotFound
    return thing


class Space:
    """A disk that has room until it is full."""

    full = False

    def check_messages(self) -> None:
        if self.full:
            raise StorageFull

    def release_ballast(self) -> None:
        self.full = False


class World:
    """A chat with everything around it in memory."""

    def __init__(self, *, arrivals: Rate | None = None) -> None:
        self.clock = Clock()
        self.kept = Kept()
        self.journal: list[Any] = []
        self.presence = Presence()
        self.state = ServiceState()
        self.space = Space()
        self.kept.people[ADMIN] = Person(ADMIN, "Admin", NOON, NOON, role="admin")
        self.kept.keys["admin"] = ADMIN
        self.kept.rooms[LOBBY] = Room(LOBBY, "lobby", "", "", 0, 0, 0)
        self.fanout = Fanout(self.journal)
        outside = Ports(Archive(self.kept), Ledger(self.kept), Writer(self.journal), self.fanout, self.clock, Hasher(), self.space)
        self.chat = ChatService(outside, self.presence, self.state)
        self.sessions = Sessions(outside, self.chat, key=b"k" * 32, arrivals=arrivals or Rate(per_second=1000, burst=1000))
        self.moderation = Moderation(outside, self.chat)
        self._connections = 0

    def begins(self, nickname: str, *, device: Device = LAPTOP, **more: Any) -> Any:
        """Come in under a nickname, as a device that was never here."""
        given = {"pin": None, "client_id": None, "locale": None, "current": None, **more}
        return self.sessions.begin(nickname, device, **given)

    def comes(self, nickname: str) -> Person:
        """Somebody with a session and a joined connection."""
        session = self.begins(nickname).session
        self.joins(session)
        return session.person

    def joins(self, session: Session, cursors: dict[int, int] | None = None) -> tuple[str, Any]:
        self._connections += 1
        connection = f"sid {self._connections}"
        return connection, self.chat.join(session, connection, LAPTOP, cursors or {})

    def told(self, name: str) -> list[tuple[Any, dict[str, Any]]]:
        """What was told by one method: its arguments, and its named ones."""
        return [(entry[1], entry[2]) for entry in self.journal if entry[0] == name and isinstance(entry, tuple)]
