"""A proposed plan as people look at it: panels, loads, who reads whom, proof, what is missing."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from schemas.assignment import Plan
from schemas.assignment_problem import Problem, Result
from schemas.base import Schema
from schemas.cluster import Expert
from schemas.submission import Submission
from storage.work import Work

RULE_NAMES: Mapping[str, str] = {
    "own_municipality": "Свой муниципалитет",
    "own_organisation": "Своя организация",
    "authorship": "Своя работа",
    "conflict": "Конфликт интересов",
    "forbidden": "Отказ или просрочка раньше",
    "track": "Чужое направление",
    "duplicate": "Эксперт дважды у одной работы",
    "max_per_municipality": "Слишком много экспертов из одного муниципалитета",
    "capacity": "Больше нагрузки эксперта",
    "reviews": "Больше экспертиз, чем нужно",
    "senior": "Нет старшего эксперта",
    "reciprocity": "Взаимное оценивание",
    "fixed": "Потеряно закреплённое назначение",
}
STATUS_WORDS: Mapping[str, str] = {
    "optimal": "Лучшего плана по правилам не существует: это доказано.",
    "feasible": "План соблюдает все правила; насколько он близок к лучшему, показывает оценка ниже.",
    "infeasible": "Все правила соблюдены, но мест на все работы не хватает. Показан самый полный план.",
}


class Panel(Schema):
    """A work with the experts proposed for it; ``missing`` is how many there are not."""

    number: int
    title: str
    municipality: str
    experts: tuple[str, ...]
    missing: int
    affinity: float


class Load(Schema):
    name: str
    municipality: str
    works: int
    new: int
    capacity: int
    senior: bool


class Missing(Schema):
    works: tuple[str, ...]
    experts: tuple[str, ...]
    count: int
    text: str
    remedies: tuple[str, ...]


class PlanView(Schema):
    """``matrix`` counts pairs by (place of the work, place of the expert)."""

    panels: tuple[Panel, ...]
    loads: tuple[Load, ...]
    places: tuple[str, ...]
    matrix: dict[str, dict[str, int]]
    pairs: int
    invitations: int
    invited: tuple[str, ...]
    wanted: int
    violations: tuple[tuple[str, int], ...]
    status: str
    status_words: str
    mean: float
    lowest: float
    total: float
    bound: float
    gap: float
    missing: tuple[Missing, ...]


class Registry:
    """Names behind the ids of one plan."""

    def __init__(self, work: Work, problem: Problem, held: set[tuple[str, str]]) -> None:
        self.submissions = work.submissions.many(one.id for one in problem.submissions)
        self.experts = work.experts.many(one.id for one in problem.experts)
        people = work.people.many(one.person_id for one in self.experts.values())
        self.names = {one.id: people[one.person_id].initials for one in self.experts.values()}
        self.places = {one.id: one.name for one in work.municipalities.all()}
        self.held = held

    def home(self, submission: Submission) -> str:
        return self.places[submission.authors[0].municipality_id]

    def seat(self, expert: Expert) -> str:
        return self.places[expert.municipality_id]

    def named(self, expert_id: str) -> str:
        expert = self.experts[expert_id]
        return f"{self.names[expert_id]} ({self.seat(expert)})"


def view(work: Work, plan: Plan) -> PlanView:
    problem = Problem.model_validate(plan.problem)
    result = Result.model_validate(plan.result)
    held = {(i.submission_id, i.expert_id) for i in work.assignments.held(plan.marathon_id)}
    registry = Registry(work, problem, held)
    new = Counter(expert for one, expert, _ in result.pairs if (one, expert) not in held)
    return PlanView(
        panels=panels(problem, result, registry),
        loads=loads(problem, result, registry, new),
        places=tuple(sorted({registry.seat(one) for one in registry.experts.values()})),
        matrix=matrix(result, registry),
        pairs=len(result.pairs),
        invitations=sum(new.values()),
        invited=tuple(sorted(f"{registry.names[key]}: {count}" for key, count in new.items())),
        wanted=sum(wanted(problem).values()),
        violations=tuple(
            (RULE_NAMES.get(rule, rule), count) for rule, count in result.metrics.violations.items()
        ),
        status=result.status,
        status_words=STATUS_WORDS[result.status],
        mean=result.metrics.mean,
        lowest=result.metrics.min,
        total=result.total,
        bound=result.bound,
        gap=result.gap,
        missing=missing(result, registry),
    )


def wanted(problem: Problem) -> dict[str, int]:
    return {
        one.id: problem.policy.reviews if one.reviews is None else one.reviews
        for one in problem.submissions
    }


def panels(problem: Problem, result: Result, registry: Registry) -> tuple[Panel, ...]:
    chosen: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for submission, expert, affinity in result.pairs:
        chosen[submission].append((expert, affinity))
    needs = wanted(problem)
    found = [
        Panel(
            number=one.number,
            title=one.title,
            municipality=registry.home(one),
            experts=tuple(registry.named(expert) for expert, _ in chosen[one.id]),
            missing=max(0, needs[one.id] - len(chosen[one.id])),
            affinity=sum(value for _, value in chosen[one.id]) / max(len(chosen[one.id]), 1),
        )
        for one in registry.submissions.values()
    ]
    return tuple(sorted(found, key=lambda panel: (-panel.missing, panel.number)))


def loads(
    problem: Problem, result: Result, registry: Registry, new: Counter[str]
) -> tuple[Load, ...]:
    works = Counter(expert for _, expert, _ in result.pairs)
    found = [
        Load(
            name=registry.names[one.id],
            municipality=registry.seat(registry.experts[one.id]),
            works=works[one.id],
            new=new[one.id],
            capacity=one.capacity,
            senior=one.senior,
        )
        for one in problem.experts
    ]
    return tuple(sorted(found, key=lambda load: (-load.works, load.name)))


def matrix(result: Result, registry: Registry) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for submission, expert, _ in result.pairs:
        home = registry.home(registry.submissions[submission])
        counts[home][registry.seat(registry.experts[expert])] += 1
    return {home: dict(counts[home]) for home in sorted(counts)}


def missing(result: Result, registry: Registry) -> tuple[Missing, ...]:
    return tuple(
        Missing(
            works=tuple(
                f"№ {registry.submissions[key].number}. {registry.submissions[key].title}"
                for key in one.submissions
            ),
            experts=tuple(registry.named(key) for key in one.experts),
            count=one.missing,
            text=one.text,
            remedies=one.remedies,
        )
        for one in result.deficits
    )
