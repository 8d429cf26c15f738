"""The journal as people read it: newest first, a page at a time, of one marathon, filtered."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, not_, or_, true
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from schemas.base import Schema
from schemas.outbox import JournalEntry
from storage.repositories.traffic import Journal
from storage.tables.conversing import ProofRow, QuestionRow
from storage.tables.results import CertificateRow, EditionRow, MeetingRow
from storage.tables.traffic import JournalRow, NoticeRow
from storage.tables.works import (
    AssignmentRow,
    DecisionRow,
    PlanRow,
    ReviewRow,
    SubmissionFileRow,
    SubmissionRow,
    SuspicionRow,
)

OF_MARATHON = (
    SubmissionRow,
    AssignmentRow,
    DecisionRow,
    PlanRow,
    ReviewRow,
    EditionRow,
    CertificateRow,
    NoticeRow,
    MeetingRow,
    SuspicionRow,
    QuestionRow,
)
OF_WORK = (
    AssignmentRow,
    DecisionRow,
    ReviewRow,
    SubmissionFileRow,
    CertificateRow,
    SuspicionRow,
    QuestionRow,
    ProofRow,
)


class Wanted(Schema):
    """``before`` is a number of an entry; the rest leaves out what does not fit."""

    marathon_id: str = ""
    person_id: str = ""
    action: str = ""
    kind: str = ""
    subject_id: str = ""
    work_id: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    but_works: frozenset[str] = frozenset()


class JournalPages:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.journal = Journal(session)

    def page(self, wanted: Wanted, *, limit: int) -> list[JournalEntry]:
        """Newest first; one more than is shown tells that there is another page."""
        entries = select(JournalRow).where(self.condition(wanted))
        newest = entries.order_by(col(JournalRow.number).desc()).limit(limit)
        return self.journal.read_all(self.session.exec(newest).all())

    def count(self, wanted: Wanted) -> int:
        everything = select(func.count()).select_from(JournalRow)
        return self.session.exec(everything.where(self.condition(wanted))).one()

    def words(self, wanted: Wanted) -> list[tuple[str, str]]:
        """(kind, action) pairs there are, for the filters."""
        pairs = select(JournalRow.subject_kind, JournalRow.action).where(self.condition(wanted))
        return sorted({(kind, action) for kind, action in self.session.exec(pairs.distinct())})

    def actors(self, wanted: Wanted, *, limit: int) -> list[str]:
        """Ids of the people who acted most often."""
        person = col(JournalRow.person_id)
        ids = select(person).where(self.condition(wanted), person.is_not(None))
        often = ids.group_by(person).order_by(func.count().desc(), person).limit(limit)
        return [one for one in self.session.exec(often) if one]

    def condition(self, wanted: Wanted) -> ColumnElement[bool]:
        exact = (
            (JournalRow.person_id, wanted.person_id),
            (JournalRow.action, wanted.action),
            (JournalRow.subject_kind, wanted.kind),
            (JournalRow.subject_id, wanted.subject_id),
        )
        parts = [col(column) == value for column, value in exact if value]
        if wanted.since:
            parts.append(col(JournalRow.at) >= wanted.since)
        if wanted.until:
            parts.append(col(JournalRow.at) < wanted.until)
        if wanted.before is not None:
            parts.append(col(JournalRow.number) < wanted.before)
        if wanted.work_id:
            parts.append(self.about([wanted.work_id]))
        return and_(true(), *parts, self.inside(wanted.marathon_id), self.but(wanted.but_works))

    def inside(self, marathon_id: str) -> ColumnElement[bool]:
        if not marathon_id:
            return true()
        subject = col(JournalRow.subject_id)
        own = [select(row.id).where(row.marathon_id == marathon_id) for row in OF_MARATHON]
        works = select(SubmissionRow.id).where(SubmissionRow.marathon_id == marathon_id)
        files = select(SubmissionFileRow.id).where(col(SubmissionFileRow.submission_id).in_(works))
        return or_(subject == marathon_id, subject.in_(files), *(subject.in_(ids) for ids in own))

    def but(self, works: Collection[str]) -> ColumnElement[bool]:
        return not_(self.about(works)) if works else true()

    def about(self, works: Collection[str]) -> ColumnElement[bool]:
        """These works and everything that belongs to them, letters about it included."""
        inner = [select(row.id).where(col(row.submission_id).in_(works)) for row in OF_WORK]

        def inside(column: Mapped[str]) -> ColumnElement[bool]:
            return or_(column.in_(works), *(column.in_(ids) for ids in inner))

        letters = select(NoticeRow.id).where(inside(col(NoticeRow.subject_id)))
        subject = col(JournalRow.subject_id)
        return or_(inside(subject), subject.in_(letters))
