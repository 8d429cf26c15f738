"""Plans of assignment as people ask for them, try, edit and apply them; mending what was applied."""

from collections.abc import Collection, Sequence
from datetime import datetime

from flows.assignment import drafts, posing, trials
from flows.assignment.common_works import CommonWorks
from flows.assignment.engine import changes, editing, reasons
from flows.assignment.inviting import carry_out
from flows.assignment.naming import names_of, without_people
from flows.assignment.packing import pack
from flows.assignment.planning import plan
from flows.assignment.posing import AS_IT_IS, Posed
from schemas.assignment import (
    Assignment,
    Plan,
    PlanKind,
    PlanOutline,
    PlanStatus,
    WhatIf,
)
from schemas.assignment_problem import Problem, Result
from schemas.common_round import is_open
from schemas.errors import BadInput, NotFound
from schemas.marathon import Marathon
from schemas.people import Actor
from schemas.plan_comparison import Comparison
from schemas.plan_reasons import Option, Why
from schemas.submission import Submission, SubmissionStatus
from storage.identifiers import new_id
from storage.repositories.work_lists import WantedWorks
from storage.work import Work

DEPLOYMENT = "assign_experts"


def request(
    work: Work,
    marathon_id: str,
    *,
    what_if: WhatIf | None = None,
    parent_id: str | None = None,
    by: Actor,
    now: datetime,
) -> Plan:
    """A plan to be made and a run that makes it; the same request while one waits is that one.

    Without ``what_if`` it is the proposal under the marathon's policy. Raises ``BadInput`` for a
    trial of experts or municipalities that are not there, ``DeadlinePassed`` when reviews are not
    taken any more.
    """
    work.journal.lock()
    marathon = work.marathons.get(marathon_id)
    drafts.require_time(marathon, now)
    if what_if is not None:
        drafts.require_lawful_trial(work, marathon, what_if)
    if parent_id is not None:
        drafts.plan_of(work, parent_id)
    work.runs.ask(DEPLOYMENT, marathon_id=marathon_id, by=by.person_id, now=now)
    kind = PlanKind.PROPOSAL if what_if is None else PlanKind.WHAT_IF
    for waiting_one in requested(work, marathon_id):
        if (waiting_one.kind, waiting_one.what_if) == (kind, what_if or AS_IT_IS):
            return waiting_one
    return begun(work, marathon_id, kind, what_if or AS_IT_IS, parent_id, by=by, now=now)


def begun(
    work: Work,
    marathon_id: str,
    kind: PlanKind,
    what_if: WhatIf,
    parent_id: str | None,
    *,
    by: Actor,
    now: datetime,
) -> Plan:
    """A plan that is still to be made, in the history from now on."""
    started = work.plans.add(
        Plan(
            id=new_id(),
            marathon_id=marathon_id,
            status=PlanStatus.REQUESTED,
            kind=kind,
            parent_id=parent_id,
            made_at=now,
            made_by=by.person_id,
            what_if=what_if,
        )
    )
    work.journal.write(by, action="requested", kind="plan", subject_id=started.id, now=now)
    return started


def requested(work: Work, marathon_id: str) -> list[Plan]:
    """Plans that wait to be made, oldest first."""
    return work.plans.of(marathon_id, status=PlanStatus.REQUESTED)


def fresh_proposal(work: Work, marathon_id: str, *, by: Actor, now: datetime) -> Plan:
    """A proposal to be made by whoever calls this, without a run of its own.

    Raises ``BadInput`` when nothing waits or the cluster has no experts, ``DeadlinePassed`` when
    reviews are not taken any more.
    """
    marathon = work.marathons.get(marathon_id)
    drafts.require_time(marathon, now)
    drafts.require_something(posing.problem_of(work, marathon, now=now))
    return begun(work, marathon_id, PlanKind.PROPOSAL, AS_IT_IS, None, by=by, now=now)


def made_since(work: Work, marathon_id: str, moment: datetime) -> bool:
    """True when a plan has been made, or has failed, since ``moment``."""
    return any(
        one.made_at >= moment and one.status is not PlanStatus.REQUESTED
        for one in work.plans.outlines(marathon_id)
    )


def waiting(
    work: Work, marathon_id: str, *, now: datetime, what_if: WhatIf = AS_IT_IS, model: str = ""
) -> Posed:
    """The problem to be planned, its affinities and names; ``model`` names the sentence vectors.

    Raises ``BadInput`` when nothing waits or the cluster has no experts, ``DeadlinePassed`` when
    reviews are not taken any more.
    """
    marathon = work.marathons.get(marathon_id)
    drafts.require_time(marathon, now)
    posed = posing.pose(work, marathon, what_if=what_if, model=model, now=now)
    drafts.require_something(posed.problem)
    return posed


