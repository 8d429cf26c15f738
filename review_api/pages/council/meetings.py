"""The methodical council: meetings, attendance, agenda, votes, the protocol."""

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import Response

from flows import rulings
from flows.council import ballots, calling, checks, operations, outcomes, render, rules
from flows.council.operations import MeetingPlan
from flows.council.view import ProtocolView
from review_api import tables
from review_api.access import can, require_others
from review_api.formats import marked
from review_api.pages.council.agenda import (
    back,
    day,
    item_of,
    meeting_of,
    require_no_author,
    tried,
    version_in,
)
from review_api.pages.organise.desk import COUNCIL, OWN_WORK, FormDep, text
from review_api.pages.visit import Visit, VisitDep
from schemas.council import (
    ATTENDANCE_NAMES,
    CHOICE_NAMES,
    Attendance,
    Choice,
    Meeting,
    Member,
)
from schemas.errors import BadInput, MarathonError, NotFound
from schemas.marathon import Phase
from storage.repositories.rows import MISSING

router = APIRouter()
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@router.get("/council")
def meetings(visit: VisitDep) -> Response:
    visit.require("council.enter")
    return show_meetings(visit, {}, {})


def show_meetings(visit: Visit, typed: dict[str, str], errors: dict[str, str]) -> Response:
    calls = [one for one in visit.work.marathons.all() if can(visit.viewer, "council.see", one)]
    known = [one for one in calls if one.phase is not Phase.PREPARATION]
    held = [one for one in visit.work.meetings.all() if can(visit.viewer, "council.see", one)]
    return visit.show(
        "council/meetings.html",
        status=422 if errors else 200,
        meetings=list(reversed(held)),
        marathons=[(one.id, f"{one.title}, {one.year}") for one in reversed(known)],
        calls=[one for one in reversed(calls) if one.phase in CURRENT],
        may_call=any(can(visit.viewer, "council.edit", one) for one in known),
        typed=typed,
        errors=errors,
    )


OTHERS_CLOSE = marked(
    "В повестке голосование о вашем материале. Закрыть заседание может другой человек: "
    "председатель, секретарь или организатор."
)
CURRENT = frozenset(set(Phase) - {Phase.ARCHIVE})


@router.post("/council")
def call_meeting(visit: VisitDep, form: FormDep) -> Response:
    """A meeting with an agenda drafted from what the system knows."""
    visit.require("council.enter")
    typed = {name: text(form, name) for name in ("marathon", "held_on", "place", "theme")}
    errors = {}
    if not typed["marathon"]:
        errors["marathon"] = "Выберите марафон."
    held_on = day(typed["held_on"])
    if held_on is None:
        errors["held_on"] = "Укажите дату заседания."
    if not typed["place"]:
        errors["place"] = "Укажите место или «ВКС»."
    if errors or held_on is None:
        return show_meetings(visit, typed, errors)
    visit.require("council.edit", visit.work.marathons.find(typed["marathon"]))
    plan = MeetingPlan(held_on=held_on, place=typed["place"], theme=typed["theme"])
    meeting = operations.call(visit.work, typed["marathon"], plan, by=visit.actor, now=visit.now)
    return visit.leave(f"/council/{meeting.id}", "Заседание создано, повестка составлена.")


@router.get("/council/{meeting_id}")
def meeting_page(visit: VisitDep, meeting_id: str) -> Response:
    meeting = meeting_of(visit, meeting_id, "council.see")
    found = operations.papers(visit.work, meeting)
    votes = {(vote.item, vote.municipality_id): vote.choice for vote in found.votes}
    works = visit.work.submissions.many(
        one.submission_id for one in meeting.agenda if one.submission_id
    )
    own = {one.number for one in meeting.agenda if visit.viewer.is_author_of(one)}
    return visit.show(
        "council/meeting.html",
        own=own,
        breadcrumbs=(COUNCIL,),
        meeting=meeting,
        names=found.names,
        attendance=list(ATTENDANCE_NAMES.items()),
        choices=list(CHOICE_NAMES.items()),
        votes=votes,
        representatives={one.municipality_id: one.representative for one in meeting.members},
        voters={one.number: rules.voters(found, one.number) for one in meeting.agenda},
        delegates={one.number: rules.delegates(found, one.number) for one in meeting.agenda},
        silent={one.number: rules.silent_seats(found, one.number) for one in meeting.agenda},
        item_quorum={
            one.number: rules.has_item_quorum(found, one.number) for one in meeting.agenda
        },
        outcomes={
            number: outcomes.OUTCOME_WORDS[one]
            for number, one in outcomes.of_meeting(visit.work, meeting_id).items()
        },
        missing=[
            one
            for one in ballots.missing(visit.work, meeting)
            if not visit.viewer.is_author_of(one)
        ],
        rule=rules.RULE,
        tallies=operations.tallies(visit.work, meeting_id),
        findings=checks.findings(found),
        quorum=rules.has_quorum(meeting),
        present=len(rules.present(meeting)),
        works=works,
        may_edit=can(visit.viewer, "council.edit", meeting) and meeting.closed_at is None,
        may_cancel=not found.votes,
    )


