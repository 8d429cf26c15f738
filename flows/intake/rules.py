"""What a submission needs before it can be sent, and until when."""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from flows.intake.preflight import is_unanswered
from schemas.base import Schema
from schemas.errors import Conflict, DeadlinePassed
from schemas.marathon import Marathon, Phase
from schemas.submission import (
    UNSENT,
    Children,
    ConsentKind,
    FileStatus,
    Submission,
    SubmissionFile,
    SubmissionStatus,
)

EDITABLE = frozenset(
    {
        SubmissionStatus.DRAFT,
        SubmissionStatus.SUBMITTED,
        SubmissionStatus.RETURNED,
        SubmissionStatus.CHECKED,
        SubmissionStatus.REVISING,
    }
)


# Later nobody would review it any more: the results are being drawn.
TAKES_LATE = frozenset({Phase.INTAKE, Phase.EXPERTISE, Phase.DECISION})
# Invited before the opening, or late with the organisers' consent.
TAKES_WITH_A_WAY_IN = TAKES_LATE | {Phase.PREPARATION}


class Allowance(Schema):
    """More time for one person, beside the common deadline; no ``tracks`` means all of them."""

    until: datetime
    tracks: tuple[int, ...] = ()

    def fits(self, track: int | None) -> bool:
        """A track that nobody has chosen yet is as good as any."""
        return track is None or not self.tracks or track in self.tracks


Allowances = Sequence[Allowance]


def allowed_until(allowances: Allowances, *, track: int | None = None) -> datetime | None:
    """The latest moment this person was given for a work on ``track``."""
    return max((one.until for one in allowances if one.fits(track)), default=None)


class Missing(Schema):
    """A part still to be done: its task-list ``section``, ``field`` and what to do."""

    section: str
    field: str
    sentence: str


CHILDREN_UNANSWERED = (
    "Похоже, в файле названы дети. Уберите имена и замените файл или подтвердите на его странице, "
    "что это не дети."
)
Given = Callable[[Submission, Sequence[SubmissionFile]], object]


def _has_usable_file(_work: Submission, files: Sequence[SubmissionFile]) -> bool:
    return any(file.status in {FileStatus.RECEIVED, FileStatus.ACCEPTED} for file in files)


def _consented(kind: ConsentKind) -> Given:
    return lambda work, _files: any(consent.kind is kind for consent in work.consents)


def _no_unanswered_children(work: Submission, files: Sequence[SubmissionFile]) -> bool:
    """Asked before sending only: what is sent may be mended in its own time."""
    if work.status not in UNSENT or not files:
        return True
    return not is_unanswered(files[-1], work.children)


NEEDED: tuple[tuple[str, str, Given, str], ...] = (
    (
        "authors",
        "authors",
        lambda work, _: work.authors,
        "Добавьте хотя бы одного автора: ФИО, должность, организацию.",
    ),
    (
        "authors",
        "organisation",
        lambda work, _: all(author.organisation for author in work.authors),
        "Укажите организацию каждого автора.",
    ),
    ("practice", "title", lambda work, _: work.title.strip(), "Напишите название материала."),
    ("practice", "track", lambda work, _: work.track, "Выберите направление."),
    ("practice", "abstract", lambda work, _: work.abstract.strip(), "Напишите аннотацию."),
    ("files", "file", _has_usable_file, "Загрузите файл материала: DOCX, ODT, PPTX или PDF."),
    (
        "consents",
        "processing",
        _consented(ConsentKind.PROCESSING),
        "Нужно согласие на обработку персональных данных: без него материал принять нельзя.",
    ),
    (
        "consents",
        "children",
        lambda work, _: work.children is not Children.UNANSWERED,
        "Ответьте, есть ли в материале фото или фамилии детей.",
    ),
    (
        "files",
        "children_data",
        _no_unanswered_children,
        CHILDREN_UNANSWERED,
    ),
)


def missing(submission: Submission, files: Sequence[SubmissionFile]) -> tuple[Missing, ...]:
    """What is still to be done, in the order of the task list; empty when complete."""
    return tuple(
        Missing(section=section, field=field, sentence=words)
        for section, field, given, words in NEEDED
        if not given(submission, files)
    )


