"""«Как принято решение»: one page for the author, made of the same data the decision rests on.

Experts are «эксперт 1, 2, 3» of this work alone; other works are never mentioned.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flows.decision.engine.explanation import (
    as_set,
    beside,
    flip_sentence,
    percent,
    points,
    sentence,
)
from flows.decision.engine.rules import Evidence
from flows.decision.rulings_told import (
    NOT_YET,
    awaited,
    before_ruling,
    grounds_title,
    reason_words,
    ruled,
    ruling_title,
)
from flows.decision.tracing import numbered, plain_marks
from flows.documents.wording import counted, day
from schemas.base import Schema
from schemas.decision import Decision
from schemas.decision_policy import PolicyVersion
from schemas.decision_reasons import REASON_SENTENCES, Reason
from schemas.decision_trace import DecisionTrace, LevelFlip, TracedMark
from schemas.marathon import DecisionPolicy, Marathon
from schemas.review import RECOMMENDATION_NAMES, Recommendation
from schemas.submission import Submission, SubmissionStatus

TOLD_ELSEWHERE = frozenset(
    {
        Reason.CORRECTION_APPLIED,
        Reason.MARKS_AT_LIMIT,
        Reason.ONE_REVIEW_DECIDES,
        Reason.REVIEWS_CHANGED,
        Reason.LIVE_CHOSEN,
    }
)
CHANCES: tuple[tuple[float, str], ...] = (
    (0.95, "почти наверняка не ниже порога"),
    (0.8, "скорее всего не ниже порога"),
    (0.6, "скорее не ниже порога, но уверенности нет"),
    (0.4, "может быть и выше порога, и ниже"),
    (0.2, "скорее ниже порога, но уверенности нет"),
    (0.05, "скорее всего ниже порога"),
    (0.0, "почти наверняка ниже порога"),
)


class MarkLine(Schema):
    """A mark in print: what was given, the correction with its sign, what was counted."""

    expert: str
    given: str
    correction: str
    counted: str


class Section(Schema):
    title: str
    sentences: tuple[str, ...]


class Account(Schema):
    """``outcomes`` are the two answers, ``marks`` the arithmetic, ``rules`` the address of the rules."""

    number: int
    title: str
    decided_on: str
    outcomes: tuple[str, ...]
    marks: tuple[MarkLine, ...]
    sections: tuple[Section, ...]
    rules: str


@dataclass(frozen=True, slots=True)
class Told:
    """A decision with what its account is made of; ``contact`` is who answers questions.

    The author reads only a final one; organisers look at what a proposal would say.
    """

    decision: Decision
    submission: Submission
    marathon: Marathon
    version: PolicyVersion | None
    contact: str
    now: datetime

    @property
    def trace(self) -> DecisionTrace:
        return self.decision.trace

    @property
    def policy(self) -> DecisionPolicy:
        return self.trace.policy or self.marathon.decision

    @property
    def evidence(self) -> Evidence:
        return Evidence(plain_marks(self.trace.marks), probability=self.decision.p_publication)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return tuple(Reason(code) for code in self.decision.reasons)

    @property
    def awaited(self) -> str:
        return awaited(self.decision, self.submission)

    @property
    def ruled(self) -> bool:
        return ruled(self.decision)

    def day(self, moment: datetime) -> str:
        return day(moment.astimezone(ZoneInfo(self.marathon.zone)).date())


def account(told: Told) -> Account:
    decided = told.decision.confirmed_at or told.decision.proposed_at
    sections = (
        ("Как посчитан балл", arithmetic(told)),
        (grounds_title(awaits=bool(told.awaited), by_people=told.ruled), grounds(told)),
        ("Насколько решение устойчиво", firmness(told)),
        ("Очное выступление", live(told)),
        (ruling_title(told.trace.override), changed(told)),
        ("По каким правилам", under_rules(told)),
        ("Что можно сделать дальше", next_steps(told)),
    )
    written = ((title, tuple(sentences)) for title, sentences in sections)
    return Account(
        number=told.submission.number,
        title=told.submission.title,
        decided_on=told.day(decided),
        outcomes=tuple(outcomes(told)),
        marks=mark_lines(told),
        sections=tuple(
            Section(title=title, sentences=sentences) for title, sentences in written if sentences
        ),
        rules=f"/marathons/{told.marathon.id}/rules",
    )


def outcomes(told: Told) -> Iterator[str]:
    decision = told.decision
    if told.awaited:
        yield NOT_YET
        yield told.awaited
        return
    if decision.revise:
        yield "Материал предлагается доработать и прислать снова."
        return
    yield (
        "Материал выйдет в сборнике." if decision.publication else "В сборник материал не отобран."
    )
    yield (
        f"Материал приглашён к очному выступлению {day(told.marathon.live_on)}"
        if decision.live
        else "В программу очных выступлений материал не вошёл."
    )


def mark_lines(told: Told) -> tuple[MarkLine, ...]:
    plain = told.evidence.at_limit
    return tuple(mark_line(number, mark, plain) for number, mark in numbered(told.trace.marks))


def mark_line(number: int, mark: TracedMark, plain: bool) -> MarkLine:  # noqa: FBT001
    """The printed correction is what lies between the printed marks, so that the line adds up."""
    given = round(mark.score, 1)
    used = given if plain else round(mark.score - mark.correction, 1)
    change = round(used - given, 1)
    sign = "+" if change > 0 else ""
    return MarkLine(
        expert=f"Эксперт {number}",
        given=points(given),
        correction=f"{sign}{points(change)}" if change else "нет",
        counted=points(used),
    )


def arithmetic(told: Told) -> Iterator[str]:
    decision, threshold = told.decision, told.policy.publication_threshold
    if decision.score is None or not told.trace.marks:
        yield decision.explanation or "Экспертных оценок у материала нет."
        return
    yield corrections(told)
    yield (
        f"Итоговый балл — среднее учтённых оценок: {beside(decision.score, threshold)} из 100. "
        f"Для публикации нужно не меньше {as_set(threshold)}."
    )
    if decision.p_publication is not None:
        yield chance(decision.p_publication, told.policy)


def corrections(told: Told) -> str:
    if told.evidence.at_limit:
        return REASON_SENTENCES[Reason.MARKS_AT_LIMIT]
    if any(mark.correction for mark in told.trace.marks):
        return (
            "Одни эксперты ставят оценки строже, другие мягче. По всем работам марафона это "
            "подтвердилось, поэтому оценка строгого эксперта повышена, а мягкого понижена, "
            f"но не больше чем на {in_points(told.policy.max_correction)}."
        )
    return "Поправок на строгость экспертов нет: оценки учтены такими, какими поставлены."


def in_points(value: float) -> str:
    """«10 баллов», «7,5 балла»."""
    if value == round(value):
        return counted(round(value), "балл", "балла", "баллов")
    return f"{as_set(value)} балла"


def chance(probability: float, policy: DecisionPolicy) -> str:
    words = next(words for least, words in CHANCES if probability >= least)
    return (
        "Другие эксперты поставили бы немного другие оценки, поэтому важно, насколько итог "
        f"надёжен. Уровень материала {words}: вероятность того, что он не ниже, — "
        f"{percent(probability, policy.low, policy.high)}. "
        f"По баллам публикуют, когда она не меньше {100 * policy.high:.0f}\u00a0%, и отказывают, "
        f"когда она не больше {100 * policy.low:.0f}\u00a0%."
    )


def grounds(told: Told) -> Iterator[str]:
    yield from (sentence(failed) for failed in told.trace.veto)
    for reason in told.reasons:
        if reason not in TOLD_ELSEWHERE and not reason.startswith("live_"):
            yield reason_words(reason, by_people=told.ruled)
    yield from advice(told)


def advice(told: Told) -> Iterator[str]:
    """How many experts gave each advice; it decides nothing about publication by itself."""
    given = Counter(mark.recommendation for mark in told.trace.marks if mark.recommendation)
    parts = [
        f"{RECOMMENDATION_NAMES[kind]} — {given[kind]}" for kind in Recommendation if given[kind]
    ]
    if parts:
        yield f"Что советовали эксперты: {'; '.join(parts)}."


def firmness(told: Told) -> Iterator[str]:
    """Said only of what the marks decided: a person's word does not hang on one mark."""
    if told.ruled or told.trace.veto or told.awaited or not told.trace.marks:
        return
    if Reason.ONE_REVIEW_DECIDES not in told.reasons:
        if told.decision.stable:
            yield (
                "Решение устойчивое: если убрать любую из экспертиз, балл останется по ту же "
                "сторону порога."
            )
        return
    yield REASON_SENTENCES[Reason.ONE_REVIEW_DECIDES]
    marks = plain_marks(told.trace.marks)
    yield from (flip_sentence(marks, flip) for flip in told.trace.flips[:1])
    yield from (level_sentence(told.trace, flip) for flip in told.trace.level_flips[:1])


