"""The works of a marathon as a table: searched, filtered, sorted and cut into pages by the database."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    String,
    and_,
    case,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)
from sqlmodel import col

from schemas.assignment import HELD, AssignmentStatus
from schemas.base import Schema
from schemas.decision import DecisionStatus
from schemas.submission import CHILDREN_IN_THE_WAY, NEEDED_TO_PUBLISH, SubmissionStatus
from storage.repositories.listing import Lists
from storage.repositories.people import fold
from storage.tables.registry import MunicipalityRow
from storage.tables.works import (
    AssignmentRow,
    AuthorRow,
    ConsentRow,
    DecisionRow,
    SubmissionRow,
)

MOST_WORDS = 8
OPEN_ENDED = ("extra_review", "council")
# As the work moves along, not by the letters of the words for it.
STATUS_PLACES: Mapping[str, int] = {one.value: place for place, one in enumerate(SubmissionStatus)}
OUTCOME_PLACES: Mapping[str, int] = {
    code: place
    for place, code in enumerate(
        ("both", "publication", "live", "no", "revise", "extra_review", "council")
    )
}


class WantedWorks(Schema):
    """What leaves works out; ``but`` are those of whoever looks, whose outcome is not theirs to see.

    ``ids`` leaves only these; ``outcome`` is a word of ``OUTCOME_PLACES``, or ``none``; ``short_of``
    is how many standing assignments are too few for a work on review, further ones not counted.
    ``ranks`` are what to sort by ``overlap``, by the id of the work.
    """

    marathon_id: str
    words: str = ""
    status: str = ""
    track: int | None = None
    municipality_id: str = ""
    outcome: str = ""
    score_from: float | None = None
    score_to: float | None = None
    lacks_consents: bool = False
    short_of: int | None = None
    passed_over: frozenset[str] = frozenset()
    ids: frozenset[str] | None = None
    but: frozenset[str] = frozenset()
    ranks: dict[str, float] = {}


def outcome() -> ColumnElement[str]:
    """One word for what was decided, proposed or final."""
    row = DecisionRow
    return case(
        (col(row.outcome).in_(OPEN_ENDED), col(row.outcome)),
        (col(row.revise).is_(True), literal("revise")),
        (and_(col(row.publication), col(row.live)), literal("both")),
        (col(row.publication).is_(True), literal("publication")),
        (col(row.live).is_(True), literal("live")),
        else_=literal("no"),
    )


def blocked() -> ColumnElement[bool]:
    """Whether consents or children's data keep the work out of a publication."""
    lacking = [
        ~exists().where(
            col(ConsentRow.submission_id) == col(SubmissionRow.id),
            col(ConsentRow.kind) == kind,
        )
        for kind in NEEDED_TO_PUBLISH
    ]
    return or_(col(SubmissionRow.children).in_(list(CHILDREN_IN_THE_WAY)), *lacking)


def standing_assignments(*statuses: AssignmentStatus) -> ColumnElement[int]:
    """How many assignments of the work's present round are at one of these."""
    return (
        select(func.count())
        .where(
            col(AssignmentRow.submission_id) == col(SubmissionRow.id),
            col(AssignmentRow.round) == col(SubmissionRow.round),
            col(AssignmentRow.status).in_(statuses),
        )
        .scalar_subquery()
    )


def first_author(column: SQLColumnExpression[str]) -> ColumnElement[str]:
    return (
        select(column)
        .select_from(AuthorRow)
        .join(MunicipalityRow, col(MunicipalityRow.id) == col(AuthorRow.municipality_id))
        .where(col(AuthorRow.submission_id) == col(SubmissionRow.id), col(AuthorRow.place) == 0)
        .scalar_subquery()
    )


class WorkLists(Lists[WantedWorks]):
    row = SubmissionRow
    usual = "number"

    def found(self, wanted: WantedWorks) -> Select[tuple[str]]:
        decided = and_(
            col(DecisionRow.submission_id) == col(SubmissionRow.id),
            col(DecisionRow.round) == col(SubmissionRow.round),
            col(SubmissionRow.id).not_in(wanted.but) if wanted.but else true(),
        )
        return (
            select(col(SubmissionRow.id))
            .outerjoin(DecisionRow, decided)
            .where(and_(*of_work(wanted), *of_decision(wanted), *of_readiness(wanted)))
        )

    def orders(self, wanted: WantedWorks) -> Mapping[str, tuple[SQLColumnExpression[Any], bool]]:
        ranks = case(wanted.ranks, value=self.identifier) if wanted.ranks else None
        return ORDERS if ranks is None else {**ORDERS, "overlap": (ranks, True)}


