"""The author's last look at the typeset article: asked for, reminded of, answered."""

from collections.abc import Mapping
from datetime import datetime

from flows.compilation import visible
from flows.compilation.operations import PRINTABLE, record_of
from schemas.base import Schema
from schemas.collection import Edition
from schemas.errors import Conflict
from schemas.people import Actor
from schemas.proof import Proof, ProofStatus
from schemas.submission import Submission
from storage.files import FileStore
from storage.identifiers import new_id
from storage.work import Work


class Answers(Schema):
    """An edition's proofs by what their authors said; ``unasked`` are works nobody asked about."""

    confirmed: tuple[Submission, ...] = ()
    corrected: tuple[Submission, ...] = ()
    silent: tuple[Submission, ...] = ()
    unasked: tuple[Submission, ...] = ()
    proofs: Mapping[str, Proof] = {}

    @property
    def is_asked(self) -> bool:
        return bool(self.proofs)

    @property
    def unanswered(self) -> tuple[Submission, ...]:
        return (*self.silent, *self.unasked)


def answers(work: Work, edition: Edition) -> Answers:
    """What authors said of this edition, works in the order of the volume."""
    proofs = {one.submission_id: one for one in work.proofs.of_edition(edition.id)}
    works = work.submissions.many(edition.articles)
    found: dict[ProofStatus | None, list[Submission]] = {}
    for identifier in edition.articles:
        if identifier in works and works[identifier].status in PRINTABLE:
            status = proofs[identifier].status if identifier in proofs else None
            found.setdefault(status, []).append(works[identifier])
    return Answers(
        confirmed=tuple(found.get(ProofStatus.CONFIRMED, ())),
        corrected=tuple(found.get(ProofStatus.CORRECTED, ())),
        silent=tuple(found.get(ProofStatus.ASKED, ())),
        unasked=tuple(found.get(None, ())),
        proofs=proofs,
    )


def newest(work: Work, submission_id: str) -> Proof | None:
    """The last proof of the article that was asked for."""
    proofs = work.proofs.of_submission(submission_id)
    return proofs[-1] if proofs else None


def ask(work: Work, edition_id: str, *, files: FileStore, by: Actor, now: datetime) -> list[Proof]:
    """A proof and a letter for every article nobody was asked about; asking again adds nothing.

    An article confirmed in an earlier edition and unchanged since is confirmed in this one too.
    Raises ``Conflict`` when a newer edition exists.
    """
    work.journal.lock()
    edition = work.editions.get(edition_id)
    require_newest(work, edition)
    added = []
    for submission in answers(work, edition).unasked:
        before = confirmed_before(work, edition, submission, files)
        proof = work.proofs.add(a_proof(edition, submission, before, now))
        added.append(proof)
        if before is None:
            write_letter(work, "proof_asked", proof, submission, key=proof.id, now=now)
    if added:
        journal(work, "proof_asked", "edition", edition.id, by=by, now=now)
    return added


def require_newest(work: Work, edition: Edition) -> None:
    latest = work.editions.latest(edition.marathon_id)
    if latest is not None and latest.number > edition.number:
        raise Conflict(
            f"Есть выпуск {latest.number}, он новее: рассылайте вёрстку его статей.",
            code="newer_edition",
        )


def a_proof(edition: Edition, submission: Submission, before: Proof | None, now: datetime) -> Proof:
    proof = Proof(
        id=new_id(),
        submission_id=submission.id,
        marathon_id=edition.marathon_id,
        edition_id=edition.id,
        asked_at=now,
    )
    if before is None:
        return proof
    told = {"status": before.status, "answered_at": before.answered_at}
    return proof.model_copy(update=told | {"answered_by": before.answered_by})


def confirmed_before(
    work: Work, edition: Edition, submission: Submission, files: FileStore
) -> Proof | None:
    """The author's yes to an article that readers see the same, in an earlier edition."""
    before = newest(work, submission.id)
    if before is None or before.status is not ProofStatus.CONFIRMED:
        return None
    records = [record_of(one, files) for one in (work.editions.find(before.edition_id), edition)]
    article = f"{visible.ARTICLE}{submission.number}"
    then, today = (one.seen.get(article, "") if one else "" for one in records)
    return before if then and then == today else None


def remind(work: Work, edition_id: str, *, by: Actor, now: datetime) -> int:
    """A letter to everybody who has not answered, at most one a day; returns how many wait."""
    edition = work.editions.get(edition_id)
    told = answers(work, edition)
    for submission in told.silent:
        proof = told.proofs[submission.id]
        key = f"{proof.id}/{now:%Y-%m-%d}"
        write_letter(work, "proof_reminder", proof, submission, key=key, now=now)
    if told.silent:
        journal(work, "proof_reminded", "edition", edition.id, by=by, now=now)
    return len(told.silent)


def confirm(work: Work, proof_id: str, *, version: int, by: Actor, now: datetime) -> Proof:
    """Everything is right; saying so twice is saying it once. Raises ``Conflict``."""
    proof = work.proofs.get(proof_id)
    if proof.status is ProofStatus.CONFIRMED:
        return proof
    if proof.status is ProofStatus.CORRECTED:
        raise Conflict(
            "Вы уже прислали исправления: подтвердите статью, когда её сверстают заново.",
            code="proof_corrected",
        )
    return answered(work, proof, ProofStatus.CONFIRMED, version=version, by=by, now=now)


def answered(
    work: Work,
    proof: Proof,
    status: ProofStatus,
    *,
    version: int,
    by: Actor,
    now: datetime,
    remarks: str = "",
) -> Proof:
    journal(work, f"proof_{status}", "submission", proof.submission_id, by=by, now=now)
    changes: dict[str, object] = {
        "status": status,
        "answered_at": now,
        "answered_by": by.person_id,
        "remarks": remarks or proof.remarks,
        "version": version,
    }
    return work.proofs.save(proof.model_copy(update=changes))


def journal(
    work: Work, action: str, kind: str, subject_id: str, *, by: Actor, now: datetime
) -> None:
    work.journal.write(by, action=action, kind=kind, subject_id=subject_id, now=now)


def write_letter(
    work: Work, template: str, proof: Proof, submission: Submission, *, key: str, now: datetime
) -> None:
    work.notices.tell(
        template,
        key,
        about=("submission", submission.id),
        person_id=submission.owner_id,
        marathon_id=proof.marathon_id,
        now=now,
    )
