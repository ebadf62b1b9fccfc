"""Files as they come in and go out: whole, by those who may, and harmless to open."""

import hashlib
import io
import os
import socket
import time
import uuid

import psutil
import pytest
from PIL import Image

from tests.people import WAIT
from tests.pictures import lying_png, picture


@pytest.fixture
def server(shared_server):
    return shared_server


def upload(person, name="catatan.txt", content=b"isi", **more):
    return person.http.post(f"{person.url}/api/attachments", files={"file": (name, content)}, timeout=60, **more)


def send(person, attachment, *, to=None):
    payload = {"client_id": str(uuid.uuid4()), "to": {"person": to} if to else {"room": 1}, "attachments": [attachment["id"]]}
    return person.asks("post_message", payload)["message"]


def kept(server):
    """Every file that is there, whole or on its way."""
    return {path for path in (server.folder / "uploads").rglob("*") if path.is_file()}


def test_a_file_comes_out_as_it_went_in(server, visit):
    ani, budi = visit(server), visit(server)
    content = os.urandom(3_000_000)

    attachment = upload(ani, "Laporan akhir.bin", content).json()
    message = send(ani, attachment, to=budi.id)
    heard = budi.hears("message_posted", where=lambda m: m["id"] == message["id"])

    assert heard["attachments"] == [attachment]
    assert "body" not in heard
    assert attachment["size"] == len(content)
    assert budi.get(attachment["url"]).content == content


def test_only_who_may_read_a_message_with_a_file_and_its_uploader_get_it(server, visit, steer):
    ani, budi, cici, admin = visit(server), visit(server), visit(server), steer(server)
    attachment = upload(ani, content=uuid.uuid4().bytes).json()
    paths = (attachment["url"], f"/api/attachments/{attachment['id']}")

    assert [budi.get(path).status_code for path in paths] == [404, 404]
    message = send(ani, attachment, to=budi.id)

    assert [person.get(attachment["url"]).status_code for person in (ani, budi, cici)] == [200, 200, 404]
    assert admin.http.get(server.url + attachment["url"], timeout=WAIT).status_code == 200
    ani.asks("delete_message", {"id": message["id"]})
    assert budi.get(attachment["url"]).status_code == 404


def test_a_file_that_one_may_not_read_cannot_be_sent_on(server, visit):
    ani, budi = visit(server), visit(server)
    attachment = upload(ani, content=uuid.uuid4().bytes).json()

    post = {"client_id": str(uuid.uuid4()), "to": {"room": 1}, "attachments": [attachment["id"]]}

    assert budi.asks("post_message", post)["error"]["field"] == "attachments"


def test_who_may_read_a_file_may_send_it_on(server, visit):
    ani, budi, cici = visit(server), visit(server), visit(server)
    attachment = upload(ani, content=uuid.uuid4().bytes).json()
    send(ani, attachment, to=budi.id)

    send(budi, attachment, to=cici.id)

    assert cici.get(attachment["url"]).status_code == 200


def test_ranges_and_etags_save_the_way(server, visit):
    ani = visit(server)
    attachment = upload(ani, content=bytes(range(200))).json()

    whole = ani.get(attachment["url"])
    part = ani.get(attachment["url"], headers={"Range": "bytes=10-19"})
    tail = ani.get(attachment["url"], headers={"Range": "bytes=-5"})
    beyond = ani.get(attachment["url"], headers={"Range": "bytes=500-"})
    again = ani.get(attachment["url"], headers={"If-None-Match": whole.headers["ETag"]})

    assert (part.status_code, part.content, part.headers["Content-Range"]) == (206, bytes(range(10, 20)), "bytes 10-19/200")
    assert tail.content == bytes(range(195, 200))
    assert beyond.status_code == 416
    assert (again.status_code, again.content) == (304, b"")


def test_what_is_answered_without_the_file_lets_it_go(server, visit):
    ani = visit(server)
    attachment = upload(ani, content=os.urandom(100)).json()
    etag = ani.get(attachment["url"]).headers["ETag"]
    name = attachment_file(server, etag)

    for headers in ({"Range": "bytes=500-"}, {"Range": "bytes=0-1,5-6"}, {"If-None-Match": etag}):
        ani.get(attachment["url"], headers=headers)
    ani.http.head(server.url + attachment["url"])

    # The server lets go of the file just after the answer has left, which nobody is told.
    _wait_until(lambda: name not in [file.path for file in psutil.Process(server.pid).open_files()])


