"""Fixed pairs are kept whatever happens, so they are refused when they break a rule themselves."""

from collections import Counter
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from flows.assignment import rules
from schemas.assignment_problem import Candidate, Reviewer
from schemas.errors import BadInput

FixedPair = tuple[Candidate, Reviewer]


def refuse_unlawful(
    facts: rules.Facts,
    fixed: NDArray[np.int64],
    submissions: tuple[Candidate, ...],
    experts: tuple[Reviewer, ...],
) -> None:
    """Raise BadInput with the first rule that the fixed pairs (positions) break."""
    pairs = [(submissions[row], experts[column]) for row, column in fixed.tolist()]
    for pair in pairs:
        _refuse_forbidden(facts, pair)
    _refuse_overload(pairs)
    _refuse_crowd(facts, pairs)
    if facts.problem.policy.senior_required:
        _refuse_without_senior(facts, pairs)
    if facts.problem.policy.no_reciprocity:
        _refuse_mutual(pairs)
    if facts.problem.policy.no_municipal_reciprocity:
        _refuse_mutual_places(facts, pairs)


def _refuse(sentence: str) -> None:
    raise BadInput(sentence, code="bad_fixed_pair", field="fixed")


def _refuse_forbidden(facts: rules.Facts, pair: FixedPair) -> None:
    broken = rules.broken(facts, *pair)
    if broken:
        reasons = ", ".join(rule.reason for rule in broken)
        _refuse(
            f"Закреплённая пара «{pair[0].id}» — «{pair[1].id}» нарушает правило: {reasons}."
            " Снимите закрепление или исправьте данные."
        )


def _refuse_overload(pairs: list[FixedPair]) -> None:
    experts = {expert.id: expert for _, expert in pairs}
    for expert_id, given in Counter(expert.id for _, expert in pairs).items():
        capacity = experts[expert_id].capacity
        if given > capacity:
            _refuse(
                f"За экспертом «{expert_id}» закреплено работ: {given}, а его нагрузка не больше"
                f" {capacity}. Снимите лишние закрепления или увеличьте нагрузку."
            )


def _refuse_crowd(facts: rules.Facts, pairs: list[FixedPair]) -> None:
    limit = facts.problem.policy.max_per_municipality
    if limit is None:
        return
    crowds = Counter((work.id, facts.places.of(expert.municipality)) for work, expert in pairs)
    for (work_id, place), size in crowds.items():
        if size > limit:
            _refuse(
                f"За работой «{work_id}» закреплено экспертов от муниципалитета «{place}»:"
                f" {size}, а можно не больше {limit}."
            )


def _refuse_without_senior(facts: rules.Facts, pairs: list[FixedPair]) -> None:
    """A panel fixed to the last place must have its senior among the fixed."""
    given = Counter(work.id for work, _ in pairs)
    led = {work.id for work, expert in pairs if expert.senior}
    for work in {work.id: work for work, _ in pairs}.values():
        wanted = facts.problem.policy.reviews if work.reviews is None else work.reviews
        if given[work.id] >= wanted and work.id not in led:
            _refuse(f"У работы «{work.id}» закреплены все эксперты, но среди них нет старшего.")


def _refuse_mutual(pairs: list[FixedPair]) -> None:
    for (work, expert), (other, reviewer) in combinations(pairs, 2):
        if _wrote(reviewer, work) and _wrote(expert, other):
            _refuse(
                f"Закреплены взаимные рецензии двух людей: «{expert.id}» — «{work.id}» и"
                f" «{reviewer.id}» — «{other.id}». Оставьте одну из них."
            )


def _refuse_mutual_places(facts: rules.Facts, pairs: list[FixedPair]) -> None:
    roads: dict[tuple[str, str], FixedPair] = {}
    for pair in pairs:
        home, place = (facts.places.of(side.municipality) for side in pair)
        other = roads.get((place, home)) if home != place else None
        if other is not None:
            _refuse(
                f"Муниципалитеты «{pair[0].municipality}» и «{pair[1].municipality}» рецензируют"
                f" друг друга в закреплённых парах: «{other[0].id}» — «{other[1].id}» и"
                f" «{pair[0].id}» — «{pair[1].id}». Оставьте одно направление."
            )
        roads.setdefault((home, place), pair)


def _wrote(expert: Reviewer, work: Candidate) -> bool:
    return rules.tidy(expert.person) in {rules.tidy(author) for author in work.authors}
