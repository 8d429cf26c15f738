"""What letters may name, read from the thing a letter is about, in the reader's language."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flows.documents.preflight.privacy import mask_words
from flows.notices import invited, words
from flows.notices.moments import is_past, moment, moment_with_offset
from schemas.assignment import Assignment, AssignmentStatus
from schemas.common_round import changeable_until
from schemas.letter_template import Language
from schemas.marathon import Marathon
from schemas.outbox import Notice
from schemas.people import Person, Role
from schemas.settings import Settings
from schemas.submission import Submission
from storage.reports import hidden_names
from storage.work import Work

Values = dict[str, str]


@dataclass(frozen=True)
class Reading:
    """A letter being written out: in which language, and as of when."""

    work: Work
    notice: Notice
    language: Language

    @property
    def now(self) -> datetime:
        """Letters speak of the day they were put into the outbox."""
        return self.notice.created_at

    def moment(self, value: datetime | None, marathon: Marathon) -> str:
        return moment(value, marathon.zone, self.language)

    def say(self, sentence: words.Words, **values: str) -> str:
        return sentence[self.language].format(**values)


def language_of(work: Work, notice: Notice) -> Language:
    """The reader's own; a letter to an address is in the language of whoever has it."""
    person = reader_of(work, notice)
    if person is None:
        return "en" if notice.values.get("language") == "en" else "ru"
    return person.language


def reader_of(work: Work, notice: Notice) -> Person | None:
    if notice.person_id:
        return work.people.find(notice.person_id)
    return work.people.by_email(notice.address) if notice.address else None


def submission_values(reading: Reading, identifier: str) -> Values:
    work = reading.work
    submission = work.submissions.get(identifier)
    marathon = work.marathons.get(submission.marathon_id)
    return {
        "submission_id": submission.id,
        "marathon_id": submission.marathon_id,
        "number": str(submission.number),
        "title": title_of(reading, submission),
        "abstract": submission.abstract,
        "decision_by": reading.moment(marathon.reviews_until, marathon),
        "submissions_until": reading.moment(marathon.submissions_until, marathon),
        "file_problem": file_problem(reading, identifier),
        "return_reason": submission.return_reason or file_problem(reading, identifier),
    }


def title_of(reading: Reading, submission: Submission) -> str:
    return submission.title or reading.say(words.UNTITLED)


def file_problem(reading: Reading, submission_id: str) -> str:
    sentences = [
        words.FILES[reading.language][file.extraction.reason]
        for file in reading.work.files.of(submission_id)
        if file.extraction and file.extraction.reason
    ]
    return " ".join(sentences) or reading.say(words.UNREADABLE)


def assignment_values(reading: Reading, identifier: str) -> Values:
    """What an expert may know of a work: never who wrote it, nor its number."""
    work = reading.work
    assignment = work.assignments.get(identifier)
    submission = work.submissions.get(assignment.submission_id)
    marathon = work.marathons.get(assignment.marathon_id)
    names = hidden_names(work, submission)
    return {
        "assignment_id": assignment.id,
        "title": mask_words(submission.title, names),
        "abstract": mask_words(submission.abstract, names),
        "answer_until": reading.moment(assignment.answer_until, marathon),
        "due_at": reading.moment(assignment.due_at, marathon),
        "reviews_until": reading.moment(changeable_until(assignment, marathon), marathon),
        "answer_words": answer_words(reading, assignment, marathon),
        "due_words": due_words(reading, assignment, marathon),
    }


def answer_words(reading: Reading, item: Assignment, marathon: Marathon) -> str:
    return by_when(reading, item.answer_until, marathon, words.ANSWER_BY, words.ANSWER_WAS_BY)


def due_words(reading: Reading, item: Assignment, marathon: Marathon) -> str:
    return by_when(reading, item.due_at, marathon, words.DUE_BY, words.DUE_WAS_BY)


def by_when(
    reading: Reading,
    until: datetime | None,
    marathon: Marathon,
    before: words.Words,
    after: words.Words,
) -> str:
    """«Срок: …»; once that day is over, that it was so and nothing is lost."""
    if until is None:
        return ""
    said = after if is_past(until, reading.now, marathon.zone) else before
    return reading.say(said, until=reading.moment(until, marathon))


def assignments_values(reading: Reading, _identifier: str) -> Values:
    """A letter about several works of one expert: ``assignment_ids`` names them."""
    found = listed(reading)
    return {
        "count": str(len(found)),
        "works_to_answer": bullets(work_line(reading, item, answer_words) for item in found),
        "works_to_review": bullets(work_line(reading, item, due_words) for item in found),
        "works_and_outcomes": bullets(outcome_line(reading, item) for item in found),
    }


def listed(reading: Reading) -> list[Assignment]:
    identifiers = reading.notice.values.get("assignment_ids", "").split()
    found = reading.work.assignments.many(identifiers)
    return [found[identifier] for identifier in identifiers if identifier in found]


def bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"• {line}" for line in lines)


Told = Callable[[Reading, Assignment, Marathon], str]


def work_line(reading: Reading, item: Assignment, told: Told) -> str:
    marathon = reading.work.marathons.get(item.marathon_id)
    return f"«{blind_title(reading, item)}». {told(reading, item, marathon)}".strip()


def blind_title(reading: Reading, item: Assignment) -> str:
    submission = reading.work.submissions.get(item.submission_id)
    return mask_words(submission.title, hidden_names(reading.work, submission))


def outcome_line(reading: Reading, item: Assignment) -> str:
    decision = reading.work.decisions.of_submission(item.submission_id, round_=item.round)
    told = words.outcome(decision, reading.language) if decision else ""
    return f"«{blind_title(reading, item)}». {told}".strip()


