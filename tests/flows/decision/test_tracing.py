"""What is kept with a decision: marks, levels, rules, what would turn it, who changed it."""

import builders
import pytest

from flows.decision import operations
from flows.decision.tracing import numbered
from flows.review import rules as review
from schemas.decision import Ruling
from schemas.decision_reasons import Reason
from schemas.decision_trace import DecisionTrace, TracedMark
from schemas.marathon import Track
from schemas.people import Actor
from schemas.review import Recommendation, ReviewDraft
from schemas.rubric import DEFAULT
from schemas.submission import SubmissionStatus

CHAIR = Actor(part="chair")
GATES = {"formatting": True, "borrowings": True, "children_data": True}


@pytest.fixture
def marathon(work):
    track = Track(number=1, title="Первое", live_slots=1)
    return builders.a_marathon(work, tracks=(track,))


@pytest.fixture
def homes(work, marathon):
    return builders.members(work, work.clusters.only())


@pytest.fixture
def reviewed(work, marathon, homes):
    """Work by level: three reviews each, all criteria at one level but for the first expert's."""
    home, *others = homes
    experts = [builders.an_expert(work, other) for other in others]

    def make(level: int, first: int | None = None, gates: dict[str, bool] = GATES):
        one = builders.a_submission(work, marathon, home, status=SubmissionStatus.REVIEWED)
        for place, expert in enumerate(experts):
            chosen = first if first is not None and not place else level
            levels = {part.code: chosen for part in DEFAULT.criteria}
            draft = ReviewDraft(
                levels=levels,
                gates=gates,
                comment="Ясно.",
                recommendation=Recommendation.BOTH,
            )
            score = review.score(DEFAULT, levels)
            builders.a_sent_review(work, one, expert, score=score, draft=draft)
        return one

    return make


def traced(work, marathon, now) -> dict[str, DecisionTrace]:
    return {
        item.submission_id: item.trace
        for item in builders.proposed_decisions(work, marathon.id, now=now)
    }


def test_trace_keeps_marks_levels_advice_and_the_whole_policy(work, marathon, reviewed, now):
    one = reviewed(3)
    reviewed(0)

    trace = traced(work, marathon, now)[one.id]

    assert [mark.score for mark in trace.marks] == [100.0] * 3
    assert all(set(mark.levels.values()) == {3} for mark in trace.marks)
    assert {mark.recommendation for mark in trace.marks} == {Recommendation.BOTH}
    assert trace.policy == marathon.decision


def test_trace_survives_the_database(work, marathon, reviewed, now):
    one = reviewed(3)
    reviewed(1)

    trace = traced(work, marathon, now)[one.id]
    work.session.commit()
    work.session.expire_all()

    assert work.decisions.of_submission(one.id, round_=1).trace == trace


def test_trace_names_the_levels_and_marks_that_would_turn_the_work(work, marathon, reviewed, now):
    fine = reviewed(2, first=3)
    for level in (0, 0, 1, 3, 3, 3):
        reviewed(level)

    trace = traced(work, marathon, now)[fine.id]
    decision = work.decisions.of_submission(fine.id, round_=1)

    if decision.outcome == "yes":
        assert trace.flips
        assert all(flip.change < 0 for flip in trace.flips)
    assert all(flip.after == flip.before - 1 for flip in trace.level_flips)


def test_work_refused_a_live_place_keeps_who_would_leave_and_at_what_price(
    work, marathon, reviewed, now
):
    best, second = reviewed(3), reviewed(3, first=2)
    for level in (0, 0, 1):
        reviewed(level)

    traces = traced(work, marathon, now)

    assert traces[best.id].refusal is None
    refusal = traces[second.id].refusal
    assert (refusal.reason, refusal.displaced) == (Reason.LIVE_TRACK_FULL, (best.id,))
    assert refusal.loss > 0


def test_work_for_publication_only_never_competes_for_a_live_place(work, marathon, reviewed, now):
    best, second = reviewed(3), reviewed(3, first=2)
    reviewed(1)
    work.submissions.save(best.model_copy(update={"publication_only": True}))

    traces = traced(work, marathon, now)
    decisions = [work.decisions.of_submission(one.id, round_=1) for one in (best, second)]

    assert [one.live for one in decisions] == [False, True]
    assert Reason.LIVE_UNAVAILABLE.value in decisions[0].reasons
    assert traces[best.id].refusal is None


def test_failed_gates_are_kept_and_leave_nothing_to_turn(work, marathon, reviewed, now):
    stopped = reviewed(3, gates=GATES | {"children_data": False})
    reviewed(1)

    trace = traced(work, marathon, now)[stopped.id]

    assert len(trace.veto) == 1
    assert (trace.flips, trace.level_flips) == ((), ())


def test_override_keeps_who_why_and_what_the_reviews_had_come_to(work, marathon, reviewed, now):
    bad = reviewed(0)
    reviewed(3)
    traced(work, marathon, now)
    before = work.decisions.of_submission(bad.id, round_=1)
    ruling = Ruling(publication=True, live=False, reason=" Совет считает иначе. ")

    operations.override(work, before.id, ruling, by=CHAIR, now=now)
    second = Ruling(publication=False, live=False, revise=True, reason="Доработать по отзывам.")
    after = operations.override(work, before.id, second, by=CHAIR, now=now)

    override = after.trace.override
    assert (override.by, override.at, override.reason) == ("chair", now, "Доработать по отзывам.")
    assert override.proposed.outcome == before.outcome
    assert override.proposed.publication is False


def test_override_stays_in_the_trace_when_decisions_are_proposed_again(
    work, marathon, reviewed, now
):
    bad = reviewed(0)
    reviewed(3)
    traced(work, marathon, now)
    before = work.decisions.of_submission(bad.id, round_=1)
    ruling = Ruling(publication=True, live=False, reason="Совет считает иначе.")
    kept = operations.override(work, before.id, ruling, by=CHAIR, now=now).trace.override

    assert traced(work, marathon, now)[bad.id].override == kept


def test_traces_written_before_are_still_read():
    old = {
        "marks": [{"expert": "e", "score": 61.5, "correction": 2.0}],
        "calibration_applied": True,
        "likelihood_ratio": 3.1,
        "policy": {"version": 2, "publication_threshold": 65},
    }

    trace = DecisionTrace.model_validate(old)

    assert trace.policy.publication_threshold == 65
    assert (trace.flips, trace.override, trace.refusal) == ((), None, None)
    assert DecisionTrace.model_validate({}).policy is None


def test_experts_are_numbered_by_their_marks_within_the_work():
    marks = [TracedMark(expert=name, score=score) for name, score in (("a", 90), ("b", 40))]

    assert [(number, mark.expert) for number, mark in numbered(marks)] == [(1, "b"), (2, "a")]
