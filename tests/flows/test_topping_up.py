"""Adaptive marathons ask one more review where two do not settle it, and stop where they must."""

from datetime import timedelta

import builders
import pytest

from flows import topping_up as sweep
from flows.assignment.flow import replace_experts
from flows.decision import operations, topping_up
from flows.decision.engine.deciding import decide
from flows.review import operations as reviewing
from flows.runtime import conduct
from flows.runtime.worker import call_body
from flows.topping_up import top_up_reviews
from schemas.assignment import AssignmentStatus, DeclineReason
from schemas.decision import Ruling
from schemas.errors import Conflict
from schemas.marathon import AssignmentPolicy, DecisionPolicy, Phase
from schemas.outbox import RunState
from schemas.people import Actor
from schemas.submission import SubmissionStatus

pytestmark = pytest.mark.both_databases

BY = Actor(part="test")
NOW = builders.this_moment()
CLEAR = ((93, 95), (18, 22), (88, 90), (12, 15), (90, 86))
UNSURE = (57, 64)


@pytest.fixture
def marathon(opened):
    """Two reviews of every work: five are clear, the last one stands at the threshold."""
    with opened.begin() as work:
        homes = builders.members(work, builders.a_cluster(work))
        made = builders.a_marathon(
            work,
            phase=Phase.EXPERTISE,
            assignment=AssignmentPolicy(reviews=2, max_per_municipality=2),
            decision=DecisionPolicy(adaptive=True, max_reviews=4),
            reviews_until=NOW + timedelta(days=30),
        )
        experts = [builders.an_expert(work, home, capacity=9) for home in homes for _ in "ab"]
        for scores in (*CLEAR, UNSURE):
            a_reviewed_work(work, made, homes[0], experts[2:4], scores)
    return made


def a_reviewed_work(work, marathon, home, experts, scores, **changes):
    one = builders.a_submission(
        work, marathon, home, **{"status": SubmissionStatus.REVIEWED} | changes
    )
    for expert, score in zip(experts, scores, strict=True):
        builders.a_sent_review(work, one, expert, score=score)
    return one


def run(opened, flow, marathon):
    """The last sentence of the flow."""
    with opened.begin() as work:
        asked = work.runs.ask(flow.name, marathon_id=marathon.id, by=None, now=conduct.clock())
        work.runs.save(asked.model_copy(update={"state": RunState.RUNNING}))
    call_body(flow, marathon=marathon.id, request=asked.id)
    with opened.begin(read_only=True) as work:
        return work.runs.get(asked.id).message


def works(opened, marathon):
    with opened.begin(read_only=True) as work:
        return work.submissions.of_marathon(marathon.id)


def statuses(opened, marathon):
    return [(one.status, one.extra_reviews) for one in works(opened, marathon)]


def waits(one):
    return one.status is SubmissionStatus.IN_REVIEW


AS_THEY_WERE = [(SubmissionStatus.REVIEWED, 0)] * 6
ASKED = [*AS_THEY_WERE[:5], (SubmissionStatus.IN_REVIEW, 1)]


def change_policy(opened, marathon, **changes):
    with opened.begin() as work:
        now = work.marathons.get(marathon.id)
        policy = now.decision.model_copy(update=changes)
        work.marathons.save(now.model_copy(update={"decision": policy}))


def test_only_the_work_at_the_threshold_goes_back_and_the_journal_says_why(opened, marathon):
    told = run(opened, top_up_reviews, marathon)

    assert told == "Запрошено дополнительных экспертиз: 1"
    assert statuses(opened, marathon) == ASKED
    [entry] = journal(opened, works(opened, marathon)[-1])
    assert (entry.part, entry.details["reviews"]) == ("top_up_reviews", "2")
    assert entry.details["reason"] == "borderline"
    assert 0.2 < float(entry.details["probability"]) < 0.8


def journal(opened, one):
    with opened.begin(read_only=True) as work:
        about = work.journal.about(one.id)
        return [entry for entry in about if entry.action == "extra_review_asked"]