def decision_values(reading: Reading, identifier: str) -> Values:
    decision = reading.work.decisions.get(identifier)
    explanation = words.EXPLAINED[reading.language] or decision.explanation
    return submission_values(reading, decision.submission_id) | {
        "outcome": words.outcome(decision, reading.language),
        "explanation": decision.override_reason or explanation,
        "reviews": reviews_of(reading, decision.submission_id, decision.round),
    }


def reviews_of(reading: Reading, submission_id: str, round_: int) -> str:
    """What experts wrote for the author, in an order that tells nothing of who wrote it."""
    items = reading.work.assignments.of_submission(submission_id, round_=round_)
    found = (reading.work.reviews.of_assignment(item.id) for item in items)
    sent = (one.draft.comment for one in found if one and one.submitted_at)
    return "\n\n".join(f"— {comment}" for comment in sorted(sent) if comment)


def certificate_values(reading: Reading, identifier: str) -> Values:
    certificate = reading.work.certificates.get(identifier)
    return {
        "certificate": words.CERTIFICATES[reading.language][certificate.kind],
        "certificate_number": certificate.number,
    }


def role_values(reading: Reading, identifier: str) -> Values:
    work = reading.work
    grant = work.roles.get(identifier)
    place = work.municipalities.find(grant.scope_id) if grant.scope == "municipality" else None
    name = words.ROLES[reading.language][grant.role]
    return {"role": name + (f", {place.name}" if place else "")}


def question_values(reading: Reading, identifier: str) -> Values:
    """The author reads ``question`` as it was passed on; the expert reads the own words."""
    work = reading.work
    question = work.questions.get(identifier)
    item = work.assignments.get(question.assignment_id)
    asker = work.experts.get(item.expert_id).person_id
    own = reading.notice.person_id == asker
    about = {} if own else submission_values(reading, question.submission_id)
    return about | {
        "assignment_id": question.assignment_id if own else "",
        "blind_title": blind_title(reading, item),
        "question": question.text if own else question.passed_text,
        "answer": question.returned_text,
        "declined_because": question.declined_because,
    }


def nomination_values(reading: Reading, identifier: str) -> Values:
    nomination = reading.work.nominations.get(identifier)
    return {"nominee": nomination.name, "nomination_answer": nomination.answer}


def extension_values(reading: Reading, identifier: str) -> Values:
    extension = reading.work.extensions.get(identifier)
    marathon = reading.work.marathons.get(extension.marathon_id)
    return {"extended_until": reading.moment(extension.until, marathon)}


def marathon_values(_reading: Reading, identifier: str) -> Values:
    return {"marathon_id": identifier}


def slot_values(reading: Reading, identifier: str) -> Values:
    work = reading.work
    slot = work.slots.get(identifier)
    session = work.programme_sessions.get(slot.session_id)
    marathon = work.marathons.get(slot.marathon_id)
    connect = words.CONNECT if session.link else words.CONNECT_LATER
    return submission_values(reading, slot.submission_id) | {
        "session": session.title,
        "talk_at": moment_with_offset(slot.starts_at, marathon.zone, reading.language),
        "talk_minutes": str(slot.minutes),
        "connect_words": reading.say(connect, link=session.link),
    }


def no_values(_reading: Reading, _identifier: str) -> Values:
    return {}


SUBJECTS: Mapping[str, Callable[[Reading, str], Values]] = {
    "submission": submission_values,
    "assignment": assignment_values,
    "assignments": assignments_values,
    "decision": decision_values,
    "certificate": certificate_values,
    "role": role_values,
    "question": question_values,
    "nomination": nomination_values,
    "extension": extension_values,
    "marathon": marathon_values,
    "slot": slot_values,
    "person": no_values,
    "token": no_values,
}


def values_of(work: Work, notice: Notice, settings: Settings) -> Values:
    """Everything the letter may name, as it is now; the notice's own values win."""
    reading = Reading(work, notice, language_of(work, notice))
    own = {name: in_words(reading, name, value) for name, value in notice.values.items()}
    about = SUBJECTS[notice.subject_kind](reading, notice.subject_id)
    return general(reading, settings) | invitation_link(reading, settings) | about | own


def invitation_link(reading: Reading, settings: Settings) -> Values:
    """Where an expert answers; of several works, the first that still waits for an answer."""
    notice, base = reading.notice, settings.base_url.rstrip("/")
    if notice.subject_kind == "assignment":
        return {"invitation_link": base + invited.unmarked(notice.subject_id)}
    if notice.subject_kind != "assignments":
        return {}
    found = sorted(listed(reading), key=lambda one: one.status is not AssignmentStatus.INVITED)
    return {"invitation_link": base + (invited.unmarked(found[0].id) if found else "/expert")}


def general(reading: Reading, settings: Settings) -> Values:
    work, notice = reading.work, reading.notice
    marathon = work.marathons.find(notice.marathon_id) if notice.marathon_id else None
    person = reader_of(work, notice)
    return {
        "base_url": settings.base_url.rstrip("/"),
        "marathon": title_in(marathon, reading.language) if marathon else "",
        "contact": (marathon.contact if marathon else "") or settings.contact,
        "name": given_name(person.name) if person else notice.address or "",
    }


def title_in(marathon: Marathon, language: Language) -> str:
    return (marathon.texts.title_english if language == "en" else "") or marathon.title


def in_words(reading: Reading, name: str, value: str) -> str:
    """A role a writer gave by its code is named in the reader's language."""
    if name == "role" and value in {role.value for role in Role}:
        return words.ROLES[reading.language][Role(value)]
    return value


def given_name(name: str) -> str:
    """«Анна Петровна» from «Иванова Анна Петровна», for the greeting."""
    _, *given = name.split()
    return " ".join(given) or name
