"""Reminders that coordinators send to teachers of their municipality."""

from datetime import timedelta

import builders
import pytest

from flows.notices.nudging import Nudged, nudge, why_not
from schemas.marathon import Phase
from schemas.submission import SubmissionStatus

pytestmark = pytest.mark.both_databases


@pytest.fixture
def intake(work, now):
    """(marathon, own place, other place) while materials are taken."""
    cluster = builders.a_cluster(work)
    own, other, *_ = builders.members(work, cluster)
    marathon = builders.a_marathon(
        work,
        cluster,
        phase=Phase.INTAKE,
        submissions_until=now + timedelta(days=3),
        reviews_until=now + timedelta(days=30),
    )
    return marathon, own, other


def test_drafts_of_the_own_municipality_are_reminded_of_once_a_day(work, intake, organiser, now):
    marathon, own, _ = intake
    draft = builders.a_submission(work, marathon, own, status=SubmissionStatus.DRAFT)
    how = {"places": {own.id}, "by": organiser}
    assert nudge(work, marathon, [draft.id], **how, now=now) == Nudged(reminded=1)
    assert nudge(work, marathon, [draft.id], **how, now=now) == Nudged(today_already=1)
    tomorrow = now + timedelta(days=1)
    assert nudge(work, marathon, [draft.id], **how, now=tomorrow) == Nudged(reminded=1)


def test_works_of_others_and_works_that_are_sent_are_passed_over(work, intake, organiser, now):
    marathon, own, other = intake
    works = [
        builders.a_submission(work, marathon, other, status=SubmissionStatus.DRAFT),
        builders.a_submission(work, marathon, own, status=SubmissionStatus.CHECKED),
    ]
    ids = [one.id for one in works]
    done = nudge(work, marathon, ids, places={own.id}, by=organiser, now=now)
    assert done == Nudged()
    assert not [one for one in work.notices.all() if one.template == "nudge"]


def test_a_teacher_without_an_address_is_counted_not_written_to(work, intake, organiser, now):
    marathon, own, _ = intake
    draft = builders.a_submission(work, marathon, own, status=SubmissionStatus.DRAFT)
    owner = work.people.get(draft.owner_id)
    work.people.save(owner.model_copy(update={"email": None}))
    done = nudge(work, marathon, [draft.id], places={own.id}, by=organiser, now=now)
    assert done == Nudged(without_address=1)


def test_nothing_is_sent_when_materials_are_not_taken(work, intake, organiser, now):
    marathon, own, _ = intake
    closed = marathon.model_copy(update={"phase": Phase.EXPERTISE})
    draft = builders.a_submission(work, marathon, own, status=SubmissionStatus.DRAFT)
    assert nudge(work, closed, [draft.id], places={own.id}, by=organiser, now=now) == Nudged()


def test_why_a_work_is_not_reminded_of_is_said(work, intake):
    marathon, own, _ = intake
    draft = builders.a_submission(work, marathon, own, status=SubmissionStatus.DRAFT)
    sent = builders.a_submission(work, marathon, own, status=SubmissionStatus.CHECKED)
    closed = marathon.model_copy(update={"phase": Phase.EXPERTISE})
    assert why_not(work, marathon, draft) == ""
    assert why_not(work, marathon, sent) == "работа уже отправлена или отозвана"
    assert why_not(work, closed, draft) == "приём не идёт"
