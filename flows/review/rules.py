"""One review against its expert sheet: what is missing or wrong in it, and its score."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from fractions import Fraction

from schemas.base import Schema
from schemas.errors import BadInput
from schemas.review import ReviewDraft
from schemas.rubric import Criterion, Rubric


class Fault(StrEnum):
    """What can be wrong with one field of a review."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    OUT_OF_RANGE = "out_of_range"
    COMMENT_REQUIRED = "comment_required"


class FieldFault(Schema):
    """``field`` is ``levels.<code>``, ``gates.<code>``, ``comments.<code>`` or ``recommendation``."""

    field: str
    fault: Fault
    sentence: str


def score(rubric: Rubric, levels: Mapping[str, int]) -> float:
    """Score of a complete review, 0..100: weighted sum of levels over the greatest possible one.

    With one scale for all criteria this is ``100 * sum(w * level) / (K * sum(w))``, ``K`` the
    highest level. Gates do not change a score, they bar the work.
    """
    faults = list(_level_faults(rubric, levels))
    if faults:
        raise BadInput(faults[0].sentence, field=faults[0].field)
    reached = sum(_weight(part) * levels[part.code] for part in rubric.criteria)
    most = sum(_weight(part) * part.highest for part in rubric.criteria)
    return float(100 * reached / most)


def faults(rubric: Rubric, draft: ReviewDraft) -> tuple[FieldFault, ...]:
    """Everything that keeps a review from being submitted, in the order of the draft."""
    return (
        *_level_faults(rubric, draft.levels),
        *_comment_faults(rubric, draft),
        *_gate_faults(rubric, draft.gates),
        *_recommendation_faults(draft),
    )


def is_complete(rubric: Rubric, draft: ReviewDraft) -> bool:
    return not faults(rubric, draft)


def progress(rubric: Rubric, draft: ReviewDraft) -> tuple[int, int]:
    """Answered and asked: criteria and gates, for «заполнено 5 из 8»."""
    asked = [*(part.code for part in rubric.criteria), *(gate.code for gate in rubric.gates)]
    answered = {*draft.levels, *draft.gates}
    return sum(code in answered for code in asked), len(asked)


def _level_faults(rubric: Rubric, levels: Mapping[str, int]) -> Iterator[FieldFault]:
    for criterion in rubric.criteria:
        field = f"levels.{criterion.code}"
        if criterion.code not in levels:
            yield FieldFault(
                field=field,
                fault=Fault.MISSING,
                sentence=f"Выберите уровень по критерию «{criterion.title}».",
            )
        elif levels[criterion.code] not in _values(criterion):
            yield FieldFault(field=field, fault=Fault.OUT_OF_RANGE, sentence=_allowed(criterion))
    for code in levels:
        if rubric.criterion(code) is None:
            yield FieldFault(
                field=f"levels.{code}",
                fault=Fault.UNKNOWN,
                sentence=f"Критерия «{code}» в экспертном листе нет.",
            )


def _comment_faults(rubric: Rubric, draft: ReviewDraft) -> Iterator[FieldFault]:
    for criterion in rubric.criteria:
        if _needs_comment(criterion, draft):
            yield FieldFault(
                field=f"comments.{criterion.code}",
                fault=Fault.COMMENT_REQUIRED,
                sentence=f"Поясните автору низкий уровень по критерию «{criterion.title}».",
            )


def _gate_faults(rubric: Rubric, gates: Mapping[str, bool]) -> Iterator[FieldFault]:
    known = {gate.code for gate in rubric.gates}
    for gate in rubric.gates:
        if gate.code not in gates:
            yield FieldFault(
                field=f"gates.{gate.code}",
                fault=Fault.MISSING,
                sentence=f"Ответьте «да» или «нет»: {gate.title}.",
            )
    for code in gates:
        if code not in known:
            yield FieldFault(
                field=f"gates.{code}",
                fault=Fault.UNKNOWN,
                sentence=f"Проверки «{code}» в экспертном листе нет.",
            )


def _recommendation_faults(draft: ReviewDraft) -> Iterator[FieldFault]:
    if draft.recommendation is None:
        yield FieldFault(
            field="recommendation",
            fault=Fault.MISSING,
            sentence="Выберите рекомендацию: очно, публикация, и то и другое, доработать или отклонить.",
        )


def _needs_comment(criterion: Criterion, draft: ReviewDraft) -> bool:
    level = draft.levels.get(criterion.code)
    if level is None or criterion.comment_up_to is None or level > criterion.comment_up_to:
        return False
    return not (draft.comment.strip() or draft.comments.get(criterion.code, "").strip())


def _values(criterion: Criterion) -> list[int]:
    return [level.value for level in criterion.levels]


def _allowed(criterion: Criterion) -> str:
    values = ", ".join(str(value) for value in _values(criterion))
    return f"Критерий «{criterion.title}»: выберите один из уровней {values}."


def _weight(criterion: Criterion) -> Fraction:
    """Exact, so that the top of every sheet is 100 and not a hair above."""
    return Fraction(str(criterion.weight))
