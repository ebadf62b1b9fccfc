"""The log and the moderation of the administrator's panel, in a browser, against a real server."""

import csv
import io
import json
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.server import Server

DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
JAYAPURA = "Asia/Jayapura"  # nine hours from UTC: a day that differs from the server's


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for all of these tests; each has people of its own."""
    server = Server(tmp_path_factory.mktemp("house"), limits="off").start()
    yield server
    server.stop()
    assert "Traceback" not in server.log, server.log


@pytest.fixture(scope="module")
def key(browser: Browser, house: Server) -> Any:
    """The session of a panel that was signed in."""
    page = browser.new_page(locale="en-GB")
    page.goto(house.url + "/admin")
    page.locator("#password").fill(house.admin_password)
    page.keyboard.press("Enter")
    expect(page.locator(".service__state")).to_be_visible()
    state = page.context.storage_state()
    page.context.close()
    return state


@pytest.fixture
def panel(browser: Browser, house: Server, key: Any) -> Iterator[Callable[..., Page]]:
    """Opens pages of the panel; none of them may break the content policy or throw."""
    contexts: list[Any] = []
    faults: list[str] = []

    def open_page(path: str = "/admin/log", *, device: Any = DESKTOP, **options: Any) -> Page:
        context = browser.new_context(storage_state=key, **{"locale": "en-GB", "timezone_id": JAYAPURA, **device, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
        page.goto(house.url + path)
        expect(page.locator(".service__state, .log-table, .message-log .empty").first).to_be_visible()
        return page

    yield open_page
    found = list(faults)  # what closing cuts off is no fault
    for context in contexts:
        context.close()
    assert found == []


@pytest.fixture
def word() -> str:
    """A word that no other test says."""
    return f"kata{uuid.uuid4().hex[:8]}"


def upload(person, name, content, **message):
    file = person.http.post(f"{person.url}/api/attachments", files={"file": (name, content)}, timeout=15).json()
    reply = person.asks("post_message", {"client_id": str(uuid.uuid4()), "to": {"room": 1}, "attachments": [file["id"]], **message})
    assert reply["ok"], reply
    return file


def picture():
    file = io.BytesIO()
    Image.new("RGB", (640, 480), (110, 181, 192)).save(file, "PNG")
    return file.getvalue()


def row(page, text):
    return page.locator(".log-table__row", has_text=text)


def details(page):
    return page.get_by_role("dialog", name="Message details")


# Filters


def test_a_person_is_chosen_by_a_part_of_the_name_and_taken_off_again(panel, house, visit, word):
    ani, budi = visit(house), visit(house)
    ani.says(f"{word} one")
    budi.says(f"{word} two")
    page = panel(f"/admin/log?q={word}")

    page.get_by_role("button", name="Person", exact=True).click()
    page.get_by_role("searchbox", name="Find people").fill(ani.nickname[-6:])
    page.get_by_role("option", name=ani.nickname).click()

    expect(page).to_have_url(re.compile(rf"\?q={word}&person={ani.id}$"))
    expect(row(page, f"{word} one")).to_be_visible()
    expect(row(page, f"{word} two")).to_be_hidden()
    page.get_by_role("button", name=f"Clear the filter Person: {ani.nickname}").click()
    expect(row(page, f"{word} two")).to_be_visible()


def test_a_room_is_chosen_by_its_name(panel, house, visit, word):
    ani = visit(house)
    room = ani.asks("create_room", {"name": f"Room {word}", "private": True})["room"]["id"]
    ani.says("Within", room=room)
    ani.says(f"{word} without")
    page = panel()

    page.get_by_role("button", name="Room", exact=True).click()
    page.get_by_role("searchbox", name="Find a room").fill(word)
    page.get_by_role("option", name=f"Room {word}").click()

    expect(page).to_have_url(re.compile(rf"\?room={room}$"))
    expect(row(page, "Within")).to_be_visible()
    expect(row(page, f"{word} without")).to_be_hidden()


@pytest.mark.parametrize(("kind", "shown"), [("Text", "text"), ("Image", "a.png"), ("File", "b.bin")])
def test_kinds_are_told_apart(panel, house, visit, word, kind, shown):
    ani = visit(house)
    ani.says("Only text")
    upload(ani, "a.png", picture())
    upload(ani, "b.bin", b"x")
    page = panel(f"/admin/log?person={ani.id}")

    page.get_by_role("button", name="Kind").click()
    page.get_by_role("option", name=kind, exact=True).click()

    expect(page.locator(".log-table__row")).to_have_count(1)
    expect(row(page, shown)).to_be_visible()


def test_days_are_those_of_the_browsers_zone(panel, house, visit, word):
    visit(house).says(f"{word} now")
    page = panel(f"/admin/log?q={word}")
    today = datetime.now(ZoneInfo(JAYAPURA)).replace(hour=0, minute=0, second=0, microsecond=0)

    page.get_by_role("button", name="Date", exact=True).click()
    page.get_by_role("button", name="Today", exact=True).click()

    since, until = (int(day.timestamp() * 1000) for day in (today, today + timedelta(days=1)))
    expect(page).to_have_url(re.compile(rf"&since={since}&until={until}$"))
    expect(row(page, f"{word} now")).to_be_visible()
    visit(house).says(f"{word} later")
    expect(row(page, f"{word} later")).to_be_visible()


def test_days_are_chosen_by_two_dates_the_first_before_the_last(panel, house, visit, word):
    visit(house).says(f"{word} now")
    page = panel(f"/admin/log?q={word}")

    page.get_by_role("button", name="Date", exact=True).click()
    page.get_by_label("Since").fill("2026-01-20")
    page.get_by_label("Until").fill("2026-01-10")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("alert")).to_have_text("The last day is before the first.")
    page.get_by_label("Until").fill("2026-01-21")
    page.get_by_role("button", name="Apply").click()

    expect(page.get_by_role("button", name=re.compile(r"^Date: 20\D+21 Jan"))).to_be_visible()
    expect(page.get_by_text("No results")).to_be_visible()


def test_an_address_that_was_kept_shows_the_same_filters_by_their_names(panel, house, visit, word):
    ani = visit(house)
    room = ani.asks("create_room", {"name": f"Room {word}"})["room"]["id"]

    page = panel(f"/admin/log?q={word}&scope=public&kind=file&person={ani.id}&room={room}")

    for words in (f"Person: {ani.nickname}", f"Room: Room {word}", "Scope: Public", "Kind: File"):
        expect(page.get_by_role("button", name=words, exact=True)).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    expect(page).to_have_url(re.compile(r"/admin/log$"))


def test_a_picker_is_used_without_a_pointer_and_gives_the_focus_back(panel):
    page = panel()
    scope = page.get_by_role("button", name="Scope")

    scope.press("Enter")
    expect(page.get_by_role("option", name="All")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name="Public")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(scope).to_be_focused()


def test_how_many_there_are_is_said_where_one_page_holds_them_all(panel, house, visit, word):
    ani = visit(house)
    for number in range(3):
        ani.says(f"{word} {number}")

    page = panel(f"/admin/log?q={word}")

    expect(page.get_by_text("3 messages", exact=True)).to_be_visible()


def test_what_is_asked_for_is_seen_however_late_it_comes(panel, house, visit, word):
    visit(house).says(f"{'a long way ' * 60}{word} and on")

    page = panel(f"/admin/log?q={word}")

    expect(page.locator("mark", has_text=word)).to_be_in_viewport()


# Details


def test_a_row_opens_all_about_its_message(panel, house, visit, word):
    ani = visit(house)
    message = ani.says(f"{word} before")
    ani.asks("edit_message", {"id": message["id"], "body": f"{word} after"})
    page = panel(f"/admin/log?q={word}")

    row(page, word).click()

    shown = details(page)
    expect(shown).to_contain_text(f"{word} after (edited)")
    expect(shown).to_contain_text(ani.nickname)
    expect(shown).to_contain_text("127.0.0.1")
    expect(shown).to_contain_text(str(message["id"]))
    expect(row(page, word)).to_have_attribute("aria-current", "true")
    shown.get_by_role("button", name="Close").click()
    expect(shown).to_be_hidden()
    expect(row(page, word)).to_be_focused()


def test_rows_are_gone_through_with_the_arrows(panel, house, visit, word):
    ani = visit(house)
    for number in range(2):
        ani.says(f"{word} {number}")
    page = panel(f"/admin/log?q={word}")

    row(page, f"{word} 1").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(details(page)).to_contain_text(f"{word} 0")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")

    expect(details(page)).to_contain_text(f"{word} 1")


def test_a_file_shows_its_small_picture_and_opens(panel, house, visit, word):
    ani = visit(house)
    content = picture()
    file = upload(ani, f"{word}.png", content, body="A caption")
    page = panel(f"/admin/log?person={ani.id}")

    row(page, f"{word}.png").click()

    link = details(page).get_by_role("link", name=f"{word}.png")
    expect(link.locator("img")).to_have_js_property("naturalWidth", 320)
    assert page.request.get(house.url + link.get_attribute("href")).body() == content
    expect(link).to_have_attribute("href", file["url"])


def test_a_message_is_taken_away_for_everybody(panel, house, visit, word):
    ani, budi = visit(house), visit(house)
    message = ani.says(f"{word} nonsense")
    page = panel(f"/admin/log?q={word}")
    row(page, word).click()

    details(page).get_by_role("button", name="Delete message").click()
    page.get_by_role("dialog", name="Delete this message?").get_by_role("button", name="Delete").click()

    assert budi.hears("message_changed", where=lambda changed: changed["id"] == message["id"])["deleted_at"]
    expect(page.locator(".log-table__row")).to_contain_text("Message deleted")
    expect(details(page).get_by_role("button", name="Delete message")).to_be_hidden()
    expect(details(page)).not_to_contain_text("nonsense")


def test_what_its_sender_took_back_still_stands_in_the_log_and_says_so(panel, house, visit, word):
    ani = visit(house)
    message = ani.says(f"{word} regret")
    page = panel(f"/admin/log?q={word}")
    row(page, word).click()

    ani.asks("delete_message", {"id": message["id"]})

    expect(details(page)).to_contain_text(f"Message deleted {word} regret")
    expect(row(page, f"Message deleted {word} regret")).to_be_visible()


def test_the_context_shows_what_was_said_around(panel, house, visit, word):
    ani = visit(house)
    for text in ("before", word, "after"):
        ani.says(f"{text} {ani.nickname}")
    page = panel(f"/admin/log?q={word}")
    row(page, word).click()

    details(page).get_by_role("link", name="View in context").click()

    for text in ("before", word, "after"):
        expect(row(page, f"{text} {ani.nickname}")).to_be_visible()
    expect(row(page, f"{word} {ani.nickname}")).to_have_attribute("aria-current", "true")


# Export


@pytest.mark.parametrize("form", ["CSV (Excel)", "JSON Lines", "Plain text (TXT)"])
def test_the_export_is_exactly_what_is_filtered(panel, house, visit, word, form):
    ani, budi = visit(house), visit(house)
    ani.says(f"{word} public")
    ani.says(f"=1+1 {word}", person=budi.id)
    ani.says(f"{word} more", person=budi.id)
    page = panel(f"/admin/log?q={word}&scope=private")

    page.get_by_role("button", name="Export").click()
    expect(page.get_by_text("Export the 2 filtered messages")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name=form).click()

    text = download.value.path().read_text("utf-8-sig")
    read = {"CSV": _bodies_of_csv, "JSO": _bodies_of_json, "Pla": _bodies_of_text}[form[:3]]
    assert [body.removeprefix("'") for body in read(text)] == [f"=1+1 {word}", f"{word} more"]
    expect(page.get_by_text("Preparing export…")).to_be_visible()


def _bodies_of_csv(text):
    return [line["message"] for line in csv.DictReader(io.StringIO(text))]


def _bodies_of_json(text):
    return [json.loads(line)["body"] for line in text.splitlines()]


def _bodies_of_text(text):
    return [line.partition(": ")[2] for line in text.splitlines()]


# Moderation and activity


def test_somebody_is_muted_for_a_while_and_may_write_again(panel, house, visit):
    ani = visit(house)
    page = panel("/admin")
    person = page.get_by_role("row", name=re.compile(ani.nickname))

    page.get_by_role("button", name=f"Actions for {ani.nickname}").click()
    page.get_by_role("menuitem", name="Mute").click()
    page.get_by_role("radio", name="1 day").check()
    page.get_by_label("Reason (they will see it)").fill("Too loud")
    page.get_by_role("dialog").get_by_role("button", name="Mute").click()

    expect(person).to_contain_text("Muted")
    refused = ani.asks("post_message", {"client_id": str(uuid.uuid4()), "to": {"room": 1}, "body": "Hello"})["error"]
    assert refused["code"] == "muted"
    assert 0 < refused["retry_after"] <= 86_400
    page.get_by_role("button", name=f"Actions for {ani.nickname}").click()
    page.get_by_role("menuitem", name="Unmute").click()
    expect(person).not_to_contain_text("Muted")
    assert ani.says("Hello")
    page.get_by_role("tab", name="Activity").click()
    expect(page.get_by_role("log", name="Activity")).to_contain_text(f"{ani.nickname} was muted by AdminToo loud")
    expect(page.get_by_role("log", name="Activity")).to_contain_text(f"{ani.nickname} was allowed to write again by Admin")


def test_somebody_is_banned_and_let_in_again_from_what_they_wrote(panel, house, visit, word):
    ani = visit(house)
    ani.says(f"{word} spam")
    page = panel("/admin")

    page.get_by_role("button", name=f"Actions for {ani.nickname}").click()
    page.get_by_role("menuitem", name="Ban").click()
    page.get_by_label("Reason (they will see it)").fill("Spam")
    page.get_by_role("dialog").get_by_role("button", name="Ban").click()

    ended = ani.hears("session_ended")
    assert (ended["reason"], ended["detail"]) == ("banned", "Spam")
    page = panel(f"/admin/log?q={word}")
    row(page, word).click()
    expect(details(page)).to_contain_text("Banned")
    details(page).get_by_role("button", name=f"Actions for {ani.nickname}").click()
    page.get_by_role("button", name="Unban").click()
    expect(details(page)).not_to_contain_text("Banned")
    expect(page.get_by_text(f"{ani.nickname} is no longer banned")).to_be_visible()


def test_older_activity_is_a_press_away(panel, house, visit, steer):
    first = visit(house)
    admin = steer(house)
    for _ in range(101):  # more than a page
        admin.call("DELETE", f"/people/{first.id}/mute")
    page = panel("/admin")
    page.get_by_role("tab", name="Activity").click()
    feed = page.get_by_role("log", name="Activity")
    expect(feed).to_contain_text("was allowed to write again")
    expect(feed).not_to_contain_text(f"{first.nickname} joined")

    feed.get_by_role("button", name="Older").click()

    expect(feed).to_contain_text(f"{first.nickname} joined from 127.0.0.1")


def test_live_messages_show_their_files(panel, house, visit, word):
    page = panel("/admin")

    upload(visit(house), f"{word}.png", picture())

    link = page.get_by_role("log", name="Live messages").get_by_role("link", name=f"{word}.png")
    expect(link.locator("img")).to_have_js_property("naturalWidth", 320)


# A phone


def test_a_phone_has_the_filters_in_a_sheet_and_the_set_ones_as_chips(panel, house, visit, word):
    visit(house).says(f"{word} hello")
    page = panel(f"/admin/log?q={word}", device=PHONE)
    expect(page.get_by_role("button", name="Scope", exact=True)).to_be_hidden()

    page.get_by_role("button", name="Filters").click()
    page.get_by_role("menuitem", name="Scope All").click()
    page.get_by_role("option", name="Public").click()

    expect(page).to_have_url(re.compile(r"&scope=public$"))
    expect(page.get_by_role("button", name="Scope: Public", exact=True)).to_be_visible()
    expect(row(page, f"{word} hello")).to_be_visible()


def test_a_phone_shows_the_details_in_a_sheet_with_what_can_be_done(panel, house, visit, word):
    ani = visit(house)
    ani.says(f"{word} hello")
    page = panel(f"/admin/log?q={word}", device=PHONE)

    row(page, word).locator(".log-table__text").click()
    details(page).get_by_role("button", name=f"Actions for {ani.nickname}").click()
    page.get_by_role("button", name="Mute").click()
    page.get_by_role("dialog", name=f"Mute {ani.nickname}?").get_by_role("button", name="Mute").click()

    expect(details(page)).to_contain_text("Muted")
    page.keyboard.press("Escape")
    expect(details(page)).to_be_hidden()


def test_nothing_of_the_log_is_wider_than_the_screen(panel, house, visit, word):
    ani = visit(house)
    room = ani.asks("create_room", {"name": f"{word}{'x' * 40}"[:60]})["room"]["id"]
    upload(ani, f"{'long' * 40}.bin", b"x", body=word + "y" * 300, to={"room": room})
    page = panel(f"/admin/log?q={word}&room={room}&person={ani.id}&scope=public&kind=file")
    row(page, word).click()
    expect(details(page)).to_be_visible()

    for width in (1440, 1200, 1180, 820, 640, 390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
