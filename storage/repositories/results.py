"""Programme, editions, council meetings, certificates, points, reports, papers."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select

from schemas.certificate import Certificate
from schemas.collection import Edition, EditionStatus
from schemas.council import ActionItem, AgendaItem, Delegate, Meeting, Member, Vote
from schemas.ledger import LedgerEntry, Report
from schemas.papers import Paper, PaperKind
from schemas.programme import Session, Slot
from storage.files import Stored
from storage.identifiers import new_id
from storage.repositories.door import MovingRepository
from storage.repositories.parts import Part
from storage.repositories.rows import Repository
from storage.tables.results import (
    ActionItemRow,
    AgendaItemRow,
    ArticleRow,
    CertificateRow,
    DelegateRow,
    EditionRow,
    LedgerEntryRow,
    MeetingMemberRow,
    MeetingRow,
    PaperRow,
    ProgrammeSessionRow,
    ReportRow,
    SlotRow,
    VoteRow,
)


class ProgrammeSessions(Repository[ProgrammeSessionRow, Session]):
    row = ProgrammeSessionRow
    schema = Session
    order = ("starts_at", "track")

    def of_marathon(self, marathon_id: str) -> list[Session]:
        return self.where(ProgrammeSessionRow.marathon_id == marathon_id)


class Slots(Repository[SlotRow, Slot]):
    row = SlotRow
    schema = Slot
    order = ("starts_at", "session_id", "number")

    def of_marathon(self, marathon_id: str) -> list[Slot]:
        return self.where(SlotRow.marathon_id == marathon_id)

    def of_submissions(self, submission_ids: Iterable[str]) -> list[Slot]:
        return self.where(col(SlotRow.submission_id).in_(set(submission_ids)))

    def clear(self, marathon_id: str) -> None:
        statement = delete(SlotRow).where(col(SlotRow.marathon_id) == marathon_id)
        self.session.connection().execute(statement)


class Editions(MovingRepository[EditionRow, Edition]):
    row = EditionRow
    schema = Edition
    kind = "edition"
    order = ("number",)
    parts = (Part(field="articles", row=ArticleRow, owner="edition_id", plain="submission_id"),)

    def of_marathon(self, marathon_id: str) -> list[Edition]:
        return self.where(EditionRow.marathon_id == marathon_id)

    def latest(self, marathon_id: str) -> Edition | None:
        editions = self.of_marathon(marathon_id)
        return editions[-1] if editions else None

    def published(self, marathon_id: str) -> Edition | None:
        editions = self.where(
            EditionRow.marathon_id == marathon_id, EditionRow.status == EditionStatus.PUBLISHED
        )
        return editions[-1] if editions else None


ACTION_ITEMS = Part(
    field="action_items", row=ActionItemRow, owner="agenda_item_id", shape=ActionItem
)


DELEGATES = Part(field="delegates", row=DelegateRow, owner="agenda_item_id", shape=Delegate)


class Meetings(Repository[MeetingRow, Meeting]):
    row = MeetingRow
    schema = Meeting
    order = ("held_on", "number")
    parts = (
        Part(field="members", row=MeetingMemberRow, owner="meeting_id", shape=Member),
        Part(
            field="agenda",
            row=AgendaItemRow,
            owner="meeting_id",
            shape=AgendaItem,
            inner=(ACTION_ITEMS, DELEGATES),
        ),
    )

    def of_marathon(self, marathon_id: str) -> list[Meeting]:
        return self.where(MeetingRow.marathon_id == marathon_id)

    def of_cluster(self, cluster_id: str) -> list[Meeting]:
        return self.where(MeetingRow.cluster_id == cluster_id)


class Votes(Repository[VoteRow, Vote]):
    row = VoteRow
    schema = Vote
    order = ("item", "municipality_id")

    def of_meeting(self, meeting_id: str) -> list[Vote]:
        return self.where(VoteRow.meeting_id == meeting_id)

    def of(self, meeting_id: str, item: int, municipality_id: str) -> Vote | None:
        return self.first(
            VoteRow.meeting_id == meeting_id,
            VoteRow.item == item,
            VoteRow.municipality_id == municipality_id,
        )


class Certificates(Repository[CertificateRow, Certificate]):
    row = CertificateRow
    schema = Certificate
    order = ("number",)

    def by_number(self, number: str) -> Certificate | None:
        return self.first(CertificateRow.number == number)

    def of_marathon(self, marathon_id: str) -> list[Certificate]:
        return self.where(CertificateRow.marathon_id == marathon_id)

    def of_submissions(self, submission_ids: Iterable[str]) -> list[Certificate]:
        return self.where(col(CertificateRow.submission_id).in_(set(submission_ids)))

    def of_person(self, person_id: str) -> list[Certificate]:
        return self.where(CertificateRow.person_id == person_id)

    def of_nobody(self, submission_ids: Collection[str]) -> list[Certificate]:
        """Those about these works whose holders have no account to find them in."""
        return self.where(
            col(CertificateRow.person_id).is_(None),
            col(CertificateRow.submission_id).in_(submission_ids),
        )

    def same(self, wanted: Certificate) -> Certificate | None:
        """The certificate already issued to this holder for this reason."""
        return self.first(
            CertificateRow.marathon_id == wanted.marathon_id,
            CertificateRow.kind == wanted.kind,
            CertificateRow.holder == wanted.holder,
            CertificateRow.submission_id == wanted.submission_id,
        )

    def numbers(self, prefix: str) -> list[str]:
        """Numbers of every marathon that begin with ``prefix``."""
        statement = select(CertificateRow.number).where(
            col(CertificateRow.number).startswith(prefix, autoescape=True)
        )
        return sorted(self.session.exec(statement))


class Ledger(Repository[LedgerEntryRow, LedgerEntry]):
    row = LedgerEntryRow
    schema = LedgerEntry
    order = ("municipality_id", "indicator", "evidence")

    def of_marathon(self, marathon_id: str) -> list[LedgerEntry]:
        return self.where(LedgerEntryRow.marathon_id == marathon_id)


class Reports(Repository[ReportRow, Report]):
    row = ReportRow
    schema = Report

    def of_marathon(self, marathon_id: str) -> Report | None:
        return self.first(ReportRow.marathon_id == marathon_id)


class Papers(Repository[PaperRow, Paper]):
    row = PaperRow
    schema = Paper
    order = ("path",)

    def of(self, kind: PaperKind, subject_id: str) -> list[Paper]:
        return self.where(PaperRow.kind == kind, PaperRow.subject_id == subject_id)

    def record(
        self, kind: PaperKind, subject_id: str, path: str, stored: Stored, *, now: datetime
    ) -> Paper:
        """The newest content of the paper at ``path``; the same bytes keep their moment."""
        same = self.first(
            PaperRow.kind == kind, PaperRow.subject_id == subject_id, PaperRow.path == path
        )
        paper = Paper(
            id=same.id if same else new_id(),
            kind=kind,
            subject_id=subject_id,
            path=path,
            sha256=stored.sha256,
            size=stored.size,
            made_at=now,
        )
        if same is None:
            return self.add(paper)
        return same if same.sha256 == stored.sha256 else self.save(paper)
