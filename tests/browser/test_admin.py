"""The administrator's panel, in a browser, against a real server."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import HOST
from tests.server import Server

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
ENOUGH_FOR_TWO_PAGES = 55  # messages; a page of the log holds 50


@pytest.fixture
def look(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages; none of them may break the content policy or throw."""
    contexts: list[Any] = []
    faults: list[str] = []

    def open_page(server: Server, path: str = "/admin", *, viewport: Any = DESKTOP, host: str = "127.0.0.1", **options: Any) -> Page:
        context = browser.new_context(viewport=viewport, **{"locale": "en-GB", **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
        page.goto(f"http://{host}:{server.port}{path}")
        return page

    yield open_page
    found = list(faults)  # what closing cuts off is no fault
    for context in contexts:
        context.close()
    assert found == []


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for the tests that leave it running and don't mind the others' people."""
    server = Server(tmp_path_factory.mktemp("house"), limits="off", hosts=HOST).start()
    yield server
    server.stop()
    assert "Traceback" not in server.log, server.log


@pytest.fixture(scope="module")
def keys() -> dict[Any, Any]:
    """The session of a panel that was signed in, by server."""
    return {}


@pytest.fixture
def panel(look: Callable[..., Page], keys: dict[Any, Any]) -> Callable[..., Page]:
    """Opens the panel as somebody who knows the password, or who is signed in already."""

    def sign_in(server: Server, path: str = "/admin", **options: Any) -> Page:
        if server.folder not in keys:
            page = look(server)
            page.locator("#password").fill(server.admin_password)
            page.get_by_role("button", name="Sign in").click()
            expect(page.locator(".service__state")).to_be_visible()
            keys[server.folder] = page.context.storage_state()
        page = look(server, path, storage_state=keys[server.folder], **options)
        expect(page.locator(".service__state, .log-table, .message-log .empty").first).to_be_visible()
        return page

    return sign_in


def test_a_wrong_password_is_told_beneath_its_field(look, house):
    page = look(house)
    field = page.get_by_label("Password", exact=True)

    field.fill("not the password")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("alert")).to_have_text("Wrong password.")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()


def test_a_password_never_gets_into_the_address_even_before_the_script_is_there(browser, house):
    context = browser.new_context(locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    page.goto(house.url + "/admin")

    page.locator("#password").fill("secret")
    page.keyboard.press("Enter")

    expect(page.get_by_role("button", name="Sign in")).to_be_disabled()
    assert page.url == house.url + "/admin"
    context.close()


def test_the_first_password_is_set_with_the_link_that_the_server_printed(look, start_server):
    server = start_server(admin_password="", limits="off")
    link = re.search(r"/admin/setup#secret=\S+", "".join(server.output))
    assert link, "for this test to mean anything"
    page = look(server, link[0])

    page.get_by_label("Password", exact=True).fill("correct horse")
    page.get_by_label("Repeat the password").fill("correct horse")
    page.get_by_role("button", name="Save and sign in").click()

    expect(page.get_by_role("heading", name="Service running")).to_be_visible()


def test_two_passwords_that_differ_are_not_set(look, start_server):
    server = start_server(admin_password="", limits="off")
    page = look(server, "/admin/setup#secret=anything")

    page.get_by_label("Password", exact=True).fill("correct horse")
    page.get_by_label("Repeat the password").fill("wrong horse")
    page.get_by_role("button", name="Save and sign in").click()

    expect(page.get_by_role("alert")).to_have_text("The two passwords are not the same.")


def test_a_password_is_shown_when_asked(look, house):
    page = look(house)
    page.get_by_label("Password", exact=True).fill("secret")

    page.get_by_role("button", name="Show password").click()

    expect(page.locator("#password")).to_have_attribute("type", "text")
    expect(page.get_by_role("button", name="Show password")).to_have_attribute("aria-pressed", "true")


def test_the_panel_shows_who_comes_and_what_is_said_as_it_happens(panel, house, visit):
    page = panel(house)
    ani = visit(house)

    ani.says("Good morning")

    expect(page.get_by_role("table").get_by_text(ani.nickname)).to_be_visible()
    expect(page.get_by_role("log", name="Live messages")).to_contain_text("Good morning")
    page.get_by_role("tab", name="Activity").click()
    expect(page.get_by_role("log", name="Activity")).to_contain_text(f"{ani.nickname} joined from 127.0.0.1")


def test_text_is_text(panel, house, visit):
    ani = visit(house)
    page = panel(house)

    ani.says("<img src=x onerror=alert(1)> <b>bold</b>")

    expect(page.get_by_text("<img src=x onerror=alert(1)> <b>bold</b>")).to_be_visible()


def test_who_leaves_is_gone_from_the_list(panel, house, visit):
    ani = visit(house)
    page = panel(house)
    expect(page.get_by_role("table").get_by_text(ani.nickname)).to_be_visible()

    ani.asks("leave", {})

    expect(page.get_by_role("table").get_by_text(ani.nickname)).to_be_hidden()


def test_a_message_to_the_administrator_is_marked_and_answered(panel, house, visit):
    ani = visit(house)
    admin = next(person for person in ani.join()["people"] if person.get("role") == "admin")
    page = panel(house)

    ani.says("Please help", person=admin["id"])
    page.get_by_role("button", name=f"Reply to {ani.nickname}").click()
    page.get_by_label("Reply as Admin").fill("Coming")
    page.keyboard.press("Enter")

    answer = ani.hears("message_posted", where=lambda message: message["body"] == "Coming")
    assert answer["sender"]["id"] == admin["id"]
    expect(page.get_by_label("Reply as Admin")).to_have_value("")


def test_unread_messages_to_the_administrator_are_counted_while_another_tab_is_open(panel, server, visit):
    ani = visit(server, "Ani")
    admin = next(person for person in ani.join()["people"] if person.get("role") == "admin")
    page = panel(server)
    page.get_by_role("tab", name="Activity").click()

    ani.says("Please help", person=admin["id"])

    tab = page.get_by_role("tab", name="Live messages")
    expect(tab).to_contain_text("1 new message to Admin")
    expect(page).to_have_title("(1) Dashboard")
    tab.click()
    expect(page).to_have_title("Dashboard")


def test_the_administrator_writes_to_the_lobby(panel, house, visit):
    ani = visit(house)
    page = panel(house)

    page.get_by_label("Write as Admin").fill("Welcome")
    page.get_by_role("button", name="Send", exact=True).click()

    assert ani.hears("message_posted")["body"] == "Welcome"


def test_the_administrator_writes_to_somebody_from_the_list(panel, house, visit):
    ani, budi = visit(house), visit(house)
    page = panel(house)

    page.get_by_role("button", name=f"Actions for {ani.nickname}").click()
    page.get_by_role("menuitem", name="Write a message").click()
    page.get_by_label("Reply as Admin").fill("Only for you")
    page.keyboard.press("Enter")

    assert ani.hears("message_posted")["body"] == "Only for you"
    budi.settles()
    assert budi.heard("message_posted") == []


def test_an_announcement_reaches_everybody_and_is_taken_off_again(panel, house, visit):
    ani = visit(house)
    page = panel(house)

    page.get_by_role("textbox", name="Send announcement").fill("Lunch at noon")
    page.get_by_role("button", name=re.compile("^Send to")).click()
    announcement = ani.hears("message_posted")
    page.reload()
    page.get_by_role("button", name="Unpin").click()

    assert announcement["kind"] == "broadcast"
    assert ani.hears("broadcast_unpinned") == {"id": announcement["id"]}
    expect(page.get_by_role("button", name="Unpin")).to_be_hidden()


def test_somebody_is_removed_with_a_reason(panel, house, visit):
    ani = visit(house)
    page = panel(house)

    page.get_by_role("button", name=f"Actions for {ani.nickname}").click()
    page.get_by_role("menuitem", name="Remove").click()
    page.get_by_label("Reason (they will see it)").fill("Too loud")
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()

    assert ani.hears("session_ended") == {"reason": "kicked", "detail": "Too loud"}
    expect(page.get_by_text(f"{ani.nickname} was removed", exact=True)).to_be_visible()
    expect(page.get_by_role("table").get_by_text(ani.nickname)).to_be_hidden()


def test_the_chat_is_stopped_with_a_note_and_stays_stopped_until_it_is_started(panel, server, visit):
    ani = visit(server, "Ani")
    page = panel(server)

    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_label("Message to users (optional)").fill("Back at nine")
    page.get_by_role("dialog").get_by_role("button", name="Stop service").click()

    assert ani.hears("session_ended")["reason"] == "service_stopped"
    expect(page.get_by_text("Message to users: “Back at nine”")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("heading", name="Service running")).to_be_visible()
    assert ani.join()["ok"]


def test_a_dialog_opens_on_its_safest_button_and_gives_the_focus_back(panel, house):
    page = panel(house)
    stop = page.get_by_role("button", name="Stop", exact=True)

    stop.click()

    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(stop).to_be_focused()


def test_a_menu_is_used_without_a_pointer(panel, house, visit):
    ani = visit(house)
    page = panel(house)
    more = page.get_by_role("button", name=f"Actions for {ani.nickname}")

    more.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Write a message")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="See their messages")).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("menuitem", name="Ban")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.get_by_role("menu")).to_be_hidden()
    expect(more).to_be_focused()


def test_the_feed_holds_still_while_paused(panel, house, visit):
    page = panel(house)
    page.get_by_role("tab", name="Activity").click()
    page.get_by_role("button", name="Pause").click()

    ani = visit(house)

    expect(page.get_by_text(re.compile(r"^\d+ new$"))).to_be_visible()
    expect(page.get_by_role("log", name="Activity")).not_to_contain_text(f"{ani.nickname} joined")
    page.get_by_role("button", name="Resume").click()
    page.get_by_role("heading", name="Dashboard").hover()
    expect(page.get_by_role("log", name="Activity")).to_contain_text(f"{ani.nickname} joined")


def test_a_panel_from_another_machine_says_that_it_is_not_encrypted_and_copies_all_the_same(look, house):
    page = look(house, host=HOST)
    expect(page.get_by_text("This panel is not encrypted")).to_be_visible()
    page.locator("#password").fill(house.admin_password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("This panel is not encrypted")).to_be_visible()
    assert not page.evaluate("isSecureContext"), "for this test to mean anything"

    page.get_by_role("button", name="Copy address").click()

    expect(page.get_by_text("Address copied")).to_be_visible()


def test_on_the_machine_itself_nothing_is_said_about_encryption(panel, house):
    page = panel(house)

    expect(page.get_by_text("This panel is not encrypted")).to_be_hidden()


def test_the_code_fills_the_screen_and_goes_away(panel, house):
    page = panel(house)

    page.get_by_role("button", name="Full screen").click()
    expect(page.get_by_role("dialog").get_by_text(f"{house.url}/")).to_be_visible()
    page.get_by_role("button", name="Close").click()

    expect(page.get_by_role("dialog")).to_be_hidden()


def test_what_is_printed_is_the_code_and_the_address_alone(panel, house):
    page = panel(house)

    page.emulate_media(media="print")

    expect(page.locator(".poster--paper").get_by_text(f"{house.url}/")).to_be_visible()
    expect(page.locator(".admin")).to_be_hidden()


def test_the_log_shows_everything_with_its_addressee_and_goes_on_by_itself(panel, house, visit):
    ani, budi = visit(house), visit(house)
    ani.says("Only between us", person=budi.id)
    page = panel(house)
    page.get_by_role("link", name="Message log").first.click()
    expect(page.get_by_role("row", name=re.compile(f"{ani.nickname} Private {budi.nickname} Only between us Text"))).to_be_visible()

    budi.says("To everybody")

    expect(page.get_by_role("row", name=re.compile(f"{budi.nickname} Lobby To everybody Text"))).to_be_visible()


def test_the_log_keeps_its_filters_in_the_address(panel, house, visit):
    ani, budi = visit(house), visit(house)
    ani.says("A budget for all")
    ani.says("A budget for you", person=budi.id)
    ani.says("Something else")
    page = panel(house, "/admin/log")

    page.get_by_label("Message text").fill("budget")
    page.get_by_role("button", name="Scope").click()
    page.get_by_role("option", name="Private").click()

    expect(page).to_have_url(re.compile(r"\?q=budget&scope=private$"))
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.locator("mark")).to_have_text("budget")
    page.reload()
    expect(page.get_by_role("row", name=re.compile("A budget for you"))).to_be_visible()
    expect(page.get_by_role("button", name="Scope: Private", exact=True)).to_be_visible()


def test_the_log_narrows_to_one_person_and_back(panel, house, visit):
    ani, budi = visit(house), visit(house)
    ani.says("From the one")
    budi.says("From the other")
    page = panel(house, "/admin/log")

    page.get_by_role("link", name=ani.nickname).first.click()

    expect(page).to_have_url(re.compile(rf"\?person={ani.id}$"))
    expect(page.get_by_text("From the one")).to_be_visible()
    expect(page.get_by_text("From the other")).to_be_hidden()
    page.get_by_role("button", name=f"Clear the filter Person: {ani.nickname}").click()
    expect(page.get_by_text("From the other")).to_be_visible()


def test_the_log_turns_to_older_pages_and_back(panel, house, visit):
    ani = visit(house)
    for number in range(ENOUGH_FOR_TWO_PAGES):
        ani.says(f"Message {number}.")
    page = panel(house, "/admin/log")
    expect(page.get_by_text("Message 54.")).to_be_visible()

    page.get_by_role("link", name="Older").click()

    expect(page.get_by_text("Message 4.", exact=True)).to_be_visible()
    expect(page.get_by_text("Message 5.", exact=True)).to_be_hidden()
    page.go_back()
    expect(page.get_by_text("Message 54.")).to_be_visible()


def test_the_panel_says_that_it_lost_the_server_and_goes_on_when_it_is_back(panel, server, visit):
    page = panel(server)
    server.stop()
    expect(page.get_by_text("The panel lost the server. Reconnecting…")).to_be_visible()

    server.start()

    expect(page.get_by_text("The panel lost the server. Reconnecting…")).to_be_hidden(timeout=30_000)
    visit(server, "Ani").says("Back again")
    expect(page.get_by_role("log", name="Live messages")).to_contain_text("Back again")


def test_signing_out_closes_the_panel_in_every_tab(panel, server):
    page = panel(server)

    other_tab = page.context.new_page()
    other_tab.goto(server.url + "/admin/log")

    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("heading", name="Sign in as admin")).to_be_visible()
    expect(other_tab.get_by_role("heading", name="Sign in as admin")).to_be_visible()


def test_another_language_takes_nothing_away(panel, house):
    page = panel(house)
    page.get_by_role("textbox", name="Send announcement").fill("Half a sentence")

    page.get_by_role("button", name="Indonesia").click()

    expect(page.get_by_role("heading", name="Layanan berjalan")).to_be_visible()
    expect(page.get_by_role("tab", name="Pesan masuk")).to_be_visible()
    expect(page.get_by_role("textbox", name="Kirim pengumuman")).to_have_value("Half a sentence")
    expect(page.locator("html")).to_have_attribute("lang", "id")


@pytest.mark.parametrize("path", ["/admin", "/admin/log"])
def test_nothing_is_wider_than_the_screen(panel, house, visit, path):
    visit(house).says("https://example.org/" + "long" * 200)
    page = panel(house, path)
    expect(page.get_by_text("https://example.org/").first).to_be_attached()

    for width in (320, 390, 640, 820, 1180):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_phone_has_the_way_in_first_and_then_the_people(panel, server):
    page = panel(server, viewport=PHONE)

    tops = [page.locator(f"[data-card={name}]").bounding_box()["y"] for name in ("join", "online", "window", "broadcast")]

    assert tops == sorted(tops)
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in as admin")).to_be_visible()


def test_every_control_has_a_name(panel, house, visit):
    ani = visit(house)
    page = panel(house)
    expect(page.get_by_role("button", name=f"Actions for {ani.nickname}")).to_be_visible()

    nameless = page.get_by_role("button", name=re.compile(r"^$"))

    expect(nameless).to_have_count(0)
