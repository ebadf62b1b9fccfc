"""When nobody can know what is kept, nobody else has a turn before the process ends."""

import subprocess
import sys

from chatweb.lifecycle import EXIT_UNKNOWN

# As `python -m chatweb` is: with the standard library made green, where even a line to the log may be a turn for others.
PROGRAM = """
from chatweb import serving
serving.patch()
import eventlet
from chatweb import lifecycle
eventlet.spawn(print, "somebody was answered", flush=True)
lifecycle.end_unknown(OSError("no disk"))
"""


def test_nobody_is_answered_between_the_failure_and_the_end():
    ended = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)

    assert ended.returncode == EXIT_UNKNOWN, ended.stderr
    assert "the disk failed in the middle of a commit (no disk)" in ended.stderr
    assert ended.stdout == ""
