"""Catching up as an equation: what a device held, and the changes since, is what a fresh ``join`` answers.

    python -m tests.faults.catch_up --sequences 10000 --jobs 2

In each sequence one device goes away, people do whatever they can do, and it comes back with its cursors. Then it must
show the same as another device of the same person that has just come, message by message; and so must one that
stayed and heard all of it live. Pages are made small, so that `more` and `reset` are as common as in a day of a school.
The exit code is 1 when two of them differ; a seed and a number say which sequence.
"""

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
import traceback
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest import mock

import eventlet

from chatweb.chat import service
from chatweb.live import events
from chatweb.store import archive
from tests.faults.device import Astray, Device
from tests.faults.indoors import House, Panel, Wire
from tests.wire import LOBBY

PEOPLE = 4
IN_A_HOUSE = 20  # sequences on one database, so that histories grow and permissions are mixed
ACTS_IN_ONE = (2, 8)
LONG_AWAY = 0.8  # of those who went away, this part misses the next sequences too
PAGE, MISSED, BYTES = 2, 9, 900  # instead of 200 messages, 2,000 messages and 256 kB
SMALL = {(service, "CHANGES_PAGE"): PAGE, (archive, "CHANGES_MISSED"): MISSED, (events, "CHANGES_BYTES"): BYTES}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc0f01f000501"
    "0180a04f2e2b0000000049454e44ae426082"
)


class Somebody:
    """A person with a device that stays, one that goes away at times, and what they may write about."""

    def __init__(self, house: House, nickname: str) -> None:
        self._house = house
        self.nickname = nickname
        answer = house.http("POST", "/api/session", {"nickname": nickname})
        assert answer.status_code == 201, answer.text
        self.token, self.id = answer.json["token"], answer.json["person"]["id"]
        self.stays, self.goes = Device(self.id, self.get), Device(self.id, self.get)
        self.wires: dict[Device, Wire] = {}

    def get(self, path: str) -> Any:
        answer = self._house.http("GET", path, token=self.token)
        assert answer.status_code == 200, (path, answer.text)
        return answer.json

    def comes(self, device: Device) -> None:
        """Connect a device and let it go on where it was."""
        self.wires[device] = wire = Wire(self._house, self.token)
        self.joins(device, wire)

    def joins(self, device: Device, wire: Wire) -> None:
        sent = device.begins()
        ack = wire.asks("join", {"cursors": {str(room): revision for room, revision in sent.items()}})
        assert ack["ok"], ack
        device.joined(ack, sent)  # what was told meanwhile waits in the wire

    def fresh(self) -> Device:
        """Another device of this person that has just come."""
        device = Device(self.id, self.get)
        wire = Wire(self._house, self.token)
        self.joins(device, wire)
        wire.breaks()
        return device

    def hears(self, device: Device) -> None:
        """Let a device take what it was told."""
        wire = self.wires.get(device)
        if wire is None:
            return
        wire.listens()
        while wire.heard:
            device.hears(*wire.heard.popleft())
        if device.online:
            device.looks()

    def hangs_up(self, device: Device) -> None:
        device.online = False
        wire = self.wires.pop(device, None)
        if wire is not None:
            wire.breaks()


@dataclass
class Report:
    """What came of some sequences."""

    sequences: int = 0
    verbs: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    resets: int = 0
    pages: int = 0
    faults: list[str] = field(default_factory=list)

    def add(self, other: "Report") -> None:
        self.sequences += other.sequences
        self.verbs += other.verbs
        self.refused += other.refused
        self.resets += other.resets
        self.pages += other.pages
        self.faults += other.faults

    def __str__(self) -> str:
        lines = [
            f"{self.sequences} sequences, {sum(self.verbs.values())} acts of {len(self.verbs)} kinds, {self.refused} refused",
            f"{self.pages} times `more`, {self.resets} times `reset`",
            *self.faults[:10],
            f"{len(self.faults)} faults" if self.faults else "Held + changes = fresh, each time.",
        ]
        return "\n".join(lines)


