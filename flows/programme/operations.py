"""Building the programme of the live day from confirmed decisions, and moving talks by hand."""

from collections.abc import Sequence
from datetime import datetime

from flows.programme import rules
from flows.programme.rules import Placed, Talk
from schemas.decision import Decision, DecisionStatus
from schemas.errors import BadInput, NotFound
from schemas.marathon import Marathon
from schemas.people import Actor
from schemas.programme import Session, Slot
from schemas.submission import Author, Submission, SubmissionStatus
from storage.identifiers import new_id
from storage.work import Work

LIVE = (SubmissionStatus.DECIDED, SubmissionStatus.PUBLISHED)
Live = dict[str, tuple[Submission, Decision]]


def live_works(work: Work, marathon_id: str) -> Live:
    """Works with a confirmed place in the live programme, by id."""
    works = {one.id: one for one in work.submissions.of_marathon(marathon_id, status=LIVE)}
    return {
        decision.submission_id: (works[decision.submission_id], decision)
        for decision in work.decisions.of_marathon(marathon_id)
        if decision.live
        and decision.status is DecisionStatus.CONFIRMED
        and decision.submission_id in works
        and decision.round == works[decision.submission_id].round
    }


def build(work: Work, marathon_id: str, *, by: Actor, now: datetime) -> list[Slot]:
    """A slot for every live work; what already stands keeps its place and time.

    Works that lost their place leave the programme, new ones take free places without a
    clash. Building again from the same decisions changes nothing.
    """
    live = live_works(work, marathon_id)
    sessions = {one.track: one for one in work.programme_sessions.of_marathon(marathon_id)}
    order = {
        slot.submission_id: slot.number
        for slot in work.slots.of_marathon(marathon_id)
        if slot.submission_id in live
    }
    starts = {track: session.starts_at for track, session in sessions.items()}
    return lay(work, work.marathons.get(marathon_id), live, order, starts, by=by, now=now)


def arrange(work: Work, marathon_id: str, *, by: Actor, now: datetime) -> list[Slot]:
    """Forget what people moved: own session, best score first again, without clashes."""
    marathon = work.marathons.get(marathon_id)
    for slot in work.slots.of_marathon(marathon_id):
        if slot.moved:
            work.slots.save(slot.model_copy(update={"moved": False}))
    return lay(work, marathon, live_works(work, marathon_id), {}, {}, by=by, now=now)


def closed_up(work: Work, marathon_id: str, live: Live) -> dict[str, int]:
    """Positions 1, 2, 3… inside each session, in the order of now."""
    by_session: dict[str, list[str]] = {}
    for slot in work.slots.of_marathon(marathon_id):
        if slot.submission_id in live:
            by_session.setdefault(slot.session_id, []).append(slot.submission_id)
    return {
        identifier: position
        for group in by_session.values()
        for position, identifier in enumerate(group, start=1)
    }


def move_slot(work: Work, slot_id: str, *, to: int, by: Actor, now: datetime) -> list[Slot]:
    """The talk at position ``to`` (from 1) of its session; the others close up around it."""
    slot = work.slots.get(slot_id)
    live = live_works(work, slot.marathon_id)
    order = closed_up(work, slot.marathon_id, live)
    inside = [
        one.submission_id
        for one in work.slots.of_marathon(slot.marathon_id)
        if one.session_id == slot.session_id and one.submission_id in live
    ]
    if slot.submission_id not in inside:
        raise NotFound("Этой работы больше нет в программе: обновите страницу.")
    moved = rules.reordered(inside, slot.submission_id, to=to)
    order |= {identifier: position for position, identifier in enumerate(moved, start=1)}
    sessions = work.programme_sessions.of_marathon(slot.marathon_id)
    starts = {one.track: one.starts_at for one in sessions}
    marathon = work.marathons.get(slot.marathon_id)
    return lay(work, marathon, live, order, starts, by=by, now=now)


def move_to_session(
    work: Work, slot_id: str, session_id: str, *, by: Actor, now: datetime
) -> list[Slot]:
    """The talk at the end of another session, where it stays; raises ``NotFound`` for strangers."""
    slot, session = work.slots.get(slot_id), work.programme_sessions.get(session_id)
    live = live_works(work, slot.marathon_id)
    if slot.submission_id not in live or session.marathon_id != slot.marathon_id:
        raise NotFound("Этой работы или секции больше нет в программе: обновите страницу.")
    home = live[slot.submission_id][0].track or 0
    work.slots.save(
        slot.model_copy(update={"session_id": session.id, "moved": session.track != home})
    )
    order = closed_up(work, slot.marathon_id, live)
    order.pop(slot.submission_id, None)
    order |= {slot.submission_id: 1 + count_of(work, session, live, but=slot.submission_id)}
    starts = {one.track: one.starts_at for one in sessions_of(work, slot.marathon_id)}
    marathon = work.marathons.get(slot.marathon_id)
    return lay(work, marathon, live, order, starts, by=by, now=now)


def count_of(work: Work, session: Session, live: Live, *, but: str) -> int:
    """Talks of the session without ``but``."""
    return sum(
        one.session_id == session.id and one.submission_id in live and one.submission_id != but
        for one in work.slots.of_marathon(session.marathon_id)
    )


def sessions_of(work: Work, marathon_id: str) -> list[Session]:
    return work.programme_sessions.of_marathon(marathon_id)


