"""What people leave beside the main way, so that every page has something to show."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import builders

from flows.accounts import guests
from flows.assignment import operations as assignment
from flows.compilation import proofs
from flows.council import operations as council
from flows.decision import trials
from flows.intake import entering, versions
from flows.review import questions
from schemas.assignment import AssignmentStatus
from schemas.cluster import Expert
from schemas.conflict import ConflictSource, Suspicion
from schemas.marathon import Marathon, Phase
from schemas.people import Actor, Person
from schemas.submission import Children, ConsentKind, Submission, SubmissionStatus
from storage.files import FileStore
from storage.identifiers import new_id
from storage.work import Work

SWEEP = Actor(part="test")
ANSWERS = (AssignmentStatus.INVITED, AssignmentStatus.ACCEPTED, AssignmentStatus.IN_PROGRESS)


def another_marathon(work: Work, now: datetime, title: str, phase: Phase, until: int) -> Marathon:
    return builders.a_marathon(
        work,
        title=title,
        phase=phase,
        opens_at=now - timedelta(days=60),
        submissions_until=now + timedelta(days=until),
        reviews_until=now + timedelta(days=until + 20),
        live_on=(now + timedelta(days=until + 30)).date(),
    )


def own(work: Work, teacher: Person) -> dict[str, object]:
    """Facts of a work the teacher fills in."""
    home = work.municipalities.get(teacher.municipality_id or work.municipalities.all()[0].id)
    return {"owner_id": teacher.id, "authors": (builders.an_author(teacher, home),)}


def with_files(work: Work, source: Submission, target: Submission) -> None:
    """The files of a checked work, and what was made of them, for another work too."""
    for file in work.files.of(source.id):
        copied = {"id": new_id(), "submission_id": target.id, "marathon_id": target.marathon_id}
        copy = work.files.add(file.model_copy(update=copied))
        for part in work.derivatives.all():
            if part.file_id == file.id:
                work.derivatives.add(part.model_copy(update={"id": new_id(), "file_id": copy.id}))


def published(work: Work, marathon_id: str) -> Submission:
    [first, *_] = work.submissions.of_marathon(marathon_id, status=[SubmissionStatus.PUBLISHED])
    return first


def after_the_season(work: Work, files: FileStore, marathon_id: str, *, now: datetime) -> None:
    """Authors are asked to look at the articles; a run waits for its turn."""
    edition = work.editions.latest(marathon_id)
    assert edition is not None
    proofs.ask(work, edition.id, files=files, by=SWEEP, now=now)
    work.runs.ask("compile_collection", marathon_id=marathon_id, by=None, now=now)


def take_materials(work: Work, teacher: Person, season: str, *, now: datetime) -> None:
    """A marathon in intake; the teacher has works in it in every state before checking."""
    marathon = another_marathon(work, now, "Осенний марафон практик", Phase.INTAKE, 5)
    home = work.municipalities.all()[0]
    for status in (SubmissionStatus.DRAFT, SubmissionStatus.SUBMITTED, SubmissionStatus.RETURNED):
        builders.a_submission(work, marathon, home, **own(work, teacher), status=status)
    sent = builders.a_submission(work, marathon, home, **own(work, teacher))
    with_files(work, published(work, season), sent)
    line = own(work, teacher)["authors"][0].model_copy(update={"confirmed_at": None})
    other = builders.a_person(work, "Соавторова Ия Петровна")
    together = (builders.an_author(other, home), line)
    builders.a_submission(work, marathon, home, owner_id=other.id, authors=together)
    for title in (sent.title, "Практика с новым названием"):
        sent = work.submissions.save(sent.model_copy(update={"title": title}))
        versions.keep(work, sent, by=SWEEP, now=now)
    alone = another_marathon(work, now, "Марафон одной школы", Phase.INTAKE, 5)
    entering.enter(
        work,
        alone.id,
        entering.Teacher(
            name="Безадресова Анна Ильинична", municipality_id=home.id, organisation="Школа № 1"
        ),
        entering.PaperConsents(kinds=tuple(ConsentKind), holder="School 1", children=Children.NONE),
        text_version="1",
        by=Actor(person_id=teacher.id),
        now=now,
    )


def read_and_assign(
    work: Work, teacher: Person, expert: Expert, season: str, *, now: datetime
) -> None:
    """A marathon in expertise: plans wait for a yes, works are being read, questions asked."""
    marathon = another_marathon(work, now, "Зимний марафон практик", Phase.EXPERTISE, -2)
    expert = work.experts.save(expert.model_copy(update={"tracks": (), "capacity": 9}))
    others = [one for one in work.municipalities.all() if one.id != expert.municipality_id]
    for place in others[:4]:
        builders.a_submission(work, marathon, place)
    for status, place in zip(ANSWERS, others, strict=False):
        read = builders.a_submission(
            work, marathon, place, status=SubmissionStatus.IN_REVIEW, title=f"Чтение {status}"
        )
        with_files(work, published(work, season), read)
        item = builders.an_assignment(
            work, read, expert, status=status, due_at=now + timedelta(days=5)
        )
    questions.ask(work, item.id, "Сколько уроков занимает практика?", by=SWEEP, now=now)
    sent = builders.a_submission(work, marathon, others[0], status=SubmissionStatus.IN_REVIEW)
    builders.a_sent_review(work, sent, expert)
    revising = builders.a_submission(
        work,
        marathon,
        others[0],
        **own(work, teacher),
        status=SubmissionStatus.REVISING,
        round=2,
    )
    versions.keep(work, revising, by=SWEEP, now=now)
    ask_the_teacher(work, teacher, marathon, others, now=now)
    suspect(work, marathon, expert, now=now)
    for _ in range(2):
        assignment.propose(work, marathon.id, now=now)


def ask_the_teacher(work: Work, teacher: Person, marathon: Marathon, places, *, now) -> None:
    """The teacher's own work is being read too: a question has reached the teacher."""
    mine = builders.a_submission(
        work, marathon, places[0], **own(work, teacher), status=SubmissionStatus.IN_REVIEW
    )
    home = mine.authors[0].municipality_id
    elsewhere = next(one for one in places if one.id != home)
    item = builders.an_assignment(work, mine, builders.an_expert(work, elsewhere))
    asked = questions.ask(work, item.id, "Как оценивали результат?", by=SWEEP, now=now)
    questions.pass_on(work, asked.id, asked.text, version=asked.version, by=SWEEP, now=now)