def attachment_file(server, etag):
    """Where the content with an ETag is kept."""
    return str(next((server.folder / "uploads").rglob(etag.strip('"'))))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("halaman.html", b"<script>alert(1)</script>"),
        ("gambar.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("surat.pdf", b"%PDF-1.7"),
        ("foto.jpg", b"<html><script>alert(1)</script>"),
    ],
)
def test_what_could_run_in_a_browser_is_saved_never_shown(server, visit, name, content):
    ani = visit(server)
    attachment = upload(ani, name, content).json()

    reply = ani.get(attachment["url"])

    assert reply.headers["Content-Type"] == "application/octet-stream"
    assert reply.headers["Content-Disposition"].startswith("attachment;")
    assert harmless(reply)


def harmless(reply):
    """Whether an answer with somebody's bytes carries all that keeps a browser from taking them for more."""
    return {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-cache",
    }.items() <= reply.headers.items()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP"])
def test_a_picture_of_the_short_list_is_shown_in_place_under_the_same_guard(server, visit, form):
    ani = visit(server)
    attachment = upload(ani, "foto.html", picture((8, 8), form=form)).json()

    reply = ani.get(attachment["url"])

    assert reply.headers["Content-Type"] == f"image/{form.lower()}"
    assert reply.headers["Content-Disposition"].startswith("inline;")
    assert harmless(reply)


@pytest.mark.parametrize("form", ["BMP", "HEIF"])
def test_a_picture_that_is_not_on_the_short_list_is_saved(server, visit, form):
    ani = visit(server)
    attachment = upload(ani, "foto", picture((8, 8), form=form)).json()

    reply = ani.get(attachment["url"])

    assert reply.headers["Content-Type"] == "application/octet-stream"
    assert reply.headers["Content-Disposition"].startswith("attachment;")
    assert harmless(reply)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "HEIF"])
def test_a_picture_gets_a_small_one(server, visit, form):
    ani = visit(server)

    attachment = upload(ani, f"foto.{form.lower()}", picture(form=form)).json()

    small = ani.get(f"/media/{attachment['id']}/thumbnail")
    with Image.open(io.BytesIO(small.content)) as image:
        assert (image.format, image.size) == ("WEBP", (320, 192))
    assert (attachment["width"], attachment["height"], attachment["thumbnail"]) == (1000, 600, True)
    assert small.headers["Cache-Control"] == "private, max-age=604800, immutable"


def test_the_small_picture_is_upright_and_says_nothing_of_where_it_was_taken(server, visit):
    ani = visit(server)
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90°
    exif[0x010E] = "Rumah Ani"

    attachment = upload(ani, "foto.jpg", picture(exif=exif)).json()

    small = ani.get(f"/media/{attachment['id']}/thumbnail").content
    with Image.open(io.BytesIO(small)) as image:
        assert image.size == (192, 320)
        assert dict(image.getexif()) == {}
    assert (attachment["width"], attachment["height"]) == (600, 1000)


def test_a_picture_that_lies_about_its_size_is_kept_without_a_small_one_and_hurts_nobody(server, visit):
    ani = visit(server)
    bomb = lying_png()

    attachment = upload(ani, "bom.png", bomb).json()

    assert "thumbnail" not in attachment
    assert ani.get(attachment["url"]).content == bomb
    assert ani.get(f"/media/{attachment['id']}/thumbnail").status_code == 404


def test_a_profile_photo_is_told_and_shown_to_everybody(server, visit):
    ani, budi = visit(server), visit(server)
    photo = upload(ani, "saya.jpg", picture((400, 400))).json()

    ani.patch("/api/session", {"avatar": photo["id"]})

    told = budi.hears("people_changed", where=lambda p: any(one["id"] == ani.id for one in p.get("changed", [])))
    assert next(one for one in told["changed"] if one["id"] == ani.id)["avatar"] == photo["id"]
    assert budi.get(f"/media/{photo['id']}/thumbnail").status_code == 200
    assert "avatar" not in ani.patch("/api/session", {"avatar": None}).json()["person"]


