"""The fast form of the mixed faults: five runs of 15 s, and what their plans promise."""

from tests.faults import mixed, trouble

SEEDS = list(range(10, 15))
SECONDS = 15


def plans():
    return [trouble.plan(seed, SECONDS, mixed.PEOPLE) for seed in SEEDS]


def test_a_plan_is_a_function_of_its_seed_and_five_of_them_have_all_twelve_faults():
    assert plans() == plans()
    assert {fault.kind for plan in plans() for fault in plan} == set(trouble.KINDS)
    assert len(trouble.KINDS) == 12


def test_whatever_happens_nothing_acked_is_lost_and_everybody_sees_the_same():
    reports = mixed.run_many(SEEDS, SECONDS, jobs=3)

    assert [finding for report in reports for finding in report.findings] == [], "\n".join(map(str, reports))
    for report, plan in zip(reports, plans(), strict=True):
        assert report.faults == [fault.kind for fault in plan]
        assert report.posts.get("ok", 0) > 20, "for this test to mean anything, people talk"
        assert report.connections > mixed.PEOPLE, "… and lines break"
    assert sum(report.posts.get("unknown", 0) for report in reports) > 0, "… and answers are lost"
