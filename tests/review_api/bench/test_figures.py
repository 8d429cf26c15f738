"""What the generators saw is summed up as it was: percentiles, errors by kind, ratios."""

import pytest

from review_api.bench.deadline import errors, flattened, goals
from review_api.bench.figures import Sample, percentiles, ratios, summary, told


def test_percentiles_are_of_what_went_well_alone():
    fine = [Sample("page", 0.0, one / 1000) for one in range(1, 101)]
    broken = [Sample("page", 0.0, 60.0, "503"), Sample("page", 0.0, 60.0, "TimeoutError")]
    found = told([*fine, *broken])
    assert found["count"] == 102
    assert found["errors"] == {"503": 1, "TimeoutError": 1}
    assert found["p50"] == pytest.approx(50.5)
    assert found["p99"] == pytest.approx(99.0, abs=0.1)
    assert found["max"] == 100.0


def test_what_never_went_well_has_no_percentiles():
    found = told([Sample("page", 0.0, 1.0, "500")])
    assert "p50" not in found
    assert found["per_second"] == 0


def test_a_single_answer_is_every_percentile():
    assert percentiles([7.0]) == {"p50": 7.0, "p95": 7.0, "p99": 7.0, "max": 7.0}


def test_things_are_told_apart_by_name():
    found = summary([Sample("form", 0.0, 1.0), Sample("parts", 0.0, 2.0), Sample("form", 1.0, 1.0)])
    assert {name: one["count"] for name, one in found.items()} == {"form": 2, "parts": 1}


def test_ratios_are_ours_to_the_plain_servers_where_both_are_known():
    assert ratios({"p50": 30.0, "p95": 90.0}, {"p50": 10.0, "p99": 5.0}) == {"p50": 3.0}


def day(**changes):
    fine = {"count": 10, "errors": {}, "p95": 100.0, "p99": 900.0}
    scenes = {"uploads": {"steady": fine, "burst": fine}, "autosave": fine}
    return {"ours": scenes | changes, "losses": {"lost": 0, "doubled": 0}}


def test_goals_are_met_by_figures_within_them():
    assert all(one["met"] for one in goals(day()))


@pytest.mark.parametrize(
    ("changes", "missed"),
    [
        ({"autosave": {"errors": {}, "p95": 201.0}}, "autosave, p95, ms"),
        ({"autosave": {"errors": {"503": 1}, "p95": 1.0}}, "errors but 413 and 429"),
        (
            {"uploads": {"steady": {"errors": {}, "p99": 3001.0}}},
            "uploads, p99, ms",
        ),
    ],
)
def test_a_goal_that_is_missed_is_said_to_be(changes, missed):
    assert [one["goal"] for one in goals(day(**changes)) if not one["met"]] == [missed]


def test_deliberate_refusals_are_no_errors():
    scenes = flattened(day(autosave={"errors": {"413": 2, "429": 3, "500": 1}})["ours"])
    assert errors(scenes) == 1