def test_somebody_elses_picture_is_no_profile_photo(server, visit):
    ani, budi = visit(server), visit(server)
    photo = upload(ani, "saya.jpg", picture((400, 400))).json()
    send(ani, photo)

    refused = budi.patch("/api/session", {"avatar": photo["id"]})

    assert (refused.status_code, refused.json()["field"]) == (422, "avatar")


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        ({"files": {"file": ("kosong.txt", b"")}}, 422, "invalid"),
        ({"files": {"lain": ("x.txt", b"x")}}, 422, "invalid"),
        ({"files": [("file", ("a.txt", b"a")), ("file", ("b.txt", b"b"))]}, 422, "invalid"),
        ({"data": {"original": "1"}, "files": None}, 415, "unsupported_media_type"),
        ({"data": b"x" * 100}, 415, "unsupported_media_type"),
        ({"data": b"--x\r\nrusak", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}, 422, "invalid"),
        ({"data": b"", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}, 422, "invalid"),
    ],
)
def test_a_bad_form_is_refused_and_leaves_nothing(server, visit, options, status, code):
    ani = visit(server, join=False)
    before = kept(server)

    reply = ani.http.post(f"{server.url}/api/attachments", timeout=WAIT, **options)

    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert kept(server) == before


def test_a_file_over_the_limit_is_refused_before_it_is_read(start_server, visit):
    server = start_server(max_file_size="1M")
    ani = visit(server, join=False)
    head = (
        f"POST /api/attachments HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAuthorization: Bearer {ani.token}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 2000000\r\n\r\n"
    )

    with socket.create_connection(("127.0.0.1", server.port), timeout=WAIT) as raw:
        raw.sendall(head.encode())
        reply = raw.recv(200)

    assert reply.startswith(b"HTTP/1.1 413 ")
    assert upload(ani, content=b"x" * 1024**2).status_code == 201
    assert upload(ani, content=b"x" * (1024**2 + 1)).json()["code"] == "too_large"


@pytest.mark.parametrize(("act", "code"), [("mute", b'"muted"'), ("ban", b'"banned"')])
def test_who_is_put_out_during_an_upload_has_not_sent_the_file(server, visit, steer, act, code):
    ani, content = visit(server, join=False), os.urandom(500_000)
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    form = head + content + b"\r\n--x--\r\n"
    lines = (
        f"POST /api/attachments HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAuthorization: Bearer {ani.token}\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {len(form)}\r\nConnection: close\r\n\r\n"
    )

    with socket.create_connection(("127.0.0.1", server.port), timeout=WAIT) as raw:
        raw.sendall(lines.encode() + form[:400_000])
        _wait_until(lambda: list((server.folder / "uploads" / "incoming").iterdir()))
        steer(server).call("PUT", f"/people/{ani.id}/{act}", {})
        raw.sendall(form[400_000:])
        reply = b"".join(iter(lambda: raw.recv(4096), b""))

    assert reply.startswith(b"HTTP/1.1 403 ")
    assert code in reply
    assert not list((server.folder / "uploads").rglob(hashlib.sha256(content).hexdigest()))


def test_a_photo_keeps_to_itself_where_it_was_taken_unless_its_sender_wants_it_told(server, visit):
    ani = visit(server, join=False)
    exif = Image.Exif()
    exif[0x010F] = "Kamera"
    exif.get_ifd(0x8825)[1] = "S"
    exif.get_ifd(0x8825)[2] = (6.0, 12.0, 34.5)
    sent = picture(exif=exif)

    kept = [upload(ani, "foto.jpg", sent).json(), upload(ani, "foto.jpg", sent, data={"original": "1"}).json()]

    default, original = [ani.get(attachment["url"]).content for attachment in kept]
    assert original == sent
    assert len(default) == len(sent)
    with Image.open(io.BytesIO(default)) as image:
        assert dict(image.getexif().get_ifd(0x8825)) == {}
        assert image.getexif()[0x010F] == "Kamera"
    assert upload(ani, "foto.jpg", sent, data={"original": "ya"}).json()["field"] == "original"
    for attachment in kept:
        assert hashlib.sha256(ani.get(attachment["url"]).content).hexdigest() in ani.get(attachment["url"]).headers["ETag"]


