"""One decision: why it is what it is, what it was counted from, and a person's ruling instead."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.decision import operations, taking_back, unblinding
from flows.decision.telling import account_of
from flows.marathons import policy
from flows.marathons.policy import Standing
from review_api.access import can
from review_api.decision_view import view_of
from review_api.formats import marked
from review_api.frame import Link
from review_api.history import history
from review_api.pages.organise import desk
from review_api.pages.organise.one_more import decision_of, one_more_of
from review_api.pages.organise.works import outcome_words
from review_api.pages.visit import Text, Visit, VisitDep
from schemas.decision import Decision, DecisionStatus, Ruling
from schemas.decision_reasons import REASON_SENTENCES, Reason
from schemas.errors import BadInput, Conflict
from schemas.marathon import Marathon

router = APIRouter()
RULINGS: dict[str, tuple[str, dict[str, bool]]] = {
    "both": ("Выступить очно и опубликовать", {"publication": True, "live": True}),
    "publication": ("Опубликовать", {"publication": True, "live": False}),
    "live": ("Выступить очно", {"publication": False, "live": True}),
    "revise": (
        "Доработать и прислать снова",
        {"publication": False, "live": False, "revise": True},
    ),
    "neither": ("Не отбирать", {"publication": False, "live": False}),
}


@router.get("/organise/{marathon_id}/decisions/{decision_id}")
def decision_page(visit: VisitDep, marathon_id: str, decision_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "decision.list")
    decision = seen(visit, decision_of(visit, marathon, decision_id))
    return show_decision(visit, marathon, decision, {})


def seen(visit: Visit, decision: Decision) -> Decision:
    """Raises ``NotFound`` for whoever of the council wrote the work or has still to score it."""
    visit.require("decision.see", visit.work.submissions.get(decision.submission_id))
    return decision


def show_decision(
    visit: Visit,
    marathon: Marathon,
    decision: Decision,
    errors: dict[str, str],
    typed: tuple[str, str] = ("", ""),
    why: str = "",
) -> Response:
    """``typed`` are the ruling and the reason to show again, ``why`` that of asking for names."""
    submission = visit.work.submissions.get(decision.submission_id)
    settled = decision.status is DecisionStatus.CONFIRMED
    standing = standing_of(visit, marathon, decision)
    return desk.show(
        visit,
        marathon,
        "organise/decision.html",
        Link(text="Решения", href=desk.address(marathon, "decisions")),
        status=422 if errors else 200,
        one=submission,
        decision=decision,
        outcome=outcome_words(decision),
        reasons=[REASON_SENTENCES[Reason(code)] for code in decision.reasons],
        view=view_of(visit.work, decision, marathon, visit.viewer, visit.now),
        may_unblind=can(visit.viewer, "decision.unblind", decision),
        why=why,
        trace=decision.trace,
        rules=decision.trace.policy or marathon.decision,
        standing=standing,
        approvers=approvers(visit, standing),
        told=account_of(visit.work, decision, contact=visit.settings.contact, now=visit.now),
        may_open=can(visit.viewer, "submission.list", marathon),
        rulings=[(code, words) for code, (words, _) in RULINGS.items()],
        ruling=typed[0],
        reason=typed[1],
        may_rule=not settled and can(visit.viewer, "decision.override", decision),
        may_take_back=taking_back.may_take_back(decision),
        one_more=one_more_of(visit, marathon, submission, decision),
        history=history(visit.work, [decision.id]),
        errors=errors,
    )


def standing_of(visit: Visit, marathon: Marathon, decision: Decision) -> Standing | None:
    """The version of the rules the decision was made under, with its approval."""
    versions = policy.history(visit.work, marathon)
    return next((one for one in versions if one.version.number == decision.policy_version), None)


def approvers(visit: Visit, standing: Standing | None) -> dict[str, str]:
    found = visit.work.people.many(
        [standing.version.approved_by] if standing and standing.version.approved_by else []
    )
    return {key: person.initials for key, person in found.items()}


@router.post("/organise/{marathon_id}/decisions/{decision_id}")
def rule(
    visit: VisitDep, marathon_id: str, decision_id: str, ruling: Text = "", reason: Text = ""
) -> Response:
    """A person's word instead of the proposal; the reason is required and kept."""
    marathon = desk.marathon_of(visit, marathon_id, "decision.override")
    decision = seen(visit, decision_of(visit, marathon, decision_id))
    if ruling not in RULINGS:
        errors = {"ruling": "Выберите решение."}
        if fault := operations.reason_fault(reason):
            errors["reason"] = fault
        return show_decision(visit, marathon, decision, errors, ("", reason))
    if fault := operations.reason_fault(reason):
        return show_decision(visit, marathon, decision, {"reason": fault}, (ruling, reason))
    visit.require_recent(marked("Изменить решение"))
    wanted = Ruling(reason=reason, **RULINGS[ruling][1])
    try:
        operations.override(visit.work, decision.id, wanted, by=visit.actor, now=visit.now)
    except BadInput as error:
        return show_decision(
            visit, marathon, decision, {"reason": error.sentence}, (ruling, reason)
        )
    return visit.leave(
        desk.address(marathon, f"decisions/{decision.id}"),
        "Решение изменено. Автор увидит его после применения.",
    )


@router.post("/organise/{marathon_id}/decisions/{decision_id}/names")
def show_names(visit: VisitDep, marathon_id: str, decision_id: str, why: Text = "") -> Response:
    """The experts' names for this person and one hour, for a reason that stays in the journal."""
    marathon = desk.marathon_of(visit, marathon_id, "decision.unblind")
    decision = seen(visit, decision_of(visit, marathon, decision_id))
    visit.require("decision.unblind", decision)
    if not decision.trace.marks:
        raise Conflict("За этим решением нет оценок экспертов.", code="nobody_to_name")
    try:
        unblinding.require_reason(why)
    except BadInput as error:
        kept = why[: unblinding.LONGEST_REASON]
        return show_decision(visit, marathon, decision, {"why": error.sentence}, why=kept)
    visit.require_recent(marked("Показать имена экспертов"))
    unblinding.unblind(visit.work, decision.id, reason=why, by=visit.actor, now=visit.now)
    return visit.leave(
        desk.address(marathon, f"decisions/{decision.id}"),
        "Имена экспертов показаны только вам и только на час. Это записано в журнал.",
    )


@router.post("/organise/{marathon_id}/decisions/{decision_id}/proposal")
def take_back(visit: VisitDep, marathon_id: str, decision_id: str) -> Response:
    """The system's proposal again, instead of a person's ruling."""
    marathon = desk.marathon_of(visit, marathon_id, "decision.override")
    decision = seen(visit, decision_of(visit, marathon, decision_id))
    visit.require("decision.override", decision)
    here = desk.address(marathon, f"decisions/{decision.id}")
    if not taking_back.may_take_back(decision):
        return nothing_to_take_back(visit, here, decision)
    visit.require_recent(marked("Вернуть предложение системы"))
    taking_back.take_back(visit.work, decision.id, by=visit.actor, now=visit.now)
    return visit.leave(here, "Снова действует предложение системы. Оно пересчитывается.")


def nothing_to_take_back(visit: Visit, here: str, decision: Decision) -> Response:
    try:
        taking_back.require_own_ruling(decision)
    except Conflict as error:
        return visit.refuse(here, error)
    return visit.leave(here, "Уже действует предложение системы.", kind="info")