def of_work(wanted: WantedWorks) -> list[ColumnElement[bool]]:
    conditions = [col(SubmissionRow.marathon_id) == wanted.marathon_id]
    if wanted.status:
        conditions.append(col(SubmissionRow.status) == wanted.status)
    if wanted.track is not None:
        conditions.append(col(SubmissionRow.track) == wanted.track)
    if wanted.municipality_id:
        conditions.append(from_places([wanted.municipality_id]))
    if wanted.ids is not None:
        conditions.append(col(SubmissionRow.id).in_(sorted(wanted.ids)))
    return conditions + [holds(word) for word in fold(wanted.words).split()[:MOST_WORDS]]


def holds(word: str) -> ColumnElement[bool]:
    """The word in the number, title, subject, keywords, authors, schools or municipalities."""
    places = select(col(MunicipalityRow.id)).where(
        col(MunicipalityRow.name_key).contains(word, autoescape=True)
    )
    own = col(SubmissionRow.search_key).contains(word, autoescape=True)
    return or_(own, from_places(places))


def from_places(places: Any) -> ColumnElement[bool]:  # noqa: ANN401  (a list or a question)
    written = select(col(AuthorRow.submission_id)).where(col(AuthorRow.municipality_id).in_(places))
    return col(SubmissionRow.id).in_(written)


def of_decision(wanted: WantedWorks) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.outcome == "none":
        conditions += [col(DecisionRow.id).is_(None), but(wanted.but)]
    elif wanted.outcome:
        conditions += [col(DecisionRow.id).is_not(None), outcome() == wanted.outcome]
    if wanted.score_from is not None:
        conditions.append(col(DecisionRow.score) >= wanted.score_from)
    if wanted.score_to is not None:
        conditions.append(col(DecisionRow.score) <= wanted.score_to)
    return conditions


def of_readiness(wanted: WantedWorks) -> list[ColumnElement[bool]]:
    conditions = [blocked()] if wanted.lacks_consents else []
    if wanted.short_of is not None:
        conditions += [short_of(wanted.short_of, wanted.passed_over), but(wanted.but)]
    return conditions


def short_of(reviews: int, passed_over: Collection[str]) -> ColumnElement[bool]:
    """On review with fewer standing assignments than ``reviews`` and those asked for on top."""
    return and_(
        col(SubmissionRow.status) == SubmissionStatus.IN_REVIEW,
        standing_assignments(*sorted(HELD)) < reviews + col(SubmissionRow.extra_reviews),
        but(passed_over),
    )


def but(ids: Collection[str]) -> ColumnElement[bool]:
    return not_(col(SubmissionRow.id).in_(sorted(ids))) if ids else true()


def is_proposed() -> ColumnElement[int]:
    """Proposals come behind what is final."""
    waits = col(DecisionRow.status) == DecisionStatus.PROPOSED
    return case((waits, len(OUTCOME_PLACES)), else_=0)


ORDERS: Mapping[str, tuple[SQLColumnExpression[Any], bool]] = {
    "number": (col(SubmissionRow.number), False),
    "title": (func.nullif(col(SubmissionRow.title_key), "", type_=String), True),
    "authors": (first_author(col(AuthorRow.name_key)), True),
    "municipality": (first_author(col(MunicipalityRow.name_key)), True),
    "track": (col(SubmissionRow.track), True),
    "status": (case(STATUS_PLACES, value=col(SubmissionRow.status)), False),
    "reviews": (standing_assignments(AssignmentStatus.SUBMITTED), False),
    "score": (col(DecisionRow.score), True),
    "decision": (case(OUTCOME_PLACES, value=outcome()) + is_proposed(), True),
    "submitted_at": (col(SubmissionRow.submitted_at), True),
}
