"""Many starts of one server in a row, each in a third of the time: `births` has imported all of it, and forks for each."""

import os
import signal
import subprocess
import sys
import threading
from typing import Any

from tests.faults.disk import HeldServer
from tests.server import REPOSITORY, START_SECONDS

BEGUN, ENDED = "births: begun ", "births: ended "  # as `births` prints them


class Nursery(HeldServer):
    """A server like the others, whose process is forked from one that stays."""

    def __init__(self, disk: Any, **options: Any) -> None:
        super().__init__(disk, **options)
        self._parent: subprocess.Popen[str] | None = None
        self._changed = threading.Condition()
        self._child = 0
        self._code: int | None = None
        self._serves = False

    @property
    def pid(self) -> int:
        return self._child

    def start(self) -> "Nursery":
        """Start it and wait until it serves.

        :raises AssertionError: when it does not.
        """
        code = self.try_start()
        assert code is None, f"it ended with {code}: {self.log[-2000:]}{''.join(self.output[-5:])}"
        return self

    def try_start(self) -> int | None:
        """Start it and wait until it serves (None), or ends (its exit code)."""
        if self._parent is None:
            self._launch_parent()
        with self._changed:
            self._code, self._serves, self._child = None, False, 0
            self._parent.stdin.write(f"run --host 127.0.0.1 --port {self.port}\n")
            self._parent.stdin.flush()
            told = self._changed.wait_for(lambda: self._serves or self._code is not None, timeout=START_SECONDS)
            assert told, self.log[-2000:]
            return self._code

    def ended(self, wait: float) -> int | None:
        """The exit code when it ends in so many seconds; None when it does not."""
        with self._changed:
            self._changed.wait_for(lambda: self._code is not None, timeout=wait)
            return self._code

    def kill(self) -> None:
        self._end_child(signal.SIGKILL)

    def stop(self) -> int:
        code = self._end_child(signal.SIGTERM)
        if self._parent is not None:
            self._parent.stdin.close()
            self._parent.wait(30)
            for reader in self._readers:
                reader.join(10)
            self._parent.stdout.close()
            self._parent.stderr.close()
            self._parent = None
        return code

    def _end_child(self, how: int) -> int:
        if self._child and self._code is None:
            os.kill(self._child, how)
            assert self.ended(30) is not None, "it does not end"
        return self._code or 0

    def _launch_parent(self) -> None:
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.births"],
            cwd=REPOSITORY,
            env=self.environ(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._readers = [threading.Thread(target=read, daemon=True) for read in (self._read_output, self._read_log)]
        for reader in self._readers:
            reader.start()

    def _read_output(self) -> None:
        for line in self._parent.stdout:
            with self._changed:
                self.output.append(line)
                if line.startswith(BEGUN):
                    self._child = int(line.removeprefix(BEGUN))
                elif line.startswith(ENDED):
                    self._code = int(line.removeprefix(ENDED))
                elif self.serves(line):
                    self._serves = True
                self._changed.notify_all()

    def _read_log(self) -> None:
        for line in self._parent.stderr:
            self.log += line
