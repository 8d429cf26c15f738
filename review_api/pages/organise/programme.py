"""The live day: sessions and talks in order, clashes, the order changed by number."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.marathons.rules import STAGE_TITLES
from flows.notices import talks
from flows.notices.letters import LETTERS
from flows.programme import operations, viewing
from review_api import tables
from review_api.formats import marked
from review_api.pages.organise import desk
from review_api.pages.organise.assignment import newest_run
from review_api.pages.organise.desk import FormDep
from review_api.pages.organise.form import moment
from review_api.pages.visit import Text, Visit, VisitDep
from review_api.typed import whole
from schemas.errors import BadInput, MarathonError, NotFound
from schemas.marathon import Marathon
from schemas.outbox import RUN_STATE_NAMES
from schemas.papers import Paper, PaperKind
from storage.repositories.rows import MISSING

router = APIRouter()
PAPERS = {
    "programme.pdf": marked("Программа, PDF"),
    "programme.docx": marked("Программа, DOCX"),
    "programme.ics": marked("Календарь"),
    "poster.pdf": marked("Афиша А3"),
    "leaflet.pdf": marked("Листовка А4, складывается втрое"),
    "programme-en.pdf": marked("Программа по-английски"),
    "poster-en.pdf": marked("Афиша по-английски"),
    "leaflet-en.pdf": marked("Листовка по-английски"),
}


@router.get("/organise/{marathon_id}/programme")
def programme(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "programme.edit")
    return desk.show(
        visit,
        marathon,
        "organise/programme.html",
        view=viewing.view(visit.work, marathon.id),
        slots={one.id: one for one in visit.work.slots.of_marathon(marathon.id)},
        untold=names_of(visit, talks.untold(visit.work, marathon.id)),
        papers=papers_of(visit, marathon),
        run=newest_run(visit, marathon, "build_programme"),
        titles=STAGE_TITLES,
        words=RUN_STATE_NAMES,
    )


def papers_of(visit: Visit, marathon: Marathon) -> list[tuple[str, Paper]]:
    """What the paper is called and the paper, those most wanted first."""
    found = {one.path: one for one in visit.work.papers.of(PaperKind.PROGRAMME, marathon.id)}
    return [(words, found[path]) for path, words in PAPERS.items() if path in found]


def names_of(visit: Visit, tellings: list[talks.Telling]) -> list[str]:
    """«№ 7, Иванова А. П. — время изменилось», for the list before the letters are written."""
    people = visit.work.people.many(one.person_id for one in tellings)
    return [
        f"№ {one.submission.number}, {people[one.person_id].initials}: "
        f"{LETTERS[one.template].name.lower()}"
        for one in tellings
        if one.person_id in people
    ]


@router.post("/organise/{marathon_id}/programme/announce")
def announce(visit: VisitDep, marathon_id: str) -> Response:
    """Letters with a calendar to authors whose talk is new, has moved or is off."""
    marathon = desk.marathon_of(visit, marathon_id, "programme.edit")
    back = desk.address(marathon, "programme")
    count = talks.announce(visit.work, marathon.id, by=visit.actor, now=visit.now)
    if not count:
        return visit.leave(back, "Все авторы уже знают своё время.", kind="info")
    visit.work.runs.ask("deliver_notices", marathon_id=None, by=visit.person.id, now=visit.now)
    return visit.leave(back, f"Авторам отправляется писем: {count}.")


@router.post("/organise/{marathon_id}/programme/slots/{slot_id}")
def move_slot(visit: VisitDep, marathon_id: str, slot_id: str, to: Text = "") -> Response:
    """The talk at another number of its session."""
    marathon = desk.marathon_of(visit, marathon_id, "programme.edit")
    if visit.work.slots.get(slot_id).marathon_id != marathon.id:
        raise NotFound(MISSING)
    number = whole(to) or 0
    if number < 1:
        raise BadInput("Номер — целое число от 1.", field="to")
    operations.move_slot(visit.work, slot_id, to=number, by=visit.actor, now=visit.now)
    return changed(visit, marathon, "Порядок изменён.")


def changed(visit: Visit, marathon: Marathon, sentence: str) -> Response:
    """Back to the programme, whose papers are drawn again."""
    visit.work.runs.ask(
        "build_programme", marathon_id=marathon.id, by=visit.person.id, now=visit.now
    )
    return visit.leave(desk.address(marathon, "programme"), sentence)


@router.post("/organise/{marathon_id}/programme/slots/{slot_id}/session")
def move_to_session(
    visit: VisitDep, marathon_id: str, slot_id: str, session: Text = ""
) -> Response:
    """The talk at the end of another session."""
    marathon = desk.marathon_of(visit, marathon_id, "programme.edit")
    slot, target = visit.work.slots.get(slot_id), visit.work.programme_sessions.get(session)
    if {slot.marathon_id, target.marathon_id} != {marathon.id}:
        raise NotFound(MISSING)
    operations.move_to_session(visit.work, slot_id, session, by=visit.actor, now=visit.now)
    return changed(visit, marathon, "Выступление перенесено в другую секцию.")


@router.post("/organise/{marathon_id}/programme/arrange")
def arrange(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "programme.edit")
    operations.arrange(visit.work, marathon.id, by=visit.actor, now=visit.now)
    return changed(visit, marathon, "Порядок составлен заново, по баллам.")


@router.post("/organise/{marathon_id}/programme/sessions/{session_id}")
def describe_session(visit: VisitDep, marathon_id: str, session_id: str, form: FormDep) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "programme.edit")
    if visit.work.programme_sessions.get(session_id).marathon_id != marathon.id:
        raise NotFound(MISSING)
    back = desk.address(marathon, "programme")
    try:
        operations.describe_session(
            visit.work,
            session_id,
            starts_at=moment(desk.text(form, "starts_at"), marathon.zone, "starts_at"),
            moderator=desk.text(form, "moderator"),
            link=desk.text(form, "link"),
            by=visit.actor,
            now=visit.now,
        )
    except MarathonError as error:
        return visit.refuse(back, error)
    return changed(visit, marathon, "Секция сохранена.")


@router.get("/organise/{marathon_id}/papers/{kind}/{path}")
def paper(visit: VisitDep, marathon_id: str, kind: str, path: str) -> Response:
    """A document a stage has written about the marathon."""
    marathon = desk.marathon_of(visit, marathon_id, "report.see")
    if kind not in {PaperKind.PROGRAMME, PaperKind.REPORT}:
        raise NotFound(MISSING)
    for found in visit.work.papers.of(PaperKind(kind), marathon.id):
        if found.path == path:
            content = visit.files.read(found.sha256)
            return tables.attachment(content, path, "application/octet-stream")
    raise NotFound(MISSING)
