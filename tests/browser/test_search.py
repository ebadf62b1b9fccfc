"""Looking for what was said."""

from playwright.sync_api import expect

from tests.browser.conftest import PHONE


def finds(visitor, words):
    visitor.page.get_by_role("searchbox", name="Kata yang dicari").fill(words)


def is_furnished(visitor):
    """Shortcuts come after the first load, and behind them the menu."""
    visitor.page.wait_for_function("() => performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/menu.js'))")


def test_what_was_said_is_found_and_leads_there(visitors, visit, street, names):
    budi = visit(street, names("Budi"))
    budi.says(f"{names('anggaran')} rapat sudah ada")
    for number in range(70):
        budi.says(f"pesan {number}")
    ani = visitors(street, names("Ani")).is_here()

    is_furnished(ani)
    ani.page.keyboard.press("Control+k")
    finds(ani, names("anggaran"))
    hit = ani.page.locator(".search__hit", has_text="rapat sudah ada")
    expect(hit.locator("mark").first).to_have_text("anggaran")
    expect(ani.page.locator(".search__count")).to_contain_text("hasil")
    ani.page.keyboard.press("ArrowDown")
    expect(hit).to_be_focused()
    ani.page.keyboard.press("Enter")

    expect(ani.message("rapat sudah ada").last).to_be_focused()
    expect(ani.message("rapat sudah ada").last).to_be_in_viewport()
    ani.page.get_by_role("searchbox", name="Kata yang dicari").focus()
    ani.page.keyboard.press("Escape")
    expect(ani.page.get_by_role("searchbox", name="Kata yang dicari")).to_have_count(0)


def test_a_conversation_is_searched_alone_by_person_and_kind_too(visitors, visit, street, names):
    budi, cici = visit(street, names("Budi")), visit(street, names("Cici"))
    budi.says(f"{names('kunci')} dari Budi")
    cici.says(f"{names('kunci')} dari Cici")
    ani = visitors(street, names("Ani")).is_here()
    cici.says(f"{names('kunci')} berdua", person=ani.page.evaluate("fetch('/api/session').then((r) => r.json()).then((r) => r.person.id)"))

    ani.page.get_by_role("button", name="Cari di percakapan").click()
    finds(ani, names("kunci"))
    expect(ani.page.locator(".search__hit")).to_have_count(2)
    ani.page.get_by_role("combobox", name="Siapa saja").select_option(label=names("Cici"))
    expect(ani.page.locator(".search__hit")).to_have_count(1)
    expect(ani.page.locator(".search__hit")).to_contain_text("dari Cici")
    ani.page.get_by_role("button", name="Di semua percakapan").click()
    expect(ani.page.locator(".search__hit")).to_have_count(2)
    ani.page.get_by_role("combobox", name="Semua jenis").select_option("image")
    expect(ani.page.locator(".side .empty")).to_contain_text("Tidak ada hasil")


def test_a_phone_finds_and_comes_to_the_message(visitors, visit, street, names):
    budi = visit(street, names("Budi"))
    budi.says(names("jadwal"))
    ani = visitors(street, names("Ani"), device=PHONE).is_here()

    ani.page.locator(".rail__search").click()
    finds(ani, names("jadwal"))
    ani.page.locator(".search__hit").first.click()

    expect(ani.message(names("jadwal"))).to_be_in_viewport()
    expect(ani.page.locator(".search")).to_be_hidden()
