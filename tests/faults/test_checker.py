"""A good history has no findings; damaged in one place, exactly the check that is for it notices."""

import copy

import pytest

from tests.faults.checker import CHECKS, find

ANI, BUDI, CITRA = 2, 3, 4
LOBBY, CLASS, PAIR = 1, 5, 6
EMPTY = {"sender": ANI, "body": "", "deleted": False, "client_id": None}


def good():
    """Three people, one of them outside of the private room; thirty messages, edits, a deletion, a lost answer, a refusal."""
    entries, messages = [], []
    entries += [{"k": "joined", "who": who, "conn": f"line {who}", "t": 0.5, "rooms": {LOBBY: 0}} for who in (ANI, BUDI, CITRA)]
    entries += [{"k": "member", "who": who, "room": CLASS, "on": True, "t0": 0, "t1": 0.1, "res": "ok"} for who in (ANI, BUDI)]
    for seq in range(1, 31):
        who, client_id, body = (ANI, BUDI, CITRA)[seq % 3], f"c{seq}", f"kata {seq}"
        ack = {"id": 100 + seq, "room": LOBBY, "seq": seq, "revision": seq}
        entries.append({"k": "post", "who": who, "client_id": client_id, "body": body, "t0": seq, "t1": seq + 0.5, "res": "ok", **ack})
        messages.append({**ack, "kind": "text", "sender": who, "client_id": client_id, "body": body, "deleted": False})
        entries += [told(one, messages[-1], seq + 0.4) for one in (ANI, BUDI, CITRA)]
    change(entries, messages[2], 31, "kata lain", 40)
    change(entries, messages[5], 32, None, 42)
    entries.append({"k": "post", "who": ANI, "client_id": "lost", "body": "hilang", "t0": 50, "t1": 51, "res": "unknown"})
    entries.append({"k": "post", "who": ANI, "client_id": "no", "body": "tidak", "t0": 52, "t1": 53, "res": "refused"})
    secret = {"id": 201, "room": CLASS, "seq": 1, "revision": 1, "kind": "text", "sender": ANI, "client_id": "s1", "body": "rahasia"}
    secret["deleted"] = False
    entries.append({"k": "post", "who": ANI, "t0": 54, "t1": 55, "res": "ok", **secret})
    entries += [told(one, secret, 54.5) for one in (ANI, BUDI)]
    entries.append({"k": "mark", "who": BUDI, "room": LOBBY, "read": 20, "t0": 60, "t1": 61, "res": "ok"})
    entries.append({"k": "read", "who": BUDI, "room": LOBBY, "read": 20})
    for who, rooms in ((ANI, (LOBBY, CLASS)), (BUDI, (LOBBY, CLASS)), (CITRA, (LOBBY,))):
        entries += [{"k": "shown", "who": who, "room": room, "messages": shown(messages if room == LOBBY else [secret])} for room in rooms]
        entries.append({"k": "online", "who": who, "people": [ANI, BUDI, CITRA], "here": [ANI, BUDI, CITRA]})
    entries.append({"k": "kept", "room": LOBBY, "kind": "lobby", "seq": 30, "revision": 32, "people": [], "messages": messages})
    entries.append({"k": "kept", "room": CLASS, "kind": "private", "seq": 1, "revision": 1, "people": [ANI, BUDI], "messages": [secret]})
    return entries


def told(who, message, moment, **more):
    known = {name: message[name] for name in ("room", "id", "seq", "revision", "sender", "body", "deleted")}
    mine = message["client_id"] if message["sender"] == who else None
    return {"k": "told", "who": who, "conn": f"line {who}", "via": "live", "asked": moment, "t": moment, **known, "client_id": mine, **more}


def change(entries, message, revision, body, moment):
    message.update(revision=revision, body=body or "", deleted=body is None)
    asked = {"who": message["sender"], "id": message["id"], "body": body, "t0": moment, "t1": moment + 1, "res": "ok"}
    entries.append({"k": "change", **asked, "room": LOBBY, "revision": revision})
    entries.extend(told(one, message, moment + 0.5) for one in (ANI, BUDI, CITRA))


def shown(messages):
    return {str(one["seq"]): [one["id"], one["revision"], one["body"], one["deleted"]] for one in messages}


def test_who_was_brought_in_by_an_ask_without_an_answer_is_no_stranger():
    history = [one for one in good() if one["k"] != "member"]
    assert set(find(history)) == {"told_to_a_stranger"}
    the(history, "kept", room=CLASS)["name"] = "Kelas 7"

    history.append({"k": "founded", "who": ANI, "name": "Kelas 7", "people": [ANI, BUDI], "t0": 0, "t1": 9, "res": "unknown"})

    assert find(history) == {}


def test_a_good_history_has_no_findings():
    assert find(good()) == {}


