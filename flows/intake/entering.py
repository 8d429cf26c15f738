"""A work that an organiser enters for a teacher who has no address, with consents on paper."""

from datetime import datetime

from flows.intake import operations
from schemas.base import Schema
from schemas.errors import BadInput, Conflict
from schemas.people import Actor, Category, Person
from schemas.submission import Author, Children, Consent, ConsentKind, Submission
from storage.identifiers import new_id
from storage.work import Work

LONGEST = 200
ON_PAPER = "на бумаге"


class Teacher(Schema):
    """As the organiser writes them; ``organisation`` in their own words."""

    name: str
    municipality_id: str
    organisation: str
    position: str = ""


class PaperConsents(Schema):
    """What was signed, who keeps the sheet (a school or an office, in words), children or none."""

    kinds: tuple[ConsentKind, ...]
    holder: str
    children: Children = Children.UNANSWERED


def errors_of(work: Work, teacher: Teacher, paper: PaperConsents) -> dict[str, str]:
    """Field → what is wrong with it."""
    holder = "Напишите, у кого хранится подписанный лист: школа или отдел."
    checks = {
        "name": (
            " " in teacher.name and "@" not in teacher.name and len(teacher.name) <= LONGEST,
            "Напишите фамилию, имя и отчество (если есть) полностью.",
        ),
        "municipality": (
            work.municipalities.find(teacher.municipality_id) is not None,
            "Выберите муниципальное образование из списка.",
        ),
        "organisation": (
            0 < len(teacher.organisation) <= LONGEST,
            "Напишите, где работает педагог.",
        ),
        "position": (len(teacher.position) <= LONGEST, f"Сократите до {LONGEST} знаков."),
        **paper_checks(paper, holder),
    }
    return {field: words for field, (fine, words) in checks.items() if not fine}


def paper_checks(paper: PaperConsents, holder: str) -> dict[str, tuple[bool, str]]:
    processing = ConsentKind.PROCESSING in paper.kinds
    return {
        "processing": (
            processing,
            "Без подписанного согласия на обработку данных вносить материал нельзя.",
        ),
        "holder": (0 < len(paper.holder) <= LONGEST, holder),
    }


def enter(
    work: Work,
    marathon_id: str,
    teacher: Teacher,
    paper: PaperConsents,
    *,
    text_version: str,
    by: Actor,
    now: datetime,
) -> Submission:
    """A draft of the teacher's, who is known from now on but cannot sign in; raises ``BadInput``."""
    for field, words in errors_of(work, teacher, paper).items():
        raise BadInput(words, field=field)
    work.journal.lock()
    school = work.organisations.by_name(teacher.municipality_id, teacher.organisation)
    person = work.people.add(
        Person(
            id=new_id(),
            name=teacher.name,
            position=teacher.position,
            municipality_id=teacher.municipality_id,
            organisation_id=school.id if school else None,
        )
    )
    started = operations.start(work, marathon_id=marathon_id, owner_id=person.id, now=now)
    write(work, started, "entered", paper, by=by, now=now)
    return work.submissions.save(
        started.model_copy(
            update={
                "entered_by": by.person_id,
                "authors": (line_of(person, teacher),),
                "consents": signed(paper, text_version, now),
            }
        )
    )


def line_of(person: Person, teacher: Teacher) -> Author:
    return Author(
        name=person.name,
        position=person.position,
        category=Category.NONE,
        organisation=teacher.organisation,
        organisation_id=person.organisation_id,
        municipality_id=teacher.municipality_id,
        person_id=person.id,
    )


def signed(paper: PaperConsents, text_version: str, now: datetime) -> tuple[Consent, ...]:
    """The consents, each saying that it is on paper and who keeps the sheet."""
    version = f"{text_version}, {ON_PAPER}: {paper.holder}"
    return tuple(Consent(kind=kind, text_version=version, given_at=now) for kind in paper.kinds)


def is_managed(work: Work, submission: Submission) -> bool:
    """Entered by an organiser and not yet taken over by its author."""
    return bool(submission.entered_by) and work.people.get(submission.owner_id).email is None


def record_paper(
    work: Work,
    submission: Submission,
    paper: PaperConsents,
    *,
    text_version: str,
    by: Actor,
    now: datetime,
) -> Submission:
    """Other sheets of paper for a managed work; raises ``BadInput`` and ``Conflict``."""
    if not is_managed(work, submission):
        raise Conflict("Автор уже ведёт материал сам: согласия даёт и меняет только он.")
    for field, (fine, words) in paper_checks(paper, "Напишите, у кого хранится лист.").items():
        if not fine:
            raise BadInput(words, field=field)
    write(work, submission, "paper_consents_recorded", paper, by=by, now=now)
    given = signed(paper, text_version, now)
    changes = {"consents": given, "children": paper.children}
    return work.submissions.save(submission.model_copy(update=changes))


def write(
    work: Work,
    submission: Submission,
    action: str,
    paper: PaperConsents,
    *,
    by: Actor,
    now: datetime,
) -> None:
    kinds = " ".join(kind.value for kind in paper.kinds)
    work.journal.write(
        by.model_copy(update={"on_behalf_of": submission.owner_id}),
        action=action,
        kind="submission",
        subject_id=submission.id,
        details={"consents": kinds},
        now=now,
    )
