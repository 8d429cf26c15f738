"""A work sent back for revision, all the way to the decision of its second round."""

from datetime import timedelta

import builders
import pytest

from flows.assignment import operations as assignment
from flows.decision import operations as decision
from flows.intake import operations as intake
from flows.review import operations as review
from schemas.assignment import AssignmentStatus
from schemas.decision import DecisionStatus
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
