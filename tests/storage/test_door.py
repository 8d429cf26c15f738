"""Every status move of the table, tried from every status to every status."""

import builders
import pytest
from contents import contents
from together import in_threads

from schemas.assignment import AssignmentStatus
from schemas.collection import Edition, EditionStatus
from schemas.decision import DecisionStatus
from schemas.errors import Conflict
from schemas.lifecycle import CONSEQUENCES, MOVES, consequence, status_name
from schemas.marathon import Phase
from schemas.outbox import NoticeStatus
from schemas.submission import FileStatus, SubmissionFile, SubmissionStatus
from storage.identifiers import new_id

pytestmark = pytest.mark.both_databases

ALLOWED = [
    pytest.param(kind, before, to, id=f"{kind}-{before.value}-{to.value}")
    for kind, moves in MOVES.items()
    for before, targets in moves.items()
    for to in sorted(targets)
]
FROM = [
    pytest.param(kind, before, id=f"{kind}-{before.value}")
    for kind, moves in MOVES.items()
    for before in moves
]


class Stage:
    """One thing of every kind at a wanted status."""

    def __init__(self, work):
        self.work = work
        home = builders.a_municipality(work, builders.a_cluster(work))
        self.marathon = builders.a_marathon(work)
        self.submission = builders.a_submission(work, self.marathon, home)
        self.expert = builders.an_expert(work, home)

    def repository(self, kind):
        work = self.work
        return {
            "submission": work.submissions,
            "file": work.files,
            "assignment": work.assignments,
            "decision": work.decisions,
            "edition": work.editions,
            "marathon": work.marathons,
        }[kind]

    def thing(self, kind, status):
        if kind in {"submission", "marathon"}:
            field = self.repository(kind).status_field
            return self.repository(kind).save(
                getattr(self, kind).model_copy(update={field: status})
            )
        return {
            "file": self.file,
            "assignment": self.assignment,
            "decision": self.decision,
            "edition": self.edition,
        }[kind](status)

    def file(self, status):
        return self.work.files.add(
            SubmissionFile(
                id=new_id(),
                submission_id=self.submission.id,
                marathon_id=self.marathon.id,
                name="работа.docx",
                sha256="0" * 64,
                size=1,
                status=status,
                uploaded_at=builders.NOW,
            )
        )

    def assignment(self, status):
        return builders.an_assignment(self.work, self.submission, self.expert, status=status)

    def decision(self, status):
        return builders.a_decision(self.work, self.submission, status=status)

    def edition(self, status):
        return self.work.editions.add(
            Edition(
                id=new_id(),
                marathon_id=self.marathon.id,
                number=1,
                status=status,
                built_at=builders.NOW,
            )
        )


@pytest.mark.parametrize(("kind", "before", "to"), ALLOWED)
def test_allowed_move_is_made_journalled_and_followed_up(work, now, kind, before, to):
    stage = Stage(work)
    thing = stage.thing(kind, before)
    repository = stage.repository(kind)

    moved = repository.move(thing, to=to, by=builders.SYSTEM, now=now)

    assert repository.get(thing.id) == moved
    assert getattr(moved, repository.status_field) is to
    [entry] = work.journal.about(thing.id)
    assert (entry.action, entry.subject_kind) == ("moved", kind)
    assert entry.details == {"from": before.value, "to": to.value}
    what = consequence(kind, to)
    assert [run.deployment for run in work.runs.all()] == [what.sweep] * bool(what.sweep)
    assert [notice.template for notice in work.notices.all()] == [what.notice] * bool(what.notice)
    for notice in work.notices.all():
        assert notice.person_id in repository.recipients(moved)
        assert (notice.status is NoticeStatus.DRAFT) == what.notice_is_draft


@pytest.mark.parametrize(("kind", "before"), FROM)
def test_every_other_move_is_refused_and_writes_nothing(work, now, kind, before):
    stage = Stage(work)
    thing = stage.thing(kind, before)

    for to in MOVES[kind].keys() - MOVES[kind][before]:
        with pytest.raises(Conflict) as refusal:
            stage.repository(kind).move(thing, to=to, by=builders.SYSTEM, now=now)
        assert f"«{status_name(before)}»" in refusal.value.sentence

    assert stage.repository(kind).get(thing.id) == thing
    assert work.journal.count() == work.runs.count() == work.notices.count() == 0