def keep(work: Work, plan_id: str, posed: Posed, result: Result, *, now: datetime) -> Plan:
    """The requested plan with its answer, to be looked at; one that was made already stays.

    A proposal takes the place of earlier proposals. Deficits say what is missing.
    """
    asked = drafts.locked_plan(work, plan_id)
    if asked.status is not PlanStatus.REQUESTED:
        return asked
    if asked.kind is PlanKind.PROPOSAL:
        discard_all(work, asked, kinds=frozenset({PlanKind.PROPOSAL}))
    work.plans.keep_affinity(plan_id, pack(posed.affinity))
    return work.plans.save(drafts.answered(asked, posed.problem, result, now))


def discard_all(work: Work, but: Plan, *, kinds: frozenset[PlanKind]) -> None:
    """The other proposed plans of these kinds are not to be applied any more."""
    for other in work.plans.of(but.marathon_id, status=PlanStatus.PROPOSED):
        if other.id != but.id and other.kind in kinds:
            work.plans.save(other.model_copy(update={"status": PlanStatus.DISCARDED}))


def fail(work: Work, plan_id: str, sentence: str) -> Plan:
    """The requested plan could not be made; ``sentence`` says why."""
    asked = drafts.locked_plan(work, plan_id)
    if asked.status is not PlanStatus.REQUESTED:
        return asked
    return work.plans.save(
        asked.model_copy(update={"status": PlanStatus.FAILED, "message": sentence})
    )


def propose(work: Work, marathon_id: str, *, now: datetime) -> Plan:
    """A proposal at once, for small problems; see ``waiting`` for what it raises.

    A big problem is solved outside any transaction: flows call the steps themselves.
    """
    posed = waiting(work, marathon_id, now=now)
    asked = fresh_proposal(work, marathon_id, by=Actor(part=DEPLOYMENT), now=now)
    return keep(work, asked.id, posed, solved(posed), now=now)


def solved(posed: Posed) -> Result:
    """The engine's answer; raises ``BadInput`` when what is begun breaks a rule itself."""
    try:
        return plan(posed.problem, affinity=posed.affinity, names=posed.names)
    except BadInput as refusal:
        told = without_people(refusal.sentence, posed.problem, posed.names)
        raise BadInput(told, code=refusal.code, field=refusal.field) from None


def discard(work: Work, plan_id: str, *, by: Actor, now: datetime) -> Plan:
    """The plan is put aside; discarding again changes nothing.

    Raises ``Conflict`` for an applied plan.
    """
    chosen = drafts.locked_plan(work, plan_id)
    if chosen.status in {PlanStatus.DISCARDED, PlanStatus.FAILED}:
        return chosen
    if chosen.status is PlanStatus.APPLIED:
        drafts.require_proposed(chosen)
    work.journal.write(by, action="put_aside", kind="plan", subject_id=plan_id, now=now)
    return work.plans.save(chosen.model_copy(update={"status": PlanStatus.DISCARDED}))


def adopt(work: Work, plan_id: str, *, by: Actor, now: datetime) -> Marathon:
    """The marathon with the trial's policy; adopting again changes nothing.

    Raises ``Conflict`` when the plan waits no more, ``BadInput`` when it changes no rule and
    ``DeadlinePassed`` when reviews are not taken any more.
    """
    chosen = drafts.locked_plan(work, plan_id)
    drafts.require_proposed(chosen)
    if not trials.changes_of(chosen.what_if):
        raise BadInput("В этом плане нет других правил: принимать нечего.", code="nothing_to_adopt")
    marathon = work.marathons.get(chosen.marathon_id)
    drafts.require_time(marathon, now)
    policy = trials.changed_policy(marathon.assignment, chosen.what_if)
    if policy == marathon.assignment:
        return marathon
    work.journal.write(
        by,
        action="policy_adopted",
        kind="marathon",
        subject_id=marathon.id,
        now=now,
        details={"plan": plan_id},
    )
    return work.marathons.save(marathon.model_copy(update={"assignment": policy}))


def apply(work: Work, plan_id: str, *, by: Actor, now: datetime) -> list[Assignment]:
    """Make the plan real and invite the experts; applying twice is applying once.

    Raises ``Conflict`` when works, experts, rules or answers have changed since the plan was
    made or it is a trial of what is not so, and ``DeadlinePassed`` when reviews are not taken
    any more.
    """
    chosen = drafts.locked_plan(work, plan_id)
    if chosen.status is PlanStatus.APPLIED:
        return work.assignments.held(chosen.marathon_id)
    marathon = work.marathons.get(chosen.marathon_id)
    drafts.require_time(marathon, now)
    drafts.require_real(marathon, chosen)
    drafts.require_fresh(work, marathon, chosen, now=now)
    problem, result = drafts.made(chosen)
    done = carry_out(work, marathon, problem, result, by=by, now=now)
    discard_all(work, chosen, kinds=frozenset(PlanKind))
    work.plans.save(chosen.model_copy(update={"status": PlanStatus.APPLIED}))
    work.journal.write(
        by,
        action="applied",
        kind="plan",
        subject_id=plan_id,
        now=now,
        details={"invited": str(len(done.invited)), "withdrawn": str(len(done.withdrawn))},
    )
    return list(done.invited)


