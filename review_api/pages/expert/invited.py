"""An expert's answer from the letter: no signing in, and looking spends nothing.

Shows what the letter showed and nothing of the material; the address works until the review is due.
"""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from flows.notices import invited
from flows.review import answering, operations
from flows.review.common_gate import waits_for_common
from review_api import limits
from review_api.access import Viewer, require, viewer_of
from review_api.blind import BlindWork, blind_work
from review_api.pages.accounts.signing_in import (
    network,
    send_letter,
    sign_in,
    spend_code,
)
from review_api.pages.expert.answers import CONFLICTS, conflict_words, decline_fields, until_of
from review_api.pages.expert.queue import MOST_WORKS, NOTHING_TYPED, taken_sentence
from review_api.pages.visit import Text, Visit, VisitDep
from review_api.typed import echoed
from schemas.assignment import HELD, TO_SCORE, Assignment, AssignmentStatus, DeclineReason
from schemas.common_round import is_common
from schemas.errors import BadInput, Conflict
from schemas.marathon import Marathon
from schemas.people import Actor, Person

router = APIRouter()
ONE = "/invited/{assignment_id}/{mark}"
OVER = "Срок по этому приглашению вышел. Войдите: на странице «Экспертиза» видно, что с ним стало."


class LetterLate(Conflict):
    """The address is a true one, but the review was due before now."""


@dataclass(frozen=True)
class Invited:
    """One opened invitation; ``viewer`` is whoever the letter was written to, not who looks."""

    visit: Visit
    item: Assignment
    person: Person
    viewer: Viewer
    marathon: Marathon

    @property
    def by(self) -> Actor:
        return invited.actor_of(self.person)

    @property
    def address(self) -> str:
        return self.address_of(self.item)

    def address_of(self, item: Assignment) -> str:
        return invited.path_of(item.id, self.person.id, self.visit.installation.signer)

    @property
    def usual(self) -> str:
        return f"/expert/assignments/{self.item.id}"

    @property
    def until(self) -> datetime:
        return self.item.due_at or self.marathon.reviews_until

    @property
    def is_over(self) -> bool:
        return self.item.status is AssignmentStatus.EXPIRED or self.visit.now > self.until

    @property
    def is_known(self) -> bool:
        """Whether the expert may (still) know which work it is."""
        return self.item.status in HELD

    @property
    def waits(self) -> bool:
        own = self.viewer.assignments.values()
        return waits_for_common(self.item, own, self.marathon, now=self.visit.now)

    @property
    def waiting(self) -> list[Assignment]:
        """Invitations of the marathon that wait for an answer, this one among them or not."""
        expert = self.viewer.expert
        return answering.choosable(self.visit.work, expert, self.marathon.id) if expert else []

    @property
    def following(self) -> str:
        """Where the next of them is answered; empty when none waits."""
        others = [one for one in self.waiting if one.id != self.item.id]
        return self.address_of(others[0]) if others else ""


def open_invitation(visit: Visit, assignment_id: str, mark: str) -> Invited:
    """Raises ``NotFound`` for an address nobody was given and for a work that was taken away."""
    work = visit.work
    item, person = invited.opened(work, assignment_id, mark, signer=visit.installation.signer)
    viewer = viewer_of(work, person)
    require(viewer, "assignment.answer", item)
    if item.status in HELD:
        require(viewer, "review.material", work.submissions.get(item.submission_id))
    return Invited(visit, item, person, viewer, work.marathons.get(item.marathon_id))


def to_answer(visit: Visit, assignment_id: str, mark: str) -> Invited:
    """As ``open_invitation``, counted against trying; raises ``LetterLate`` after the due date."""
    limits.count_by_letter(assignment_id, network(visit.request))
    found = open_invitation(visit, assignment_id, mark)
    if found.is_over:
        raise LetterLate(OVER, code="letter_late")
    return found


@router.get("/invited/{assignment_id}")
def without_mark(visit: VisitDep, assignment_id: str) -> Response:
    """The address as letters are stored with it asks to sign in."""
    return visit.leave(f"/expert/assignments/{assignment_id}")


@router.get(ONE)
def page(visit: VisitDep, assignment_id: str, mark: str) -> Response:
    found = open_invitation(visit, assignment_id, mark)
    if not found.is_over:
        return show(found)
    return late(found)


def late(found: Invited) -> Response:
    """The one it was written to goes on where they usually answer; others may sign in."""
    if found.visit.viewer.id == found.person.id:
        return found.visit.leave(found.usual)
    return found.visit.leave(f"/login?next={found.usual}", OVER, kind="warning")


