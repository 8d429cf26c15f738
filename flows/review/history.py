"""What an expert has sent of one review, version by version, and what each of them changed."""

from collections.abc import Iterator
from datetime import datetime

from schemas.base import Schema
from schemas.review import RECOMMENDATION_NAMES, Review, ReviewDraft
from schemas.rubric import Rubric

YES_NO = {True: "да", False: "нет", None: "нет ответа"}
NO_LEVEL = "без уровня"


class Change(Schema):
    """One field between two versions; of a long text only that it is another (no words)."""

    title: str
    before: str = ""
    after: str = ""


class Version(Schema):
    """``number`` counts from 1; ``sent_at`` is None for versions older than that field."""

    number: int
    sent_at: datetime | None
    draft: ReviewDraft
    changes: tuple[Change, ...] = ()


def versions(rubric: Rubric, review: Review) -> tuple[Version, ...]:
    """Every version that was sent, the newest first; none of a review that is still a draft."""
    if review.submitted_at is None:
        return ()
    sent = [
        (one.sent_at, ReviewDraft(**one.model_dump(exclude={"sent_at"}))) for one in review.history
    ]
    sent.append((review.saved_at if sent else review.submitted_at, review.draft))
    made = [
        Version(
            number=number,
            sent_at=moment,
            draft=draft,
            changes=tuple(changes(rubric, sent[number - 2][1], draft)) if number > 1 else (),
        )
        for number, (moment, draft) in enumerate(sent, start=1)
    ]
    return tuple(reversed(made))


def changes(rubric: Rubric, before: ReviewDraft, after: ReviewDraft) -> Iterator[Change]:
    """Fields that differ, in the order of the sheet."""
    for part in rubric.criteria:
        levels = [str(one.levels.get(part.code, NO_LEVEL)) for one in (before, after)]
        yield from differing(part.title, *levels)
        texts = [one.comments.get(part.code, "") for one in (before, after)]
        yield from differing_text(f"Пояснение: {part.title}", *texts)
    for gate in rubric.gates:
        answers = [YES_NO[one.gates.get(gate.code)] for one in (before, after)]
        yield from differing(gate.title, *answers)
    words = [recommendation(one) for one in (before, after)]
    yield from differing("Рекомендация", *words)
    yield from differing_text("Комментарий автору", before.comment, after.comment)
    yield from differing_text("Заметка организаторам", before.note, after.note)


def recommendation(draft: ReviewDraft) -> str:
    return RECOMMENDATION_NAMES[draft.recommendation] if draft.recommendation else "не выбрана"


def differing(title: str, before: str, after: str) -> Iterator[Change]:
    if before != after:
        yield Change(title=title, before=before, after=after)


def differing_text(title: str, before: str, after: str) -> Iterator[Change]:
    if before != after:
        yield Change(title=title)
