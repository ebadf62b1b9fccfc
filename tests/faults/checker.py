"""Reads a history and names what a chat must never do: 17 checks, pure functions of the entries (``history.py`` has them)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from tests.faults.history import Entry

LOBBY = 1
CLOSED = {"private", "direct"}  # kinds of rooms that only their members may read
Findings = Iterator[str]


class Known:
    """A history, sorted into what the checks ask for."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        by_kind: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            by_kind[entry["k"]].append(entry)
        self.posts, self.changes, self.members = by_kind["post"], by_kind["change"], by_kind["member"]
        self.marks, self.joined, self.entered = by_kind["mark"], by_kind["joined"], by_kind["entered"]
        self.told, self.shown, self.read, self.online = by_kind["told"], by_kind["shown"], by_kind["read"], by_kind["online"]
        self.rooms = {entry["room"]: entry for entry in by_kind["kept"]}
        self.members = [*self.members, *self._founders(by_kind["founded"])]
        self.kept = {message["id"]: {**message, "room": number} for number, room in self.rooms.items() for message in room["messages"]}
        self.of_client: dict[tuple[int, str], list[Entry]] = defaultdict(list)
        for message in self.kept.values():
            if message["client_id"]:
                self.of_client[message["sender"], message["client_id"]].append(message)
        self.tries: dict[tuple[int, str], list[Entry]] = defaultdict(list)
        for post in sorted(self.posts, key=lambda post: post["t0"]):
            self.tries[post["who"], post["client_id"]].append(post)


    def _founders(self, founded: Sequence[Entry]) -> Iterator[Entry]:
        """Who has been in a room from its beginning, also where the answer was lost: a name is given once."""
        named = {room["name"]: number for number, room in self.rooms.items() if room.get("name")}
        for one in founded:
            for who in one["people"] if one["name"] in named else ():
                yield {**one, "who": who, "room": named[one["name"]], "on": True}


def acked_but_lost(known: Known) -> Findings:
    """Promise 1: an ack means kept."""
    for post in known.posts:
        if post["res"] == "ok" and not known.of_client[post["who"], post["client_id"]]:
            yield f"{post['client_id']} of {post['who']} was acked as message {post['id']}, and is not kept"


def acked_otherwise(known: Known) -> Findings:
    """… and kept as it was acked, however often it was asked."""
    for post in known.posts:
        for message in known.of_client[post["who"], post["client_id"]][:1] if post["res"] == "ok" else ():
            if (post["id"], post["room"], post["seq"]) != (message["id"], message["room"], message["seq"]):
                yield f"{post['client_id']} was acked as {post['id']} seq {post['seq']}, kept as {message['id']} seq {message['seq']}"


def kept_twice(known: Known) -> Findings:
    """Promise 2: once for each ``client_id`` of a sender."""
    for (sender, client_id), messages in known.of_client.items():
        if len(messages) > 1:
            yield f"{client_id} of {sender} is kept as {[message['id'] for message in messages]}"


def from_nowhere(known: Known) -> Findings:
    """Nothing is kept that nobody said, nor in other words."""
    edits = defaultdict(set)
    for change in known.changes:
        edits[change["id"]].add(change["body"])
    for message in known.kept.values():
        if message["kind"] == "event":
            continue
        tries = known.tries.get((message["sender"], message["client_id"]), [])
        if not tries:
            yield f"message {message['id']} was said by nobody"
        elif not message["deleted"] and message["body"] not in {tries[0]["body"], *edits[message["id"]]}:
            yield f"message {message['id']} says {message['body']!r}, which nobody said"


def refused_but_kept(known: Known) -> Findings:
    """An error means that nothing was stored."""
    for key, tries in known.tries.items():
        if known.of_client.get(key) and all(post["res"] == "refused" for post in tries):
            yield f"{key[1]} of {key[0]} was refused, and is kept as {known.of_client[key][0]['id']}"


def hole_in_a_room(known: Known) -> Findings:
    """Promise 3: ``seq`` is 1, 2, 3, …; each change has a ``revision`` of its own, the last is the room's."""
    for number, room in known.rooms.items():
        seqs = sorted(message["seq"] for message in room["messages"])
        if seqs != list(range(1, room["seq"] + 1)):
            yield f"room {number} has counted {room['seq']}, its messages are {_short(seqs)}"
        revisions = Counter(message["revision"] for message in room["messages"])
        if max(revisions, default=0) != room["revision"] or max(revisions.values(), default=1) > 1:
            yield f"room {number} is at revision {room['revision']}, its messages at {_short(sorted(revisions.elements()))}"


