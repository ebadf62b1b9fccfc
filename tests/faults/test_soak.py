"""A short soak: whoever has gone leaves nothing behind; and what it would say of a server where they do."""

import pytest

from tests.faults import soak
from tests.faults.soak import MIB, CountedServer, Report, Sample

CALM = Sample(10, 100 * MIB, 38, 12, 6)


def test_a_server_is_where_it_was_when_everybody_has_gone(tmp_path):
    server = CountedServer(tmp_path, limits="off").start()
    try:
        report = soak.run(server, seconds=24, seed=1)
    finally:
        server.stop()

    assert report.faults == [], str(report)
    assert report.connections >= 3 * soak.AT_ONCE, "for this test to mean anything, people come and go"
    assert len(report.samples) >= 2


def judged(*, seconds=3600, log=0, **last):
    samples = [CALM] * 3 + [
        Sample(**{"at": seconds, "memory": 100 * MIB, "descriptors": 38, "threads": 12, "green_threads": 6, **last})
    ] * 3
    report = Report(1, seconds=seconds, log=log, samples=samples)
    report.judge()
    return report.faults


@pytest.mark.parametrize(
    ("grown", "told"),
    [
        ({"descriptors": 39}, "descriptors: 38 at first, 39 in the end"),
        ({"threads": 13}, "threads: 12 at first, 13 in the end"),
        ({"green_threads": 7}, "green_threads: 6 at first, 7 in the end"),
        ({"memory": 102 * MIB}, "memory grew by 2.0 MiB, 2.01 MiB an hour"),
        ({"memory": 105 * MIB, "seconds": 30}, "memory grew by 5.0 MiB, 900.00 MiB an hour"),
        ({"log": 65 * MIB}, "the write-ahead log had 65 MiB"),
    ],
)
def test_what_has_grown_is_told(grown, told):
    assert judged() == []
    assert judged(**grown) == [told]
