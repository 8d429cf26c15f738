"""Experts for works: what is to be done next, and how far each assignment has got."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from flows.assignment import substituting
from flows.assignment.operations import short_of_reviews
from flows.marathons.rules import STAGE_TITLES
from flows.review.deadlines import due
from review_api import tables
from review_api.access import can
from review_api.pages.organise import bulk, desk
from review_api.pages.visit import Visit, VisitDep
from review_api.typed import whole
from schemas.assignment import (
    ASSIGNMENT_STATUS_NAMES,
    OPEN,
    Assignment,
    PlanKind,
    PlanOutline,
    PlanStatus,
)
from schemas.common_round import has_been_opened, is_over
from schemas.conflict import SuspicionStatus
from schemas.marathon import Marathon
from schemas.outbox import RUN_STATE_NAMES, Run
from schemas.submission import Submission, SubmissionStatus
from storage.repositories.many_lists import WantedAssignments

router = APIRouter()
COLUMNS = {
    "work": "Работа",
    "expert": "Эксперт",
    "place": "Муниципалитет эксперта",
    "status": "Состояние",
    "due": "Срок",
    "affinity": "Близость",
}
DECLINES = {"not_now": "не сейчас", "conflict": "конфликт интересов", "other": "другая причина"}


def newest_run(visit: Visit, marathon: Marathon, deployment: str) -> Run | None:
    runs = visit.work.runs.latest(marathon.id, limit=60)
    return next((run for run in runs if run.deployment == deployment), None)


def rows_of(visit: Visit, marathon: Marathon, ids: Sequence[str]) -> list[dict[str, object]]:
    work = visit.work
    found = work.assignments.many(ids)
    assignments = [found[key] for key in ids]
    works = work.submissions.many(item.submission_id for item in assignments)
    experts = work.experts.many(item.expert_id for item in assignments)
    people = work.people.many(one.person_id for one in experts.values())
    places = {one.id: one.name for one in work.municipalities.all()}
    opens, runs = (can(visit.viewer, act, marathon) for act in ("submission.list", "stage.run"))
    rows = []
    for item in assignments:
        one, expert, until = works[item.submission_id], experts[item.expert_id], due(item)
        is_open = item.status in OPEN
        reason = DECLINES[item.decline_reason.value] if item.decline_reason else ""
        rows.append(
            {
                "id": item.id,
                "replace": desk.address(marathon, f"assignments/{item.id}/replace")
                if runs and is_replaceable(item, one, marathon, visit.now)
                else "",
                "number": one.number,
                "href": desk.address(marathon, f"works/{one.id}") if opens else "",
                "work": f"№ {one.number}. {one.title}",
                "expert": people[expert.person_id].name,
                "place": places[expert.municipality_id],
                "status": ASSIGNMENT_STATUS_NAMES[item.status] + (f": {reason}" if reason else ""),
                "code": item.status.value,
                "due": until if is_open else None,
                "late": is_open and until is not None and visit.now > until,
                "affinity": item.affinity,
            }
        )
    return rows


def is_replaceable(item: Assignment, one: Submission, marathon: Marathon, now: datetime) -> bool:
    on_review = one.status is SubmissionStatus.IN_REVIEW and one.round == item.round
    return on_review and substituting.may_replace(item, marathon, now=now)


def wanted_of(visit: Visit, marathon: Marathon) -> WantedAssignments:
    """What the filters in the address leave."""
    query = visit.request.query_params
    return WantedAssignments(
        marathon_id=marathon.id,
        now=visit.now,
        words=query.get("q", ""),
        status=query.get("status", ""),
        late=bool(query.get("late")),
        track=whole(query["track"]) or 0 if query.get("track") else None,
        home=query.get("home", ""),
        place=query.get("place", ""),
        but=visit.viewer.authored,
    )


def filters_of(
    visit: Visit, marathon: Marathon
) -> list[tuple[str, str, list[tuple[str, str]], str, str]]:
    """(name, label, options, value, words) of each filter, for the form and the pills."""
    query = visit.request.query_params
    members = visit.work.municipalities.of_cluster(marathon.cluster_id)
    places = [(one.id, one.name) for one in members]
    choices = (
        (
            "status",
            "Состояние",
            [(one.value, said) for one, said in ASSIGNMENT_STATUS_NAMES.items()],
        ),
        ("late", "Срок", [("yes", "просрочено")]),
        (
            "track",
            "Направление",
            [(str(t.number), f"{t.number}. {t.title}") for t in marathon.tracks],
        ),
        ("home", "Муниципалитет работы", places),
        ("place", "Муниципалитет эксперта", places),
    )
    return [
        (name, label, options, query.get(name, ""), dict(options).get(query.get(name, ""), ""))
        for name, label, options in choices
    ]


def standing(visit: Visit, marathon: Marathon) -> dict[str, Any]:
    """What waits for the organiser: plans, works short of experts, potential conflicts."""
    work = visit.work
    outlines = work.plans.outlines(marathon.id)
    open_conflicts = [
        one
        for one in work.suspicions.of_marathon(marathon.id)
        if one.status is SuspicionStatus.OPEN and not visit.viewer.is_author_of(one)
    ]
    return {
        "plan": work.plans.proposed(marathon.id),
        "making": next((one for one in outlines if one.status is PlanStatus.REQUESTED), None),
        "plans": len(outlines),
        "trials": [one for one in outlines if is_waiting_trial(one)],
        "short": short_of_reviews(work, marathon, but=visit.viewer.authored),
        "conflicts": len(open_conflicts),
        "can_run": can(visit.viewer, "stage.run", marathon),
        "common": common_round_of(visit, marathon),
    }


def common_round_of(visit: Visit, marathon: Marathon) -> str:
    """``running``, ``over`` or nothing: how the calibration round stands."""
    if is_over(marathon, visit.now):
        return "over"
    return "running" if has_been_opened(marathon) else ""


def is_waiting_trial(one: PlanOutline) -> bool:
    return one.kind is PlanKind.WHAT_IF and one.status is PlanStatus.PROPOSED


@router.get("/organise/{marathon_id}/assignment")
def assignment(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "plan.see")
    query = visit.request.query_params
    lists, wanted = visit.work.assignment_lists, wanted_of(visit, marathon)
    told = partial(rows_of, visit, marathon)
    if query.get("export"):
        rows = tables.every(query, lists, wanted, told)
        return tables.download("Назначения", COLUMNS, rows, query["export"], zone=marathon.zone)
    return desk.show(
        visit,
        marathon,
        "organise/assignment.html",
        table=tables.turned(query, COLUMNS, lists, wanted, told),
        filters=filters_of(visit, marathon),
        acts=bulk.acts_of("assignments"),
        any=bool(visit.work.counting(marathon.id).assignments()),
        run=newest_run(visit, marathon, "assign_experts"),
        **standing(visit, marathon),
        titles=STAGE_TITLES,
        words=RUN_STATE_NAMES,
    )
