"""What a material waits for from this very person: a word that only they can give."""

from collections.abc import Iterator, Sequence

from flows.intake import co_authors
from flows.notices import talks
from flows.review import questions
from review_api.access import can
from review_api.formats import marked
from review_api.frame import Link
from review_api.pages.visit import Visit
from schemas.base import Schema
from schemas.proof import ProofStatus
from schemas.question import QuestionStatus
from schemas.submission import Submission, SubmissionStatus

READ = frozenset({SubmissionStatus.IN_REVIEW})


def asks_co_author(visit: Visit, submission: Submission) -> bool:
    """Whether this person stands among the authors and has not confirmed it."""
    own = visit.viewer.id
    place = co_authors.place_of(submission, person_id=own)
    asked = place is not None and submission.owner_id != own
    return asked and submission.authors[place or 0].confirmed_at is None


def awaited(visit: Visit, submissions: Sequence[Submission]) -> dict[str, tuple[Link, ...]]:
    """By the material, links to what is to be answered, the most urgent first.

    As many queries for one material as for a hundred.
    """
    alive = [one for one in submissions if one.status is not SubmissionStatus.WITHDRAWN]
    found = asked_of(visit, [one.id for one in alive])
    return {
        one.id: tuple(
            Link(text=text, href=f"/my/{one.id}/{page}")
            for text, page in answers(visit, one, found)
        )
        for one in alive
    }


class Asked(Schema):
    """Ids of materials, by what was asked about them and has no answer yet."""

    questions: frozenset[str]
    proofs: frozenset[str]
    talks: frozenset[str]


def asked_of(visit: Visit, ids: Sequence[str]) -> Asked:
    work = visit.work
    passed = [
        one for one in work.questions.of_submissions(ids) if one.status is QuestionStatus.PASSED
    ]
    closed = questions.closed_among(work, passed, now=visit.now)
    newest = {proof.submission_id: proof for proof in work.proofs.of_submissions(ids)}
    return Asked(
        questions=frozenset(one.submission_id for one in passed if one.id not in closed),
        proofs=frozenset(key for key, proof in newest.items() if proof.status is ProofStatus.ASKED),
        talks=frozenset(
            slot.submission_id
            for slot in work.slots.of_submissions(ids)
            if not slot.confirmed_at and not slot.declined_at
        ),
    )


def answers(visit: Visit, submission: Submission, asked: Asked) -> Iterator[tuple[str, str]]:
    def may(action: str) -> bool:
        return can(visit.viewer, action, submission)

    if asks_co_author(visit, submission):
        yield marked("Подтвердить соавторство"), "co-author"
    is_read = submission.status in READ and submission.id in asked.questions
    if is_read and may("question.see"):
        yield marked("Ответить эксперту"), "questions"
    if submission.status not in talks.LIVE:
        return
    if submission.id in asked.proofs and may("proof.answer"):
        yield marked("Проверить вёрстку"), "proof"
    if submission.id in asked.talks and may("submission.original"):
        yield marked("Ответить, будете ли вы на марафоне"), "live"
