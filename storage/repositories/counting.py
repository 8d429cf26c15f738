"""One marathon in numbers, each counted by the database: what a dashboard shows of any many rows."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, func
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from schemas.assignment import OPEN, AssignmentStatus
from schemas.decision import DecisionStatus
from schemas.outbox import NoticeStatus
from schemas.proof import ProofStatus
from schemas.scanning import SILENT_VERDICTS
from schemas.submission import FileStatus, SubmissionStatus
from storage.repositories.work_lists import blocked
from storage.tables.conversing import ProofRow
from storage.tables.results import CertificateRow, SlotRow
from storage.tables.traffic import NoticeRow
from storage.tables.works import (
    AssignmentRow,
    AuthorRow,
    DecisionRow,
    SubmissionFileRow,
    SubmissionRow,
)


class Some(NamedTuple):
    """How many rows there are, and the ids of the first of them."""

    total: int
    ids: tuple[str, ...] = ()


class Decided(NamedTuple):
    """What is the same about decisions that are counted together."""

    status: DecisionStatus
    outcome: str
    publication: bool
    live: bool
    work: SubmissionStatus


class Counting:
    """Each answer is one or two questions to the database."""

    def __init__(self, session: Session, marathon_id: str) -> None:
        self.session = session
        self.marathon_id = marathon_id

    def assignments(self) -> Counter[AssignmentStatus]:
        row = AssignmentRow
        found = select(row.status, func.count()).where(row.marathon_id == self.marathon_id)
        counted = self.session.exec(found.group_by(col(row.status))).all()
        return Counter({AssignmentStatus(status): count for status, count in counted})

    def decisions(self) -> Counter[Decided]:
        """Of the round each work is in."""
        row = DecisionRow
        kinds = (row.status, row.outcome, row.publication, row.live, SubmissionRow.status)
        found = (
            self.session.connection()
            .execute(
                select(*map(col, kinds), func.count())  # type: ignore[call-overload]
                .join(SubmissionRow, current())
                .where(col(row.marathon_id) == self.marathon_id)
                .group_by(*map(col, kinds))
            )
            .all()
        )
        return Counter({Decided(*kind): count for *kind, count in found})

    def works_at(self, status: SubmissionStatus, *, limit: int) -> Some:
        row = SubmissionRow
        here = and_(col(row.marathon_id) == self.marathon_id, col(row.status) == status)
        return self.some(col(row.id), here, col(row.number), limit=limit)

    def late(
        self, statuses: Collection[AssignmentStatus], *, now: datetime, limit: int = 0
    ) -> Some:
        """Assignments at these whose answer, or review, is overdue."""
        row = AssignmentRow
        invited = col(row.status) == AssignmentStatus.INVITED
        until = case((invited, col(row.answer_until)), else_=col(row.due_at))
        wanted = sorted(set(statuses) & OPEN - {AssignmentStatus.PROPOSED})
        here = and_(
            col(row.marathon_id) == self.marathon_id, col(row.status).in_(wanted), until < now
        )
        return self.some(col(row.id), here, col(row.id), limit=limit)

    def letters(self, status: NoticeStatus, *, limit: int = 0) -> Some:
        row = NoticeRow
        here = and_(col(row.marathon_id) == self.marathon_id, col(row.status) == status)
        return self.some(col(row.id), here, col(row.created_at), limit=limit)

    def unscanned(self, *, limit: int) -> Some:
        """Files the virus scanner said nothing of use about; the ids are those of their works."""
        row = SubmissionFileRow
        here = and_(
            col(row.marathon_id) == self.marathon_id,
            col(row.status).in_([FileStatus.RECEIVED, FileStatus.ACCEPTED]),
            col(row.scan).in_(list(SILENT_VERDICTS)),
        )
        return self.some(col(row.submission_id), here, col(row.uploaded_at), limit=limit)

    def unlicensed(self) -> int:
        """Works chosen for publication whose consents, or children's data, forbid it."""
        found = (
            select(func.count())
            .select_from(SubmissionRow)
            .join(DecisionRow, current())
            .where(
                col(SubmissionRow.marathon_id) == self.marathon_id,
                col(SubmissionRow.status) != SubmissionStatus.WITHDRAWN,
                col(DecisionRow.publication).is_(True),
                blocked(),
            )
        )
        return self.session.exec(found).one()

    def sent_by_place(self, but: Collection[SubmissionStatus]) -> Counter[str]:
        """Works by the municipality of any of their authors; without those at ``but``."""
        place, work = col(AuthorRow.municipality_id), col(SubmissionRow.id)
        found = (
            select(place, func.count(func.distinct(work)))
            .join(SubmissionRow, work == col(AuthorRow.submission_id))
            .where(
                col(SubmissionRow.marathon_id) == self.marathon_id,
                col(SubmissionRow.status).not_in(sorted(but)),
            )
            .group_by(place)
        )
        return Counter(dict(self.session.exec(found).all()))

    def talks(self) -> int:
        return self.count(col(SlotRow.id), col(SlotRow.marathon_id) == self.marathon_id)

    def certificates(self) -> int:
        row = CertificateRow
        return self.count(col(row.id), col(row.marathon_id) == self.marathon_id)

    def proofs(
        self, edition_id: str, status: ProofStatus, *, asked_by: datetime | None = None
    ) -> int:
        """Of one edition; ``asked_by`` leaves out those asked about later."""
        row = ProofRow
        here = and_(col(row.edition_id) == edition_id, col(row.status) == status)
        asked = here if asked_by is None else and_(here, col(row.asked_at) <= asked_by)
        return self.count(col(row.id), asked)

    def some(
        self,
        identifier: Mapped[str],
        here: ColumnElement[bool],
        order: ColumnElement[object] | Mapped[object],
        *,
        limit: int,
    ) -> Some:
        total = self.count(identifier, here)
        if not total or not limit:
            return Some(total)
        first = select(identifier).where(here).order_by(order, identifier).limit(limit)
        return Some(total, tuple(dict.fromkeys(self.session.exec(first).all())))

    def count(self, identifier: Mapped[str], here: ColumnElement[bool]) -> int:
        return self.session.exec(select(func.count(identifier)).where(here)).one()


def current() -> ColumnElement[bool]:
    """The decision about the round its work is in."""
    return and_(
        col(SubmissionRow.id) == col(DecisionRow.submission_id),
        col(SubmissionRow.round) == col(DecisionRow.round),
    )
