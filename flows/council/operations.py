"""Council meetings: agenda from real data, attendance, votes, closing, the protocol's contents."""

from collections.abc import Sequence
from datetime import date, datetime

from flows.council import agenda, calling, checks, outcomes, participation, rules
from flows.council.checks import Finding
from flows.council.outcomes import OUTCOME_WORDS, BallotOutcome
from flows.council.participation import SENT
from flows.council.rules import Papers, Tally
from flows.council.view import ActionLine, DelegateLine, ItemLine, MemberLine, ProtocolView
from flows.documents.wording import day
from schemas.base import Schema
from schemas.council import (
    ATTENDANCE_NAMES,
    ActionItem,
    AgendaItem,
    Attendance,
    Choice,
    Meeting,
    Member,
    Vote,
)
from schemas.decision import DecisionStatus
from schemas.decision_problem import Publication
from schemas.errors import BadInput, Conflict, NotAllowed, NotFound
from schemas.ordering import name_key
from schemas.people import Actor, Role
from schemas.submission import Submission
from storage.identifiers import new_id
from storage.work import Work


class MeetingPlan(Schema):
    """What a secretary gives to call a meeting; empty names are taken from the roles."""

    held_on: date
    place: str
    theme: str = ""
    body: str = ""
    chair: str = ""
    secretary: str = ""


def call(work: Work, marathon_id: str, plan: MeetingPlan, *, by: Actor, now: datetime) -> Meeting:
    """A meeting about the marathon, its agenda drafted from what the system knows.

    The same plan again finds the meeting it made, as long as that is open.
    """
    work.journal.lock()  # two presses of one button must not both take a number
    marathon = work.marathons.get(marathon_id)
    cluster = work.clusters.get(marathon.cluster_id)
    facts = plan.model_dump(exclude={"held_on"})
    theme = plan.theme or f"Итоги марафона «{marathon.title}» {marathon.year} года"
    known = calling.called(work, marathon_id, held_on=plan.held_on, place=plan.place, theme=theme)
    if known:
        return known
    meeting = work.meetings.add(
        Meeting(
            id=new_id(),
            cluster_id=cluster.id,
            marathon_id=marathon_id,
            number=calling.next_number(work, cluster.id, plan.held_on.year),
            held_on=plan.held_on,
            members=members(work, cluster.id),
            agenda=agenda.draft(
                marathon,
                summary(work, marathon_id),
                disputed(work, marathon_id),
                held_on=plan.held_on,
            ),
            **facts
            | {
                "body": plan.body or agenda.body_of(cluster.name),
                "theme": theme,
                "chair": plan.chair or holder(work, Role.CHAIR, cluster.id),
                "secretary": plan.secretary or holder(work, Role.SECRETARY, cluster.id),
            },
        )
    )
    work.journal.write(by, action="called", kind="meeting", subject_id=meeting.id, now=now)
    return meeting


def holder(work: Work, role: Role, cluster_id: str) -> str:
    people = work.people.with_role(role, scope_id=cluster_id) or work.people.with_role(role)
    return people[0].initials if people else ""


def members(work: Work, cluster_id: str) -> tuple[Member, ...]:
    """Every member municipality, by its coordinator."""
    found = []
    for place in work.municipalities.of_cluster(cluster_id):
        if place.member:
            people = work.people.with_role(Role.COORDINATOR, scope_id=place.id)
            name = people[0].name if people else ""
            found.append(Member(municipality_id=place.id, representative=name))
    return tuple(found)


def summary(work: Work, marathon_id: str) -> agenda.Summary:
    """The marathon in numbers, for the report to the council."""
    works = work.submissions.of_marathon(marathon_id, status=SENT)
    rounds = {(one.id, one.round) for one in works}
    decided = [
        one
        for one in work.decisions.of_marathon(marathon_id)
        if (one.submission_id, one.round) in rounds
    ]
    reviews = work.reviews.sent(marathon_id)
    homes = {home for one in works for home in one.municipality_ids}
    names = [work.municipalities.get(home).name for home in homes]
    people = {author.person_id or author.name for one in works for author in one.authors}
    return agenda.Summary(
        works=len(works),
        authors=len(people),
        municipalities=tuple(sorted(names, key=name_key)),
        experts=len({one.expert_id for one in reviews}),
        reviews=len(reviews),
        live=sum(one.live for one in decided),
        published=sum(one.publication for one in decided),
    )


def disputed(work: Work, marathon_id: str) -> list[Submission]:
    """Works on which the experts could not agree and the council has not spoken yet."""
    waiting = [
        one.submission_id
        for one in work.decisions.of_marathon(marathon_id)
        if one.outcome == Publication.COUNCIL
        and one.status is DecisionStatus.PROPOSED
        and not one.overridden_by
    ]
    works = work.submissions.many(waiting).values()
    return sorted((one for one in works if one.status in SENT), key=lambda one: one.number)


