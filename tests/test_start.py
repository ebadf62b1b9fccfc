"""Starting and ending: what is printed, what is refused in one sentence, and that nothing is touched then."""

import os
import re
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from chatweb.network import lan_addresses
from chatweb.serving import END_SECONDS
from tests.server import REPOSITORY, Server

SECONDS = 60
UNUSABLE = 2


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def refusal(server: Server, *arguments: str) -> str:
    """The one sentence with which a server does not start."""
    process = server.launch(*arguments)
    try:
        output, errors = process.communicate(timeout=SECONDS)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == UNUSABLE, output + errors
    assert errors.startswith("chatweb: "), errors
    assert errors.count("\n") == 1, errors
    assert "Traceback" not in errors
    assert "running" not in output
    return errors


@pytest.fixture
def make(tmp_path):
    """Makes servers that are not started."""

    def server(**settings):
        return Server(tmp_path / "server", **settings)

    return server


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The folders of a server that ran once and was stopped."""
    server = Server(tmp_path_factory.mktemp("ran") / "server").start()
    assert server.stop() == 0
    return server.folder


@pytest.fixture
def used(ran, tmp_path):
    """A server that is not started, on folders that were used before."""
    shutil.copytree(ran, tmp_path / "server")
    server = Server(tmp_path / "server")
    yield server
    server.stop()


# What is refused


def test_a_busy_port_is_one_sentence_and_nothing_is_touched(make):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        server = make()
        server.port = other.getsockname()[1]

        sentence = refusal(server)

    assert f"Port {server.port} is in use" in sentence
    assert not server.folder.exists()


def test_an_address_of_another_machine_is_one_sentence(make):
    assert "can't listen on 192.0.2.7" in refusal(make(), "--host", "192.0.2.7")


@pytest.mark.parametrize("host", ["no such host", "x" * 300])
def test_a_host_that_is_none_is_one_sentence(make, host):
    server = make()

    assert "can't listen on" in refusal(server, "--host", host)
    assert not server.folder.exists()


@pytest.mark.parametrize("folder", ["instance", "uploads"])
def test_a_folder_that_cant_be_written_is_one_sentence(tmp_path, make, folder):
    (tmp_path / "file").write_text("x")
    server = make()
    environ = server.environ()
    environ[f"CHATWEB_{folder.upper()}"] = str(tmp_path / "file" / "folder")
    server.environ = lambda: environ

    sentence = refusal(server)

    assert str(tmp_path / "file" / "folder") in sentence
    assert (tmp_path / "file").read_text() == "x"


def test_a_database_that_cant_be_written_is_one_sentence(tmp_path, make):
    (tmp_path / "file").write_text("x")

    assert "can't be used" in refusal(make(database_url=f"sqlite:///{tmp_path}/file/chatweb.db"))


def test_a_database_of_a_newer_version_is_one_sentence_and_untouched(used):
    with sqlite3.connect(used.database) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    before = contents(used.folder)

    sentence = refusal(used)

    assert "newer version of chatweb (9999)" in sentence
    assert contents(used.folder) == before


def test_what_is_no_database_is_one_sentence_and_untouched(used):
    used.database.write_bytes(b"recipes" * 1000)
    before = contents(used.folder)

    assert "not a database of chatweb" in refusal(used)
    assert contents(used.folder) == before


def test_a_second_server_on_the_same_folders_is_refused_and_the_first_goes_on(start_server):
    first = start_server()
    second = Server(first.folder)

    sentence = refusal(second)

    assert "Another chatweb is running" in sentence
    assert requests.get(f"{first.url}/healthz", timeout=SECONDS).status_code == 200


def test_a_secret_that_others_can_read_is_refused(used):
    key = used.folder / "instance" / "secret.key"
    key.chmod(0o644)
    before = contents(used.folder)

    assert "chmod 600" in refusal(used)
    assert contents(used.folder) == before


def test_a_damaged_secret_is_refused(used):
    (used.folder / "instance" / "secret.key").write_bytes(b"short")

    assert "damaged" in refusal(used)


@pytest.mark.parametrize(
    "settings",
    [
        {"database_url": "postgresql://user:geheim@localhost/chatweb"},
        {"port": "x"},
        {"admin_password": "x" * 201},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_a_bad_setting_is_one_sentence_and_nothing_is_touched(make, settings):
    server = make()
    server._settings |= settings
    server.launch = lambda *more: subprocess.Popen(
        [sys.executable, "-m", "chatweb", "run", *more],
        cwd=REPOSITORY,
        env=server.environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

    sentence = refusal(server)

    assert f"CHATWEB_{next(iter(settings)).upper()}" in sentence
    assert not server.folder.exists()


def test_a_file_of_settings_that_cant_be_read_is_one_sentence(used):
    (used.folder / "instance" / "chatweb.toml").write_text("port = ")

    assert "chatweb.toml can't be read" in refusal(used)


# What is printed


def test_the_first_start_prints_a_link_to_set_the_password_and_later_ones_dont(start_server):
    server = start_server(admin_password="")
    first = "".join(server.output)
    secret = re.search(r"http://127\.0\.0\.1:\d+/admin/setup#secret=([\w-]{43})\s", first)
    requests.post(f"{server.url}/admin/api/setup", json={"secret": secret[1], "password": "rahasia-sekali"}, timeout=SECONDS)

    server.stop()
    server.start()

    later = "".join(server.output)
    assert "#secret=" not in later
    assert f"{server.url}/admin" in later
    assert secret[1] not in server.log


def test_the_join_address_is_printed_as_text_and_as_a_qr_code(start_server):
    server = start_server(name="Kelas 9B")
    output = "".join(server.output)

    assert "Kelas 9B is running" in output
    assert f"    {server.url}/\n" in output
    assert len([line for line in server.output if "█" in line or "▀" in line]) > 10


def test_the_whole_network_is_told_its_lan_addresses(tmp_path):
    server = Server(tmp_path / "server")
    process = subprocess.Popen(
        [sys.executable, "-m", "chatweb", "run", "--port", "0"],
        cwd=REPOSITORY,
        env=server.environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    output = ""
    for line in process.stdout:
        output += line
        if "Stop with Ctrl-C" in line:
            break
    process.terminate()
    code = process.wait(SECONDS)
    process.stdout.close()

    assert re.findall(r"^    http://([\d.]+):\d+/$", output, re.MULTILINE) == lan_addresses()
    assert code == 0


# What is kept for oneself


def test_folders_are_for_the_operator_alone_and_so_is_the_secret(start_server):
    server = start_server()

    modes = {name: stat.S_IMODE((server.folder / name).stat().st_mode) for name in ("instance", "uploads", "instance/secret.key")}

    assert modes == {"instance": 0o700, "uploads": 0o700, "instance/secret.key": 0o600}
    assert (server.folder / "instance" / "secret.key").stat().st_size == 32


def test_two_first_starts_at_once_agree_on_one_secret(tmp_path):
    code = (
        "import sys; from pathlib import Path; from chatweb.instance import Instance; i = Instance(Path(sys.argv[1]), Path(sys.argv[2]));"
    )
    code += "sys.stdin.read(1); print(i.key().hex())"

    for round_ in range(5):
        folder = tmp_path / str(round_)
        command = [sys.executable, "-c", code, str(folder), str(tmp_path / "uploads")]
        starting = [subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)]
        for one in starting:
            one.stdin.write("g")
            one.stdin.flush()
        keys = [one.communicate(timeout=SECONDS)[0] for one in starting]

        assert len(set(keys)) == 1
        assert keys[0].strip() == (folder / "secret.key").read_bytes().hex()
        assert sorted(path.name for path in folder.iterdir()) == ["secret.key"]


# Settings reach the server


def test_the_environment_is_over_the_file_is_over_the_default(used):
    (used.folder / "instance" / "chatweb.toml").write_text('name = "Dari berkas"\nlanguage = "en"\n')
    used._settings["name"] = "Dari lingkungan"

    used.start()
    service = requests.get(f"{used.url}/api/service", timeout=SECONDS).json()
    page = requests.get(used.url, timeout=SECONDS).text

    assert service["name"] == "Dari lingkungan"
    assert 'lang="en"' in page


# Ending


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(start_server, visit, how):
    server = start_server(limits="off")
    ani = visit(server)
    said = ani.says("terakhir")
    process = server._process

    os.kill(server.pid, how)
    ended = ani.hears("session_ended")
    ani.hears("disconnected")

    assert process.wait(SECONDS) == 0
    assert ended["reason"] == "restarting"
    with sqlite3.connect(server.database) as database:
        assert database.execute("SELECT body FROM message WHERE id = ?", (said["id"],)).fetchall() == [("terakhir",)]
        assert database.execute("SELECT kind FROM activity ORDER BY id DESC").fetchone() == ("left",)
    database.close()
    assert sorted(path.name for path in server.database.parent.iterdir() if path.name.startswith("chatweb.db")) == ["chatweb.db"]
    server.stop()
    assert "Traceback" not in server.log


def test_two_signals_at_once_end_it_once(start_server):
    """Ctrl-C reaches all that runs in the terminal, and a supervisor passes on what it was sent."""
    server = start_server()

    for number in (signal.SIGSTOP, signal.SIGTERM, signal.SIGINT, signal.SIGCONT):  # it finds both when it goes on
        os.kill(server.pid, number)

    assert server._process.wait(SECONDS) == 0
    server.stop()
    assert "Traceback" not in server.log


def test_a_panel_that_is_open_does_not_hold_up_the_end(start_server, steer):
    server = start_server(limits="off")
    admin = steer(server, listen=True)
    begun = time.monotonic()

    assert server.stop() == 0

    assert time.monotonic() - begun < END_SECONDS / 2
    admin.client.wait()


def test_wsgi_py_serves_too(tmp_path):
    server = Server(tmp_path / "server", command=("wsgi.py",))
    server.launch = lambda: subprocess.Popen(
        [sys.executable, "wsgi.py"],
        cwd=REPOSITORY,
        env={**server.environ(), "CHATWEB_HOST": "127.0.0.1", "CHATWEB_PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    server.start()

    reply = requests.get(f"{server.url}/healthz", timeout=SECONDS)

    assert reply.status_code == 200
    assert server.stop() == 0