def test_table_of_moves_covers_every_status_of_every_kind():
    kinds = {
        "submission": SubmissionStatus,
        "file": FileStatus,
        "assignment": AssignmentStatus,
        "decision": DecisionStatus,
        "edition": EditionStatus,
        "marathon": Phase,
    }

    assert {kind: set(moves) for kind, moves in MOVES.items()} == {
        kind: set(statuses) for kind, statuses in kinds.items()
    }
    assert all(any(to in targets for targets in MOVES[kind].values()) for kind, to in CONSEQUENCES)


def test_thing_read_before_somebody_moved_it_cannot_be_moved(work, now):
    stage = Stage(work)
    old = stage.thing("assignment", AssignmentStatus.INVITED)
    work.assignments.move(old, to=AssignmentStatus.ACCEPTED, by=builders.SYSTEM, now=now)

    with pytest.raises(Conflict):
        work.assignments.move(old, to=AssignmentStatus.EXPIRED, by=builders.SYSTEM, now=now)

    assert work.assignments.get(old.id).status is AssignmentStatus.ACCEPTED


def test_moves_made_at_once_happen_one_after_another_by_the_table(installation, now):
    with installation.begin() as work:
        invited = Stage(work).thing("assignment", AssignmentStatus.INVITED)
    targets = (AssignmentStatus.DECLINED, AssignmentStatus.EXPIRED, AssignmentStatus.REPLACED)

    def move(number):
        with installation.begin() as work:
            seen = work.assignments.get(invited.id)
            return work.assignments.move(seen, to=targets[number], by=builders.SYSTEM, now=now)

    results = in_threads(len(targets), move)

    [moved] = [result for result in results if not isinstance(result, Exception)]
    assert all(isinstance(one, Conflict) for one in results if isinstance(one, Exception))
    with installation.begin(read_only=True) as work:
        assert work.assignments.get(invited.id) == moved
        assert [entry.details["to"] for entry in work.journal.about(invited.id)] == [moved.status]


def test_refused_move_leaves_the_whole_database_as_it_was(installation, now):
    with installation.begin() as work:
        withdrawn = Stage(work).thing("submission", SubmissionStatus.WITHDRAWN)
    before = contents(installation)

    with pytest.raises(Conflict), installation.begin() as work:
        work.submissions.move(withdrawn, to=SubmissionStatus.SUBMITTED, by=builders.SYSTEM, now=now)

    assert contents(installation) == before


def letters_about(work, submission):
    return {one.person_id for one in work.notices.all() if one.subject_id == submission.id}


def signed_by(work, submission):
    """The work with a reachable co-author and three whom no letter reaches."""
    home = work.municipalities.get(submission.authors[0].municipality_id)
    reached = builders.a_person(work, "Орлова Инна Павловна")
    others = (
        reached,
        builders.a_person(work, "Гостева Анна Ивановна", guest=True),
        builders.a_person(work, "Сизых Пётр Ильич", email=None),
        builders.a_person(work, "Удалённая Ия Львовна", erased_at=builders.NOW),
    )
    stranger = builders.an_author(reached, home, person_id=None, email="stranger@example.ru")
    authors = (*submission.authors, *(builders.an_author(one, home) for one in others), stranger)
    return reached, work.submissions.save(submission.model_copy(update={"authors": authors}))


@pytest.mark.parametrize(
    ("before", "to"),
    [
        (SubmissionStatus.DRAFT, SubmissionStatus.SUBMITTED),
        (SubmissionStatus.SUBMITTED, SubmissionStatus.RETURNED),
        (SubmissionStatus.DECIDED, SubmissionStatus.REVISING),
        (SubmissionStatus.CHECKED, SubmissionStatus.WITHDRAWN),
    ],
)
def test_letters_about_a_sent_work_reach_its_co_authors(work, organiser, now, before, to):
    stage = Stage(work)
    reached, submission = signed_by(work, stage.thing("submission", before))

    work.submissions.move(submission, to=to, by=organiser, now=now)

    assert letters_about(work, submission) == {submission.owner_id, reached.id}


def test_letter_about_a_draft_that_is_given_up_reaches_only_its_owner(work, organiser, now):
    stage = Stage(work)
    _, submission = signed_by(work, stage.thing("submission", SubmissionStatus.DRAFT))
    submission = work.submissions.save(submission.model_copy(update={"submitted_at": None}))

    work.submissions.move(submission, to=SubmissionStatus.WITHDRAWN, by=organiser, now=now)

    assert letters_about(work, submission) == {submission.owner_id}
