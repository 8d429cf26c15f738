"""A letter in the organisers' own words to people they choose, each getting a separate one."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from flows.notices.letter_shape import PLACEHOLDER, Wording
from flows.notices.letters import write_out
from flows.notices.message import clean
from flows.notices.placeholders import GENERAL, OF_SUBMISSION, PLACEHOLDERS
from flows.notices.values import values_of
from schemas.assignment import OPEN, Assignment, AssignmentStatus
from schemas.base import Schema
from schemas.errors import BadInput, Conflict
from schemas.outbox import Notice
from schemas.people import Actor, Person
from schemas.settings import Settings
from schemas.submission import SUBMISSION_STATUS_NAMES, Submission, SubmissionStatus
from storage.identifiers import new_id
from storage.work import Work

OWN_LETTER = "own_letter"
LONGEST_TITLE, LONGEST_TEXT = 300, 20_000  # characters
OF_WORK = (OF_SUBMISSION - {"file_problem", "return_reason"}) | {"number"}
OF_TALK = OF_WORK | {"session", "talk_at", "talk_minutes", "connect_words"}
GREETING = "Здравствуйте, {name}!\n\n\n\nОргкомитет марафона «{marathon}»\n{contact}"


class Recipient(Schema):
    """One letter: to whom and about what; ``returned`` when no letter reaches the person."""

    person_id: str
    name: str
    address: str
    subject_kind: str = "person"
    subject_id: str
    about: str = ""
    returned: bool = False


class Told(Schema):
    """Words for some people: ``audience`` is a code of ``audiences``, ``address`` of one person."""

    audience: str
    address: str = ""
    title: str
    text: str


class Asker(NamedTuple):
    """Who writes about a marathon: works of their own are nothing for them to write about."""

    work: Work
    marathon_id: str
    own: frozenset[str] = frozenset()


def submissions(asker: Asker) -> list[Submission]:
    found = asker.work.submissions.of_marathon(asker.marathon_id)
    return [one for one in found if one.id not in asker.own]


def authors(asker: Asker, status: SubmissionStatus | None = None) -> Iterator[tuple[str, ...]]:
    for one in submissions(asker):
        if one.owner_id and status in {None, one.status}:
            yield one.owner_id, "submission", one.id, about(one)


def about(one: Submission) -> str:
    return f"№ {one.number}. {one.title}" if one.title else f"№ {one.number}"


def speakers(asker: Asker) -> Iterator[tuple[str, ...]]:
    known = {one.id: one for one in submissions(asker)}
    for slot in asker.work.slots.of_marathon(asker.marathon_id):
        one = known.get(slot.submission_id)
        if one is None or one.status is SubmissionStatus.WITHDRAWN:
            continue
        people = [one.owner_id, *(author.person_id for author in one.authors)]
        for person_id in dict.fromkeys(filter(None, people)):
            yield str(person_id), "slot", slot.id, about(one)


Held = list[Assignment]


def held_by_experts(asker: Asker) -> dict[str, Held]:
    """Assignments by expert; those of works of whoever asks would tell who reads them."""
    found: dict[str, Held] = {}
    for item in asker.work.assignments.held(asker.marathon_id):
        if item.submission_id not in asker.own:
            found.setdefault(item.expert_id, []).append(item)
    return found


def has(*statuses: AssignmentStatus) -> Callable[[Held], bool]:
    return lambda items: any(item.status in statuses for item in items)


def finished(items: Held) -> bool:
    return all(item.status is AssignmentStatus.SUBMITTED for item in items)


def experts(asker: Asker, such: Callable[[Held], bool]) -> Iterator[tuple[str, ...]]:
    chosen = [key for key, items in held_by_experts(asker).items() if such(items)]
    for one in asker.work.experts.many(chosen).values():
        yield one.person_id, "person", one.person_id, ""


def registry(asker: Asker) -> Iterator[tuple[str, ...]]:
    marathon = asker.work.marathons.get(asker.marathon_id)
    for one in asker.work.experts.of_cluster(marathon.cluster_id):
        yield one.person_id, "person", one.person_id, ""


Finder = Callable[[Asker], Iterator[tuple[str, ...]]]
FINDERS: Mapping[str, tuple[str, Finder]] = {
    "authors": ("Авторы: все", authors),
    **{
        f"authors_{status.value}": (
            f"Авторы: {words}",
            lambda asker, status=status: authors(asker, status),  # type: ignore[misc]
        )
        for status, words in SUBMISSION_STATUS_NAMES.items()
    },
    "experts_registry": ("Эксперты: весь реестр", registry),
    "experts": ("Эксперты этого марафона: все", lambda asker: experts(asker, bool)),
    "experts_unanswered": (
        "Эксперты: не ответили на приглашение",
        lambda asker: experts(asker, has(AssignmentStatus.INVITED)),
    ),
    "experts_unfinished": (
        "Эксперты: не закончили",
        lambda asker: experts(asker, has(*OPEN)),
    ),
    "experts_finished": (
        "Эксперты: закончили всё",
        lambda asker: experts(asker, finished),
    ),
    "speakers": ("Выступающие", speakers),
}
ONE_PERSON = "person"


def allowed(audience: str) -> frozenset[str]:
    """What the text may name for these readers; an expert's letter never names a work."""
    if audience == "speakers":
        return GENERAL | OF_TALK
    return GENERAL | OF_WORK if audience.startswith("authors") else GENERAL


