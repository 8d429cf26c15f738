"""A municipal coordinator's page: own works by status, own people, coverage beside the others.

Marks and decisions that have not been released never come near this page.
"""

from collections import Counter
from collections.abc import Sequence

from fastapi import APIRouter
from starlette.responses import Response

from review_api import tables
from review_api.frame import Link
from review_api.marathon_facts import NOT_COUNTED
from review_api.pages.visit import Visit, VisitDep
from schemas.assignment import HELD, OPEN
from schemas.cluster import Municipality
from schemas.errors import NotFound
from schemas.marathon import Marathon, Phase
from schemas.people import Role
from schemas.submission import SUBMISSION_STATUS_NAMES, Submission, SubmissionStatus
from storage.repositories.rows import MISSING

router = APIRouter()
WORKS = {
    "number": "№",
    "title": "Название",
    "authors": "Авторы",
    "organisation": "Организация",
    "status": "Состояние",
}
EXPERTS = {
    "name": "Эксперт",
    "position": "Должность",
    "taken": "Назначено работ",
    "open": "В работе",
    "capacity": "Может взять",
}
# A coordinator sees how far a work has got, not what has been found before it is released.
BEFORE_RELEASE = frozenset({SubmissionStatus.IN_REVIEW, SubmissionStatus.REVIEWED})


SECTIONS = (
    ("/coordinate", "Работы"),
    ("/coordinate/teachers", "Педагоги"),
    ("/coordinate/remind", "Напомнить"),
    ("/coordinate/certificates", "Сертификаты"),
    ("/coordinate/nominations", "Кандидаты в эксперты"),
)


def menu(visit: Visit, marathon: Marathon | None) -> tuple[Link, ...]:
    """The coordinator's pages, about the marathon that is looked at."""
    query = f"?marathon={marathon.id}" if marathon else ""
    here = visit.request.url.path
    return tuple(
        Link(text=text, href=address + query, current=address == here) for address, text in SECTIONS
    )


def own_places(visit: Visit) -> list[Municipality]:
    visit.require("municipality.see")
    ids = visit.viewer.scopes(Role.COORDINATOR)
    return [one for one in visit.work.municipalities.all() if one.id in ids]


def chosen_marathon(visit: Visit) -> Marathon | None:
    """The one in the address, else the newest that is not a preparation."""
    known = [one for one in visit.work.marathons.all() if one.phase is not Phase.PREPARATION]
    wanted = visit.request.query_params.get("marathon", "")
    if wanted:
        found = [one for one in known if one.id == wanted]
        if not found:
            raise NotFound(MISSING)
        return found[0]
    return known[-1] if known else None


def seen_status(submission: Submission) -> SubmissionStatus:
    hidden = submission.status in BEFORE_RELEASE
    return SubmissionStatus.IN_REVIEW if hidden else submission.status


def status_words(submission: Submission) -> str:
    return SUBMISSION_STATUS_NAMES[seen_status(submission)]


def status_filter(submissions: Sequence[Submission], chosen: str) -> tuple[object, ...]:
    """(name, label, options, value, words): only states that works of the municipality have."""
    there = {seen_status(one) for one in submissions}
    options = [(one.value, words) for one, words in SUBMISSION_STATUS_NAMES.items() if one in there]
    return ("status", "Состояние", options, chosen, dict(options).get(chosen, ""))


def work_rows(submissions: list[Submission], places: set[str]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for one in submissions:
        authors = [author for author in one.authors if author.municipality_id in places]
        schools = dict.fromkeys(author.organisation for author in authors if author.organisation)
        rows.append(
            {
                "number": one.number,
                "title": one.title,
                "authors": ", ".join(author.name for author in authors),
                "organisation": ", ".join(schools),
                "status": status_words(one),
            }
        )
    return rows


def expert_rows(visit: Visit, marathon: Marathon, places: set[str]) -> list[dict[str, object]]:
    work = visit.work
    experts = work.experts.of_places(places)
    people = work.people.many(one.person_id for one in experts)
    loads = work.assignments.loads([one.id for one in experts], marathon_id=marathon.id)
    return [
        {
            "name": people[one.person_id].name,
            "position": one.position,
            "taken": sum(loads[one.id][status] for status in HELD),
            "open": sum(loads[one.id][status] for status in OPEN),
            "capacity": one.capacity,
        }
        for one in experts
    ]


def coverage(visit: Visit, marathon: Marathon, places: set[str]) -> list[dict[str, object]]:
    """Sent works and experts of every member, the own ones marked: counts only."""
    works = visit.work.counting(marathon.id).sent_by_place(NOT_COUNTED)
    experts = visit.work.experts.by_place(active=True)
    rows: list[dict[str, object]] = [
        {
            "name": one.name,
            "own": one.id in places,
            "works": works[one.id],
            "experts": experts[one.id],
        }
        for one in visit.work.municipalities.of_cluster(marathon.cluster_id)
        if one.member or one.id in places
    ]
    return sorted(rows, key=lambda row: (-int(str(row["works"])), str(row["name"])))


@router.get("/coordinate")
def coordinate(visit: VisitDep) -> Response:
    own = own_places(visit)
    marathon = chosen_marathon(visit)
    if marathon is None:
        return visit.show("coordinate/nothing.html", places=own, menu=menu(visit, None))
    places = {one.id for one in own}
    submissions = visit.work.submissions.of_places(marathon.id, places)
    query = visit.request.query_params
    wanted = query.get("status", "")
    rows = work_rows([one for one in submissions if wanted in ("", seen_status(one))], places)
    shown = tables.table(query, WORKS, rows, sort="number")
    if query.get("export"):
        return tables.download("Работы муниципалитета", WORKS, shown.everything, query["export"])
    experts = expert_rows(visit, marathon, places)
    return visit.show(
        "coordinate/municipality.html",
        marathon=marathon,
        call=marathon,
        menu=menu(visit, marathon),
        now=visit.now,
        places=own,
        table=shown,
        filters=[status_filter(submissions, wanted)],
        counts=Counter(status_words(one) for one in submissions),
        experts=experts,
        expert_columns=EXPERTS,
        coverage=coverage(visit, marathon, places),
        others=[one for one in visit.work.marathons.all() if one.phase is not Phase.PREPARATION],
    )
