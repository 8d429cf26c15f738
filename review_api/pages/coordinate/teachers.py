"""Who of the municipality has ever written for a marathon: teachers, their schools, their works."""

from collections import defaultdict

from fastapi import APIRouter
from starlette.responses import Response

from review_api import tables
from review_api.marathon_facts import NOT_COUNTED
from review_api.pages.coordinate.municipality import chosen_marathon, menu, own_places, status_words
from review_api.pages.visit import Visit, VisitDep
from schemas.marathon import Marathon
from schemas.submission import Author, Submission

router = APIRouter()
COLUMNS = {
    "name": "Педагог",
    "position": "Должность",
    "organisation": "Организация",
    "works": "Работ",
    "numbers": "Номера и состояние",
}


def lines_of(
    works: list[Submission], places: set[str]
) -> dict[str, list[tuple[Author, Submission]]]:
    """Author lines of the municipality by person; a namesake of another school is another."""
    found: dict[str, list[tuple[Author, Submission]]] = defaultdict(list)
    for one in works:
        for author in one.authors:
            if author.municipality_id in places:
                key = author.person_id or f"{author.name}/{author.organisation}"
                found[key].append((author, one))
    return found


def rows(visit: Visit, marathon: Marathon, places: set[str]) -> list[dict[str, object]]:
    works = visit.work.submissions.of_places(marathon.id, places)
    sent = [one for one in works if one.status not in NOT_COUNTED]
    return [
        {
            "name": lines[-1][0].name,
            "position": lines[-1][0].position,
            "organisation": lines[-1][0].organisation,
            "works": len(lines),
            "numbers": "; ".join(f"№ {one.number}: {status_words(one)}" for _, one in lines),
        }
        for lines in lines_of(sent, places).values()
    ]


@router.get("/coordinate/teachers")
def teachers(visit: VisitDep) -> Response:
    own, marathon = own_places(visit), chosen_marathon(visit)
    if marathon is None:
        return visit.show("coordinate/nothing.html", places=own, menu=menu(visit, None))
    people = rows(visit, marathon, {one.id for one in own})
    query = visit.request.query_params
    shown = tables.table(query, COLUMNS, people, sort="name")
    if query.get("export"):
        return tables.download("Педагоги", COLUMNS, shown.everything, query["export"])
    return visit.show(
        "coordinate/teachers.html",
        marathon=marathon,
        call=marathon,
        menu=menu(visit, marathon),
        table=shown,
    )
