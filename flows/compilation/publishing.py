"""An edition comes out: the one before gives way, its works are published, their authors told."""

from datetime import datetime

from flows.compilation import gathering
from flows.compilation.operations import approved
from schemas.collection import Edition, EditionStatus
from schemas.errors import Conflict
from schemas.people import Actor
from schemas.submission import Submission, SubmissionStatus
from storage.work import Work


def publish(work: Work, edition_id: str, *, by: Actor, now: datetime) -> Edition:
    """The edition for everybody to read; the one before gives way, its works are published.

    Publishing twice is publishing once. Raises ``Conflict`` when a work in it may no longer be
    printed (withdrawn, consent taken back) or a newer edition is out already.
    """
    edition = work.editions.get(edition_id)
    if edition.status is EditionStatus.PUBLISHED:
        return edition
    require_current(work, edition)
    before = work.editions.published(edition.marathon_id)
    if before is not None:
        work.editions.move(before, to=EditionStatus.SUPERSEDED, by=by, now=now)
    published = work.editions.move(
        edition, to=EditionStatus.PUBLISHED, by=by, now=now, published_at=now
    )
    for submission in work.submissions.many(edition.articles).values():
        if submission.status is SubmissionStatus.DECIDED:
            work.submissions.move(submission, to=SubmissionStatus.PUBLISHED, by=by, now=now)
        tell_authors(work, submission, now=now)
    return published


def tell_authors(work: Work, submission: Submission, *, now: datetime) -> None:
    """That their work is out: once, with the first edition that has it, not with corrected ones."""
    for person_id in work.submissions.recipients(submission):
        work.notices.tell(
            "published",
            f"{submission.id}/{person_id}",
            about=("submission", submission.id),
            person_id=person_id,
            marathon_id=submission.marathon_id,
            now=now,
        )


def require_current(work: Work, edition: Edition) -> None:
    published = work.editions.published(edition.marathon_id)
    if published is not None and published.number > edition.number:
        raise Conflict(
            f"Выпуск {published.number} новее и уже опубликован: этот выпуск в архиве.",
            code="newer_edition",
        )
    allowed = {
        one.id: gathering.obstacles(one, has_document=True)
        for one in approved(work, edition.marathon_id)
    }
    works = work.submissions.many(edition.articles)
    barred = sorted(works[one].number for one in edition.articles if allowed.get(one, ["gone"]))
    if barred:
        listed = ", ".join(f"№ {number}" for number in barred)
        raise Conflict(
            f"Работы {listed} больше нельзя публиковать: соберите сборник снова.",
            code="stale_edition",
        )
