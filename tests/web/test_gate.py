"""In front of everything: our own names, our own pages, and polling by who opened the socket."""

import pytest

FOREIGN = "http://jahat.example"


def get(browser, path="/", **headers):
    return browser.call("GET", path, headers=headers)


# Host


@pytest.mark.parametrize("host", ["127.0.0.1", "192.168.7.7:55000", "[::1]", "[fe80::1]:55000", "localhost", "LOCALHOST:80", "localhost."])
def test_addresses_and_our_own_names_are_let_in(browser, host):
    assert get(browser, Host=host).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["jahat.example", "jahat.example:55000", "localhost.jahat.example", "127.0.0.1.jahat.example", "[127.0.0.1]", "127.1", "2130706433"],
)
@pytest.mark.parametrize("path", ["/", "/api/service", "/healthz", "/admin", "/assets/0/icon.svg", "/socket.io/?EIO=4&transport=websocket"])
def test_a_foreign_name_is_403_wherever_it_leads(browser, host, path):
    reply = get(browser, path, Host=host)

    assert reply.status_code == 403
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.json()["code"] == "forbidden"


@pytest.mark.parametrize("host", ["a b", "x@127.0.0.1", "127.0.0.1/", "", "127.0.0.1:", "127.0.0.1:x", "jahat.example, 127.0.0.1"])
def test_what_is_no_name_is_not_understood(browser, host):
    assert get(browser, Host=host).status_code == 400


def test_a_forwarded_name_lets_nobody_in(browser):
    headers = {"Host": "jahat.example", "X-Forwarded-Host": "127.0.0.1", "X-Forwarded-For": "127.0.0.1"}

    assert get(browser, **headers).status_code == 403


def test_the_operator_lets_further_names_in(browse, start_server):
    server = start_server(hosts="chat.sekolah.example, Kelas.Local")
    browser = browse(server)

    codes = {
        host: get(browser, Host=host).status_code for host in ("chat.sekolah.example", "kelas.local:55000", "KELAS.LOCAL", "lain.example")
    }

    assert codes == {"chat.sekolah.example": 200, "kelas.local:55000": 200, "KELAS.LOCAL": 200, "lain.example": 403}


# Origin


@pytest.mark.parametrize(
    "headers", [{"Origin": FOREIGN}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}]
)
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "PUT"])
def test_what_another_page_sends_is_403(browser, shared_server, method, headers):
    reply = browser.call(method, "/api/session", {"nickname": "Ani"}, headers=headers)

    assert (reply.status_code, reply.json()["code"]) == (403, "forbidden")


def test_the_port_belongs_to_the_origin(browser, shared_server):
    other_service = f"http://127.0.0.1:{shared_server.port + 1}"

    assert browser.call("POST", "/api/session", {"nickname": "Ani"}, headers={"Origin": other_service}).status_code == 403


def test_a_forged_forwarded_host_makes_no_origin_ours(browser):
    headers = {"Origin": FOREIGN, "X-Forwarded-Host": "jahat.example", "X-Forwarded-Proto": "http"}

    assert browser.call("POST", "/api/session", {"nickname": "Ani"}, headers=headers).status_code == 403


def test_the_usual_port_may_be_named_or_not(browser):
    headers = {"Host": "localhost:80", "Origin": "http://localhost"}

    assert browser.call("POST", "/api/session", {}, headers=headers).status_code == 422


def test_a_proxy_of_ours_says_for_whom_a_request_is(browse, start_server, steer):
    server = start_server(proxies="10.0.0.0/8, 127.0.0.1", hosts="chat.sekolah.example")
    browser = browse(server)
    ours = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "chat.sekolah.example", "Origin": "https://chat.sekolah.example"}

    reply = browser.call("POST", "/api/session", {"nickname": "Ani"}, headers={**ours, "X-Forwarded-For": "6.6.6.6, 192.168.1.9, 10.1.1.1"})
    foreign = browser.call("POST", "/api/session", {"nickname": "Budi"}, headers={**ours, "X-Forwarded-Host": "jahat.example"})
    plain = browser.call("POST", "/api/session", {"nickname": "Cici"}, headers={**ours, "X-Forwarded-Proto": "http"})

    assert [reply.status_code, foreign.status_code, plain.status_code] == [201, 403, 403]
    assert "Secure" in reply.headers["Set-Cookie"]
    assert reply.headers["Set-Cookie"].startswith("__Host-")
    assert reply.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "Strict-Transport-Security" not in plain.headers


def test_our_own_page_and_programs_are_let_in(browser, shared_server):
    for headers in ({"Origin": shared_server.url}, {"Origin": shared_server.url, "Sec-Fetch-Site": "same-origin"}, {}):
        assert browser.call("POST", "/api/session", {}, headers=headers).status_code == 422


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_a_socket_of_another_page_is_403(browser, shared_server, transport):
    headers = {"Origin": FOREIGN, "Authorization": "Bearer x"}

    assert get(browser, f"/socket.io/?EIO=4&transport={transport}", **headers).status_code == 403


def test_no_page_of_another_site_is_told_that_it_may_read(browser):
    reply = get(browser, "/api/service", Origin=FOREIGN)

    assert reply.status_code == 200
    assert not [header for header in reply.headers if header.lower().startswith("access-control")]


# Polling


def connect(person):
    """The packet that opens the namespace."""
    return f'40{{"token":"{person.token}"}}'


@pytest.fixture
def polled(visit, shared_server):
    """Somebody with a socket that was opened by polling, and the address of it."""
    ani = visit(shared_server, join=False)
    reply = ani.get("/socket.io/?EIO=4&transport=polling")
    assert reply.text.startswith("0{"), reply.text
    sid = reply.text.partition('"sid":"')[2].partition('"')[0]
    return ani, f"/socket.io/?EIO=4&transport=polling&sid={sid}"


def test_who_opened_a_socket_may_poll_it(polled):
    ani, path = polled

    sent = ani.http.post(ani.url + path, data=connect(ani))
    answer = ani.get(path)

    assert sent.status_code == 200
    assert answer.text.startswith('40{"sid":'), answer.text


def test_nobody_else_may_poll_with_the_bare_session_id(polled, visit, browser, shared_server):
    ani, path = polled
    strangers = [visit(shared_server, join=False).http, browser]

    codes = [stranger.request(method, ani.url + path, data="40") for stranger in strangers for method in ("GET", "POST")]

    assert [reply.status_code for reply in codes] == [403] * 4
    assert ani.http.post(ani.url + path, data=connect(ani)).status_code == 200


def test_a_socket_without_a_session_cant_be_opened_by_polling(browser):
    assert get(browser, "/socket.io/?EIO=4&transport=polling").status_code == 403


def test_jsonp_is_refused(visit, shared_server):
    assert visit(shared_server, join=False).get("/socket.io/?EIO=4&transport=polling&j=0").status_code == 403
