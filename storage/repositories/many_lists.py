"""Assignments, letters, people and experts as tables that the database cuts into pages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    String,
    and_,
    case,
    func,
    or_,
    select,
)
from sqlmodel import col

from schemas.assignment import HELD, OPEN, AssignmentStatus
from schemas.base import Schema
from schemas.outbox import NoticeStatus
from schemas.people import Role
from storage.repositories.listing import Lists
from storage.repositories.people import fold
from storage.tables.registry import (
    ExpertRow,
    MunicipalityRow,
    OrganisationRow,
    PersonRow,
    RoleGrantRow,
)
from storage.tables.traffic import NoticeRow
from storage.tables.works import AssignmentRow, AuthorRow, DecisionRow, SubmissionRow

MOST_WORDS = 8
LONGEST_NUMBER = 9
Orders = Mapping[str, tuple[SQLColumnExpression[Any], bool]]


def words_of(text: str) -> list[str]:
    return fold(text).split()[:MOST_WORDS]


def anywhere(word: str, *columns: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    return or_(*(column.contains(word, autoescape=True) for column in columns))


def without_empty(conditions: Mapping[str, tuple[Any, ColumnElement[bool]]]) -> ColumnElement[bool]:
    """All conditions whose filter says something."""
    return and_(True, *(condition for value, condition in conditions.values() if value))  # noqa: FBT003


def places_in_order(members: Any) -> Mapping[str, int]:  # noqa: ANN401  (a class of codes)
    return {one.value: place for place, one in enumerate(members)}


class WantedAssignments(Schema):
    """``home`` is a municipality of the work, ``place`` of the expert; ``but`` works stay out."""

    marathon_id: str
    now: datetime
    words: str = ""
    status: str = ""
    late: bool = False
    track: int | None = None
    home: str = ""
    place: str = ""
    but: frozenset[str] = frozenset()


class AssignmentLists(Lists[WantedAssignments]):
    row = AssignmentRow
    usual = "work"

    def found(self, wanted: WantedAssignments) -> Select[tuple[str]]:
        row, work, expert = AssignmentRow, SubmissionRow, ExpertRow
        written = select(col(AuthorRow.submission_id)).where(
            col(AuthorRow.municipality_id) == wanted.home
        )
        late = and_(col(row.status).in_(sorted(OPEN)), due() < wanted.now)
        filters = {
            "status": (wanted.status, col(row.status) == wanted.status),
            "late": (wanted.late, late),
            "track": (wanted.track is not None, col(work.track) == wanted.track),
            "home": (wanted.home, col(work.id).in_(written)),
            "place": (wanted.place, col(expert.municipality_id) == wanted.place),
            "but": (wanted.but, col(work.id).not_in(sorted(wanted.but))),
        }
        names = (col(work.search_key), col(PersonRow.name_key), col(MunicipalityRow.name_key))
        return (
            select(self.identifier)
            .join(work, col(work.id) == col(row.submission_id))
            .join(expert, col(expert.id) == col(row.expert_id))
            .join(PersonRow, col(PersonRow.id) == col(expert.person_id))
            .join(MunicipalityRow, col(MunicipalityRow.id) == col(expert.municipality_id))
            .where(
                col(row.marathon_id) == wanted.marathon_id,
                without_empty(filters),
                *(anywhere(word, *names) for word in words_of(wanted.words)),
            )
        )

    def orders(self, wanted: WantedAssignments) -> Orders:  # noqa: ARG002
        row = AssignmentRow
        return {
            "work": (col(SubmissionRow.number), False),
            "expert": (col(PersonRow.name_key), False),
            "place": (col(MunicipalityRow.name_key), False),
            "status": (case(places_in_order(AssignmentStatus), value=col(row.status)), False),
            "due": (case((col(row.status).in_(sorted(OPEN)), due())), True),
            "affinity": (col(row.affinity), False),
        }


def due() -> ColumnElement[datetime]:
    """Until when the expert is expected to act; NULL while nothing was asked."""
    row = AssignmentRow
    return case(
        (col(row.status) == AssignmentStatus.PROPOSED, None),
        (col(row.status) == AssignmentStatus.INVITED, col(row.answer_until)),
        else_=col(row.due_at),
    )


class WantedLetters(Schema):
    """``but`` letters stay out; ``titles`` are folded names of kinds of letters, to be searched."""

    marathon_id: str
    words: str = ""
    titles: dict[str, str] = {}
    statuses: tuple[NoticeStatus, ...] = ()
    template: str = ""
    but: frozenset[str] = frozenset()


class LetterLists(Lists[WantedLetters]):
    row = NoticeRow
    usual = "-created_at"

    def found(self, wanted: WantedLetters) -> Select[tuple[str]]:
        row = NoticeRow
        filters = {
            "statuses": (wanted.statuses, col(row.status).in_(wanted.statuses)),
            "template": (wanted.template, col(row.template) == wanted.template),
            "but": (wanted.but, col(row.id).not_in(sorted(wanted.but))),
        }
        return (
            select(self.identifier)
            .outerjoin(PersonRow, col(PersonRow.id) == col(row.person_id))
            .where(
                col(row.marathon_id) == wanted.marathon_id,
                without_empty(filters),
                *(letter_holds(word, wanted) for word in words_of(wanted.words)),
            )
        )

    def templates(self, marathon_id: str) -> list[str]:
        """The kinds of letters there are."""
        row = NoticeRow
        kinds = select(col(row.template)).where(col(row.marathon_id) == marathon_id).distinct()
        return sorted(self.session.connection().execute(kinds).scalars())

    def orders(self, wanted: WantedLetters) -> Orders:  # noqa: ARG002
        row = NoticeRow
        return {
            "kind": (col(row.template), False),
            "person": (func.coalesce(col(PersonRow.name_key), col(row.address)), True),
            "about": (col(row.subject_id), False),
            "status": (case(places_in_order(NoticeStatus), value=col(row.status)), False),
            "created_at": (col(row.created_at), False),
            "sent_at": (col(row.sent_at), True),
            "error": (func.nullif(col(row.error), "", type_=String), True),
        }


def letter_holds(word: str, wanted: WantedLetters) -> ColumnElement[bool]:
    """The word in the name or the address of whom it is to, its kind, its error, its work's number."""
    row = NoticeRow
    kinds = [code for code, title in wanted.titles.items() if word in title]
    names = (col(PersonRow.name_key), col(row.address), func.lower(col(row.error)))
    found = or_(anywhere(word, *names), col(row.template).in_(kinds))
    return or_(found, about_number(int(word), wanted)) if is_number(word) else found


