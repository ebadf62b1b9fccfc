"""Talk in the lobby, in the browsers of two people and more."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import PHONE

MANY = 130  # messages: three pages of history


def test_two_people_hear_each_other_in_the_lobby(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    budi = visitors(street, names("Budi"), device=PHONE).is_here()
    budi.conversation("Umum").click()

    ani.says(names("Pagi semua 👋"))
    budi.says(names("Pagi juga"))

    expect(budi.message(names("Pagi semua 👋")).locator(".message__sender")).to_have_text(names("Ani"))
    expect(ani.message(names("Pagi juga")).locator(".message__sender")).to_have_text(names("Budi"))
    expect(ani.tick(names("Pagi semua 👋"))).to_have_class("tick tick--sent")
    expect(ani.message(names("Pagi semua 👋"))).to_have_count(1)


def test_enter_sends_on_a_desktop_and_breaks_the_line_on_a_phone(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    budi = visitors(street, names("Budi"), device=PHONE).is_here()
    budi.conversation("Umum").click()

    ani.field.fill(names("satu"))
    ani.field.press("Shift+Enter")
    ani.field.press_sequentially("dua")
    ani.field.press("Enter")
    budi.field.fill("tiga")
    budi.field.press("Enter")

    expect(ani.message(names("satu"))).to_contain_text("dua")
    expect(ani.field).to_have_value("")
    expect(budi.field).to_have_value("tiga\n")


def test_who_comes_and_goes_stands_between_the_messages(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    budi = visitors(street, names("Budi")).is_here()
    expect(ani.page.locator(".coming", has_text=f"{names('Budi')} bergabung")).to_be_visible()
    expect(ani.page.locator(".person", has_text=names("Budi"))).to_contain_text("Online")

    budi.page.locator("#me-menu").click()
    budi.page.get_by_role("menuitem", name="Keluar").click()
    budi.page.get_by_role("dialog").get_by_role("button", name="Keluar", exact=True).click()

    expect(ani.page.locator(".coming", has_text=f"{names('Budi')} keluar")).to_be_visible()
    expect(ani.page.locator(".coming", has_text=names("Ani"))).to_have_count(0)


def test_what_others_type_is_text_and_only_addresses_become_links(visitors, visit, street, names):
    ani = visitors(street, names("Ani")).is_here()
    budi = visit(street, names("<img src=x onerror=alert(1)>")[:10].replace("<", "").replace("=", ""))

    budi.says(f"<b>{names('tebal')}</b> http://192.168.1.5/a?b=<i>&c javascript:alert(1)")

    message = ani.message(f"<b>{names('tebal')}</b>")
    expect(message).to_be_visible()
    expect(message.locator("b")).to_have_count(0)
    expect(message.locator("a")).to_have_count(1)
    expect(message.locator("a")).to_have_attribute("rel", "noopener noreferrer")


def test_unread_messages_are_counted_and_set_apart(visitors, visit, street, names):
    ani = visitors(street, names("Ani"), device=PHONE).is_here()
    budi = visit(street, names("Budi"))

    for word in ("satu", "dua", "tiga"):
        budi.says(names(word))
    expect(ani.conversation("Umum").locator(".badge")).to_have_text("3")
    expect(ani.page.locator(".tabs .badge")).to_have_text("3")
    ani.conversation("Umum").click()

    expect(ani.page.locator("#divider")).to_have_text("3 pesan baru")
    expect(ani.page.locator("#divider + article")).to_contain_text(names("satu"))
    expect(ani.page).not_to_have_title(re.compile(r"^\(3\)"))
    ani.page.get_by_role("button", name="Kembali").click()
    expect(ani.conversation("Umum").locator(".badge")).to_have_count(0)


def test_older_history_comes_by_scrolling_and_moves_nothing(visitors, visit, start_server, names):
    server = start_server(limits="off", hosts="chat.test")
    budi = visit(server, "Budi")
    for number in range(MANY):
        budi.says(f"pesan {number} " + "panjang " * (number % 30))
    ani = visitors(server, "Ani").is_here()
    expect(ani.page.locator("article")).to_have_count(50)
    expect(ani.message(f"pesan {MANY - 1} ")).to_be_in_viewport()

    before = ani.page.evaluate(SCROLL_UP_AND_LOOK)
    expect(ani.page.locator("article")).to_have_count(100)
    after = ani.page.evaluate(LOOK, before["key"])

    assert abs(after - before["top"]) < 2
    ani.page.evaluate(SCROLL_UP_AND_LOOK)
    expect(ani.page.locator("article")).to_have_count(MANY)
    expect(ani.page.locator(".log__edge")).to_have_text("Awal percakapan")


def test_a_reader_further_up_stays_there_and_is_told_what_came(visitors, visit, start_server):
    server = start_server(limits="off", hosts="chat.test")
    budi = visit(server, "Budi")
    for number in range(40):
        budi.says(f"pesan {number} " + "panjang " * 20)
    ani = visitors(server, "Ani").is_here()
    expect(ani.message("pesan 39 ")).to_be_in_viewport()
    before = ani.page.evaluate(SCROLL_UP_AND_LOOK)

    budi.says("yang terbaru")

    expect(ani.page.locator(".jump .badge")).to_have_text("1")
    assert abs(ani.page.evaluate(LOOK, before["key"]) - before["top"]) < 2
    ani.page.locator(".jump").click()
    expect(ani.message("yang terbaru")).to_be_in_viewport()
    expect(ani.page.locator(".jump")).to_have_count(0)


def test_a_broadcast_is_on_top_everywhere_and_in_the_lobby_until_it_is_put_away(visitors, steer, start_server):
    server = start_server(limits="off", hosts="chat.test")
    ani = visitors(server, "Ani").is_here()
    budi = visitors(server, "Budi", device=PHONE).is_here()
    budi.talks_to("Ani")

    steer(server).call("POST", "/broadcasts", {"body": "Server dirawat pukul 17.00."})

    expect(budi.page.locator(".notice")).to_contain_text("Server dirawat pukul 17.00.")
    expect(ani.page.locator(".broadcast")).to_contain_text("Server dirawat pukul 17.00.")
    ani.page.get_by_role("button", name="Tutup pengumuman").click()
    expect(ani.page.locator(".notice")).to_have_count(0)
    ani.page.reload()
    expect(ani.page.locator(".broadcast")).to_be_visible()
    expect(ani.page.locator(".notice")).to_have_count(0)
    late = visitors(server, "Citra").is_here()
    expect(late.page.locator(".notice")).to_be_visible()


def test_messages_are_walked_by_the_keyboard(visitors, visit, street, names):
    budi = visit(street, names("Budi"))
    ani = visitors(street, names("Ani")).is_here()
    budi.says(names("kemarin"))
    budi.says(names("hari ini"))
    expect(ani.message(names("hari ini"))).to_be_visible()

    ani.message(names("hari ini")).focus()
    ani.page.keyboard.press("ArrowUp")
    expect(ani.message(names("kemarin"))).to_be_focused()
    ani.page.keyboard.press("Escape")

    expect(ani.field).to_be_focused()


SCROLL_UP_AND_LOOK = """() => {
  const log = document.getElementById("log");
  log.scrollTop = 300;
  const { top } = log.getBoundingClientRect();
  const seen = [...log.querySelectorAll("article")].find((one) => one.getBoundingClientRect().top > top);
  return { key: seen.dataset.key, top: seen.getBoundingClientRect().top };
}"""

LOOK = "(key) => document.querySelector(`[data-key='${key}']`).getBoundingClientRect().top"
