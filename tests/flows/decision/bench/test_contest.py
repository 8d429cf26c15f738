"""The benchmark measures what it says, on a small run."""

import pytest

from flows.decision.bench import contest as bench


def test_simulated_marathon_is_repeatable_and_lawful():
    one, two = bench.simulate(20, 0.5, (1, 2)), bench.simulate(20, 0.5, (1, 2))

    assert one == two
    assert all(len({review.expert for review in panel}) == 4 for panel in one.reviews)
    assert sum(score >= one.threshold for score in one.truth.values()) == 12


def test_corrections_win_where_experts_differ_and_harm_nothing_where_they_do_not():
    report = bench.run(severities=(0.0, 1.0), replications=6, sizes=(30,))
    alike, differing = report["scenarios"]

    assert alike["ratio_to_plain_mean"]["rmse"] == pytest.approx(1, abs=0.03)
    assert differing["ratio_to_plain_mean"]["rmse"] < 0.9
    assert differing["calibrated"]["error"] < differing["plain_mean"]["error"]
    assert differing["stability"]["fragile_error"] > 2 * differing["stability"]["stable_error"]
    assert differing["adaptive"]["reviews_per_work"] < 3
    assert [row["works"] for row in report["processor"]] == [30]
