"""Reminders to authors and speakers before a date and after it, in the morning of the place.

Each kind goes by its own days, so that none keeps another from being sent; days that were missed
make one letter. Reminders to experts are the review stage's own.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flows.notices import talks
from schemas.base import Schema
from schemas.decision import DecisionStatus
from schemas.marathon import Marathon, Phase
from schemas.outbox import Notice, NoticeStatus
from schemas.proof import ProofStatus
from schemas.question import QuestionStatus
from schemas.submission import Submission, SubmissionStatus
from storage.identifiers import new_id
from storage.work import Work

MORNING, EVENING = 8, 20


class Waiting(Schema):
    """Something waited for: by ``until`` before it, or since ``until`` when days are negative."""

    template: str
    subject_kind: str
    subject_id: str
    until: datetime
    person_id: str | None = None
    address: str | None = None
    values: dict[str, str] = {}


# Days before the date (after it: negative) on which each letter is written.
DAYS: Mapping[str, tuple[int, ...]] = {
    "draft_reminder": (7, 3, 1),
    "file_reminder": (7, 3, 1),
    "co_author_reminder": (5, 2),
    "revision_reminder": (7, 3, 1),
    "question_reminder": (-2, -5),
    "proof_reminder": (-3, -6, -9),
    "live_reminder": (7, 3, 1),
}


def is_day(marathon: Marathon, now: datetime) -> bool:
    return MORNING <= now.astimezone(ZoneInfo(marathon.zone)).hour < EVENING


def write(work: Work, marathon_id: str, *, now: datetime) -> int:
    """How many reminders were written; again on the same day, none."""
    marathon = work.marathons.get(marathon_id)
    if not is_day(marathon, now):
        return 0
    return sum(
        write_one(work, marathon, one, now=now)
        for finder in FINDERS
        for one in finder(work, marathon, now)
    )


def write_one(work: Work, marathon: Marathon, one: Waiting, *, now: datetime) -> bool:
    day = day_reached(one, marathon, now=now)
    if day is None:
        return False
    who = one.person_id or one.address
    key = f"{one.template}/{one.subject_id}/{who}/{one.until.isoformat()}/{day}"
    if work.notices.keyed(key):
        return False
    facts = one.model_dump(exclude={"until"})
    work.notices.write(
        Notice(id=new_id(), marathon_id=marathon.id, dedup_key=key, created_at=now, **facts)
    )
    return True


def day_reached(one: Waiting, marathon: Marathon, *, now: datetime) -> int | None:
    """The last of the letter's days that has come, by the calendar of the place.

    None before the first of them, and once a date that is only reminded of beforehand has passed.
    """
    zone = ZoneInfo(marathon.zone)
    left = (one.until.astimezone(zone).date() - now.astimezone(zone).date()).days
    days = DAYS[one.template]
    if min(days) > 0 and now > one.until:
        return None
    reached = [day for day in days if left <= day]
    return min(reached) if reached else None


def unsent_drafts(work: Work, marathon: Marathon, _now: datetime) -> Iterator[Waiting]:
    """Drafts and materials whose file was refused; guests without an address get no letters."""
    if marathon.phase is not Phase.INTAKE:
        return
    for template, status in (
        ("draft_reminder", SubmissionStatus.DRAFT),
        ("file_reminder", SubmissionStatus.RETURNED),
    ):
        for one in work.submissions.of_marathon(marathon.id, status=[status]):
            until = extended(work, marathon, one)
            yield from to_owner(work, one, template, until)


def extended(work: Work, marathon: Marathon, one: Submission) -> datetime:
    """The deadline, or the later one this person was granted."""
    granted = work.extensions.of_person(marathon.id, one.owner_id)
    return max([marathon.submissions_until, *(extension.until for extension in granted)])


def to_owner(work: Work, one: Submission, template: str, until: datetime) -> Iterator[Waiting]:
    owner = work.people.find(one.owner_id)
    if owner and owner.email:
        yield Waiting(
            template=template,
            subject_kind="submission",
            subject_id=one.id,
            until=until,
            person_id=owner.id,
        )


def unconfirmed_co_authors(work: Work, marathon: Marathon, _now: datetime) -> Iterator[Waiting]:
    """Registered co-authors who were invited and have not answered."""
    if marathon.phase is not Phase.INTAKE:
        return
    wanted = [SubmissionStatus.DRAFT, SubmissionStatus.SUBMITTED, SubmissionStatus.CHECKED]
    for one in work.submissions.of_marathon(marathon.id, status=wanted):
        invited = {notice.address or notice.person_id for notice in invitations(work, one)}
        for author in one.authors:
            who = author.person_id or author.email
            if author.confirmed_at or author.person_id == one.owner_id or not who:
                continue
            if {author.person_id, author.email} & invited:
                yield Waiting(
                    template="co_author_reminder",
                    subject_kind="submission",
                    subject_id=one.id,
                    until=marathon.submissions_until,
                    person_id=author.person_id,
                    address=None if author.person_id else author.email,
                )


def invitations(work: Work, one: Submission) -> list[Notice]:
    return [
        notice
        for notice in work.notices.about("submission", one.id)
        if notice.template == "co_author_invited"
    ]


def revisions(work: Work, marathon: Marathon, _now: datetime) -> Iterator[Waiting]:
    if marathon.phase not in {Phase.EXPERTISE, Phase.DECISION}:
        return
    wanted = [SubmissionStatus.REVISING]
    for one in work.submissions.of_marathon(marathon.id, status=wanted):
        yield from to_owner(work, one, "revision_reminder", marathon.reviews_until)


def questions(work: Work, marathon: Marathon, now: datetime) -> Iterator[Waiting]:
    """Questions passed on to authors who have not answered, while experts still read."""
    if now > marathon.reviews_until:
        return
    for question in work.questions.of_marathon(marathon.id):
        if question.status is QuestionStatus.PASSED and question.passed_at:
            yield Waiting(
                template="question_reminder",
                subject_kind="question",
                subject_id=question.id,
                until=question.passed_at,
                person_id=work.submissions.get(question.submission_id).owner_id,
            )


def proofs(work: Work, marathon: Marathon, _now: datetime) -> Iterator[Waiting]:
    """Articles nobody has checked, of the newest edition they were asked for."""
    newest = {proof.submission_id: proof for proof in work.proofs.of_marathon(marathon.id)}
    for proof in newest.values():
        submission = work.submissions.get(proof.submission_id)
        if proof.status is ProofStatus.ASKED and submission.status is SubmissionStatus.DECIDED:
            yield from to_owner(work, submission, "proof_reminder", proof.asked_at)


def speakers(work: Work, marathon: Marathon, _now: datetime) -> Iterator[Waiting]:
    """Authors who know when they speak and have said neither yes nor no."""
    told = talks.last_told(work, marathon.id)
    slots = {slot.submission_id: slot for slot in work.slots.of_marathon(marathon.id)}
    sequence = str(talks.revision(work, marathon.id)) if told else ""
    opening = datetime.combine(marathon.live_on, time(), ZoneInfo(marathon.zone))
    for (submission_id, person_id), letter in told.items():
        slot = slots.get(submission_id)
        if slot is None or slot.confirmed_at or slot.declined_at:
            continue
        if letter.status is NoticeStatus.SENT:
            yield Waiting(
                template="live_reminder",
                subject_kind="slot",
                subject_id=slot.id,
                until=opening + timedelta(minutes=1),
                person_id=person_id,
                values={"sequence": sequence},
            )


Finder = Callable[[Work, Marathon, datetime], Iterator[Waiting]]
FINDERS: tuple[Finder, ...] = (
    unsent_drafts,
    unconfirmed_co_authors,
    revisions,
    questions,
    proofs,
    speakers,
)


def write_outcomes(work: Work, marathon_id: str, *, now: datetime) -> int:
    """One draft for each expert: what was decided about the works they read."""
    by_expert: dict[str, list[str]] = {}
    decided = {
        (one.submission_id, one.round)
        for one in work.decisions.of_marathon(marathon_id)
        if one.status is DecisionStatus.CONFIRMED
    }
    sent = {review.assignment_id for review in work.reviews.sent(marathon_id)}
    for item in work.assignments.of_marathon(marathon_id):
        if item.id in sent and (item.submission_id, item.round) in decided:
            by_expert.setdefault(item.expert_id, []).append(item.id)
    experts = work.experts.many(by_expert)
    for expert_id, items in by_expert.items():
        person_id = experts[expert_id].person_id
        work.notices.tell(
            "review_outcomes",
            f"{marathon_id}/{person_id}",
            about=("assignments", items[0]),
            person_id=person_id,
            marathon_id=marathon_id,
            values={"assignment_ids": " ".join(items)},
            status=NoticeStatus.DRAFT,
            now=now,
        )
    return len(by_expert)