def level_sentence(trace: DecisionTrace, flip: LevelFlip) -> str:
    """A flip in the words of the sheet."""
    numbers = {mark.expert: number for number, mark in numbered(trace.marks)}
    return (
        f"Балл оказался бы по другую сторону порога, если бы эксперт {numbers[flip.expert]} "
        f"поставил {level_words(flip)}."
    )


def level_words(flip: LevelFlip) -> str:
    way = "выше" if flip.after > flip.before else "ниже"
    return f"на один уровень {way} по критерию «{flip.title}»: {flip.after} вместо {flip.before}"


def live(told: Told) -> Iterator[str]:
    if told.awaited or told.decision.revise:
        return
    override = told.trace.override
    if override and override.proposed.live != told.decision.live:
        yield "Об очном выступлении решил человек, причина указана ниже."
        return
    if told.submission.publication_only and not told.decision.live:
        yield "Вы отметили, что не сможете выступить: материал рассматривали только для сборника."
        return
    yield from (REASON_SENTENCES[one] for one in told.reasons if one.startswith("live_"))
    yield from (sentence(failed) for failed in told.trace.live_veto)
    if Reason.LIVE_BELOW_FLOOR in told.reasons and told.decision.score is not None:
        floor = told.policy.live_floor
        yield f"Нужно не меньше {as_set(floor)}, у материала {beside(told.decision.score, floor)}."


