"""Moving many things at once is moving each: the same rows, journal, letters and refusals."""

import builders
import pytest

from schemas.assignment import AssignmentStatus
from schemas.decision import DecisionStatus
from schemas.errors import Conflict
from schemas.outbox import NoticeStatus
from schemas.submission import SubmissionStatus

pytestmark = pytest.mark.both_databases


@pytest.fixture
def home(work):
    return builders.a_municipality(work, builders.a_cluster(work))


@pytest.fixture
def marathon(work, home):
    return builders.a_marathon(work)


def works(work, marathon, home, count=3):
    return [builders.a_submission(work, marathon, home) for _ in range(count)]


def invitations(work, marathon, home):
    expert = builders.an_expert(work, home)
    return [
        builders.an_assignment(work, one, expert, status=AssignmentStatus.PROPOSED)
        for one in works(work, marathon, home)
    ]


def told(work, things):
    """Letters without what differs from one to the next."""
    return [
        (one.template, one.person_id, one.dedup_key, one.status, one.subject_kind)
        for thing in things
        for one in work.notices.where()
        if one.subject_id == thing.id
    ]


def test_many_move_as_one_by_one(work, marathon, home, now):
    one, *others = invitations(work, marathon, home)
    alone = work.assignments.move(
        one, to=AssignmentStatus.INVITED, by=builders.SYSTEM, now=now, due_at=now
    )
    moved = work.assignments.move_all(
        others,
        to=AssignmentStatus.INVITED,
        by=builders.SYSTEM,
        now=now,
        changes=lambda _: {"due_at": now},
    )
    assert moved == [work.assignments.get(each.id) for each in others]
    assert {each.status for each in moved} == {alone.status}
    assert {each.due_at for each in moved} == {now}
    [letter] = told(work, [alone])
    assert [(t, p, s, k) for t, p, _, s, k in told(work, moved)] == [
        (letter[0], letter[1], letter[3], letter[4])
    ] * 2
    [first] = work.journal.about(alone.id)
    for each in moved:
        [entry] = work.journal.about(each.id)
        assert (entry.action, entry.details) == (first.action, first.details)


def test_journal_of_many_moves_is_an_unbroken_chain(work, marathon, home, now):
    many = works(work, marathon, home)
    work.submissions.move_all(many, to=SubmissionStatus.IN_REVIEW, by=builders.SYSTEM, now=now)
    work.journal.write(builders.SYSTEM, action="seen", kind="x", subject_id="x", now=now)
    assert [entry.number for entry in work.journal.entries()] == [1, 2, 3, 4]
    assert not list(work.journal.broken())


def test_versions_count_on(work, marathon, home, now):
    [one] = works(work, marathon, home, 1)
    [moved] = work.submissions.move_all(
        [one], to=SubmissionStatus.IN_REVIEW, by=builders.SYSTEM, now=now
    )
    assert moved.version == one.version + 1
    assert work.submissions.get(one.id) == moved


def test_none_moves_when_one_has_been_moved_by_somebody(work, marathon, home, now):
    first, second = works(work, marathon, home, 2)
    work.submissions.move(second, to=SubmissionStatus.WITHDRAWN, by=builders.SYSTEM, now=now)
    with pytest.raises(Conflict) as refusal:
        work.submissions.move_all(
            [first, second], to=SubmissionStatus.IN_REVIEW, by=builders.SYSTEM, now=now
        )
    assert refusal.value.code == "move_not_allowed"
    assert work.submissions.get(first.id).status is SubmissionStatus.CHECKED


def test_none_moves_when_one_has_been_edited_by_somebody(work, marathon, home, now):
    first, second = works(work, marathon, home, 2)
    work.submissions.save(second.model_copy(update={"title": "Другое название"}))
    with pytest.raises(Conflict) as refusal:
        work.submissions.move_all(
            [first, second], to=SubmissionStatus.IN_REVIEW, by=builders.SYSTEM, now=now
        )
    assert refusal.value.code == "stale_version"
    assert work.submissions.get(first.id).status is SubmissionStatus.CHECKED


def test_letters_of_many_decisions_reach_owner_and_authors_as_drafts(work, marathon, home, now):
    owner, author = builders.a_person(work), builders.a_person(work, "Луговой Лев Ильич")
    submission = builders.a_submission(
        work,
        marathon,
        home,
        owner_id=owner.id,
        authors=(builders.an_author(author, home), builders.an_author(owner, home)),
    )
    decision = builders.a_decision(work, submission, status=DecisionStatus.PROPOSED)
    work.decisions.move_all([decision], to=DecisionStatus.CONFIRMED, by=builders.SYSTEM, now=now)
    letters = work.notices.about("decision", decision.id)
    assert {one.person_id for one in letters} == {owner.id, author.id}
    assert {one.status for one in letters} == {NoticeStatus.DRAFT}


def test_same_letter_is_not_written_twice(work, marathon, home, now):
    [one, *_] = invitations(work, marathon, home)
    work.assignments.move(one, to=AssignmentStatus.INVITED, by=builders.SYSTEM, now=now)
    [letter] = work.notices.where()
    work.notices.write_many([letter.model_copy(update={"id": "other"}), letter])
    assert work.notices.where() == [letter]