class Street:
    """People in one house, and everything that they may do there."""

    def __init__(self, house: House, chance: random.Random, report: Report) -> None:
        self._house = house
        self._chance = chance
        self._report = report
        self._panel: Panel = house.sign_in()
        self._people_made = 0
        self._files: dict[int, list[int]] = {}
        self._said: list[dict[str, Any]] = []  # acked messages
        self._asked: list[dict[str, Any]] = []  # payloads of posts, to be asked again
        self._stopped = False
        self.acts: list[str] = []  # of this sequence
        self.people = [self._newcomer() for _ in range(PEOPLE)]
        for private in (False, True):
            self._asks(self.people[0], "create_room", {"name": "Kelas", "private": private, "people": [self.people[1].id]})
        self._settle()
        for person in self.people[1:]:
            person.hangs_up(person.goes)  # they are away for longer

    def sequence(self) -> None:
        """One device goes away; people act; it comes back: the equation."""
        self.acts.clear()
        away = self._chance.choice([one for one in self.people if one.goes in one.wires] or self.people)
        away.hangs_up(away.goes)
        for _ in range(self._chance.randint(*ACTS_IN_ONE)):
            self._act()
        if self._stopped:
            self._start_or_stop()
        if away not in self.people:
            away = self.people[-1]  # banned meanwhile; somebody new is there
            away.hangs_up(away.goes)
        if self._chance.random() < LONG_AWAY:
            away = self._longest_away() or away
        if self._chance.random() < 0.3:
            self._together(away)
        else:
            away.comes(away.goes)
        self._settle()
        self._compare(away)

    def _longest_away(self) -> Somebody | None:
        """Whose device has missed most of the lobby, of those that are away."""
        gone = [one for one in self.people if one.goes not in one.wires]
        return min(gone, key=lambda one: one.goes.cursors.get(LOBBY, 0), default=None)

    def _compare(self, away: Somebody) -> None:
        fresh = away.fresh().view()
        self._same(f"{away.nickname}'s device that came back", away.goes.view(), fresh)
        self._same(f"{away.nickname}'s device that stayed", away.stays.view(), fresh)
        other = self._chance.choice(self.people)
        if other is not away and self._chance.random() < 0.5:
            self._same(f"{other.nickname}'s device that stayed", other.stays.view(), other.fresh().view())

    def _same(self, whose: str, view: dict[str, Any], fresh: dict[str, Any]) -> None:
        if view != fresh:
            raise Astray(f"{whose} differs from a fresh one: {'; '.join(differences(view, fresh))}")

    def _together(self, away: Somebody) -> None:
        """Come back in the middle of what others do."""
        self.acts.append(f"{away.nickname} comes back, others act meanwhile")
        talking = [eventlet.spawn(getattr(self, f"_{self._chance.choice(TOGETHER)}")) for _ in range(6)]
        away.comes(away.goes)
        for one in talking:
            one.wait()

    def _act(self) -> None:
        name = self._chance.choices(list(ACTS), list(ACTS.values()))[0]
        if self._stopped and name != "start_or_stop":
            name = self._chance.choice(["start_or_stop", "post"])
        self._report.verbs[name] += 1
        getattr(self, f"_{name}")()
        self._settle()

    def _settle(self) -> None:
        """Everybody takes what they were told; who was ended comes back, where that may be."""
        for person in self.people:
            for device in list(person.wires):
                person.hears(device)
                if not device.online and not self._stopped:
                    person.hangs_up(device)
                    person.comes(device)

    def _asks(self, person: Somebody, event: str, payload: dict[str, Any]) -> dict[str, Any]:
        self.acts.append(f"{person.nickname} {event} {payload}")
        wire = person.wires.get(person.stays)
        if wire is None or wire.ended:
            return {}
        ack = wire.asks(event, payload)
        assert "ok" in ack, ack
        if not ack["ok"]:
            assert ack["error"]["code"] not in {"internal", "overloaded"}, ack
            self._report.refused += 1
        return ack

    def _calls(self, method: str, path: str, body: Any = None) -> Any:
        self.acts.append(f"Admin {method} {path} {body or ''}")
        answer = self._panel.call(method, path, body)
        assert answer.status_code < 500 or answer.json["code"] == "service_stopped", answer.text
        self._report.refused += answer.status_code >= 400
        return answer

    # What people do

    def _post_some(self) -> None:
        for _ in range(self._chance.randint(2, 9)):
            self._post()

    def _post(self) -> None:
        person, to = self._somebody(), self._room()
        more = {"reply_to": self._chance.choice(self._said)["id"]} if self._said and self._chance.random() < 0.2 else {}
        files = self._files.get(person.id, [])
        if files and self._chance.random() < 0.3:
            more["attachments"] = self._chance.sample(files, 1)
        self._say(person, {"room": to}, **more)

    def _post_to_person(self) -> None:
        person = self._somebody()
        self._say(person, {"person": self._chance.choice([other.id for other in self.people if other is not person] + [1])})

    def _post_again(self) -> None:
        if self._asked:
            asked = self._chance.choice(self._asked)
            person = next((one for one in self.people if one.id == asked["who"]), None)
            if person:
                self._asks(person, "post_message", asked["payload"])

    def _edit(self) -> None:
        message = self._message()
        if message:
            self._asks(self._author(message), "edit_message", {"id": message["id"], "body": self._words()})

    def _delete(self) -> None:
        message = self._message()
        if message:
            self._asks(self._author(message), "delete_message", {"id": message["id"]})

    def _delete_as_admin(self) -> None:
        message = self._message()
        if message:
            self._calls("DELETE", f"/messages/{message['id']}")

    def _create_room(self) -> None:
        guests = [one.id for one in self.people if self._chance.random() < 0.4]
        room = {"name": self._words()[:60], "private": self._chance.random() < 0.5, "people": guests}
        self._asks(self._somebody(), "create_room", room)

    def _join_room(self) -> None:
        self._asks(self._somebody(), "join_room", {"room": self._room(lobby=0.1)})

    def _leave_room(self) -> None:
        self._asks(self._somebody(), "leave_room", {"room": self._room(lobby=0.1)})

    def _invite(self) -> None:
        guests = [one.id for one in self.people if self._chance.random() < 0.5]
        self._asks(self._somebody(), "invite", {"room": self._room(lobby=0.1), "people": guests})

    def _change_room(self) -> None:
        change = self._chance.choice([{"name": self._words()[:60]}, {"topic": self._words()[:200]}, {"topic": ""}])
        self._asks(self._somebody(), "change_room", {"room": self._room(lobby=0.1), **change})

    def _mark(self) -> None:
        person, room = self._somebody(), self._room()
        held = person.stays.messages.get(room, {})
        kind = self._chance.choice(["received", "read"])
        self._asks(person, "mark", {"room": room, kind: self._chance.randint(0, max(held, default=0))})

    def _type(self) -> None:
        self._asks(self._somebody(), "type", {"room": self._room(), "typing": self._chance.random() < 0.5})

    def _leave(self) -> None:
        person = self._somebody()
        if self._asks(person, "leave", {}).get("ok"):
            person.hears(person.stays)
            person.joins(person.stays, person.wires[person.stays])

    def _drop(self) -> None:
        person = self._somebody()
        self.acts.append(f"{person.nickname}'s line breaks")
        person.hangs_up(person.stays)
        person.comes(person.stays)

    def _rename(self) -> None:
        person = self._somebody()
        self.acts.append(f"{person.nickname} is renamed")
        self._people_made += 1
        self._house.http("PATCH", "/api/session", {"nickname": f"Orang {self._people_made}"}, token=person.token)

    def _upload(self) -> None:
        person = self._somebody()
        name, content = self._chance.choice([("foto.png", PNG), ("catatan.txt", b"catatan")])
        self.acts.append(f"{person.nickname} sends {name}")
        answer = self._house.http("POST", "/api/attachments", token=person.token, data={"file": (BytesIO(content), name)})
        if answer.status_code == 201:
            self._files.setdefault(person.id, []).append(answer.json["id"])

    # What the administrator does

    def _write_as_admin(self) -> None:
        to = self._chance.choice([{"room": self._room()}, {"person": self._somebody().id}])
        self._calls("POST", "/messages", {"to": to, "body": self._words()})

    def _broadcast(self) -> None:
        self._calls("POST", "/broadcasts", {"body": self._words()})

    def _unpin(self) -> None:
        pinned = next((one.stays.pinned for one in self.people if one.stays.pinned), None)
        if pinned:
            self._calls("DELETE", f"/broadcasts/{pinned['id']}")

    def _kick(self) -> None:
        self._calls("POST", f"/people/{self._somebody().id}/kick", {"reason": "sebentar"})

    def _mute(self) -> None:
        person = self._somebody().id
        self._calls(self._chance.choice(["PUT", "DELETE"]), f"/people/{person}/mute", {})
        if self._chance.random() < 0.7:
            self._calls("DELETE", f"/people/{person}/mute")

    def _ban(self) -> None:
        """Somebody is sent away for good, and somebody new comes."""
        person = self._chance.choice(self.people)
        self._calls("PUT", f"/people/{person.id}/ban", {"reason": "cukup"})
        for device in list(person.wires):
            person.hears(device)
            assert not device.online, "a ban ends connections"
            person.hangs_up(device)
        self.people.remove(person)
        if not self._stopped:
            self.people.append(self._newcomer())

    def _start_or_stop(self) -> None:
        self._stopped = not self._stopped
        self._calls("PUT", "/service", {"state": "stopped" if self._stopped else "running"})
        if not self._stopped:
            while len(self.people) < PEOPLE:
                self.people.append(self._newcomer())
            for person in self.people:
                for device in {person.stays, *person.wires}:
                    person.hangs_up(device)
                    person.comes(device)

    def _newcomer(self) -> Somebody:
        self._people_made += 1
        person = Somebody(self._house, f"Orang {self._people_made}")
        person.comes(person.stays)
        person.comes(person.goes)
        return person

    def _somebody(self) -> Somebody:
        return self._chance.choice(self.people)

    def _room(self, *, lobby: float = 0.4) -> int:
        known = sorted({room for person in self.people for room in person.stays.rooms})
        return LOBBY if not known or self._chance.random() < lobby else self._chance.choice(known)

    def _message(self) -> dict[str, Any] | None:
        return self._chance.choice(self._said[-30:]) if self._said else None

    def _author(self, message: dict[str, Any]) -> Somebody:
        mine = [one for one in self.people if one.id == message["sender"]["id"]]
        return mine[0] if mine and self._chance.random() < 0.9 else self._somebody()

    def _words(self) -> str:
        return " ".join(self._chance.choices(["halo", "apa", "kabar", "besok", "ya", "tidak", "🌋"], k=self._chance.randint(1, 30)))

    def _say(self, person: Somebody, to: dict[str, int], **more: Any) -> None:
        client_id = str(uuid.UUID(int=self._chance.getrandbits(128)))
        payload = {"client_id": client_id, "to": to, "body": self._words(), **more}
        self._asked.append({"who": person.id, "payload": payload})
        ack = self._asks(person, "post_message", payload)
        if ack.get("ok"):
            self._said.append(ack["message"])


