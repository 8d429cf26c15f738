"""What Prefect keeps of a plan: its numbers, without names, titles or anything else personal.

Works are known by their numbers and municipalities by their names, people only by how many.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from flows.assignment.naming import NEW_PLACE
from schemas.assignment import PLAN_KIND_NAMES, Plan
from schemas.assignment_problem import Deficit, Problem, Result
from schemas.base import Schema
from storage.work import Work

Table = list[dict[str, str | int]]

STATUS_WORDS: Mapping[str, str] = {
    "optimal": "лучший из возможных, доказано",
    "feasible": "по правилам; лучший или нет, показывает разрыв",
    "infeasible": "мест не хватает, показан самый полный",
}


class Artefacts(Schema):
    """Markdown with the figures and two tables, ready to be shown."""

    figures: str
    places: Table
    tracks: Table


class Labels(Schema):
    """Names that are nobody's: numbers of works, names of municipalities, by id."""

    works: dict[str, int]
    places: dict[str, str]

    def place(self, municipality: str) -> str:
        return self.places.get(municipality, NEW_PLACE)


def labels_of(work: Work, problem: Problem) -> Labels:
    submissions = work.submissions.many(one.id for one in problem.submissions)
    return Labels(
        works={one.id: one.number for one in submissions.values()},
        places={one.id: one.name for one in work.municipalities.all()},
    )


def artefacts(plan: Plan, labels: Labels) -> Artefacts:
    problem, result = Problem.model_validate(plan.problem), Result.model_validate(plan.result)
    return Artefacts(
        figures="\n".join(figures(plan, result, labels)),
        places=places(problem, result, labels),
        tracks=tracks(problem, result),
    )


def figures(plan: Plan, result: Result, labels: Labels) -> Iterator[str]:
    yield f"# План назначения: {PLAN_KIND_NAMES[plan.kind]}\n"
    yield "| показатель | значение |\n|---|---|"
    for name, value in rows(plan, result):
        yield f"| {name} | {value} |"
    if result.deficits:
        yield "\n## Чего не хватает\n"
        yield from (shortage(one, labels) for one in result.deficits)


def rows(plan: Plan, result: Result) -> Iterator[tuple[str, str]]:
    metrics = result.metrics
    yield "Итог", STATUS_WORDS[result.status]
    yield "Назначений", f"{len(result.pairs)} из {plan.figures.wanted}"
    yield "Сумма близости", f"{result.total:.4f}"
    if result.draw:
        yield "Жребий: пара не вероятнее", f"{result.draw.cap:.2f}"
        yield "Жребий: сумма в среднем", f"{result.draw.expected:.4f}"
        yield "Жребий: в среднем больше не бывает", f"{result.draw.bound:.4f}"
    else:
        yield "Больше не бывает", f"{result.bound:.4f}"
        yield "Разрыв", f"{result.gap:.4f}"
    yield "Средняя близость", f"{metrics.mean:.4f}"
    yield "Слабейшая работа", f"{metrics.min:.4f}"
    yield "Работа на 5-м процентиле", f"{metrics.p5:.4f}"
    yield "Неравенство нагрузки (Джини)", f"{metrics.load_gini:.3f}"
    yield "Нарушений правил", str(sum(metrics.violations.values()))
    if result.connectivity:
        yield "Связность: частей", str(result.connectivity.components)
        yield "Связность: λ₂", f"{result.connectivity.link:.3f}"


def shortage(deficit: Deficit, labels: Labels) -> str:
    numbers = sorted(labels.works[key] for key in deficit.submissions if key in labels.works)
    works = ", ".join(f"№ {number}" for number in numbers) or "все"
    return (
        f"- не хватает экспертиз: {deficit.missing}; работы: {works}; "
        f"экспертов, которые могли бы помочь: {len(deficit.experts)}"
    )


def places(problem: Problem, result: Result, labels: Labels) -> Table:
    """Rows are homes of works, columns those of experts."""
    homes = {one.id: labels.place(one.municipality) for one in problem.submissions}
    seats = {one.id: labels.place(one.municipality) for one in problem.experts}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for submission, expert, _ in result.pairs:
        counts[homes[submission]][seats[expert]] += 1
    columns = sorted(set(seats.values()))
    return [
        {"Работы": home, **{seat: counts[home][seat] for seat in columns}}
        for home in sorted(set(homes.values()))
    ]


def tracks(problem: Problem, result: Result) -> Table:
    """How many reviews every track has and lacks."""
    track = {one.id: one.track for one in problem.submissions}
    placed = Counter(track[submission] for submission, _, _ in result.pairs)
    wanted: Counter[str] = Counter()
    for one in problem.submissions:
        wanted[one.track] += problem.policy.reviews if one.reviews is None else one.reviews
    works = Counter(track.values())
    return [
        {
            "Направление": name,
            "Работ": works[name],
            "Нужно экспертиз": wanted[name],
            "Назначено": placed[name],
            "Не хватает": max(0, wanted[name] - placed[name]),
        }
        for name in sorted(works)
    ]
