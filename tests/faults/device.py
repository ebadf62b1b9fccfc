"""A device as docs/protocol.md describes one: it keeps what it is told, goes on where it was, and knows nothing else."""

from typing import Any

from tests.wire import LOBBY

PAGE = 100  # messages of history asked for at once
UNREAD = 1_000  # counted at most


class Astray(AssertionError):
    """Something was told that the contract does not allow."""


class Device:
    """The state of one device. ``get`` answers the JSON of a path, as this device's person."""

    def __init__(self, me: int, get: Any) -> None:
        self.me = me
        self.online = False  # joined, and not ended since
        self.rooms: dict[int, dict[str, Any]] = {}
        self.messages: dict[int, dict[int, dict[str, Any]]] = {}  # by room, by seq
        self.cursors: dict[int, int] = {}
        self.people: dict[int, dict[str, Any]] = {}
        self.count = 0
        self.pinned: dict[str, Any] | None = None
        self.resets = self.pages = 0
        self._get = get
        self._unseen: set[int] = set()  # rooms that were told of, and not looked at yet

    def copy(self) -> "Device":
        """What this device shows now, to begin from again later."""
        twin = Device(self.me, self._get)
        twin.rooms = {number: dict(room) for number, room in self.rooms.items()}
        twin.messages = {number: dict(messages) for number, messages in self.messages.items()}
        twin.cursors = dict(self.cursors)
        for number in self._unseen:
            twin._forget(number)
        return twin

    def begins(self) -> dict[int, int]:
        """The cursors for a ``join``: of rooms that were told of and not looked at yet, nothing is held to go on from."""
        for number in list(self._unseen):
            self._forget(number)
        return dict(self.cursors)

    def joined(self, ack: dict[str, Any], sent: dict[int, int]) -> None:
        """Take the ack of a ``join`` that was asked with the cursors ``sent``."""
        self.online = True
        self.count = ack["online"]
        self.people = {person["id"]: person for person in ack["people"]}
        self.pinned = ack.get("pinned")
        self._unseen.clear()
        told = {room["id"]: room for room in ack["rooms"]}
        for room in [room for room in self.rooms if room not in told]:
            self._forget(room)
        for number, room in told.items():
            self.rooms[number] = room
            if number in sent:
                self._catch_up(number, ack.get("changes", {}).get(str(number), {}), room["revision"])
            else:
                self._load(number, room["revision"])

    def hears(self, event: str, payload: dict[str, Any]) -> None:
        """Take an event, in the order that they come."""
        if event in {"message_posted", "message_changed"}:
            self._take(payload)
            if payload.get("kind") == "broadcast" and event == "message_posted":
                self.pinned = payload
        elif event == "broadcast_unpinned":
            self.pinned = None if self.pinned and self.pinned["id"] == payload["id"] else self.pinned
        elif event == "room_changed":
            self._take_room(payload)
        elif event == "marked":
            if payload["person"] == self.me and "read" in payload and payload["room"] in self.rooms:
                self.rooms[payload["room"]]["read_seq"] = payload["read"]
        elif event == "people_changed":
            self._take_people(payload)
        elif event == "session_ended":
            self.online = False

    def looks(self) -> None:
        """Look at the rooms that this device was brought into since."""
        if not self._unseen:
            return
        mine = {room["id"]: room for room in self._get("/api/rooms")["rooms"]}
        for number in sorted(self._unseen & set(self.rooms)):
            if "read_seq" in mine.get(number, {}) or mine.get(number, {}).get("unread") is not None:
                self.rooms[number] = mine[number]
            self._load(number, self.cursors[number])

    def view(self) -> dict[str, Any]:
        """All that this device shows, in a form that two devices of a person must have in common."""
        return {
            "rooms": {number: self._shown(number) for number in sorted(self.rooms)},
            "messages": {number: dict(sorted(self.messages[number].items())) for number in sorted(self.rooms)},
            "online": self.count,
            "people": {
                number: (person["nickname"], person.get("avatar"))
                for number, person in sorted(self.people.items())
                if person.get("online") and person.get("role") != "admin"
            },
            "pinned": self.pinned["id"] if self.pinned else None,
        }

    def _shown(self, number: int) -> dict[str, Any]:
        room = {name: self.rooms[number].get(name) or "" for name in ("kind", "name", "topic", "people", "members")}
        if number == LOBBY:
            room.pop("members", None)  # everybody is in it; nobody is told when one more is
        held, read = self.messages[number], self.rooms[number].get("read_seq") or 0
        unread = sum(seq > read and one["sender"]["id"] != self.me and "deleted_at" not in one for seq, one in held.items())
        return {**room, "seq": max(held, default=0), "revision": self.cursors[number], "read_seq": read, "unread": min(unread, UNREAD)}

    def _take(self, message: dict[str, Any]) -> None:
        number = message["room"]
        if number not in self.rooms:
            raise Astray(f"a message of room {number}, which this device is not in: {message}")
        cursor = self.cursors[number]
        if message["revision"] <= cursor:
            return  # contained in what was caught up meanwhile
        if message["revision"] != cursor + 1:
            raise Astray(f"room {number} went from revision {cursor} to {message['revision']}")
        self.cursors[number] = message["revision"]
        self._keep(message)

    def _keep(self, message: dict[str, Any]) -> None:
        held = self.messages[message["room"]]
        if message["seq"] not in held or held[message["seq"]]["revision"] <= message["revision"]:
            held[message["seq"]] = message

    def _take_room(self, room: dict[str, Any]) -> None:
        number = room["id"]
        if room.get("gone"):
            self._forget(number)
        elif number in self.rooms:
            self.rooms[number] = {**room, "read_seq": self.rooms[number].get("read_seq")}
        else:
            self.rooms[number], self.messages[number], self.cursors[number] = dict(room), {}, room["revision"]
            self._unseen.add(number)

    def _take_people(self, payload: dict[str, Any]) -> None:
        self.count = payload.get("online", self.count)
        for person in [*payload.get("joined", ()), *payload.get("changed", ())]:
            self.people[person["id"]] = person
        for gone in payload.get("left", ()):
            self.people.get(gone, {}).pop("online", None)

    def _catch_up(self, number: int, missed: dict[str, Any], revision: int) -> None:
        while True:
            if missed.get("reset"):
                self.resets += 1
                self._load(number, missed.get("revision", revision))
                return
            for message in missed.get("messages", ()):
                if message["revision"] <= self.cursors[number]:
                    raise Astray(f"room {number} told revision {message['revision']} again, after {self.cursors[number]}")
                self.cursors[number] = message["revision"]
                self._keep(message)
            if not missed.get("more"):
                self.cursors[number] = missed.get("revision", revision)
                return
            self.pages += 1
            missed = self._get(f"/api/rooms/{number}/changes?after={self.cursors[number]}")

    def _load(self, number: int, revision: int) -> None:
        """Begin anew with all pages of the room's history."""
        self.messages[number], self.cursors[number] = {}, revision
        self._unseen.add(number)  # until all of it is there: the line may break in the middle
        page = self._get(f"/api/rooms/{number}/messages?limit={PAGE}")
        while True:
            for message in page["messages"]:
                self._keep(message)
            if not page.get("more"):
                self._unseen.discard(number)
                return
            page = self._get(f"/api/rooms/{number}/messages?limit={PAGE}&before={page['messages'][0]['seq']}")

    def _forget(self, number: int) -> None:
        for kept in (self.rooms, self.messages, self.cursors):
            kept.pop(number, None)
        self._unseen.discard(number)
