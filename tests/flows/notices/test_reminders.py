"""Reminders and digests: on their days, in the morning, never twice, never late on the day itself."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import builders
import pytest

from flows.notices import operations, reminders, stuck
from flows.notices.moments import is_past
from schemas.marathon import Phase
from schemas.outbox import Notice, NoticeStatus, RunState
from schemas.people import Role
from schemas.programme import Session, Slot
from schemas.question import Question, QuestionStatus
from schemas.settings import Settings
from schemas.signing import Signer
from schemas.submission import SubmissionStatus
from storage.identifiers import new_id

ZONE = ZoneInfo("Asia/Irkutsk")
DEADLINE = datetime(2026, 4, 10, 23, 59, tzinfo=ZONE)
SIGNER = Signer(key="k" * 40)


def at(day, hour=10):
    return datetime(2026, 4, day, hour, tzinfo=ZONE)


@pytest.fixture
def home(work):
    return builders.a_municipality(work, builders.a_cluster(work))


@pytest.fixture
def marathon(work, home):
    return builders.a_marathon(
        work,
        phase=Phase.INTAKE,
        submissions_until=DEADLINE,
        reviews_until=DEADLINE + timedelta(days=30),
    )


@pytest.fixture
def draft(work, marathon, home):
    return builders.a_submission(work, marathon, home, status=SubmissionStatus.DRAFT)


def written(work, template=None):
    found = work.notices.all()
    return [one for one in found if template in {None, one.template}]


def test_drafts_are_reminded_on_their_days_and_each_day_once(work, marathon, draft):
    counts = [reminders.write(work, marathon.id, now=at(day)) for day in range(1, 13)]

    assert counts == [0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0]
    assert [reminders.write(work, marathon.id, now=at(9)) for _ in range(3)] == [0, 0, 0]


def test_missed_days_make_one_letter(work, marathon, draft):
    assert reminders.write(work, marathon.id, now=at(9)) == 1


@pytest.mark.parametrize("hour", [0, 7, 20, 23])
def test_nobody_is_written_to_at_night(work, marathon, draft, hour):
    assert reminders.write(work, marathon.id, now=at(9, hour)) == 0


def test_own_extension_moves_the_reminders(work, marathon, draft):
    from schemas.intake_access import Extension

    until = DEADLINE + timedelta(days=10)
    facts = {"marathon_id": marathon.id, "person_id": draft.owner_id}
    work.extensions.add(Extension(id=new_id(), **facts, until=until, granted_at=at(1)))

    assert reminders.write(work, marathon.id, now=at(9)) == 0
    assert reminders.write(work, marathon.id, now=at(13)) == 1


def test_sent_materials_and_people_without_an_address_are_left_alone(work, marathon, home, draft):
    builders.a_submission(work, marathon, home, status=SubmissionStatus.SUBMITTED)
    owner = work.people.get(draft.owner_id)
    work.people.save(owner.model_copy(update={"email": None}))

    assert reminders.write(work, marathon.id, now=at(9)) == 0


def test_one_kind_of_reminder_never_blocks_another(work, marathon, home):
    reviewing = work.marathons.save(marathon.model_copy(update={"phase": Phase.EXPERTISE}))
    one = builders.a_submission(work, reviewing, home, status=SubmissionStatus.REVISING)
    item = builders.an_assignment(work, one, builders.an_expert(work, home))
    work.questions.add(
        Question(
            id=new_id(),
            assignment_id=item.id,
            submission_id=one.id,
            marathon_id=marathon.id,
            status=QuestionStatus.PASSED,
            text="Где?",
            passed_text="Где?",
            asked_at=at(1),
            passed_at=DEADLINE + timedelta(days=20),
        )
    )

    reminders.write(work, marathon.id, now=DEADLINE + timedelta(days=24, hours=-14))

    assert {one.template for one in written(work)} == {"revision_reminder", "question_reminder"}


def test_nothing_is_late_on_its_own_day():
    until = datetime(2026, 4, 10, 12, 0, tzinfo=ZONE)
    assert not is_past(until, at(10, 23), "Asia/Irkutsk")
    assert is_past(until, at(11, 0), "Asia/Irkutsk")


def prepare(work, now, signer=SIGNER):
    return operations.prepare(work, settings=Settings(), now=now, signer=signer)


def test_whoever_refused_reminders_still_gets_decisions(work, marathon, draft):
    owner = work.people.get(draft.owner_id)
    work.people.save(owner.model_copy(update={"digests": False}))
    reminders.write(work, marathon.id, now=at(9))
    facts = {"person_id": owner.id, "subject_kind": "submission", "subject_id": draft.id}
    work.notices.write(
        Notice(
            id=new_id(),
            template="submission_withdrawn",
            marathon_id=marathon.id,
            dedup_key="personal",
            created_at=at(9),
            **facts,
        )
    )

    ready = prepare(work, at(9))

    assert [notice.template for notice, _ in ready] == ["submission_withdrawn"]
    [refused] = written(work, "draft_reminder")
    assert refused.status is NoticeStatus.DISCARDED


def test_reminders_carry_the_way_to_refuse_them(work, marathon, draft):
    reminders.write(work, marathon.id, now=at(9))

    [(_, message)] = prepare(work, at(9))

    assert draft.owner_id in message["List-Unsubscribe"]


def invitations(work, marathon, home, expert, count, **changes):
    for _ in range(count):
        one = builders.a_submission(work, marathon, home)
        item = builders.an_assignment(work, one, expert, answer_until=at(9), due_at=at(20))
        work.notices.write(
            Notice(
                id=new_id(),
                template="invitation",
                person_id=expert.person_id,
                marathon_id=marathon.id,
                subject_kind="assignment",
                subject_id=item.id,
                dedup_key=f"invitation/{item.id}",
                created_at=at(5),
                **changes,
            )
        )


def test_invitations_at_one_time_leave_as_one_letter(work, marathon, home):
    first, second = builders.an_expert(work, home), builders.an_expert(work, home)
    invitations(work, marathon, home, first, 3)
    invitations(work, marathon, home, second, 1)

    ready = prepare(work, at(5))

    letters = {notice.person_id: notice for notice, _ in ready}
    assert letters[first.person_id].template == "invitations"
    assert letters[first.person_id].body.count("• «Практика номер") == 3
    assert letters[second.person_id].template == "invitation"
    merged = [one for one in written(work, "invitation") if one.status is NoticeStatus.MERGED]
    assert len(merged) == 3
    assert prepare(work, at(5)) == []


def test_invitation_reworded_by_hand_leaves_alone(work, marathon, home):
    expert = builders.an_expert(work, home)
    invitations(work, marathon, home, expert, 2)
    invitations(work, marathon, home, expert, 1, title="Лично вам", body="Просим вас лично.")

    assert sorted(notice.template for notice, _ in prepare(work, at(5))) == [
        "invitation",
        "invitations",
    ]


def test_organisers_get_one_digest_a_day_and_none_when_nothing_waits(work, marathon, home):
    person = builders.a_person(work, "Ясная Марина Олеговна", language="en")
    work.roles.give(person.id, Role.ORGANISER)
    assert stuck.write_digests(work, marathon.id, now=at(5)) == 0
    builders.a_submission(work, marathon, home, status=SubmissionStatus.RETURNED)

    counts = [stuck.write_digests(work, marathon.id, now=at(5, hour)) for hour in (9, 10, 11)]

    assert counts == [1, 0, 0]
    assert stuck.write_digests(work, marathon.id, now=at(6)) == 1
    [first, _] = written(work, "organisers_digest")
    assert first.values["stuck"] == "• Works that need another file: 1"


def test_digest_reaches_organisers_of_this_marathon_only(work, marathon, home):
    other = builders.a_marathon(work)
    people = [builders.a_person(work, f"Ясная Марина {n}-я") for n in range(3)]
    scopes = {"cluster": marathon.cluster_id, "marathon": marathon.id}
    for person, (scope, scope_id) in zip(
        people, [*scopes.items(), ("marathon", other.id)], strict=True
    ):
        work.roles.give(person.id, Role.ORGANISER, scope=scope, scope_id=scope_id)
    builders.a_submission(work, marathon, home, status=SubmissionStatus.RETURNED)

    stuck.write_digests(work, marathon.id, now=at(5))

    told = {one.person_id for one in written(work, "organisers_digest")}
    assert told == {person.id for person in people[:2]}


def test_failed_stage_is_told_until_it_is_run_again(work, marathon):
    def ran(state, day):
        run = work.runs.ask("compile_collection", marathon_id=marathon.id, by=None, now=at(day))
        work.runs.save(run.model_copy(update={"state": state}))

    ran(RunState.FAILED, 1)
    assert stuck.failed_runs(work, marathon, at(2)) == 1
    ran(RunState.COMPLETED, 3)
    assert stuck.failed_runs(work, marathon, at(4)) == 0


def a_slot(work, marathon, home, **changes):
    session = work.programme_sessions.add(
        Session(id=new_id(), marathon_id=marathon.id, track=1, title="Секция 1", starts_at=at(15))
    )
    submission = builders.a_submission(work, marathon, home)
    facts = {"session_id": session.id, "marathon_id": marathon.id, "number": 1, "starts_at": at(15)}
    return work.slots.add(Slot(id=new_id(), submission_id=submission.id, **facts | changes))


@pytest.mark.parametrize(("day", "silent"), [(7, 0), (8, 1), (15, 1), (16, 0)])
def test_silent_speakers_count_in_the_last_week(work, marathon, home, day, silent):
    here = work.marathons.save(marathon.model_copy(update={"live_on": at(15).date()}))
    a_slot(work, here, home)

    assert stuck.silent_speakers(work, here, at(day)) == silent


def test_speakers_who_have_answered_are_not_silent(work, marathon, home):
    here = work.marathons.save(marathon.model_copy(update={"live_on": at(15).date()}))
    a_slot(work, here, home, declined_at=at(9))

    assert stuck.silent_speakers(work, here, at(10)) == 0
    assert stuck.cannot_come(work, here, at(10)) == 1


def test_experts_hear_once_what_was_decided_about_works_they_read(work, marathon, home):
    from schemas.decision import DecisionStatus

    one = builders.a_submission(work, marathon, home, status=SubmissionStatus.DECIDED)
    builders.a_sent_review(work, one, builders.an_expert(work, home))
    builders.a_decision(work, one, status=DecisionStatus.CONFIRMED)

    reminders.write_outcomes(work, marathon.id, now=at(5))
    reminders.write_outcomes(work, marathon.id, now=at(6))

    [letter] = written(work, "review_outcomes")
    assert letter.status is NoticeStatus.DRAFT
    text = operations.written(work, letter, Settings()).body
    assert "«Практика номер 1». Материал" in text
    assert "Тестова" not in text
