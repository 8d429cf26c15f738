"""What is said of a decision that is not the marks' own: still awaited, or made by people."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from schemas.decision import Decision, DecisionStatus
from schemas.decision_problem import Publication
from schemas.decision_reasons import REASON_SENTENCES, Reason
from schemas.decision_trace import Override
from schemas.submission import Submission, SubmissionStatus

NOT_YET = "Решения ещё нет."
AWAITED: Mapping[str, str] = MappingProxyType(
    {
        Publication.EXTRA_REVIEW: (
            "Материал у порога: нужна ещё одна экспертиза, а если её не будет — слово совета "
            "или оргкомитета."
        ),
        Publication.COUNCIL: "Решение за советом: он ещё не голосовал.",
    }
)
UNDER_REVIEW = "Ещё одна экспертиза запрошена: решение примут, когда она будет готова."
# Under a decision of people these reasons only tell what the marks had come to.
MARKS_SAID: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.NO_REVIEWS: "Экспертиз не было.",
        Reason.TOO_FEW_REVIEWS: "Экспертиза была только одна: одного мнения для решения мало.",
        Reason.BORDERLINE: "Работа у порога: одних оценок недостаточно, чтобы решить уверенно.",
        Reason.REVIEWS_EXHAUSTED: (
            "Работа осталась у порога после наибольшего числа экспертиз: одних оценок "
            "недостаточно, чтобы решить уверенно."
        ),
        Reason.REVIEWS_CLOSED: (
            "Новых экспертиз больше не будет, а имеющихся недостаточно, чтобы решить уверенно."
        ),
        Reason.VETO: "Работа не прошла обязательную проверку.",
    }
)
PROPOSED: Mapping[str, str] = MappingProxyType(
    {
        Publication.YES: "опубликовать",
        Publication.NO: "не публиковать",
        Publication.EXTRA_REVIEW: "запросить ещё одну экспертизу",
        Publication.COUNCIL: "передать вопрос совету",
    }
)


def awaited(decision: Decision, submission: Submission) -> str:
    """Whose word is still missing; empty when the outcome stands, proposed or final."""
    if decision.status is DecisionStatus.CONFIRMED:
        return ""
    if submission.status is SubmissionStatus.IN_REVIEW:
        return UNDER_REVIEW
    return AWAITED.get(decision.outcome, "")


def ruled(decision: Decision) -> bool:
    """Whether people decided, not the marks."""
    return decision.trace.override is not None or bool(decision.override_reason)


def reason_words(reason: Reason, *, by_people: bool) -> str:
    return (by_people and MARKS_SAID.get(reason)) or REASON_SENTENCES[reason]


def grounds_title(*, awaits: bool, by_people: bool) -> str:
    if awaits:
        return "Почему решения ещё нет"
    return "Что показали оценки" if by_people else "Почему такое решение о публикации"


def ruling_title(override: Override | None) -> str:
    return "Что решил совет" if override and override.council else "Что изменил человек"


def before_ruling(override: Override) -> Iterator[str]:
    """What there was before people spoke: a question for the council, or an outcome of the marks."""
    if override.council and override.proposed.outcome == Publication.COUNCIL:
        yield "По одним оценкам решить было нельзя, поэтому вопрос передали совету."
        return
    yield f"По одним оценкам выходило так: {proposed(override)}."


def proposed(override: Override) -> str:
    """What the reviews alone had come to: «опубликовать; не приглашать к выступлению»."""
    before = override.proposed
    final = before.outcome not in AWAITED
    words = (
        "доработать" if before.revise and final else PROPOSED.get(before.outcome, before.outcome)
    )
    stage = "пригласить к выступлению" if before.live else "не приглашать к выступлению"
    return f"{words}; {stage}"