def moved_tracks(work: Work, marathon_id: str) -> dict[str, int]:
    """By work, the track of the session that people have put its talk into."""
    tracks = {one.id: one.track for one in sessions_of(work, marathon_id)}
    return {
        one.submission_id: tracks[one.session_id]
        for one in work.slots.of_marathon(marathon_id)
        if one.moved and one.session_id in tracks
    }


def describe_session(
    work: Work,
    session_id: str,
    *,
    starts_at: datetime | None = None,
    moderator: str = "",
    link: str = "",
    by: Actor,
    now: datetime,
) -> Session:
    """Who leads the session, where listeners connect, when it opens (None: as before)."""
    session = work.programme_sessions.get(session_id)
    if link and not link.startswith(("https://", "http://")):
        raise BadInput("Ссылка должна начинаться с https://.", field="link")
    changed = session.model_copy(
        update={
            "moderator": moderator.strip(),
            "link": link.strip(),
            "starts_at": starts_at or session.starts_at,
        }
    )
    if changed == session:
        return session
    saved = work.programme_sessions.save(changed)
    build(work, session.marathon_id, by=by, now=now)
    note(work, session.marathon_id, by=by, now=now)
    return saved


def lay(
    work: Work,
    marathon: Marathon,
    live: Live,
    order: dict[str, int],
    starts: dict[int, datetime],
    *,
    by: Actor,
    now: datetime,
) -> list[Slot]:
    """Write the timetable; only what differs is touched, and a difference is journalled."""
    policy = marathon.programme
    start = rules.opening(policy, marathon.live_on, marathon.zone)
    elsewhere = moved_tracks(work, marathon.id)
    talks = [
        talk_of(submission, decision, elsewhere.get(submission.id))
        for submission, decision in live.values()
    ]
    placed = rules.timetable(talks, policy, start, order=order, starts=starts)
    before = work.slots.of_marathon(marathon.id)
    sessions = write_sessions(work, marathon, placed, starts)
    after = write_slots(work, marathon, placed, sessions, before)
    remove_empty(work, marathon.id, sessions)
    if facts(before) != facts(after):
        note(work, marathon.id, by=by, now=now)
    return after


def facts(slots: Sequence[Slot]) -> set[Slot]:
    return {slot.model_copy(update={"id": ""}) for slot in slots}


def note(work: Work, marathon_id: str, *, by: Actor, now: datetime) -> None:
    work.journal.write(by, action="changed", kind="programme", subject_id=marathon_id, now=now)


def talk_of(submission: Submission, decision: Decision, track: int | None = None) -> Talk:
    """``track`` is that of another session, if people have moved the talk there."""
    return Talk(
        submission_id=submission.id,
        number=submission.number,
        track=track if track is not None else submission.track or 0,
        score=decision.score,
        speakers=frozenset(person_key(author) for author in submission.authors),
    )


def person_key(author: Author) -> str:
    return author.person_id or f"{author.name}/{author.municipality_id}"


def write_sessions(
    work: Work, marathon: Marathon, placed: Sequence[Placed], starts: dict[int, datetime]
) -> dict[int, Session]:
    """One session per track that has talks; moderators and links stay."""
    policy, sessions = marathon.programme, {}
    before = {one.track: one for one in work.programme_sessions.of_marathon(marathon.id)}
    for first in first_talks(placed):
        opens = starts.get(first.track) or rules.session_start(policy, first)
        session = before.get(first.track)
        if session is None:
            title = marathon.track(first.track).title
            session = work.programme_sessions.add(
                Session(
                    id=new_id(),
                    marathon_id=marathon.id,
                    track=first.track,
                    title=title,
                    starts_at=opens,
                )
            )
        elif session.starts_at != opens:
            session = work.programme_sessions.save(session.model_copy(update={"starts_at": opens}))
        sessions[first.track] = session
    return sessions


def first_talks(placed: Sequence[Placed]) -> list[Placed]:
    first: dict[int, Placed] = {}
    for one in placed:
        first.setdefault(one.track, one)
    return list(first.values())


def write_slots(
    work: Work,
    marathon: Marathon,
    placed: Sequence[Placed],
    sessions: dict[int, Session],
    before: Sequence[Slot],
) -> list[Slot]:
    known = {slot.submission_id: slot for slot in before}
    after = [slot_of(marathon, one, sessions[one.track], known) for one in placed]
    for gone in known.keys() - {slot.submission_id for slot in after}:
        work.slots.remove(known[gone].id)
    for slot in after:
        if slot.submission_id not in known:
            work.slots.add(slot)
        elif slot != known[slot.submission_id]:
            work.slots.save(slot)
    return after


def slot_of(marathon: Marathon, one: Placed, session: Session, known: dict[str, Slot]) -> Slot:
    before = known.get(one.submission_id)
    stays = before is not None and before.starts_at == one.starts_at
    return Slot(
        id=before.id if before else new_id(),
        session_id=session.id,
        marathon_id=marathon.id,
        submission_id=one.submission_id,
        number=one.position,
        starts_at=one.starts_at,
        minutes=one.minutes,
        moved=before.moved if before else False,
        confirmed_at=before.confirmed_at if before and stays else None,
        declined_at=before.declined_at if before and stays else None,
    )


def remove_empty(work: Work, marathon_id: str, sessions: dict[int, Session]) -> None:
    for session in work.programme_sessions.of_marathon(marathon_id):
        if session.track not in sessions:
            work.programme_sessions.remove(session.id)
