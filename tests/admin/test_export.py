"""The log: filters, and its export in three forms, each read back."""

import csv
import io
import json
import re
import sqlite3
import uuid

import psutil
import pytest

from chatweb.admin.export import BOM, guard


@pytest.fixture
def server(shared_server):
    return shared_server


def export(admin, form, room):
    reply = admin.call("GET", f"/messages/export?format={form}&room={room}", stream=True)
    assert reply.status_code == 200
    assert 'filename="chatweb-' in reply.headers["Content-Disposition"]
    return reply.content.decode("utf-8")


@pytest.fixture
def talk(server, visit):
    """A room of one's own with what is hard to write down."""
    ani = visit(server)
    room = ani.asks("create_room", {"name": '=Ekspor, "aneh"'})["room"]["id"]
    bodies = ["=1+1", "dua\nbaris \\n", 'koma, "kutip"', "日本 🌋", "+62 812", "\uff1dRUMUS"]
    for body in bodies:
        ani.says(body, room=room)
    return ani, room, bodies


def test_csv_is_read_back_and_no_cell_starts_a_formula(server, steer, talk):
    ani, room, bodies = talk

    text = export(steer(server), "csv", room)

    assert text.startswith(BOM)
    lines = list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline="")))
    assert [line["message"] for line in lines] == [guard(body) for body in bodies]
    assert {(line["from"], line["to"], line["scope"], line["kind"]) for line in lines} == {
        (ani.nickname, "'=Ekspor, \"aneh\"", "public", "text")
    }
    assert not any(cell.startswith(("=", "+", "-", "@", "\uff1d")) for line in lines for cell in line.values())


@pytest.mark.parametrize("first", list("=+-@\t\r\uff1d\uff0b\uff0d\uff20"))
def test_a_cell_that_a_spreadsheet_would_run_begins_with_an_apostrophe(first):
    assert guard(f"{first}cmd|' /C calc'!A0") == f"'{first}cmd|' /C calc'!A0"
    assert guard(f"x{first}") == f"x{first}"


def test_jsonl_is_read_back_as_lines_of_the_log(server, steer, talk):
    _, room, bodies = talk
    admin = steer(server)

    lines = [json.loads(line) for line in export(admin, "jsonl", room).splitlines()]

    assert [line["body"] for line in lines] == bodies
    assert lines == admin.get(f"/messages?room={room}")["messages"][::-1]


def test_txt_keeps_one_line_a_message(server, steer, talk):
    ani, room, bodies = talk

    lines = export(steer(server), "txt", room).splitlines()

    pattern = re.compile(r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] (.*?) → (.*?): (.*)")
    read = [pattern.fullmatch(line).groups() for line in lines]
    assert [(sender, to) for sender, to, _ in read] == [(ani.nickname, '=Ekspor, "aneh"')] * len(bodies)
    unescaped = [re.sub(r"\\(.)", lambda found: {"n": "\n"}.get(found[1], found[1]), body) for _, _, body in read]
    assert unescaped == bodies


def test_an_export_is_noted_in_the_audit(server, steer, talk):
    _, room, _ = talk
    export(steer(server), "csv", room)

    with sqlite3.connect(server.database) as database:
        found = database.execute("SELECT detail FROM audit WHERE action = 'exported' ORDER BY id DESC").fetchone()
    database.close()
    assert found == (f"csv format=csv&room={room}",)


@pytest.mark.parametrize(("query", "expected"), [("kind=text", 0), ("kind=image", 0), ("kind=file", 1), ("kind=event", 1), ("", 2)])
def test_kinds_are_told_apart_by_the_files(server, visit, steer, query, expected):
    ani = visit(server)
    room = ani.asks("create_room", {"name": "Jenis"})["room"]["id"]
    file = ani.http.post(f"{server.url}/api/attachments", files={"file": ("a.bin", b"x")}, timeout=15).json()
    ani.asks("post_message", {"client_id": str(uuid.uuid4()), "to": {"room": room}, "attachments": [file["id"]]})
    ani.asks("change_room", {"room": room, "topic": "baru"})

    assert len(steer(server).get(f"/messages?room={room}&{query}")["messages"]) == expected


