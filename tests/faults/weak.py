"""chatweb without one of its cures, to show that the proofs catch it: ``python -m tests.faults.weak CURE run …``."""

import sys

from chatweb import serving

serving.patch()

from chatweb.__main__ import main  # noqa: E402
from chatweb.store import database  # noqa: E402


def weaken(cure: str) -> None:
    if cure == "normal":
        database.PRAGMAS["synchronous"] = ("NORMAL", 1)
    else:
        sys.exit(f"nobody knows the cure {cure}")


if __name__ == "__main__":
    weaken(sys.argv.pop(1))
    main()
