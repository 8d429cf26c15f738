"""A work sent back for revision, all the way to the decision of its second round."""

from datetime import timedelta

import builders
import pytest

from flows.analytics import operations as reports
from flows.analytics import rules as analytics
from flows.assignment import operations as assignment
from flows.compilation import operations as compilation
from flows.decision import operations as decision
from flows.intake import operations as intake
from flows.marathons import operations as marathons
from flows.programme import operations as programme
from flows.review import operations as review
from schemas.assignment import AssignmentStatus
from schemas.decision import DecisionStatus
from schemas.errors import DeadlinePassed
from schemas.extraction import Extraction
from schemas.marathon import AssignmentPolicy, Phase
from schemas.people import Actor
from schemas.review import Recommendation, ReviewDraft
from schemas.submission import FileStatus, SubmissionStatus
from storage.files import Stored

BY = Actor(part="test")
START = builders.NOW - timedelta(days=45)
ACCEPTED = Extraction(file="материал.docx", status="ok", kind="docx", pages=1, characters=900)


@pytest.fixture
def marathon(work):
    homes = builders.members(work, builders.a_cluster(work))
    for home in homes[1:]:
        builders.an_expert(work, home)
    rules = AssignmentPolicy(reviews=2)
    marathon = builders.a_marathon(work, assignment=rules, phase=Phase.EXPERTISE)
    builders.a_submission(work, marathon, homes[0], status=SubmissionStatus.RETURNED)
    return marathon


def send(work, one, letter, now):
    """The author uploads a new file and sends; the sweep checks it."""
    stored = Stored(sha256=letter * 64, size=1)
    file = intake.add_file(work, one.id, name="материал.docx", stored=stored, by=BY, now=now)
    intake.submit(work, one.id, by=BY, now=now)
    assert file.status is FileStatus.RECEIVED
    return intake.record_check(work, file.id, ACCEPTED, [], by=BY, now=now)


def assign(work, marathon, now):
    proposal = assignment.propose(work, marathon.id, now=now)
    return assignment.apply(work, proposal.id, by=BY, now=now)


def score(work, marathon, invited, now, *, highest):
    rubric = work.rubrics.of(marathon.id)
    draft = ReviewDraft(
        levels={one.code: one.highest if highest else 0 for one in rubric.criteria},
        gates={gate.code: True for gate in rubric.gates},
        comment="Совет автору.",
        recommendation=Recommendation.BOTH if highest else Recommendation.REVISE,
    )
    for item in invited:
        review.submit(work, item.id, draft, by=BY, now=now)
    review.collect(work, marathon.id, now=now)


def decide(work, marathon, now):
    proposals = builders.proposed_decisions(work, marathon.id, now=now)
    return decision.confirm(work, [one.id for one in proposals], by=BY, now=now)


def test_revised_work_is_checked_assigned_reviewed_and_decided_anew(work, marathon):
    [one] = work.submissions.of_marathon(marathon.id)
    assert send(work, one, "a", START).status is SubmissionStatus.CHECKED
    score(work, marathon, assign(work, marathon, START), START, highest=False)
    [first] = decide(work, marathon, START)

    assert (first.round, first.revise, first.publication) == (1, True, False)
    later = START + timedelta(days=5)
    again = send(work, work.submissions.get(one.id), "b", later)
    assert (again.status, again.round) == (SubmissionStatus.CHECKED, 2)
    invited = assign(work, marathon, later)
    assert {item.round for item in invited} == {2}
    score(work, marathon, invited, later, highest=True)
    [second] = decide(work, marathon, later)

    assert (second.round, second.publication, second.reviews) == (2, True, 2)
    assert work.submissions.get(one.id).status is SubmissionStatus.DECIDED
    found = work.decisions.of_marathon(marathon.id)
    assert [item.status for item in found] == [DecisionStatus.CONFIRMED] * 2
    letters = [item.template for item in work.notices.all()]
    assert letters.count("submission_received") == 2
    assert letters.count("revision_asked") == 1
    assert letters.count("decision") == 2


def sent_back(work, marathon):
    """The work after a first round that ended with «доработать»."""
    [one] = work.submissions.of_marathon(marathon.id)
    send(work, one, "a", START)
    score(work, marathon, assign(work, marathon, START), START, highest=False)
    decide(work, marathon, START)
    return work.submissions.get(one.id)