def sender_order(known: Known) -> Findings:
    """What one client sends to a room is stored in the order sent."""
    said = defaultdict(list)
    for (sender, client_id), tries in known.tries.items():
        messages = known.of_client.get((sender, client_id), [])
        if messages and all(post["res"] != "refused" for post in tries):  # what was refused first is sent again later
            said[sender, messages[0]["room"]].append((tries[0]["t0"], messages[0]["seq"]))
    for (sender, room), messages in said.items():
        in_order = [seq for _, seq in sorted(messages)]
        for before, after in pairwise(in_order):
            if after < before:
                yield f"{sender} said seq {before} of room {room} before seq {after}"


def real_time_order(known: Known) -> Findings:
    """What was acked before another was sent stands before it."""
    once = [tries[0] for tries in known.tries.values() if len(tries) == 1 and tries[0]["res"] == "ok"]
    moments = [(post["t1"], 0, post["seq"], post["room"]) for post in once] + [(post["t0"], 1, post["seq"], post["room"]) for post in once]
    highest: dict[int, int] = defaultdict(int)
    for _, begins, seq, room in sorted(moments):
        if not begins:
            highest[room] = max(highest[room], seq)
        elif seq <= highest[room]:
            yield f"seq {seq} of room {room} was sent when seq {highest[room]} was acked already"


def told_but_not_kept(known: Known) -> Findings:
    """Nobody is told what is not kept, or in another place: so all see one order."""
    for told in known.told:
        message = known.kept.get(told["id"])
        if message is None or (message["room"], message["seq"]) != (told["room"], told["seq"]):
            kept = message and message["seq"]
            yield f"{told['who']} was told message {told['id']} as seq {told['seq']} of room {told['room']}, kept is {kept}"


def told_twice(known: Known) -> Findings:
    """No connection is told the same twice."""
    heard = Counter((told["conn"], told["room"], told["revision"]) for told in known.told if told["via"] == "live")
    for (conn, room, revision), count in heard.items():
        if count > 1:
            yield f"{conn} was told revision {revision} of room {room} {count} times"


def hole_on_a_connection(known: Known) -> Findings:
    """Live, a room's revisions come one by one from where ``join`` said that it is."""
    begun: dict[tuple[str, int], list[tuple[float, int, int]]] = defaultdict(list)
    for entry in known.joined:
        for room, revision in entry["rooms"].items():
            begun[entry["conn"], int(room)].append((entry["t"], revision, 0))
    for entry in known.entered:  # the note of it follows, and is counted already
        begun[entry["conn"], entry["room"]].append((entry["t"], entry["revision"], 1))
    heard = defaultdict(list)
    for told in known.told:
        if told["via"] == "live":
            heard[told["conn"], told["room"]].append((told["t"], told["revision"]))
    for (conn, room), revisions in heard.items():
        marks = sorted(begun[conn, room])
        last, slack = None, 0
        for moment, revision in dict(sorted((one[1], one) for one in revisions)).values():  # told_twice has the others
            while marks and marks[0][0] <= moment:
                _, last, slack = marks.pop(0)
            if last is not None and revision != last + 1 and not (slack and revision == last):
                yield f"{conn} was told revision {revision} of room {room} after {last}"
            last, slack = revision, 0


def told_to_a_stranger(known: Known) -> Findings:
    """Promise 7: a room reaches its members while they are in it, and nobody else; an open one may be read."""
    stays: dict[tuple[int, int], list[tuple[float, float]]] = defaultdict(list)
    for entry in sorted(known.members, key=lambda entry: entry["t0"]):
        mine = stays[entry["who"], entry["room"]]
        if entry["on"] and entry["res"] != "refused":
            mine.append((entry["t0"], float("inf")))
        elif not entry["on"] and entry["res"] == "ok":
            mine[:] = [(begin, min(end, entry["t1"])) for begin, end in mine]
    for told in known.told:
        room = known.rooms.get(told["room"])
        if room is None or room["kind"] == "lobby" or (room["kind"] == "open" and told["via"] == "page"):
            continue
        if room["kind"] == "direct":
            welcome = told["who"] in room["people"]
        else:
            welcome = any(begin <= told["t"] <= end for begin, end in stays[told["who"], told["room"]])
        if not welcome:
            yield f"{told['who']} was told message {told['id']} of the {room['kind']} room {told['room']}"


