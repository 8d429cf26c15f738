"""What people do between the stages of a rehearsal: the operations that pages call, one after another."""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from random import Random

from docx import Document

from flows.assignment import operations as assignment
from flows.decision import operations as decision
from flows.intake import operations as intake
from flows.marathons import operations as marathons
from flows.review import operations as review
from flows.review.rules import score
from review_api.many_works import people
from review_api.rehearsal.country import Country, abstract_of, author_of, batches, title_of
from schemas.assignment import Assignment, AssignmentStatus
from schemas.decision import Decision, Ruling
from schemas.marathon import Phase
from schemas.people import Actor
from schemas.review import Recommendation, ReviewDraft
from schemas.rubric import Criterion, Rubric
from schemas.submission import Children, ConsentKind, SubmissionDraft
from storage.installation import Installation
from storage.work import Work

PARAGRAPHS = 12
CHANCE = Random(1)  # noqa: S311  (of marks, not of secrets)
PASSING = 60  # points
RULING = "Решено по среднему баллу: совет в замере не собирается."


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  (a bench is an edge)


def a_document(number: int) -> bytes:
    """A small DOCX of about two pages; no two are alike."""
    made, out = Document(), io.BytesIO()
    made.add_heading(title_of(number), level=1)
    for place in range(PARAGRAPHS):
        words = " ".join(abstract_of(number * PARAGRAPHS + place + turn) for turn in range(5))
        made.add_paragraph(f"{place + 1}. {words}")
    made.save(out)
    return out.getvalue()


def send_works(installation: Installation, country: Country, numbers: Sequence[int]) -> list[str]:
    """Teachers fill in the form, upload a file and send it; ids of the works."""
    return [send_work(installation, country, number) for number in numbers]


def send_work(installation: Installation, country: Country, number: int) -> str:
    [owner] = people(1, "sender")
    by = Actor(person_id=owner.id)
    stored = installation.files.save_bytes(a_document(number))
    draft = SubmissionDraft(
        title=title_of(number),
        abstract=abstract_of(number),
        track=1 + number % 3,
        authors=(author_of(country, number, owner),),
        children=Children.NONE,
    )
    with installation.begin() as work:
        work.people.add(owner)
        begun = intake.start(work, marathon_id=country.marathon, owner_id=owner.id, now=now())
        intake.save_draft(work, begun.id, draft, by=by, now=now())
        intake.give_consents(work, begun.id, list(ConsentKind), text_version="1", now=now())
        name = f"Практика {number}.docx"
        intake.add_file(work, begun.id, name=name, stored=stored, by=by, now=now())
    with installation.begin() as work:
        intake.submit(work, begun.id, by=by, now=now())
    return begun.id


def move_on(installation: Installation, country: Country, to: Phase) -> None:
    with installation.begin() as work:
        by = Actor(person_id=country.organiser)
        marathons.move_phase(work, country.marathon, to, by=by, now=now())


def apply_plan(installation: Installation, country: Country) -> int:
    """The organiser applies the proposed plan; how many were invited."""
    with installation.begin() as work:
        plan = work.plans.proposed(country.marathon)
        if plan is None:
            return 0
        by = Actor(person_id=country.organiser)
        return len(assignment.apply(work, plan.id, by=by, now=now()))


def write_reviews(installation: Installation, country: Country, *, entered: int) -> dict[str, int]:
    """Experts agree and send: the first ``entered`` reviews each by operations of their own.

    The others are put in at once, with the moves, letters and journal they would have left.
    """
    with installation.begin(read_only=True) as work:
        held = work.assignments.held(country.marathon)
        person_of = {one.id: one.person_id for one in work.experts.of_cluster(country.cluster)}
        rubric = work.rubrics.of(country.marathon)
    quality = {item.submission_id: CHANCE.gauss(0.6, 0.2) for item in held}
    for item in held[:entered]:
        by = Actor(person_id=person_of[item.expert_id])
        with installation.begin() as work:
            review.accept(work, item.id, by=by, now=now())
        draft = a_draft(rubric, quality[item.submission_id] + CHANCE.gauss(0, 0.12))
        with installation.begin() as work:
            review.submit(work, item.id, draft, by=by, now=now())
    for some in batches(held[entered:]):
        with installation.begin() as work:
            put_in(work, rubric, some, quality)
    return {"entered": min(entered, len(held)), "put in": max(0, len(held) - entered)}


def put_in(
    work: Work, rubric: Rubric, items: Sequence[Assignment], quality: Mapping[str, float]
) -> None:
    """Sent reviews of these invitations."""
    by, moment = Actor(part="rehearsal"), now()
    accepted = work.assignments.move_all(
        items,
        to=AssignmentStatus.ACCEPTED,
        by=by,
        now=moment,
        changes=lambda _: {"answered_at": moment},
    )
    drafts = {
        one.id: a_draft(rubric, quality[one.submission_id] + CHANCE.gauss(0, 0.12)) for one in items
    }
    work.reviews.add_many(
        [
            review.first_draft(one, drafts[one.id], moment).model_copy(
                update={"score": score(rubric, drafts[one.id].levels), "submitted_at": moment}
            )
            for one in items
        ]
    )
    work.assignments.move_all(accepted, to=AssignmentStatus.SUBMITTED, by=by, now=moment)


def a_draft(rubric: Rubric, share: float) -> ReviewDraft:
    """Marks near ``share`` of the highest, with a comment on each low one."""
    levels = {one.code: nearest_level(one, share) for one in rubric.criteria}
    return ReviewDraft(
        levels=levels,
        gates={gate.code: True for gate in rubric.gates},
        comments=dict.fromkeys(levels, "Опишите подробнее, чем это подтверждается."),
        comment="Практика понятна. Добавьте, какими были результаты до неё и после.",
        recommendation=Recommendation.BOTH,
    )


def nearest_level(criterion: Criterion, share: float) -> int:
    wanted = share * criterion.highest
    return min((level.value for level in criterion.levels), key=lambda one: abs(one - wanted))


def settle_decisions(installation: Installation, country: Country) -> int:
    """What the figures leave open is ruled by score, a batch at a time; how many were."""
    with installation.begin(read_only=True) as work:
        proposed = work.decisions.of_marathon(country.marathon)
    opened = [one for one in proposed if one.outcome in decision.UNSETTLED]
    by = Actor(person_id=country.organiser)
    for some in batches(opened):
        with installation.begin() as work:
            for one in some:
                decision.override(work, one.id, ruling_of(one), by=by, now=now())
    return len(opened)


def ruling_of(one: Decision) -> Ruling:
    return Ruling(publication=(one.score or 0) >= PASSING, live=False, revise=False, reason=RULING)


def confirm_decisions(installation: Installation, country: Country) -> int:
    """The organiser confirms everything; how many decisions are final."""
    with installation.begin(read_only=True) as work:
        proposed = [one.id for one in work.decisions.of_marathon(country.marathon)]
    by = Actor(person_id=country.organiser)
    with installation.begin() as work:
        return len(decision.confirm(work, proposed, by=by, now=now()))
