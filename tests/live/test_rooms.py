"""Rooms as their people see them, and messages that are edited, deleted and answered."""

import uuid

import pytest


@pytest.fixture
def server(shared_server):
    return shared_server


def test_a_new_open_room_is_told_to_its_people_and_found_by_everybody(server, visit):
    ani, budi, cici = visit(server), visit(server), visit(server)
    name = f"Kelas {uuid.uuid4().hex[:8]}"

    room = ani.asks("create_room", {"name": f"  {name} ", "topic": "fisika", "people": [budi.id]})["room"]

    told = budi.hears("room_changed", where=lambda room: room.get("name") == name)
    assert (room["kind"], room["name"], room["topic"], room["members"]) == ("open", name, "fisika", 2)
    assert told["id"] == room["id"]
    assert "read_seq" not in told
    assert "unread" not in told
    assert [found["id"] for found in cici.get(f"/api/rooms?q={name}").json()["rooms"]] == [room["id"]]
    assert cici.heard("room_changed") == []


def test_an_open_room_is_read_by_all_but_heard_and_written_by_who_is_in_it(server, visit):
    ani, cici = visit(server), visit(server)
    room = ani.asks("create_room", {"name": "Terbuka"})["room"]["id"]
    first = ani.says("sebelum", room=room)

    read = cici.get(f"/api/rooms/{room}/messages").json()["messages"]
    refused = cici.asks("post_message", {"client_id": str(uuid.uuid4()), "to": {"room": room}, "body": "x"})
    joined = cici.asks("join_room", {"room": room})
    second = ani.says("sesudah", room=room)

    assert [message["id"] for message in read] == [first["id"]]
    assert refused["error"]["code"] == "forbidden"
    assert (joined["room"]["members"], joined["room"]["read_seq"]) == (2, first["seq"])
    assert cici.hears("message_posted", where=lambda m: m["room"] == room)["id"] == second["id"]


def test_who_is_invited_to_a_private_room_sees_its_whole_history(server, visit):
    ani, budi = visit(server), visit(server)
    room = ani.asks("create_room", {"name": "Rahasia", "private": True})["room"]["id"]
    ani.says("awal", room=room)

    ani.asks("invite", {"room": room, "people": [budi.id]})

    event = budi.hears("message_posted", where=lambda m: m["room"] == room)
    history = budi.get(f"/api/rooms/{room}/messages").json()["messages"]
    assert event["kind"] == "event"
    assert event["event"] == {"name": "invited", "people": [budi.id]}
    assert [message.get("body") for message in history] == ["awal", None]


def test_who_left_a_private_room_does_not_hear_that_their_message_there_is_deleted(server, visit, steer):
    ani, budi = visit(server), visit(server)
    room = ani.asks("create_room", {"name": "Rahasia", "private": True, "people": [budi.id]})["room"]["id"]
    said = budi.says("dari Budi", room=room)
    budi.asks("leave_room", {"room": room})

    steer(server).call("DELETE", f"/messages/{said['id']}")
    ani.hears("message_changed", where=lambda m: m["id"] == said["id"])
    budi.settles()

    assert [m for m in budi.heard("message_changed") if m["room"] == room] == []


def test_who_left_a_private_room_sees_and_hears_nothing_of_it(server, visit):
    ani, budi = visit(server), visit(server)
    room = ani.asks("create_room", {"name": "Rahasia", "private": True, "people": [budi.id]})["room"]["id"]

    budi.asks("leave_room", {"room": room})
    ani.says("tanpa Budi", room=room)
    ani.says("umum")
    budi.hears("message_posted", where=lambda m: m.get("body") == "umum")

    assert budi.hears("room_changed", where=lambda r: r.get("gone"))["id"] == room
    assert [m for m in budi.heard("message_posted") if m["room"] == room] == []
    assert budi.get(f"/api/rooms/{room}").status_code == 404
    assert ani.hears("message_posted", where=lambda m: m.get("event", {}).get("name") == "left")["sender"]["id"] == budi.id


def test_a_renamed_room_is_told_with_who_did_it(server, visit):
    ani, budi = visit(server), visit(server)
    room = ani.asks("create_room", {"name": "Lama", "people": [budi.id]})["room"]["id"]

    budi.asks("change_room", {"room": room, "name": "Baru"})

    assert ani.hears("room_changed", where=lambda r: r.get("name") == "Baru")["id"] == room
    event = ani.hears("message_posted", where=lambda m: m["room"] == room)
    assert (event["event"], event["sender"]["id"]) == ({"name": "renamed", "value": "Baru"}, budi.id)


