"""Talk between two, and with the administrator."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import PHONE


def test_two_people_talk_in_private_and_see_what_became_of_it(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    budi = visitors(street, names("Budi"), device=PHONE).is_here()
    ani.talks_to(names("Budi"))

    ani.says("ini pribadi")

    expect(ani.tick("ini pribadi")).to_have_class("tick tick--received")
    expect(budi.conversation(names("Ani")).locator(".badge")).to_have_text("1")
    budi.conversation(names("Ani")).click()
    expect(budi.message("ini pribadi")).to_be_visible()
    expect(ani.tick("ini pribadi")).to_have_class("tick tick--read")
    ani.page.reload()
    expect(ani.message("ini pribadi")).to_be_visible()


def test_nobody_else_sees_a_talk_between_two(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    budi = visitors(street, names("Budi")).is_here()
    citra = visitors(street, names("Citra")).is_here()
    ani.talks_to(names("Budi"))

    ani.says("rahasia")
    expect(budi.conversation(names("Ani"))).to_contain_text("rahasia")
    ani.conversation("Umum").click()
    ani.says(names("untuk semua"))

    expect(citra.message(names("untuk semua"))).to_be_visible()
    expect(citra.conversation(names("Ani"))).to_have_count(0)
    expect(citra.page.get_by_text("rahasia", exact=True)).to_have_count(0)


def test_a_message_waits_for_somebody_who_is_away(visitors, visit, street, names):
    budi = visit(street, names("Budi"))
    budi.hangs_up()
    ani = visitors(street, names("Ani")).is_here()
    ani.page.locator("#find-people").fill(names("Budi"))
    ani.talks_to(names("Budi"))

    ani.says("sampai nanti")

    expect(ani.tick("sampai nanti")).to_have_class("tick tick--sent")


def test_typing_is_seen_and_ends_with_the_message(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    budi = visitors(street, names("Budi"), device=PHONE).is_here()
    ani.talks_to(names("Budi"))
    ani.says("halo")
    budi.conversation(names("Ani")).click()

    ani.field.press_sequentially("sebentar")
    expect(budi.page.locator(".bar__subtitle")).to_contain_text("sedang mengetik…")
    ani.field.press("Enter")

    expect(budi.message("sebentar")).to_be_visible()
    expect(budi.page.locator(".bar__subtitle")).to_have_text("Online")


def test_people_write_to_the_administrator_who_answers(visitors, steer, street, names):
    admin = steer(street)
    ani = visitors(street, names("Ani")).is_here()
    ani.page.get_by_text("Tulis ke admin").click()

    ani.says(names("tolong"))
    expect(ani.tick(names("tolong"))).to_have_class(re.compile("tick--sent"))
    person = next(one for one in admin.get("/people?online=1")["people"] if one["nickname"] == names("Ani"))
    admin.call("POST", "/messages", {"to": {"person": person["id"]}, "body": "sebentar ya"})

    expect(ani.message("sebentar ya")).to_be_visible()


def test_a_draft_stays_with_its_conversation(visitors, street, names):
    visitors(street, names("Budi")).is_here()
    ani = visitors(street, names("Ani")).is_here()
    ani.field.fill("untuk semua")
    ani.talks_to(names("Budi"))
    expect(ani.field).to_have_value("")
    ani.field.fill("untuk Budi")

    ani.conversation("Umum").click()
    expect(ani.field).to_have_value("untuk semua")
    expect(ani.conversation(names("Budi"))).to_contain_text("Draf: untuk Budi")
    ani.page.reload()

    expect(ani.field).to_have_value("untuk semua")


def test_back_on_a_phone_returns_to_the_list(visitors, visit, street, names):
    visit(street, names("Budi"))
    ani = visitors(street, names("Ani"), device=PHONE).is_here()
    ani.talks_to(names("Budi"))

    ani.page.get_by_role("button", name="Kembali").click()
    expect(ani.page.locator(".tabs")).to_be_visible()
    ani.page.locator(".tabs a", has_text="Obrolan").click()
    ani.conversation("Umum").click()
    expect(ani.page.locator("#header .bar__title")).to_have_text("Umum")
    ani.page.go_back()

    expect(ani.page.locator(".tabs")).to_be_visible()
