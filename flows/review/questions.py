"""An expert's question to the author, passed on by the organisers: neither learns who the other is.

A question moves by ``MOVES`` only and is guarded by its version. Deadlines stay as they are: while
it waits, reviewing goes on. It closes when the expert's assignment ends. What is passed on, either
way, goes through the mask of the anonymised copies, whatever the organisers have left in it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from flows.documents.preflight.privacy import mask_lines
from flows.review.operations import is_over
from schemas.assignment import Assignment, AssignmentStatus
from schemas.cluster import Expert
from schemas.errors import BadInput, Conflict
from schemas.marathon import Marathon
from schemas.people import Actor
from schemas.question import QUESTION_STATUS_NAMES, Question, QuestionStatus
from schemas.submission import Submission
from storage.identifiers import new_id
from storage.reports import hidden_names
from storage.work import Work

S = QuestionStatus
MOVES: Mapping[QuestionStatus, frozenset[QuestionStatus]] = {
    S.ASKED: frozenset({S.PASSED, S.DECLINED}),
    S.PASSED: frozenset({S.ANSWERED}),
    S.ANSWERED: frozenset({S.ANSWERED, S.RETURNED}),
    S.RETURNED: frozenset(),
    S.DECLINED: frozenset(),
}
FOR_ORGANISERS = frozenset({S.ASKED, S.ANSWERED})
READING = frozenset(
    {AssignmentStatus.ACCEPTED, AssignmentStatus.IN_PROGRESS, AssignmentStatus.SUBMITTED}
)
MOST_QUESTIONS = 5
LIMITS: Mapping[str, int] = {
    "text": 2000,
    "passed_text": 2000,
    "declined_because": 1000,
    "answer": 5000,
    "returned_text": 5000,
}
EMPTY: Mapping[str, str] = {
    "text": "Напишите вопрос.",
    "passed_text": "Напишите, что прочтёт автор.",
    "declined_because": "Напишите эксперту, почему вопрос не передан.",
    "answer": "Напишите ответ.",
    "returned_text": "Напишите, что прочтёт эксперт.",
}


def is_closed(work: Work, question: Question, *, now: datetime) -> bool:
    """Whether the assignment the question was asked in has ended."""
    return has_ended(work, work.assignments.get(question.assignment_id), now=now)


def closed_among(work: Work, asked: Iterable[Question], *, now: datetime) -> frozenset[str]:
    """Ids of the closed questions, with as many questions to the database as for one."""
    found = list(asked)
    items = work.assignments.many(one.assignment_id for one in found)
    submissions = work.submissions.many(one.submission_id for one in items.values())
    marathons = work.marathons.many(one.marathon_id for one in items.values())
    ended = {
        key
        for key, item in items.items()
        if is_past(item, submissions[item.submission_id], marathons[item.marathon_id], now=now)
    }
    return frozenset(one.id for one in found if one.assignment_id in ended)


def has_ended(work: Work, item: Assignment, *, now: datetime) -> bool:
    submission = work.submissions.get(item.submission_id)
    return is_past(item, submission, work.marathons.get(item.marathon_id), now=now)


def is_past(item: Assignment, submission: Submission, marathon: Marathon, *, now: datetime) -> bool:
    late = now > marathon.reviews_until
    return late or item.status not in READING or is_over(item, submission)


def ask(work: Work, assignment_id: str, text: str, *, by: Actor, now: datetime) -> Question:
    """A question for the organisers to pass on; asking the same again asks nothing new.

    Raises ``BadInput`` (``text``) and ``Conflict`` when the work is not being reviewed any more.
    """
    work.journal.lock()
    item = work.assignments.get(assignment_id)
    words = fitting("text", text)
    before = work.questions.of_assignment(assignment_id)
    for one in before:
        if one.text == words and one.status is S.ASKED:
            return one
    if has_ended(work, item, now=now):
        raise Conflict("Эта экспертиза закончена: спросить уже нельзя.", code="question_closed")
    if len(before) >= MOST_QUESTIONS:
        raise Conflict(
            f"По одной работе можно задать до {MOST_QUESTIONS} вопросов. Остальное напишите "
            "в комментарии автору.",
            code="too_many_questions",
        )
    question = Question(
        id=new_id(),
        assignment_id=item.id,
        submission_id=item.submission_id,
        marathon_id=item.marathon_id,
        text=words,
        asked_at=now,
    )
    write_down(work, question, "question_asked", by=by, now=now)
    return work.questions.add(question)


def pass_on(
    work: Work, question_id: str, text: str, *, version: int, by: Actor, now: datetime
) -> Question:
    """The question, as organisers have put it, to the author: a letter and a box on the page."""
    question = work.questions.get(question_id)
    words = fitting("passed_text", for_author(work, question, text))
    moved = move(work, question, S.PASSED, {"passed_text": words}, version=version, by=by, now=now)
    owner = work.submissions.get(question.submission_id).owner_id
    write_letter(work, moved, "question_to_author", owner, now=now)
    return moved


def decline(
    work: Work, question_id: str, reason: str, *, version: int, by: Actor, now: datetime
) -> Question:
    """The question goes no further; the expert reads why."""
    question = work.questions.get(question_id)
    words = fitting("declined_because", for_expert(work, question, reason))
    told = {"declined_because": words}
    moved = move(work, question, S.DECLINED, told, version=version, by=by, now=now)
    write_letter(work, moved, "question_declined", asker(work, question).person_id, now=now)
    return moved


def answer(
    work: Work, question_id: str, text: str, *, version: int, by: Actor, now: datetime
) -> Question:
    """The author's answer, to the organisers; until it is passed on it may be put otherwise."""
    question = work.questions.get(question_id)
    words = {"answer": fitting("answer", text)}
    return move(work, question, S.ANSWERED, words, version=version, by=by, now=now)


