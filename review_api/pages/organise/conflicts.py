"""Potential conflicts of interest that people must look at, and those they have decided."""

from collections.abc import Iterable

from fastapi import APIRouter
from starlette.responses import Response

from flows.assignment import conflict_operations as operations
from review_api import tables
from review_api.access import can
from review_api.frame import Link
from review_api.pages.organise import desk
from review_api.pages.organise.desk import FormDep
from review_api.pages.visit import Visit, VisitDep
from schemas.assignment import OPEN, AssignmentStatus
from schemas.base import Schema
from schemas.conflict import (
    CONFLICT_SOURCE_NAMES,
    SUSPICION_STATUS_NAMES,
    Suspicion,
    SuspicionStatus,
)
from schemas.errors import BadInput, Conflict, NotFound
from schemas.marathon import Marathon
from storage.repositories.people import fold
from storage.repositories.rows import MISSING

router = APIRouter()
COLUMNS = {
    "work": "Работа",
    "expert": "Эксперт",
    "source": "Откуда известно",
    "status": "Состояние",
    "by": "Кто решил",
}
ANSWERS = {"yes": True, "no": False}


class ConflictRow(Schema):
    """``stands`` says how the pair's assignment stands now, empty when there is none."""

    suspicion: Suspicion
    href: str
    work: str
    expert: str
    source: str
    status: str
    stands: str
    by: str


def rows_of(visit: Visit, marathon: Marathon, found: Iterable[Suspicion]) -> list[ConflictRow]:
    work, listed = visit.work, list(found)
    works = work.submissions.many(one.submission_id for one in listed)
    experts = work.experts.many(one.expert_id for one in listed)
    deciders = (one.decided_by for one in listed if one.decided_by)
    people = work.people.many([*(one.person_id for one in experts.values()), *deciders])
    standing = standing_of(visit, marathon)
    rows = [
        ConflictRow(
            suspicion=one,
            href=desk.address(marathon, f"works/{one.submission_id}"),
            work=f"№ {works[one.submission_id].number}. {works[one.submission_id].title}",
            expert=people[experts[one.expert_id].person_id].name,
            source=CONFLICT_SOURCE_NAMES[one.source],
            status=SUSPICION_STATUS_NAMES[one.status],
            stands=standing.get((one.submission_id, one.expert_id), ""),
            by=people[one.decided_by].name if one.decided_by in people else "",
        )
        for one in listed
    ]
    return sorted(rows, key=lambda row: (works[row.suspicion.submission_id].number, row.expert))


def cells(row: ConflictRow) -> dict[str, object]:
    return {key: getattr(row, key) for key in COLUMNS}


def searched(rows: list[ConflictRow], words: str) -> list[ConflictRow]:
    """Rows that hold every word, whatever case or ё."""
    wanted = fold(words).split()
    return [
        row
        for row in rows
        if tables.holds(fold(" ".join(str(value) for value in cells(row).values())), wanted)
    ]


def standing_of(visit: Visit, marathon: Marathon) -> dict[tuple[str, str], str]:
    """Pairs that are assigned now: «open» can be taken back, «sent» has its review already."""
    return {
        (item.submission_id, item.expert_id): "open" if item.status in OPEN else "sent"
        for item in visit.work.assignments.held(marathon.id)
        if item.status in OPEN or item.status is AssignmentStatus.SUBMITTED
    }


@router.get("/organise/{marathon_id}/conflicts")
def conflicts(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "conflict.list")
    everything = visit.work.suspicions.of_marathon(marathon.id)
    found = [one for one in everything if can(visit.viewer, "conflict.decide", one)]
    query = visit.request.query_params
    shown = searched(rows_of(visit, marathon, found), query.get("q", ""))
    if query.get("export"):
        return tables.download("Конфликты", COLUMNS, map(cells, shown), query["export"])
    return desk.show(
        visit,
        marathon,
        "organise/conflicts.html",
        Link(text="Назначение", href=desk.address(marathon, "assignment")),
        own=len(everything) - len(found),
        waiting=[row for row in shown if row.suspicion.status is SuspicionStatus.OPEN],
        decided=[row for row in shown if row.suspicion.status is not SuspicionStatus.OPEN],
        words=query.get("q", ""),
        total=len(shown),
        own_place_barred=marathon.assignment.cross_municipal,
    )


@router.post("/organise/{marathon_id}/conflicts/search")
def search(visit: VisitDep, marathon_id: str) -> Response:
    """Look for potential conflicts now; a plan does it by itself before it is made."""
    marathon = desk.marathon_of(visit, marathon_id, "conflict.decide")
    found = operations.detect(visit.work, marathon.id, now=visit.now)
    words = f"Найдено новых: {found}." if found else "Новых возможных конфликтов нет."
    return visit.leave(desk.address(marathon, "conflicts"), words)


@router.post("/organise/{marathon_id}/conflicts")
def decide(visit: VisitDep, marathon_id: str, form: FormDep) -> Response:
    """Decide about those ticked in the list, or about the one whose own button was pressed."""
    marathon = desk.marathon_of(visit, marathon_id, "conflict.decide")
    try:
        chosen, confirmed = answer_of(form)
        found = [suspicion_of(visit, marathon, identifier) for identifier in chosen]
    except (BadInput, Conflict) as error:
        return visit.refuse(desk.address(marathon, "conflicts"), error)
    sent = operations.sent_reviews(visit.work, found) if confirmed else 0
    for one in found:
        operations.decide(visit.work, one.id, confirmed=confirmed, by=visit.actor, now=visit.now)
    kind = "warning" if sent else "success"
    return visit.leave(
        desk.address(marathon, "conflicts"), sentence(len(found), confirmed, sent), kind=kind
    )


def answer_of(form: FormDep) -> tuple[list[str], bool]:
    """(ids, whether there is a conflict) from «yes:id» of one row, or «yes» and ticked rows."""
    answer, _, one = desk.text(form, "answer").partition(":")
    chosen = [one] if one else desk.texts(form, "chosen")
    if answer not in ANSWERS:
        raise BadInput("Выберите, есть ли конфликт.")
    if not chosen:
        raise BadInput("Отметьте хотя бы одну строку.")
    return chosen, ANSWERS[answer]


def suspicion_of(visit: Visit, marathon: Marathon, identifier: str) -> Suspicion:
    """Raises ``NotFound`` for one of another marathon; ``Conflict`` when it is gone by now."""
    found = visit.work.suspicions.find(identifier)
    if found is None:
        raise Conflict(
            "Список изменился, пока вы смотрели. Ничего не решено: посмотрите новый список.",
            code="stale_version",
        )
    if found.marathon_id != marathon.id:
        raise NotFound(MISSING)
    visit.require("conflict.decide", found)
    return found


def sentence(count: int, confirmed: bool, sent: int) -> str:  # noqa: FBT001
    if not confirmed:
        return f"Решено: конфликта нет, строк: {count}. Эти пары снова можно назначать."
    taken = f"Подтверждено конфликтов: {count}. Эти пары не назначаются, замены ищутся сами."
    kept = f" Оценок уже отправлено: {sent}; они остались, учтите это при решении."
    return taken + (kept if sent else "")