def options(
    work: Work, plan_id: str, submission_id: str, *, out: str | None = None
) -> tuple[Option, ...]:
    """Whom the work could have in place of ``out``, or of its weakest member, and at what price."""
    chosen = drafts.plan_of(work, plan_id)
    problem, result = drafts.made(chosen)
    return editing.options(
        problem,
        result,
        submission_id,
        affinity=drafts.affinity_of(work, chosen),
        out=out,
        names=names_of(work, problem),
    )


def why(work: Work, plan_id: str, submission_id: str, expert_id: str, *, exact: bool = True) -> Why:
    """Why the plan has this pair, or has not; ``exact`` solves again to say what it is worth."""
    chosen = drafts.plan_of(work, plan_id)
    problem, result = drafts.made(chosen)
    return reasons.why(
        problem,
        result,
        submission_id,
        expert_id,
        affinity=drafts.affinity_of(work, chosen),
        names=names_of(work, problem),
        exact=exact,
    )


def comparison(work: Work, left_id: str, right_id: str) -> Comparison:
    """The right plan against the left one; raises ``NotFound`` for plans of two marathons."""
    left, right = drafts.plan_of(work, left_id), drafts.plan_of(work, right_id)
    if left.marathon_id != right.marathon_id:
        raise NotFound("У этих планов разные марафоны: сравнить их нельзя.")
    before, after = drafts.made(left), drafts.made(right)
    return changes.compare(
        changes.Side.of(*before),
        changes.Side.of(*after),
        causes=drafts.causes(work, left.marathon_id),
        names=names_of(work, before[0], after[0]),
    )


def history(work: Work, marathon_id: str) -> list[PlanOutline]:
    """Every plan of the marathon, newest first, without its problem and result."""
    return work.plans.outlines(marathon_id)


def replace_missing(work: Work, marathon_id: str, *, by: Actor, now: datetime) -> int:
    """Invite experts in place of those who declined or expired; returns how many were invited.

    Where nobody lawful is left the work keeps waiting and the dashboard names it. Flows call the
    three steps themselves, to solve a big problem outside any transaction.
    """
    posed = gaps(work, marathon_id, now=now)
    if posed is None:
        return 0
    return fill(work, marathon_id, posed, solved(posed), by=by, now=now)


def gaps(work: Work, marathon_id: str, *, now: datetime, model: str = "") -> Posed | None:
    """The works on review as a sweep fills them; None when nobody is to be invited.

    What is begun is fixed and invitations move only where that places more reviews. Nobody is
    invited after the deadline.
    """
    marathon = work.marathons.get(marathon_id)
    if now > marathon.reviews_until or not short_of_reviews(work, marathon):
        return None
    problem = problem_to_mend(work, marathon, now=now)
    if not problem.experts:
        return None
    return posing.posed(work, marathon, problem, model=model)


def problem_to_mend(
    work: Work, marathon: Marathon, also: Sequence[Submission] = (), *, now: datetime
) -> Problem:
    """Without minimum loads and what else would move invitations for other reasons than gaps.

    ``also`` are works that are not on review yet.
    """
    problem = posing.problem_of(
        work, marathon, status=[SubmissionStatus.IN_REVIEW], also=also, now=now
    )
    plain = {"keep_bonus": None, "max_probability": None, "connected": False}
    return problem.model_copy(
        update={
            "experts": tuple(one.model_copy(update={"minimum": 0}) for one in problem.experts),
            "policy": problem.policy.model_copy(update=plain),
        }
    )


def fill(
    work: Work, marathon_id: str, posed: Posed, result: Result, *, by: Actor, now: datetime
) -> int:
    """Invite for the gaps of ``posed``; nobody if things have moved on, the next sweep will."""
    work.journal.lock()
    marathon = work.marathons.get(marathon_id)
    closed = now > marathon.reviews_until or not short_of_reviews(work, marathon)
    if closed or problem_to_mend(work, marathon, now=now) != posed.problem:
        return 0
    return len(carry_out(work, marathon, posed.problem, result, by=by, now=now).invited)


def short_works(work: Work, marathon: Marathon) -> WantedWorks:
    """What to ask a list of works for those on review with too few standing assignments.

    Nobody is sought for a common work while its round is open.
    """
    held = marathon.common_round.submission_ids if is_open(marathon) else ()
    common = CommonWorks(marathon, work.assignments.of_submissions(held))
    works = work.submissions.many(held).values()
    return WantedWorks(
        marathon_id=marathon.id,
        short_of=marathon.assignment.reviews,
        passed_over=frozenset(one.id for one in works if common.has(one)),
    )


def short_of_reviews(work: Work, marathon: Marathon, *, but: Collection[str] = ()) -> int:
    """How many works on review have fewer standing assignments than they should have."""
    wanted = short_works(work, marathon)
    return work.work_lists.count(wanted.model_copy(update={"but": frozenset(but)}))
