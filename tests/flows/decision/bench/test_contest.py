"""The whole benchmark on a small run: its shape, its targets, and that workers do not matter."""

import os

import numpy as np
import pytest

from flows.decision.bench import contest, parallel, timing
from flows.decision.bench.contest import Study, replicate
from flows.decision.bench.methods import METHODS
from flows.decision.bench.targets import STEEPER, Target, fragility

TASKS = [("accuracy", name, number) for name in ("30 works", "severity 1") for number in (0, 1)]


def test_parallel_figures_equal_those_made_one_after_another():
    two = parallel.each(replicate, TASKS, workers=2)

    assert two[0] != two[1]
    for figures, task in zip(two, TASKS, strict=True):
        assert figures == pytest.approx(replicate(task), rel=1e-9)


def test_processes_use_one_thread_and_the_setting_is_put_back(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    with parallel.one_thread():
        assert os.environ["OMP_NUM_THREADS"] == os.environ["OPENBLAS_NUM_THREADS"] == "1"

    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "OPENBLAS_NUM_THREADS" not in os.environ


def test_settings_differ_in_seed_so_that_no_world_is_counted_twice():
    worlds = [(setting.tag, setting.cuts) for setting in contest.SETTINGS.values()]

    assert len(set(worlds)) == len(worlds)


def test_paired_difference_by_hand():
    found = contest.paired(np.array([3.0, 5.0]), np.array([1.0, 1.0]))

    assert found == {"mean": 3.0, "standard_error": pytest.approx(1.0)}


@pytest.mark.parametrize(
    ("target", "met"),
    [
        (Target("a", 0.92, most=0.92), True),
        (Target("a", 0.921, most=0.92), False),
        (Target("a", 2.99, least=3), False),
        (Target("a", -0.004, -0.003, 0.003), False),
    ],
)
def test_target_is_met_within_its_bounds_only(target, met):
    assert target.met is met


def test_fragility_compares_shares_of_errors_not_their_numbers():
    world = {"stable.works": 0.75, "stable.wrong": 0.075, "fragile.works": 0.25}

    assert fragility(world | {"fragile.wrong": 0.075}) == pytest.approx(3)


def test_time_and_memory_of_a_method_are_measured():
    row = timing.measure("calibrated", "60x24")

    assert 0 < row["cpu_seconds"] < 10
    assert row["peak_mb"] >= row["problem_mb"] > 20


def test_small_run_prints_every_method_beside_ours_and_every_target(monkeypatch, capsys):
    small = {name: Study(plan.figures, plan.settings) for name, plan in contest.STUDIES.items()}
    monkeypatch.setattr(contest, "STUDIES", small)

    summary = contest.run(replications=2, workers=1, sizes=())

    printed = capsys.readouterr()
    names = [target["name"] for target in summary["targets"]]
    assert all(name in printed.out for name in [*names, *contest.SETTINGS, *METHODS])
    verdicts = printed.out.count(" met") + printed.out.count("MISSED")
    on_both = sum("steeper" in target for target in summary["targets"])
    assert verdicts == len(names) + on_both > 40
    assert "86 of 86 marathons" in printed.err
    assert printed.out.count(STEEPER + "severity 0.7") > 3
    severe = summary["accuracy"]["severity 1"]
    assert severe["calibrated"]["rmse"] < severe["raw_mean"]["rmse"]
    assert severe["raw_mean"]["minus_raw"]["tau"] == {"mean": 0.0, "standard_error": 0.0}
    assert set(summary["adaptive"]) == set(contest.STUDIES["adaptive"].settings)
