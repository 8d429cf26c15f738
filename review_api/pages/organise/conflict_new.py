"""A conflict of interest that an organiser knows of, entered by hand with its reason."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.assignment import conflict_entering
from flows.assignment.conflict_entering import Entered
from review_api.access import can
from review_api.formats import marked
from review_api.frame import Link
from review_api.pages.organise import desk
from review_api.pages.organise.desk import FormDep
from review_api.pages.visit import Visit, VisitDep
from schemas.base import Schema
from schemas.errors import BadInput
from schemas.marathon import Marathon
from schemas.submission import Submission

router = APIRouter(prefix="/organise/{marathon_id}/conflicts/new")
KINDS = {
    "work": marked("одной работой"),
    "person": marked("всеми работами автора"),
    "organisation": marked("всеми работами организации"),
}


class Form(Schema):
    """What was chosen; ``keys`` has the choice of every kind, so that none is lost."""

    expert: str = ""
    kind: str = ""
    keys: dict[str, str] = {}
    reason: str = ""


@router.get("")
def blank(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "conflict.decide")
    query = visit.request.query_params
    work = query.get("work", "")[:60]
    return show(
        visit,
        marathon,
        Form(expert=query.get("expert", "")[:60], kind="work" if work else "", keys={"work": work}),
    )


def show(visit: Visit, marathon: Marathon, form: Form, error: BadInput | None = None) -> Response:
    works = works_of(visit, marathon)
    return desk.show(
        visit,
        marathon,
        "organise/conflict_new.html",
        Link(text="Назначение", href=desk.address(marathon, "assignment")),
        Link(text="Возможные конфликты", href=desk.address(marathon, "conflicts")),
        status=422 if error else 200,
        form=form,
        kinds=list(KINDS.items()),
        experts=experts_of(visit, marathon),
        choices=conflict_entering.choices(works)._asdict(),
        own=bool(visit.viewer.authored),
        errors={error.field or "reason": error.sentence} if error else {},
    )


def works_of(visit: Visit, marathon: Marathon) -> list[Submission]:
    """Without those of whoever looks: others enter conflicts about them."""
    found = conflict_entering.works_of(visit.work, marathon.id, visit.viewer.authored)
    return [one for one in found if can(visit.viewer, "conflict.decide", one)]


def experts_of(visit: Visit, marathon: Marathon) -> list[tuple[str, str]]:
    experts = visit.work.experts.of_cluster(marathon.cluster_id)
    people = visit.work.people.many(one.person_id for one in experts)
    return sorted(((one.id, people[one.person_id].name) for one in experts), key=lambda one: one[1])


@router.post("")
def enter(visit: VisitDep, marathon_id: str, form: FormDep) -> Response:
    """Bar the pairs at once: whoever enters a conflict has decided about it."""
    marathon = desk.marathon_of(visit, marathon_id, "conflict.decide")
    typed = Form(
        expert=desk.text(form, "expert")[:60],
        kind=desk.text(form, "kind")[:20],
        keys={kind: desk.text(form, kind)[:300] for kind in KINDS},
        reason=desk.text(form, "reason")[: conflict_entering.LONGEST_REASON + 1],
    )
    try:
        done = entered(visit, marathon, typed)
    except BadInput as error:
        visit.work.forget()
        return show(visit, marathon, typed, error)
    return visit.leave(
        desk.address(marathon, "conflicts"),
        sentence(done),
        kind="warning" if done.reviewed or not done.pairs else "success",
    )


def entered(visit: Visit, marathon: Marathon, form: Form) -> Entered:
    if form.kind not in KINDS:
        raise BadInput("Выберите, с чем конфликт.", field="kind")
    if form.expert not in dict(experts_of(visit, marathon)):
        raise BadInput("Выберите эксперта.", field="expert")
    works = conflict_entering.concerned(works_of(visit, marathon), form.kind, form.keys[form.kind])
    if not works:
        raise BadInput("Выберите из списка.", field=form.kind)
    return conflict_entering.enter(
        visit.work, form.expert, works, reason=form.reason, by=visit.actor, now=visit.now
    )


def sentence(done: Entered) -> str:
    if not done.pairs:
        return "Этот конфликт уже записан: ничего не изменилось."
    told = f"Конфликт записан, работ: {done.pairs}. Эксперту их больше не назначат."
    back = f" Снято назначений: {done.taken_back}; замены ищутся сами."
    kept = f" Оценок уже отправлено: {done.reviewed}; они остались, учтите это при решении."
    return told + (back if done.taken_back else "") + (kept if done.reviewed else "")
