"""The first final decision freezes rules and corrections: later reviews never move them."""

from datetime import timedelta

import builders
import pytest
from contents import contents
from together import in_threads

from flows.decision import operations
from flows.marathons import policy
from schemas.errors import Conflict
from schemas.marathon import Phase
from schemas.people import Actor
from schemas.submission import SubmissionStatus

pytestmark = pytest.mark.both_databases

CHAIR = Actor(part="chair")
LENIENCY = (12.0, 0.0, -12.0)
QUALITIES = (90.0, 30.0, 84.0, 25.0, 88.0, 20.0, 80.0, 35.0)
LATER = (55.0, 45.0)
NOISE = (1.0, -1.0, 0.5, -0.5, 1.5, -1.5, 0.0, 1.0)


@pytest.fixture
def homes(work):
    return builders.members(work, builders.a_cluster(work))


@pytest.fixture
def marathon(work, homes):
    return builders.a_marathon(work, phase=Phase.DECISION)


@pytest.fixture
def experts(work, homes):
    return [builders.an_expert(work, other) for other in homes[1:]]


@pytest.fixture
def reviewed(work, marathon, homes, experts):
    """Works read by three experts who plainly differ in strictness."""
    return [
        a_reviewed_work(work, marathon, homes[0], experts, quality, noise)
        for quality, noise in zip(QUALITIES, NOISE, strict=True)
    ]


def a_reviewed_work(work, marathon, home, experts, quality, noise=0.0):
    one = builders.a_submission(work, marathon, home, status=SubmissionStatus.REVIEWED)
    for number, (expert, leniency) in enumerate(zip(experts, LENIENCY, strict=True)):
        score = min(100.0, max(0.0, quality + leniency + noise * number))
        builders.a_sent_review(work, one, expert, score=score)
    return one


def proposed(work, marathon, now):
    found = builders.proposed_decisions(work, marathon.id, now=now)
    return {item.submission_id: item for item in found}


def confirmed(work, marathon, now, count=4):
    decisions = [one for one in proposed(work, marathon, now).values() if one.outcome in "yes no"]
    return operations.confirm(work, [one.id for one in decisions[:count]], by=CHAIR, now=now)


def corrections(work, marathon):
    return work.frozen_calibrations.of_marathon(marathon.id).corrections


def test_proposals_alone_freeze_nothing(work, marathon, reviewed, now):
    proposed(work, marathon, now)

    assert work.frozen_calibrations.of_marathon(marathon.id).frozen_at is None
    assert work.marathons.get(marathon.id).decision.frozen_at is None


def test_first_final_decision_freezes_rules_nobody_approved_and_says_so(
    work, marathon, reviewed, now
):
    confirmed(work, marathon, now)

    found = work.marathons.get(marathon.id)
    standing = policy.standing(work, found)
    assert found.decision.frozen_at == now
    assert (standing.version.approved_at, standing.used_from) == (None, now)
    assert work.frozen_calibrations.of_marathon(marathon.id).frozen_at == now
    actions = [one.action for one in work.journal.about(marathon.id)]
    assert actions == ["policy_frozen_by_use", "corrections_frozen"]
    with pytest.raises(Conflict) as refused:
        policy.adopt(
            work,
            marathon.id,
            found.decision.model_copy(update={"live_floor": 10}),
            by=CHAIR,
            now=now,
        )
    assert refused.value.code == "policy_frozen"


def test_rules_the_chair_approved_stay_approved(work, marathon, reviewed, now):
    policy.approve(work, marathon.id, by=CHAIR, now=now - timedelta(days=1))

    confirmed(work, marathon, now)

    standing = policy.standing(work, work.marathons.get(marathon.id))
    assert standing.version.approved_at == now - timedelta(days=1)
    assert standing.used_from is None


def test_later_reviews_move_neither_published_scores_nor_corrections(
    work, marathon, homes, experts, reviewed, now
):
    done = confirmed(work, marathon, now)
    before = corrections(work, marathon)
    assert max(abs(points) for points in before.values()) > 3

    late = [
        a_reviewed_work(work, marathon, homes[0], list(reversed(experts)), quality)
        for quality in LATER
    ]
    newcomer = builders.an_expert(work, homes[1])
    builders.a_sent_review(work, late[0], newcomer, score=100.0)
    again = proposed(work, marathon, now + timedelta(days=1))

    assert [work.decisions.get(one.id) for one in done] == done
    assert corrections(work, marathon) == before
    used = {mark.expert: mark.correction for one in late for mark in again[one.id].trace.marks}
    assert used == before | {newcomer.id: 0.0}


def test_confirming_the_rest_changes_nothing_that_is_frozen(work, marathon, reviewed, now):
    confirmed(work, marathon, now, count=2)
    kept = work.frozen_calibrations.of_marathon(marathon.id)

    confirmed(work, marathon, now + timedelta(days=1), count=8)

    assert work.frozen_calibrations.of_marathon(marathon.id) == kept
    assert work.marathons.get(marathon.id).decision.frozen_at == now


def test_decisions_under_other_rules_are_not_made_final(
    installation, work, marathon, reviewed, now
):
    ids = [one.id for one in proposed(work, marathon, now).values() if one.outcome in "yes no"]
    wanted = marathon.decision.model_copy(update={"publication_threshold": 85})
    policy.adopt(work, marathon.id, wanted, by=CHAIR, now=now)
    work.session.commit()
    before = contents(installation)

    with pytest.raises(Conflict) as refused:
        operations.confirm(work, ids, by=CHAIR, now=now)
    work.session.commit()

    assert refused.value.code == "rules_changed"
    assert contents(installation) == before


def test_two_people_confirming_at_once_freeze_once(installation, work, marathon, reviewed, now):
    decisions = [one for one in proposed(work, marathon, now).values() if one.outcome in "yes no"]
    work.session.commit()

    def confirm(number):
        with installation.begin() as other:
            return operations.confirm(other, [decisions[number].id], by=CHAIR, now=now)

    results = in_threads(2, confirm)

    assert [len(one) for one in results] == [1, 1]
    actions = [one.action for one in work.journal.about(marathon.id)]
    assert actions == ["policy_frozen_by_use", "corrections_frozen"]