def is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= LONGEST_NUMBER


def about_number(number: int, wanted: WantedLetters) -> ColumnElement[bool]:
    """Letters about the work with this number, its assignments and decisions."""
    subject, work = col(NoticeRow.subject_id), SubmissionRow
    works = select(col(work.id)).where(
        col(work.marathon_id) == wanted.marathon_id, col(work.number) == number
    )
    inner = [
        select(col(row.id)).where(col(row.submission_id).in_(works))
        for row in (AssignmentRow, DecisionRow)
    ]
    return or_(subject.in_(works), *(subject.in_(ids) for ids in inner))


class WantedPeople(Schema):
    """Everybody registered, or those with one role."""

    words: str = ""
    role: str = ""


class PeopleLists(Lists[WantedPeople]):
    row = PersonRow
    usual = "name"

    def found(self, wanted: WantedPeople) -> Select[tuple[str]]:
        row = PersonRow
        held = select(col(RoleGrantRow.person_id)).where(col(RoleGrantRow.role) == wanted.role)
        names = (col(row.name_key), col(row.email), col(MunicipalityRow.name_key))
        return (
            select(self.identifier)
            .outerjoin(MunicipalityRow, col(MunicipalityRow.id) == col(row.municipality_id))
            .where(
                col(row.guest).is_(False),
                col(row.erased_at).is_(None),
                without_empty({"role": (wanted.role, col(row.id).in_(held))}),
                *(anywhere(word, *names) for word in words_of(wanted.words)),
            )
        )

    def orders(self, wanted: WantedPeople) -> Orders:  # noqa: ARG002
        return {
            "name": (col(PersonRow.name_key), False),
            "email": (col(PersonRow.email), True),
            "municipality": (col(MunicipalityRow.name_key), True),
            "roles": (first_role(), True),
        }


def first_role() -> ColumnElement[int]:
    """The place of a person's lowest role among the roles; NULL without any."""
    place = case(places_in_order(Role), value=col(RoleGrantRow.role))
    return (
        select(func.min(place))
        .where(col(RoleGrantRow.person_id) == col(PersonRow.id))
        .scalar_subquery()
    )


class WantedExperts(Schema):
    """``municipality`` is a name, as the address of the page has it."""

    words: str = ""
    municipality: str = ""


class ExpertLists(Lists[WantedExperts]):
    row = ExpertRow
    usual = "name"

    def found(self, wanted: WantedExperts) -> Select[tuple[str]]:
        row, place, school = ExpertRow, MunicipalityRow, OrganisationRow
        names = (
            col(PersonRow.name_key),
            col(place.name_key),
            col(school.name_key),
            func.lower(col(row.position)),
        )
        from_there = col(place.name) == wanted.municipality
        return (
            select(self.identifier)
            .join(PersonRow, col(PersonRow.id) == col(row.person_id))
            .join(place, col(place.id) == col(row.municipality_id))
            .outerjoin(school, col(school.id) == col(row.organisation_id))
            .where(
                without_empty({"municipality": (wanted.municipality, from_there)}),
                *(anywhere(word, *names) for word in words_of(wanted.words)),
            )
        )

    def orders(self, wanted: WantedExperts) -> Orders:  # noqa: ARG002
        row = ExpertRow
        return {
            "name": (col(PersonRow.name_key), False),
            "municipality": (col(MunicipalityRow.name_key), False),
            "organisation": (col(OrganisationRow.name_key), True),
            "position": (func.nullif(col(row.position), "", type_=String), True),
            "capacity": (col(row.capacity), False),
            "taken": (held_by_expert(*sorted(HELD)), False),
            "sent": (held_by_expert(AssignmentStatus.SUBMITTED), False),
            "senior": (case((col(row.senior), 0), else_=1), False),
            "active": (case((col(row.active), 0), else_=1), False),
        }


def held_by_expert(*statuses: AssignmentStatus) -> ColumnElement[int]:
    row = AssignmentRow
    return (
        select(func.count())
        .where(col(row.expert_id) == col(ExpertRow.id), col(row.status).in_(statuses))
        .scalar_subquery()
    )