@pytest.mark.parametrize(("event", "payload"), [("leave_room", {}), ("change_room", {"name": "x"}), ("invite", {"people": [1]})])
def test_the_lobby_and_direct_rooms_stay_as_they_are(server, visit, event, payload):
    ani, budi = visit(server), visit(server)
    direct = ani.says("hai", person=budi.id)["room"]

    for room in (1, direct):
        assert ani.asks(event, {"room": room, **payload})["error"]["code"] == "forbidden"


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " \n "}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"name": "x", "topic": "y" * 201}, "topic"),
        ({"name": "x", "people": [10**9]}, "people"),
        ({"name": "x", "people": list(range(1, 102))}, "people"),
    ],
)
def test_a_room_with_a_bad_value_is_refused_by_the_name_of_the_field(server, visit, payload, field):
    ani = visit(server)

    refused = ani.asks("create_room", payload)["error"]

    assert (refused["code"], refused["field"]) == ("invalid", field)


# Edits and deletions: "Taken back is taken back".


def test_an_edit_is_told_in_place_and_moves_the_revision(server, visit):
    ani, budi = visit(server), visit(server)
    room = ani.asks("create_room", {"name": "Sunting", "people": [budi.id]})["room"]["id"]
    message = ani.says("salah", room=room)

    edited = ani.asks("edit_message", {"id": message["id"], "body": "benar"})["message"]

    told = budi.hears("message_changed", where=lambda m: m["id"] == message["id"])
    assert (edited["seq"], edited["revision"], edited["body"]) == (message["seq"], message["revision"] + 1, "benar")
    assert (told["body"], told["edited_at"], "client_id" in told) == ("benar", edited["edited_at"], False)


def test_how_far_each_member_is_can_be_asked_for(server, visit):
    ani, budi, cici = visit(server), visit(server), visit(server)
    room = ani.asks("create_room", {"name": "Sampai mana", "people": [budi.id, cici.id]})["room"]["id"]
    ani.says("satu", room=room)
    message = ani.says("dua", room=room)
    budi.asks("mark", {"room": room, "received": message["seq"], "read": message["seq"] - 1})

    marks = {mark.pop("person"): mark for mark in ani.get(f"/api/rooms/{room}/marks").json()["marks"]}

    assert marks[budi.id] == {"received": message["seq"], "read": message["seq"] - 1}
    assert set(marks) == {ani.id, budi.id, cici.id}
    assert marks[cici.id].get("read", 0) < message["seq"] - 1


def test_a_small_lobby_tells_how_many_it_has_when_somebody_is_new(start_server, visit):
    server = start_server()
    ani = visit(server)
    [lobby] = ani.join()["rooms"]

    budi = visit(server)

    assert ani.hears("room_changed", where=lambda room: room["id"] == lobby["id"])["members"] == lobby["members"] + 1
    assert [room["members"] for room in budi.join()["rooms"]] == [lobby["members"] + 1]


def test_a_reaction_is_told_to_the_room_and_moves_its_revision_once(server, visit):
    ani, budi = visit(server), visit(server)
    room = ani.asks("create_room", {"name": "Jempol", "people": [budi.id]})["room"]["id"]
    message = ani.says("siapa ikut?", room=room)

    reacted = budi.asks("react", {"id": message["id"], "emoji": "👍", "on": True})["message"]
    again = budi.asks("react", {"id": message["id"], "emoji": "👍", "on": True})["message"]
    both = ani.asks("react", {"id": message["id"], "emoji": "👍", "on": True})["message"]

    told = ani.hears("message_changed", where=lambda m: m["id"] == message["id"])
    assert told["reactions"] == reacted["reactions"] == [{"emoji": "👍", "people": [budi.id]}]
    assert (reacted["revision"], again["revision"], both["revision"]) == (
        message["revision"] + 1,
        message["revision"] + 1,
        message["revision"] + 2,
    )
    assert both["reactions"] == [{"emoji": "👍", "people": [budi.id, ani.id]}]
    assert "edited_at" not in both
    assert budi.get(f"/api/messages/{message['id']}").json()["message"]["reactions"] == both["reactions"]

    for one in (ani, budi):
        taken = one.asks("react", {"id": message["id"], "emoji": "👍", "on": False})["message"]
    assert "reactions" not in taken


