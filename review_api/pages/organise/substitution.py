"""Another expert for one assignment that nobody has begun: whom it could be, and at what price."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.assignment import substituting
from flows.assignment.affinity import encoder
from review_api import tables
from review_api.frame import Link
from review_api.pages.organise import desk
from review_api.pages.visit import Text, Visit, VisitDep
from schemas.assignment import Assignment
from schemas.errors import BadInput, MarathonError, NotFound
from schemas.marathon import Marathon
from schemas.plan_reasons import Option
from storage.repositories.rows import MISSING

router = APIRouter(prefix="/organise/{marathon_id}/assignments/{assignment_id}/replace")
COLUMNS = {
    "name": "Эксперт",
    "municipality": "Муниципалитет",
    "affinity": "Близость",
    "load": "Работ",
    "price": "Что изменится",
    "broken": "Почему нельзя",
}
LAWFUL = [("yes", "можно поставить"), ("no", "нельзя")]


def assignment_of(visit: Visit, marathon: Marathon, assignment_id: str) -> Assignment:
    """Raises ``NotFound``, also for an assignment of a work of whoever looks."""
    found = visit.work.assignments.find(assignment_id)
    if found is None or found.marathon_id != marathon.id:
        raise NotFound(MISSING)
    visit.require("submission.judge", found)
    return found


def model(visit: Visit) -> str:
    return encoder.model_name(visit.settings.text_model)


def rows_of(visit: Visit, found: tuple[Option, ...]) -> list[dict[str, object]]:
    experts = visit.work.experts.many(one.expert for one in found)
    people = visit.work.people.many(one.person_id for one in experts.values())
    places = {one.id: one.name for one in visit.work.municipalities.all()}
    return [
        {
            "expert": one.expert,
            "name": people[experts[one.expert].person_id].name,
            "municipality": places[experts[one.expert].municipality_id],
            "affinity": one.affinity,
            "load": f"{one.load} из {one.capacity}",
            "price": one.price,
            "broken": "; ".join(rule.text for rule in one.broken),
            "lawful": not one.broken,
        }
        for one in found
    ]


@router.get("")
def choose(visit: VisitDep, marathon_id: str, assignment_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "stage.run")
    item = assignment_of(visit, marathon, assignment_id)
    try:
        return show(visit, marathon, item)
    except MarathonError as error:
        return visit.refuse(desk.address(marathon, "assignment"), error)


def show(
    visit: Visit, marathon: Marathon, item: Assignment, error: BadInput | None = None
) -> Response:
    work, query = visit.work, visit.request.query_params
    found = substituting.options(work, item.id, now=visit.now, model=model(visit))
    rows = rows_of(visit, found)
    may = query.get("may", "")
    listed = [row for row in rows if may not in {"yes", "no"} or row["lawful"] == (may == "yes")]
    one = work.submissions.get(item.submission_id)
    leaver = work.people.get(work.experts.get(item.expert_id).person_id)
    return desk.show(
        visit,
        marathon,
        "organise/substitution.html",
        Link(text="Назначение", href=desk.address(marathon, "assignment")),
        status=422 if error else 200,
        one=one,
        leaver=leaver.name,
        best=next((row["name"] for row in rows if row["lawful"]), ""),
        table=tables.table(query, COLUMNS, listed),
        filters=[("may", "Кого показать", LAWFUL, may, dict(LAWFUL).get(may, ""))],
        link=f"{desk.address(marathon)}/assignments/{item.id}/replace",
        errors={"expert": error.sentence} if error else {},
    )


@router.post("")
def replace(visit: VisitDep, marathon_id: str, assignment_id: str, expert: Text = "") -> Response:
    """The expert whose button was pressed, or the best one for ``best``."""
    marathon = desk.marathon_of(visit, marathon_id, "stage.run")
    item = assignment_of(visit, marathon, assignment_id)
    back = desk.address(marathon, "assignment")
    wanted = "" if expert == "best" else expert[:60] or "?"
    try:
        invited = substituting.substitute(
            visit.work, item.id, wanted, by=visit.actor, now=visit.now, model=model(visit)
        )
    except BadInput as error:
        visit.work.forget()
        return show(visit, marathon, item, error)
    except MarathonError as error:
        return visit.refuse(back, error)
    visit.send_letters()
    name = visit.work.people.get(visit.work.experts.get(invited.expert_id).person_id).name
    return visit.leave(back, f"Эксперт заменён, приглашение уходит: {name}.")
