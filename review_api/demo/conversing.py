"""What people of the sample say to each other beside the stages: co-authors, questions, proofs."""

from datetime import datetime, timedelta

from flows.compilation import proofs
from flows.compilation.proof_corrections import AuthorLine, Correction, correct
from flows.intake import co_authors, entering, operations, ways_in
from flows.intake.entering import PaperConsents, Teacher
from flows.registry import nominating
from flows.review import questions
from schemas.assignment import AssignmentStatus
from schemas.collection import Edition
from schemas.nomination import Nomination
from schemas.people import Actor
from schemas.submission import Children, ConsentKind, Submission, SubmissionDraft, SubmissionStatus
from storage.files import FileStore
from storage.identifiers import new_id
from storage.work import Work

DISTANT = "Катангский район"
PAPER_TEACHER = "Черёмухова Зоя Ильинична"
PAPER_SCHOOL = "МБОУ «Ербогачёнская СШ “Непа”»"
PAPER_TITLE = "Школьная метеостанция: наблюдаем погоду Севера круглый год"
PAPER_ABSTRACT = "Как ученики ведут дневник погоды и учатся читать графики по своим данным."
MORE_DAYS = timedelta(days=3)
QUESTION = "Сколько занятий отводится на практику и в каких классах она идёт?"
ANSWER = "Двенадцать занятий в год, по одному в три недели; начинаем с пятого класса."
REMARK = "В таблице 1 поменяйте, пожалуйста, местами второй и третий столбцы."
CANDIDATE = ("Морошкина Алла Викторовна", "moroshkina@example.ru", "учитель географии")


def enter_on_behalf(
    work: Work, marathon_id: str, *, text_version: str, by: Actor, now: datetime
) -> Submission:
    """A draft for a teacher without an address, whose consents lie at the school on paper."""
    marathon = work.marathons.get(marathon_id)
    home = work.municipalities.resolve(marathon.cluster_id, DISTANT)
    teacher = Teacher(name=PAPER_TEACHER, municipality_id=home.id, organisation=PAPER_SCHOOL)
    paper = PaperConsents(kinds=tuple(ConsentKind), holder=PAPER_SCHOOL, children=Children.NONE)
    begun = entering.enter(
        work, marathon_id, teacher, paper, text_version=text_version, by=by, now=now
    )
    draft = SubmissionDraft(
        title=PAPER_TITLE,
        abstract=PAPER_ABSTRACT,
        track=3,
        authors=begun.authors,
        children=Children.NONE,
    )
    return operations.save_draft(work, begun.id, draft, by=by, now=now)


def confirm_co_author(work: Work, marathon_id: str, *, now: datetime) -> str:
    """The first co-author who was written to confirms their line; returns the name."""
    for submission in work.submissions.of_marathon(marathon_id):
        for author in co_authors.unconfirmed(work, submission):
            if author.email:
                place = submission.authors.index(author)
                co_authors.confirm(work, submission, place, now=now)
                return author.name
    return ""


def extend_for_refused(work: Work, marathon_id: str, *, by: Actor, now: datetime) -> int:
    """More days for everybody whose file could not be read; returns how many people got them."""
    marathon = work.marathons.get(marathon_id)
    returned = work.submissions.of_marathon(marathon_id, status=[SubmissionStatus.RETURNED])
    for one in returned:
        ways_in.extend(
            work,
            marathon,
            one.owner_id,
            until=marathon.submissions_until + MORE_DAYS,
            reason="Файл не открылся, автор сохранит его заново.",
            by=by,
            now=now,
        )
    return len(returned)


def ask_author(work: Work, marathon_id: str, *, by: Actor, now: datetime) -> str:
    """An expert's question goes to the author and the answer comes back; the work's title."""
    sent = work.assignments.of_marathon(marathon_id, status=[AssignmentStatus.SUBMITTED])
    for item in sent:
        submission = work.submissions.get(item.submission_id)
        if not questions.has_ended(work, item, now=now):
            expert = Actor(person_id=work.experts.get(item.expert_id).person_id)
            author = Actor(person_id=submission.owner_id)
            asked = questions.ask(work, item.id, QUESTION, by=expert, now=now)
            put = questions.pass_on(work, asked.id, QUESTION, version=asked.version, by=by, now=now)
            told = questions.answer(work, put.id, ANSWER, version=put.version, by=author, now=now)
            questions.return_answer(work, told.id, ANSWER, version=told.version, by=by, now=now)
            return submission.title
    return ""


def answer_proofs(
    work: Work, edition: Edition, files: FileStore, *, by: Actor, now: datetime
) -> int:
    """All authors are asked to look; the first finds all right, the second has a remark."""
    asked = proofs.ask(work, edition.id, files=files, by=by, now=now)
    for proof, remark in zip(asked, ("", REMARK), strict=False):
        submission = work.submissions.get(proof.submission_id)
        owner = Actor(person_id=submission.owner_id)
        if not remark:
            proofs.confirm(work, proof.id, version=proof.version, by=owner, now=now)
            continue
        correct(
            work,
            proof.id,
            remarked(submission, remark),
            version=proof.version,
            seen=submission.version,
            by=owner,
            now=now,
        )
    return len(asked)


def remarked(submission: Submission, remark: str) -> Correction:
    """The data as they stand and words about what no field holds."""
    lines = tuple(
        AuthorLine(name=one.name, position=one.position, organisation=one.organisation, place=place)
        for place, one in enumerate(submission.authors, start=1)
    )
    return Correction(
        title=submission.title, abstract=submission.abstract, authors=lines, remarks=remark
    )


def nominate(work: Work, marathon_id: str, *, coordinator: Actor, by: Actor, now: datetime) -> str:
    """A coordinator proposes an expert for the next year and organisers accept; the name."""
    home = work.municipalities.resolve(
        work.marathons.get(marathon_id).cluster_id, "Усть-Кутский район"
    )
    name, email, position = CANDIDATE
    proposed = nominating.nominate(
        work,
        Nomination(
            id=new_id(),
            municipality_id=home.id,
            name=name,
            email=email,
            position=position,
            specialisations=("география", "краеведение"),
            words="Второй год ведёт районное объединение учителей географии.",
            proposed_by=coordinator.person_id or "",
            proposed_at=now,
        ),
        by=coordinator,
        now=now,
    )
    return nominating.accept(work, proposed.id, by=by, now=now).name
