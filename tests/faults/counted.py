"""chatweb, which tells on SIGUSR1 how many green threads it has: ``python -m tests.faults.counted run …``, for the soak."""

import gc
import os
import signal

from chatweb import serving

write = os.write  # the system's own: a signal comes in the hub too, which must not wait
serving.patch()

import greenlet  # noqa: E402

from chatweb.cli import main  # noqa: E402


def tell(*_signal: object) -> None:
    """What nobody holds any more is let go first."""
    gc.collect()
    alive = sum(issubclass(type(one), greenlet.greenlet) and not one.dead for one in gc.get_objects())
    write(2, f"green threads: {alive}\n".encode())


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, tell)
    main()
