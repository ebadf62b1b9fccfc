"""An emoji under a message, and where one chooses it."""

from playwright.sync_api import expect

from tests.browser.conftest import PHONE


def chip(visitor, text, emoji):
    return visitor.message(text).get_by_role("button", name=emoji)


def test_an_emoji_from_the_menu_is_seen_by_both_and_taken_back_by_a_press(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    budi = visitors(street, names("Budi")).is_here()
    text = names("siapa ikut?")
    ani.says(text)
    expect(budi.message(text)).to_be_visible()

    budi.message(text).hover()
    budi.message(text).get_by_role("button", name="Opsi pesan").click()
    budi.page.get_by_role("menuitem", name="Reaksi 👍").click()
    expect(chip(ani, text, "👍, 1")).to_have_attribute("aria-pressed", "false")
    chip(ani, text, "👍, 1").click()

    expect(chip(budi, text, "👍, 2, termasuk Anda")).to_have_attribute("aria-pressed", "true")
    chip(budi, text, "👍, 2, termasuk Anda").click()
    chip(ani, text, "👍, 1, termasuk Anda").click()

    expect(budi.message(text).locator(".reaction")).to_have_count(0)
    expect(ani.message(text).locator(".reaction")).to_have_count(0)


def test_a_phone_chooses_from_all_emoji_by_their_name(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    budi = visitors(street, names("Budi"), device=PHONE).is_here()
    text = names("kabar baik")
    ani.says(text)
    budi.page.locator(".tabs a", has_text="Obrolan").click()
    budi.conversation("Umum").click()

    budi.message(text).locator(".message__bubble").click(button="right")
    budi.page.get_by_role("menuitem", name="Beri reaksi").click()
    budi.page.get_by_role("searchbox", name="Cari emoji").fill("trompet")
    budi.page.get_by_role("gridcell", name="trompet", exact=True).click()

    expect(budi.page.get_by_role("dialog")).to_have_count(0)
    expect(chip(ani, text, "🎺, 1")).to_be_visible()


def test_emoji_go_into_the_message_by_the_keyboard_alone(visitors, street, names):
    ani = visitors(street, names("Ani"), locale="en-GB").is_here()
    ani.field.fill("nice")
    ani.page.get_by_role("button", name="Emoji").focus()
    ani.page.keyboard.press("Enter")
    picker = ani.page.get_by_role("dialog", name="Emoji")
    expect(picker.get_by_role("searchbox")).to_be_focused()

    ani.page.keyboard.press("Tab")
    ani.page.keyboard.press("ArrowRight")
    expect(picker.get_by_role("tab", name="Smileys & people")).to_have_attribute("aria-selected", "true")
    ani.page.keyboard.press("Tab")
    ani.page.keyboard.press("ArrowDown")
    ani.page.keyboard.press("ArrowRight")
    expect(picker.get_by_role("gridcell").nth(9)).to_be_focused()
    chosen = picker.get_by_role("gridcell").nth(9).inner_text()
    ani.page.keyboard.press("Enter")
    ani.page.keyboard.press("Escape")

    expect(picker).to_have_count(0)
    expect(ani.field).to_have_value(f"nice{chosen}")
    expect(ani.page.get_by_role("button", name="Emoji")).to_be_focused()
    ani.page.get_by_role("button", name="Emoji").click()
    expect(picker.get_by_role("gridcell").first).to_have_text(chosen)
