"""Nothing that somebody writes becomes more than text, and the content policy stops what would."""

import pytest
from playwright.sync_api import expect


def test_light_markup_is_drawn_and_html_stays_text(visitors, street, names):
    ani = visitors(street, names("Ani")).is_here()

    ani.says(names("*tebal* `kode` <img src=x onerror=alert(1)> https://contoh.test/a_b dari"))

    line = ani.message(names("dari"))
    expect(line.locator("strong")).to_have_text("tebal")
    expect(line.locator("code")).to_have_text("kode")
    expect(line.locator("a")).to_have_attribute("href", "https://contoh.test/a_b")
    expect(line.locator("a")).to_have_attribute("rel", "noopener noreferrer")
    expect(line.locator(".message__text")).to_contain_text("<img src=x onerror=alert(1)>")
    assert line.locator("img").count() == 0


@pytest.mark.parametrize(
    ("deed", "directive"),
    [
        ("document.body.innerHTML = '<b>x</b>'", "require-trusted-types-for"),
        ("document.body.append(Object.assign(document.createElement('script'), {textContent: 'x'}))", "require-trusted-types-for"),
        ("document.body.setAttribute('style', 'color: red')", "style-src"),
        ("new Image().src = 'http://127.0.0.2:9/x.png'", "img-src"),
        ("fetch('http://127.0.0.2:9/').catch(() => {})", "connect-src"),
        ("try { new WebSocket('ws://127.0.0.2:9/') } catch {}", "connect-src"),
        ("try { trustedTypes.createPolicy('another', {}) } catch {}", "trusted-types"),
        ("document.body.append(Object.assign(document.createElement('iframe'), {src: '/'}))", "frame-src"),
        ("try { new Worker('data:text/javascript,1') } catch {}", "require-trusted-types-for"),
    ],
)
def test_what_the_policy_stops_is_a_fault_of_the_test_that_saw_it(visitors, street, deed, directive):
    page = visitors(street).visits().page

    with page.expect_console_message(lambda line: f"Content Security Policy: {directive}" in line.text):
        page.evaluate(f"() => {{ try {{ {deed} }} catch (error) {{}} }}")

    assert [fault for fault in visitors.faults if directive in fault]
    visitors.faults.clear()
