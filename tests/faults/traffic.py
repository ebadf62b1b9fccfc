"""People who talk on whatever happens: each does what the contract says, and notes all that they ask and are told."""

import contextlib
import http.client
import json
import random
import threading
import time
import uuid
from typing import Any

from tests.faults.device import Astray, Device
from tests.faults.history import History, told_of
from tests.faults.polling import PollingLine
from tests.wire import LOBBY, Line, LineClosed

ANSWER = 5.0  # seconds after which an ask counts as unanswered, and the line as broken
PAUSE = 0.3  # seconds between two acts of somebody, in the mean
WORDS = ["halo", "apa", "kabar", "besok", "ya", "tidak", "🌋"]
LATER = {"service_stopped", "overloaded", "storage_full", "rate_limited"}  # refused now: asked again
Payload = dict[str, Any]

ACTS = {
    "post": 40,
    "post_some": 10,
    "post_to_person": 8,
    "post_what_is_refused": 4,
    "edit": 10,
    "delete": 4,
    "mark": 8,
    "type": 2,
    "create_room": 1,
    "join_room": 4,
    "leave_room": 2,
    "invite": 1,
    "change_room": 2,
    "rejoin": 2,
}


class Talker(threading.Thread):
    """Somebody with one device, who keeps what the contract says."""

    def __init__(self, port: int, me: int, token: str, *, chance: random.Random, history: History, polling: bool) -> None:
        super().__init__(daemon=True)
        self.me = me
        self.device = Device(me, self._get)
        self.line: Line | None = None
        self.fault = ""
        self.friends: list[int] = []  # whom to write to
        self.insiders: list[int] = []  # whom to invite
        self.joins = self.asked = 0
        self.reads = threading.Event()
        self.reads.set()
        self.settled = threading.Event()
        self._port, self._token, self._chance, self._history = port, token, chance, history
        self._polling = polling
        self._conn = ""
        self._unanswered: dict[str, Payload] = {}  # posts, by client_id in the order said
        self._unsure: list[tuple[str, Payload]] = []  # edits and deletions
        self._mine: dict[int, Payload] = {}  # messages, by id
        self._acks: dict[int, Payload] = {}
        self._enough, self._leaves, self._home = threading.Event(), threading.Event(), threading.Event()
        self._memory: Device | None = None
        self._forgets_to_listen = self._begins_again = False

    # What is done to somebody

    def remembers(self) -> None:
        """Keep what the device shows now."""
        self._memory = self.device.copy()

    def begins_again(self) -> None:
        """Restart the device with what was kept."""
        self._begins_again = True

    def hangs_up_at_the_next_ask(self) -> None:
        """Break the line when the next message is sent, before its answer."""
        self._forgets_to_listen = True

    def finish(self) -> None:
        """Say nothing new."""
        self._enough.set()

    def leaves(self) -> None:
        """Say goodbye and end the thread."""
        self._leaves.set()

    def go_home(self) -> None:
        """End the thread."""
        self._home.set()

    @property
    def ports(self) -> list[int]:
        """Of the line that is open now."""
        line = self.line
        with contextlib.suppress(OSError):
            return line.ports if isinstance(line, PollingLine) else [line.socket.getsockname()[1]] if line else []
        return []

    # Staying

    def run(self) -> None:
        try:
            while not self._home.is_set():
                try:
                    self._stay()
                except Astray as astray:
                    self._history.add("astray", who=self.me, conn=self._conn, what=str(astray), t=time.monotonic())
                except (OSError, AssertionError):  # the line broke, or nobody is let in now
                    self._home.wait(self._chance.uniform(0.05, 0.4))
                finally:
                    line, self.line = self.line, None
                    if line is not None:
                        line.breaks()
        except Exception as error:
            self.fault = f"{type(error).__name__}: {error}"
            raise

    def _stay(self) -> None:
        self.line = (PollingLine if self._polling else Line)(self._port, self._token)
        self._acks.clear()
        self._join()
        for client_id, payload in list(self._unanswered.items()):
            self._post([(client_id, payload)])
        for event, payload in list(self._unsure):
            self._unsure.remove((event, payload))
            self._change(event, payload)
        due = time.monotonic() + self._chance.expovariate(1 / PAUSE)
        while not self._home.is_set():
            self.reads.wait(10)
            if self._begins_again:
                self._begins_again = False
                self.device = self._memory or Device(self.me, self._get)
                return
            if self._leaves.is_set():
                self._noted("leave", {})
                self._home.set()
            elif self._enough.is_set():
                if self._unanswered:
                    return  # refused for the moment: from the beginning
                self.settled.set()
            elif time.monotonic() >= due:
                due = time.monotonic() + self._chance.expovariate(1 / PAUSE)
                self._act()
            self._listen(0.25 if self._enough.is_set() else min(max(0.0, due - time.monotonic()), 0.5))

    def _join(self) -> None:
        self.joins += 1
        self._conn = f"{self.me}.{self.joins}"
        sent, began = self.device.begins(), time.monotonic()
        early: list[tuple[str, Payload]] = []
        ack = self._answer(self.line.post("join", {"cursors": {str(room): revision for room, revision in sent.items()}}), early)
        assert ack["ok"], ack
        rooms = {str(room["id"]): room["revision"] for room in ack["rooms"]}
        self._history.add("joined", who=self.me, conn=self._conn, t=time.monotonic(), rooms=rooms)
        for missed in ack.get("changes", {}).values():
            self._note_told(missed.get("messages", ()), "page", began)
        self.device.joined(ack, sent)
        for event, payload in early:
            if event.startswith("message_"):
                self._note_told([payload], "live" if payload["revision"] > rooms.get(str(payload["room"]), 0) else "early", began)
            self.device.hears(event, payload)
        self.device.looks()

    # Asking

    def _act(self) -> None:
        name = self._chance.choices(list(ACTS), list(ACTS.values()))[0]
        self.asked += 1
        getattr(self, f"_act_{name}")()

    def _act_post(self) -> None:
        known = [message["id"] for message in self.device.messages.get(LOBBY, {}).values()]
        more = {"reply_to": self._chance.choice(known)} if known and self._chance.random() < 0.1 else {}
        room = LOBBY if more else self._room(0.6)
        self._say([{"to": {"room": room}, "body": self._words(), **more}])

    def _act_post_some(self) -> None:
        room = self._room(0.6)
        self._say([{"to": {"room": room}, "body": self._words()} for _ in range(self._chance.randint(2, 4))])

    def _act_post_to_person(self) -> None:
        self._say([{"to": {"person": self._chance.choice(self.friends)}, "body": self._words()}])

    def _act_post_what_is_refused(self) -> None:
        self._say([{"to": {"room": LOBBY}, "body": self._chance.choice(["", "a\x00b", "x" * 4_001])}])

    def _act_edit(self) -> None:
        if self._mine:
            self._change("edit_message", {"id": self._chance.choice(list(self._mine)), "body": self._words()})

    def _act_delete(self) -> None:
        if self._mine:
            self._change("delete_message", {"id": self._mine.pop(self._chance.choice(list(self._mine)))["id"]})

    def _act_mark(self) -> None:
        room = self._room(0.5)
        read = self._chance.randint(0, max(self.device.messages.get(room, {}), default=0))
        self._noted("mark", {"room": room, "read": read}, "mark", room=room, read=read)

    def _act_type(self) -> None:
        self._noted("type", {"room": self._room(0.5), "typing": True})

    def _act_create_room(self) -> None:
        guests = self._chance.sample(self.insiders, min(2, len(self.insiders)))
        name = f"{self._words()[:40].strip()} {self._chance.getrandbits(40):010x}"  # by which an answer that is lost is known
        payload = {"name": name, "private": self._chance.random() < 0.5, "people": guests}
        self._noted("create_room", payload, "founded", name=name, people=sorted({self.me, *guests}))

    def _act_join_room(self) -> None:
        answer = self._get("/api/rooms")
        rooms = sorted(room["id"] for room in answer["rooms"] if room["kind"] == "open")
        if rooms:
            room = self._chance.choice(rooms)
            self._noted("join_room", {"room": room}, "member", room=room, on=True)

    def _act_leave_room(self) -> None:
        mine = [number for number, room in self.device.rooms.items() if room["kind"] == "open"]
        if mine:
            room = self._chance.choice(mine)
            self._noted("leave_room", {"room": room}, "member", room=room, on=False)

    def _act_invite(self) -> None:
        mine = [number for number, room in self.device.rooms.items() if room["kind"] in {"open", "private"}]
        guests = [one for one in self.insiders if one != self.me]
        if mine and guests:
            room, guest = self._chance.choice(mine), self._chance.choice(guests)
            entry = self._history.add("member", who=guest, room=room, on=True, t0=time.monotonic(), t1=None, res="unknown")
            ack = self._noted("invite", {"room": room, "people": [guest]})
            entry.update(t1=time.monotonic(), res="ok" if ack["ok"] else "refused")

    def _act_change_room(self) -> None:
        mine = [number for number, room in self.device.rooms.items() if room["kind"] in {"open", "private"}]
        if mine:
            self._noted("change_room", {"room": self._chance.choice(mine), "topic": self._words()[:200]})

    def _act_rejoin(self) -> None:
        if self._noted("leave", {})["ok"]:
            self._join()

    def _say(self, payloads: list[Payload]) -> None:
        drafts = [(str(uuid.UUID(int=self._chance.getrandbits(128))), payload) for payload in payloads]
        self._unanswered.update(drafts)
        self._post(drafts)

    def _post(self, drafts: list[tuple[str, Payload]]) -> None:
        """Send messages one after the other without waiting, then take the answers; what has none is unknown."""
        tries = []
        try:
            for client_id, payload in drafts:
                known = {"who": self.me, "client_id": client_id, "body": payload["body"], "t0": time.monotonic()}
                entry = self._history.add("post", **known, t1=None, res="unknown")
                tries.append((entry, client_id, self.line.post("post_message", {"client_id": client_id, **payload})))
            if self._forgets_to_listen:
                self._forgets_to_listen = False
                raise LineClosed("hung up before the answer")
            for entry, client_id, number in tries:
                self._take_answer(entry, client_id, self._answer(number))
        finally:
            for entry, _, _ in tries:
                entry["t1"] = entry["t1"] or time.monotonic()

    def _take_answer(self, entry: Payload, client_id: str, ack: Payload) -> None:
        entry["t1"] = time.monotonic()
        if ack["ok"]:
            message = ack["message"]
            entry.update({name: message[name] for name in ("id", "room", "seq", "revision")}, res="ok")
            self._mine[message["id"]] = message
        else:
            entry.update(res="refused", code=ack["error"]["code"])
        if ack["ok"] or ack["error"]["code"] not in LATER:
            self._unanswered.pop(client_id, None)

    def _change(self, event: str, payload: Payload) -> None:
        known = {"who": self.me, "id": payload["id"], "body": payload.get("body")}
        entry = self._history.add("change", **known, t0=time.monotonic(), t1=None, res="unknown")
        try:
            ack = self._answer(self.line.post(event, payload))
        except (OSError, AssertionError):
            self._unsure.append((event, payload))
            raise
        finally:
            entry["t1"] = time.monotonic()
        if ack["ok"]:
            entry.update(res="ok", room=ack["message"]["room"], revision=ack["message"]["revision"])
        else:
            entry.update(res="refused", code=ack["error"]["code"])

    def _noted(self, event: str, payload: Payload, kind: str = "", **known: Any) -> Payload:
        """Ask, and note it where ``kind`` says as what; the ack."""
        entry = self._history.add(kind or "ask", who=self.me, **known, t0=time.monotonic(), t1=None, res="unknown")
        try:
            ack = self._answer(self.line.post(event, payload))
            entry["res"] = "ok" if ack["ok"] else "refused"
        finally:
            entry["t1"] = time.monotonic()
        return ack

    # Hearing

    def _answer(self, number: int, early: list[tuple[str, Payload]] | None = None) -> Payload:
        until = time.monotonic() + ANSWER
        while number not in self._acks:
            left = until - time.monotonic()
            if left <= 0:
                raise LineClosed("no answer in time")
            self._listen(left, early)
        return self._acks.pop(number)

    def _listen(self, wait: float, early: list[tuple[str, Payload]] | None = None) -> None:
        if not self.line.inbox:
            self.line.receive(wait)
        while self.line.inbox and not (early is not None and self._acks):  # what comes after the ack of join waits for it
            if self.line.inbox[0][:2] not in {b"42", b"43"}:
                raise LineClosed("the session has ended")
            event, number, payload = self.line.read()
            if event == "ack":
                self._acks[number] = payload
            elif early is not None:
                early.append((event, payload))
            else:
                self._hear(event, payload)
        if early is None:
            self.device.looks()

    def _hear(self, event: str, payload: Payload) -> None:
        if event.startswith("message_"):
            self._note_told([payload], "live", time.monotonic())
        elif event == "room_changed" and not payload.get("gone") and payload["id"] not in self.device.rooms:
            known = {"room": payload["id"], "revision": payload["revision"]}
            self._history.add("entered", who=self.me, conn=self._conn, t=time.monotonic(), **known)
        self.device.hears(event, payload)
        if event == "session_ended":
            raise LineClosed("the session has ended")

    def _note_told(self, messages: Any, via: str, asked: float) -> None:
        for message in messages:
            known = {"who": self.me, "conn": self._conn, "via": via, "asked": asked, "t": time.monotonic()}
            self._history.add("told", **known, **told_of(message))

    def _get(self, path: str) -> Any:
        began = time.monotonic()
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=ANSWER)
        try:
            line.request("GET", path, headers={"Authorization": f"Bearer {self._token}"})
            answer = line.getresponse()
            body = answer.read()
        except http.client.HTTPException as error:
            raise LineClosed("while reading") from error
        finally:
            line.close()
        if answer.status != 200:
            raise LineClosed(f"{path} was answered with {answer.status}")
        found = json.loads(body)
        self._note_told(found.get("messages", ()), "page", began)
        return found

    def _room(self, lobby: float) -> int:
        others = [number for number in self.device.rooms if number != LOBBY]
        return LOBBY if not others or self._chance.random() < lobby else self._chance.choice(others)

    def _words(self) -> str:
        return " ".join(self._chance.choices(WORDS, k=self._chance.randint(1, 12)))
