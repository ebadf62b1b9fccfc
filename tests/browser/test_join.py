"""The way in, back and out, as somebody before a screen meets it."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_nickname_is_all_that_it_takes(visitors, street, names, device):
    ani = visitors(street, names("Ani"), device=device).visits()
    expect(ani.page.get_by_text("Obrolan ini tidak dienkripsi")).to_be_visible()
    assert not ani.page.evaluate("isSecureContext"), "for this suite to mean anything on a LAN"

    ani.joins()

    ani.page.reload()
    ani.is_in()


def test_the_field_has_the_keyboard_on_a_desktop_and_not_on_a_phone(visitors, street):
    desktop = visitors(street).visits()
    phone = visitors(street, device=PHONE).visits()

    expect(desktop.page.locator("#nickname")).to_be_focused()
    expect(phone.page.locator("#tools button").first).to_be_visible()
    expect(phone.page.locator("#nickname")).not_to_be_focused()


def test_an_empty_name_is_told_beneath_its_field(visitors, street):
    ani = visitors(street).visits()

    ani.page.locator("#go").click()

    expect(ani.page.get_by_role("alert")).to_have_text("Isi nama dulu.")
    expect(ani.page.locator("#nickname")).to_have_attribute("aria-invalid", "true")


def test_a_name_that_is_taken_comes_with_another_that_is_free(visitors, street, names):
    visitors(street, names("Ani")).is_here()
    other = visitors(street, names("Ani")).visits()
    other.page.locator("#nickname").fill(names("Ani"))
    other.page.locator("#go").click()

    other.page.get_by_role("alert").locator(".link-button").click()
    expect(other.page.locator("#nickname")).not_to_have_value(names("Ani"))
    other.page.locator("#go").click()

    other.is_in()


def test_a_pin_brings_the_name_back_on_another_device(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    ani.page.locator("#me-menu").click()
    ani.page.get_by_role("menuitem", name="PIN saya").click()
    ani.page.locator("#new-pin").fill("4711")
    ani.page.get_by_role("button", name="Simpan PIN").click()
    expect(ani.page.locator(".toast")).to_have_text("PIN disimpan")
    phone = visitors(street, names("Ani"), device=PHONE).visits()
    phone.page.locator("#nickname").fill(names("Ani"))
    phone.page.locator("#go").click()
    phone.page.get_by_role("button", name="Ini nama saya").click()

    phone.page.locator("#pin").fill("4712")
    phone.page.locator("#go").click()
    expect(phone.page.locator("#pin")).to_have_attribute("aria-invalid", "true")
    phone.page.locator("#pin").fill("4711")
    phone.page.locator("#go").click()

    phone.is_in()
    phone.page.locator(".tabs a", has_text="Saya").click()
    expect(phone.page.locator(".me__name")).to_have_text(names("Ani"))


def test_a_link_brings_a_second_device_in_once(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    ani.page.locator("#me-menu").click()
    ani.page.get_by_role("menuitem", name="Tambah perangkat").click()
    expect(ani.page.locator("img.device__code")).to_be_visible()
    fragment = ani.page.locator(".device__address").inner_text().split("#")[1]

    phone = visitors(street, device=PHONE).visits(f"/#{fragment}")
    late = visitors(street).visits(f"/#{fragment}") if phone.is_in() else None

    assert "#link" not in phone.page.url
    expect(late.page.locator("#nickname")).to_have_attribute("aria-invalid", "true")
    assert "#link" not in late.page.url


def test_leaving_asks_once_and_forgets_this_person_here(visitors, street, names):
    ani = visitors(street, names("Ani")).joins()
    ani.field.fill("belum dikirim")
    ani.page.locator("#me-menu").click()
    ani.page.get_by_role("menuitem", name="Keluar").click()
    expect(ani.page.get_by_role("button", name="Buat PIN dulu")).to_be_visible()
    expect(ani.page.get_by_role("button", name="Batal")).to_be_focused()

    ani.page.get_by_role("dialog").get_by_role("button", name="Keluar", exact=True).click()

    expect(ani.page.locator("#nickname")).to_have_value(names("Ani"))
    ani.joins()
    expect(ani.field).to_have_value("")


def test_a_switch_of_language_keeps_what_is_being_typed(visitors, street, names):
    ani = visitors(street).visits()
    ani.page.locator("#nickname").fill(names("Ani"))
    ani.page.locator("#tools .button").click()
    expect(ani.page.locator("#go")).to_have_text("Join")
    expect(ani.page.locator("#nickname")).to_have_value(names("Ani"))
    ani.page.locator("#go").click()
    ani.is_in()
    ani.field.fill("draft")

    ani.page.locator("#me-menu").click()
    ani.page.get_by_role("menuitem", name="Language").click()

    expect(ani.page.locator("#header .bar__title")).to_have_text("Umum")
    expect(ani.page.locator("html")).to_have_attribute("lang", "id")
    expect(ani.field).to_have_value("draft")


def test_the_theme_is_the_systems_until_it_is_chosen(visitors, street):
    ani = visitors(street, color_scheme="dark").visits()
    expect(ani.page.locator("html")).to_have_attribute("data-theme", "dark")

    ani.page.get_by_role("button", name="Mode terang").click()
    ani.page.reload()

    expect(ani.page.locator("html")).to_have_attribute("data-theme", "light")


def test_the_own_devices_are_listed_and_one_is_signed_out(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    link = ani.page.evaluate("fetch('/api/session/links', {method: 'POST'}).then((r) => r.json()).then((r) => r.url)")
    phone = visitors(street, device=PHONE)
    phone.page.goto(link)
    expect(phone.page.locator(".tabs")).to_be_visible()

    ani.page.get_by_role("button", name="Setelan").click()
    ani.page.get_by_role("menuitem", name="Perangkat saya").click()
    dialog = ani.page.get_by_role("dialog", name="Perangkat saya")
    expect(dialog.get_by_role("listitem")).to_have_count(2)
    expect(dialog).to_contain_text("Perangkat ini")
    dialog.get_by_role("button", name="Keluarkan").click()

    expect(dialog.get_by_role("listitem")).to_have_count(1)
    expect(phone.page.get_by_label("Nama panggilan")).to_be_visible()


def test_a_name_is_changed_and_others_see_it(visitors, visit, street, names):
    budi = visit(street, names("Budi"))
    ani = visitors(street, names("Ani")).is_here()

    ani.page.get_by_role("button", name="Setelan").click()
    ani.page.get_by_role("menuitem", name="Ganti nama").click()
    dialog = ani.page.get_by_role("dialog", name="Ganti nama")
    dialog.get_by_label("Nama panggilan").fill(names("Budi"))
    dialog.get_by_role("button", name="Simpan").click()
    expect(dialog).to_contain_text("sudah dipakai")
    dialog.get_by_label("Nama panggilan").fill(names("Anisa"))
    dialog.get_by_role("button", name="Simpan").click()

    expect(dialog).to_have_count(0)
    expect(ani.page.locator(".rail__me")).to_contain_text(names("Anisa"))
    budi.hears("people_changed", where=lambda change: any(one["nickname"] == names("Anisa") for one in change.get("changed", [])))


def test_who_has_a_pin_is_not_asked_for_one_when_leaving(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    ani.page.evaluate(
        "fetch('/api/session', {method: 'PATCH', body: '{\"pin\": \"2468\"}', headers: {'Content-Type': 'application/json'}})"
    )

    ani.page.get_by_role("button", name="Setelan").click()
    ani.page.get_by_role("menuitem", name="Keluar").click()

    dialog = ani.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Dengan PIN Anda")
    expect(dialog.get_by_role("button", name="Buat PIN dulu")).to_have_count(0)
