"""Why a plan cannot be full, in words an organiser can act on, and what would help.

A minimum cut (expert prices of the coverage-only flow: 0 or 1) splits the shortage into separate
deficits: works that need more seats than the experts at price 1 still have. Every remedy is found
by changing the problem and solving it again, never by a guess.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from flows.assignment import rules
from flows.assignment.affinity_arrays import Affinity
from flows.assignment.engine import goals, network
from flows.assignment.engine.certificate import Goal
from flows.assignment.engine.goals import Optimum
from flows.assignment.engine.instance import Instance, Integers, prepare
from flows.assignment.rules import Mask
from schemas.assignment_problem import Candidate, Deficit, Policy, Problem, Reviewer, Weights

COVERAGE = Goal(Weights(coverage=1))
NEW_EXPERTS = 6
NAMED = 12


def deficits(
    problem: Problem,
    instance: Instance,
    optimum: Optimum,
    *,
    affinity: Affinity | None = None,
) -> tuple[Deficit, ...]:
    """Deficits of coverage with remedies, then the minimum loads that cannot be given."""
    short = int(instance.demand.sum()) - optimum.attained.coverage
    found = _coverage_deficits(problem, instance, optimum, short) if short else []
    if found:
        remedies = tuple(_remedies(problem, short, affinity))
        found = [deficit.model_copy(update={"remedies": remedies}) for deficit in found]
    return (*found, *_idle_minimums(instance, optimum))


@dataclass(frozen=True)
class Shortage:
    """Works (rows) that together lack ``missing`` reviews, and the experts (columns) they compete for."""

    rows: Integers
    columns: Integers
    missing: int


def _coverage_deficits(
    problem: Problem, instance: Instance, optimum: Optimum, short: int
) -> list[Deficit]:
    shortages = _shortages(instance)
    found = [_deficit(problem, instance, shortage) for shortage in shortages]
    rest = short - sum(shortage.missing for shortage in shortages)
    if rest > 0:
        found.append(_extra_rules_deficit(problem, instance, optimum, rest))
    return found


def _shortages(instance: Instance) -> list[Shortage]:
    """The minimum cut of the pure network, component by component."""
    prices = network.solve(instance, COVERAGE).proof.prices
    scarce = prices > 0
    need = instance.demand - _seats_without(instance, scarce)
    needy = np.flatnonzero(need > 0)
    capacity = np.where(scarce, np.maximum(instance.capacity, 0), 0)
    listed = []
    for rows, columns in _components(instance, needy, scarce):
        missing = int(need[rows].sum() - capacity[columns].sum())
        if missing > 0:
            listed.append(Shortage(rows, columns, missing))
    return _merged(instance, listed)


def _merged(instance: Instance, shortages: list[Shortage]) -> list[Shortage]:
    """Works that compete for nobody are told together when their authors share a municipality."""
    alone: dict[str, list[Shortage]] = defaultdict(list)
    for shortage in shortages:
        if not len(shortage.columns):
            place = instance.submissions[shortage.rows[0]].municipality
            alone[rules.tidy(place)].append(shortage)
    together = [
        Shortage(
            np.concatenate([shortage.rows for shortage in same]),
            same[0].columns,
            sum(shortage.missing for shortage in same),
        )
        for _, same in sorted(alone.items())
    ]
    return [*together, *(shortage for shortage in shortages if len(shortage.columns))]


def _seats_without(instance: Instance, scarce: Mask) -> Integers:
    """How many places of each panel the experts that are not scarce can take."""
    seats = np.zeros(len(instance.demand), dtype=np.int64)
    for group in range(len(instance.starts)):
        members = (instance.group == group) & ~scarce
        able = (instance.affinity[:, members] >= 0).sum(axis=1)
        seats += np.minimum(able, np.maximum(instance.room[:, group], 0))
    return np.minimum(seats, instance.demand)


def _components(
    instance: Instance, needy: Integers, scarce: Mask
) -> Iterator[tuple[Integers, Integers]]:
    """Works connected through the scarce experts who may review them."""
    allowed = instance.affinity >= 0
    left = set(needy.tolist())
    while left:
        rows, columns, fresh = set[int](), set[int](), [min(left)]
        while fresh:
            rows.update(fresh)
            reached = np.flatnonzero(allowed[fresh].any(axis=0) & scarce)
            columns.update(reached.tolist())
            touched = np.flatnonzero(allowed[:, reached].any(axis=1))
            fresh = sorted((set(touched.tolist()) & left) - rows)
        left -= rows
        yield np.array(sorted(rows)), np.array(sorted(columns), dtype=np.int64)


def _deficit(problem: Problem, instance: Instance, shortage: Shortage) -> Deficit:
    works = [instance.submissions[row] for row in shortage.rows]
    useful = np.flatnonzero((instance.affinity[shortage.rows] >= 0).any(axis=0))
    experts = [instance.experts[column] for column in useful]
    return Deficit(
        submissions=tuple(sorted(work.id for work in works)),
        experts=tuple(sorted(expert.id for expert in experts)),
        missing=shortage.missing,
        text=" ".join(
            (
                _what(works, shortage.missing, problem.policy),
                _who(instance, experts, shortage.columns),
                _free(problem, works, experts),
            )
        ).strip(),
    )


def _what(works: list[Candidate], missing: int, policy: Policy) -> str:
    tracks = _listed(sorted({work.track for work in works}))
    places = _listed(sorted({work.municipality for work in works}))
    return (
        f"Не хватает рецензий: {missing}. Работ: {len(works)}"
        f" ({_listed(sorted(work.id for work in works))}); направления: {tracks};"
        f" муниципалитеты авторов: {places}.{_diversity(policy)}"
    )


def _diversity(policy: Policy) -> str:
    limit = policy.max_per_municipality
    if limit is None:
        return ""
    return f" На одну работу — не больше {limit} от одного муниципалитета."


def _who(instance: Instance, experts: list[Reviewer], scarce: Integers) -> str:
    if not experts:
        return "Ни один эксперт не может их оценить."
    places = Counter(expert.municipality for expert in experts)
    listed = _listed([f"{place} — {count}" for place, count in sorted(places.items())])
    seats = int(np.maximum(instance.capacity[scarce], 0).sum())
    load = f" Из них заняты полностью: {len(scarce)}, мест у них: {seats}." if len(scarce) else ""
    return f"Подходящих экспертов: {len(experts)} ({listed}).{load}"


def _free(problem: Problem, works: list[Candidate], useful: list[Reviewer]) -> str:
    """Who cannot help, and by which rule."""
    facts, able = rules.Facts(problem), {expert.id for expert in useful}
    reasons = Counter(
        ", ".join(
            sorted({rule.reason for work in works for rule in rules.broken(facts, work, expert)})
        )
        for expert in problem.experts
        if expert.id not in able
    )
    listed = [
        f"{reason or 'нет свободных мест'} — {count}" for reason, count in sorted(reasons.items())
    ]
    return f"Остальные эксперты помочь не могут: {'; '.join(listed)}." if listed else ""


def _listed(names: list[str]) -> str:
    if len(names) <= NAMED:
        return ", ".join(names)
    return f"{', '.join(names[:NAMED])} и ещё {len(names) - NAMED}"


def _extra_rules_deficit(
    problem: Problem, instance: Instance, optimum: Optimum, missing: int
) -> Deficit:
    """What is still missing after the network's own shortages is due to seniors or reciprocity."""
    placed = np.bincount(optimum.solution.rows, minlength=len(instance.demand))
    rows = np.flatnonzero(placed < instance.demand)
    works = tuple(sorted(instance.submissions[row].id for row in rows))
    seniors = tuple(sorted(expert.id for expert in problem.experts if expert.senior))
    needs = "старший эксперт в каждой работе" if problem.policy.senior_required else ""
    mutual = "запрет взаимных рецензий" if problem.policy.no_reciprocity else ""
    names = " и ".join(filter(None, (needs, mutual)))
    seats = sum(expert.capacity for expert in problem.experts if expert.senior)
    text = (
        f"Не хватает рецензий: {missing} (работы {_listed(list(works))}). Мешает правило: {names}."
        f" Старших экспертов: {len(seniors)}, мест у них: {seats}."
    )
    return Deficit(submissions=works, experts=seniors, missing=missing, text=text)


