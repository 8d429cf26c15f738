"""The files of works, and what was made of them."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import col, select

from schemas.scanning import CONCLUSIVE, SILENT_VERDICTS, ScanVerdict
from schemas.submission import Derivative, DerivativeKind, FileStatus, SubmissionFile
from storage.repositories.door import MovingRepository
from storage.repositories.rows import Repository
from storage.tables.works import DerivativeRow, SubmissionFileRow


class SubmissionFiles(MovingRepository[SubmissionFileRow, SubmissionFile]):
    row = SubmissionFileRow
    schema = SubmissionFile
    kind = "file"
    order = ("uploaded_at", "id")

    def of(self, submission_id: str) -> list[SubmissionFile]:
        """Files that still count, oldest first."""
        return self.where(
            SubmissionFileRow.submission_id == submission_id,
            SubmissionFileRow.status != FileStatus.REPLACED,
        )

    def ever(self, submission_id: str) -> list[SubmissionFile]:
        """Every file there was, replaced ones too, oldest first."""
        return self.where(SubmissionFileRow.submission_id == submission_id)

    def accepted(self, marathon_id: str) -> list[SubmissionFile]:
        """Files of all the marathon's works that passed the check."""
        return self.where(
            SubmissionFileRow.marathon_id == marathon_id,
            SubmissionFileRow.status == FileStatus.ACCEPTED,
        )

    def unscanned(self, marathon_id: str) -> list[SubmissionFile]:
        """Files that count and about which the virus scanner said nothing of use."""
        return self.where(
            SubmissionFileRow.marathon_id == marathon_id,
            col(SubmissionFileRow.status).in_([FileStatus.RECEIVED, FileStatus.ACCEPTED]),
            col(SubmissionFileRow.scan).in_(list(SILENT_VERDICTS)),
        )

    def virus_in(self, sha256: str) -> str | None:
        """What the scanner found when it last said anything of these bytes; None for nothing.

        Equal contents are kept once, so a find closes them for everybody who has sent them.
        """
        said = self.where(
            SubmissionFileRow.sha256 == sha256,
            col(SubmissionFileRow.scan).in_(list(CONCLUSIVE)),
        )
        newest = max(
            said, key=lambda one: (one.scanned_at or one.uploaded_at, one.id), default=None
        )
        return newest.virus if newest and newest.scan is ScanVerdict.VIRUS else None

    def unchecked(self, *, now: datetime, limit: int) -> list[SubmissionFile]:
        """Received files that no live run is checking."""
        free = col(SubmissionFileRow.claimed_until).is_(None) | (
            col(SubmissionFileRow.claimed_until) <= now
        )
        return self.all(
            select(SubmissionFileRow)
            .where(SubmissionFileRow.status == FileStatus.RECEIVED, free)
            .limit(limit)
        )

    def release_claims(self) -> int:
        """Give back what has yet to be checked: whoever had claimed it is dead."""
        statement = (
            update(SubmissionFileRow)
            .where(
                col(SubmissionFileRow.status) == FileStatus.RECEIVED,
                col(SubmissionFileRow.claimed_until).is_not(None),
            )
            .values(claimed_until=None)
        )
        return self.session.connection().execute(statement).rowcount

    def claim(self, file: SubmissionFile, *, now: datetime, minutes: int) -> bool:
        """Take ``file`` for checking; False when another run was first."""
        free = col(SubmissionFileRow.claimed_until).is_(None) | (
            col(SubmissionFileRow.claimed_until) <= now
        )
        statement = (
            update(SubmissionFileRow)
            .where(
                col(SubmissionFileRow.id) == file.id,
                col(SubmissionFileRow.status) == FileStatus.RECEIVED,
                free,
            )
            .values(claimed_until=now + timedelta(minutes=minutes))
        )
        return self.session.connection().execute(statement).rowcount == 1


class Derivatives(Repository[DerivativeRow, Derivative]):
    row = DerivativeRow
    schema = Derivative
    order = ("number", "id")

    def of(self, file_id: str, kind: DerivativeKind) -> list[Derivative]:
        return self.where(DerivativeRow.file_id == file_id, DerivativeRow.kind == kind)

    def made_of(self, file_id: str) -> list[Derivative]:
        """Everything that was made of the file."""
        return self.where(DerivativeRow.file_id == file_id)

    def forget(self, file_id: str) -> None:
        for derivative in self.made_of(file_id):
            self.remove(derivative.id)
