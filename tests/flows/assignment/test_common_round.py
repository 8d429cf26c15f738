"""Opening the calibration round: who is invited, what is refused, what plans leave alone."""

from datetime import timedelta

import builders
import pytest

from flows.assignment import common_round, operations, posing
from flows.assignment.common_works import CommonWorks
from schemas.assignment import AssignmentStatus
from schemas.common_round import is_common
from schemas.conflict import ConflictSource, Suspicion, SuspicionStatus
from schemas.errors import BadInput, Conflict, DeadlinePassed
from schemas.people import Actor
from schemas.submission import SubmissionStatus
from storage.identifiers import new_id

pytestmark = pytest.mark.both_databases
BY = Actor(part="organiser")


@pytest.fixture
def during():
    return builders.NOW - timedelta(days=40)


@pytest.fixture
def until(during):
    return during + timedelta(days=7)


@pytest.fixture
def homes(work):
    return builders.members(work, builders.a_cluster(work))


@pytest.fixture
def marathon(work, homes):
    return builders.a_marathon(work)


@pytest.fixture
def works(work, marathon, homes):
    return [builders.a_submission(work, marathon, home) for home in homes]


@pytest.fixture
def experts(work, homes):
    """Two in each municipality, who can take one work each."""
    return [builders.an_expert(work, home, capacity=1) for home in homes for _ in range(2)]


@pytest.fixture
def opened(work, marathon, works, experts, during, until):
    def open_with(*chosen):
        ids = [one.id for one in chosen or works[:1]]
        return common_round.open_round(work, marathon.id, ids, until=until, by=BY, now=during)

    return open_with


def test_every_expert_from_elsewhere_is_invited_by_letter_until_the_end_of_the_round(
    work, works, experts, opened, until
):
    invited = opened(works[0])

    assert {item.expert_id for item in invited} == {one.id for one in experts[2:]}
    assert {item.status for item in invited} == {AssignmentStatus.INVITED}
    assert {(item.answer_until, item.due_at) for item in invited} == {(until, until)}
    assert {one.template for one in work.notices.all()} == {"invitation"}
    assert work.notices.count() == len(invited)
    assert work.submissions.get(works[0].id).status is SubmissionStatus.IN_REVIEW


def test_experts_barred_from_one_work_get_the_other(work, works, experts, opened):
    invited = opened(*works[:2])

    got = {(item.submission_id, item.expert_id) for item in invited}
    assert all((works[1].id, one.id) in got for one in experts[:2])
    assert all((works[0].id, one.id) not in got for one in experts[:2])


def test_declared_confirmed_and_open_conflicts_bar_the_pair(
    work, marathon, works, experts, opened, during
):
    work.conflicts.declare(works[0].id, experts[2].id, "declared")
    for expert, status in (
        (experts[3], "open"),
        (experts[4], "confirmed"),
        (experts[5], "dismissed"),
    ):
        work.suspicions.add(
            Suspicion(
                id=new_id(),
                marathon_id=marathon.id,
                submission_id=works[0].id,
                expert_id=expert.id,
                source=ConflictSource.MENTOR,
                evidence="Назван наставником.",
                status=SuspicionStatus(status),
                found_at=during,
            )
        )

    assert {item.expert_id for item in opened()} == {one.id for one in experts[5:]}


def test_inactive_experts_are_not_invited(work, experts, opened):
    work.experts.save(experts[-1].model_copy(update={"active": False}))

    assert experts[-1].id not in {item.expert_id for item in opened()}


def test_preview_names_those_who_get_nothing_and_why(work, marathon, works, experts, during, until):
    layout = common_round.preview(work, marathon.id, [works[0].id], until=until, now=during)

    assert set(layout.left_out) == {one.id for one in experts[:2]}
    assert {reason for one in layout.bars for reason in one.reasons} == {"свой муниципалитет"}
    assert work.assignments.count() == 0


def refusal(call, *, kind=BadInput):
    with pytest.raises(kind) as error:
        call()
    return error.value


def test_round_needs_one_or_two_checked_works(work, marathon, works, experts, during, until):
    def trying(*ids):
        return refusal(
            lambda: common_round.preview(work, marathon.id, ids, until=until, now=during)
        )

    work.submissions.move(works[3], to=SubmissionStatus.IN_REVIEW, by=BY, now=during)
    assert "Выберите одну или две" in trying().sentence
    assert "одна или две" in trying(*(one.id for one in works[:3])).sentence
    assert "уже оценивают" in trying(works[3].id).sentence
    assert "нет" in trying(new_id()).sentence