def _idle_minimums(instance: Instance, optimum: Optimum) -> Iterator[Deficit]:
    loads = np.bincount(optimum.solution.columns, minlength=len(instance.experts))
    short = np.maximum(instance.minimum - loads, 0)
    if int(short.sum()) == 0:
        return
    experts = [instance.experts[column].id for column in np.flatnonzero(short)]
    yield Deficit(
        submissions=(),
        experts=tuple(sorted(experts)),
        missing=int(short.sum()),
        text=(
            f"Наименьшую нагрузку нельзя дать всем: не хватает работ — {int(short.sum())}"
            f" (эксперты {_listed(sorted(experts))}). План её соблюдает, насколько возможно."
        ),
        remedies=("Уменьшите наименьшую нагрузку этих экспертов.",),
    )


def _remedies(problem: Problem, short: int, affinity: Affinity | None) -> Iterator[str]:
    """Each change with what it would leave, the most helpful first."""
    tried = [(_missing(changed, affinity), words) for words, changed in _changes(problem)]
    tried.extend(_new_experts(problem, affinity))
    for left, words in sorted(tried, key=lambda pair: pair[0]):
        yield f"{words}: {_outcome(left, short)}"


def _new_experts(problem: Problem, affinity: Affinity | None) -> Iterator[tuple[int, str]]:
    """One more expert, and as many as make the plan full (or as many as were tried)."""
    for count in range(1, NEW_EXPERTS + 1):
        words, changed = _with_new_experts(problem, count)
        left = _missing(changed, affinity)
        if count in {1, NEW_EXPERTS} or left == 0:
            yield left, words
        if left == 0:
            return


