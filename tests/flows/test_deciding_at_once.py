"""Two people at the same moment: one of them waits, nobody loses, nothing is decided from old marks."""

import threading
from datetime import date, timedelta

import builders
import pytest
from together import in_threads

from flows import rulings
from flows.council import operations as council
from flows.council.operations import MeetingPlan
from flows.decision import operations
from flows.review import operations as reviewing
from schemas.council import AgendaItem, Attendance, Choice
from schemas.decision import DecisionStatus
from schemas.errors import Conflict
from schemas.rubric import DEFAULT
from schemas.submission import SubmissionStatus

pytestmark = pytest.mark.both_databases
BY = builders.SYSTEM


def while_open(installation, first, second):
    """What ``second`` came to that begins while the transaction of ``first`` is still open."""
    came = []

    def run():
        try:
            with installation.begin() as work:
                came.append(second(work))
        except Exception as error:  # noqa: BLE001  (handed to the test)
            came.append(error)

    other = threading.Thread(target=run)
    with installation.begin() as work:
        first(work)
        other.start()
        other.join(0.5)
    other.join()
    return came[0]


@pytest.fixture
def season(installation):
    """(marathon, works, decisions by work id): one clear yes, two at the threshold."""
    with installation.begin() as work:
        homes = builders.members(work, builders.a_cluster(work))
        marathon = builders.a_marathon(work)
        experts = [builders.an_expert(work, home) for home in homes[1:]]
        works = []
        for scores in ((92, 95, 90), (52, 66, 61), (53, 66, 61)):
            works.append(
                builders.a_submission(work, marathon, homes[0], status=SubmissionStatus.REVIEWED)
            )
            for expert, score in zip(experts, scores, strict=True):
                builders.a_sent_review(work, works[-1], expert, score=score)
        made = builders.proposed_decisions(work, marathon.id, now=before(marathon))
        return marathon, works, {one.submission_id: one for one in made}


def before(marathon):
    return marathon.reviews_until - timedelta(days=1)


def test_decision_waits_for_a_review_that_is_being_edited_and_is_not_made(installation, season):
    marathon, works, decisions = season
    now = before(marathon)
    with installation.begin(read_only=True) as work:
        item = work.assignments.of_submission(works[0].id)[0]

    def edit(work):
        draft = builders.a_full_draft(DEFAULT, share=0.2)
        reviewing.save_draft(work, item.id, draft, version=None, by=BY, now=now)

    def confirm(work):
        return operations.confirm(work, [decisions[works[0].id].id], by=BY, now=now)

    refusal = while_open(installation, edit, confirm)

    assert isinstance(refusal, Conflict)
    assert "экспертизы изменились" in refusal.sentence


def test_review_edited_while_its_work_is_decided_is_refused(installation, season):
    marathon, works, decisions = season
    now = before(marathon)
    with installation.begin(read_only=True) as work:
        item = work.assignments.of_submission(works[0].id)[0]

    def edit(work):
        draft = builders.a_full_draft(DEFAULT, share=0.2)
        return reviewing.save_draft(work, item.id, draft, version=None, by=BY, now=now)

    def confirm(work):
        operations.confirm(work, [decisions[works[0].id].id], by=BY, now=now)

    refusal = while_open(installation, confirm, edit)

    assert isinstance(refusal, Conflict)
    assert refusal.code == "review_over"


def test_second_click_on_asking_reviews_finds_nothing_left_to_ask(installation, season):
    marathon, _, _ = season

    def ask(work):
        return operations.ask_extra_reviews(work, marathon.id, by=BY, now=before(marathon))

    assert while_open(installation, ask, ask) == (None, 0)


def test_confirming_twice_at_once_confirms_once(installation, season):
    marathon, works, decisions = season
    chosen = [decisions[works[0].id].id]

    def confirm(_number):
        with installation.begin() as work:
            return operations.confirm(work, chosen, by=BY, now=before(marathon))

    came = in_threads(2, confirm)

    assert [one.status for answers in came for one in answers] == [DecisionStatus.CONFIRMED] * 2
    with installation.begin(read_only=True) as work:
        moves = [one for one in work.journal.about(chosen[0]) if one.action == "moved"]
    assert len(moves) == 1


def test_opposite_wishes_about_one_work_never_wait_in_a_circle(installation, season):
    marathon, works, decisions = season
    now = before(marathon)

    def act(number):
        unsure = decisions[works[1].id].id
        with installation.begin() as work:
            if number % 2:
                return operations.send_to_council(work, unsure, by=BY, now=now)
            return operations.ask_extra_review(work, unsure, by=BY, now=now)

    came = in_threads(6, act)

    assert not [one for one in came if isinstance(one, Exception) and not isinstance(one, Conflict)]


@pytest.fixture
def meeting(installation, season):
    """Ready to be closed: everybody there and for."""
    marathon, _, _ = season
    plan = MeetingPlan(
        held_on=date(2026, 12, 27), place="ВКС", chair="Ветрова Д. О.", secretary="Ясная В. П."
    )
    with installation.begin() as work:
        made = council.call(work, marathon.id, plan, by=BY, now=builders.NOW)
        members = [
            one.model_copy(
                update={"representative": "Ия И. И.", "attendance": Attendance.IN_PERSON}
            )
            for one in made.members
        ]
        made = council.set_attendance(
            work, made.id, members, version=made.version, by=BY, now=builders.NOW
        )
        items = [AgendaItem(number=1, title="Отчёт.", heard="Отчёт.", resolution="Принять.")]
        made = council.edit_agenda(
            work, made.id, items, version=made.version, by=BY, now=builders.NOW
        )
        for one in made.members:
            place = one.municipality_id
            facts = {"item": 1, "municipality_id": place, "choice": Choice.FOR}
            council.cast(work, made.id, **facts, by=BY, now=builders.NOW)
        return made


def test_nobody_votes_in_a_meeting_that_is_being_closed(installation, meeting):
    late = {"item": 1, "municipality_id": meeting.members[-1].municipality_id}

    def close(work):
        rulings.close_meeting(work, meeting.id, by=BY, now=builders.NOW)

    def cast(work):
        facts = late | {"choice": Choice.AGAINST}
        return council.cast(work, meeting.id, **facts, by=BY, now=builders.NOW)

    refusal = while_open(installation, close, cast)

    assert isinstance(refusal, Conflict)
    assert refusal.code == "meeting_closed"
    with installation.begin(read_only=True) as work:
        assert {vote.choice for vote in work.votes.of_meeting(meeting.id)} == {Choice.FOR}


def test_closing_twice_at_once_closes_once(installation, meeting):
    def close(_number):
        with installation.begin() as work:
            return rulings.close_meeting(work, meeting.id, by=BY, now=builders.NOW).meeting

    first, second = in_threads(2, close)

    assert first.closed_at == second.closed_at
    with installation.begin(read_only=True) as work:
        closings = [one for one in work.journal.about(meeting.id) if one.action == "closed"]
    assert len(closings) == 1