def changed(told: Told) -> Iterator[str]:
    override = told.trace.override
    if override is None:
        if told.decision.override_reason:
            yield sentence(told.decision.override_reason)
        return
    yield from before_ruling(override)
    taken = "решение внесено" if override.council else "решение принято иначе"
    yield f"{told.day(override.at)} {taken}. {sentence(override.reason)}"


def under_rules(told: Told) -> Iterator[str]:
    version = told.version
    if version is None:
        yield f"Правила отбора марафона, версия {told.decision.policy_version}."
    elif version.approved_at is None:
        yield f"Правила отбора марафона, версия {version.number} от {told.day(version.made_at)}"
    else:
        approved = told.day(version.approved_at)
        yield f"Правила отбора марафона, версия {version.number}, утверждены {approved}"
    yield "Они одни для всех материалов и открыты каждому."


def next_steps(told: Told) -> Iterator[str]:
    if told.awaited:
        return
    if told.submission.status is SubmissionStatus.REVISING and told.decision.revise:
        yield (
            "Прочитайте отзывы, исправьте материал и отправьте его снова на своей странице "
            "материала."
        )
        yield revision_limit(told)
    if told.decision.publication and told.submission.withheld:
        yield (
            "Проверьте согласия и ответ о детях на странице материала: без них он в сборник "
            "не попадёт."
        )
    if not (told.decision.publication or told.decision.live or told.decision.revise):
        yield "Материал можно улучшить по отзывам и прислать на следующий марафон."
    number = told.submission.number
    if told.contact:
        yield (
            f"Если вы не согласны или нашли ошибку, напишите: {told.contact}. "
            f"Назовите номер материала: {number}."
        )


def revision_limit(told: Told) -> str:
    until = told.marathon.reviews_until
    if told.now > until:
        return "Срок экспертизы прошёл: до какого дня ждут материал, спросите у организаторов."
    return f"Успейте до {told.day(until)} ({days_left(told)}): до этого дня работают эксперты."


def days_left(told: Told) -> str:
    """By the calendar of the marathon, as a reader counts: «остался 1 день»."""
    zone = ZoneInfo(told.marathon.zone)
    until, today = (
        moment.astimezone(zone).date() for moment in (told.marathon.reviews_until, told.now)
    )
    days = (until - today).days
    if not days:
        return "сегодня последний день"
    left = counted(days, "день", "дня", "дней")
    return f"{'остался' if left.endswith('день') else 'осталось'} {left}"
