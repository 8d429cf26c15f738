"""Versions of works, ways in, uploads in parts, proofs, questions, nominations, kept forms."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, update
from sqlmodel import col, select

from schemas.intake_access import AccessCode, Extension, Upload
from schemas.kept_form import KeptForm
from schemas.letter_template import Language, LetterTemplate
from schemas.nomination import Nomination
from schemas.proof import Proof
from schemas.question import Question
from schemas.submission import Submission, SubmissionDraft, SubmissionVersion
from storage.identifiers import new_id
from storage.repositories.people import fold_address
from storage.repositories.rows import Repository
from storage.tables.conversing import (
    AccessCodeRow,
    ExtensionRow,
    KeptFormRow,
    LetterTemplateRow,
    NominationRow,
    ProofRow,
    QuestionRow,
    SubmissionVersionRow,
    UploadRow,
)


class SubmissionVersions(Repository[SubmissionVersionRow, SubmissionVersion]):
    row = SubmissionVersionRow
    schema = SubmissionVersion
    order = ("number",)

    def of(self, submission_id: str) -> list[SubmissionVersion]:
        """Oldest first."""
        return self.where(SubmissionVersionRow.submission_id == submission_id)

    def newest(self, submission_id: str) -> SubmissionVersion | None:
        versions = self.of(submission_id)
        return versions[-1] if versions else None

    def since(self, marathon_id: str, moment: datetime) -> list[SubmissionVersion]:
        """Of all works of the marathon, what was sent after ``moment``."""
        return self.where(
            SubmissionVersionRow.marathon_id == marathon_id,
            col(SubmissionVersionRow.sent_at) > moment,
        )

    def next_number(self, submission_id: str) -> int:
        newest = select(func.max(col(SubmissionVersionRow.number))).where(
            SubmissionVersionRow.submission_id == submission_id
        )
        return (self.session.exec(newest).one() or 0) + 1

    def keep(
        self,
        submission: Submission,
        *,
        file_id: str | None,
        by: str | None,
        now: datetime,
        round_: int | None = None,
    ) -> SubmissionVersion:
        """The next version: the submission's content as it is given; ``by`` is a person's id."""
        content = SubmissionDraft.model_validate(
            {name: getattr(submission, name) for name in SubmissionDraft.model_fields}
        )
        return self.add(
            SubmissionVersion(
                id=new_id(),
                submission_id=submission.id,
                marathon_id=submission.marathon_id,
                number=self.next_number(submission.id),
                round=round_ or submission.round,
                content=content,
                file_id=file_id,
                sent_by=by,
                sent_at=now,
            )
        )


class Extensions(Repository[ExtensionRow, Extension]):
    row = ExtensionRow
    schema = Extension
    order = ("granted_at", "id")

    def of_marathon(self, marathon_id: str) -> list[Extension]:
        return self.where(ExtensionRow.marathon_id == marathon_id)

    def of_person(self, marathon_id: str, person_id: str) -> list[Extension]:
        return self.where(
            ExtensionRow.marathon_id == marathon_id, ExtensionRow.person_id == person_id
        )

    def of(self, person_id: str) -> list[Extension]:
        """In every marathon."""
        return self.where(ExtensionRow.person_id == person_id)


class AccessCodes(Repository[AccessCodeRow, AccessCode]):
    row = AccessCodeRow
    schema = AccessCode
    order = ("made_at", "id")

    def of_marathon(self, marathon_id: str) -> list[AccessCode]:
        return self.where(AccessCodeRow.marathon_id == marathon_id)

    def named(self, marathon_id: str, code: str) -> AccessCode | None:
        return self.first(
            AccessCodeRow.marathon_id == marathon_id,
            AccessCodeRow.code == "".join(code.split()).upper(),
        )

    def use(self, code: AccessCode) -> bool:
        """Whether one more use was left: two people cannot both take the last one."""
        statement = (
            update(AccessCodeRow)
            .where(
                col(AccessCodeRow.id) == code.id,
                col(AccessCodeRow.uses) < col(AccessCodeRow.most_uses),
                col(AccessCodeRow.closed_at).is_(None),
            )
            .values(uses=AccessCodeRow.uses + 1)
        )
        return self.connection.execute(statement).rowcount == 1


class Uploads(Repository[UploadRow, Upload]):
    row = UploadRow
    schema = Upload
    order = ("started_at", "id")

    def of(self, submission_id: str) -> list[Upload]:
        return self.where(UploadRow.submission_id == submission_id)

    def unfinished(self, submission_id: str, person_id: str) -> list[Upload]:
        """Oldest first."""
        return self.where(
            UploadRow.submission_id == submission_id,
            UploadRow.person_id == person_id,
            col(UploadRow.file_id).is_(None),
        )

    def lock(self, upload_id: str) -> Upload:
        """As it is now; nobody else adds a part until this transaction ends."""
        return self.read_all([self.locked(upload_id)])[0]

    def left_behind(self, *, before: datetime) -> list[Upload]:
        """Begun earlier and never finished."""
        return self.where(UploadRow.started_at < before, col(UploadRow.file_id).is_(None))


class Proofs(Repository[ProofRow, Proof]):
    row = ProofRow
    schema = Proof
    order = ("asked_at", "id")

    def of_marathon(self, marathon_id: str) -> list[Proof]:
        return self.where(ProofRow.marathon_id == marathon_id)

    def of_edition(self, edition_id: str) -> list[Proof]:
        return self.where(ProofRow.edition_id == edition_id)

    def of_submission(self, submission_id: str) -> list[Proof]:
        return self.where(ProofRow.submission_id == submission_id)

    def of_submissions(self, submission_ids: Iterable[str]) -> list[Proof]:
        return self.where(col(ProofRow.submission_id).in_(set(submission_ids)))


class Questions(Repository[QuestionRow, Question]):
    row = QuestionRow
    schema = Question
    order = ("asked_at", "id")

    def of_marathon(self, marathon_id: str) -> list[Question]:
        return self.where(QuestionRow.marathon_id == marathon_id)

    def of_submission(self, submission_id: str) -> list[Question]:
        return self.where(QuestionRow.submission_id == submission_id)

    def of_submissions(self, submission_ids: Iterable[str]) -> list[Question]:
        return self.where(col(QuestionRow.submission_id).in_(set(submission_ids)))

    def of_assignment(self, assignment_id: str) -> list[Question]:
        return self.where(QuestionRow.assignment_id == assignment_id)


class Nominations(Repository[NominationRow, Nomination]):
    row = NominationRow
    schema = Nomination
    order = ("proposed_at", "id")

    def of_municipality(self, municipality_id: str) -> list[Nomination]:
        return self.where(NominationRow.municipality_id == municipality_id)

    def of_email(self, email: str) -> list[Nomination]:
        return self.where(NominationRow.email == fold_address(email))


class KeptForms(Repository[KeptFormRow, KeptForm]):
    row = KeptFormRow
    schema = KeptForm
    order = ("kept_at", "id")

    def live(self, hashed: str, *, now: datetime) -> KeptForm | None:
        return self.first(KeptFormRow.hash == hashed, KeptFormRow.expires_at > now)

    def forget_path(self, path: str) -> None:
        """Everything typed for this address."""
        for one in self.where(KeptFormRow.path == path):
            self.remove(one.id)

    def forget_old(self, *, now: datetime) -> None:
        self.connection.execute(delete(KeptFormRow).where(col(KeptFormRow.expires_at) <= now))


class LetterTemplates(Repository[LetterTemplateRow, LetterTemplate]):
    row = LetterTemplateRow
    schema = LetterTemplate
    order = ("code", "language")

    def of_marathon(self, marathon_id: str) -> list[LetterTemplate]:
        return self.where(LetterTemplateRow.marathon_id == marathon_id)

    def named(self, marathon_id: str, code: str, language: Language) -> LetterTemplate | None:
        return self.first(
            LetterTemplateRow.marathon_id == marathon_id,
            LetterTemplateRow.code == code,
            LetterTemplateRow.language == language,
        )
