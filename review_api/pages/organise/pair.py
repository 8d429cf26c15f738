"""Why an expert is on a work's panel, or is not: views, rivals, rules and the price."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.assignment import operations
from flows.assignment.affinity import encoder
from flows.assignment.comparing import compare
from review_api.frame import Link
from review_api.pages.organise import desk
from review_api.pages.organise.panel import require_work
from review_api.pages.organise.plan import address, common, made_plan, way
from review_api.pages.visit import Visit, VisitDep
from review_api.plans.view import Opened
from schemas.affinity import VIEW_NAMES, Explanation
from schemas.assignment_problem import Pair
from schemas.errors import NotFound
from schemas.marathon import Marathon
from storage.repositories.rows import MISSING

router = APIRouter()


def explanation(visit: Visit, marathon: Marathon, opened: Opened, pair: Pair) -> Explanation | None:
    """What the pair's affinity is made of today; none for experts whom nobody has met."""
    registry = opened.registry
    compared = compare(
        visit.work,
        marathon,
        [registry.submissions[key] for key in registry.candidates if key in registry.submissions],
        [registry.experts[key] for key in registry.reviewers if key in registry.experts],
        model=encoder.model_name(visit.settings.text_model),
    )
    return compared.explain(*pair)


@router.get(
    "/organise/{marathon_id}/assignment/plans/{plan_id}/works/{submission_id}/why/{expert_id}"
)
def why(
    visit: VisitDep, marathon_id: str, plan_id: str, submission_id: str, expert_id: str
) -> Response:
    """Why this expert, or why not."""
    marathon = desk.marathon_of(visit, marathon_id, "plan.see")
    opened = made_plan(visit, marathon, plan_id)
    require_work(opened, submission_id)
    registry = opened.registry
    if expert_id not in registry.reviewers:
        raise NotFound(MISSING)
    found = operations.why(visit.work, plan_id, submission_id, expert_id)
    own = f"{address(marathon, plan_id)}/works/{submission_id}"
    return desk.show(
        visit,
        marathon,
        "organise/plan_pair.html",
        *way(
            marathon,
            Link(text="План", href=address(marathon, plan_id)),
            Link(text=f"№ {registry.number(submission_id)}", href=own),
        ),
        title=registry.work(submission_id),
        expert=registry.named(expert_id),
        why=found,
        sentences=[registry.readable(text) for text in found.sentences],
        nearer=[
            {
                "href": f"{own}/why/{one.expert}",
                "name": registry.named(one.expert),
                "affinity": one.affinity,
                "text": registry.readable(one.text),
                "price": one.price,
            }
            for one in found.nearer
        ],
        explanation=explanation(visit, marathon, opened, (submission_id, expert_id)),
        views=VIEW_NAMES,
        own=own,
        **common(visit, opened.plan),
    )
