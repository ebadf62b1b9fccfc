"""Files, in the browsers of three people: on their way in, in the log, and out again."""

import struct
import zlib

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE

SLOW = 1_500_000  # bytes a second: a file of 3 MB can be watched on its way
DROP = """([name, content, kinds]) => {
  const data = new DataTransfer();
  data.items.add(new File([content], name, { type: "text/plain" }));
  const log = document.querySelector("#log");
  for (const kind of kinds) log.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
}"""
PASTE = """async (name) => {
  const canvas = document.createElement("canvas");
  canvas.width = 60; canvas.height = 30;
  canvas.getContext("2d").fillRect(0, 0, 60, 30);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  const data = new DataTransfer();
  data.items.add(new File([blob], name, { type: "image/png" }));
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.querySelector(".composer textarea").dispatchEvent(event);
}"""


def png(width, height, colour=(0, 108, 132)):
    """A picture of one colour."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes(colour) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def wav(seconds=1):
    """Silence."""
    data = bytes(8000 * seconds)
    sound = b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8) + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(sound)) + sound


def attaches(visitor, *files, by="File"):
    """Picks files by the menu; each is a name and its content."""
    with visitor.page.expect_file_chooser() as chooser:
        visitor.page.locator("#attach").click()
        visitor.page.get_by_role("menuitem", name=by).click()
    chooser.value.set_files([{"name": name, "mimeType": kind, "buffer": content} for name, kind, content in files])


def sends(visitor):
    visitor.page.locator(".composer [type=submit]").click()


def slows(visitor):
    """Its line takes little: what goes out can be watched."""
    line = visitor.context.new_cdp_session(visitor.page)
    line.send("Network.enable")

    def let(upload):
        conditions = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": upload}
        line.send("Network.emulateNetworkConditions", conditions)

    let(SLOW)
    return lambda: let(-1)


@pytest.fixture
def people(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    budi = visitors(street, names("Budi"), device=PHONE).is_here()
    budi.conversation("Umum").click()
    return ani, budi


def test_a_file_is_sent_with_words_and_saved_whole_by_another(people, names):
    ani, budi = people
    content = bytes(range(256)) * 4000
    attaches(ani, ("Notulen Rapat Koordinasi.pdf", "application/pdf", b"%PDF-1.4\n" + content))
    expect(ani.page.locator(".tray__item")).to_contain_text("inasi.pdf")
    ani.field.fill(names("notulen kemarin"))
    sends(ani)

    card = budi.message(names("notulen kemarin")).locator(".file")
    expect(card.locator(".file__name")).to_have_attribute("title", "Notulen Rapat Koordinasi.pdf")
    expect(card).to_contain_text("PDF")
    with budi.page.expect_download() as download:
        card.get_by_role("link", name="Unduh Notulen Rapat Koordinasi.pdf").click()
    assert download.value.suggested_filename == "Notulen Rapat Koordinasi.pdf"
    assert download.value.path().read_bytes() == b"%PDF-1.4\n" + content
    expect(ani.page.locator(".tray__item")).to_have_count(0)
    expect(ani.field).to_have_value("")


def test_a_picture_stands_in_a_box_of_its_shape_and_opens_large(people, names):
    ani, budi = people
    attaches(ani, ("satu.png", "image/png", png(640, 320)), ("dua.png", "image/png", png(300, 600, (200, 80, 60))), by="Foto & video")
    expect(ani.page.locator(".tray__item img")).to_have_count(2)
    ani.field.fill(names("dua foto"))
    sends(ani)
    pictures = budi.message(names("dua foto")).locator("button.picture")
    expect(pictures).to_have_count(2)
    attaches(budi, ("lebar.png", "image/png", png(800, 400)), by="Foto & video")
    expect(budi.page.locator(".tray__item")).to_have_count(1)
    sends(budi)

    box = ani.page.locator("article:not(:has(.pictures)) .picture img").last
    expect(box).to_have_js_property("complete", True)
    shape = box.bounding_box()
    assert abs(shape["width"] / shape["height"] - 2) < 0.05
    pictures.first.click()
    lightbox = budi.page.locator("dialog.lightbox")
    expect(lightbox.locator("[role=status]")).to_contain_text(" dari ")
    first = lightbox.locator("img").get_attribute("src")
    budi.page.keyboard.press("ArrowRight")
    expect(lightbox.locator("img")).not_to_have_attribute("src", first)
    budi.page.keyboard.press("Escape")
    expect(lightbox).to_have_count(0)
    expect(pictures.first).to_be_focused()


def test_a_file_on_its_way_shows_how_far_and_can_be_stopped(people, names):
    ani, budi = people
    full_speed = slows(ani)
    attaches(ani, ("besar.bin", "application/octet-stream", bytes(3_000_000)))
    ani.field.fill(names("file besar"))
    sends(ani)
    bar = ani.message(names("file besar")).get_by_role("progressbar", name="Mengunggah besar.bin")
    expect(bar).to_be_visible()
    ani.page.wait_for_function("bar => bar.value > 0 && bar.value < 100", arg=bar.element_handle())
    expect(ani.message(names("file besar")).locator(".file__size")).to_contain_text(" / 2,9 MB")

    ani.page.get_by_role("button", name="Batalkan besar.bin").click()

    expect(ani.message(names("file besar"))).to_have_count(0)
    expect(ani.field).to_have_value(names("file besar"))
    full_speed()
    ani.field.fill(names("tanpa file"))
    sends(ani)
    expect(budi.message(names("tanpa file"))).to_be_visible()
    expect(budi.message(names("file besar"))).to_have_count(0)


def test_words_go_out_while_a_file_is_on_its_way(people, names):
    ani, budi = people
    full_speed = slows(ani)
    attaches(ani, ("besar.bin", "application/octet-stream", bytes(3_000_000)))
    ani.field.fill(names("menyusul"))
    sends(ani)
    expect(ani.page.get_by_role("progressbar")).to_be_visible()

    ani.says(names("duluan"))

    expect(budi.message(names("duluan"))).to_be_visible()
    expect(budi.message(names("menyusul"))).to_have_count(0)
    full_speed()
    expect(budi.message(names("menyusul")).locator(".file")).to_be_visible()


def test_a_failed_file_is_tried_again_and_goes_out_once(people, names):
    ani, budi = people
    ani.page.route("**/api/attachments", lambda route: route.abort())
    attaches(ani, ("jadwal.txt", "text/plain", b"Senin"))
    ani.field.fill(names("jadwal baru"))
    sends(ani)
    failed = ani.message(names("jadwal baru"))
    expect(failed.locator(".file__failed")).to_be_visible()
    expect(budi.message(names("jadwal baru"))).to_have_count(0)

    ani.page.unroute("**/api/attachments")
    ani.page.get_by_role("button", name="Coba lagi jadwal.txt").click()

    expect(budi.message(names("jadwal baru")).locator(".file")).to_have_count(1)
    expect(failed.locator(".tick--sent")).to_be_visible()


def test_what_the_line_has_cut_goes_on_when_it_is_back(people, names):
    ani, budi = people
    ani.page.route("**/api/attachments", lambda route: route.abort())
    attaches(ani, ("jadwal.txt", "text/plain", b"Senin"))
    ani.field.fill(names("terputus"))
    sends(ani)
    expect(ani.message(names("terputus")).locator(".file__failed")).to_have_text("Unggahan gagal")

    ani.context.set_offline(True)
    expect(ani.message(names("terputus")).locator(".file__failed")).to_have_text("Dilanjutkan saat terhubung lagi")
    ani.page.unroute("**/api/attachments")
    ani.context.set_offline(False)

    expect(budi.message(names("terputus")).locator(".file")).to_be_visible()
    expect(ani.message(names("terputus"))).to_have_count(1)


def test_a_file_that_is_too_large_is_refused_in_the_tray(visitors, start_server):
    server = start_server(limits="off", hosts="chat.test", max_file_size=str(1024**2))
    ani = visitors(server, "Ani").is_here()

    attaches(ani, ("raksasa.bin", "application/octet-stream", bytes(1024**2 + 1)), ("kecil.txt", "text/plain", b"muat"))

    expect(ani.page.locator(".tray__problems")).to_have_text("raksasa.bin terlalu besar. Batasnya 1 MB.")
    expect(ani.page.locator(".tray__item")).to_have_count(1)
    expect(ani.page.locator(".tray__item")).to_contain_text("kecil.txt")


def test_a_file_is_dropped_on_the_talk(people, names):
    ani, budi = people
    ani.page.evaluate(DROP, ["catatan.txt", names("isi"), ["dragenter"]])
    expect(ani.page.locator("#drop")).to_contain_text("Lepaskan untuk melampirkan")
    expect(ani.page.locator("#drop")).to_contain_text("100 MB")
    expect(ani.page.locator("#header .bar__title")).to_be_visible()

    ani.page.evaluate(DROP, ["catatan.txt", names("isi"), ["dragover", "drop"]])
    expect(ani.page.locator("#drop")).to_be_hidden()
    expect(ani.page.locator(".tray__item")).to_contain_text("catatan.txt")
    ani.field.fill(names("dijatuhkan"))
    sends(ani)

    expect(budi.message(names("dijatuhkan")).locator(".file__name")).to_have_attribute("title", "catatan.txt")


def test_a_picture_is_pasted_and_taken_out_again(people, names):
    ani, _budi = people
    ani.page.evaluate(PASTE, "layar.png")
    expect(ani.page.locator(".tray__item img")).to_be_visible()
    expect(ani.field).to_have_attribute("placeholder", "Tambah keterangan")

    ani.page.get_by_role("button", name="Hapus layar.png").click()

    expect(ani.page.locator(".tray__item")).to_have_count(0)
    expect(ani.page.locator(".composer [type=submit]")).to_have_attribute("aria-disabled", "true")


def test_a_sound_is_played_in_its_place(people, names):
    ani, budi = people
    attaches(ani, ("rekaman.wav", "audio/wav", wav()), by="Audio")
    ani.field.fill(names("dengarkan"))
    sends(ani)

    player = budi.message(names("dengarkan")).locator("audio")
    expect(player).to_be_visible()
    player.evaluate("audio => audio.play()")
    expect(player).to_have_js_property("duration", 1)


def test_a_profile_photo_is_chosen_while_joining_seen_by_others_and_removed(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    budi = visitors(street, names("Budi"), device=PHONE).visits()
    budi.page.locator("#photo").set_input_files({"name": "aku.png", "mimeType": "image/png", "buffer": png(300, 200)})
    expect(budi.page.locator("#photo-face img")).to_be_visible()
    budi.page.locator("#nickname").fill(names("Budi"))
    budi.page.locator("#go").click()
    budi.is_in()
    budi.conversation("Umum").click()
    budi.says(names("ini fotoku"))

    expect(ani.message(names("ini fotoku")).locator(".avatar__photo")).to_be_visible()
    expect(ani.page.locator(".person", has_text=names("Budi")).locator(".avatar__photo")).to_be_visible()

    budi.page.get_by_role("button", name="Kembali").click()
    budi.page.locator(".tabs a", has_text="Saya").click()
    budi.page.get_by_role("button", name="Foto profil").click()
    budi.page.get_by_role("dialog").get_by_role("button", name="Hapus").click()
    expect(ani.message(names("ini fotoku")).locator(".avatar__photo")).to_have_count(0)


def test_who_is_muted_is_told_so_and_keeps_what_was_written(visitors, visit, steer, start_server):
    server = start_server(limits="off", hosts="chat.test")
    ani = visitors(server, "Ani").is_here()
    panel = steer(server)
    person = next(one["id"] for one in panel.call("GET", "/people").json()["people"] if one["nickname"] == "Ani")
    panel.call("PUT", f"/people/{person}/mute", {"reason": "ramai"})

    ani.says("boleh bicara?")

    expect(ani.page.locator(".composer__muted")).to_contain_text("Anda dibisukan oleh admin")
    expect(ani.message("boleh bicara?").locator(".failure")).to_be_visible()
    panel.call("DELETE", f"/people/{person}/mute")
    ani.message("boleh bicara?").get_by_role("button", name="Coba lagi").click()
    expect(ani.tick("boleh bicara?")).to_have_class("tick tick--sent")
    expect(ani.field).to_be_visible()
