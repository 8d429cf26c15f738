"""What a material waits for from this very person: a word that only they can give."""

from collections.abc import Iterator

from flows.compilation import proofs
from flows.intake import co_authors
from flows.notices import talks
from review_api.access import can
from review_api.formats import marked
from review_api.frame import Link
from review_api.pages.teacher.questions import received
from review_api.pages.visit import Visit
from schemas.proof import ProofStatus
from schemas.submission import Submission, SubmissionStatus

ASKED = frozenset({SubmissionStatus.IN_REVIEW})


def asks_co_author(visit: Visit, submission: Submission) -> bool:
    """Whether this person stands among the authors and has not confirmed it."""
    own = visit.viewer.id
    place = co_authors.place_of(submission, person_id=own)
    asked = place is not None and submission.owner_id != own
    return asked and submission.authors[place or 0].confirmed_at is None


def awaited(visit: Visit, submission: Submission) -> tuple[Link, ...]:
    """Links to what is to be answered, the most urgent first; few queries for few states."""
    if submission.status is SubmissionStatus.WITHDRAWN:
        return ()
    home = f"/my/{submission.id}"
    return tuple(
        Link(text=text, href=f"{home}/{page}") for text, page in answers(visit, submission)
    )


def answers(visit: Visit, submission: Submission) -> Iterator[tuple[str, str]]:
    if asks_co_author(visit, submission):
        yield marked("Подтвердить соавторство"), "co-author"
    if submission.status in ASKED and waits_for_answer(visit, submission):
        yield marked("Ответить эксперту"), "questions"
    if submission.status not in talks.LIVE:
        return
    proof = proofs.newest(visit.work, submission.id)
    asked = proof is not None and proof.status is ProofStatus.ASKED
    if asked and can(visit.viewer, "proof.answer", submission):
        yield marked("Проверить вёрстку"), "proof"
    if can(visit.viewer, "submission.original", submission) and is_unanswered(visit, submission):
        yield marked("Ответить, будете ли вы на марафоне"), "live"


def waits_for_answer(visit: Visit, submission: Submission) -> bool:
    may = can(visit.viewer, "question.see", submission)
    return may and any(one.waits for one in received(visit, submission.id))


def is_unanswered(visit: Visit, submission: Submission) -> bool:
    """Whether the programme has a talk of this material that nobody has said yes or no to."""
    slots = visit.work.slots.of_marathon(submission.marathon_id)
    own = [slot for slot in slots if slot.submission_id == submission.id]
    return any(not slot.confirmed_at and not slot.declined_at for slot in own)