def suspect(work: Work, marathon: Marathon, expert: Expert, *, now: datetime) -> None:
    [first, *_] = work.submissions.of_marathon(marathon.id)
    work.suspicions.add(
        Suspicion(
            id=new_id(),
            marathon_id=marathon.id,
            submission_id=first.id,
            expert_id=expert.id,
            source=ConflictSource.SURNAME,
            evidence="Одна фамилия и одно отчество: эксперт Ivanova и автор Ivanov.",
            found_at=now,
        )
    )


def wait_for_decisions(work: Work, *, now: datetime) -> None:
    """A marathon with works at the threshold, a meeting that is open, a trial of other rules."""
    marathon = another_marathon(work, now, "Весенний марафон практик", Phase.DECISION, -30)
    experts = work.experts.all()
    for place in work.municipalities.all()[:4]:
        one = builders.a_submission(work, marathon, place, status=SubmissionStatus.REVIEWED)
        others = [expert for expert in experts if expert.municipality_id != place.id]
        for expert, score in zip(others, (66.0, 60.0, 54.0), strict=False):
            builders.a_sent_review(work, one, expert, score=score)
    builders.proposed_decisions(work, marathon.id, now=now)
    trials.request(work, marathon.id, marathon.decision, source_id=marathon.id, by=SWEEP, now=now)
    plan = council.MeetingPlan(held_on=now.date(), place="ВКС")
    council.call(work, marathon.id, plan, by=SWEEP, now=now)


def a_guest(work: Work, *, now: datetime) -> Person:
    """Somebody who has begun a material and not signed in."""
    guest = guests.begin(work, now=now)
    marathon = next(one for one in work.marathons.all() if one.phase is Phase.INTAKE)
    home = work.municipalities.all()[0]
    facts: Mapping[str, object] = {"owner_id": guest.id, "status": SubmissionStatus.DRAFT}
    builders.a_submission(work, marathon, home, **facts, authors=(), submitted_at=None)
    return guest
