"""A real chatweb in a process and folders of its own, as an operator starts it."""

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent
START_SECONDS = 60  # on a slow machine with both cores busy
PASSWORD = "rahasia-sekali"


class Server:
    """Starts, stops, kills and restarts one chatweb; what was printed stays readable."""

    def __init__(self, folder: Path, *, port: int = 0, command: tuple[str, ...] = ("-m", "chatweb"), **settings: str) -> None:
        """``settings``: names of settings without their prefix, as ``limits="off"``."""
        self.folder = folder
        self.admin_password = PASSWORD
        self.port = port
        self.output: list[str] = []
        self.log = ""
        self._command = command
        self._settings = {"admin_password": PASSWORD, "ballast": "0", **settings}
        self._process: subprocess.Popen[str] | None = None
        self._readers: list[threading.Thread] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def runs(self) -> bool:
        """Whether the process is there: a fault may have ended it."""
        return self._process is not None and self._process.poll() is None

    @property
    def database(self) -> Path:
        return self.folder / "instance" / "chatweb.db"

    def forget_peak(self) -> None:
        """From here on ``peak_memory`` is that of what follows: hashing a password took 64 MiB at the start."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5", "ascii")

    def peak_memory(self) -> int:
        """The most bytes that it has had in memory."""
        lines = Path(f"/proc/{self.pid}/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))

    def environ(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("CHATWEB_")}
        own = {f"CHATWEB_{name.upper()}": value for name, value in self._settings.items() if value}
        folders = {"CHATWEB_INSTANCE": str(self.folder / "instance"), "CHATWEB_UPLOADS": str(self.folder / "uploads")}
        return {**clean, **folders, **own, "PYTHONUNBUFFERED": "1"}

    def launch(self, *more: str) -> "subprocess.Popen[str]":
        """Start the process without waiting for it to serve."""
        arguments = [sys.executable, *self._command, "run", "--host", "127.0.0.1", "--port", str(self.port), *more]
        return subprocess.Popen(
            arguments, cwd=REPOSITORY, env=self.environ(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def start(self) -> "Server":
        """Start it and wait until it serves."""
        ready = threading.Event()
        self._process = process = self.launch()
        self.output = []

        def read_output() -> None:
            for line in process.stdout:
                self.output.append(line)
                if self.serves(line):
                    ready.set()
            ready.set()

        def read_log() -> None:
            for line in process.stderr:
                self.log += line
                if self.serves(line):
                    ready.set()

        self._readers = [threading.Thread(target=read, daemon=True) for read in (read_output, read_log)]
        for reader in self._readers:
            reader.start()
        assert ready.wait(START_SECONDS), self.log
        assert process.poll() is None, self.log or "".join(self.output)
        assert self.port, self.log
        return self

    def serves(self, line: str) -> bool:
        """Whether with this line, which it has printed, it serves; its port is known by then."""
        found = re.match(r"\s+http://127\.0\.0\.1:(\d+)/$", line)
        if found:
            self.port = int(found[1])
        return "Stop with Ctrl-C" in line

    def kill(self) -> None:
        """End it as a power cut would end the process."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """End it in order, as Ctrl-C does; its exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, how: int) -> int:
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self._process.send_signal(how)
        code = self._process.wait(30)
        for reader in self._readers:
            reader.join(10)
        self._process.stdout.close()
        self._process.stderr.close()
        self._process = None
        return code


class GunicornServer(Server):
    """The same behind gunicorn, as `deploy/gunicorn.conf.py` says."""

    def launch(self, *more: str) -> "subprocess.Popen[str]":
        """Start gunicorn; its clients wait in its queue until the worker serves."""
        gunicorn = Path(sys.executable).with_name("gunicorn")
        arguments = [str(gunicorn), "-c", "deploy/gunicorn.conf.py", *more, "wsgi:app"]
        environ = {**self.environ(), "CHATWEB_HOST": "127.0.0.1", "CHATWEB_PORT": str(self.port)}
        return subprocess.Popen(arguments, cwd=REPOSITORY, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def serves(self, line: str) -> bool:
        found = re.search(r"Listening at: http://127\.0\.0\.1:(\d+)", line)
        if found:
            self.port = int(found[1])
        return found is not None

    def reload(self) -> None:
        """Have the worker replaced, as for a new version."""
        os.kill(self.pid, signal.SIGHUP)
