"""Takes the pictures of README and docs from a real run: two people and an administrator, in Chromium.

``python -m tools.pictures [FOLDER]`` (default docs/pictures); it needs what the tests need.
"""

import base64
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.conftest import CHROMIUM, DESKTOP, HOST, PHONE
from tests.people import Administrator, Person
from tests.server import Server

SPOKEN = [
    ("Rani Puspita", "Selamat pagi semuanya! Absen dulu ya 🙋"),
    ("Bagas Wicaksono", "Hadir, Bu."),
    ("Dewi Lestari", "Hadir! Suara dari bangku belakang tidak terdengar, jadi saya tulis di sini saja."),
    ("Michael Tan", "Present. Which page are we on?"),
    ("Rani Puspita", "Halaman 42. Kerjakan nomor 1 sampai 5, jawabannya kirim ke saya lewat pesan pribadi."),
    ("Bagas Wicaksono", "Nomor 3 itu pakai rumus yang kemarin, kan?"),
    ("Rani Puspita", "Betul, yang di http://192.168.10.5:8080/catatan"),
]


def main(folder: Path) -> None:
    """Take all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        server = Server(Path(home), limits="off", hosts=HOST, name="Kelas XII IPA 2").start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", f"--host-resolver-rules=MAP {HOST} 127.0.0.1"])
        try:
            _take(server, browser, folder)
        finally:
            browser.close()
            server.stop()


def _take(server: Server, browser: Browser, folder: Path) -> None:
    phone, desktop = _open(server, browser, PHONE), _open(server, browser, DESKTOP)
    phone.screenshot(path=folder / "join-phone.png")
    desktop.screenshot(path=folder / "join-desktop.png")
    class_ = {name: Person(server.url, name) for name in dict.fromkeys(name for name, _ in SPOKEN)}
    for person in class_.values():
        person.join()
    _join(desktop, "Andi Saputra")
    _join(phone, "Siti Aminah")
    for name, body in SPOKEN:
        class_[name].says(body)
    _say(desktop, "Siap, Bu. Nomor 1 dan 2 sudah selesai.")
    class_["Rani Puspita"].asks("type", {"room": 1, "typing": True})
    expect(desktop.locator(".typing").first).to_be_visible()
    desktop.screenshot(path=folder / "lobby-desktop.png")
    phone.locator(".conversation").first.click()
    expect(phone.locator(".message", has_text="nomor 1 sampai 5")).to_be_visible()
    phone.screenshot(path=folder / "lobby-phone.png")
    _put_beside(browser, folder)
    _panel(server, browser, folder)
    for person in class_.values():
        person.hangs_up()


def _put_beside(browser: Browser, folder: Path) -> None:
    """One picture of both: the README's."""
    sources = [base64.b64encode((folder / name).read_bytes()).decode() for name in ("lobby-desktop.png", "lobby-phone.png")]
    page = browser.new_context(viewport={"width": 1500, "height": 730}, device_scale_factor=1).new_page()
    style = "height:680px;border-radius:12px;border:1px solid #d5e3e6"
    both = "".join(f"<img style='{style}' src='data:image/png;base64,{one}'>" for one in sources)
    page.set_content(f"<body style='margin:0;padding:24px;display:flex;gap:24px;background:#eaf3f4'>{both}")
    page.screenshot(path=folder / "lobby.png")


def _panel(server: Server, browser: Browser, folder: Path) -> None:
    administrator = Administrator(server.url, server.admin_password)
    administrator.call("POST", "/broadcasts", {"body": "Ulangan dimulai pukul 09.00. Simpan buku kalian."})
    page = _open(server, browser, DESKTOP, "/admin")
    page.locator("input[type=password]").fill(server.admin_password)
    page.locator("input[type=password]").press("Enter")
    expect(page.locator("table")).to_contain_text("Andi Saputra")
    page.screenshot(path=folder / "panel.png", full_page=True)
    administrator.hangs_up()


def _open(server: Server, browser: Browser, device: dict[str, Any], path: str = "/") -> Page:
    page = browser.new_context(**device, locale="id-ID").new_page()
    page.goto(f"http://{HOST}:{server.port}{path}")
    return page


def _join(page: Page, nickname: str) -> None:
    page.locator("#nickname").fill(nickname)
    page.locator("#go").click()
    expect(page.locator(".composer textarea")).to_be_enabled()


def _say(page: Page, body: str) -> None:
    page.locator(".composer textarea").fill(body)
    page.locator(".composer textarea").press("Enter")
    expect(page.locator(".message", has_text=body)).to_be_visible()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures"))