def test_filters_narrow_the_log_together(server, visit, steer):
    ani, budi = visit(server), visit(server)
    word = uuid.uuid4().hex
    public = ani.says(f"umum {word}")
    private = ani.says(f"pribadi {word}", person=budi.id)
    other = budi.says(f"umum {word} 100%_")
    admin = steer(server)

    def ids(query):
        return [entry["id"] for entry in admin.get(f"/messages?q={word}&{query}")["messages"]]

    assert ids("") == [other["id"], private["id"], public["id"]]
    assert ids("scope=private") == [private["id"]]
    assert ids("scope=public") == [other["id"], public["id"]]
    assert ids(f"person={ani.id}") == [private["id"], public["id"]]
    assert ids(f"person={budi.id}") == [other["id"], private["id"]]
    assert ids(f"until={private['sent_at']}") == [public["id"]] or public["sent_at"] == private["sent_at"]
    assert ids("limit=2") == [other["id"], private["id"]]
    assert ids(f"cursor={private['id']}") == [public["id"]]
    assert [entry["id"] for entry in admin.get("/messages", params={"q": f"{word} 100%_"})["messages"]] == [other["id"]]
    assert [entry["to"] for entry in admin.get(f"/messages?q={word}&scope=private")["messages"]] == [budi.nickname]


@pytest.mark.parametrize("query", ["scope=secret", "kind=zz", "person=x", "limit=0", "limit=101", "since=-1"])
def test_a_filter_that_is_none_is_refused(server, steer, query):
    reply = steer(server).call("GET", f"/messages?{query}")

    assert (reply.status_code, reply.json()["code"]) == (422, "invalid")


def test_100_000_messages_are_exported_with_flat_memory(start_server, steer):
    server = start_server(limits="off")
    server.stop()
    _fill(server.database, 100_000)
    server.start()
    admin = steer(server)
    process = psutil.Process(server.pid)
    admin.call("GET", "/messages/export?format=jsonl&until=1")
    before = process.memory_info().rss
    highest = 0
    count = 0

    for form in ("txt", "csv", "jsonl"):
        reply = admin.call("GET", f"/messages/export?format={form}", stream=True)
        lines = 0
        for line in reply.iter_lines():
            lines += bool(line)
            if lines % 20_000 == 0:
                highest = max(highest, process.memory_info().rss)
        count += lines - (form == "csv")

    assert count == 300_000
    assert highest - before < 20 * 1024**2


def _fill(path, count):
    with sqlite3.connect(path) as database:
        database.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO message (room, seq, revision, kind, sender, nickname, body, sent_at) "
            "SELECT 1, i, i, 'text', 1, 'Admin', 'pesan nomor ' || i || ' dengan beberapa kata lagi', 1700000000000 + i FROM n",
            (count,),
        )
        database.execute("UPDATE room SET seq = ?, revision = ? WHERE id = 1", (count, count))
    database.close()


def test_the_rooms_to_filter_by_are_found_by_name_and_no_talk_of_two_is_among_them(server, visit, steer):
    ani, budi = visit(server), visit(server)
    name = f"Panitia {ani.nickname}"
    made = ani.asks("create_room", {"name": name, "private": True})["room"]
    ani.says("Hanya kita", person=budi.id)
    admin = steer(server)

    assert admin.get("/rooms", params={"q": name})["rooms"] == [{"id": made["id"], "kind": "private", "name": name}]
    assert {room["kind"] for room in admin.get("/rooms")["rooms"]} >= {"lobby", "private"}
    assert "direct" not in {room["kind"] for room in admin.get("/rooms")["rooms"]}


def test_a_file_is_found_by_its_name(server, visit, steer):
    ani = visit(server)
    word = uuid.uuid4().hex
    file = ani.http.post(f"{server.url}/api/attachments", files={"file": (f"Laporan {word}_100%.bin", b"x")}, timeout=15).json()
    ani.asks("post_message", {"client_id": str(uuid.uuid4()), "to": {"room": 1}, "attachments": [file["id"]], "body": "terlampir"})
    ani.says("tanpa file")

    for text, found in ((word, 1), (f"{word}_100%", 1), (f"{word}x100%", 0)):
        assert [entry["body"] for entry in steer(server).get("/messages", params={"q": text})["messages"]] == ["terlampir"] * found


def test_that_the_log_was_taken_along_is_among_what_happened(server, visit, steer):
    admin = steer(server)
    assert admin.call("GET", "/messages/export?format=csv").status_code == 200

    newest = admin.get("/activity", params={"limit": 1})["activity"][0]

    assert (newest["kind"], newest["address"]) == ("exported", "127.0.0.1")
