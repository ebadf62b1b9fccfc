"""Every setting with its default, unit and help text; environment over ``instance/chatweb.toml`` over defaults."""

import ipaddress
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

HERE = Path(__file__).resolve().parent.parent
PREFIX = "CHATWEB_"
KIBI = 1024
_SIZE = re.compile(r"(\d+)\s*([KMGT]?)(?:i?B)?", re.IGNORECASE)
HIGHEST_PORT = 65535
NAME_LENGTH = 60  # characters
PASSWORD_LENGTH = (8, 200)  # characters
_SECRET = {"admin_password", "database_url"}  # a terminal, and the log of a supervisor, is no place for them
_SCALE = {"": 1, "K": KIBI, "M": KIBI**2, "G": KIBI**3, "T": KIBI**4}


class SettingError(Exception):
    """A setting that can't be used; the message is one sentence for the operator."""


def _setting(default: Any, help_text: str) -> Any:
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What an operator may change. Each is an environment variable ``CHATWEB_NAME`` or a ``name`` in chatweb.toml."""

    instance: Path = _setting(HERE / "instance", "folder of the database, secrets and chatweb.toml (environment only)")
    uploads: Path = _setting(HERE / "uploads", "folder of what people send")
    host: str = _setting("0.0.0.0", "address to listen on")  # noqa: S104 - a chat for the LAN is for the LAN
    port: int = _setting(55000, "port to listen on, 1 to 65535 (0: a free one)")
    name: str = _setting("chatweb", "name of this chat, 1 to 60 characters")
    admin_password: str = _setting("", "the administrator's password, 8 characters or more, set at each start; empty: a link is printed")
    database_url: str = _setting("", "sqlite:///PATH; empty: chatweb.db in the instance folder")
    hosts: tuple[str, ...] = _setting((), "further host names that people may use in the address, separated by commas")
    reserved_names: tuple[str, ...] = _setting((), "names that nobody may take, nor what looks like them, separated by commas")
    proxies: tuple[Network, ...] = _setting((), "addresses or networks of proxies whose X-Forwarded-* is believed, separated by commas")
    max_file_size: int = _setting(100 * KIBI**2, "largest file, in bytes (or 100M, 1G)")
    person_quota: int = _setting(2 * KIBI**3, "bytes of files that one person may have here (or 500M, 2G)")
    quota: int = _setting(50 * KIBI**3, "bytes of files that all people may have here together")
    uploads_reserve: int = _setting(KIBI**3, "bytes of the disk that uploads leave free, 0 for none")
    messages_reserve: int = _setting(100 * KIBI**2, "bytes of the disk that messages leave free, 0 for none")
    ballast: int = _setting(64 * KIBI**2, "bytes kept in the instance folder to be let go when the disk is full, 0 for none")
    limits: bool = _setting(True, "on or off; off lifts rates and caps by address, never sizes (for benchmarks)")
    fast_road: bool = _setting(True, "on or off; off writes to each client from a green thread of its own (to find a fault)")
    language: str = _setting("id", "language for browsers that ask for neither: id or en")
    admin_from: str = _setting("any", "from where the panel is reached: any, secure (TLS or this machine) or local (this machine)")
    log_format: str = _setting("auto", "json or text; auto: text at a terminal, json elsewhere")
    log_level: str = _setting("info", "debug, info, warning or error")

    @property
    def database_path(self) -> Path:
        """The SQLite file."""
        return Path(self.database_url.removeprefix("sqlite:///")).absolute() if self.database_url else self.instance / "chatweb.db"


def load_settings(environ: Mapping[str, str], **given: object) -> Settings:
    """Settings from ``environ``, the instance's ``chatweb.toml`` and, over both, what is ``given`` (the command line).

    :raises SettingError: naming the setting and what is wrong with it.
    """
    instance = _instance(environ)
    raw: dict[str, object] = {**_from_toml(instance / "chatweb.toml"), **_from_environ(environ)}
    raw.update({name: value for name, value in given.items() if value is not None})
    raw["instance"] = instance
    parsed: dict[str, Any] = {name: _parse(name, value) for name, value in raw.items()}
    return Settings(**parsed)


def _instance(environ: Mapping[str, str]) -> Path:
    return Path(environ.get(PREFIX + "INSTANCE") or HERE / "instance").absolute()


def _from_toml(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as file:
            found = tomllib.load(file)
    except FileNotFoundError:
        return {}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{path} can't be read: {error}.") from error
    unknown = set(found) - {f.name for f in fields(Settings)} | set(found) & {"instance"}
    if unknown:
        raise SettingError(f"{path} has an unknown setting: {min(unknown)}.")
    return dict(found)


def _from_environ(environ: Mapping[str, str]) -> dict[str, object]:
    names = {PREFIX + f.name.upper(): f.name for f in fields(Settings)}
    return {names[key]: value for key, value in environ.items() if key in names and value != ""}


def _parse(name: str, value: object) -> object:
    try:
        return _PARSERS[name](value)
    except (ValueError, TypeError) as error:
        found = "not usable" if name in _SECRET else repr(value)
        raise SettingError(f"{PREFIX}{name.upper()} is {found}, but must be {error}.") from error


def _path(value: object) -> Path:
    return Path(str(value)).absolute()


def _port(value: object) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit() and int(text) <= HIGHEST_PORT):
        raise ValueError("a number from 0 to 65535")
    return int(text)


def _name(value: object) -> str:
    text = str(value).strip()
    if not 1 <= len(text) <= NAME_LENGTH or not text.isprintable():
        raise ValueError("1 to 60 printable characters")
    return text


def _password(value: object) -> str:
    low, high = PASSWORD_LENGTH
    if value and not low <= len(str(value)) <= high:
        raise ValueError(f"{low} to {high} characters")
    return str(value)


def _database_url(value: object) -> str:
    url = str(value)
    if url and (not url.startswith("sqlite:///") or url.removeprefix("sqlite:///") in {"", ":memory:"}):
        raise ValueError("sqlite:///PATH, the only kind of database that this version of chatweb can keep")
    return url


def _hosts(value: object) -> tuple[str, ...]:
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, (list, tuple)):
        raise TypeError("a list of host names")
    return tuple(str(name).strip().lower().rstrip(".") for name in names if str(name).strip())


def _names(value: object) -> tuple[str, ...]:
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, (list, tuple)) or not all(isinstance(name, str) for name in names):
        raise TypeError("a list of names")
    return tuple(name.strip() for name in names if name.strip())


def _networks(value: object) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(name) for name in _hosts(value))
    except ValueError:
        raise ValueError("IP addresses or networks, like 127.0.0.1 or 10.0.0.0/8") from None


def _size(value: object) -> int:
    match = _SIZE.fullmatch(str(value).strip())
    if not match or int(match[1]) < 1:
        raise ValueError("a size in bytes, or like 100M or 1G")
    return int(match[1]) * _SCALE[match[2].upper()]


def _reserve(value: object) -> int:
    return 0 if str(value).strip() == "0" else _size(value)


def _switch(value: object) -> bool:
    if isinstance(value, bool):
        return value
    try:
        return {"on": True, "1": True, "true": True, "yes": True, "off": False, "0": False, "false": False, "no": False}[str(value).lower()]
    except KeyError:
        raise ValueError("on or off") from None


def _one_of(*words: str) -> Any:
    def parse(value: object) -> str:
        if str(value).lower() not in words:
            raise ValueError(" or ".join(words))
        return str(value).lower()

    return parse


_PARSERS: dict[str, Any] = {
    "instance": _path,
    "uploads": _path,
    "host": str,
    "port": _port,
    "name": _name,
    "admin_password": _password,
    "database_url": _database_url,
    "hosts": _hosts,
    "reserved_names": _names,
    "proxies": _networks,
    "max_file_size": _size,
    "person_quota": _size,
    "quota": _size,
    "uploads_reserve": _reserve,
    "messages_reserve": _reserve,
    "ballast": _reserve,
    "limits": _switch,
    "fast_road": _switch,
    "language": _one_of("id", "en"),
    "admin_from": _one_of("any", "secure", "local"),
    "log_format": _one_of("auto", "json", "text"),
    "log_level": _one_of("debug", "info", "warning", "error"),
}
