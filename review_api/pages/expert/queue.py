"""An expert's queue: what waits for an answer, what is being reviewed, what has been sent."""

from collections.abc import Sequence
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from flows.assignment import wish_operations as wishes
from flows.review import answering, availability, deadlines, operations
from flows.review.common_gate import waits_for_common
from flows.review.queue import by_due, next_to_review
from review_api.blind import BlindWork, blind_work, blind_works, code_of
from review_api.frame import Link
from review_api.pages.expert.answers import CONFLICTS, conflict_words, decline_fields, until_of
from review_api.pages.expert.material import OPEN_TO_EXPERT, own
from review_api.pages.visit import Text, Visit, VisitDep
from review_api.typed import echoed
from schemas.assignment import OPEN, TO_SCORE, Assignment, AssignmentStatus, DeclineReason
from schemas.base import Schema
from schemas.common_round import is_common
from schemas.errors import BadInput, NotFound
from schemas.marathon import Marathon, Phase
from schemas.review import Review
from schemas.submission import Submission

router = APIRouter()
MOST_COUNTED = 500  # works read to count those without a wish
QUEUE = "/expert"
BACK = Link(text="Все мои работы", href=QUEUE)
MOST_WORKS = 51
NOTHING_TYPED = {"kind": "", "note": "", "until": "", "why": ""}
OVER = frozenset({Phase.RESULTS, Phase.ARCHIVE})


class Row(Schema):
    """One work in the list; one that ``waits`` opens after the expert's common works."""

    id: str
    status: AssignmentStatus
    round: int
    work: BlindWork
    until: datetime | None
    overdue: bool
    zone: str
    marathon: str
    is_over: bool
    is_common: bool
    waits: bool
    review: Review | None

    @property
    def href(self) -> str:
        return f"/expert/assignments/{self.id}"

    @property
    def chip(self) -> tuple[str, str, str]:
        draft = "draft" if self.review else "waiting"
        sent = self.status is AssignmentStatus.SUBMITTED
        return (self.work.code, self.href, "sent" if sent else draft)


def my_items(visit: Visit) -> list[Assignment]:
    """Own assignments whose works this expert may see now."""
    items = [i for i in visit.viewer.assignments.values() if i.status in OPEN_TO_EXPERT]
    submissions = visit.work.submissions.many(item.submission_id for item in items)
    return by_due(item for item in items if may_read(visit, submissions[item.submission_id]))


def may_read(visit: Visit, submission: Submission) -> bool:
    try:
        visit.require("review.material", submission)
    except NotFound:
        return False
    return True


def my_rows(visit: Visit, items: Sequence[Assignment]) -> list[Row]:
    marathons = visit.work.marathons.many(item.marathon_id for item in items)
    submissions = visit.work.submissions.many(item.submission_id for item in items)
    reviews = visit.work.reviews.of_expert(items[0].expert_id) if items else {}
    works = blind_works(
        visit.work,
        ((item, submissions[item.submission_id], marathons[item.marathon_id]) for item in items),
    )
    return [
        row_of(visit, item, works[item.id], marathons[item.marathon_id], reviews.get(item.id))
        for item in items
    ]


def row_of(
    visit: Visit, item: Assignment, work: BlindWork, marathon: Marathon, review: Review | None
) -> Row:
    until = deadlines.due(item)
    return Row(
        id=item.id,
        status=item.status,
        round=item.round,
        work=work,
        until=until,
        overdue=item.status in OPEN and until is not None and visit.now > until,
        zone=marathon.zone,
        marathon=marathon.title,
        is_over=marathon.phase in OVER or visit.now > marathon.reviews_until,
        is_common=is_common(item, marathon),
        waits=waits(visit, item, marathon),
        review=review,
    )


def waits(visit: Visit, item: Assignment, marathon: Marathon) -> bool:
    return waits_for_common(item, visit.viewer.assignments.values(), marathon, now=visit.now)


def next_of(visit: Visit, *, after: str = "") -> Assignment | None:
    """The work to go on with: chosen by counts that the expert never sees."""
    items = [item for item in my_items(visit) if item.status in OPEN]
    marathons = visit.work.marathons.many(item.marathon_id for item in items)
    waiting = [item for item in items if not waits(visit, item, marathons[item.marathon_id])]
    sent = visit.work.reviews.sent_counts(item.submission_id for item in waiting)
    return next_to_review(waiting, sent, after=after)


def with_query_of(visit: Visit, path: str) -> str:
    query = visit.request.url.query
    return f"{path}?{query}" if query else path


def address(item: Assignment | None) -> str:
    return f"/expert/assignments/{item.id}" if item else QUEUE


@router.get(QUEUE)
def queue(visit: VisitDep) -> Response:
    _ = visit.person
    visit.require("review.pages")
    return show_queue(visit)


def show_queue(visit: Visit) -> Response:
    items = my_items(visit)
    rows = my_rows(visit, items)
    following = next_of(visit)
    current = [row for row in rows if not row.is_over]
    marathon = visit.work.marathons.get(items[0].marathon_id) if items else None
    expert = visit.viewer.expert
    invited = [row for row in current if row.status is AssignmentStatus.INVITED]
    return visit.show(
        "expert/queue.html",
        marathon=marathon,
        back=None,
        breadcrumbs=(),
        flashes=(),
        invited=invited,
        to_score=[row for row in current if row.status in TO_SCORE and not row.waits],
        later=[row for row in current if row.status in TO_SCORE and row.waits],
        sent=[row for row in current if row.status is AssignmentStatus.SUBMITTED],
        past=[row for row in rows if row.is_over],
        following=following and next(row for row in rows if row.id == following.id),
        now=visit.now,
        together=together(visit, invited),
        to_wish=0 if following else waiting_for_wish(visit),
        expert=expert,
        away=availability.current(expert.absences, today=visit.now.date()) if expert else (),
    )


