"""Marks of a marathon as pictures: who gave what to which work, and how far apart they lie."""

from collections.abc import Iterable, Mapping, Sequence

from review_api import charts
from schemas.base import Schema
from schemas.review import Review

WIDTH = 10
"""Of a group of differences, in points of the hundred."""


class MarkedWork(Schema):
    """``marks`` are points of the hundred by expert; only sent reviews count."""

    id: str
    number: int
    marks: dict[str, float]

    @property
    def difference(self) -> float:
        return max(self.marks.values()) - min(self.marks.values())


def marked_works(numbers: Mapping[str, int], reviews: Iterable[Review]) -> list[MarkedWork]:
    """Works with marks in the order of their numbers; of two marks of one expert the later."""
    found: dict[str, dict[str, float]] = {}
    for one in sorted(reviews, key=lambda one: (one.submitted_at, one.id)):
        if one.submission_id in numbers and one.score is not None:
            found.setdefault(one.submission_id, {})[one.expert_id] = one.score
    works = (MarkedWork(id=key, number=numbers[key], marks=marks) for key, marks in found.items())
    return sorted(works, key=lambda one: one.number)


def marks_chart(works: Sequence[MarkedWork], names: Mapping[str, str]) -> charts.Chart:
    """Works down, the experts who marked them across, by name."""
    experts = sorted({key for one in works for key in one.marks}, key=lambda key: (names[key], key))
    titles = distinct(experts, names)
    return charts.heat_map(
        "Кто как оценил",
        [f"№ {one.number}" for one in works],
        [titles[key] for key in experts],
        {
            (f"№ {one.number}", titles[key]): round(score, 1)
            for one in works
            for key, score in one.marks.items()
        },
        row_name="Работа",
    )


def distinct(experts: Sequence[str], names: Mapping[str, str]) -> dict[str, str]:
    """A column each: namesakes get a number."""
    seen: dict[str, int] = {}
    titles = {}
    for key in experts:
        seen[names[key]] = seen.get(names[key], 0) + 1
        again = seen[names[key]]
        titles[key] = names[key] if again == 1 else f"{names[key]} ({again})"
    return titles


def differences_chart(works: Iterable[MarkedWork]) -> charts.Chart:
    """How many works have their highest and lowest mark how far apart."""
    counts = dict.fromkeys(range(0, 100, WIDTH), 0)
    for one in works:
        if len(one.marks) > 1:
            counts[min(int(one.difference // WIDTH) * WIDTH, 100 - WIDTH)] += 1
    last = max((low for low, count in counts.items() if count), default=0)
    return charts.columns(
        "Разница между высшей и низшей оценкой одной работы",
        {f"{low}–{low + WIDTH}": (counts[low],) for low in counts if low <= last},
        ("работ",),
        row_name="Разница, баллов",
        total_name="Всего",
    )
