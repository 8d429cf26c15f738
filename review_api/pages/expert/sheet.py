"""The expert sheet of one work as its pages show it: the form beside the material, or sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from flows.review.advice import Advice, advice
from flows.review.common_gate import is_settled
from flows.review.common_round import own_marks
from flows.review.history import versions
from review_api.blind import BlindWork, blind_work, blind_works
from review_api.frame import Link
from review_api.pages.expert.asked import asked_of
from review_api.pages.expert.changes import changes_of
from review_api.pages.expert.material import READABLE, material_of, own, own_open, words_of
from review_api.pages.expert.queue import BACK, Row, address, my_items, my_rows, next_of, waits
from review_api.pages.visit import Visit
from review_api.review_form import Filled
from review_api.templating import environment
from schemas.assignment import Assignment, AssignmentStatus
from schemas.common_round import changeable_until, is_common
from schemas.marathon import Marathon, Phase
from schemas.review import RECOMMENDATION_NAMES, Review, ReviewDraft
from schemas.rubric import Rubric
from schemas.submission import Submission

CLOSED = frozenset({Phase.RESULTS, Phase.ARCHIVE})
SETTLED = CLOSED | {Phase.DECISION}
HIGHEST_SCORE = 100


@dataclass(frozen=True)
class Sheet:
    """Everything around one review that its pages need."""

    visit: Visit
    item: Assignment
    submission: Submission
    marathon: Marathon
    rubric: Rubric
    review: Review | None
    work: BlindWork

    @property
    def base(self) -> str:
        return address(self.item)

    @property
    def is_sent(self) -> bool:
        return self.item.status is AssignmentStatus.SUBMITTED

    @property
    def is_open(self) -> bool:
        """A sent review may be changed until decisions begin, an extra one written even then.

        Not that of a common work once the round has ended and marks can be compared.
        """
        closed = SETTLED if self.is_sent else CLOSED
        in_time = self.visit.now <= self.marathon.reviews_until
        return self.marathon.phase not in closed and in_time and not self.is_settled

    @property
    def is_common(self) -> bool:
        return is_common(self.item, self.marathon)

    @property
    def is_settled(self) -> bool:
        return is_settled(self.item, self.marathon, now=self.visit.now)

    @property
    def waits(self) -> bool:
        """Whether own common works come first."""
        return waits(self.visit, self.item, self.marathon)

    @property
    def changeable_until(self) -> datetime:
        return changeable_until(self.item, self.marathon)


def open_sheet(visit: Visit, assignment_id: str, *, readable: bool = True) -> Sheet:
    item, submission = own_open(visit, assignment_id) if readable else own(visit, assignment_id)
    marathon = visit.work.marathons.get(item.marathon_id)
    return Sheet(
        visit=visit,
        item=item,
        submission=submission,
        marathon=marathon,
        rubric=visit.work.rubrics.of(marathon.id),
        review=visit.work.reviews.of_assignment(item.id),
        work=blind_work(visit.work, item, submission, marathon),
    )


def open_sheets(visit: Visit, items: Sequence[Assignment]) -> list[Sheet]:
    """Of own works that may be read now, with as many questions as for one."""
    if not items:
        return []
    stored = visit.work
    submissions = stored.submissions.many(item.submission_id for item in items)
    marathons = stored.marathons.many(item.marathon_id for item in items)
    rubrics = stored.rubrics.of_many(marathons)
    reviews = stored.reviews.of_expert(items[0].expert_id)
    works = blind_works(
        stored,
        ((item, submissions[item.submission_id], marathons[item.marathon_id]) for item in items),
    )
    return [
        Sheet(
            visit=visit,
            item=item,
            submission=submissions[item.submission_id],
            marathon=marathons[item.marathon_id],
            rubric=rubrics[item.marathon_id],
            review=reviews.get(item.id),
            work=works[item.id],
        )
        for item in items
    ]


def kept(sheet: Sheet) -> Filled:
    if sheet.review is None:
        return Filled(draft=ReviewDraft())
    return Filled(draft=sheet.review.draft, version=sheet.review.version)


def show(
    sheet: Sheet,
    template: str,
    *,
    status: int = 200,
    back: Link | None = None,
    **context: object,
) -> Response:
    return sheet.visit.show(
        template,
        status=status,
        marathon=sheet.marathon,
        back=back,
        breadcrumbs=(),
        flashes=(),
        sheet=sheet,
        work=sheet.work,
        now=sheet.visit.now,
        recommendations=RECOMMENDATION_NAMES,
        **context,
    )


def show_form(
    sheet: Sheet, filled: Filled, *, errors: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    rows = my_rows(sheet.visit, my_items(sheet.visit))
    counted = [row for row in rows if not row.is_over]
    answered = [part for part in sheet.rubric.criteria if part.code in filled.draft.levels]
    return show(
        sheet,
        "expert/scoring.html",
        status=status,
        errors=dict(errors or {}),
        filled=filled,
        draft=filled.draft,
        answered=len(answered),
        score=score_so_far(sheet.rubric, filled.draft),
        chips=[row.chip for row in rows if is_at_hand(row)],
        remaining=sum(row.status is not AssignmentStatus.SUBMITTED for row in counted),
        total=len(counted),
        advice=advice_on(sheet, filled.draft),
        material=material_of(sheet.visit, sheet.item, sheet.submission),
        changes=changes_of(sheet.visit, sheet.item, sheet.submission),
        asked=asked_of(sheet.visit, sheet.item),
        saved_at=saved_at(sheet),
    )


def advice_on(sheet: Sheet, draft: ReviewDraft) -> tuple[Advice, ...]:
    """What could make the words more useful; nothing is refused for it."""
    text = words_of(sheet.visit, sheet.item, sheet.submission)
    return advice(sheet.rubric, draft, text)


def is_at_hand(row: Row) -> bool:
    return row.status in READABLE and not row.is_over and not row.waits


def score_so_far(rubric: Rubric, draft: ReviewDraft) -> float:
    """The sum of what is chosen, as the sticky bar counts it too."""
    most = sum(part.weight * part.highest for part in rubric.criteria)
    reached = sum(part.weight * draft.levels.get(part.code, 0) for part in rubric.criteria)
    return HIGHEST_SCORE * reached / most


def saved_at(sheet: Sheet) -> str:
    if sheet.review is None or sheet.is_sent:
        return ""
    return clock(sheet, sheet.review)


def clock(sheet: Sheet, review: Review) -> str:
    writers = environment("ru", sheet.marathon.zone).filters
    return str(writers["clock"](review.saved_at))


def show_sent(sheet: Sheet) -> Response:
    return show(
        sheet,
        "expert/sent.html",
        back=BACK,
        review=sheet.review,
        versions=versions(sheet.rubric, sheet.review) if sheet.review else (),
        following=address(next_of(sheet.visit)),
        panel=own_marks(sheet.visit.work, sheet.item, sheet.marathon, now=sheet.visit.now),
        material=material_of(sheet.visit, sheet.item, sheet.submission),
    )
