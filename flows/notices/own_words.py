"""The marathon's own words for letters: kept per language, checked, restored, shown with samples."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from flows.notices.letter_shape import Letter, Wording
from flows.notices.letters import LETTERS
from flows.notices.message import clean
from flows.notices.placeholders import PLACEHOLDERS, available, undefined
from flows.notices.values import values_of
from schemas.base import Entity
from schemas.errors import BadInput, Conflict, MarathonError
from schemas.letter_template import Language, LetterTemplate
from schemas.outbox import Notice
from schemas.people import Actor
from schemas.settings import Settings
from storage.identifiers import new_id
from storage.repositories.rows import STALE
from storage.work import Work

LONGEST_TITLE, LONGEST_TEXT = 300, 20_000
# Letters that leave before there is a marathon, or carry the only way in.
OURS_ALONE = frozenset({"login", "role_given", "invitation_to_role"})
PERSONAL = frozenset({"person", "token", "role"})


def editable() -> dict[str, Letter]:
    """Letters a marathon may say in its own words."""
    return {
        code: letter
        for code, letter in LETTERS.items()
        if letter.about not in PERSONAL and code not in OURS_ALONE
    }


def checked(code: str, title: str, text: str) -> Wording:
    """The words without their edges; raises ``BadInput`` naming what the letter cannot fill."""
    wording = Wording(
        title=" ".join(clean(title).split()), text=clean(text.replace("\r\n", "\n")).strip()
    )
    require_length("title", wording.title, LONGEST_TITLE, "Тема")
    require_length("text", wording.text, LONGEST_TEXT, "Текст")
    unknown = undefined(code, wording)
    if unknown:
        names = ", ".join(f"{{{name[:40]}}}" for name in unknown[:5])
        raise BadInput(
            f"Таких полей у этого письма нет: {names}. Выберите поля из списка.",
            code="unknown_placeholder",
            field="text",
        )
    return wording


def require_length(field: str, value: str, most: int, name: str) -> None:
    if not value:
        raise BadInput(f"{name} письма не может быть пустой строкой.", field=field)
    if len(value) > most:
        raise BadInput(f"{name} письма — не длиннее {most} знаков.", field=field)


class Which(NamedTuple):
    """A letter of a marathon in one language."""

    marathon_id: str
    code: str
    language: Language


def save(
    work: Work, which: Which, words: Wording, *, version: int, by: Actor, now: datetime
) -> LetterTemplate:
    """Keep the marathon's words; ``version`` is the one edited, 0 when there were none.

    Raises ``BadInput`` and, when somebody was quicker, ``Conflict``.
    """
    wording = checked(which.code, words.title, words.text)
    work.journal.lock()
    before = work.letter_templates.named(*which)
    if (before.version if before else 0) != version:
        raise Conflict(STALE, code="stale_version")
    if before and (before.title, before.text) == (wording.title, wording.text):
        return before
    journal(work, "letter_reworded", which, by=by, now=now)
    changes = {**wording.model_dump(), "edited_by": by.person_id, "edited_at": now}
    if before:
        return work.letter_templates.save(before.model_copy(update=changes))
    facts = {"id": new_id(), **which._asdict(), **changes}
    return work.letter_templates.add(LetterTemplate.model_validate(facts))


def restore(work: Work, which: Which, *, by: Actor, now: datetime) -> None:
    """Our own words again; where they stand already, nothing changes."""
    found = work.letter_templates.named(*which)
    if found:
        work.letter_templates.remove(found.id)
        journal(work, "letter_restored", which, by=by, now=now)


def journal(work: Work, action: str, which: Which, *, by: Actor, now: datetime) -> None:
    details = {"letter": which.code, "language": which.language}
    work.journal.write(
        by, action=action, kind="marathon", subject_id=which.marathon_id, details=details, now=now
    )


def samples(
    work: Work,
    which: Which,
    settings: Settings,
    *,
    now: datetime,
    but: frozenset[str] = frozenset(),
) -> tuple[dict[str, str], bool]:
    """A value for every placeholder of the letter, and whether they come from a real subject.

    ``but`` are works whose letters are nothing for whoever looks.
    """
    letter = LETTERS[which.code]
    examples = {name: PLACEHOLDERS[name].example for name in available(letter)}
    notice = sample_notice(work, which, now, but)
    if notice is None:
        return examples, False
    try:
        real = values_of(work, notice, settings)
    except MarathonError:
        return examples, False
    given = {name: examples[name] for name in set(letter.given) & examples.keys()}
    return examples | {name: real[name] for name in examples if real.get(name)} | given, True


def sample_notice(
    work: Work, which: Which, now: datetime, but: frozenset[str] = frozenset()
) -> Notice | None:
    """A letter never sent, about the first thing of its kind the marathon has."""
    letter = LETTERS[which.code]
    things = subjects(work, which.marathon_id, letter.about)
    found = next((one for one in things if getattr(one, "submission_id", one.id) not in but), None)
    if found is None:
        return None
    return Notice(
        id=new_id(),
        template=letter.variant_of or "sample",
        address="",
        marathon_id=which.marathon_id,
        subject_kind=letter.about,
        subject_id=found.id,
        values={"language": which.language, "assignment_ids": found.id, "name": "Анна Петровна"},
        dedup_key="sample",
        created_at=now,
    )


Finder = Callable[[Work, str], Iterable[Entity]]
FINDERS: Mapping[str, Finder] = {
    "submission": lambda work, marathon_id: work.submissions.of_marathon(marathon_id),
    "assignment": lambda work, marathon_id: work.assignments.of_marathon(marathon_id),
    "assignments": lambda work, marathon_id: work.assignments.of_marathon(marathon_id),
    "decision": lambda work, marathon_id: work.decisions.of_marathon(marathon_id),
    "certificate": lambda work, marathon_id: work.certificates.of_marathon(marathon_id),
    "question": lambda work, marathon_id: work.questions.of_marathon(marathon_id),
    "extension": lambda work, marathon_id: work.extensions.of_marathon(marathon_id),
    "slot": lambda work, marathon_id: work.slots.of_marathon(marathon_id),
    "marathon": lambda work, marathon_id: [work.marathons.get(marathon_id)],
    "nomination": lambda work, _marathon_id: work.nominations.all(),
}


def subjects(work: Work, marathon_id: str, kind: str) -> Iterable[Entity]:
    return FINDERS[kind](work, marathon_id) if kind in FINDERS else ()
