"""What an author corrects in the typeset article is written into the material itself.

So pages, volume, certificates and metadata go on having one source; the volume then has to be
built anew.
"""

from collections.abc import Mapping
from datetime import datetime

from flows.compilation.proofs import answered
from schemas.base import Schema
from schemas.errors import BadInput
from schemas.people import Actor
from schemas.proof import Proof, ProofStatus
from schemas.submission import Author, Submission
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
