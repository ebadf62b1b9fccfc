"""chatweb with shorter waits, and a clock that can be set: SIGUSR1 puts it a day on, SIGUSR2 two days back.

    python -m tests.live.quick '{"chatweb.app.PING_INTERVAL": 1}' run --port 0

The time of the day is that of the whole process (``time.time`` and ``time.time_ns``), as if the machine's had been set.
"""

import json
import signal
import sys
import time
from importlib import import_module

from chatweb import serving

serving.patch()

DAY = 86_400  # seconds
shifted = 0
_time, _time_ns = time.time, time.time_ns
time.time = lambda: _time() + shifted
time.time_ns = lambda: _time_ns() + shifted * 1_000_000_000


def shift(number, _frame):
    global shifted  # noqa: PLW0603 - one clock for all of the process
    shifted += DAY if number == signal.SIGUSR1 else -2 * DAY


def main():
    signal.signal(signal.SIGUSR1, shift)
    signal.signal(signal.SIGUSR2, shift)
    for path, value in json.loads(sys.argv.pop(1)).items():
        module, _, name = path.rpartition(".")
        assert hasattr(import_module(module), name), path
        setattr(import_module(module), name, value)
    import_module("chatweb.cli").main()


if __name__ == "__main__":
    main()