def test_what_had_no_answer_may_be_kept():
    entries = good()
    message = {"id": 131, "room": LOBBY, "seq": 31, "revision": 33, "kind": "text", "sender": ANI, "client_id": "lost", "body": "hilang"}
    keep(entries, {**message, "deleted": False}, show=True)

    assert find(entries) == {}


def the(entries, kind, **wanted):
    return next(one for one in entries if one["k"] == kind and all(one.get(name) == value for name, value in wanted.items()))


def lobby(entries):
    return the(entries, "kept", room=LOBBY)


def keep(entries, message, *, show):
    room = lobby(entries)
    room["messages"].append(message)
    room.update(seq=max(room["seq"], message["seq"]), revision=max(room["revision"], message["revision"]))
    for one in entries if show else ():
        if one["k"] == "shown" and one["room"] == LOBBY:
            one["messages"].update(shown([message]))
        elif one["k"] == "joined":
            entries.append(told(one["who"], message, 90))


def kept_as(entries, **values):
    """One more message that everybody shows and was told: only its origin is wrong."""
    message = {"id": 131, "room": LOBBY, "seq": 31, "revision": 33, "kind": "text", "deleted": False, "body": "hilang", "sender": ANI}
    keep(entries, {**message, **values}, show=True)


def acked_but_lost(entries):
    post = the(entries, "post", client_id="lost")
    post.update(res="ok", id=131, room=LOBBY, seq=31, revision=33)


def acked_otherwise(entries):
    the(entries, "post", client_id="c1")["id"] = 999


def kept_twice(entries):
    kept_as(entries, client_id="c6", sender=ANI, body="kata 6")


def from_nowhere(entries):
    kept_as(entries, client_id="made up")


def refused_but_kept(entries):
    kept_as(entries, client_id="no", body="tidak")


def hole_in_a_room(entries):
    lobby(entries)["seq"] = 31


def sender_order(entries):
    the(entries, "post", client_id="c6").update(t0=2.9)  # before c3


def real_time_order(entries):
    the(entries, "post", client_id="c7").update(t0=9.6, t1=9.7)
    the(entries, "post", client_id="c10").update(t0=9.8)


def told_but_not_kept(entries):
    ghost = {"id": 999, "room": LOBBY, "seq": 31, "revision": 33, **EMPTY}
    entries.append(told(BUDI, ghost, 90))


def told_twice(entries):
    entries.append(copy.deepcopy(the(entries, "told", who=CITRA, seq=9)))


def hole_on_a_connection(entries):
    entries.remove(the(entries, "told", who=CITRA, seq=9))


def told_to_a_stranger(entries):
    entries.append(told(CITRA, the(entries, "kept", room=CLASS)["messages"][0], 90))


def member_misses(entries):
    del the(entries, "shown", who=CITRA, room=LOBBY)["messages"]["30"]


def change_lost(entries):
    taken = next(one for one in lobby(entries)["messages"] if one["deleted"])
    entries.append(told(BUDI, {**taken, "body": "kata 6"}, 90, via="page"))


def client_id_told(entries):
    the(entries, "told", who=CITRA, seq=9)["client_id"] = "c9"


def read_mark_lost(entries):
    the(entries, "read", who=BUDI)["read"] = 19


def ghost_online(entries):
    the(entries, "online", who=ANI)["people"].append(99)


def told_after_leaving(entries):
    entries.append({"k": "member", "who": BUDI, "room": CLASS, "on": False, "t0": 50, "t1": 51, "res": "ok"})


def edit_gone(entries):
    the(entries, "change", body="kata lain").update(body="kata yang diminta")
    lobby(entries)["messages"][2]["body"] = "kata 3"
    for one in entries:
        if one["k"] == "shown" and one["room"] == LOBBY:
            one["messages"]["3"][2] = "kata 3"


def revision_given_twice(entries):
    lobby(entries)["messages"][1]["revision"] = 32
    for one in entries:
        if one["k"] == "shown" and one["room"] == LOBBY:
            one["messages"]["2"][1] = 32


DAMAGES = {
    damage.__name__: damage
    for damage in (
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
MORE = {told_after_leaving: "told_to_a_stranger", edit_gone: "change_lost", revision_given_twice: "hole_in_a_room"}


def test_there_is_a_damage_for_each_check():
    assert len(CHECKS) == 17
    assert DAMAGES.keys() == CHECKS.keys()


@pytest.mark.parametrize("name", DAMAGES)
def test_each_damage_is_noticed_by_its_check_alone(name):
    entries = good()
    DAMAGES[name](entries)

    assert list(find(entries)) == [name]


@pytest.mark.parametrize("damage", MORE)
def test_what_a_check_is_for_besides(damage):
    entries = good()
    damage(entries)

    assert list(find(entries)) == [MORE[damage]]
