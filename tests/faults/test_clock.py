"""A short form of `python -m tests.faults.clock`."""

import tempfile
from pathlib import Path

from tests.faults import clock
from tests.faults.disk import fast_folder

SEED = 20_261_125


WEAK = ("-m", "tests.faults.weak", "wall")


def test_nobody_is_dropped_put_out_or_hears_another_order_when_the_clock_is_set():
    with tempfile.TemporaryDirectory(prefix="chatweb-clock-", dir=fast_folder()) as folder:
        assert clock.run(Path(folder), count=3, seed=SEED) == []


def test_waits_by_the_clock_that_is_set_would_drop_everybody():
    with tempfile.TemporaryDirectory(prefix="chatweb-clock-", dir=fast_folder()) as folder:
        faults = clock.run(Path(folder), count=2, seed=SEED, command=WEAK)

    assert any("was dropped" in fault for fault in faults), faults
