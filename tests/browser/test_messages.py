"""What one does with a message: answer, correct, take back, look after it; and what the original program did badly."""

import re
import uuid

from playwright.sync_api import expect

from tests.browser.conftest import PHONE

LONG = "Kalimat panjang nomor tiga puluh. "  # 34 characters
KEPT = re.compile("tick--(sent|received|read)")  # the clock is gone: the server has it
MANY = 130  # messages: more than two pages of history


def holds(visitor, text):
    """A finger held on a message, as a phone does it."""
    touch = {"pointerType": "touch", "isPrimary": True, "bubbles": True, "clientX": 100, "clientY": 100}
    visitor.message(text).locator(".message__bubble").dispatch_event("pointerdown", touch)
    expect(visitor.page.get_by_role("menu", name="Opsi pesan")).to_be_visible()


def picks(visitor, name):
    visitor.page.get_by_role("menuitem", name=name, exact=True).click()


def points_at(visitor, text):
    message = visitor.message(text)
    message.locator(".message__bubble").hover()
    return message


def in_lobby(visitor):
    if visitor.conversation("Umum").is_visible():
        visitor.conversation("Umum").click()
    return visitor


def test_an_answer_shows_what_it_answers_to_and_leads_there(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    budi = in_lobby(visitors(street, names("Budi"), device=PHONE).is_here())
    ani.says(names("Rapat jam berapa?"))
    expect(budi.message(names("Rapat jam berapa?"))).to_be_visible()

    holds(budi, names("Rapat jam berapa?"))
    picks(budi, "Balas")
    expect(budi.page.locator(".composer__context")).to_contain_text(names("Rapat jam berapa?"))
    budi.says(names("Jam sepuluh"))

    answer = ani.message(names("Jam sepuluh"))
    expect(answer.locator(".quote")).to_contain_text(names("Ani"))
    expect(answer.locator(".quote")).to_contain_text(names("Rapat jam berapa?"))
    expect(budi.page.locator(".composer__context")).to_have_count(0)
    answer.locator(".quote").click()
    original = ani.page.locator("article:not(:has(.quote))", has_text=names("Rapat jam berapa?"))
    expect(original).to_be_focused()
    expect(original).to_be_in_viewport()


def test_an_original_far_above_is_loaded_and_shown(visitors, visit, start_server):
    server = start_server(limits="off", hosts="chat.test")
    budi = visit(server, "Budi")
    first = budi.says("yang paling pertama")
    for number in range(MANY):
        budi.says(f"pesan {number}")
    answer = {"client_id": "00000000-0000-4000-8000-000000000001", "to": {"room": 1}, "body": "jawaban", "reply_to": first["id"]}
    assert budi.asks("post_message", answer)["ok"]
    ani = visitors(server, "Ani").is_here()
    expect(ani.message("jawaban").locator(".quote")).to_contain_text("yang paling pertama")

    ani.message("jawaban").locator(".quote").click()

    original = ani.page.locator("article:not(:has(.quote))", has_text="yang paling pertama")
    expect(original).to_be_in_viewport()
    expect(original).to_be_focused()


def test_an_answer_between_two_shows_what_it_answers_to(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    budi = visitors(street, names("Budi"), device=PHONE).is_here()
    ani.talks_to(names("Budi"))
    ani.says(names("Sudah makan?"))
    budi.conversation(names("Ani")).click()

    holds(budi, names("Sudah makan?"))
    picks(budi, "Balas")
    budi.says(names("Belum"))

    expect(ani.message(names("Belum")).locator(".quote")).to_contain_text(names("Sudah makan?"))


def test_the_last_own_message_is_edited_from_the_empty_field(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    budi = in_lobby(visitors(street, names("Budi"), device=PHONE).is_here())
    ani.says(names("Jam sepluh"))
    expect(ani.tick(names("Jam sepluh"))).to_have_class(KEPT)

    ani.field.press("ArrowUp")
    expect(ani.field).to_have_value(names("Jam sepluh"))
    ani.field.fill(names("Jam sepuluh"))
    ani.field.press("Enter")

    expect(budi.message(names("Jam sepuluh"))).to_contain_text("diedit")
    expect(budi.message(names("Jam sepluh"))).to_have_count(0)
    expect(ani.field).to_have_value("")


def test_an_edit_that_is_given_up_gives_the_draft_back(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    ani.says(names("sudah terkirim"))
    expect(ani.tick(names("sudah terkirim"))).to_be_visible()
    ani.field.fill(names("baru mulai"))

    points_at(ani, names("sudah terkirim")).get_by_role("button", name="Opsi pesan").click()
    picks(ani, "Edit")
    expect(ani.field).to_have_value(names("sudah terkirim"))
    ani.field.press("Escape")

    expect(ani.field).to_have_value(names("baru mulai"))
    expect(ani.page.locator(".composer__context")).to_have_count(0)


def test_a_deleted_message_leaves_a_mark_and_no_words(visitors, street, names):
    ani = visitors(street, names("Ani"), device=PHONE).is_here()
    budi = visitors(street, names("Budi")).is_here()
    in_lobby(ani).says(names("salah kirim"))
    expect(budi.message(names("salah kirim"))).to_be_visible()

    holds(ani, names("salah kirim"))
    picks(ani, "Hapus")
    ani.page.get_by_role("dialog").get_by_role("button", name="Hapus").click()

    expect(budi.message(names("salah kirim"))).to_have_count(0)
    expect(ani.message(names("salah kirim"))).to_have_count(0)
    expect(budi.page.locator("article", has_text="Pesan dihapus").last).to_be_visible()


def test_only_ones_own_messages_can_be_edited_and_deleted(visitors, visit, street, names):
    budi = visit(street, names("Budi"))
    ani = visitors(street, names("Ani")).is_here()
    budi.says(names("punya Budi"))

    ani.message(names("punya Budi")).focus()
    ani.page.keyboard.press("Shift+F10")

    expect(ani.page.get_by_role("menuitem", name="Balas", exact=True)).to_be_visible()
    expect(ani.page.get_by_role("menuitem", name="Edit")).to_have_count(0)
    expect(ani.page.get_by_role("menuitem", name="Hapus")).to_have_count(0)


def test_the_details_say_who_has_received_and_read_when(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    budi = visitors(street, names("Budi"), device=PHONE).is_here()
    ani.talks_to(names("Budi"))
    ani.says(names("sudah baca?"))
    budi.conversation(names("Ani")).click()
    expect(ani.page.locator("article .tick--read")).to_be_visible()

    points_at(ani, names("sudah baca?")).get_by_role("button", name="Opsi pesan").click()
    picks(ani, "Info pesan")

    person = ani.page.get_by_role("dialog").locator(".person", has_text=names("Budi"))
    expect(person).to_contain_text("Dibaca")
    expect(person).to_contain_text("Diterima")


def test_a_private_message_waits_for_somebody_who_is_offline(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    budi = visitors(street, names("Budi"), device=PHONE).is_here()
    budi.page.goto("about:blank")
    expect(ani.page.locator(".person--offline", has_text=names("Budi"))).to_be_visible(timeout=30_000)

    ani.talks_to(names("Budi"))
    ani.says(names("dibaca nanti"))
    expect(ani.tick(names("dibaca nanti"))).to_have_class("tick tick--sent")

    budi.visits().is_in()
    expect(budi.conversation(names("Ani")).locator(".badge")).to_have_text("1")
    budi.conversation(names("Ani")).click()
    expect(budi.message(names("dibaca nanti"))).to_be_visible()
    expect(ani.page.locator("article .tick--read")).to_be_visible()


def test_two_messages_at_once_are_two_and_a_long_one_arrives_whole(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    budi = visitors(street, names("Budi")).is_here()
    citra = in_lobby(visitors(street, names("Citra"), device=PHONE).is_here())
    long = (names("awal ") + LONG * 120)[:3995].strip() + "akhir"

    ani.says(names("dari Ani"))
    budi.says(names("dari Budi"))
    ani.says(long)

    expect(citra.message(names("dari Ani"))).to_have_count(1)
    expect(citra.message(names("dari Budi"))).to_have_count(1)
    expect(citra.message(names("awal ")).locator(".message__text")).to_contain_text(long)


def test_a_message_is_sent_on_to_others_with_its_file(visitors, visit, street, names):
    budi, cici = visit(street, names("Budi")), visit(street, names("Cici"))
    ani = visitors(street, names("Ani")).is_here()
    upload = budi.http.post(f"{street.url}/api/attachments", files={"file": ("denah.txt", b"lantai dua")}, timeout=20).json()
    budi.asks(
        "post_message",
        {"client_id": str(uuid.uuid4()), "to": {"room": 1}, "body": names("denahnya"), "attachments": [upload["id"]]},
    )

    points_at(ani, names("denahnya")).get_by_role("button", name="Opsi pesan").click()
    picks(ani, "Teruskan")
    dialog = ani.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Teruskan").click()
    expect(dialog).to_contain_text("Pilih satu percakapan dahulu")
    dialog.get_by_role("searchbox").fill(names("Cici"))
    dialog.get_by_label(names("Cici")).check()
    dialog.get_by_role("button", name="Teruskan").click()

    expect(dialog).to_have_count(0)
    told = cici.hears("message_posted", where=lambda message: message["body"] == names("denahnya") and message["room"] != 1)
    assert [one["name"] for one in told["attachments"]] == ["denah.txt"]
    assert cici.get(told["attachments"][0]["url"]).content == b"lantai dua"


def test_the_ticks_of_a_room_are_true_after_a_newcomer_and_after_a_reload(visitors, visit, start_server):
    server = start_server(limits="off", hosts="chat.test")
    ani = visitors(server, "Ani").is_here()
    budi = visit(server, "Budi")
    ani.says("sudah dibaca?")
    message = budi.hears("message_posted")
    budi.asks("mark", {"room": message["room"], "received": message["seq"], "read": message["seq"]})
    expect(ani.message("sudah dibaca?").locator(".tick")).to_have_class(re.compile("tick--read"))

    ani.page.reload()
    expect(ani.message("sudah dibaca?").locator(".tick")).to_have_class(re.compile("tick--read"))
    visit(server, "Cici")
    ani.says("dan ini?")
    later = budi.hears("message_posted", where=lambda said: said["body"] == "dan ini?")
    budi.asks("mark", {"room": later["room"], "received": later["seq"], "read": later["seq"]})

    expect(ani.page.locator(".bar__subtitle")).to_contain_text("3 anggota")
    expect(ani.message("dan ini?").locator(".tick")).to_have_class(re.compile("tick--sent"))
