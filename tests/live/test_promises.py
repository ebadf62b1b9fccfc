"""The seven promises of "What the server promises", each as a stranger reads it."""

import sqlite3
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

LOBBY = 1


# 1. An ack means kept.


def test_an_acked_message_is_kept_when_the_process_is_killed_right_after(server, visit):
    ani = visit(server)

    message = ani.says("jangan hilang")
    server.kill()

    with sqlite3.connect(server.database) as database:
        kept = database.execute("SELECT seq, body FROM message WHERE id = ?", (message["id"],)).fetchall()
    database.close()
    assert kept == [(message["seq"], "jangan hilang")]


def test_a_refused_message_is_kept_nowhere_and_told_to_nobody(server, visit):
    ani, budi = visit(server), visit(server)

    refused = ani.asks("post_message", {"client_id": str(uuid.uuid4()), "to": {"room": LOBBY}, "body": "a\x00b"})
    said = ani.says("yang ini boleh")
    budi.hears("message_posted")

    assert refused["error"]["code"] == "invalid"
    assert refused["error"]["field"] == "body"
    assert said["seq"] == 1
    assert [message["body"] for message in budi.heard("message_posted")] == ["yang ini boleh"]


# 2. Once.


def test_a_message_sent_again_is_answered_with_the_same_message_and_told_once(server, visit):
    ani, budi = visit(server), visit(server)
    client_id = str(uuid.uuid4())

    first = ani.says("sekali saja", client_id=client_id)
    again = ani.says("sekali saja", client_id=client_id)
    ani.says("sesudahnya")
    budi.hears("message_posted", where=lambda message: message["body"] == "sesudahnya")

    assert again == first
    assert [message["body"] for message in budi.heard("message_posted")] == ["sekali saja", "sesudahnya"]


def test_a_message_sent_again_after_a_restart_is_still_the_same(server, visit):
    ani = visit(server)
    client_id = str(uuid.uuid4())
    first = ani.says("sebelum mati lampu", client_id=client_id)

    server.kill()
    server.start()
    ani.join()
    again = ani.says("sebelum mati lampu", client_id=client_id)

    assert again == first


def test_two_people_may_use_the_same_client_id(server, visit):
    ani, budi = visit(server), visit(server)
    client_id = str(uuid.uuid4())

    one = ani.says("dari Ani", client_id=client_id)
    other = budi.says("dari Budi", client_id=client_id)

    assert one["id"] != other["id"]


# 3. In order, without holes.


def test_twenty_at_once_make_no_hole_in_seq_and_revision(server, visit):
    senders = [visit(server) for _ in range(20)]
    listener = visit(server)

    with ThreadPoolExecutor(20) as pool:
        acked = [m for messages in pool.map(lambda p: [p.says(f"pesan {n}") for n in range(15)], senders) for m in messages]
    listener.hears("message_posted", where=lambda message: message["seq"] == 300)

    heard = listener.heard("message_posted")
    assert sorted(message["seq"] for message in acked) == list(range(1, 301))
    assert [message["seq"] for message in heard] == list(range(1, 301))
    assert [message["revision"] for message in heard] == list(range(1, 301))


def test_what_one_client_sends_is_told_in_the_order_sent_also_without_waiting_for_acks(server, visit):
    ani, budi = visit(server), visit(server)
    done = threading.Semaphore(0)

    for number in range(100):
        payload = {"client_id": str(uuid.uuid4()), "to": {"room": LOBBY}, "body": str(number)}
        ani.client.emit("post_message", payload, callback=lambda _ack: done.release())
    for _ in range(100):
        assert done.acquire(timeout=15)
    budi.hears("message_posted", where=lambda message: message["body"] == "99")

    assert [message["body"] for message in budi.heard("message_posted")] == [str(number) for number in range(100)]


# 4. Back where you were.


def test_who_comes_back_gets_everything_missed_oldest_first(server, visit):
    ani, budi = visit(server), visit(server)
    known = ani.says("sebelum")["revision"]
    budi.hears("message_posted")
    budi.asks("leave", {})
    missed = [ani.says(f"terlewat {number}") for number in range(5)]

    back = budi.join({str(LOBBY): known})

    changes = back["changes"][str(LOBBY)]
    assert [message["id"] for message in changes["messages"]] == [message["id"] for message in missed]
    assert "more" not in changes


def test_more_than_200_missed_are_paged_and_fit_together(server, visit):
    ani, budi = visit(server), visit(server)
    budi.asks("leave", {})
    for number in range(230):
        ani.says(str(number))

    back = budi.join({str(LOBBY): 0})["changes"][str(LOBBY)]
    rest = budi.get(f"/api/rooms/{LOBBY}/changes?after={back['messages'][-1]['revision']}").json()

    assert back["more"] is True
    assert [message["seq"] for message in back["messages"] + rest["messages"]] == list(range(1, 231))
    assert rest["revision"] == 230
    assert rest["more"] is False


