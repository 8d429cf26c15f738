"""What the load generators saw, summed up: percentiles, errors by kind, answers a second."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

FINE = ""


class Sample(NamedTuple):
    """One thing done by one client.

    ``seconds`` count from when it was due, so that a generator kept waiting hides nothing;
    ``outcome`` is empty when all went well, otherwise a status or the kind of a broken connection.
    """

    name: str
    due: float
    seconds: float
    outcome: str = FINE


def summary(samples: Iterable[Sample]) -> dict[str, dict[str, Any]]:
    """By name of what was done; times in milliseconds."""
    by_name: Mapping[str, list[Sample]] = defaultdict(list)
    for one in samples:
        by_name[one.name].append(one)
    return {name: told(found) for name, found in sorted(by_name.items())}


def told(samples: list[Sample]) -> dict[str, Any]:
    """Percentiles of what went well, errors of what did not, and how many a second went well."""
    fine = [one for one in samples if one.outcome == FINE]
    lasted = max(one.due + one.seconds for one in samples) - min(one.due for one in samples)
    return {
        "count": len(samples),
        "errors": dict(Counter(one.outcome for one in samples if one.outcome != FINE)),
        "per_second": round(len(fine) / max(lasted, 0.001), 2),
        **percentiles([one.seconds * 1000 for one in fine]),
    }


def percentiles(milliseconds: list[float]) -> dict[str, float]:
    """The 50th, 95th and 99th, and the longest; nothing of nothing."""
    if not milliseconds:
        return {}
    whole = [*milliseconds, milliseconds[0]] if len(milliseconds) == 1 else milliseconds
    cuts = statistics.quantiles(whole, n=100, method="inclusive")
    named = {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "max": max(milliseconds)}
    return {name: round(value, 1) for name, value in named.items()}


def ratios(ours: Mapping[str, Any], plain: Mapping[str, Any]) -> dict[str, float]:
    """How many times the plain server's figures ours are, where both have them."""
    shared = [name for name in ("p50", "p95", "p99", "cpu_ms") if plain.get(name) and name in ours]
    return {name: round(ours[name] / plain[name], 2) for name in shared}