def test_first_round_stays_in_the_history_and_only_the_second_counts(work, marathon):
    one, later = sent_back(work, marathon), START + timedelta(days=5)
    send(work, one, "b", later)
    invited = assign(work, marathon, later)
    score(work, marathon, invited, later, highest=True)
    decide(work, marathon, later)

    first, second = sorted(work.decisions.of_marathon(marathon.id), key=lambda item: item.round)
    assert (first.raw, second.raw) == (0.0, 100.0)
    assert {mark.score for mark in second.trace.marks} == {100.0}
    assert (second.live, second.publication) == (True, True)
    assert list(programme.live_works(work, marathon.id)) == [one.id]
    figures = analytics.summarise(reports.facts_of(work, marathon.id))
    assert (figures.reviews, figures.live, figures.published) == (4, 1, 1)
    assert figures.agreement.mean_difference == 0
    history = work.journal.about(one.id)
    steps = [entry.details["to"] for entry in history if entry.action == "moved"]
    assert steps.count("revising") == 1
    assert steps.count("in_review") == 2


def test_experts_of_the_first_round_may_read_the_second(work, marathon):
    one, later = sent_back(work, marathon), START + timedelta(days=5)
    before = {item.expert_id for item in work.assignments.of_submission(one.id, round_=1)}
    for expert in work.experts.of_cluster(marathon.cluster_id):
        if expert.id not in before:
            work.experts.save(expert.model_copy(update={"active": False}))
    send(work, one, "b", later)

    again = {item.expert_id for item in assign(work, marathon, later)}

    assert again == before


def test_work_being_revised_holds_no_live_place_and_no_place_in_the_volume(work, marathon):
    one = sent_back(work, marathon)

    assert programme.live_works(work, marathon.id) == {}
    assert compilation.approved(work, marathon.id) == []
    assert (one.status, one.round, one.extra_reviews) == (SubmissionStatus.REVISING, 2, 0)


def test_revision_ends_with_the_reviews_and_says_what_to_do(work, marathon):
    one, late = sent_back(work, marathon), marathon.reviews_until + timedelta(hours=1)

    with pytest.raises(DeadlinePassed) as refusal:
        send(work, one, "b", late)

    assert refusal.value.code == "revision_closed"
    assert "попросите организаторов продлить срок" in refusal.value.sentence
    kept = work.submissions.get(one.id)
    assert kept.status is SubmissionStatus.REVISING
    longer = {"reviews_until": late + timedelta(days=7)}
    work.marathons.save(work.marathons.get(marathon.id).model_copy(update=longer))
    assert send(work, kept, "c", late).status is SubmissionStatus.CHECKED


def test_revised_work_gets_experts_while_the_marathon_decides(work, marathon):
    one, later = sent_back(work, marathon), START + timedelta(days=5)
    work.marathons.move(work.marathons.get(marathon.id), to=Phase.DECISION, by=BY, now=later)
    send(work, one, "b", later)

    run, asked = marathons.start_stage(work, marathon.id, "assign", by=BY, now=later)
    invited = assign(work, marathon, later)

    assert (run.deployment, asked, len(invited)) == ("assign_experts", True, 2)


def test_withdrawing_in_the_middle_frees_the_experts_and_tells_them(work, marathon):
    [one] = work.submissions.of_marathon(marathon.id)
    send(work, one, "a", START)
    invited = assign(work, marathon, START)

    intake.withdraw(work, one.id, by=BY, now=START)
    review.collect(work, marathon.id, now=START)

    statuses = {work.assignments.get(item.id).status for item in invited}
    assert statuses == {AssignmentStatus.REPLACED}
    letters = [item.template for item in work.notices.all()]
    assert letters.count("assignment_withdrawn") == len(invited) == 2
    assert letters.count("submission_withdrawn") == 1
    assert assignment.replace_missing(work, marathon.id, by=BY, now=START) == 0


def test_experts_of_the_first_round_are_asked_first_in_the_second(work, marathon):
    homes = work.municipalities.of_cluster(marathon.cluster_id)
    one = sent_back(work, marathon)
    first = {item.expert_id for item in work.assignments.of_submission(one.id, round_=1)}
    for home in homes:
        for _ in range(3):
            builders.an_expert(work, home)

    later = START + timedelta(days=5)
    send(work, one, "b", later)
    invited = assign(work, marathon, later)

    assert {item.expert_id for item in invited} == first


def test_expert_of_the_first_round_with_a_conflict_is_not_asked_again(work, marathon):
    one = sent_back(work, marathon)
    left, _ = work.assignments.of_submission(one.id, round_=1)
    work.conflicts.declare(one.id, left.expert_id, "declared")
    for home in work.municipalities.of_cluster(marathon.cluster_id):
        builders.an_expert(work, home)

    later = START + timedelta(days=5)
    send(work, one, "b", later)

    assert left.expert_id not in {item.expert_id for item in assign(work, marathon, later)}