def audiences(asker: Asker) -> list[tuple[str, str, int]]:
    """(code, words, people) of every audience there is somebody in."""
    counts = [
        (code, words, len(readers(asker, finder))) for code, (words, finder) in FINDERS.items()
    ]
    return [one for one in counts if one[2]]


def readers(asker: Asker, finder: Finder) -> set[str]:
    found = {row[0] for row in finder(asker)}
    people = asker.work.people.many(found)
    return {person_id for person_id in found if is_there(people.get(person_id))}


def checked(told: Told) -> Told:
    """The words without their edges; raises ``BadInput`` with the field that is wrong."""
    if told.audience not in FINDERS and told.audience != ONE_PERSON:
        raise BadInput("Выберите, кому написать.", field="audience")
    title = " ".join(clean(told.title).split())
    text = clean(told.text.replace("\r\n", "\n")).strip()
    require_length("title", title, LONGEST_TITLE, "Тема")
    require_length("text", text, LONGEST_TEXT, "Текст")
    require_known(told.audience, f"{title}\n{text}")
    return told.model_copy(update={"title": title, "text": text})


def require_length(field: str, value: str, most: int, name: str) -> None:
    if not value:
        raise BadInput(f"{name} письма не может быть пустой строкой.", field=field)
    if len(value) > most:
        raise BadInput(f"{name} письма — не длиннее {most} знаков.", field=field)


def require_known(audience: str, words: str) -> None:
    used = dict.fromkeys(PLACEHOLDER.findall(words))
    unknown = [f"{{{name[:40]}}}" for name in used if name not in allowed(audience)]
    if unknown:
        listed = ", ".join(unknown[:5])
        raise BadInput(
            f"Для этих получателей таких полей нет: {listed}. Выберите поля из списка.",
            code="unknown_placeholder",
            field="text",
        )


def recipients(asker: Asker, told: Told) -> list[Recipient]:
    """A letter for every person, or for every work of theirs when the words name the work.

    Raises ``BadInput`` when nobody is found.
    """
    found = (
        one_person(asker, told) if told.audience == ONE_PERSON else FINDERS[told.audience][1](asker)
    )
    rows = list(found)
    if not names_the_work(told):
        rows = list({row[0]: (row[0], "person", row[0], "") for row in rows}.values())
    people = asker.work.people.many(row[0] for row in rows)
    made = [
        recipient(people[row[0]], row)
        for row in dict.fromkeys(rows)
        if is_there(people.get(row[0]))
    ]
    if not made:
        raise BadInput("Писать некому: таких людей нет.", field="audience")
    return sorted(made, key=lambda one: (one.name, one.about))