def return_answer(
    work: Work, question_id: str, text: str, *, version: int, by: Actor, now: datetime
) -> Question:
    """The answer, as organisers have put it, to the expert who asked and to nobody else."""
    question = work.questions.get(question_id)
    words = fitting("returned_text", for_expert(work, question, text))
    told = {"returned_text": words}
    moved = move(work, question, S.RETURNED, told, version=version, by=by, now=now)
    write_letter(work, moved, "answer_to_expert", asker(work, question).person_id, now=now)
    return moved


MOMENTS: Mapping[QuestionStatus, str] = {
    S.PASSED: "passed_at",
    S.ANSWERED: "answered_at",
    S.RETURNED: "returned_at",
}


def move(
    work: Work,
    question: Question,
    to: QuestionStatus,
    words: Mapping[str, str],
    *,
    version: int,
    by: Actor,
    now: datetime,
) -> Question:
    """``question`` at ``to``; the same move with the same words again changes nothing.

    Raises ``Conflict`` for moves that are not in the table, of closed questions, of stale pages.
    """
    if question.status is to and all(
        getattr(question, name) == said for name, said in words.items()
    ):
        return question
    if to not in MOVES[question.status]:
        state = QUESTION_STATUS_NAMES[question.status]
        raise Conflict(
            f"Сейчас это невозможно: вопрос {state}. Обновите страницу.", code="move_not_allowed"
        )
    if is_closed(work, question, now=now):
        raise Conflict(
            "Экспертиза этой работы закончена, и вопрос закрыт вместе с ней.",
            code="question_closed",
        )
    moment = {MOMENTS[to]: now} if to in MOMENTS else {}
    changes = {"status": to, "version": version, **words, **moment}
    saved = work.questions.save(question.model_copy(update=changes))
    write_down(work, saved, f"question_{to}", by=by, now=now)
    return saved


def fitting(field: str, text: str) -> str:
    """The text without blank ends; raises ``BadInput`` when it is empty or too long."""
    words = text.strip()
    if not words:
        raise BadInput(EMPTY[field], field=field)
    most = LIMITS[field]
    if len(words) > most:
        raise BadInput(f"Сократите текст до {most} знаков.", code="too_long", field=field)
    return words


def for_author(work: Work, question: Question, text: str) -> str:
    """``text`` without the expert's name, school and municipality."""
    return mask_lines(text, names_of_expert(work, asker(work, question)))


def for_expert(work: Work, question: Question, text: str) -> str:
    """``text`` without the authors' names, schools and municipalities."""
    return mask_lines(text, hidden_names(work, work.submissions.get(question.submission_id)))


def asker(work: Work, question: Question) -> Expert:
    return work.experts.get(work.assignments.get(question.assignment_id).expert_id)


def names_of_expert(work: Work, expert: Expert) -> tuple[str, ...]:
    place = work.municipalities.get(expert.municipality_id)
    school = work.organisations.find(expert.organisation_id) if expert.organisation_id else None
    schools = (school.name, school.short_name) if school else ()
    person = work.people.get(expert.person_id)
    names = (person.name, person.email or "", *schools, place.name, *place.aliases)
    return tuple(dict.fromkeys(name for name in names if name))


def write_down(work: Work, question: Question, action: str, *, by: Actor, now: datetime) -> None:
    work.journal.write(by, action=action, kind="question", subject_id=question.id, now=now)


def write_letter(
    work: Work, question: Question, template: str, person_id: str, *, now: datetime
) -> None:
    work.notices.tell(
        template,
        question.id,
        about=("question", question.id),
        person_id=person_id,
        marathon_id=question.marathon_id,
        now=now,
    )