@router.post("/council/{meeting_id}/attendance")
def set_attendance(visit: VisitDep, meeting_id: str, form: FormDep) -> Response:
    meeting = meeting_of(visit, meeting_id)
    members = [member_in(form, one) for one in meeting.members]
    return tried(
        visit,
        back(meeting_id, "attendance"),
        "Присутствие отмечено.",
        lambda: operations.set_attendance(
            visit.work,
            meeting_id,
            members,
            version=version_in(form),
            by=visit.actor,
            now=visit.now,
        ),
    )


def member_in(form: FormData, one: Member) -> Member:
    chosen = text(form, f"attendance_{one.municipality_id}")
    if chosen not in set(Attendance):
        raise BadInput("Отметьте присутствие по каждому муниципалитету.", field="attendance")
    return Member(
        municipality_id=one.municipality_id,
        representative=text(form, f"representative_{one.municipality_id}"),
        attendance=Attendance(chosen),
        absence_reason=text(form, f"reason_{one.municipality_id}"),
    )


@router.post("/council/{meeting_id}/votes/{number}")
def vote(visit: VisitDep, meeting_id: str, number: int, form: FormDep) -> Response:
    """The votes on one item, or «единогласно за» for everybody who has not voted."""
    require_no_author(visit, item_of(meeting_of(visit, meeting_id), number))

    def write() -> None:
        meeting = visit.work.meetings.get(meeting_id)
        if text(form, "act") == "rest":
            operations.cast_rest(
                visit.work,
                meeting_id,
                item=number,
                choice=Choice.FOR,
                by=visit.actor,
                now=visit.now,
            )
            return
        for member in meeting.members:
            chosen = text(form, f"vote_{member.municipality_id}")
            if chosen in set(Choice):
                operations.cast(
                    visit.work,
                    meeting_id,
                    item=number,
                    municipality_id=member.municipality_id,
                    choice=Choice(chosen),
                    by=visit.actor,
                    now=visit.now,
                )

    return tried(visit, back(meeting_id, f"item-{number}"), "Голоса записаны.", write)


@router.post("/council/{meeting_id}/close")
def close(visit: VisitDep, meeting_id: str) -> Response:
    """No more changes: the ballots become decisions, the stage writes the protocol's papers."""
    meeting = meeting_of(visit, meeting_id)
    try:
        require_others(visit.viewer, "council.close", meeting, OTHERS_CLOSE)
        closing = rulings.close_meeting(visit.work, meeting_id, by=visit.actor, now=visit.now)
        visit.work.runs.ask(
            "write_protocol",
            marathon_id=closing.meeting.marathon_id,
            by=visit.person.id,
            now=visit.now,
        )
    except MarathonError as error:
        return visit.refuse(back(meeting_id), error)
    return visit.leave(
        back(meeting_id),
        f"Заседание закрыто, протокол готов к подписи. {rulings.summary(closing)}",
    )


@router.post("/council/{meeting_id}/cancel")
def cancel(visit: VisitDep, meeting_id: str) -> Response:
    """A meeting called by mistake goes, and its number is free; pressed twice, it is gone once."""
    if visit.work.meetings.find(meeting_id) is None:
        visit.require("council.enter")
        return visit.leave("/council", "Этого заседания уже нет.")
    meeting_of(visit, meeting_id)
    try:
        meeting = calling.cancel(visit.work, meeting_id, by=visit.actor, now=visit.now)
    except MarathonError as error:
        return visit.refuse(back(meeting_id), error)
    number = meeting.number
    return visit.leave("/council", f"Заседание отменено, номер протокола {number} свободен.")


def without_own(visit: Visit, view: ProtocolView, meeting: Meeting) -> ProtocolView:
    """An unsigned protocol does not tell an author how the council votes on their work."""
    own = {one.number for one in meeting.agenda if visit.viewer.is_author_of(one)}
    if not own or meeting.closed_at:
        return view
    bare = {
        "heard": "",
        "spoke": "",
        "resolution": OWN_WORK,
        "tally": None,
        "outcome": "",
        "delegates": (),
    }
    items = tuple(one.model_copy(update=bare) if one.number in own else one for one in view.items)
    return view.model_copy(update={"items": items})


@router.get("/council/{meeting_id}/protocol.{form}")
def protocol(visit: VisitDep, meeting_id: str, form: str) -> Response:
    """The protocol as it stands now, to read or to sign."""
    meeting = meeting_of(visit, meeting_id, "council.see")
    view = without_own(visit, operations.view(visit.work, meeting_id), meeting)
    name = f"Протокол № {view.number}.{form}"
    if form == "docx":
        return tables.attachment(render.word(view), name, WORD)
    if form == "pdf":
        return tables.attachment(render.pdf(view), name, "application/pdf")
    raise NotFound(MISSING)