def test_asking_again_changes_nothing_and_a_third_expert_is_invited(opened, marathon):
    run(opened, top_up_reviews, marathon)
    again = run(opened, top_up_reviews, marathon)
    run(opened, replace_experts, marathon)

    assert again == "Запрошено дополнительных экспертиз: 0"
    assert statuses(opened, marathon) == ASKED
    with opened.begin(read_only=True) as work:
        [unsure] = filter(waits, work.submissions.of_marathon(marathon.id))
        items = work.assignments.of_submission(unsure.id)
        homes = {work.experts.get(one.expert_id).municipality_id for one in items}
    assert sorted(one.status.value for one in items) == ["invited", "submitted", "submitted"]
    assert unsure.authors[0].municipality_id not in homes


def test_marathon_that_is_not_adaptive_waits_for_the_organiser(opened, marathon):
    change_policy(opened, marathon, adaptive=False)

    run(opened, top_up_reviews, marathon)

    assert statuses(opened, marathon) == AS_THEY_WERE


def test_work_that_stays_unsure_ends_at_the_most_reviews(opened, marathon):
    for _ in range(4):
        run(opened, top_up_reviews, marathon)
        run(opened, replace_experts, marathon)
        send_what_is_awaited(opened, marathon, score=61.0)

    with opened.begin() as work:
        unsure = work.submissions.of_marathon(marathon.id)[-1]
        [decision] = (
            one
            for one in builders.proposed_decisions(work, marathon.id, now=NOW)
            if one.submission_id == unsure.id
        )
    assert unsure.extra_reviews <= 2
    assert decision.reviews <= 4
    assert decision.outcome != "extra_review"


def send_what_is_awaited(opened, marathon, *, score):
    with opened.begin() as work:
        rubric = work.rubrics.of(marathon.id)
        draft = builders.a_full_draft(rubric, share=score / 100)
        for item in work.assignments.of_marathon(
            marathon.id, status=[AssignmentStatus.INVITED, AssignmentStatus.ACCEPTED]
        ):
            reviewing.submit(work, item.id, draft, by=BY, now=NOW)
        reviewing.collect(work, marathon.id, now=NOW)


def leave_nobody_to_ask(opened):
    """Whoever has not read anything yet has left the registry."""
    with opened.begin() as work:
        busy = {one.expert_id for one in work.assignments.all()}
        for expert in work.experts.all():
            if expert.id not in busy:
                work.experts.save(expert.model_copy(update={"active": False}))


def test_where_nobody_lawful_is_left_the_work_stays_and_the_organiser_is_told(opened, marathon):
    leave_nobody_to_ask(opened)

    told = run(opened, top_up_reviews, marathon)

    assert "не осталось экспертов: 1" in told
    assert "передайте" in told
    assert statuses(opened, marathon) == AS_THEY_WERE


def test_work_left_to_the_council_is_not_asked_about_again(opened, marathon):
    with opened.begin() as work:
        [unclear] = (
            one
            for one in builders.proposed_decisions(work, marathon.id, now=NOW)
            if one.outcome == "extra_review"
        )
        operations.send_to_council(work, unclear.id, by=BY, now=NOW)

    run(opened, top_up_reviews, marathon)

    assert statuses(opened, marathon) == AS_THEY_WERE
    with opened.begin() as work:
        builders.proposed_decisions(work, marathon.id, now=NOW)
        kept = work.decisions.get(unclear.id)
    assert kept.outcome == "council"
    assert "reviews_closed" in kept.reasons
    assert "borderline" not in kept.reasons


def test_when_everybody_asked_declines_closing_as_it_is_leads_to_the_council(opened, marathon):
    run(opened, top_up_reviews, marathon)
    run(opened, replace_experts, marathon)
    with opened.begin() as work:
        for item in work.assignments.of_marathon(marathon.id, status=[AssignmentStatus.INVITED]):
            reviewing.decline(work, item.id, reason=DeclineReason.NOT_NOW, by=BY, now=NOW)
    leave_nobody_to_ask(opened)
    run(opened, replace_experts, marathon)
    [unsure] = filter(waits, works(opened, marathon))

    with opened.begin() as work:
        reviewing.close_as_is(work, unsure.id, by=BY, now=NOW)
        reviewing.close_as_is(work, unsure.id, by=BY, now=NOW)
    run(opened, top_up_reviews, marathon)

    assert statuses(opened, marathon) == AS_THEY_WERE
    with opened.begin() as work:
        found = {
            one.submission_id: one.outcome
            for one in builders.proposed_decisions(work, marathon.id, now=NOW)
        }
    assert found[unsure.id] == "council"


