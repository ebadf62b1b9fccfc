"""A short form of ``python -m tests.faults.hostile_files``, and proof that it sees what it is for."""

import random

import pytest

from tests.faults import hostile_files
from tests.faults.hostile_files import KINDS, _check_kept

COUNT, SEED, JOBS = 300, "4", 2
# What a machine with other work may add to the p50 and p99 (times of the calm, ms more). A picture that is decoded on the
# hub takes seconds; the figure of the rule, 20 ms, is for the long form on a machine that does nothing else.
P50, P99 = (5, 50), (10, 500)
MORE = 40 * 1024**2  # bytes of memory


def test_hostile_files_are_refused_or_harmless_and_the_others_do_not_feel_them(start_server):
    report = hostile_files.run(start_server(limits="off"), count=COUNT, seed=SEED, jobs=JOBS, calm=1.5)

    assert report.outcome.faults == []
    assert set(report.outcome.sent) == set(KINDS), "for this test to mean anything"
    assert report.outcome.answers[201] > COUNT / 2, "for this test to mean anything"
    assert report.left == []
    assert report.more < MORE
    assert report.talked > 20
    for now, calm, (times, more) in zip(report.beside, report.calm, (P50, P99), strict=False):
        assert now <= times * calm + more, str(report)


def test_the_same_seed_sends_the_same():
    one, other = ([hostile_files.case(dice) for _ in range(50)] for dice in (random.Random("4"), random.Random("4")))

    assert one == other


class Answers:
    """A server that answers one file."""

    def __init__(self, content=b"isi", **headers):
        self.status_code = 200
        self.content = content
        self.headers = {
            "Content-Type": "application/octet-stream",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Content-Disposition": "attachment; filename=a",
            **headers,
        }

    def get(self, *_arguments, **_options):
        return self


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (Answers(b"lain lagi"), "a"),
        (Answers(**{"Content-Type": "text/html"}), "a"),
        (Answers(**{"Content-Disposition": "inline; filename=a"}), "a"),
        (Answers(**{"X-Content-Type-Options": ""}), "a"),
        (Answers(**{"Content-Security-Policy": "default-src 'self'"}), "a"),
        (Answers(), "a/b"),
        (Answers(), "a" * 121),
    ],
)
def test_it_sees_a_file_that_is_not_harmless(answer, name):
    _check_kept(0, Answers(), {"url": "/a", "name": "a"}, b"isi")

    with pytest.raises(AssertionError):
        _check_kept(0, answer, {"url": "/a", "name": name}, b"isi")
