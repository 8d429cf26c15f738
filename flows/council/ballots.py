"""Ballots on disputed works: taking works in, delegates for barred seats, what was decided."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from flows.council import agenda, checks, operations, rules
from flows.council.rules import Papers, Tally
from flows.documents.wording import day
from schemas.base import Schema
from schemas.council import AgendaItem, Delegate, Meeting
from schemas.errors import BadInput, Conflict, NotFound
from schemas.people import Actor
from schemas.submission import Submission
from storage.work import Work


class Ballot(Schema):
    """What the council decided about a disputed work."""

    submission_id: str
    item: int
    passed: bool
    tally: Tally
    protocol: str


def missing(work: Work, meeting: Meeting) -> list[Submission]:
    """Works that have become disputed since the agenda was drawn up."""
    if meeting.marathon_id is None or meeting.closed_at is not None:
        return []
    listed = {item.submission_id for item in meeting.agenda}
    disputed = operations.disputed(work, meeting.marathon_id)
    return [one for one in disputed if one.id not in listed]


def add_missing(
    work: Work, meeting_id: str, *, version: int, by: Actor, now: datetime
) -> list[Submission]:
    """Put them on the agenda after the ballots there are; items already voted on keep their place."""
    meeting = operations.meeting_to_change(work, meeting_id)
    added = missing(work, meeting)
    if not added:
        return []
    voted = {vote.item for vote in work.votes.of_meeting(meeting_id)}
    place = place_of_ballots(meeting.agenda, voted)
    items = (
        *meeting.agenda[:place],
        *(agenda.ballot(one) for one in added),
        *meeting.agenda[place:],
    )
    operations.edit_agenda(work, meeting_id, items, version=version, by=by, now=now)
    return added


def place_of_ballots(items: Sequence[AgendaItem], voted: Iterable[int]) -> int:
    """After the last ballot, or the report, and never before an item that was voted on."""
    ballots = [item.number for item in items if item.submission_id]
    return max([min(1, len(items)), *ballots, *voted])


def with_delegates(found: Papers, number: int, delegates: Sequence[Delegate]) -> Papers:
    """The papers as they would be; raises ``NotFound`` where there is no ballot about a work."""
    item = rules.item_of(found, number)
    if item is None or not item.submission_id or not item.needs_vote:
        raise NotFound("По этому вопросу делегаты не голосуют.")
    changed = item.model_copy(update={"delegates": tuple(delegates)})
    items = tuple(changed if one.number == number else one for one in found.meeting.agenda)
    meeting = found.meeting.model_copy(update={"agenda": items})
    return found.model_copy(update={"meeting": meeting})


def delegate_errors(found: Papers, number: int, delegates: Sequence[Delegate]) -> dict[str, str]:
    """By seat, why these delegates cannot vote on the item; empty when they all can."""
    return checks.delegate_errors(with_delegates(found, number, delegates), number)


def set_delegates(
    work: Work,
    meeting_id: str,
    number: int,
    delegates: Sequence[Delegate],
    *,
    version: int,
    by: Actor,
    now: datetime,
) -> Meeting:
    """Who votes in barred seats on the item; a changed delegate's seat has to vote anew.

    Raises ``BadInput`` with every reason why somebody cannot be the delegate.
    """
    meeting = operations.meeting_to_change(work, meeting_id)
    before = operations.papers(work, meeting)
    after = with_delegates(before, number, delegates)
    errors = checks.delegate_errors(after, number)
    if errors:
        raise BadInput(" ".join(errors.values()), field="delegates")
    require_known(before, delegates)
    drop_votes(work, meeting_id, number, changed_seats(before, after, number))
    work.journal.write(by, action="delegates_set", kind="meeting", subject_id=meeting_id, now=now)
    return work.meetings.save(after.meeting.model_copy(update={"version": version}))


def require_known(found: Papers, delegates: Iterable[Delegate]) -> None:
    if any(one.home_id is not None and one.home_id not in found.names for one in delegates):
        raise BadInput("Выберите муниципалитет делегата из списка.", field="delegates")


def changed_seats(before: Papers, after: Papers, number: int) -> set[str]:
    """Seats where somebody else votes now than before."""
    old, new = (rules.item_of(one, number) for one in (before, after))
    given = {(one.municipality_id, one) for one in (old.delegates if old else ())}
    taken = {(one.municipality_id, one) for one in (new.delegates if new else ())}
    return {seat for seat, _ in given ^ taken}


def drop_votes(work: Work, meeting_id: str, number: int, seats: Iterable[str]) -> None:
    for seat in seats:
        vote = work.votes.of(meeting_id, number, seat)
        if vote is not None:
            work.votes.remove(vote.id)


def of_meeting(work: Work, meeting_id: str) -> list[Ballot]:
    """What a closed meeting has decided about disputed works; raises ``Conflict`` before."""
    meeting = work.meetings.get(meeting_id)
    if meeting.closed_at is None:
        raise Conflict("Заседание ещё не закрыто: итогов голосования нет.", code="meeting_open")
    found = operations.papers(work, meeting)
    return [
        ballot_of(meeting, item, rules.tally(found, item.number))
        for item in meeting.agenda
        if item.submission_id and item.needs_vote
    ]


def ballot_of(meeting: Meeting, item: AgendaItem, tally: Tally) -> Ballot:
    return Ballot(
        submission_id=item.submission_id or "",
        item=item.number,
        passed=tally.passed,
        tally=tally,
        protocol=f"протокол № {meeting.number} от {day(meeting.held_on)}",
    )