def test_missed_messages_past_256_kb_say_more(server, visit):
    ani, budi = visit(server), visit(server)
    budi.asks("leave", {})
    for _ in range(90):
        ani.says("x" * 3900)

    back = budi.join({str(LOBBY): 0})["changes"][str(LOBBY)]

    assert back["more"] is True
    assert 50 < len(back["messages"]) < 90


def test_a_cursor_ahead_of_the_server_is_a_reset(server, visit):
    ani = visit(server)
    ani.says("satu")

    back = ani.join({str(LOBBY): 5_000})

    assert back["changes"][str(LOBBY)] == {"reset": True}


def test_what_is_missed_and_what_is_told_fit_together_without_gap_or_repetition(server, visit):
    """Budi joins again and again while Ani talks: changes + live events = everything, once."""
    ani, budi = visit(server), visit(server)
    stop = threading.Event()
    said = []

    def talk():
        while not stop.is_set():
            said.append(ani.says(str(len(said)))["revision"])

    talker = threading.Thread(target=talk)
    talker.start()
    seen = []
    for _ in range(15):
        budi.asks("leave", {})
        known = max(seen, default=0)
        budi.events.clear()
        back = budi.join({str(LOBBY): known})["changes"].get(str(LOBBY), {})
        seen += [message["revision"] for message in back.get("messages", [])]
        target = max(seen, default=0) + 5
        budi.hears("message_posted", where=lambda message, target=target: message["revision"] >= target)
        seen += [message["revision"] for message in budi.heard("message_posted")]
    stop.set()
    talker.join()
    budi.hears("message_posted", where=lambda message: message["revision"] == said[-1])
    seen += [m["revision"] for m in budi.heard("message_posted") if m["revision"] > max(seen)]

    assert sorted(seen) == list(range(1, said[-1] + 1))


# 5. A slow client hurts nobody else: tests/live/test_delivery.py.


# 6. Taken back is taken back: nothing can be taken back yet, so nothing but posts moves the revision.


def test_marking_and_typing_move_no_revision(server, visit):
    ani, budi = visit(server), visit(server)
    message = ani.says("halo")

    budi.asks("mark", {"room": LOBBY, "read": message["seq"]})
    budi.asks("type", {"room": LOBBY, "typing": True})
    after = ani.says("lagi")

    assert after["revision"] == message["revision"] + 1


# 7. Private stays private.


def test_a_private_message_reaches_its_two_people_and_nobody_else(server, visit):
    ani, budi, cici = visit(server), visit(server), visit(server)

    secret = ani.says("rahasia kita", person=budi.id)
    ani.asks("type", {"room": secret["room"], "typing": True})
    budi.asks("mark", {"room": secret["room"], "read": secret["seq"]})
    ani.says("umum")
    cici.hears("message_posted", where=lambda message: message["body"] == "umum")

    assert budi.hears("message_posted")["body"] == "rahasia kita"
    assert [message["body"] for message in cici.heard("message_posted")] == ["umum"]
    assert cici.heard("person_typed") == cici.heard("marked") == cici.heard("room_changed") == []


def test_a_hidden_room_answers_exactly_like_one_that_is_not_there(server, visit):
    ani, budi, cici = visit(server), visit(server), visit(server)
    secret = ani.says("rahasia", person=budi.id)
    hidden, absent = secret["room"], 9_999

    for path in ("/api/rooms/{}", "/api/rooms/{}/messages", "/api/rooms/{}/changes?after=0"):
        assert cici.get(path.format(hidden)).content == cici.get(path.format(absent)).content
        assert cici.get(path.format(hidden)).status_code == 404
    for event, payload in (("mark", {"read": 1}), ("type", {"typing": True})):
        assert cici.asks(event, {"room": hidden, **payload}) == cici.asks(event, {"room": absent, **payload})
    post = {"client_id": str(uuid.uuid4()), "body": "x"}
    assert cici.asks("post_message", {**post, "to": {"room": hidden}}) == cici.asks("post_message", {**post, "to": {"room": absent}})
    assert cici.get(f"/api/messages/{secret['id']}").content == cici.get("/api/messages/9999").content
    assert not any(room["id"] == hidden for room in cici.join()["rooms"])


def test_the_client_id_goes_to_its_sender_alone(server, visit):
    ani, budi = visit(server), visit(server)
    client_id = str(uuid.uuid4())

    ani.says("halo", client_id=client_id)

    assert ani.hears("message_posted")["client_id"] == client_id
    assert "client_id" not in budi.hears("message_posted")
    assert "client_id" not in budi.get(f"/api/rooms/{LOBBY}/messages").json()["messages"][0]