def test_a_reaction_is_an_emoji_and_a_message_has_twenty_kinds_of_them(server, visit):
    ani = visit(server)
    room = ani.asks("create_room", {"name": "Banyak"})["room"]["id"]
    message = ani.says("pilih", room=room)
    for wrong in ("", "a", "👍👍", "<b>", "1", "👍 "):
        assert ani.asks("react", {"id": message["id"], "emoji": wrong, "on": True})["error"]["field"] == "emoji"
    kinds = ["😀", "😁", "😂", "😃", "😄", "😅", "😆", "😇", "😈", "😉", "😊", "😋", "😌", "😍", "😎", "😏", "😐", "😑", "😒", "❤"]
    for emoji in kinds:
        assert ani.asks("react", {"id": message["id"], "emoji": emoji, "on": True})["ok"]

    refused = ani.asks("react", {"id": message["id"], "emoji": "🎉", "on": True})
    known = ani.asks("react", {"id": message["id"], "emoji": "❤️", "on": True})

    assert (refused["error"]["code"], refused["error"]["field"]) == ("invalid", "emoji")
    assert len(known["message"]["reactions"]) == 20


def test_a_deleted_message_has_no_reactions_and_takes_none(server, visit):
    ani = visit(server)
    room = ani.asks("create_room", {"name": "Hapus"})["room"]["id"]
    message = ani.says("terlanjur", room=room)
    ani.asks("react", {"id": message["id"], "emoji": "👍", "on": True})
    deleted = ani.asks("delete_message", {"id": message["id"]})["message"]

    assert "reactions" not in deleted
    assert ani.asks("react", {"id": message["id"], "emoji": "👍", "on": True})["error"]["code"] == "conflict"


def test_a_deleted_message_leaves_the_wire_history_and_what_is_missed_but_not_the_log(server, visit, steer):
    ani, budi, admin = visit(server), visit(server), steer(server)
    room = ani.asks("create_room", {"name": "Hapus", "people": [budi.id]})["room"]["id"]
    secret = f"terlanjur {uuid.uuid4().hex}"
    message = ani.says(secret, room=room)

    ani.asks("delete_message", {"id": message["id"]})

    told = budi.hears("message_changed", where=lambda m: m["id"] == message["id"])
    assert ("body" in told, "deleted_at" in told, told["seq"]) == (False, True, message["seq"])
    for path in (f"/api/rooms/{room}/messages", f"/api/rooms/{room}/changes?after=0", f"/api/messages/{message['id']}", "/api/rooms"):
        assert secret not in budi.get(path).text
    assert secret not in str(budi.join({str(room): 0}))
    assert [entry["body"] for entry in admin.get(f"/messages?room={room}")["messages"]] == [secret]
    assert ani.asks("edit_message", {"id": message["id"], "body": "kembali"})["error"]["code"] == "conflict"


def test_what_an_administrator_deletes_is_gone_from_the_log_too_and_keeps_its_place(server, visit, steer):
    ani, admin = visit(server), steer(server)
    room = ani.asks("create_room", {"name": "Hapus"})["room"]["id"]
    message = ani.says("melanggar", room=room)
    ani.asks("edit_message", {"id": message["id"], "body": "melanggar juga"})

    assert admin.call("DELETE", f"/messages/{message['id']}").status_code == 204

    ani.hears("message_changed", where=lambda m: "deleted_at" in m)
    entry = admin.get(f"/messages?room={room}")["messages"][0]
    assert ("body" in entry, "deleted_at" in entry, entry["seq"]) == (False, True, message["seq"])


def test_the_old_page_with_the_missed_changes_is_the_fresh_page(server, visit):
    """The equation of catching up, over posts, edits and deletions."""
    ani, budi = visit(server), visit(server)
    room = ani.asks("create_room", {"name": "Persamaan", "people": [budi.id]})["room"]["id"]
    messages = [ani.says(str(number), room=room) for number in range(6)]
    known = {m["id"]: m for m in budi.get(f"/api/rooms/{room}/messages").json()["messages"]}
    budi.asks("leave", {})
    ani.asks("edit_message", {"id": messages[1]["id"], "body": "disunting"})
    ani.asks("delete_message", {"id": messages[3]["id"]})
    ani.says("baru", room=room)
    ani.asks("edit_message", {"id": messages[1]["id"], "body": "disunting lagi"})

    missed = budi.join({str(room): 6})["changes"][str(room)]["messages"]

    fresh = budi.get(f"/api/rooms/{room}/messages").json()["messages"]
    caught_up = {**known, **{m["id"]: m for m in missed}}
    assert [m["id"] for m in missed].count(messages[1]["id"]) == 1
    assert sorted(caught_up.values(), key=lambda m: m["seq"]) == fresh