def _outcome(left: int, short: int) -> str:
    if left == 0:
        return "хватит всем."
    if left >= short:
        return f"не поможет, останется нехватка {left}."
    return f"останется нехватка {left} (сейчас {short})."


def _missing(problem: Problem, affinity: Affinity | None) -> int:
    instance = prepare(problem, affinity=affinity)
    solution = goals.solve(instance, COVERAGE)
    return int(instance.demand.sum()) - len(solution.rows)


def _changes(problem: Problem) -> Iterator[tuple[str, Problem]]:
    policy = problem.policy
    if policy.reviews > 1:
        fewer = policy.reviews - 1
        yield f"Рецензий на работу {fewer} вместо {policy.reviews}", _with_reviews(problem, fewer)
    if policy.max_per_municipality is not None:
        more = policy.max_per_municipality + 1
        yield (
            f"До {more} экспертов одного муниципалитета на работу",
            _with_policy(problem, max_per_municipality=more),
        )
    yield "Нагрузка каждого эксперта больше на одну работу", _with_more_load(problem)


def _with_policy(problem: Problem, **changes: int) -> Problem:
    policy = problem.policy.model_copy(update=changes)
    return problem.model_copy(update={"policy": policy})


def _with_reviews(problem: Problem, reviews: int) -> Problem:
    """Also the works that asked for more themselves."""
    capped = tuple(
        work.model_copy(update={"reviews": min(work.reviews, reviews)})
        if work.reviews is not None
        else work
        for work in problem.submissions
    )
    return _with_policy(problem.model_copy(update={"submissions": capped}), reviews=reviews)


def _with_more_load(problem: Problem) -> Problem:
    experts = tuple(
        expert.model_copy(update={"capacity": expert.capacity + 1}) for expert in problem.experts
    )
    return problem.model_copy(update={"experts": experts})


def _with_new_experts(problem: Problem, count: int) -> tuple[str, Problem]:
    """Experts nobody has met: each of a municipality of its own, senior, with the usual load."""
    capacity = _usual_capacity(problem)
    fresh = tuple(_stranger(f"\x00new-{number}", capacity) for number in range(count))
    words = "Один эксперт" if count == 1 else f"Экспертов: {count},"
    place = "из нового муниципалитета" if count == 1 else "все из новых муниципалитетов"
    changed = problem.model_copy(update={"experts": (*problem.experts, *fresh)})
    return f"{words} {place} (нагрузка {capacity})", changed


def _usual_capacity(problem: Problem) -> int:
    capacities = [expert.capacity for expert in problem.experts if expert.capacity > 0]
    return int(np.median(capacities)) if capacities else max(1, len(problem.submissions))


def _stranger(name: str, capacity: int) -> Reviewer:
    return Reviewer(
        id=name, person=name, municipality=name, organisation="", capacity=capacity, senior=True
    )
