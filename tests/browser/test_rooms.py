"""Rooms, in the browsers of three people, one of them on a phone."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE


def opens_room(visitor, name, *, topic="", private=False, with_people=()):
    """Makes a room by its dialog, from either size."""
    begins(visitor, "Grup baru")
    page = visitor.page
    page.locator("#room-name").fill(name)
    page.locator("#room-topic").fill(topic)
    if private:
        page.get_by_role("switch", name="Grup tertutup").click()
    for nickname in with_people:
        page.locator(".picker input[type=search]").fill(nickname)
        page.locator(".picker .person", has_text=nickname).locator("input").check()
    page.get_by_role("button", name="Buat grup").click()
    expect(visitor.page.locator("#header .bar__title")).to_have_text(name)


def begins(visitor, what):
    page = visitor.page
    button = page.locator("#add-room")
    (button if button.is_visible() else page.locator(".rail__new")).click()
    page.get_by_role("menuitem", name=what).click()


def looks_into(visitor):
    visitor.page.get_by_role("button", name="Info grup").click()
    return visitor.page.get_by_role("dialog")


def test_an_open_room_is_found_entered_and_left(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    budi = visitors(street, names("Budi"), device=PHONE).is_here()
    opens_room(ani, names("Kelas XII"), topic="PR dan jadwal")
    ani.says(names("Selamat datang"))

    begins(budi, "Jelajahi grup")
    budi.page.get_by_role("button", name=f"Gabung ke {names('Kelas XII')}").click()

    expect(budi.page.locator("#header .bar__title")).to_have_text(names("Kelas XII"))
    expect(budi.page.locator("#header .bar__subtitle")).to_contain_text("PR dan jadwal")
    expect(budi.message(names("Selamat datang"))).to_be_visible()
    expect(budi.page.locator("#divider")).to_have_count(0)
    budi.says(names("Halo"))
    expect(ani.message(names("Halo"))).to_be_visible()
    expect(ani.page.locator("#header .bar__subtitle")).to_contain_text("2 anggota")

    looks_into(budi).get_by_role("button", name="Keluar dari grup").click()
    budi.page.get_by_role("dialog").get_by_role("button", name="Keluar dari grup").click()
    expect(budi.conversation("Umum")).to_be_visible()
    expect(budi.conversation(names("Kelas XII"))).to_have_count(0)
    expect(ani.page.locator(".coming", has_text="keluar dari grup")).to_contain_text(names("Budi"))
    ani.says(names("Setelah pergi"))
    expect(ani.tick(names("Setelah pergi"))).to_be_visible()
    begins(budi, "Jelajahi grup")
    budi.page.get_by_role("button", name=f"Gabung ke {names('Kelas XII')}").click()
    expect(budi.message(names("Setelah pergi"))).to_be_visible()


def test_a_private_room_is_for_those_who_were_invited(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    budi = visitors(street, names("Budi")).is_here()
    citra = visitors(street, names("Citra"), device=PHONE).is_here()
    opens_room(ani, names("Panitia"), private=True, with_people=[names("Budi")])
    ani.says(names("rahasia"))

    expect(budi.conversation(names("Panitia")).locator(".badge")).to_have_text("1")
    begins(citra, "Jelajahi grup")
    expect(citra.page.get_by_role("dialog").locator(".dialog__list, .empty")).to_be_visible()
    expect(citra.page.get_by_role("dialog").get_by_text(names("Panitia"))).to_have_count(0)
    citra.page.get_by_role("button", name="Tutup").click()

    looks_into(ani).get_by_role("button", name="Undang").click()
    expect(ani.page.locator(".picker .person", has_text=names("Budi"))).to_have_count(0)
    ani.page.locator(".picker .person", has_text=names("Citra")).locator("input").check()
    ani.page.get_by_role("dialog").get_by_role("button", name="Undang").click()

    citra.conversation(names("Panitia")).click()
    expect(citra.message(names("rahasia"))).to_be_visible()
    invited = budi.conversation(names("Panitia"))
    expect(invited).to_contain_text(f"{names('Ani')} mengundang {names('Citra')}")


def test_a_new_name_and_topic_are_told_in_the_room(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    budi = visitors(street, names("Budi"), device=PHONE).is_here()
    opens_room(ani, names("Desain"), with_people=[names("Budi")])
    budi.conversation(names("Desain")).click()

    looks_into(ani).get_by_role("button", name="Ubah nama dan topik").click()
    ani.page.locator("#room-name").fill(names("Desain Spanduk"))
    ani.page.locator("#room-topic").fill("3 kali 1 meter")
    ani.page.get_by_role("button", name="Simpan").click()

    expect(budi.page.locator("#header .bar__title")).to_have_text(names("Desain Spanduk"))
    expect(budi.page.locator(".coming", has_text="mengganti nama grup")).to_contain_text(f"“{names('Desain Spanduk')}”")
    expect(budi.page.locator(".coming", has_text="mengganti topik")).to_contain_text("“3 kali 1 meter”")
    members = looks_into(budi).locator(".person")
    expect(members).to_have_count(2)
    budi.page.get_by_role("dialog").locator("button.person", has_text=names("Ani")).click()
    expect(budi.page.locator("#header .bar__title")).to_have_text(names("Ani"))


def test_a_room_needs_a_name(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    begins(ani, "Grup baru")

    ani.page.get_by_role("button", name="Buat grup").click()

    expect(ani.page.locator("#room-name-note")).to_have_text("Isi nama grup dulu.")
    expect(ani.page.locator("#room-name")).to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize("device", [{"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}])
def test_a_room_fits_the_narrowest_screen(visitors, street, names, device):
    ani = visitors(street, names("Ani"), device=device).is_here()
    opens_room(ani, names("Nama grup yang panjang sekali untuk layar kecil"), topic="topik " * 20)

    assert ani.page.evaluate("document.documentElement.scrollWidth") <= 320
    dialog = looks_into(ani)
    expect(dialog.get_by_role("button", name="Keluar dari grup")).to_be_in_viewport()
    assert dialog.evaluate("dialog => dialog.scrollWidth - dialog.clientWidth") <= 1
