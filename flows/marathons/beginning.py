"""Beginning a marathon: with a name only, or as last year's one, without its people and works."""

from datetime import datetime

from flows.marathons import calendar, operations
from schemas.errors import BadInput
from schemas.marathon import Marathon, NewMarathon, Track
from schemas.people import Actor
from storage.identifiers import new_id
from storage.work import Work

FIRST_TRACK = Track(number=1, title="Все материалы", live_slots=8)
LONGEST_TITLE = 300
SHORTEST_TITLE = 3


def require_title(title: str) -> str:
    """Raises ``BadInput`` for no name, a very short and a very long one."""
    if not title:
        raise BadInput("Напишите название марафона.", field="title")
    if len(title) < SHORTEST_TITLE:
        raise BadInput("Название слишком короткое: нужно хотя бы три знака.", field="title")
    if len(title) > LONGEST_TITLE:
        raise BadInput(
            f"Название слишком длинное: не больше {LONGEST_TITLE} знаков, сейчас {len(title)}.",
            field="title",
        )
    return title


def begin(
    work: Work, title: str, *, identifier: str, zone: str, by: Actor, now: datetime
) -> Marathon:
    """A marathon in preparation with proposed dates; a second call with ``identifier`` finds it."""
    made = work.marathons.find(identifier)
    if made is not None:
        return made
    dates = calendar.proposed(now, zone)
    given = NewMarathon(
        title=require_title(title), zone=zone, tracks=(FIRST_TRACK,), **dates.model_dump()
    )
    return operations.create(work, given, identifier=identifier, by=by, now=now)


def repeat(
    work: Work, like_id: str, title: str, *, identifier: str, by: Actor, now: datetime
) -> Marathon:
    """Last year's settings a year on: sheet, rules, texts, letters; nobody and no work comes along.

    Rules of decision wait for approval again. Raises ``NotFound`` and ``BadInput``.
    """
    made = work.marathons.find(identifier)
    if made is not None:
        return made
    like = work.marathons.get(like_id)
    kept = {name: getattr(like, name) for name in NewMarathon.model_fields}
    dates = calendar.moved_on(like, now=now).model_dump()
    given = NewMarathon.model_validate({**kept, **dates, "title": require_title(title)})
    marathon = operations.create(
        work, given, identifier=identifier, cloned_from=like.id, by=by, now=now
    )
    work.rubrics.keep(marathon.id, work.rubrics.of(like.id))
    copy_letters(work, like, marathon)
    return marathon


def copy_letters(work: Work, like: Marathon, marathon: Marathon) -> None:
    for letter in work.letter_templates.of_marathon(like.id):
        copied = {"id": new_id(), "marathon_id": marathon.id, "version": 1}
        work.letter_templates.add(letter.model_copy(update=copied))