def test_a_reply_names_the_message_that_it_answers(server, visit):
    ani, budi = visit(server), visit(server)
    asked = ani.says("pukul berapa?")

    post = {"client_id": str(uuid.uuid4()), "to": {"room": 1}, "body": "delapan", "reply_to": asked["id"]}
    budi.asks("post_message", post)

    assert ani.hears("message_posted", where=lambda m: m.get("reply_to"))["reply_to"] == asked["id"]


def test_a_reply_to_another_rooms_message_is_refused(server, visit):
    ani, budi = visit(server), visit(server)
    elsewhere = ani.says("pribadi", person=budi.id)

    post = {"client_id": str(uuid.uuid4()), "to": {"room": 1}, "body": "x", "reply_to": elsewhere["id"]}

    assert ani.asks("post_message", post)["error"]["field"] == "reply_to"


def test_a_reply_may_go_to_the_person_whose_talk_it_is_of(server, visit):
    ani, budi = visit(server), visit(server)
    asked = ani.says("sudah makan?", person=budi.id)

    post = {"client_id": str(uuid.uuid4()), "to": {"person": ani.id}, "body": "sudah", "reply_to": asked["id"]}
    reply = budi.asks("post_message", post)["message"]

    assert (reply["room"], reply["reply_to"]) == (asked["room"], asked["id"])


# Receipts.


def test_receipts_say_when_a_message_reached_each_and_when_it_was_read(server, visit):
    ani, budi, cici = visit(server), visit(server), visit(server)
    message = ani.says("sampai?", person=budi.id)

    budi.asks("mark", {"room": message["room"], "received": message["seq"]})
    received = ani.get(f"/api/messages/{message['id']}/receipts").json()["receipts"]
    budi.asks("mark", {"room": message["room"], "read": message["seq"]})
    read = ani.get(f"/api/messages/{message['id']}/receipts").json()["receipts"]

    assert [(one["person"], "received_at" in one, "read_at" in one) for one in received] == [(budi.id, True, False)]
    assert read[0]["read_at"] >= read[0]["received_at"] >= message["sent_at"]
    assert cici.get(f"/api/messages/{message['id']}/receipts").status_code == 404


def test_who_came_later_is_in_no_receipt_of_what_was_said_before(server, visit):
    ani, budi, cici = visit(server), visit(server), visit(server)
    room = ani.asks("create_room", {"name": "Kuitansi", "private": True, "people": [budi.id]})["room"]["id"]
    before = ani.says("sebelum Cici", room=room)
    ani.asks("invite", {"room": room, "people": [cici.id]})
    after = ani.says("sesudah Cici", room=room)

    for person in (budi, cici):
        person.asks("mark", {"room": room, "read": after["seq"]})

    def readers(message):
        return [one["person"] for one in ani.get(f"/api/messages/{message['id']}/receipts").json()["receipts"]]

    assert readers(before) == [budi.id]
    assert readers(after) == [budi.id, cici.id]


def test_who_has_left_an_open_room_edits_nothing_there_any_more(server, visit):
    ani = visit(server)
    room = ani.asks("create_room", {"name": "Terbuka"})["room"]["id"]
    message = ani.says("dulu", room=room)
    ani.asks("leave_room", {"room": room})

    assert ani.asks("edit_message", {"id": message["id"], "body": "kini"})["error"]["code"] == "forbidden"


def test_what_a_message_said_before_stands_in_the_administrators_log_alone(server, visit, steer):
    ani, admin = visit(server), steer(server)
    room = ani.asks("create_room", {"name": "Versi"})["room"]["id"]
    message = ani.says("pertama", room=room)
    for body in ("kedua", "ketiga"):
        ani.asks("edit_message", {"id": message["id"], "body": body})

    entry = admin.get(f"/messages?room={room}")["messages"][0]

    assert (entry["body"], [version["body"] for version in entry["versions"]]) == ("ketiga", ["pertama", "kedua"])
    assert "pertama" not in ani.get(f"/api/rooms/{room}/messages").text
    assert "pertama" in admin.call("GET", f"/messages/export?format=jsonl&room={room}").text
