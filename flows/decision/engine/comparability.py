"""Whether the experts of a marathon can be compared, from marks alone and without the model."""

from collections.abc import Mapping, Sequence

from flows.decision.engine import agreement
from flows.decision.engine.severity import Marks, tabulate
from schemas.base import Schema
from schemas.decision_problem import ScoredReview
from schemas.decision_reasons import CalibrationWarning


class Comparability(Schema):
    """``alpha`` is ordinal, None where marks cannot tell; no ``warnings`` is good news."""

    experts: int
    alpha: float | None
    warnings: tuple[CalibrationWarning, ...]


def comparability(reviews: Sequence[ScoredReview], homes: Mapping[str, str]) -> Comparability:
    """``homes`` are the works' municipalities by submission id."""
    marks = tabulate(reviews)
    return Comparability(
        experts=len(marks.experts),
        alpha=agreement.alpha(marks),
        warnings=warnings(marks, homes, agreement.connectivity(marks)),
    )


def warnings(
    marks: Marks, homes: Mapping[str, str], link: float | None
) -> tuple[CalibrationWarning, ...]:
    """``link`` is ``agreement.connectivity`` of the marks."""
    found = []
    if len(set(agreement.components(marks))) > 1:
        found.append(CalibrationWarning.DISCONNECTED)
    elif not is_linked(link):
        found.append(CalibrationWarning.WEAKLY_CONNECTED)
    if agreement.municipality_stands_apart(marks, [homes[one] for one in marks.submissions]):
        found.append(CalibrationWarning.MUNICIPALITY_APART)
    return tuple(found)


def is_linked(link: float | None) -> bool:
    """Whether the second eigenvalue is enough; fewer than two experts need no link."""
    return link is None or link >= agreement.LEAST_CONNECTIVITY - agreement.EXACT