ACTS = {
    "post": 20,
    "post_some": 10,
    "post_to_person": 6,
    "post_again": 4,
    "edit": 10,
    "delete": 4,
    "delete_as_admin": 2,
    "create_room": 2,
    "join_room": 5,
    "leave_room": 3,
    "invite": 3,
    "change_room": 3,
    "mark": 8,
    "type": 2,
    "leave": 1,
    "drop": 3,
    "rename": 1,
    "upload": 2,
    "write_as_admin": 3,
    "broadcast": 1,
    "unpin": 1,
    "kick": 1,
    "mute": 1,
    "ban": 0.3,
    "start_or_stop": 0.7,
}

TOGETHER = ["post", "post", "post", "edit", "delete", "join_room", "leave_room", "invite", "mark"]  # what doesn't end a connection


def differences(mine: Any, fresh: Any, path: str = "") -> Iterator[str]:
    """Where two views are not the same, the first few."""
    if isinstance(mine, dict) and isinstance(fresh, dict):
        for key in sorted({*mine, *fresh}, key=str):
            if mine.get(key) != fresh.get(key):
                yield from differences(mine.get(key), fresh.get(key), f"{path}/{key}")
    else:
        yield f"{path} is {mine!r}, fresh {fresh!r}"


@contextmanager
def small_pages() -> Iterator[None]:
    """Answers of a size that a short sequence fills."""
    patches = [mock.patch.object(module, name, value) for (module, name), value in SMALL.items()]
    for patch in patches:
        patch.start()
    try:
        yield
    finally:
        for patch in patches:
            patch.stop()


