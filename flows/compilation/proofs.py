"""The author's last look at the typeset article: asked for, confirmed, corrected.

What an author corrects is written into the material itself, so that pages, volume, certificates
and metadata go on having one source; the volume then has to be built anew.
"""

from collections.abc import Mapping
from datetime import datetime

from flows.compilation.gathering import key_of
from flows.compilation.operations import PRINTABLE, record_of
from schemas.base import Schema
from schemas.collection import Edition
from schemas.errors import BadInput, Conflict
from schemas.people import Actor
from schemas.proof import Proof, ProofStatus
from schemas.submission import Author, Submission
from storage.files import FileStore
from storage.identifiers import new_id
from storage.work import Work

LIMITS: Mapping[str, int] = {
    "title": 300,
    "abstract": 5000,
    "remarks": 5000,
    "name": 200,
    "position": 200,
    "organisation": 200,
}
LONG = "Сократите: не больше {most} знаков."
NEEDED: Mapping[str, str] = {
    "title": "Напишите название.",
    "abstract": "Напишите аннотацию.",
    "name": "Напишите фамилию, имя и отчество (если есть) полностью.",
    "organisation": "Напишите, где работает автор.",
}


class AuthorLine(Schema):
    """What may be corrected of one author; ``place`` is where the line is to stand, from 1."""

    name: str
    position: str
    organisation: str
    place: int


class Correction(Schema):
    """The data of an article as its author wants it; ``authors`` in the order they stand in now.

    ``remarks`` are for the organisers: what no field holds, a picture or a broken table.
    """

    title: str
    abstract: str
    authors: tuple[AuthorLine, ...]
    remarks: str = ""


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
    """The author's yes to the same article, word for word, in an earlier edition."""
    before = newest(work, submission.id)
    if before is None or before.status is not ProofStatus.CONFIRMED:
        return None
    records = [record_of(one, files) for one in (work.editions.find(before.edition_id), edition)]
    digests = [one.inputs.get(key_of(submission.number), "") if one else "" for one in records]
    return before if digests[0] and digests[0] == digests[1] else None


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


def correct(
    work: Work,
    proof_id: str,
    correction: Correction,
    *,
    version: int,
    seen: int,
    by: Actor,
    now: datetime,
) -> Proof:
    """Write the corrected data into the material and keep both what was and what is.

    ``version`` is the proof's, ``seen`` the material's, as the form was opened with. Raises
    ``BadInput`` (``unchanged``) and ``Conflict``.
    """
    proof = work.proofs.get(proof_id)
    for field, sentence in faults(correction).items():
        raise BadInput(sentence, field=field)
    submission = work.submissions.get(proof.submission_id)
    changed = corrected(work, submission, correction)
    if changed == submission and not correction.remarks:
        raise BadInput(
            "Вы ничего не изменили. Если всё верно, вернитесь и нажмите «Всё верно».",
            code="unchanged",
        )
    if changed != submission:
        save_in_versions(
            work, submission, changed.model_copy(update={"version": seen}), by=by, now=now
        )
    remarks = correction.remarks
    return answered(
        work, proof, ProofStatus.CORRECTED, version=version, by=by, now=now, remarks=remarks
    )


def save_in_versions(
    work: Work, before: Submission, after: Submission, *, by: Actor, now: datetime
) -> None:
    """The corrected material, a version of its own after the one it was printed from.

    Sending keeps versions in ``flows.intake.versions``, where the same twice is one; a correction
    is always another, and of a material older than versions both are written down.
    """
    file = next(reversed(work.files.of(before.id)), None)
    file_id = file.id if file else None
    versions = work.submission_versions
    if not versions.of(before.id):
        sent_at = before.submitted_at or now
        versions.keep(before, file_id=file_id, by=before.owner_id, now=sent_at)
    saved = work.submissions.save(after)
    versions.keep(saved, file_id=file_id, by=by.person_id, now=now)


def corrected(work: Work, submission: Submission, correction: Correction) -> Submission:
    lines = sorted(
        zip(correction.authors, submission.authors, strict=True), key=lambda pair: pair[0].place
    )
    authors = tuple(line_of(work, line, author) for line, author in lines)
    words = {"title": correction.title, "abstract": correction.abstract}
    return submission.model_copy(update={**words, "authors": authors})


def line_of(work: Work, line: AuthorLine, author: Author) -> Author:
    """The author's line with the corrected words; another school is another registry entry."""
    changes: dict[str, object] = {
        "name": line.name,
        "position": line.position,
        "organisation": line.organisation,
    }
    if line.organisation != author.organisation:
        known = work.organisations.by_name(author.municipality_id, line.organisation)
        changes["organisation_id"] = known.id if known else None
    return author.model_copy(update=changes)


def faults(correction: Correction) -> dict[str, str]:
    """What keeps the data from being printed, by field: ``title``, ``name-0``, ``place``."""
    given = [
        (name, name, getattr(correction, name)) for name in ("title", "abstract", "remarks")
    ] + [
        (f"{name}-{number}", name, getattr(line, name))
        for number, line in enumerate(correction.authors)
        for name in ("name", "position", "organisation")
    ]
    found = {field: wrong for field, kind, text in given if (wrong := fault(kind, text))}
    places = sorted(line.place for line in correction.authors)
    if places != list(range(1, len(places) + 1)):
        found["place"] = "У двух авторов одно место: расставьте авторов по порядку, от первого."
    return found


def fault(kind: str, text: str) -> str:
    if len(text) > LIMITS[kind]:
        return LONG.format(most=LIMITS[kind])
    is_whole_name = kind != "name" or len(text.split()) > 1
    return "" if kind not in NEEDED or (text.strip() and is_whole_name) else NEEDED[kind]


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
