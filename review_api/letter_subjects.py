"""Which works a letter is about, whatever it names: a work, a decision, an assignment, a question."""

from collections.abc import Collection, Iterable

from schemas.outbox import Notice
from storage.work import Work


def works_of(work: Work, notices: Iterable[Notice]) -> dict[str, frozenset[str]]:
    """The works each letter is about, by the letter's id."""
    named = {one.id: identifiers(one) for one in notices}
    wanted = {identifier for found in named.values() for identifier in found}
    homes = {one.id: one.id for one in work.submissions.many(wanted).values()}
    for repository in (work.assignments, work.decisions, work.slots, work.questions):
        homes |= {one.id: one.submission_id for one in repository.many(wanted).values()}
    for certificate in work.certificates.many(wanted).values():
        homes[certificate.id] = certificate.submission_id or ""
    return {
        notice_id: frozenset(homes[one] for one in found if homes.get(one))
        for notice_id, found in named.items()
    }


def letters_about(work: Work, marathon_id: str, submission_ids: Collection[str]) -> frozenset[str]:
    """Ids of the marathon's letters about any of these works."""
    if not submission_ids:
        return frozenset()
    inner = (work.assignments, work.decisions, work.slots, work.questions, work.certificates)
    belonging = [one.id for kind in inner for one in kind.of_submissions(submission_ids)]
    touching = work.notices.touching(marathon_id, [*submission_ids, *belonging])
    about = works_of(work, touching)
    return frozenset(one.id for one in touching if about[one.id] & frozenset(submission_ids))


def identifiers(notice: Notice) -> list[str]:
    return notice.values.get("assignment_ids", "").split() or [notice.subject_id]
