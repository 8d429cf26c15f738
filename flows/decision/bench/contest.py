"""How good and how fast the scores are: simulated marathons with a known truth, all ways beside ours.

What is simulated is said in ``worlds``, what is measured in ``measuring``, ``adaptive`` and
``special``. Here it is put together: replications in parallel, means, paired differences to the
raw mean with their standard errors, and the figures the engine is to reach.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from flows.decision.bench import adaptive, exactness, measuring, parallel, report, special, timing
from flows.decision.bench.layouts import Layout
from flows.decision.bench.measuring import Figures
from flows.decision.bench.targets import STEEPER, targets
from flows.decision.bench.worlds import CUTS_STEEPER, Setting
from flows.decision.engine.severity import Floats

REPLICATIONS = 200

TRAINED = 0.4  # halo of trained raters, whose reviews agree as the published crossed ratings do
_GENERAL: Mapping[str, Setting] = {
    "severity 0": Setting(10, severity=0),
    "severity 0.2": Setting(11, severity=0.2),
    "severity 0.3": Setting(12, severity=0.3),
    "severity 0.5": Setting(13, severity=0.5),
    "severity 0.7": Setting(14),
    "severity 1": Setting(15, severity=1),
    "30 works": Setting(16, works=30),
    "150 works": Setting(17, works=150),
    "trained 0.15": Setting(18, severity=0.15, halo=TRAINED),
    "trained 0.2": Setting(19, severity=0.2, halo=TRAINED),
    "scale use 0.3": Setting(20, scale_use=0.3),
    "careless 8 %": Setting(21, careless=0.08),
    "favours 1.5": Setting(22, favour=1.5, mutual=True),
    "two halves": Setting(23, layout=Layout.HALVES),
    "closed panels": Setting(24, layout=Layout.CLOSED),
    "swapped panels": Setting(25, layout=Layout.SWAPPED),
    "anchored panels": Setting(26, layout=Layout.ANCHORED),
}
_ON_BOTH_SHEETS = (
    "severity 0",
    "severity 0.2",
    "severity 0.3",
    "severity 0.7",
    "severity 1",
    "trained 0.2",
)
_STEEPER: Mapping[str, Setting] = {
    STEEPER + name: replace(_GENERAL[name], cuts=CUTS_STEEPER) for name in _ON_BOTH_SHEETS
}
"""The same experts, works and noise, marked on a sheet whose levels are closer to each other."""
_FAVOURS: Mapping[str, Setting] = {
    "no favours": Setting(30),
    "favour 0.7": Setting(31, favour=0.7),
    "favour 1.2": Setting(32, favour=1.2),
    "favour 2": Setting(33, favour=2),
    "no favours, 200 works": Setting(34, works=200),
    "favour 0.7, 200 works": Setting(35, works=200, favour=0.7),
    "favour 1.2, 200 works": Setting(36, works=200, favour=1.2),
}
SETTINGS: Mapping[str, Setting] = {**_GENERAL, **_STEEPER, **_FAVOURS}
"""Severity is 0.7 of the spread of quality unless said otherwise."""


@dataclass(frozen=True, slots=True)
class Study:
    """``times`` is how many times the usual replications are run."""

    figures: Callable[[Setting, int], Figures]
    settings: Sequence[str]
    times: int = 1


_SEVERE = ("severity 0.7", "severity 1")
STUDIES: Mapping[str, Study] = {
    "accuracy": Study(measuring.accuracy, (*_GENERAL, *_STEEPER)),
    "adaptive": Study(
        adaptive.study,
        (
            "severity 0.7",
            "severity 0.3",
            "trained 0.2",
            "careless 8 %",
            STEEPER + "severity 0.7",
            STEEPER + "severity 0.3",
        ),
    ),
    "caps": Study(special.caps, (*_SEVERE, "careless 8 %", *(STEEPER + name for name in _SEVERE))),
    "live": Study(special.live, ("severity 0.3", "severity 0.7")),
    "null": Study(special.favours, ("no favours",), times=5),
    "favours": Study(special.favours, tuple(_FAVOURS)[1:]),
}

Task = tuple[str, str, int]
Arrays = Mapping[str, Floats]
Measured = Mapping[str, Mapping[str, Arrays]]


def run(
    *,
    replications: int = REPLICATIONS,
    workers: int | None = None,
    large: bool = False,
    sizes: Sequence[str] = tuple(timing.SIZES),
) -> dict[str, Any]:
    """Measure everything, print the tables, return the figures.

    Errors are shares of works on the wrong side of the threshold, ``rmse`` is in points. ``large``
    adds 20,000 works to the ``sizes`` timed. The figures of marathons are the same for any number
    of ``workers``.
    """
    measured = simulated(replications, workers=workers)
    summary = {
        "replications": replications,
        "accuracy": {name: _scored(arrays) for name, arrays in measured["accuracy"].items()},
        **{
            study: {name: _means(arrays) for name, arrays in measured[study].items()}
            for study in ("adaptive", "caps", "live")
        },
        "favours": {
            name: _means(arrays)
            for name, arrays in (measured["null"] | measured["favours"]).items()
        },
        "selection": exactness.selection(),
        "alpha": exactness.alpha(),
        "processor": timing.compare([*sizes, *(timing.LARGE if large else ())]),
    }
    summary["targets"] = targets(summary)
    report.show(summary)
    return summary


def simulated(replications: int, *, workers: int | None = None) -> dict[str, dict[str, Arrays]]:
    """Every figure of every replication, by study and setting."""
    tasks = [
        (study, setting, number)
        for study, plan in STUDIES.items()
        for setting in plan.settings
        for number in range(replications * plan.times)
    ]
    answers = parallel.each(replicate, tasks, workers=workers)
    gathered: dict[str, dict[str, list[Figures]]] = {}
    for (study, setting, _), figures in zip(tasks, answers, strict=True):
        gathered.setdefault(study, {}).setdefault(setting, []).append(figures)
    return {
        study: {setting: _stacked(rows) for setting, rows in settings.items()}
        for study, settings in gathered.items()
    }


def replicate(task: Task) -> Figures:
    """One replication of one study; nothing but the task decides its figures."""
    study, setting, number = task
    return STUDIES[study].figures(SETTINGS[setting], number)


def _scored(arrays: Arrays) -> dict[str, Any]:
    """Per method the measures and paired differences; the rest of the figures as means."""
    methods = sorted({name.split(".", maxsplit=1)[0] for name in arrays if name.endswith(".tau")})
    rows: dict[str, Any] = {method: _method(arrays, method) for method in methods}
    rest = {name: float(arrays[name].mean()) for name in arrays if not _of(name, methods)}
    return rows | rest | {"third_mark_reviews": float(arrays["third_mark_final.reviews"].mean())}


def _method(arrays: Arrays, method: str) -> dict[str, Any]:
    square = arrays[f"{method}.square"]
    row: dict[str, Any] = {
        measure: float(arrays[f"{method}.{measure}"].mean()) for measure in ("tau", "top", "error")
    }
    row["rmse"] = float(np.sqrt(square.mean()))
    row["minus_raw"] = {
        measure: paired(_measure(arrays, method, measure), _measure(arrays, "raw_mean", measure))
        for measure in ("tau", "top", "error", "rmse")
    }
    return row


def _measure(arrays: Arrays, method: str, measure: str) -> Floats:
    if measure == "rmse":
        root: Floats = np.sqrt(arrays[f"{method}.square"])
        return root
    return arrays[f"{method}.{measure}"]


def paired(one: Floats, other: Floats) -> dict[str, float]:
    """Mean of the paired differences and its standard error."""
    gaps = one - other
    error = gaps.std(ddof=1) / np.sqrt(len(gaps)) if len(gaps) > 1 else 0.0
    return {"mean": float(gaps.mean()), "standard_error": float(error)}


def _means(arrays: Arrays) -> dict[str, dict[str, float]]:
    """``{"way": {"measure": mean, "measure_se": standard error}}``, rmse from mean squares."""
    rows: dict[str, dict[str, float]] = {}
    for name, values in arrays.items():
        way, measure = name.split(".") if "." in name else (name, "share")
        row = rows.setdefault(way, {})
        if measure == "square":
            row["rmse"] = float(np.sqrt(values.mean()))
            continue
        row[measure] = float(values.mean())
        row[f"{measure}_se"] = paired(values, np.zeros_like(values))["standard_error"]
    return rows


def _of(name: str, methods: Sequence[str]) -> bool:
    return name.split(".", maxsplit=1)[0] in methods


def _stacked(rows: Sequence[Figures]) -> Arrays:
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}