def test_round_without_checked_works_says_there_is_nothing_to_choose(
    work, marathon, experts, during, until
):
    error = refusal(lambda: common_round.preview(work, marathon.id, (), until=until, now=during))

    assert error.code == "nothing_to_assign"


@pytest.mark.parametrize(
    ("days", "words"), [(-1, "уже прошла"), (21, "она идёт до 4 марта 2026 г.")]
)
def test_date_of_the_round_lies_between_now_and_the_deadline(
    work, marathon, works, experts, during, days, words
):
    until = during + timedelta(days=days)
    error = refusal(
        lambda: common_round.preview(work, marathon.id, [works[0].id], until=until, now=during)
    )

    assert (error.field, words in error.sentence) == ("until", True)


def test_round_after_the_deadline_of_reviews_is_refused(work, marathon, works, experts, now):
    refusal(
        lambda: common_round.preview(work, marathon.id, [works[0].id], until=now, now=now),
        kind=DeadlinePassed,
    )


def test_work_that_nobody_may_score_cannot_be_common(work, marathon, works, homes, during, until):
    builders.an_expert(work, homes[0])
    error = refusal(
        lambda: common_round.preview(work, marathon.id, [works[0].id], until=until, now=during)
    )

    assert error.code == "nobody_lawful"


def test_second_round_is_refused(works, opened):
    opened(works[0])

    assert refusal(lambda: opened(works[1]), kind=Conflict).code == "common_round_held"


def test_common_works_are_in_no_plan_and_use_up_nobody(
    work, marathon, works, experts, opened, during
):
    opened(works[0])

    problem = posing.problem_of(work, work.marathons.get(marathon.id), now=during)

    assert {one.id for one in problem.submissions} == {one.id for one in works[1:]}
    assert {one.capacity for one in problem.experts} == {1}
    assert (problem.fixed, problem.kept) == ((), ())
    assert operations.short_of_reviews(work, work.marathons.get(marathon.id)) == 0


def close(work, marathon, during):
    before = work.marathons.get(marathon.id)
    held = before.common_round.model_copy(update={"closed_at": during + timedelta(days=3)})
    return work.marathons.save(before.model_copy(update={"common_round": held}))


def test_common_work_short_of_reviews_is_planned_for_the_rest_once_the_round_is_closed(
    work, marathon, works, experts, opened, during
):
    invited = opened(works[0])
    held = invited[0]
    for item in invited[1:]:
        work.assignments.move(item, to=AssignmentStatus.REPLACED, by=BY, now=during)
    problem = posing.problem_of(work, close(work, marathon, during), now=during)

    wanted = {one.id: one.reviews for one in problem.submissions}
    assert wanted[works[0].id] == marathon.assignment.reviews - 1
    assert (works[0].id, held.expert_id) in problem.forbidden
    assert operations.short_of_reviews(work, work.marathons.get(marathon.id))


def test_common_work_with_enough_reviews_stays_out_of_plans(
    work, marathon, works, experts, opened, during
):
    opened(works[0])
    problem = posing.problem_of(work, close(work, marathon, during), now=during)

    assert works[0].id not in {one.id for one in problem.submissions}


def test_days_for_other_works_begin_when_the_round_ends(
    work, marathon, works, experts, opened, during, until
):
    opened(works[0])
    plan = operations.propose(work, marathon.id, now=during + timedelta(hours=1))
    real = operations.apply(work, plan.id, by=BY, now=during + timedelta(hours=1))

    running = work.marathons.get(marathon.id)
    assert real
    assert not any(is_common(item, running) for item in real)
    assert {item.answer_until for item in real} == {marathon.end_of_day(until + timedelta(days=5))}


def test_next_version_of_a_common_work_is_a_work_like_any_other(
    work, marathon, works, experts, opened
):
    opened(works[0])
    first = work.submissions.get(works[0].id)
    second = first.model_copy(update={"round": 2})
    common = CommonWorks(work.marathons.get(marathon.id), work.assignments.of_marathon(marathon.id))

    assert not common.is_planned(first, 3)
    assert common.is_planned(second, 3)
    assert common.wanted(second, 3) == 3