def show(found: Invited, errors: dict[str, str] | None = None, **typed: str) -> Response:
    visit, waiting = found.visit, found.waiting
    among = any(one.id == found.item.id for one in waiting)
    return visit.show(
        "expert/invited.html",
        status=422 if errors else 200,
        marathon=found.marathon,
        invited=found,
        item=found.item,
        work=shown_work(found),
        criteria=len(visit.work.rubrics.of(found.marathon.id).criteria),
        others=len(waiting) if among else 0,
        kinds=CONFLICTS,
        typed=NOTHING_TYPED | {name: echoed(value) for name, value in typed.items()},
        errors=errors or {},
        masked=masked(found.person.email or ""),
        is_here=visit.viewer.id == found.person.id,
        now=visit.now,
    )


def shown_work(found: Invited) -> BlindWork | None:
    """The title and abstract of the letter, under the mask of the letter."""
    if not found.is_known:
        return None
    submission = found.visit.work.submissions.get(found.item.submission_id)
    return blind_work(found.visit.work, found.item, submission, found.marathon)


def masked(email: str) -> str:
    """«и…@example.ru»: enough to know which of one's mailboxes it is; lines do not break in it."""
    name, at, domain = email.rpartition("@")
    return f"{name[:1]}…\u2060{at}{domain}" if at else ""


@router.post(f"{ONE}/accept")
def accept(visit: VisitDep, assignment_id: str, mark: str) -> Response:
    found = to_answer(visit, assignment_id, mark)
    if found.item.status is not AssignmentStatus.SUBMITTED:
        operations.accept(visit.work, found.item.id, by=found.by, now=visit.now)
    return visit.leave(found.address)


@router.post(f"{ONE}/accept-some")
def accept_some(visit: VisitDep, assignment_id: str, mark: str, count: Text = "") -> Response:
    found = to_answer(visit, assignment_id, mark)
    if found.item.status in TO_SCORE:
        return visit.leave(found.address)
    number = int(count) if count in {str(one) for one in range(1, MOST_WORKS)} else 0
    try:
        taken, refused = answering.accept_some(
            visit.work, found.item.id, count=number, by=found.by, now=visit.now
        )
    except BadInput as error:
        return visit.refuse(found.address, error)
    return visit.leave(found.address, taken_sentence(len(taken), len(refused)))


@router.post(f"{ONE}/not-now")
def not_now(
    visit: VisitDep, assignment_id: str, mark: str, until: Text = "", note: Text = ""
) -> Response:
    found = to_answer(visit, assignment_id, mark)
    try:
        answering.not_now(
            visit.work,
            found.item.id,
            after=until_of(until),
            note=note,
            by=found.by,
            now=visit.now,
        )
    except BadInput as error:
        return show(found, {"until": error.sentence}, until=until)
    return thanked(found)


@router.post(f"{ONE}/other")
def other_reason(visit: VisitDep, assignment_id: str, mark: str, why: Text = "") -> Response:
    found = to_answer(visit, assignment_id, mark)
    wrong = decline_fields(why)
    return show(found, wrong, why=why) if wrong else decline(found, DeclineReason.OTHER, why)


@router.post(f"{ONE}/conflict")
def conflict(
    visit: VisitDep, assignment_id: str, mark: str, kind: Text = "", note: Text = ""
) -> Response:
    found = to_answer(visit, assignment_id, mark)
    words, wrong = conflict_words(kind, note)
    if wrong:
        return show(found, wrong, kind=kind, note=note)
    return decline(found, DeclineReason.CONFLICT, words)


def decline(found: Invited, reason: DeclineReason, note: str) -> Response:
    operations.decline(
        found.visit.work,
        found.item.id,
        reason=reason,
        note=note.strip(),
        by=found.by,
        now=found.visit.now,
    )
    return thanked(found)


def thanked(found: Invited) -> Response:
    then = "" if is_common(found.item, found.marathon) else " Работу передадим другому эксперту."
    return found.visit.leave(found.address, f"Спасибо за честный ответ.{then}")


@router.post(f"{ONE}/enter")
def enter(visit: VisitDep, assignment_id: str, mark: str) -> Response:
    """One press sends the sign-in letter to the address we know; the page shows it masked."""
    found = to_answer(visit, assignment_id, mark)
    if not found.person.email:
        return visit.leave(f"/login?next={found.usual}")
    send_letter(visit, found.person.email, found.usual)
    return show_code(found)


def show_code(found: Invited, errors: dict[str, str] | None = None) -> Response:
    return found.visit.show(
        "accounts/letter_sent.html",
        status=422 if errors else 200,
        email=masked(found.person.email or ""),
        action=f"{found.address}/code",
        again=found.address,
        next=found.usual,
        errors=errors or {},
    )


@router.post(f"{ONE}/code")
def code_typed(visit: VisitDep, assignment_id: str, mark: str, code: Text = "") -> Response:
    found = open_invitation(visit, assignment_id, mark)
    try:
        person = spend_code(visit, found.person.email or "", code)
    except BadInput as error:
        return show_code(found, {"code": error.sentence})
    return sign_in(visit, person, found.usual)
