"""What pages, papers and calendars say of the live day."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import zip_longest
from zoneinfo import ZoneInfo

from flows.programme import rules
from flows.programme.operations import LIVE, person_key
from flows.programme.rules import Placed
from flows.programme.view import ClashLine, ProgrammeView, SessionLine, SpeakerLine, TalkLine
from schemas.marathon import Marathon
from schemas.programme import Session, Slot
from schemas.submission import Author, ConsentKind, Submission
from storage.work import Work


def view(work: Work, marathon_id: str) -> ProgrammeView:
    """Everything a page, the PDF and the calendar show; moments in the marathon's zone."""
    marathon = work.marathons.get(marathon_id)
    slots = work.slots.of_marathon(marathon_id)
    works = work.submissions.many(slot.submission_id for slot in slots)
    shown = [slot for slot in slots if works[slot.submission_id].status in LIVE]
    sessions = tuple(
        line
        for session in work.programme_sessions.of_marathon(marathon_id)
        if (line := session_line(work, marathon, session, shown, works))
    )
    changes = [one for one in work.journal.about(marathon_id) if one.subject_kind == "programme"]
    return ProgrammeView(
        marathon_id=marathon.id,
        title=marathon.title,
        theme=marathon.theme,
        cluster=work.clusters.get(marathon.cluster_id).name,
        zone=marathon.zone,
        day=rules.opening(marathon.programme, marathon.live_on, marathon.zone),
        sessions=sessions,
        clashes=clash_lines(shown, works),
        accent=marathon.design.accent,
        design=marathon.design.certificate,
        logo=marathon.design.logo,
        contact=marathon.contact,
        about=marathon.texts.about,
        title_english=marathon.texts.title_english,
        tracks=marathon.tracks,
        revision=max(0, len(changes) - 1),
        changed_at=changes[-1].at if changes else marathon.opens_at,
    )


def session_line(
    work: Work,
    marathon: Marathon,
    session: Session,
    slots: Sequence[Slot],
    works: dict[str, Submission],
) -> SessionLine | None:
    zone = ZoneInfo(marathon.zone)
    talks = rests(
        [
            talk_line(work, slot, works[slot.submission_id], zone)
            for slot in slots
            if slot.session_id == session.id
        ],
        pause=marathon.programme.pause,
    )
    if not talks:
        return None
    return SessionLine(
        session_id=session.id,
        track=session.track,
        title=session.title,
        starts_at=session.starts_at.astimezone(zone),
        ends_at=max(talk.ends_at for talk in talks),
        moderator=session.moderator,
        link=session.link,
        talks=talks,
    )


def rests(talks: Sequence[TalkLine], *, pause: int) -> tuple[TalkLine, ...]:
    """Every talk with the break after it, where it is longer than ``pause`` minutes."""
    following = (talk.starts_at for talk in talks[1:])
    return tuple(
        talk.model_copy(update={"break_until": begins})
        if begins and begins - talk.ends_at > timedelta(minutes=pause)
        else talk
        for talk, begins in zip_longest(talks, following)
    )


def talk_line(work: Work, slot: Slot, submission: Submission, zone: ZoneInfo) -> TalkLine:
    starts_at = slot.starts_at.astimezone(zone)
    return TalkLine(
        slot_id=slot.id,
        submission_id=submission.id,
        position=slot.number,
        number=submission.number,
        title=submission.title,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=slot.minutes),
        named=any(one.kind is ConsentKind.DISTRIBUTION for one in submission.consents),
        speakers=tuple(speaker_line(work, author) for author in submission.authors),
    )


def speaker_line(work: Work, author: Author) -> SpeakerLine:
    return SpeakerLine(
        name=author.name,
        about=", ".join(part for part in (author.position, author.organisation) if part),
        municipality=work.municipalities.get(author.municipality_id).name,
    )


def clash_lines(slots: Sequence[Slot], works: dict[str, Submission]) -> tuple[ClashLine, ...]:
    by_work = {slot.submission_id: slot for slot in slots}
    speakers = {
        identifier: frozenset(person_key(author) for author in works[identifier].authors)
        for identifier in by_work
    }
    names = {person_key(author): author.name for one in by_work for author in works[one].authors}
    placed = [
        Placed(
            submission_id=slot.submission_id,
            track=0,
            position=slot.number,
            starts_at=slot.starts_at,
            minutes=slot.minutes,
        )
        for slot in slots
    ]
    return tuple(
        ClashLine(
            first_slot_id=by_work[clash.first].id,
            second_slot_id=by_work[clash.second].id,
            sentence=(
                f"{names[clash.speaker]}: материалы № {works[clash.first].number} и "
                f"№ {works[clash.second].number} стоят в одно время. Переставьте один из них."
            ),
        )
        for clash in rules.clashes(placed, speakers)
    )
