"""Starts chatweb again and again, each time as a fork of a process that has imported all of it; see `nursery`.

Each line that it reads is the arguments of one run; it prints when one has begun, and how it has ended.
"""

import os
import sys
import warnings
from collections.abc import Callable

from chatweb import serving

serving.patch()

from eventlet.patcher import original  # noqa: E402

from chatweb import app, cli  # noqa: E402, F401 - the app, so that it need not be imported again

_wait, _read = original("os").waitpid, original("os").read


def main() -> None:
    warnings.filterwarnings("ignore", message="Using fork", category=DeprecationWarning)
    while line := read_line():
        child = os.fork()
        if not child:
            serving.use_own_hub()
            sys.argv[1:] = line.split()
            run(cli.main)
        print(f"births: begun {child}", flush=True)
        print(f"births: ended {os.waitstatus_to_exitcode(_wait(child, 0)[1])}", flush=True)


def read_line() -> str:
    line = b""
    while not line.endswith(b"\n") and (byte := _read(0, 1)):
        line += byte
    return line.decode()


def run(command: Callable[[], None]) -> None:
    code = 1
    try:
        command()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