def member_misses(known: Known) -> Findings:
    """Promise 4: what a member's device shows in the end is what is kept, each message in its newest form."""
    for shown in known.shown:
        room = known.rooms[shown["room"]]
        kept = {one["seq"]: (one["id"], one["revision"], "" if one["deleted"] else one["body"], one["deleted"]) for one in room["messages"]}
        mine = {int(seq): tuple(message) for seq, message in shown["messages"].items()}
        wrong = sorted(seq for seq in {*kept, *mine} if kept.get(seq) != mine.get(seq))
        if wrong:
            first = f"seq {wrong[0]} as {mine.get(wrong[0])}, kept is {kept.get(wrong[0])}"
            yield f"{shown['who']} shows of room {shown['room']} {first} ({len(wrong)} in all)"


def change_lost(known: Known) -> Findings:
    """Promise 6: an acked edit or deletion holds, and what was taken back is told no more."""
    taken_back: dict[int, list[Entry]] = defaultdict(list)
    for change in known.changes:
        message = known.kept.get(change["id"])
        if change["res"] != "ok" or message is None:
            continue
        if change["body"] is None:
            taken_back[change["id"]].append(change)
        newest = message["revision"] == change["revision"]
        if message["revision"] < change["revision"] or (change["body"] is None and not message["deleted"]):
            yield f"message {change['id']} was changed to revision {change['revision']}, kept is revision {message['revision']}"
        elif newest and not message["deleted"] and message["body"] != change["body"]:
            yield f"message {change['id']} says {message['body']!r} after it was edited to {change['body']!r}"
    for told in known.told:
        for change in taken_back.get(told["id"], ()):
            late = told["revision"] >= change["revision"] or (told["via"] == "page" and told["asked"] > change["t1"])
            if told["body"] and late:
                yield f"{told['who']} was told message {told['id']} with its text after it was deleted"


def client_id_told(known: Known) -> Findings:
    """A ``client_id`` goes to its sender alone."""
    for told in known.told:
        if told["client_id"] and told["sender"] != told["who"]:
            yield f"{told['who']} was told the client_id of message {told['id']} of {told['sender']}"


def read_mark_lost(known: Known) -> Findings:
    """How far one has read never goes back, nor past what was said."""
    acked: dict[tuple[int, int], int] = defaultdict(int)
    asked: dict[tuple[int, int], int] = defaultdict(int)
    for mark in known.marks:
        key = mark["who"], mark["room"]
        asked[key] = max(asked[key], mark["read"])
        acked[key] = max(acked[key], mark["read"] if mark["res"] == "ok" else 0)
    for read in known.read:
        key = read["who"], read["room"]
        if asked[key] and not acked[key] <= read["read"]:
            yield f"{read['who']} has read room {read['room']} to {read['read']}, acked was {acked[key]}"


def ghost_online(known: Known) -> Findings:
    """In the end everybody sees who is there, and nobody else."""
    for seen in known.online:
        if set(seen["people"]) != set(seen["here"]):
            yield f"{seen['who']} sees {sorted(seen['people'])} online, there are {sorted(seen['here'])}"


CHECKS: dict[str, Callable[[Known], Iterable[str]]] = {
    check.__name__: check
    for check in (
        acked_but_lost,
        acked_otherwise,
        kept_twice,
        from_nowhere,
        refused_but_kept,
        hole_in_a_room,
        sender_order,
        real_time_order,
        told_but_not_kept,
        told_twice,
        hole_on_a_connection,
        told_to_a_stranger,
        member_misses,
        change_lost,
        client_id_told,
        read_mark_lost,
        ghost_online,
    )
}


def find(entries: Sequence[Entry]) -> dict[str, list[str]]:
    """What each check has found; a check that has found nothing is left out."""
    known = Known(entries)
    found = {name: list(check(known)) for name, check in CHECKS.items()}
    return {name: findings for name, findings in found.items() if findings}


def _short(numbers: Sequence[Any]) -> str:
    return str(numbers if len(numbers) <= 12 else [*numbers[:4], "…", *numbers[-4:]])