def test_after_the_deadline_nothing_is_asked_and_the_council_decides(opened, marathon):
    run(opened, top_up_reviews, marathon)
    late = NOW + timedelta(days=31)
    with opened.begin() as work:
        reviewing.collect(work, marathon.id, now=late)
        assert topping_up.reviewed(work, marathon.id, now=late) is None
        unsure = work.submissions.of_marathon(marathon.id)[-1]
        [decision] = (
            one
            for one in builders.proposed_decisions(work, marathon.id, now=late)
            if one.submission_id == unsure.id
        )

    assert unsure.status is SubmissionStatus.REVIEWED
    assert decision.outcome == "council"
    assert "reviews_closed" in decision.reasons
    assert "Новых экспертиз больше не будет" in decision.explanation


def test_work_a_person_has_ruled_on_is_left_alone(opened, marathon):
    with opened.begin() as work:
        [unclear] = (
            one
            for one in builders.proposed_decisions(work, marathon.id, now=NOW)
            if one.outcome == "extra_review"
        )
        ruling = Ruling(publication=True, live=False, reason="Совет видел урок.")
        operations.override(work, unclear.id, ruling, by=BY, now=NOW)

    run(opened, top_up_reviews, marathon)

    assert statuses(opened, marathon) == AS_THEY_WERE


def counted(opened, marathon):
    with opened.begin(read_only=True) as work:
        posed = topping_up.reviewed(work, marathon.id, now=NOW)
    return posed, topping_up.unsure(posed, decide(posed.problem))


def test_work_whose_review_changed_while_it_was_counted_waits_for_the_next_sweep(opened, marathon):
    posed, wanted = counted(opened, marathon)
    with opened.begin() as work:
        review = work.reviews.sent_about(wanted[0].submission.id)[0]
        work.reviews.save(review.model_copy(update={"score": 99.0}))

    with opened.begin() as work:
        asked = topping_up.top_up(work, posed, wanted, by=BY, now=NOW)

    assert asked == []
    assert statuses(opened, marathon) == AS_THEY_WERE


def test_rules_changed_while_it_was_counted_stop_everything(opened, marathon):
    posed, wanted = counted(opened, marathon)
    change_policy(opened, marathon, publication_threshold=70, version=2)

    with opened.begin() as work, pytest.raises(Conflict) as refusal:
        topping_up.top_up(work, posed, wanted, by=sweep.SWEEP, now=NOW)

    assert refusal.value.code == "rules_changed"
    assert statuses(opened, marathon) == AS_THEY_WERE


def test_work_whose_last_review_came_in_asks_for_the_sweep_itself(opened, marathon):
    run(opened, top_up_reviews, marathon)
    run(opened, replace_experts, marathon)
    with opened.begin() as work:
        for one in work.runs.waiting():
            work.runs.save(one.model_copy(update={"state": RunState.COMPLETED}))

    send_what_is_awaited(opened, marathon, score=61.0)

    with opened.begin(read_only=True) as work:
        waiting = [one.deployment for one in work.runs.waiting()]
    assert "top_up_reviews" in waiting


def test_reviews_that_come_after_proposing_are_proposed_from_by_themselves(opened, marathon):
    with opened.begin() as work:
        deciding = work.marathons.move(
            work.marathons.get(marathon.id), to=Phase.DECISION, by=BY, now=NOW
        )
        builders.proposed_decisions(work, deciding.id, now=NOW)
        first = work.submissions.by_number(marathon.id, 1)
        home = work.municipalities.of_cluster(marathon.cluster_id)[3]
        late = builders.an_expert(work, home, capacity=9)
        builders.a_sent_review(work, first, late, score=40)

    assert sweep.propose_anew(marathon.id)

    with opened.begin(read_only=True) as work:
        assert "propose_decisions" in {run.deployment for run in work.runs.unfinished()}


def test_nothing_is_proposed_by_itself_before_an_organiser_asked_once(opened, marathon):
    with opened.begin() as work:
        work.marathons.move(work.marathons.get(marathon.id), to=Phase.DECISION, by=BY, now=NOW)

    assert not sweep.propose_anew(marathon.id)
