"""What if: a trial plan under other rules or with other experts, to look at beside the real one."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.assignment import operations
from flows.marathons.rules import require_stage
from review_api import trial_form
from review_api.pages.organise import desk
from review_api.pages.organise.desk import FormDep
from review_api.pages.organise.plan import address, plan_of, way
from review_api.pages.visit import Visit, VisitDep
from review_api.plans.words import FAIRNESS_WORDS
from schemas.assignment import ELSEWHERE, PlanKind, PlanStatus, WhatIf
from schemas.errors import BadInput, Conflict, DeadlinePassed
from schemas.marathon import Marathon
from schemas.ordering import Key, name_key

router = APIRouter()


@router.get("/organise/{marathon_id}/assignment/try")
def trial(visit: VisitDep, marathon_id: str) -> Response:
    """The marathon's rules to be changed; ``?like=`` begins with an earlier trial."""
    marathon = desk.marathon_of(visit, marathon_id, "stage.run")
    like = visit.request.query_params.get("like", "")
    what_if = plan_of(visit, marathon, like).what_if if like else WhatIf()
    return show_form(visit, marathon, trial_form.values_of(marathon.assignment, what_if))


def show_form(
    visit: Visit,
    marathon: Marathon,
    values: trial_form.Values,
    errors: dict[str, str] | None = None,
) -> Response:
    work = visit.work
    places = {one.id: one.name for one in work.municipalities.of_cluster(marathon.cluster_id)}
    return desk.show(
        visit,
        marathon,
        "organise/plan_try.html",
        *way(marathon),
        status=422 if errors else 200,
        values=values,
        errors=errors or {},
        experts=experts_of(visit, marathon, places),
        places=[(ELSEWHERE, "новый муниципалитет"), *sorted(places.items(), key=by_name)],
        fairness=list(FAIRNESS_WORDS.items()),
        groups=trial_form.GROUPS,
        waiting=work.plans.proposed(marathon.id),
    )


def by_name(place: tuple[str, str]) -> Key:
    return name_key(place[1])


def experts_of(visit: Visit, marathon: Marathon, places: dict[str, str]) -> list[tuple[str, str]]:
    """(id, name with place) of everybody who may be left out, by name."""
    experts = visit.work.experts.of_cluster(marathon.cluster_id)
    people = visit.work.people.many(one.person_id for one in experts)
    listed = [
        (one.id, f"{people[one.person_id].name}, {places.get(one.municipality_id, '')}")
        for one in experts
    ]
    return sorted(listed, key=lambda pair: pair[1])


@router.post("/organise/{marathon_id}/assignment/try")
def ask_trial(visit: VisitDep, marathon_id: str, form: FormDep) -> Response:
    """Ask for the trial and go to its page, where it is being made."""
    marathon = desk.marathon_of(visit, marathon_id, "stage.run")
    before = trial_form.values_of(marathon.assignment, WhatIf())
    try:
        require_stage("assign", marathon.phase)
        asked = operations.request(
            visit.work,
            marathon.id,
            what_if=trial_form.given(form, marathon.assignment),
            parent_id=by_the_rules(visit, marathon),
            by=visit.actor,
            now=visit.now,
        )
    except BadInput as error:
        errors = {error.field or "": error.sentence}
        return show_form(visit, marathon, trial_form.typed(form, before), errors)
    except (Conflict, DeadlinePassed) as error:
        return show_form(visit, marathon, trial_form.typed(form, before), {"": error.sentence})
    return visit.leave(address(marathon, asked.id), "Проба запрошена: план составляется.")


def by_the_rules(visit: Visit, marathon: Marathon) -> str | None:
    """The newest waiting plan that nobody edited: a trial changes rules, never edits by hand."""
    waiting = (PlanKind.PROPOSAL, PlanStatus.PROPOSED)
    listed = operations.history(visit.work, marathon.id)
    return next((one.id for one in listed if (one.kind, one.status) == waiting), None)


@router.post("/organise/{marathon_id}/assignment/plans")
def ask_proposal(visit: VisitDep, marathon_id: str) -> Response:
    """Ask for a plan under the marathon's own rules and go to its page."""
    marathon = desk.marathon_of(visit, marathon_id, "stage.run")
    try:
        require_stage("assign", marathon.phase)
        asked = operations.request(visit.work, marathon.id, by=visit.actor, now=visit.now)
    except (Conflict, BadInput, DeadlinePassed) as error:
        back = desk.address(marathon, "assignment")
        return visit.refuse(back, error)
    return visit.leave(address(marathon, asked.id), "План запрошен и составляется.")
