"""The command line: ``chatweb run``, ``backup``, ``restore``, ``check`` and ``admin reset``."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

import click
import segno

from chatweb import __version__, serving
from chatweb.app import create_app, join_hosts
from chatweb.config import SettingError, Settings, load_settings
from chatweb.instance import Instance, InstanceError, check_local
from chatweb.lifecycle import EXIT_UNKNOWN
from chatweb.serving import ServingError
from chatweb.store import administrators, backup, checkup
from chatweb.store.backup import BackupError
from chatweb.store.connections import DatabaseError
from chatweb.store.database import check_version, open_stopped

FOUND = 1  # exit code: something of what is kept is missing or damaged
UNUSABLE = 2  # exit code: something about this machine or the settings; one sentence says what
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 30.0  # seconds between a fault and the next start
CALM = 10.0  # seconds without a fault after which the pauses begin anew
_RESTART = {EXIT_UNKNOWN, -signal.SIGKILL, -signal.SIGSEGV, -signal.SIGABRT}


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="chatweb")
def main() -> None:
    """A self-hosted chat for a local network."""


@main.command()
@click.option("--host", help="Address to listen on. [default: 0.0.0.0]")
@click.option("--port", type=int, help="Port to listen on; 0 takes a free one. [default: 55000]")
@click.option("--supervise", is_flag=True, help="Start again by itself after a crash.")
def run(host: str | None, port: int | None, *, supervise: bool) -> None:
    """Start the chat."""
    if supervise:
        sys.exit(_supervise([argument for argument in sys.argv[1:] if argument != "--supervise"]))
    try:
        settings = load_settings(os.environ, host=host, port=port)
        serving.main(settings, create_app, _greet)
    except (SettingError, InstanceError, DatabaseError, ServingError) as error:
        _refuse(str(error))


@main.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Answer for programs.")
def make_backup(file: Path, *, as_json: bool) -> None:
    """Write database and files to FILE, one tar, also while the chat runs.

    It holds everything that anybody has said, and the secret of the sessions: keep it as safe as the chat itself.
    """
    try:
        settings = load_settings(os.environ)
        _check_kept(settings)
        report = backup.make(_place(settings), file.absolute())
    except (SettingError, DatabaseError, BackupError) as error:
        _refuse(str(error))
    lines = [f"{file}: {report.messages} messages and {report.files} files ({report.size} bytes)."]
    lines += [f"Missing or damaged: {sha256}" for sha256 in report.bad]
    click.echo(json.dumps({"file": str(file), **asdict(report)}) if as_json else "\n".join(lines))
    sys.exit(FOUND if report.bad else 0)


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Answer for programs.")
def restore(file: Path, *, as_json: bool) -> None:
    """Bring the backup FILE into instance and uploads folders that hold no chat yet."""
    try:
        settings = load_settings(os.environ)
        Instance(settings.instance, settings.uploads).lock()
        report = backup.restore(file, _place(settings))
    except (SettingError, InstanceError, DatabaseError, BackupError) as error:
        _refuse(str(error))
    lines = [f"Restored: {report.messages} messages and {report.files} files. Start chatweb; open pages begin anew."]
    lines += [f"Missing or damaged: {sha256}" for sha256 in report.bad]
    click.echo(json.dumps(asdict(report)) if as_json else "\n".join(lines))
    sys.exit(FOUND if report.bad else 0)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Answer for programs.")
def check(*, as_json: bool) -> None:
    """Look whether database, search and files are whole, also while the chat runs. Exit code 1: something was found."""
    try:
        settings = load_settings(os.environ)
        _check_kept(settings)
        found = checkup.look(_place(settings), settings.instance / "search.db")
    except (SettingError, DatabaseError, OSError) as error:
        _refuse(str(error))
    lines = [f"{finding.kind}: {finding.detail}" for finding in found] or ["Nothing is missing or damaged."]
    click.echo(json.dumps({"findings": [asdict(finding) for finding in found]}) if as_json else "\n".join(lines))
    sys.exit(FOUND if found else 0)


@main.group()
def admin() -> None:
    """What an operator can do while the chat is stopped."""


@admin.command("reset")
def reset_password() -> None:
    """Forget the administrators' passwords; the next start prints a new set-up link."""
    try:
        settings = load_settings(os.environ)
        check_local(settings.instance, settings.database_path.parent)
        Instance(settings.instance, settings.uploads).lock()
        with open_stopped(settings.database_path) as connection:
            administrators.forget_all()(connection)
    except (SettingError, InstanceError, DatabaseError) as error:
        _refuse(str(error))
    click.echo("Forgotten. Start chatweb: it prints a link to set a new password.")


def _place(settings: Settings) -> backup.Place:
    return backup.Place(settings.database_path, settings.instance / "secret.key", settings.uploads)


def _check_kept(settings: Settings) -> None:
    if check_version(settings.database_path) is None:
        raise DatabaseError(f"{settings.database_path} is not there; has chatweb been started on {settings.instance}?")


def _greet(settings: Settings, port: int, set_up: str | None) -> None:
    """Tell the operator where people join, and where the panel is."""
    addresses = [f"http://{host}:{port}/" for host in join_hosts(settings)]
    picture = io.StringIO()
    segno.make(addresses[0], error="m").terminal(out=picture, compact=True)
    lines = [f"\n  {settings.name} is running (chatweb {__version__}).\n", "  People on the same network join at", ""]
    lines += [f"    {address}" for address in addresses]
    lines += ["", picture.getvalue()]
    if set_up:
        link = f"{addresses[0]}admin/setup#secret={set_up}"
        lines += ["  First start: set the administrator's password within 60 minutes at", "", f"    {link}", ""]
    else:
        lines += [f"  Administrator: {addresses[0]}admin", ""]
    lines += ["  Stop with Ctrl-C.", ""]
    click.echo("\n".join(lines))
    sys.stdout.flush()


def _supervise(arguments: list[str]) -> int:
    """Run the server in a process of its own, and again when it was ended by a fault instead of by somebody.

    Faults that follow each other closely are waited out longer and longer: a full disk is not emptied by trying.
    """
    asked: list[int] = []
    running: list[subprocess.Popen[bytes]] = []

    def pass_on(number: int, _frame: object) -> None:
        asked.append(number)
        for process in running:
            process.send_signal(number)

    signal.signal(signal.SIGTERM, pass_on)
    signal.signal(signal.SIGINT, lambda number, _: asked.append(number))  # Ctrl-C reaches the child by the terminal
    pause = FIRST_PAUSE
    while True:
        began = time.monotonic()
        process = subprocess.Popen([sys.executable, "-m", "chatweb", *arguments])  # noqa: S603 - our own arguments
        running[:] = [process]
        if asked:
            process.terminate()  # asked while it was being started
        code = process.wait()
        running.clear()
        if code not in _RESTART or asked:
            return code if code >= 0 else 128 - code
        pause = FIRST_PAUSE if time.monotonic() - began > CALM else min(LONGEST_PAUSE, 2 * pause)
        click.echo(f"chatweb ended by a fault ({code}); starting it again.", err=True)
        time.sleep(pause)


def _refuse(sentence: str) -> NoReturn:
    click.echo(f"chatweb: {sentence}", err=True)
    sys.exit(UNUSABLE)