def open_meeting(work: Work, meeting_id: str) -> Meeting:
    """Raises ``Conflict`` when it is closed."""
    meeting = work.meetings.get(meeting_id)
    if meeting.closed_at is not None:
        raise Conflict("Заседание закрыто, протокол менять нельзя.", code="meeting_closed")
    return meeting


def meeting_to_change(work: Work, meeting_id: str) -> Meeting:
    """The open meeting, which nobody closes or changes before this transaction ends.

    Raises ``Conflict`` when it is closed.
    """
    work.journal.lock()
    return open_meeting(work, meeting_id)


def set_attendance(
    work: Work,
    meeting_id: str,
    members: Sequence[Member],
    *,
    version: int,
    by: Actor,
    now: datetime,
) -> Meeting:
    """Who is there and how; raises ``Conflict`` on a stale version, ``BadInput`` on strangers."""
    meeting = meeting_to_change(work, meeting_id)
    known = {one.municipality_id for one in meeting.members}
    if {one.municipality_id for one in members} != known:
        raise BadInput("Отметьте присутствие по каждому муниципалитету один раз.", field="members")
    changes = {"members": tuple(members), "version": version}
    work.journal.write(by, action="attendance_set", kind="meeting", subject_id=meeting_id, now=now)
    return work.meetings.save(meeting.model_copy(update=changes))


def edit_agenda(
    work: Work,
    meeting_id: str,
    items: Sequence[AgendaItem],
    *,
    version: int,
    by: Actor,
    now: datetime,
) -> Meeting:
    """The agenda as written now, numbered 1, 2, 3…; votes stay with their item's number.

    Items with votes keep number and subject: raises ``Conflict`` otherwise.
    """
    meeting = meeting_to_change(work, meeting_id)
    numbered = tuple(
        item.model_copy(update={"number": number}) for number, item in enumerate(items, start=1)
    )
    voted = {vote.item for vote in work.votes.of_meeting(meeting_id)}
    before = {item.number: item.title for item in meeting.agenda if item.number in voted}
    after = {item.number: item.title for item in numbered if item.number in voted}
    if before != after:
        raise Conflict(
            "По этому вопросу уже голосовали: его формулировку и место менять нельзя.",
            code="item_voted",
        )
    work.journal.write(by, action="agenda_edited", kind="meeting", subject_id=meeting_id, now=now)
    changes = {"agenda": numbered, "version": version}
    return work.meetings.save(meeting.model_copy(update=changes))


def papers(work: Work, meeting: Meeting) -> Papers:
    """The meeting with votes, names, and who must not vote on what; closed ones as they were."""
    about = work.submissions.many(one.submission_id for one in meeting.agenda if one.submission_id)
    homes = {identifier: one.municipality_ids for identifier, one in about.items()}
    authors = {
        item.number: tuple(author.name for author in about[item.submission_id].authors)
        for item in meeting.agenda
        if item.submission_id in about
    }
    pairs = work.municipalities.same_place_pairs(meeting.cluster_id)
    barred = outcomes.barred_at_closing(work, meeting.id) if meeting.closed_at else None
    return Papers(
        meeting=meeting,
        votes=tuple(work.votes.of_meeting(meeting.id)),
        barred=rules.barred(meeting.agenda, homes, pairs) if barred is None else barred,
        authors=authors,
        names={one.id: one.name for one in work.municipalities.of_cluster(meeting.cluster_id)},
    )


def cast(
    work: Work,
    meeting_id: str,
    *,
    item: int,
    municipality_id: str,
    choice: Choice,
    by: Actor,
    now: datetime,
) -> Vote:
    """The municipality's one vote on the item; until the meeting is closed it may be changed.

    About an own work only the seat's delegate votes: raises ``NotAllowed`` without one, and
    ``Conflict`` for who is absent.
    """
    meeting = meeting_to_change(work, meeting_id)
    require_vote(papers(work, meeting), item, municipality_id)
    before = work.votes.of(meeting_id, item, municipality_id)
    if before is not None and before.choice is choice:
        return before
    work.journal.write(
        by,
        action="voted",
        kind="meeting",
        subject_id=meeting_id,
        now=now,
        details={"item": str(item), "municipality": municipality_id},
    )
    if before is not None:
        return work.votes.save(before.model_copy(update={"choice": choice}))
    return work.votes.add(
        Vote(
            id=new_id(),
            meeting_id=meeting_id,
            item=item,
            municipality_id=municipality_id,
            choice=choice,
        )
    )