def one_person(asker: Asker, told: Told) -> Iterator[tuple[str, ...]]:
    """Somebody of this marathon or of the cluster's registries, by address."""
    person = asker.work.people.by_email(told.address.strip())
    if person is None or not concerned(asker, person):
        raise BadInput(
            "Человека с таким адресом нет среди авторов, экспертов и тех, у кого есть роль.",
            field="address",
        )
    yield person.id, "person", person.id, ""


def concerned(asker: Asker, person: Person) -> bool:
    work = asker.work
    theirs = work.submissions.of_person(person.id)
    return (
        any(one.marathon_id == asker.marathon_id for one in theirs)
        or work.experts.of_person(person.id) is not None
        or bool(work.roles.of(person.id))
    )


def names_the_work(told: Told) -> bool:
    return not set(PLACEHOLDER.findall(told.title + told.text)) <= GENERAL


def is_there(person: Person | None) -> bool:
    """Not a guest, who has no address of their own, nor somebody erased."""
    return person is not None and not person.guest and person.erased_at is None


def recipient(person: Person, row: tuple[str, ...]) -> Recipient:
    _, kind, subject_id, words = row
    return Recipient(
        person_id=person.id,
        name=person.name,
        address=person.email or "",
        subject_kind=kind,
        subject_id=subject_id,
        about=words,
        returned=person.bounced_at is not None or not person.email,
    )


def letter_to(
    work: Work,
    marathon_id: str,
    told: Told,
    one: Recipient,
    *,
    settings: Settings,
    now: datetime,
) -> Notice:
    """The letter one person gets, its placeholders filled; nothing is written."""
    empty = Notice(
        id=new_id(),
        template=OWN_LETTER,
        person_id=one.person_id,
        marathon_id=marathon_id,
        subject_kind=one.subject_kind,
        subject_id=one.subject_id,
        dedup_key=key_of(told, one),
        created_at=now,
    )
    words = Wording(title=told.title, text=told.text)
    title, text = write_out(words, values_of(work, empty, settings))
    return empty.model_copy(update={"values": {"letter_title": title, "letter_text": text}})


def key_of(told: Told, one: Recipient) -> str:
    """The same words reach the same person about the same thing once, however often asked."""
    words = hashlib.sha256(f"{told.title}\0{told.text}".encode()).hexdigest()[:32]
    return f"{OWN_LETTER}/{words}/{one.person_id}/{one.subject_id}"


def seal(found: Iterable[Recipient], told: Told) -> str:
    """What was previewed: sending other words, or to other people, shows the preview again."""
    letters = sorted(f"{one.person_id}/{one.subject_id}/{one.returned}" for one in found)
    return hashlib.sha256("\0".join([told.title, told.text, *letters]).encode()).hexdigest()


def send(
    asker: Asker,
    told: Told,
    *,
    sealed: str,
    settings: Settings,
    by: Actor,
    now: datetime,
) -> int:
    """Queue exactly the letters that were previewed; how many are new. Again, none are.

    Addresses that return letters are passed over. Raises ``BadInput``, and ``Conflict`` when the
    people or the words are not those previewed.
    """
    work, told = asker.work, checked(told)
    work.journal.lock()
    found = recipients(asker, told)
    if seal(found, told) != sealed:
        raise Conflict(
            "Получатели или текст изменились, пока вы смотрели. Ничего не отправлено: "
            "посмотрите ещё раз.",
            code="stale_version",
        )
    letters = [
        letter_to(work, asker.marathon_id, told, one, settings=settings, now=now)
        for one in found
        if not one.returned
    ]
    new = sum(work.notices.write(letter).id == letter.id for letter in letters)
    if new:
        journal(asker, told, new, by=by, now=now)
    return new


def journal(asker: Asker, told: Told, new: int, *, by: Actor, now: datetime) -> None:
    asker.work.journal.write(
        by,
        action="own_letter_sent",
        kind="marathon",
        subject_id=asker.marathon_id,
        now=now,
        details={"audience": told.audience, "letters": str(new)},
    )


def fields(audience: str) -> list[tuple[str, str, str]]:
    """(name, meaning, example) of every placeholder these readers' letters may name."""
    names = [name for name in PLACEHOLDERS if name in allowed(audience)]
    return [(name, PLACEHOLDERS[name].meaning, PLACEHOLDERS[name].example) for name in names]
