"""The calibration round from opening to decisions, through every stage it touches."""

from datetime import timedelta

import builders
import pytest

from flows.assignment import common_round as opening
from flows.assignment import operations as assignment
from flows.decision import posing
from flows.decision.engine.deciding import decide
from flows.intake import operations as intake
from flows.review import common_round, operations
from schemas.assignment import AssignmentStatus
from schemas.common_round import is_common
from schemas.errors import Conflict
from schemas.people import Actor
from schemas.review import Recommendation, ReviewDraft
from schemas.rubric import RUBRICS
from schemas.submission import SubmissionStatus

BY = Actor(part="organiser")
DURING = builders.NOW - timedelta(days=45)
SENT = AssignmentStatus.SUBMITTED


@pytest.fixture
def marathon(work):
    """Twelve works and eight experts of four municipalities; two experts score a work."""
    homes = builders.members(work, builders.a_cluster(work))
    made = builders.a_marathon(work)
    policy = made.assignment.model_copy(update={"reviews": 2})
    for home in homes:
        for _ in range(3):
            builders.a_submission(work, made, home)
        for _ in range(2):
            builders.an_expert(work, home, capacity=3)
    return work.marathons.save(made.model_copy(update={"assignment": policy}))


def a_draft(marathon, item):
    """A review whose levels depend on the expert and the work, so that marks differ."""
    rubric = RUBRICS[marathon.rubric]
    turn = sum(map(ord, item.expert_id + item.submission_id))
    return ReviewDraft(
        levels={
            part.code: part.levels[(turn + number) % len(part.levels)].value
            for number, part in enumerate(rubric.criteria)
        },
        gates={gate.code: True for gate in rubric.gates},
        recommendation=Recommendation.PUBLICATION,
        comment="Полезная работа.",
    )


def send(work, marathon, item):
    operations.submit(work, item.id, a_draft(marathon, item), by=BY, now=DURING)


def open_round(work, marathon):
    works = opening.candidates(work, marathon.id)
    chosen = {one.authors[0].municipality_id: one.id for one in works}
    return opening.open_round(
        work, marathon.id, list(chosen.values())[:2], until=DURING + timedelta(7), by=BY, now=DURING
    )


def scored(work, marathon):
    """Common works, then real ones, from every expert; ids of the common works."""
    common = open_round(work, marathon)
    plan = assignment.propose(work, marathon.id, now=DURING)
    real = assignment.apply(work, plan.id, by=BY, now=DURING)
    with pytest.raises(Conflict) as refusal:
        send(work, marathon, real[0])
    assert refusal.value.code == "common_round_first"
    for item in (*common, *real):
        send(work, marathon, item)
    operations.collect(work, marathon.id, now=DURING)
    return {item.submission_id for item in common}


def test_round_leads_to_decisions_about_every_work_the_common_ones_too(work, marathon):
    common = scored(work, marathon)
    common_round.close_round(work, marathon.id, by=BY, now=DURING)

    decisions = builders.proposed_decisions(work, marathon.id, now=DURING)

    assert len(decisions) == len(work.submissions.of_marathon(marathon.id)) == 12
    about = {item.submission_id: item for item in decisions}
    assert {about[key].reviews for key in common} == {6}
    assert {about[key].outcome for key in common} <= {"yes", "no", "council"}


def test_plan_gives_no_common_work_and_every_expert_a_full_load(work, marathon):
    common = scored(work, marathon)

    running = work.marathons.get(marathon.id)
    items = work.assignments.of_marathon(marathon.id)
    real = [item for item in items if not is_common(item, running)]
    assert not common & {item.submission_id for item in real}
    assert len(real) == 2 * 10
    assert {one.status for one in work.submissions.of_marathon(marathon.id)} == {
        SubmissionStatus.REVIEWED
    }


def test_common_works_withdrawn_in_the_middle_open_the_real_ones_at_once(work, marathon):
    common = open_round(work, marathon)
    plan = assignment.propose(work, marathon.id, now=DURING)
    real = assignment.apply(work, plan.id, by=BY, now=DURING)

    for key in {item.submission_id for item in common}:
        intake.withdraw(work, key, by=BY, now=DURING)
    send(work, marathon, real[0])

    assert work.assignments.get(real[0].id).status is SENT
    assert "collect_reviews" in {run.deployment for run in work.runs.waiting()}


def test_experts_are_one_group_that_can_be_compared(work, marathon):
    common = scored(work, marathon)
    problem = posing.pose(work, marathon.id).problem

    linked = decide(problem).calibration
    without = decide(without_works(problem, common)).calibration

    assert linked.components == 1
    assert linked.algebraic_connectivity >= 1
    assert linked.algebraic_connectivity > without.algebraic_connectivity


def without_works(problem, ids):
    return problem.model_copy(
        update={
            "reviews": tuple(one for one in problem.reviews if one.submission not in ids),
            "submissions": tuple(one for one in problem.submissions if one.id not in ids),
        }
    )
