"""A conflict an organiser enters bars the pairs at once, as a confirmed suspicion does."""

import builders
import pytest

from flows.assignment import conflict_entering, conflict_operations
from schemas.assignment import AssignmentStatus
from schemas.conflict import ConflictSource, SuspicionStatus
from schemas.errors import BadInput, NotFound
from schemas.people import Actor
from schemas.submission import SubmissionStatus

BY = Actor(part="organiser")
REASON = "Живут в одном доме, дружат семьями."


@pytest.fixture
def marathon(work):
    return builders.a_marathon(work)


@pytest.fixture
def homes(work, marathon):
    return builders.members(work, work.clusters.only())


@pytest.fixture
def works(work, marathon, homes):
    """Two works of one author of one school, one of a colleague there, one from elsewhere."""
    author = builders.a_person(work, "Ясенева Анна Петровна")
    colleague = builders.a_person(work, "Клёнова Ия Львовна")
    other = builders.a_person(work, "Дубова Яна Олеговна")
    made = (
        (author, "Школа № 1"),
        (author, "Школа № 1"),
        (colleague, "школа  № 1"),
        (other, "Лицей"),
    )
    return [
        builders.a_submission(
            work,
            marathon,
            homes[0],
            status=SubmissionStatus.IN_REVIEW,
            owner_id=person.id,
            authors=(
                builders.an_author(person, homes[0], organisation=school, organisation_id=None),
            ),
        )
        for person, school in made
    ]


@pytest.fixture
def expert(work, homes):
    return builders.an_expert(work, homes[1])


def numbers(works, kind, key):
    return [one.number for one in conflict_entering.concerned(works, kind, key)]


def enter(work, expert, works, now, reason=REASON):
    return conflict_entering.enter(work, expert.id, works, reason=reason, by=BY, now=now)


def test_conflict_is_with_a_work_a_person_or_an_organisation(works):
    choices = conflict_entering.choices(works)

    assert len(choices.works) == 4
    assert len(choices.people) == 3
    assert [words for _, words in choices.organisations] == ["Лицей", "школа  № 1"]
    assert numbers(works, "work", works[1].id) == [2]
    assert numbers(works, "person", works[0].owner_id) == [1, 2]
    assert numbers(works, "organisation", "школа № 1") == [1, 2, 3]
    assert numbers(works, "organisation", "") == numbers(works, "person", "") == []


def test_pairs_are_barred_and_open_assignments_replaced(work, marathon, works, expert, now):
    open_, sent = (
        builders.an_assignment(work, one, expert, status=status)
        for one, status in zip(
            works, (AssignmentStatus.INVITED, AssignmentStatus.SUBMITTED), strict=False
        )
    )

    done = enter(work, expert, works[:3], now)

    assert done == (3, 1, 1)
    assert work.assignments.get(open_.id).status is AssignmentStatus.REPLACED
    assert work.assignments.get(sent.id).status is AssignmentStatus.SUBMITTED
    assert [run.deployment for run in work.runs.unfinished()] == ["replace_experts"]
    kept = work.suspicions.of_marathon(marathon.id)
    assert {(one.source, one.status, one.evidence) for one in kept} == {
        (ConflictSource.BY_HAND, SuspicionStatus.CONFIRMED, REASON)
    }
    assert [one.action for one in work.journal.about(kept[0].id)] == ["conflict_entered"]


def test_entering_twice_changes_nothing_and_dismissed_ones_stand_again(
    work, marathon, works, expert, now
):
    enter(work, expert, works[:1], now)
    assert enter(work, expert, works[:1], now) == (0, 0, 0)
    [one] = work.suspicions.of_marathon(marathon.id)
    conflict_operations.decide(work, one.id, confirmed=False, by=BY, now=now)

    assert enter(work, expert, works[:1], now, "Снова вместе работают.").pairs == 1

    [again] = work.suspicions.of_marathon(marathon.id)
    assert (again.status, again.evidence) == (SuspicionStatus.CONFIRMED, "Снова вместе работают.")


def test_search_for_conflicts_leaves_entered_ones_alone(work, marathon, works, expert, now):
    enter(work, expert, works[:1], now)
    before = work.suspicions.of_marathon(marathon.id)

    conflict_operations.detect(work, marathon.id, now=now)

    assert work.suspicions.of_marathon(marathon.id) == before


@pytest.mark.parametrize("reason", ["", " \n ", "дружат", "ж" * 501])
def test_reason_is_wanted(work, marathon, works, expert, now, reason):
    with pytest.raises(BadInput) as refusal:
        enter(work, expert, works, now, reason)

    assert refusal.value.field == "reason"
    assert work.suspicions.of_marathon(marathon.id) == []


def test_expert_who_is_not_there_is_missing(work, works, now):
    with pytest.raises(NotFound):
        conflict_entering.enter(work, "nobody", works, reason=REASON, by=BY, now=now)
