"""The figures the engine is to reach, beside those it reached on the reference sheet.

What it reached on the steeper sheet stands beside them, where it was measured.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import Any

Summary = Mapping[str, Any]

ERROR, RMSE = 0.92, 0.90  # of the raw mean's, at severity 0.7
SAME_TAU = 0.003
COVERAGE = (0.87, 0.92)  # of 90 % intervals
REVIEWS = 2.5  # of a work, when they are asked for only where they are needed
FRAGILE = 3  # errors among fragile works, times those among stable ones
FALSE_ALARMS = 0.08
EXACT = 1e-12
STEEPER = "steeper sheet, "  # begins the names of worlds marked on it


@dataclass(frozen=True, slots=True)
class Target:
    """Met when ``least <= measured <= most``."""

    name: str
    measured: float
    least: float = -inf
    most: float = inf

    @property
    def met(self) -> bool:
        return self.least <= self.measured <= self.most


def targets(summary: Summary) -> list[dict[str, Any]]:
    """All targets in the order they are printed, with ``met`` and what the steeper sheet gives."""
    both = zip(_of_sheet(summary, ""), _of_sheet(summary, STEEPER), strict=True)
    rows = [_row(target) | _beside(target, other.measured) for target, other in both]
    return rows + [_row(target) for target in _rest(summary)]


def _row(target: Target) -> dict[str, Any]:
    bounds = {"least": target.least, "most": target.most}
    finite = {name: value for name, value in bounds.items() if abs(value) < inf}
    return {"name": target.name, "measured": target.measured, **finite, "met": target.met}


def _beside(target: Target, measured: float) -> dict[str, Any]:
    return {"steeper": measured, "steeper_met": replace(target, measured=measured).met}


def _of_sheet(summary: Summary, sheet: str) -> Iterator[Target]:
    """Targets that depend on the sheet; ``sheet`` begins the names of its worlds."""
    yield from _accuracy(_worlds_of(summary["accuracy"], sheet))
    yield from _adaptive(_worlds_of(summary["adaptive"], sheet))


def _worlds_of(worlds: Summary, sheet: str) -> Summary:
    return {
        name.removeprefix(sheet): world for name, world in worlds.items() if name.startswith(sheet)
    }


def _accuracy(worlds: Summary) -> Iterator[Target]:
    severe = worlds["severity 0.7"]
    ours, raw = severe["calibrated"], severe["raw_mean"]
    yield Target("severity 0.7: error / raw", ours["error"] / raw["error"], most=ERROR)
    yield Target("severity 0.7: rmse / raw", ours["rmse"] / raw["rmse"], most=RMSE)
    for name in ("severity 0", "severity 0.2", "severity 0.3"):
        gain = worlds[name]["calibrated"]["minus_raw"]["tau"]["mean"]
        yield Target(f"{name}: tau - raw", gain, -SAME_TAU, SAME_TAU)
    for name in ("severity 0", "severity 0.3", "severity 0.7", "trained 0.2"):
        yield Target(f"{name}: 90 % intervals cover", worlds[name]["coverage"], *COVERAGE)
    yield Target("severity 0.7: fragile / stable errors", fragility(severe), least=FRAGILE)


def fragility(world: Summary) -> float:
    """Errors among decisions not called stable, times those among stable ones."""
    stable = world["stable.wrong"] / max(world["stable.works"], EXACT)
    fragile = world["fragile.wrong"] / max(world["fragile.works"], EXACT)
    return float(fragile / stable) if stable else inf


def _adaptive(worlds: Summary) -> Iterator[Target]:
    for setting in ("severity 0.7", "severity 0.3"):
        ways = worlds[setting]
        for way in ("gentle", "three_at_most", "thorough"):
            title = f"{setting}, {way}"
            ratio = ways[way]["error"] / ways["raw_3"]["error"]
            yield Target(f"{title}: reviews of a work", ways[way]["reviews"], most=REVIEWS)
            yield Target(f"{title}: error / three for all, raw", ratio, most=1.0)


def _rest(summary: Summary) -> Iterator[Target]:
    alarms = summary["favours"]["no favours"]["alarm"]["share"]
    yield Target("no favours: family-wise false alarms", alarms, most=FALSE_ALARMS)
    wrong = summary["selection"]["mismatches"]
    yield Target("live programme: differs from trying all", wrong, most=0)
    gap = summary["alpha"]["largest_difference"]
    yield Target("alpha: differs from coincidences by", gap, most=EXACT)
