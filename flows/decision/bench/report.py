"""The benchmark's figures as tables a person reads."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flows.decision.bench.methods import METHODS
from flows.decision.bench.targets import fragility

Summary = Mapping[str, Any]
Cells = Sequence[str]

FIRST, REST = 34, 17  # widths of columns
WAYS = (
    "raw_2",
    "raw_3",
    "raw_4",
    "calibrated_2",
    "calibrated_3",
    "calibrated_4",
    "third_mark_final",
    "random_extra",
    "gentle",
    "three_at_most",
    "thorough",
)


def show(summary: Summary) -> None:
    """Print everything; measures of the other methods stand beside ours."""
    _accuracy(summary["accuracy"])
    _decisions(summary["accuracy"])
    for setting, ways in summary["adaptive"].items():
        _adaptive(setting, ways)
    _caps(summary["caps"])
    _live(summary["live"])
    _favours(summary["favours"])
    _processor(summary["processor"])
    _targets(summary["targets"])


def _accuracy(worlds: Summary) -> None:
    for measure in ("tau", "top", "error", "rmse"):
        digits = 2 if measure == "rmse" else 4
        rows = (
            (name, *(_beside_raw(world[method], measure, digits) for method in METHODS))
            for name, world in worlds.items()
        )
        _table(f"{measure} (difference to raw ± its standard error)", tuple(METHODS), rows)


def _beside_raw(row: Summary, measure: str, digits: int) -> str:
    gap = row["minus_raw"][measure]
    if not gap["mean"] and not gap["standard_error"]:
        return f"{row[measure]:.{digits}f}"
    return f"{gap['mean']:+.{digits}f}±{gap['standard_error']:.{digits}f}"


def _decisions(worlds: Summary) -> None:
    heads = ["error / raw", "rmse / raw", "gate applies", "severity ratio", "coverage"]
    heads += ["score±1.645sd", "fragile/stable", "called third"]
    rows = (
        (
            name,
            *(f"{world['calibrated'][of] / world['raw_mean'][of]:.3f}" for of in ("error", "rmse")),
            *(f"{world[of]:.3f}" for of in ("applied", "ratio", "coverage", "coverage_of_score")),
            f"{fragility(world):.2f}",
            f"{world['third_mark_reviews']:.2f}",
        )
        for name, world in worlds.items()
    )
    _table("calibrated", heads, rows)


def _adaptive(setting: str, ways: Summary) -> None:
    rows = (
        (
            way,
            *(f"{ways[way][of]:.4f}" for of in ("reviews", "error", "error_se")),
            f"{ways[way]['open']:.3f}" if "open" in ways[way] else "",
        )
        for way in WAYS
    )
    _table(f"reviews and errors, {setting}", ("reviews", "error", "± se", "left open"), rows)


def _caps(worlds: Summary) -> None:
    for setting, ways in worlds.items():
        raw = ways["raw_mean"]
        rows = (
            (way, *(f"{row[of] / raw[of]:.3f}" for of in ("error", "rmse")), f"{row['tau']:.4f}")
            for way, row in ways.items()
        )
        _table(f"largest correction, {setting}", ("error / raw", "rmse / raw", "tau"), rows)


def _live(worlds: Summary) -> None:
    heads = ("quality", "talk", "both")
    for setting, ways in worlds.items():
        rows = ((way, *(f"{row[of]:.2f}" for of in heads)) for way, row in ways.items())
        _table(f"live programme by recommendation bonus, {setting}", heads, rows)


def _favours(worlds: Summary) -> None:
    heads = ("tested", "alarm", "false_alarm", "hit", "notice", "hit_notice")
    rows = ((name, *(f"{row[of]['share']:.3f}" for of in heads)) for name, row in worlds.items())
    _table("test between municipalities", heads, rows)


def _processor(sizes: Summary) -> None:
    for size, methods in sizes.items():
        rows = ((method, *_cost(row)) for method, row in methods.items())
        _table(f"works x experts {size}", ("CPU s", "x raw", "peak MiB", "before MiB"), rows)


def _cost(row: Summary) -> Cells:
    if "failed" in row:
        return (str(row["failed"]),)
    ratio = f"{row.get('ratio_to_raw_mean', 1):.1f}"
    return f"{row['cpu_seconds']:.4f}", ratio, f"{row['peak_mb']:.0f}", f"{row['problem_mb']:.0f}"


def _targets(rows: Iterable[Summary]) -> None:
    lines = (
        (
            row["name"],
            f"{row['measured']:.4g}",
            f"{row['least']:g}" if "least" in row else "",
            f"{row['most']:g}" if "most" in row else "",
            _verdict(row["met"]),
            *((f"{row['steeper']:.4g}", _verdict(row["steeper_met"])) if "steeper" in row else ()),
        )
        for row in rows
    )
    _table("targets", ("measured", "least", "most", "", "steeper sheet", ""), lines, first=54)


def _verdict(met: bool) -> str:  # noqa: FBT001 - a cell
    return "met" if met else "MISSED"


def _table(title: str, heads: Cells, rows: Iterable[Cells], first: int = FIRST) -> None:
    _say(f"\n{title:{first}}" + "".join(f"{head:>{REST}}" for head in heads))
    for name, *cells in rows:
        _say(f"{name:{first}}" + "".join(f"{cell:>{REST}}" for cell in cells))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
