"""The line breaks, the service stops, somebody is sent away: nothing that was written is lost."""

from playwright.sync_api import expect

from tests.browser.conftest import PHONE


def test_what_is_written_without_a_line_goes_out_once_when_it_is_back(visitors, visit, street, names):
    budi = visit(street, names("Budi"))
    ani = visitors(street, names("Ani")).is_here()
    ani.context.set_offline(True)
    expect(ani.strip).to_have_class("strip strip--off")

    ani.says(names("satu"))
    ani.says(names("dua"))
    expect(ani.tick(names("dua"))).to_have_class("tick tick--pending")
    budi.says(names("sementara itu"))
    ani.context.set_offline(False)

    expect(ani.strip).to_have_text("Terhubung lagi. 2 pesan terkirim.")
    expect(ani.tick(names("dua"))).to_have_class("tick tick--sent")
    expect(ani.message(names("sementara itu"))).to_have_count(1)
    expect(ani.page.locator("#divider")).to_have_text("1 pesan baru selama Anda pergi")
    budi.hears("message_posted", where=lambda message: message["body"] == names("dua"))
    bodies = [message["body"] for message in budi.heard("message_posted") if message["sender"]["id"] != budi.id]
    assert [body for body in bodies if body in {names("satu"), names("dua")}] == [names("satu"), names("dua")]


def test_unsent_messages_and_the_draft_survive_a_reload(visitors, visit, street, names):
    budi = visit(street, names("Budi"))
    ani = visitors(street, names("Ani")).is_here()
    ani.context.set_offline(True)
    expect(ani.strip).to_have_class("strip strip--off")
    ani.says(names("belum terkirim"))
    expect(ani.tick(names("belum terkirim"))).to_have_class("tick tick--pending")
    ani.field.fill("baru dimulai")

    ani.context.set_offline(False)
    ani.page.reload()

    expect(ani.tick(names("belum terkirim"))).to_have_class("tick tick--sent")
    expect(ani.field).to_have_value("baru dimulai")
    budi.hears("message_posted", where=lambda message: message["body"] == names("belum terkirim"))
    assert len([one for one in budi.heard("message_posted") if one["body"] == names("belum terkirim")]) == 1


def test_a_restarted_server_is_found_again_with_all_that_was_said(visitors, visit, start_server):
    server = start_server(limits="off", hosts="chat.test")
    ani = visitors(server, "Ani").is_here()
    ani.says("sebelum")
    expect(ani.tick("sebelum")).to_have_class("tick tick--sent")

    server.kill()
    expect(ani.page.locator(".rail .pulse")).to_have_count(0)
    ani.says("selama mati")
    server.start()
    visit(server, "Budi").says("sesudah")

    expect(ani.message("sesudah")).to_be_visible()
    expect(ani.tick("selama mati")).to_have_class("tick tick--sent")
    expect(ani.message("sebelum")).to_have_count(1)


def test_a_stopped_service_is_a_page_that_comes_back_by_itself_to_the_same_place(visitors, steer, start_server):
    server = start_server(limits="off", hosts="chat.test")
    admin = steer(server)
    visitors(server, "Budi").is_here()
    ani = visitors(server, "Ani").is_here()
    ani.talks_to("Budi")
    ani.field.fill("belum selesai")

    admin.call("PUT", "/service", {"state": "stopped", "reason": "Perawatan, kembali pukul 17.15."})
    expect(ani.gate).to_be_visible()
    expect(ani.gate).to_contain_text("Obrolan dihentikan sementara")
    expect(ani.gate).to_contain_text("Perawatan, kembali pukul 17.15.")
    expect(ani.gate.locator("h2")).to_be_focused()
    admin.call("PUT", "/service", {"state": "running"})

    expect(ani.gate).to_be_hidden()
    ani.is_in()
    expect(ani.page.locator("#header .bar__title")).to_have_text("Budi")
    expect(ani.field).to_have_value("belum selesai")


def test_a_page_that_is_opened_while_the_service_is_stopped_waits(visitors, steer, start_server):
    server = start_server(limits="off", hosts="chat.test")
    admin = steer(server)
    ani = visitors(server, "Ani").is_here()
    admin.call("PUT", "/service", {"state": "stopped"})

    ani.page.reload()
    expect(ani.page.get_by_text("Obrolan dihentikan sementara")).to_be_visible()
    admin.call("PUT", "/service", {"state": "running"})

    ani.is_in()


def test_who_was_removed_reads_why_and_comes_back_by_a_tap(visitors, steer, start_server):
    server = start_server(limits="off", hosts="chat.test")
    admin = steer(server)
    ani = visitors(server, "Ani", device=PHONE).is_here()
    ani.conversation("Umum").click()
    ani.field.fill("belum selesai")
    [person] = admin.get("/people?online=1")["people"]

    admin.call("POST", f"/people/{person['id']}/kick", {"reason": "Mengirim hal yang sama berulang kali"})
    expect(ani.gate).to_contain_text("Alasan: Mengirim hal yang sama berulang kali")
    ani.page.get_by_role("button", name="Masuk lagi").click()

    expect(ani.gate).to_be_hidden()
    ani.is_in()
    expect(ani.field).to_have_value("belum selesai")


def test_several_tabs_of_one_person_all_work(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    second = ani.context.new_page()
    second.goto(ani.page.url)
    field = second.locator(".composer textarea")
    expect(field).to_be_enabled()

    field.fill(names("dari tab kedua"))
    field.press("Enter")

    expect(ani.message(names("dari tab kedua"))).to_be_visible()
    ani.says(names("dari tab pertama"))
    expect(second.locator("article", has_text=names("dari tab pertama"))).to_be_visible()


def test_a_refused_message_says_why_and_may_be_dropped(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()
    ani.page.evaluate("history.replaceState(null, '', '#/person/999999'); dispatchEvent(new PopStateEvent('popstate'))")

    ani.says("kepada siapa?")

    expect(ani.page.locator(".failure")).to_be_visible()
    ani.page.get_by_role("button", name="Coba lagi").click()
    expect(ani.page.locator(".failure")).to_be_visible()
    ani.page.get_by_role("button", name="Hapus").click()
    expect(ani.message("kepada siapa?")).to_have_count(0)
