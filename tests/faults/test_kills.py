"""A short form of `python -m tests.faults.kills`. Its checks are those of the crash images, whose tests show what they catch."""

import tempfile
from pathlib import Path

from tests.faults import kills
from tests.faults.disk import Disk, fast_folder
from tests.faults.nursery import Nursery

SEED = 20_261_125
KILLS = 20


def test_nothing_acked_is_lost_or_there_twice_when_the_process_is_killed_at_work():
    with tempfile.TemporaryDirectory(prefix="chatweb-kills-", dir=fast_folder()) as folder:
        disk = Disk(Path(folder))
        server = Nursery(disk, limits="off").start()  # the same program, started in less time; `tests/live/test_kill.py` starts it whole
        try:
            report = kills.run(server, count=KILLS, seed=SEED)
        finally:
            server.stop()
            disk.close()
    print(report)

    assert report.faults == []
    assert report.kills == KILLS
    assert report.under_way > KILLS / 2, "for this test to mean anything, somebody waits for an answer"
    assert report.asked_again > KILLS, "for this test to mean anything"
