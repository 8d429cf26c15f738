"""Plans changed by hand: read, solved without holding the store, and kept beside their parents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.assignment import drafts
from flows.assignment.affinity_arrays import AffinityArrays
from flows.assignment.engine import editing
from flows.assignment.naming import names_of
from flows.assignment.wording import Names
from schemas.assignment import Edit, Plan, PlanKind
from schemas.assignment_problem import Problem, Result
from schemas.errors import BadInput
from schemas.people import Actor
from storage.identifiers import new_id
from storage.work import Work


@dataclass(frozen=True)
class Draft:
    """A plan and the edits that a person wants in it, with what the engine needs to make them."""

    parent: Plan
    edits: tuple[Edit, ...]
    problem: Problem
    result: Result
    affinity: AffinityArrays | None
    names: Names

    def solved(self, *, settle: bool) -> Result:
        """The edited plan; with ``settle`` the rest is rearranged, which takes as long as a plan.

        Raises ``BadInput`` whose code is the rule that the edits break.
        """
        change = editing.settle if settle else editing.apply
        return change(
            self.problem, self.result, self.edits, affinity=self.affinity, names=self.names
        )


def edit(
    work: Work, plan_id: str, edits: Sequence[Edit], *, settle: bool, by: Actor, now: datetime
) -> Plan:
    """A plan of its own: ``plan_id`` with these edits. Refused edits keep nothing.

    Pages call the three steps themselves, to solve outside any writing transaction.
    """
    draft = begin(work, plan_id, edits)
    return keep(work, draft, draft.solved(settle=settle), by=by, now=now)


def begin(work: Work, plan_id: str, edits: Sequence[Edit]) -> Draft:
    """Raises ``BadInput`` without edits, ``Conflict`` when the plan waits no more."""
    parent = drafts.plan_of(work, plan_id)
    drafts.require_proposed(parent)
    if not edits:
        raise BadInput("В плане ничего не изменено: выберите, кого кем заменить.", code="bad_edit")
    problem, result = drafts.made(parent)
    affinity, names = drafts.affinity_of(work, parent), names_of(work, problem)
    return Draft(parent, tuple(edits), problem, result, affinity, names)


def keep(work: Work, draft: Draft, result: Result, *, by: Actor, now: datetime) -> Plan:
    """The edited plan in the store; raises ``Conflict`` when its parent waits no more."""
    parent = drafts.locked_plan(work, draft.parent.id)
    drafts.require_proposed(parent)
    facts = {
        "id": new_id(),
        "kind": PlanKind.MANUAL,
        "parent_id": parent.id,
        "made_by": by.person_id,
        "edits": draft.edits,
    }
    made = drafts.answered(parent.model_copy(update=facts), draft.problem, result, now)
    work.journal.write(by, action="edited_by_hand", kind="plan", subject_id=made.id, now=now)
    added = work.plans.add(made)
    work.plans.keep_affinity(added.id, work.plans.affinity(parent.id))
    return added
