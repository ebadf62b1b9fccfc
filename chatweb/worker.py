"""The gunicorn worker: ``gunicorn -c deploy/gunicorn.conf.py wsgi:app``. gunicorn 26 and later has none for eventlet."""

import os
from typing import Any

from gunicorn.workers.base import Worker as GunicornWorker

from chatweb import serving

HEARTBEAT = 1.0  # seconds


class Worker(GunicornWorker):  # type: ignore[misc]
    """Serves with the same server as ``chatweb run``."""

    def init_process(self) -> None:
        """Here, not at import: gunicorn loads this class in its master, which must stay as it is."""
        serving.patch()
        serving.use_own_hub()
        super().init_process()

    def run(self) -> None:
        """Serve until the master says to stop; the heartbeat comes from the hub, so a hub that hangs is replaced."""
        serving.tune_collector()
        server = serving.Server([serving.adopt(listener.sock) for listener in self.sockets], self.wsgi)
        while self.alive and self.ppid == os.getppid():
            self.notify()
            serving.sleep(HEARTBEAT)
        server.stop(self.wsgi.lifecycle.end)

    def handle_quit(self, sig: int, frame: Any) -> None:
        """SIGINT and SIGQUIT end in order too."""
        self.handle_exit(sig, frame)