def begin_upload(server, person, size, sent=b""):
    """A connection on which so many bytes were announced."""
    head = (
        f"POST /api/attachments HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAuthorization: Bearer {person.token}\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {size}\r\n\r\n"
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    )
    raw = socket.create_connection(("127.0.0.1", server.port), timeout=WAIT)
    raw.sendall(head.encode() + sent)
    return raw


def test_several_uploads_at_once_do_not_get_past_the_quota(start_server, visit):
    server = start_server(person_quota="3M", quota="4M")
    ani, budi = visit(server, join=False), visit(server, join=False)
    incoming = server.folder / "uploads" / "incoming"

    with begin_upload(server, ani, 2_000_000, b"y" * 300_000):
        _wait_until(lambda: list(incoming.iterdir()))
        with begin_upload(server, ani, 2_000_000) as second:
            assert b"HTTP/1.1 413 " in second.recv(2000)
        with begin_upload(server, budi, 3_000_000) as third:
            assert third.recv(2000).startswith(b"HTTP/1.1 507 ")
        assert upload(ani, content=b"x" * 500_000).status_code == 201
    _wait_until(lambda: not list(incoming.iterdir()))

    assert upload(ani, content=b"y" * 2_000_000).status_code == 201
    assert upload(ani, content=b"z" * 1_000_000).json()["code"] == "too_large"


def test_a_person_has_five_uploads_on_their_way_at_most(start_server, visit):
    server = start_server()
    ani, budi = visit(server, join=False), visit(server, join=False)
    incoming = server.folder / "uploads" / "incoming"
    running = [begin_upload(server, ani, 500_000, b"y" * 300_000) for _ in range(5)]
    _wait_until(lambda: len(list(incoming.iterdir())) == 5)

    refused = upload(ani)

    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert upload(budi).status_code == 201
    for raw in running:
        raw.close()
    _wait_until(lambda: not list(incoming.iterdir()))
    assert upload(ani).status_code == 201


def test_an_upload_that_breaks_off_leaves_nothing(server, visit):
    ani = visit(server, join=False)
    head = (
        f"POST /api/attachments HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAuthorization: Bearer {ani.token}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 500000\r\n\r\n"
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    )
    incoming = server.folder / "uploads" / "incoming"

    with socket.create_connection(("127.0.0.1", server.port), timeout=WAIT) as raw:
        raw.sendall(head.encode() + b"y" * 400_000)
        _wait_until(lambda: list(incoming.iterdir()))

    _wait_until(lambda: not list(incoming.iterdir()))
    assert ani.get("/api/session").status_code == 200


def test_the_same_content_is_kept_once(server, visit):
    ani, budi = visit(server), visit(server)
    content = os.urandom(100_000)
    before = {path for path in (server.folder / "uploads").rglob("*") if path.is_file()}

    upload(ani, "satu.bin", content)
    upload(budi, "dua.bin", content)

    after = {path for path in (server.folder / "uploads").rglob("*") if path.is_file()}
    assert len(after - before) == 1


def test_100_mib_pass_without_ever_being_whole_in_memory(start_server, visit):
    server = start_server(limits="off")
    ani = visit(server, join=False)
    process = psutil.Process(server.pid)
    upload(ani, "hangat.bin", os.urandom(1_000_000))
    before = process.memory_info().rss

    attachment = upload(ani, "besar.bin", bytes(100 * 1024**2)).json()
    with ani.http.get(server.url + attachment["url"], stream=True, timeout=60) as reply:
        size = sum(len(piece) for piece in reply.iter_content(1_000_000))

    assert size == attachment["size"] == 100 * 1024**2
    assert process.memory_info().rss - before < 30 * 1024**2


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("日本.png", "日本.png"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("CON.txt", "_CON.txt"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("x" * 200 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_is_shown_as_sent_but_harmless(server, visit, sent, shown):
    ani = visit(server, join=False)

    assert upload(ani, sent).json()["name"] == shown


def _wait_until(condition):
    for _ in range(500):
        if condition():
            return
        time.sleep(0.02)  # a folder tells nobody when it changes
    raise AssertionError("it did not happen in 10 s")
