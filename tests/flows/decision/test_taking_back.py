"""A ruling taken back gives the floor to the reviews again, as they are now."""

import builders
import pytest

from flows.decision import operations, taking_back
from schemas.decision import Ruling
from schemas.errors import Conflict
from schemas.people import Actor
from schemas.rubric import DEFAULT
from schemas.submission import SubmissionStatus

CHAIR = Actor(person_id="chair")
RULING = Ruling(publication=False, live=False, reason="Практика уже издана в журнале.")


@pytest.fixture
def marathon(work):
    return builders.a_marathon(work)


@pytest.fixture
def proposal(work, marathon, now):
    home, *others = builders.members(work, work.clusters.only())
    one = builders.a_submission(work, marathon, home, status=SubmissionStatus.REVIEWED)
    for place in others[:3]:
        expert = builders.an_expert(work, place)
        draft = builders.a_full_draft(DEFAULT, share=0.9)
        builders.a_sent_review(work, one, expert, score=90.0, draft=draft)
    [found] = builders.proposed_decisions(work, marathon.id, now=now)
    return found


def test_ruling_is_taken_back_to_the_proposal_and_counted_anew(work, marathon, proposal, now):
    operations.override(work, proposal.id, RULING, by=CHAIR, now=now)

    back = taking_back.take_back(work, proposal.id, by=CHAIR, now=now)

    assert (back.outcome, back.publication, back.live) == (
        proposal.outcome,
        proposal.publication,
        proposal.live,
    )
    assert (back.overridden_by, back.override_reason, back.trace.override) == (None, "", None)
    assert [run.deployment for run in work.runs.unfinished()] == ["propose_decisions"]
    assert [one.action for one in work.journal.about(proposal.id)][-1] == "ruling_taken_back"
    [anew] = builders.proposed_decisions(work, marathon.id, now=now)
    assert anew.model_copy(update={"version": 0}) == proposal.model_copy(update={"version": 0})


def test_nothing_is_final_before_it_is_counted_anew(work, marathon, proposal, now):
    operations.override(work, proposal.id, RULING, by=CHAIR, now=now)
    taking_back.take_back(work, proposal.id, by=CHAIR, now=now)

    with pytest.raises(Conflict) as refusal:
        operations.confirm(work, [proposal.id], by=CHAIR, now=now)

    assert "предложите решения заново" in refusal.value.sentence
    builders.proposed_decisions(work, marathon.id, now=now)
    [done] = operations.confirm(work, [proposal.id], by=CHAIR, now=now)
    assert done.publication is proposal.publication


def test_taking_back_twice_changes_nothing_more(work, proposal, now):
    operations.override(work, proposal.id, RULING, by=CHAIR, now=now)
    once = taking_back.take_back(work, proposal.id, by=CHAIR, now=now)

    assert taking_back.take_back(work, proposal.id, by=CHAIR, now=now) == once
    assert not taking_back.may_take_back(once)


def test_final_decision_and_vote_of_the_council_are_not_taken_back(work, proposal, now):
    vote = RULING.model_copy(update={"council": True})
    voted = operations.override(work, proposal.id, vote, by=CHAIR, now=now)
    assert not taking_back.may_take_back(voted)
    with pytest.raises(Conflict) as refusal:
        taking_back.take_back(work, proposal.id, by=CHAIR, now=now)
    assert "совет" in refusal.value.sentence

    operations.confirm(work, [proposal.id], by=CHAIR, now=now)
    with pytest.raises(Conflict) as refusal:
        taking_back.take_back(work, proposal.id, by=CHAIR, now=now)
    assert "уже применено" in refusal.value.sentence