def run(seed: int, houses: range, *, sequences: int = IN_A_HOUSE, note: Callable[[str], None] = lambda _line: None) -> Report:
    """Try so many sequences in each house; a house's course is a function of the seed and its number."""
    report = Report()
    with small_pages():
        for number in houses:
            with tempfile.TemporaryDirectory(prefix="chatweb-catch-up-") as folder:
                house = House(Path(folder))
                try:
                    _try_all(house, seed, number, sequences, report)
                finally:
                    house.end()
            note(f"house {number}: {report.sequences} sequences")
    return report


def _try_all(house: House, seed: int, number: int, sequences: int, report: Report) -> None:
    street = Street(house, random.Random(f"{seed} {number}"), report)
    for sequence in range(sequences):
        try:
            street.sequence()
        except (Exception, eventlet.Timeout) as error:
            where = f"seed {seed}, house {number}, sequence {sequence}"
            told = "" if isinstance(error, Astray) else traceback.format_exc()
            report.faults.append(f"{where}: {error}\n{told}  " + "\n  ".join(street.acts[-40:]))
            break  # the house is not to be trusted from here on
        report.sequences += 1
    for person in street.people:
        report.resets += person.goes.resets + person.stays.resets
        report.pages += person.goes.pages + person.stays.pages
        for device in list(person.wires):
            person.hangs_up(device)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sequences", type=int, default=500)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--house", type=int, default=None, help="this one alone: to see a fault again")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(2**32)
    began, total = time.monotonic(), Report()
    if options.house is not None:
        total = run(seed, range(options.house, options.house + 1))
    else:
        houses = -(-options.sequences // IN_A_HOUSE)
        shares = [range(houses)[first : first + 10] for first in range(0, houses, 10)]
        with ProcessPoolExecutor(options.jobs, mp_context=multiprocessing.get_context("spawn"), max_tasks_per_child=1) as pool:
            for report in pool.map(run, [seed] * len(shares), shares):
                total.add(report)
    print(f"catch-up: seed {seed}, {time.monotonic() - began:.0f} s: {total}")
    return 1 if total.faults else 0


if __name__ == "__main__":
    sys.exit(main())