def is_open(
    marathon: Marathon,
    *,
    now: datetime,
    grace_minutes: int = 0,
    allowances: Allowances = (),
    track: int | None = None,
) -> bool:
    """Whether materials are taken: the phase and the dates both say so, or the person has a way in."""
    grace = timedelta(minutes=grace_minutes)
    common = marathon.opens_at <= now <= marathon.submissions_until + grace
    own = allowed_until(allowances, track=track)
    lets_in = own is not None and now <= own + grace and marathon.phase in TAKES_WITH_A_WAY_IN
    return lets_in or (marathon.phase is Phase.INTAKE and common)


def require_open(
    marathon: Marathon,
    submission: Submission,
    *,
    now: datetime,
    grace_minutes: int,
    allowances: Allowances = (),
) -> None:
    """Raises ``DeadlinePassed``; a work sent back to its author may come in after the deadline.

    A revised one must still find experts: it comes in while reviews are taken, unless its author
    was given longer.
    """
    if is_open(
        marathon,
        now=now,
        grace_minutes=grace_minutes,
        allowances=allowances,
        track=submission.track,
    ):
        return
    if submission.status is SubmissionStatus.REVISING and now > marathon.reviews_until:
        raise DeadlinePassed(
            "Срок доработки закончился вместе со сроком экспертизы: прочесть материал снова уже "
            "некому. Всё, что вы исправили, сохранено; попросите организаторов продлить срок.",
            code="revision_closed",
        )
    sent_back = submission.status in {SubmissionStatus.RETURNED, SubmissionStatus.REVISING}
    if sent_back and marathon.phase in TAKES_LATE:
        return
    refuse_other_track(marathon, now=now, allowances=allowances)
    raise DeadlinePassed(
        "Приём материалов сейчас закрыт. Черновик сохранён; если нужен дополнительный срок, "
        "напишите организаторам.",
        code="intake_closed",
    )


def refuse_other_track(marathon: Marathon, *, now: datetime, allowances: Allowances) -> None:
    """Raises ``DeadlinePassed`` with the tracks that a live access code of this person is for."""
    live = [one for one in allowances if now <= one.until]
    numbers = sorted({number for one in live for number in one.tracks})
    if numbers and marathon.phase in TAKES_WITH_A_WAY_IN:
        titles = {track.number: track.title for track in marathon.tracks}
        named = ", ".join(f"«{titles[number]}»" for number in numbers if number in titles)
        raise DeadlinePassed(
            f"Ваш код доступа действует только для направлений: {named}. Выберите другое "
            "направление или напишите организаторам. Черновик сохранён.",
            code="other_track",
        )


def is_editable(
    marathon: Marathon, submission: Submission, *, now: datetime, allowances: Allowances = ()
) -> bool:
    """Unsent work always; sent work until the deadline, unless experts already have it."""
    if submission.status in UNSENT:
        return True
    return submission.status in EDITABLE and is_open(
        marathon, now=now, allowances=allowances, track=submission.track
    )


def require_editable(
    marathon: Marathon, submission: Submission, *, now: datetime, allowances: Allowances = ()
) -> None:
    """Raises ``Conflict`` with what the author can still do."""
    if is_editable(marathon, submission, now=now, allowances=allowances):
        return
    why = (
        "Приём материалов закончен"
        if submission.status in EDITABLE
        else "Материал уже не на приёме"
    )
    raise Conflict(
        f"{why}, менять его нельзя. Если это важно, напишите организаторам.", code="not_editable"
    )


def require_consentable(submission: Submission) -> None:
    """Consents are given and taken back at any time: only a withdrawn material needs none.

    Raises ``Conflict``.
    """
    if submission.status is SubmissionStatus.WITHDRAWN:
        raise Conflict("Материал отозван: согласия больше не нужны.", code="not_editable")


def mark_of_hidden(title: str, names: tuple[str, ...]) -> str:
    """A short mark of the title and the names a copy was made for; another mark, another copy."""
    content = json.dumps([title, *names], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:16]
