"""Settings: environment over chatweb.toml over defaults, and one sentence for each that can't be used."""

from dataclasses import fields
from ipaddress import ip_network
from pathlib import Path

import pytest

from chatweb.config import HERE, SettingError, Settings, load_settings


@pytest.fixture
def environ(tmp_path):
    return {"CHATWEB_INSTANCE": str(tmp_path)}


def toml(environ, text):
    (Path(environ["CHATWEB_INSTANCE"]) / "chatweb.toml").write_text(text, "utf-8")


def test_without_anything_there_are_defaults():
    settings = load_settings({})

    assert (settings.host, settings.port, settings.name, settings.limits) == ("0.0.0.0", 55000, "chatweb", True)
    assert (settings.instance, settings.uploads) == (HERE / "instance", HERE / "uploads")
    assert settings.database_path == HERE / "instance" / "chatweb.db"


def test_the_environment_is_over_the_file_is_over_the_default(environ):
    toml(environ, 'port = 7001\nname = "Kelas 9B"\nlimits = false\n')

    settings = load_settings({**environ, "CHATWEB_PORT": "7002"})

    assert (settings.port, settings.name, settings.limits, settings.language) == (7002, "Kelas 9B", False, "id")


def test_the_command_line_is_over_all(environ):
    settings = load_settings({**environ, "CHATWEB_PORT": "7002", "CHATWEB_HOST": "192.168.1.7"}, port=7003, host=None)

    assert (settings.port, settings.host) == (7003, "192.168.1.7")


def test_an_empty_variable_is_an_absent_one(environ):
    assert load_settings({**environ, "CHATWEB_PORT": "", "CHATWEB_NAME": ""}) == load_settings(environ)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("port", "0", 0),
        ("port", "65535", 65535),
        ("name", "  Kelas 9B  ", "Kelas 9B"),
        ("hosts", "chat.sekolah.example, Kelas.Local.,", ("chat.sekolah.example", "kelas.local")),
        ("proxies", "127.0.0.1, 10.0.0.0/8,::1", tuple(map(ip_network, ("127.0.0.1", "10.0.0.0/8", "::1")))),
        ("max_file_size", "1000", 1000),
        ("max_file_size", "100M", 100 * 1024**2),
        ("max_file_size", "1 GiB", 1024**3),
        ("max_file_size", "2kb", 2048),
        ("limits", "off", False),
        ("limits", "ON", True),
        ("limits", "0", False),
        ("language", "EN", "en"),
        ("log_level", "WARNING", "warning"),
        ("admin_password", "12345678", "12345678"),
        ("database_url", "sqlite:////tmp/x.db", "sqlite:////tmp/x.db"),
    ],
)
def test_a_setting_is_read_as_people_write_it(environ, name, text, expected):
    assert getattr(load_settings({**environ, f"CHATWEB_{name.upper()}": text}), name) == expected


BAD = {
    "port": ["x", "-1", "65536", "1.5", "9" * 5000, "\u0661"],
    "proxies": ["localhost", "10.0.0.1/8", "127.0.0.1;::1", "300.1.1.1"],
    "name": [" ", "x" * 61, "a\nb", "a\u202eb"],
    "database_url": ["postgresql://user@host/db", "sqlite://", "sqlite:///", "/tmp/x.db", "mysql:///x", "sqlite:///:memory:"],
    "max_file_size": ["0", "-1", "x", "1X", "1.5M"],
    "limits": ["maybe", "2"],
    "language": ["de", "id-ID"],
    "log_level": ["loud"],
    "admin_password": ["short", "x" * 201],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in BAD.items() for text in texts])
def test_a_setting_that_cant_be_used_is_named_with_what_it_must_be(environ, name, text):
    with pytest.raises(SettingError) as refused:
        load_settings({**environ, f"CHATWEB_{name.upper()}": text})

    assert f"CHATWEB_{name.upper()}" in str(refused.value)
    assert "must be" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_password_is_not_repeated_to_the_terminal(environ):
    with pytest.raises(SettingError) as refused:
        load_settings({**environ, "CHATWEB_ADMIN_PASSWORD": "rahasia"})

    assert "rahasia" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("port = \n", "can't be read"),
        ("port = 7001\nport = 7002\n", "can't be read"),
        ("colour = 1\n", "unknown setting: colour"),
        ('instance = "/tmp"\n', "unknown setting: instance"),
        ('port = "x"\n', "CHATWEB_PORT"),
        ("port = true\n", "CHATWEB_PORT"),
        ("hosts = 7\n", "CHATWEB_HOSTS"),
        ("proxies = 7\n", "CHATWEB_PROXIES"),
        ("limits = 7\n", "CHATWEB_LIMITS"),
    ],
)
def test_a_file_that_cant_be_used_is_one_sentence(environ, text, said):
    toml(environ, text)

    with pytest.raises(SettingError, match=said):
        load_settings(environ)


def test_a_file_that_is_no_text_is_one_sentence(environ):
    (Path(environ["CHATWEB_INSTANCE"]) / "chatweb.toml").write_bytes(b"\xff\xfe")

    with pytest.raises(SettingError, match="can't be read"):
        load_settings(environ)


def test_hosts_may_be_a_list_in_the_file(environ):
    toml(environ, 'hosts = ["a.example", "B.example"]\n')

    assert load_settings(environ).hosts == ("a.example", "b.example")


def test_folders_and_the_database_are_absolute_whatever_was_given(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    settings = load_settings({"CHATWEB_INSTANCE": "here", "CHATWEB_UPLOADS": "there", "CHATWEB_DATABASE_URL": "sqlite:///data/x.db"})

    assert (settings.instance, settings.uploads) == (tmp_path / "here", tmp_path / "there")
    assert settings.database_path == tmp_path / "data" / "x.db"


def test_every_setting_has_a_help_text():
    assert [one.name for one in fields(Settings) if not one.metadata.get("help")] == []
