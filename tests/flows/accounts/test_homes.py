"""An expert who moves takes nothing of the new home along."""

import builders
import pytest

from flows.accounts import homes, profile
from flows.assignment import conflict_operations as conflicts
from flows.assignment import posing
from schemas.assignment import AssignmentStatus
from schemas.conflict import ConflictSource
from schemas.marathon import AssignmentPolicy, Phase

BY, NOW = builders.SYSTEM, builders.NOW
pytestmark = pytest.mark.both_databases


@pytest.fixture
def cluster(work):
    return builders.a_cluster(work)


@pytest.fixture
def places(work, cluster):
    return builders.members(work, cluster)


@pytest.fixture
def marathon(work, cluster):
    return builders.a_marathon(work, cluster, phase=Phase.EXPERTISE)


@pytest.fixture
def expert(work, places):
    person = builders.a_person(work, "Снегов Борис Ильич", municipality_id=places[0].id)
    return builders.an_expert(work, places[0], person_id=person.id)


def move_to(work, expert, place):
    told = profile.Profile(name="Снегов Борис Ильич", municipality_id=place.id)
    return profile.save(work, expert.person_id, told, by=BY, now=NOW)


def test_registry_follows_what_the_person_says(work, expert, places):
    moved = move_to(work, expert, places[1])

    assert work.experts.get(expert.id).municipality_id == places[1].id
    assert moved.place == places[1].name
    assert move_to(work, expert, places[1]) == homes.Move(expert=moved.expert)


def test_person_without_a_municipality_stays_where_the_registry_has_them(work, expert, places):
    profile.save(work, expert.person_id, profile.Profile(name="Снегов Б. И."), by=BY, now=NOW)

    assert work.experts.get(expert.id).municipality_id == places[0].id


def test_open_works_of_the_new_home_go_to_others_and_the_rest_stays(work, expert, places, marathon):
    own, other = (builders.a_submission(work, marathon, place) for place in places[1:3])
    taken, kept = (builders.an_assignment(work, one, expert) for one in (own, other))

    moved = move_to(work, expert, places[1])

    assert [one.id for one in moved.taken] == [taken.id]
    assert work.assignments.get(taken.id).status is AssignmentStatus.REPLACED
    assert work.assignments.get(kept.id).status is AssignmentStatus.ACCEPTED
    assert [run.deployment for run in work.runs.waiting()] == ["replace_experts"]


def test_places_that_count_as_one_are_one(work, expert, places, marathon):
    work.municipalities.save(places[1].model_copy(update={"same_place": (places[2].id,)}))
    held = builders.an_assignment(work, builders.a_submission(work, marathon, places[2]), expert)

    assert [one.id for one in move_to(work, expert, places[1]).taken] == [held.id]


def test_marathon_that_lets_neighbours_review_takes_nothing_back(work, expert, places, cluster):
    policy = AssignmentPolicy(cross_municipal=False)
    marathon = builders.a_marathon(work, cluster, phase=Phase.EXPERTISE, assignment=policy)
    builders.an_assignment(work, builders.a_submission(work, marathon, places[1]), expert)

    assert move_to(work, expert, places[1]).taken == ()


def test_finished_marathon_is_left_alone(work, expert, places, cluster):
    marathon = builders.a_marathon(work, cluster, phase=Phase.ARCHIVE)
    builders.an_assignment(work, builders.a_submission(work, marathon, places[1]), expert)

    assert move_to(work, expert, places[1]).taken == ()


def test_sent_review_is_shown_to_organisers_and_outlives_the_next_search(
    work, expert, places, marathon
):
    submission = builders.a_submission(work, marathon, places[1])
    builders.a_sent_review(work, submission, expert)

    moved = move_to(work, expert, places[1])
    conflicts.detect(work, marathon.id, now=NOW)

    (found,) = work.suspicions.of_marathon(marathon.id)
    assert moved.sent == (found,)
    assert found.source is ConflictSource.OWN_PLACE
    assert "Снегов Борис Ильич" in found.evidence


def test_moving_there_and_back_again_asks_organisers_once(work, expert, places, marathon):
    builders.a_sent_review(work, builders.a_submission(work, marathon, places[1]), expert)

    for place in (places[1], places[0], places[1]):
        move_to(work, expert, place)

    assert len(work.suspicions.of_marathon(marathon.id)) == 1


def test_next_plan_goes_by_the_new_home(work, expert, places, marathon):
    builders.a_submission(work, marathon, places[2])
    move_to(work, expert, places[1])

    problem = posing.problem_of(work, marathon, now=NOW)

    assert [one.municipality for one in problem.experts] == [places[1].id]
