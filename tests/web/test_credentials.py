"""What cookies are called, how they are kept, and who is taken for a program on this machine."""

import pytest
from flask import Request, Response
from werkzeug.test import EnvironBuilder

from chatweb.web.credentials import FORWARDED, Credentials, is_near

HTTP, HTTPS = "http://192.168.1.5:55000", "https://chat.sekolah.lan"


@pytest.fixture
def credentials():
    return Credentials(b"k" * 32)


def request(address=HTTP, *, cookies="", **environ):
    return Request(EnvironBuilder(base_url=address, headers={"Cookie": cookies}, environ_overrides=environ).get_environ())


def given(give):
    response = Response()
    give(response)
    return response.headers.getlist("Set-Cookie")


def test_the_name_of_a_cookie_is_the_instances_own(credentials):
    other = Credentials(b"x" * 32)
    names = [given(lambda r, c=c: c.give(r, "t", secure=False))[0].partition("=")[0] for c in (credentials, other)]

    assert names[0] != names[1]


@pytest.mark.parametrize("secure", [False, True])
def test_under_tls_a_cookie_is_for_this_very_host_and_for_tls_alone(credentials, secure):
    cookies = given(lambda r: credentials.give(r, "token", secure=secure, mark="mark"))
    cookies += given(lambda r: credentials.give_admin(r, "token", secure=secure, lasts=60, mark="mark"))

    assert len(cookies) == 4
    for cookie in cookies:
        assert cookie.startswith("__Host-chatweb_") == secure
        assert ("; Secure" in cookie) == secure
        assert "; HttpOnly" in cookie
        assert "; Path=/" in cookie
        assert "Domain" not in cookie
    assert ["SameSite=Lax" in cookie for cookie in cookies] == [True, False, False, False]
    assert all("SameSite=Strict" in cookie for cookie in cookies[1:])


def test_under_tls_the_name_without_the_prefix_opens_nothing(credentials):
    plain = given(lambda r: credentials.give(r, "planted", secure=False))[0].partition(";")[0]
    admin = given(lambda r: credentials.give_admin(r, "planted", secure=False, lasts=60, mark=""))[0].partition(";")[0]
    asked = request(HTTPS, cookies=f"{plain}; {admin}")

    assert (credentials.token(asked), credentials.admin_token(asked), credentials.of(asked.environ)) == (None, None, "")


@pytest.mark.parametrize("address", [HTTP, HTTPS])
def test_what_was_given_is_found_again_and_taken_by_the_same_name(credentials, address):
    secure = address is HTTPS
    cookie = given(lambda r: credentials.give(r, "token", secure=secure))[0].partition(";")[0]
    gone = given(lambda r: credentials.take(r, secure=secure))[0]

    assert credentials.token(request(address, cookies=cookie)) == "token"
    assert gone.partition("=")[0] == cookie.partition("=")[0]
    assert "Max-Age=0" in gone


@pytest.mark.parametrize(
    ("peer", "near"), [("127.0.0.1", True), ("127.8.0.1", True), ("::1", True), ("192.168.1.5", False), ("", False), ("nonsense", False)]
)
def test_a_program_on_this_machine_is_known_by_the_sockets_peer(peer, near):
    assert is_near(request(REMOTE_ADDR=peer).environ) is near


@pytest.mark.parametrize("header", FORWARDED)
def test_what_a_proxy_handed_on_is_never_taken_for_this_machine(header):
    assert not is_near(request(REMOTE_ADDR="127.0.0.1", **{header: "127.0.0.1"}).environ)