def require_vote(found: Papers, item: int, municipality_id: str) -> None:
    if not any(one.number == item and one.needs_vote for one in found.meeting.agenda):
        raise NotFound("По этому вопросу не голосуют.")
    if municipality_id in rules.voters(found, item):
        return
    if municipality_id in rules.barred_of(found, item):
        raise NotAllowed(
            "Это работа вашего муниципалитета: по ней голосуют остальные, а на этом месте — "
            "только делегат из другого муниципалитета.",
            code="own_municipality",
        )
    raise Conflict(
        "Голосуют присутствующие: отметьте присутствие представителя.", code="not_present"
    )


def cast_rest(
    work: Work, meeting_id: str, *, item: int, choice: Choice, by: Actor, now: datetime
) -> int:
    """«Единогласно»: the same vote for everybody who may vote and has not; returns how many."""
    found = papers(work, meeting_to_change(work, meeting_id))
    heard = {vote.municipality_id for vote in found.votes if vote.item == item}
    silent = [one for one in rules.voters(found, item) if one not in heard]
    for place in silent:
        cast(work, meeting_id, item=item, municipality_id=place, choice=choice, by=by, now=now)
    return len(silent)


def findings(work: Work, meeting_id: str) -> list[Finding]:
    """What is wrong with the protocol as it stands."""
    return checks.findings(papers(work, work.meetings.get(meeting_id)))


def close(work: Work, meeting_id: str, *, by: Actor, now: datetime) -> Meeting:
    """No more votes and changes; raises ``Conflict`` with everything that stands in the way."""
    meeting = work.meetings.get(meeting_id)
    if meeting.closed_at is not None:
        return meeting
    found = papers(work, meeting)
    blocking = [one.sentence for one in checks.findings(found) if one.blocks]
    if blocking:
        raise Conflict(" ".join(blocking), code="protocol_incomplete")
    work.journal.write(
        by,
        action=outcomes.CLOSED,
        kind="meeting",
        subject_id=meeting_id,
        now=now,
        details=outcomes.barred_details(found.barred)
        | participation.details(participation.now_of(work, meeting)),
    )
    return work.meetings.save(meeting.model_copy(update={"closed_at": now}))


def tallies(work: Work, meeting_id: str) -> dict[int, Tally]:
    """Votes by agenda number, for items that are voted on."""
    found = papers(work, work.meetings.get(meeting_id))
    return {
        item.number: rules.tally(found, item.number)
        for item in found.meeting.agenda
        if item.needs_vote
    }


def view(work: Work, meeting_id: str) -> ProtocolView:
    """Everything the protocol says."""
    meeting = work.meetings.get(meeting_id)
    found = papers(work, meeting)
    about = work.submissions.many(one.submission_id for one in meeting.agenda if one.submission_id)
    came = outcomes.of_meeting(work, meeting_id)
    return ProtocolView(
        **meeting.model_dump(
            include={"number", "body", "theme", "place", "held_on", "chair", "secretary"}
        ),
        meeting_id=meeting.id,
        quorum=rules.has_quorum(meeting),
        present=tuple(member_line(found, one) for one in rules.present(meeting)),
        absent=tuple(member_line(found, one) for one in rules.absent(meeting)),
        items=tuple(
            item_line(found, item, about.get(item.submission_id or ""), came.get(item.number))
            for item in meeting.agenda
        ),
        participation=participation.named(participation.of(work, meeting), found.names),
        findings=tuple(checks.findings(found)),
        closed=meeting.closed_at is not None,
    )


def member_line(found: Papers, member: Member) -> MemberLine:
    is_absent = member.attendance is Attendance.ABSENT
    return MemberLine(
        municipality=found.names.get(member.municipality_id, ""),
        representative=member.representative,
        note=member.absence_reason if is_absent else ATTENDANCE_NAMES[member.attendance],
    )


def item_line(
    found: Papers,
    item: AgendaItem,
    submission: Submission | None = None,
    outcome: BallotOutcome | None = None,
) -> ItemLine:
    """``submission`` is the work of a ballot, ``outcome`` what its vote led to."""
    taken = rules.delegates(found, item.number)
    silent = rules.silent_seats(found, item.number)
    return ItemLine(
        **item.model_dump(include={"number", "title", "speaker", "heard", "spoke", "resolution"}),
        work=f"№ {submission.number} «{submission.title}»" if submission else "",
        tally=rules.tally(found, item.number) if item.needs_vote else None,
        excluded=tuple(sorted(found.names[one] for one in silent)),
        delegates=tuple(
            DelegateLine(
                seat=found.names[seat], name=one.name, home=found.names.get(one.home_id or "", "")
            )
            for seat, one in taken.items()
        ),
        outcome=OUTCOME_WORDS[outcome] if outcome else "",
        action_items=tuple(action_line(action) for action in item.action_items),
    )


def action_line(action: ActionItem) -> ActionLine:
    return ActionLine(
        task=action.task,
        executor=action.executor or "не указан",
        deadline=f"до {day(action.deadline)}" if action.deadline else "не указан",
    )