def together(visit: Visit, rows: Sequence[Row]) -> list[Assignment]:
    """Invitations that one press may take all at once; none where a single one waits."""
    first = next((row for row in rows if not row.waits), None)
    if first is None or visit.viewer.expert is None:
        return []
    marathon_id = visit.viewer.assignments[first.id].marathon_id
    found = answering.choosable(visit.work, visit.viewer.expert, marathon_id)
    return found if len(found) > 1 else []


def waiting_for_wish(visit: Visit) -> int | None:
    """How many works the expert may still say something about; None where there are too many.

    To count them every work is read, and this page is opened all the time.
    """
    expert = visit.viewer.expert
    if expert is None:
        return 0
    if wishes.most_works_for(visit.work, expert, now=visit.now) > MOST_COUNTED:
        return None
    said = wishes.wishes_of(visit.work, expert)
    return sum(one.id not in said for one in wishes.works_for(visit.work, expert, now=visit.now))


@router.post("/expert/assignments/{assignment_id}/accept")
def accept(visit: VisitDep, assignment_id: str) -> Response:
    item, _ = own(visit, assignment_id)
    operations.accept(visit.work, item.id, by=visit.actor, now=visit.now)
    return visit.leave(address(item), "Спасибо, работа за вами. Можно оценивать.")


@router.get("/expert/assignments/{assignment_id}/conflict")
def conflict_address(visit: VisitDep, assignment_id: str) -> Response:
    return visit.leave(with_query_of(visit, f"/expert/assignments/{assignment_id}/refuse"))


@router.get("/expert/assignments/{assignment_id}/refuse")
def refusal(visit: VisitDep, assignment_id: str) -> Response:
    return show_refusal(visit, assignment_id)


def show_refusal(
    visit: Visit, assignment_id: str, *, errors: dict[str, str] | None = None, **typed: str
) -> Response:
    item, submission = own(visit, assignment_id, at=OPEN_TO_EXPERT - {AssignmentStatus.SUBMITTED})
    marathon = visit.work.marathons.get(item.marathon_id)
    return visit.show(
        "expert/refusal.html",
        status=422 if errors else 200,
        marathon=marathon,
        back=Link(text=f"Работа {code_of(item.id)}", href=address(item)),
        errors=errors or {},
        item=item,
        work=blind_work(visit.work, item, submission, marathon),
        kinds=CONFLICTS,
        typed=NOTHING_TYPED | {name: echoed(value) for name, value in typed.items()},
    )


@router.post("/expert/assignments/{assignment_id}/accept-some")
def accept_some(visit: VisitDep, assignment_id: str, count: Text = "") -> Response:
    """Fewer works than asked for, in one click; the load is kept at that."""
    item, _ = own(visit, assignment_id)
    if item.status in TO_SCORE:
        return visit.leave(address(item))
    number = int(count) if count in {str(one) for one in range(1, MOST_WORKS)} else 0
    try:
        taken, refused = answering.accept_some(
            visit.work, item.id, count=number, by=visit.actor, now=visit.now
        )
    except BadInput as error:
        return visit.refuse(address(item), error)
    return visit.leave(address(item), taken_sentence(len(taken), len(refused)))


def taken_sentence(taken: int, refused: int) -> str:
    """What has become of all invitations at once."""
    if not refused:
        return f"Спасибо! За вами все работы, на которые вас приглашали: {taken}."
    return f"Спасибо! Взято работ: {taken}, передано другим экспертам: {refused}."


@router.post("/expert/assignments/{assignment_id}/not-now")
def not_now(visit: VisitDep, assignment_id: str, until: Text = "", note: Text = "") -> Response:
    item, _ = own(visit, assignment_id)
    try:
        answering.not_now(
            visit.work, item.id, after=until_of(until), note=note, by=visit.actor, now=visit.now
        )
    except BadInput as error:
        return show_refusal(visit, assignment_id, errors={"until": error.sentence}, until=until)
    return thanked(visit, item)


@router.post("/expert/assignments/{assignment_id}/other")
def other_reason(visit: VisitDep, assignment_id: str, why: Text = "") -> Response:
    wrong = decline_fields(why)
    if wrong:
        return show_refusal(visit, assignment_id, errors=wrong)
    return decline(visit, assignment_id, DeclineReason.OTHER, why.strip())


@router.post("/expert/assignments/{assignment_id}/conflict")
def conflict(visit: VisitDep, assignment_id: str, kind: Text = "", note: Text = "") -> Response:
    words, wrong = conflict_words(kind, note)
    if wrong:
        return show_refusal(visit, assignment_id, errors=wrong, kind=kind, note=note)
    return decline(visit, assignment_id, DeclineReason.CONFLICT, words)


def decline(visit: Visit, assignment_id: str, reason: DeclineReason, note: str) -> Response:
    item, _ = own(visit, assignment_id)
    operations.decline(visit.work, item.id, reason=reason, note=note, by=visit.actor, now=visit.now)
    return thanked(visit, item)


def thanked(visit: Visit, item: Assignment) -> Response:
    marathon = visit.work.marathons.get(item.marathon_id)
    then = "" if is_common(item, marathon) else " Работу передадим другому эксперту."
    return visit.leave(QUEUE, f"Спасибо за честный ответ.{then}")
