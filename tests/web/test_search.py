"""The search over HTTP: what a person may read, at once, and nothing that was taken back."""

import contextlib
import sqlite3
import time
import uuid

import pytest

from tests.people import WAIT


@pytest.fixture
def server(shared_server):
    return shared_server


def search(somebody, query, **more):
    return somebody.get("/api/search", params={"q": query, **more})


def hits(somebody, query, **more):
    reply = search(somebody, query, **more)
    assert reply.status_code == 200, reply.text
    return reply.json()["hits"]


def test_a_message_is_found_the_moment_it_is_acked(server, visit):
    ani = visit(server)
    word = uuid.uuid4().hex

    message = ani.says(f"Ada {word} di sini")

    (hit,) = hits(ani, word[5:15])
    assert hit["message"] == message
    assert (hit["room"]["id"], hit["room"]["kind"], hit["snippet"]) == (1, "lobby", f"Ada {word} di sini")


def test_a_long_message_is_cut_around_what_was_found(server, visit):
    ani = visit(server)
    word = uuid.uuid4().hex
    ani.says("panjang " * 200 + word + " sekali" * 100)

    (hit,) = hits(ani, word)

    assert word in hit["snippet"]
    assert len(hit["snippet"]) < 170
    assert hit["snippet"].startswith("…")


def test_what_was_deleted_is_not_found_and_what_was_edited_says_what_it_says_now(server, visit):
    ani, budi = visit(server), visit(server)
    word = uuid.uuid4().hex
    deleted, edited = ani.says(f"{word} satu"), ani.says(f"{word} dua")

    ani.asks("delete_message", {"id": deleted["id"]})
    ani.asks("edit_message", {"id": edited["id"], "body": f"{word} tiga"})

    assert [hit["message"]["body"] for hit in hits(budi, word)] == [f"{word} tiga"]


def test_private_stays_private(server, visit):
    ani, budi, cici = visit(server), visit(server), visit(server)
    word = uuid.uuid4().hex
    ani.says(word, person=budi.id)
    room = ani.asks("create_room", {"name": "Rahasia", "private": True, "people": [budi.id]})["room"]["id"]
    ani.says(word, room=room)
    open_room = ani.asks("create_room", {"name": "Terbuka"})["room"]["id"]
    ani.says(word, room=open_room)

    assert len(hits(budi, word)) == 3
    assert [hit["room"]["id"] for hit in hits(cici, word)] == [open_room]
    budi.asks("leave_room", {"room": room})
    assert room not in {hit["room"]["id"] for hit in hits(budi, word)}
    assert search(cici, word, room=room).json()["code"] == "not_found"


def test_a_file_is_found_by_its_name_and_its_kind(server, visit):
    ani = visit(server)
    word = uuid.uuid4().hex
    files = {"file": (f"Laporan {word}.pdf", b"%PDF-1.7")}
    attachment = ani.http.post(f"{server.url}/api/attachments", files=files, timeout=WAIT).json()
    ani.asks("post_message", {"client_id": str(uuid.uuid4()), "to": {"room": 1}, "attachments": [attachment["id"]]})

    (hit,) = hits(ani, word[:8])

    assert hit["message"]["attachments"] == [attachment]
    assert len(hits(ani, word, kind="file")) == 1
    assert hits(ani, word, kind="image") == []
    assert len(hits(ani, "", kind="file", person=ani.id)) == 1


def test_pages_go_on_with_before(server, visit):
    ani = visit(server)
    word = uuid.uuid4().hex
    said = [ani.says(f"{word} {number}")["id"] for number in range(5)]

    first = search(ani, word, limit=3).json()
    second = search(ani, word, limit=3, before=first["hits"][-1]["message"]["id"]).json()

    assert [hit["message"]["id"] for hit in first["hits"] + second["hits"]] == said[::-1]
    assert (first["more"], second["more"]) == (True, False)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({}, "q"),
        ({"q": "   "}, "q"),
        ({"q": "x" * 101}, "q"),
        ({"q": " ".join("abcdefghijk")}, "q"),
        ({"q": "x", "limit": "0"}, "limit"),
        ({"q": "x", "limit": "51"}, "limit"),
        ({"q": "x", "room": "lobi"}, "room"),
        ({"q": "x", "before": "-1"}, "before"),
        ({"q": "x", "kind": "lagu"}, "kind"),
    ],
)
def test_a_search_that_can_not_be_is_refused_by_the_name_of_what_is_wrong(server, visit, more, field):
    reply = visit(server, join=False).get("/api/search", params=more)

    assert (reply.status_code, reply.json()["code"], reply.json()["field"]) == (422, "invalid", field)


def test_nothing_is_lost_to_the_search_when_the_process_is_killed(start_server, visit):
    server = start_server(limits="off")
    ani = visit(server)
    said = []
    for _ in range(3):
        said += [ani.says(f"sebelum mati {len(said)}")["id"] for _ in range(20)]
        server.kill()
        server.start()
        ani.hangs_up()
        ani.url = server.url
        ani.client = None
        ani.join()

    assert [hit["message"]["id"] for hit in hits(ani, "sebelum", limit=50)] == said[::-1][:50]
    _wait_until(lambda: _count(server) == len(said))


def _count(server):
    with contextlib.closing(sqlite3.connect(server.folder / "instance" / "search.db")) as index:
        return index.execute("SELECT count(*) FROM doc").fetchone()[0]


def _wait_until(condition):
    end = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)  # the index tells nobody when it has followed
