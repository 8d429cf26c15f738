"""What experts say before assignment: only about lawful works, in an order of their own."""

from datetime import timedelta

import builders
import pytest

from flows.assignment import comparing
from flows.assignment import conflict_operations as conflicts
from flows.assignment import wish_operations as wishes
from schemas.assignment import AssignmentStatus, Wish
from schemas.errors import NotFound
from schemas.marathon import Phase
from schemas.people import Actor
from schemas.submission import SubmissionStatus

pytestmark = pytest.mark.both_databases

BY = Actor(part="expert")
NOW = builders.NOW - timedelta(days=45)


@pytest.fixture
def homes(work):
    return builders.members(work, builders.a_cluster(work))


@pytest.fixture
def marathon(work, homes):
    return builders.a_marathon(work, phase=Phase.EXPERTISE)


@pytest.fixture
def expert(work, homes):
    return builders.an_expert(work, homes[0], tracks=(1,))


def asked(work, expert, now=NOW):
    return [one.id for one in wishes.works_for(work, expert, now=now)]


def say(work, expert, submission, wish):
    key = wishes.key_of(expert.id, submission.id)
    return wishes.say(work, expert, {key: wish}, by=BY, now=NOW)


def test_only_works_that_could_be_assigned_are_asked_about(work, marathon, homes, expert):
    away = homes[1]
    free = builders.a_submission(work, marathon, away)
    builders.a_submission(work, marathon, homes[0])
    builders.a_submission(work, marathon, away, track=2)
    builders.a_submission(work, marathon, away, status=SubmissionStatus.DRAFT)
    conflicted = builders.a_submission(work, marathon, away)
    work.conflicts.declare(conflicted.id, expert.id, "declared")
    assigned = builders.a_submission(work, marathon, away)
    builders.an_assignment(work, assigned, expert, status=AssignmentStatus.DECLINED)
    co_author = builders.a_person(work, "Соавторов Пётр Ильич")
    builders.a_submission(
        work,
        marathon,
        away,
        owner_id=co_author.id,
        authors=(
            builders.an_author(co_author, away),
            builders.an_author(co_author, homes[0]),
        ),
    )

    assert asked(work, expert) == [free.id]


def test_list_never_tells_whose_work_it_is_by_what_disappears(work, marathon, homes, expert):
    """An expert who names somebody as close sees the same works before and after."""
    one = builders.a_submission(work, marathon, homes[1])
    named = wishes.name_close_people(work, expert, one.authors[0].name, by=BY, now=NOW)
    conflicts.detect(work, marathon.id, now=NOW)
    [suspicion] = work.suspicions.of_marathon(marathon.id)

    assert asked(work, named) == [one.id]
    conflicts.decide(work, suspicion.id, confirmed=True, by=BY, now=NOW)
    assert asked(work, named) == [one.id]


def test_declared_conflict_outlives_a_confirmation_that_is_turned_round(
    work, marathon, homes, expert
):
    name = work.people.get(expert.person_id).name
    one = builders.a_submission(work, marathon, homes[1], mentor=name)
    conflicts.detect(work, marathon.id, now=NOW)
    [suspicion] = work.suspicions.of_marathon(marathon.id)
    conflicts.decide(work, suspicion.id, confirmed=True, by=BY, now=NOW)

    wishes.declare_conflict(work, expert, wishes.key_of(expert.id, one.id), by=BY, now=NOW)
    conflicts.decide(work, suspicion.id, confirmed=False, by=BY, now=NOW)

    assert asked(work, expert) == []
    assert work.conflicts.pairs(marathon.id) == [(one.id, expert.id)]


def test_nothing_is_asked_after_the_deadline_or_of_experts_who_pause(work, marathon, homes, expert):
    builders.a_submission(work, marathon, homes[1])

    assert asked(work, expert, now=marathon.reviews_until + timedelta(minutes=1)) == []
    assert asked(work, expert.model_copy(update={"active": False})) == []


def test_order_is_the_same_every_time_and_another_for_everybody(work, marathon, homes, expert):
    for _ in range(12):
        builders.a_submission(work, marathon, homes[1])
    other = builders.an_expert(work, homes[0])

    assert asked(work, expert) == asked(work, expert) != asked(work, other)
    assert sorted(asked(work, expert)) == sorted(asked(work, other))


def test_wish_replaces_an_earlier_one_and_moves_the_affinity(work, marathon, homes, expert):
    submission = builders.a_submission(work, marathon, homes[1])
    values = []
    for wish in (Wish.RELUCTANT, Wish.EAGER):
        assert say(work, expert, submission, wish) == 1
        compared = comparing.compare(work, marathon, [submission], [expert], model="")
        values.append(compared.arrays().value[0])

    assert wishes.wishes_of(work, expert) == {submission.id: Wish.EAGER}
    assert values[1] > values[0]


def test_wish_about_a_work_that_may_not_be_reviewed_is_passed_over(work, marathon, homes, expert):
    own = builders.a_submission(work, marathon, homes[0])

    assert say(work, expert, own, Wish.EAGER) == 0
    assert wishes.wishes_of(work, expert) == {}


def test_declared_conflict_takes_the_wish_and_the_work_away(work, marathon, homes, expert):
    submission = builders.a_submission(work, marathon, homes[1])
    say(work, expert, submission, Wish.EAGER)
    key = wishes.key_of(expert.id, submission.id)

    wishes.declare_conflict(work, expert, key, by=BY, now=NOW)

    assert asked(work, expert) == []
    assert wishes.wishes_of(work, expert) == {}
    assert work.conflicts.pairs(marathon.id) == [(submission.id, expert.id)]
    with pytest.raises(NotFound):
        wishes.declare_conflict(work, expert, key, by=BY, now=NOW)


def test_close_people_are_kept_one_a_line_without_repeats(work, expert):
    typed = " Ветров  О. И. \n\nКим Ян\nВетров О. И.\n"

    saved = wishes.name_close_people(work, expert, typed, by=BY, now=NOW)

    assert saved.close_people == ("Ветров О. И.", "Ким Ян")
    assert work.experts.get(expert.id) == saved
