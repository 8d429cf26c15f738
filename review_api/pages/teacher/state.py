"""Where a material stands, in words: the tag, the sentence with its date, the next step."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flows.intake import rules
from flows.intake.rules import Allowances
from review_api.formats import marked
from schemas.base import Schema
from schemas.decision import Decision
from schemas.extraction import sentence
from schemas.marathon import Marathon
from schemas.submission import (
    UNSENT,
    Children,
    FileStatus,
    Submission,
    SubmissionFile,
)
from schemas.submission import SubmissionStatus as S

SECTIONS: Mapping[str, str] = {
    "authors": "Об авторах",
    "practice": "О практике",
    "files": "Файлы",
    "consents": "Согласия",
}
TAGS: Mapping[S, str] = {
    S.DRAFT: "Черновик",
    S.SUBMITTED: "Отправлен",
    S.RETURNED: "Нужен другой файл",
    S.CHECKED: "Принят",
    S.IN_REVIEW: "На экспертизе",
    S.REVIEWED: "Экспертиза закончена",
    S.DECIDED: "Решение принято",
    S.REVISING: "На доработке",
    S.PUBLISHED: "Опубликован",
    S.WITHDRAWN: "Отозван",
}
RETURNED_BY_PEOPLE = marked("Нужны правки")
TONES: Mapping[S, str] = {
    S.DRAFT: "neutral",
    S.RETURNED: "danger",
    S.REVISING: "attention",
    S.CHECKED: "good",
    S.DECIDED: "good",
    S.PUBLISHED: "good",
    S.WITHDRAWN: "neutral",
}
OUTCOMES: Mapping[tuple[bool, bool], str] = {
    (True, True): "Материал выйдет в сборнике и приглашён к очному выступлению.",
    (True, False): "Материал выйдет в сборнике.",
    (False, True): "Материал приглашён к очному выступлению на марафоне.",
    (False, False): "Материал не отобран для публикации и очного выступления.",
}
REVISE = "Эксперты советуют доработать материал и прислать снова."


class State(Schema):
    """``sentence`` is followed by ``moment``; ``step`` is the address of what to do next."""

    tag: str
    tone: str
    sentence: str
    moment: datetime | None = None
    step: str = ""
    action: str = ""


def state_of(
    submission: Submission,
    marathon: Marathon,
    *,
    now: datetime,
    decision: Decision | None = None,
    allowances: Allowances = (),
) -> State:
    words, moment, step, action = _line(submission, marathon, now, decision, allowances)
    return State(
        tag=RETURNED_BY_PEOPLE if submission.return_reason else TAGS[submission.status],
        tone=TONES.get(submission.status, "info"),
        sentence=words,
        moment=moment,
        step=f"/my/{submission.id}{step}" if action else "",
        action=action,
    )


Line = tuple[str, datetime | None, str, str]


def _line(
    submission: Submission,
    marathon: Marathon,
    now: datetime,
    decision: Decision | None,
    allowances: Allowances,
) -> Line:
    own = rules.allowed_until(allowances, track=submission.track)
    if submission.status in {S.DRAFT, S.REVISING} and own and own > now:
        return _extended_line(submission, marathon, own)
    if submission.status is S.DRAFT:
        return _draft_line(marathon, now)
    if submission.status is S.DECIDED and decision:
        return (outcome(decision), decision.confirmed_at, "", "Прочитать отзывы")
    fixed: Mapping[S, Line] = {
        S.SUBMITTED: (
            "Файл проверяется, обычно это минуты. Отправлен",
            submission.submitted_at,
            "",
            "",
        ),
        S.RETURNED: _returned_line(submission),
        S.CHECKED: _waiting_line(marathon, now, "Материал принят. Эксперты прочтут его до"),
        S.IN_REVIEW: _waiting_line(marathon, now, "Материал у экспертов. Они работают до"),
        S.REVIEWED: (
            "Экспертиза закончена. Решение придёт письмом, делать ничего не нужно.",
            None,
            "",
            "",
        ),
        S.DECIDED: ("Решение принято.", None, "", ""),
        S.REVISING: _revising_line(marathon, now),
        S.PUBLISHED: ("Материал опубликован в сборнике.", None, "", "Открыть"),
        S.WITHDRAWN: ("Материал отозван и дальше не рассматривается.", None, "", ""),
    }
    return fixed[submission.status]


def _returned_line(submission: Submission) -> Line:
    if submission.return_reason:
        return ("Организаторы просят исправить материал и отправить снова.", None, "", "Исправить")
    words = "Файл не подошёл: загрузите другой, остальное сохранено."
    return (words, None, "/files", "Заменить файл")


def _waiting_line(marathon: Marathon, now: datetime, words: str) -> Line:
    """Nobody promises a day that is over."""
    if now <= marathon.reviews_until:
        return (words, marathon.reviews_until, "", "")
    late = "Эксперты заканчивают: решение придёт письмом. Читать они должны были до"
    return (late, marathon.reviews_until, "", "")


def _revising_line(marathon: Marathon, now: datetime) -> Line:
    until = marathon.reviews_until
    if now > until:
        return (
            marked(
                "Срок доработки прошёл: чтобы отправить снова, напишите организаторам. Он шёл до"
            ),
            until,
            "",
            marked("Открыть"),
        )
    return (
        marked("Прочитайте отзывы, исправьте материал и отправьте снова, пока идёт экспертиза: до"),
        until,
        "",
        "Доработать",
    )


def _extended_line(submission: Submission, marathon: Marathon, own: datetime) -> Line:
    action = "Доработать" if submission.status is S.REVISING else "Продолжить"
    if submission.status is S.DRAFT and own <= marathon.submissions_until:
        return (marked("Ещё не отправлен. Приём до"), marathon.submissions_until, "", action)
    return (marked("Ещё не отправлен. Срок для вас продлён до"), own, "", action)


def _draft_line(marathon: Marathon, now: datetime) -> Line:
    if rules.is_open(marathon, now=now):
        return ("Ещё не отправлен. Приём до", marathon.submissions_until, "", "Продолжить")
    if now < marathon.opens_at:
        return ("Приём откроется", marathon.opens_at, "", "Продолжить")
    if now <= marathon.submissions_until:  # organisers ended it before the time they had told
        return (marked("Приём закончился, черновик сохранён."), None, "", "Открыть")
    return (
        "Приём закончился, черновик сохранён. Приём шёл до",
        marathon.submissions_until,
        "",
        "Открыть",
    )


def outcome(decision: Decision) -> str:
    return REVISE if decision.revise else OUTCOMES[decision.publication, decision.live]


class Task(Schema):
    text: str
    href: str
    status: str
    hint: str = ""


def tasks(
    submission: Submission, files: Sequence[SubmissionFile], *, is_line_begun: bool = False
) -> tuple[Task, ...]:
    """The task list; what is done is computed from the material, never ticked by hand."""
    gaps = {gap.section for gap in rules.missing(submission, files)}
    begun = _begun(submission, files)
    begun["authors"] |= is_line_begun
    home = f"/my/{submission.id}"
    parts = tuple(
        Task(
            text=text,
            href=f"{home}/{section}",
            status=_status(section in gaps, begun[section], refused=_is_refused(section, files)),
            hint=_file_hint(files) if section == "files" else "",
        )
        for section, text in SECTIONS.items()
    )
    unsent = submission.status in UNSENT
    last = "blocked" if gaps else "not_started" if unsent else "done"
    check = Task(text="Проверка и отправка", href=f"{home}/check", status=last)
    return (*parts, *_answers(submission), check)


def _answers(submission: Submission) -> tuple[Task, ...]:
    """The author's word to the next round's experts; advised, never asked for."""
    if submission.round == 1:
        return ()
    status = "done" if submission.response else "not_started"
    href = f"/my/{submission.id}/response"
    return (Task(text=marked("Что изменено"), href=href, status=status),)


def _begun(submission: Submission, files: Sequence[SubmissionFile]) -> dict[str, bool]:
    practice = (submission.title, submission.abstract, submission.track, submission.subject)
    consents = submission.consents or submission.children is not Children.UNANSWERED
    return {
        "authors": bool(submission.authors),
        "practice": any(practice),
        "files": bool(files),
        "consents": bool(consents),
    }


def _is_refused(section: str, files: Sequence[SubmissionFile]) -> bool:
    return section == "files" and bool(files) and files[-1].status is FileStatus.REFUSED


def _status(missing: bool, begun: bool, *, refused: bool) -> str:  # noqa: FBT001
    if refused:
        return "problem"
    if not missing:
        return "done"
    return "in_progress" if begun else "not_started"


def _file_hint(files: Sequence[SubmissionFile]) -> str:
    if not files:
        return ""
    file = files[-1]
    if file.status is FileStatus.RECEIVED:
        return "Файл получен, проверяем."
    if file.extraction is None:
        return ""
    if file.extraction.reason:
        return sentence(file.extraction.reason)
    return "Есть советы по файлу." if file.extraction.warnings else ""
