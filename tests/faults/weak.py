"""chatweb without one of its cures, to show that the proofs catch it: ``python -m tests.faults.weak CURE run …``."""

import sqlite3
import sys
import time

from chatweb import serving

serving.patch()

from chatweb.__main__ import main  # noqa: E402
from chatweb.chat.errors import StorageFull  # noqa: E402
from chatweb.live import pinger  # noqa: E402
from chatweb.store import connections, writer  # noqa: E402


def weaken(cure: str) -> None:
    if cure == "normal":
        connections.PRAGMAS["synchronous"] = ("NORMAL", 1)
    elif cure == "refuses":  # a commit that failed is answered with an error, as the stock stack does
        writer.GroupWriter._write = _write_or_refuse
    elif cure == "wall":  # waits are measured by the clock that an operator sets, as the stock stack does
        pinger.Watch.__init__.__defaults__ = (time.time,)
    else:
        sys.exit(f"nobody knows the cure {cure}")


_write = writer.GroupWriter._write


def _write_or_refuse(self, connection, batch):
    try:
        _write(self, connection, batch)
    except sqlite3.Error:
        connection.rollback()
        for waiting in batch:
            waiting.error = StorageFull()


if __name__ == "__main__":
    weaken(sys.argv.pop(1))
    main()
