"""Decisions counted outside the transaction: only what still stands is kept."""

from datetime import timedelta

import builders
import pytest
from contents import contents
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.decision import operations
from flows.decision.engine.deciding import decide
from flows.decision.flow import propose_decisions
from flows.decision.posing import pose
from flows.runtime import conduct
from flows.runtime.worker import call_body
from schemas.decision import DecisionStatus, Ruling
from schemas.decision_reasons import Reason
from schemas.errors import BadInput, Conflict
from schemas.marathon import Track
from schemas.people import Actor
from schemas.review import Recommendation, ReviewDraft
from schemas.rubric import Gate
from schemas.submission import SubmissionStatus

pytestmark = pytest.mark.both_databases

BY = Actor(part="test")
STAGE = Gate(
    code="stage",
    title="Можно показать на сцене",
    question="Можно?",
    blocks_publication=False,
    blocks_live=True,
)


@pytest.fixture
def homes(work):
    return builders.members(work, builders.a_cluster(work))


@pytest.fixture
def marathon(work, homes):
    return builders.a_marathon(work, tracks=(Track(number=1, title="Практики", live_slots=2),))


@pytest.fixture
def experts(work, homes):
    return [builders.an_expert(work, home) for home in homes[1:]]


def reviewed(work, marathon, home, experts, *scores, **draft):
    one = builders.a_submission(work, marathon, home, status=SubmissionStatus.REVIEWED)
    for expert, score in zip(experts, scores, strict=False):
        builders.a_sent_review(work, one, expert, score=score, draft=ReviewDraft(**draft))
    return one


@pytest.fixture
def works(work, marathon, homes, experts):
    return [
        reviewed(work, marathon, homes[0], experts, *scores)
        for scores in ((92, 94, 90), (20, 22, 25), (88, 85, 87))
    ]


def counted(work, marathon, now):
    posed = pose(work, marathon.id, now=now)
    return posed, decide(posed.problem)


def of(decisions, one):
    return next(item for item in decisions if item.submission_id == one.id)


def test_work_that_left_review_meanwhile_is_left_out_and_counted(work, marathon, works, now):
    posed, result = counted(work, marathon, now)
    work.submissions.move(
        work.submissions.get(works[1].id), to=SubmissionStatus.WITHDRAWN, by=BY, now=now
    )

    kept = operations.keep(work, posed, result, now=now)

    assert kept.moved == 1
    assert {one.submission_id for one in kept.decisions} == {works[0].id, works[2].id}


def test_work_with_another_review_meanwhile_waits_for_the_next_time(
    work, marathon, works, homes, now
):
    posed, result = counted(work, marathon, now)
    builders.a_sent_review(work, works[0], builders.an_expert(work, homes[1]), score=10.0)

    kept = operations.keep(work, posed, result, now=now)

    assert (len(kept.decisions), kept.moved) == (2, 1)
    assert work.decisions.of_submission(works[0].id, round_=1) is None


def test_review_changed_meanwhile_counts_as_another_review(work, marathon, works, now):
    posed, result = counted(work, marathon, now)
    review = work.reviews.sent_about(works[0].id)[0]
    work.reviews.save(review.model_copy(update={"score": 1.0}))

    assert operations.keep(work, posed, result, now=now).moved == 1


def test_work_that_came_in_meanwhile_has_no_decision_yet(
    work, marathon, works, homes, experts, now
):
    posed, result = counted(work, marathon, now)
    late = reviewed(work, marathon, homes[0], experts, 50, 51)

    kept = operations.keep(work, posed, result, now=now)

    assert (len(kept.decisions), kept.moved) == (3, 0)
    assert work.decisions.of_submission(late.id, round_=1) is None


def test_rules_changed_meanwhile_keep_everything_from_being_kept(work, marathon, works, now):
    posed, result = counted(work, marathon, now)
    policy = marathon.decision.model_copy(update={"publication_threshold": 75, "version": 2})
    work.marathons.save(marathon.model_copy(update={"decision": policy}))

    with pytest.raises(Conflict) as refusal:
        operations.keep(work, posed, result, now=now)

    assert refusal.value.code == "rules_changed"
    assert work.decisions.count() == 0


def test_live_place_taken_meanwhile_means_counting_anew(work, marathon, works, now):
    good = of(builders.proposed_decisions(work, marathon.id, now=now), works[0])
    posed, result = counted(work, marathon, now)
    operations.confirm(work, [good.id], by=BY, now=now)

    with pytest.raises(Conflict) as refusal:
        operations.keep(work, posed, result, now=now)

    assert refusal.value.code == "rules_changed"


@pytest.fixture
def opened(installation, work, works, monkeypatch):
    """The installation that flow bodies open for themselves."""
    work.session.commit()
    monkeypatch.setenv("MARATHON_DATA", str(installation.settings.data))
    monkeypatch.setenv("MARATHON_DATABASE_URL", installation.settings.database_url)
    conduct.installation.cache_clear()
    yield installation
    conduct.installation().close()
    conduct.installation.cache_clear()


def test_the_flow_says_how_many_it_proposed_and_doing_it_again_changes_no_decision(
    opened, work, marathon, now
):
    asked = work.runs.ask("propose_decisions", marathon_id=marathon.id, by=None, now=now)
    work.session.commit()
    call_body(propose_decisions, marathon=marathon.id, request=asked.id)
    work.session.expire_all()
    told = work.runs.get(asked.id).message
    first = work.decisions.of_marathon(marathon.id)
    work.session.commit()

    call_body(propose_decisions, marathon=marathon.id)
    work.session.expire_all()

    assert "Решений предложено: 3, к публикации: 2" in told
    assert work.decisions.of_marathon(marathon.id) == first


