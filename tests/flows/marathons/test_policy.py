"""Every version of the rules is kept with who made and approved it; approved ones never change."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.marathons import operations, policy
from schemas.decision_problem import Policy
from schemas.errors import BadInput, Conflict
from schemas.marathon import DecisionPolicy, NewMarathon, Phase
from schemas.people import Actor
from tests import builders

pytestmark = pytest.mark.both_databases


@pytest.fixture
def person(work):
    return builders.a_person(work, "Орлова Нина Петровна")


@pytest.fixture
def author(person):
    return Actor(person_id=person.id)


@pytest.fixture
def marathon(work, author, now):
    builders.a_cluster(work)
    return operations.create(work, new_marathon(now), by=author, now=now)


def new_marathon(now, **changes):
    facts = {
        "title": "Марафон практик",
        "year": 2026,
        "opens_at": now,
        "submissions_until": now + timedelta(days=5),
        "reviews_until": now + timedelta(days=9),
        "live_on": now.date() + timedelta(days=20),
        "tracks": ({"number": 1, "title": "Одно"},),
    }
    return NewMarathon.model_validate(facts | changes)


def changed(work, marathon, by, now, **changes):
    rules = work.marathons.get(marathon.id).decision.model_copy(update=changes)
    return policy.adopt(work, marathon.id, rules, by=by, now=now)


def test_new_marathon_has_its_first_version(work, marathon, person, now):
    (first,) = work.policy_versions.of_marathon(marathon.id)

    assert (first.number, first.policy, first.approved_at) == (1, marathon.decision, None)
    assert (first.made_by, first.made_at) == (person.id, now)


def test_approval_cannot_be_brought_along(work, marathon, author, now):
    forged = DecisionPolicy(version=7, frozen_at=now)

    made = operations.create(work, new_marathon(now, decision=forged), by=author, now=now)

    assert (made.decision.version, made.decision.frozen_at) == (1, None)
    assert not policy.is_approved(work, made)


def test_every_change_is_a_version_of_its_own_whoever_made_it(work, marathon, author, now):
    operations.set_thresholds(work, marathon.id, publication=55, live=75, by=author, now=now)
    before = work.marathons.get(marathon.id)
    facts = {name: getattr(before, name) for name in NewMarathon.model_fields}
    facts["decision"] = before.decision.model_copy(update={"max_reviews": 5})
    operations.change(
        work, marathon.id, NewMarathon(**facts), version=before.version, by=author, now=now
    )
    changed(work, marathon, author, now, adaptive=True)

    kept = work.policy_versions.of_marathon(marathon.id)
    assert [one.number for one in kept] == [1, 2, 3, 4]
    assert [one.policy.publication_threshold for one in kept] == [60, 55, 55, 55]
    assert [one.policy.max_reviews for one in kept] == [4, 4, 5, 5]
    assert [one.policy.adaptive for one in kept] == [False, False, False, True]


def test_same_rules_make_no_version(work, marathon, author, now):
    again = changed(work, marathon, author, now, publication_threshold=60)

    assert again == marathon
    assert len(work.policy_versions.of_marathon(marathon.id)) == 1


def test_approved_version_stays_as_it_was_and_the_next_one_waits(work, marathon, author, now):
    policy.approve(work, marathon.id, by=author, now=now)
    approved = work.policy_versions.numbered(marathon.id, 1)

    after = changed(work, marathon, author, now, live_floor=80)

    assert work.policy_versions.numbered(marathon.id, 1) == approved
    assert approved.approved_by == author.person_id
    assert (after.decision.version, after.decision.frozen_at) == (2, None)
    assert policy.last_approved(work, after, before=2) == approved
    assert not policy.is_approved(work, after)


def test_approved_rules_are_closed_once_materials_are_taken(work, marathon, author, now):
    policy.approve(work, marathon.id, by=author, now=now)
    operations.move_phase(work, marathon.id, Phase.INTAKE, by=author, now=now)

    with pytest.raises(Conflict) as refused:
        changed(work, marathon, author, now, live_floor=80)

    assert refused.value.code == "policy_frozen"


def test_change_of_an_open_marathon_is_allowed_and_seen(work, marathon, author, now):
    operations.move_phase(work, marathon.id, Phase.INTAKE, by=author, now=now)

    after = changed(work, marathon, author, now + timedelta(hours=1), live_floor=80)

    newest, oldest = policy.history(work, after)
    assert (newest.late, oldest.late) == (True, False)
    actions = [one.action for one in work.journal.about(marathon.id)]
    assert actions == ["created", "opened_unapproved", "moved", "policy_changed"]


def test_only_the_version_that_was_read_is_approved(work, marathon, author, now):
    changed(work, marathon, author, now, live_floor=80)

    with pytest.raises(Conflict) as refused:
        policy.approve(work, marathon.id, number=1, by=author, now=now)

    assert refused.value.code == "stale_version"
    assert not policy.is_approved(work, work.marathons.get(marathon.id))


def test_approving_twice_is_approving_once(work, marathon, author, now):
    first = policy.approve(work, marathon.id, by=author, now=now)

    again = policy.approve(work, marathon.id, by=author, now=now + timedelta(days=1))

    assert again == first
    assert policy.in_use(work, again).approved_at == now


def test_stale_version_of_the_marathon_is_refused(work, marathon, author, now):
    with pytest.raises(Conflict) as refused:
        policy.adopt(
            work, marathon.id, DecisionPolicy(live_floor=80), version=9, by=author, now=now
        )

    assert refused.value.code == "stale_version"


def test_marathon_older_than_the_table_gets_its_version_when_it_is_needed(work, author, now):
    old = builders.a_marathon(work)
    assert [one.number for one in policy.versions(work, old)] == [1]
    assert work.policy_versions.of_marathon(old.id) == []

    changed(work, old, author, now, live_floor=80)

    kept = work.policy_versions.of_marathon(old.id)
    assert [(one.number, one.policy.live_floor) for one in kept] == [(1, 70), (2, 80)]


def test_approval_before_the_table_was_there_is_known_from_the_journal(work, person, author, now):
    frozen = DecisionPolicy(frozen_at=now)
    old = builders.a_marathon(work, decision=frozen)
    work.journal.write(
        author, action="policy_approved", kind="marathon", subject_id=old.id, now=now
    )

    version = policy.in_use(work, old)

    assert (version.approved_at, version.approved_by) == (now, person.id)


@given(
    low=st.floats(0, 1),
    high=st.floats(0, 1),
    most=st.none() | st.integers(0, 5),
    least=st.integers(0, 5),
    ratio=st.floats(allow_nan=True, allow_infinity=True),
    reviews=st.integers(-3, 12),
)
def test_sound_rules_are_exactly_those_the_engine_takes(low, high, most, least, ratio, reviews):
    facts = {
        "low": low,
        "high": high,
        "max_live_per_municipality": most,
        "min_live_per_municipality": least,
        "min_likelihood_ratio": ratio,
        "max_reviews": reviews,
    }
    sound = not list(policy.faults(DecisionPolicy.model_construct(**facts)))

    assert sound == engine_takes(facts)


def engine_takes(facts):
    try:
        Policy(**facts)
    except (BadInput, ValueError):
        return False
    return True