SCORES = st.lists(st.lists(st.integers(0, 100), min_size=1, max_size=3), min_size=1, max_size=5)


@given(SCORES)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_proposing_twice_gives_the_same_whatever_the_marks(
    installation, work, homes, experts, now, scores
):
    marathon = builders.a_marathon(work)
    for given_ in scores:
        reviewed(work, marathon, homes[0], experts, *given_)
    builders.proposed_decisions(work, marathon.id, now=now)
    work.session.commit()
    before = contents(installation)

    builders.proposed_decisions(work, marathon.id, now=now + timedelta(hours=1))
    work.session.commit()

    assert contents(installation) == before


def test_ruling_stays_and_says_when_reviews_have_changed_since(work, marathon, works, homes, now):
    bad = of(builders.proposed_decisions(work, marathon.id, now=now), works[1])
    ruling = Ruling(publication=True, live=False, reason="Совет видел урок.")
    operations.override(work, bad.id, ruling, by=BY, now=now)
    unchanged = of(builders.proposed_decisions(work, marathon.id, now=now), works[1])
    builders.a_sent_review(work, works[1], builders.an_expert(work, homes[1]), score=12.0)

    after = of(builders.proposed_decisions(work, marathon.id, now=now), works[1])
    again = of(builders.proposed_decisions(work, marathon.id, now=now), works[1])
    anew = operations.override(work, bad.id, ruling, by=BY, now=now)

    assert Reason.REVIEWS_CHANGED.value not in unchanged.reasons
    assert (after.publication, after.outcome, after.reviews) == (True, "yes", 4)
    assert after.reasons[-1] == Reason.REVIEWS_CHANGED.value
    assert again == after
    assert Reason.REVIEWS_CHANGED.value not in anew.reasons


def test_work_at_the_threshold_goes_to_the_council_once_no_reviews_can_come(
    work, marathon, homes, experts, now
):
    one = reviewed(work, marathon, homes[0], experts, 55, 66)
    during = marathon.reviews_until - timedelta(days=1)

    before = of(builders.proposed_decisions(work, marathon.id, now=during), one)
    after = of(builders.proposed_decisions(work, marathon.id, now=now), one)

    assert (before.outcome, after.outcome) == ("extra_review", "council")
    assert Reason.REVIEWS_CLOSED.value in after.reasons
    assert Reason.BORDERLINE.value not in after.reasons


def test_failed_gate_is_a_veto_whatever_the_score_and_a_person_may_rule_otherwise(
    work, marathon, homes, experts, now
):
    gates = {gate.code: False for gate in work.rubrics.of(marathon.id).gates}
    one = reviewed(work, marathon, homes[0], experts, 100, 100, 100, gates=gates)

    barred = of(builders.proposed_decisions(work, marathon.id, now=now), one)
    ruling = Ruling(publication=True, live=True, reason="Список литературы прислан.")
    ruled = operations.override(work, barred.id, ruling, by=BY, now=now)

    assert (barred.publication, barred.live, barred.reasons) == (False, False, ("veto",))
    assert "«нет» ответили 3 из 3 экспертов" in barred.explanation
    assert ruled.publication
    [confirmed] = operations.confirm(work, [barred.id], by=BY, now=now)
    assert confirmed.status is DecisionStatus.CONFIRMED


def test_gate_of_live_presentation_bars_it_with_a_reason_of_its_own(
    work, marathon, homes, experts, now
):
    rubric = work.rubrics.of(marathon.id)
    work.rubrics.keep(marathon.id, rubric.model_copy(update={"gates": (STAGE,)}))
    one = reviewed(work, marathon, homes[0], experts, 95, 96, 94, gates={"stage": False})
    absent = reviewed(work, marathon, homes[0], experts, 95, 96, 94, gates={"stage": True})
    work.submissions.save(absent.model_copy(update={"publication_only": True}))

    found = builders.proposed_decisions(work, marathon.id, now=now)

    barred, only = of(found, one), of(found, absent)
    assert (barred.publication, barred.live) == (True, False)
    assert Reason.LIVE_VETO.value in barred.reasons
    assert "«Можно показать на сцене»: «нет» ответили 3 из 3" in barred.explanation
    assert Reason.LIVE_UNAVAILABLE.value not in barred.reasons
    assert (only.live, Reason.LIVE_UNAVAILABLE.value in only.reasons) == (False, True)


def test_advice_against_live_is_shown_and_bars_nothing(work, marathon, homes, experts, now):
    one = reviewed(
        work, marathon, homes[0], experts, 95, 96, recommendation=Recommendation.PUBLICATION
    )

    found = of(builders.proposed_decisions(work, marathon.id, now=now), one)

    assert found.live
    assert Reason.ADVICE_AGAINST_LIVE.value in found.reasons


def test_nothing_is_proposed_before_a_work_is_reviewed(work, marathon, homes, now):
    builders.a_decided_work(work, marathon, homes[0])

    with pytest.raises(BadInput) as refusal:
        builders.proposed_decisions(work, marathon.id, now=now)

    assert refusal.value.code == "nothing_to_decide"
