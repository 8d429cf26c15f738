"""The steps of preparing a marathon and what state each is in; computed, never ticked."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from schemas.base import Schema
from schemas.marathon import Marathon, Phase
from schemas.outbox import JournalEntry
from storage.work import Work

SHORT_INTAKE = timedelta(days=7)


class Step(Schema):
    """``state`` is a word of the task list: not_started, in_progress, done, problem."""

    code: str
    title: str
    page: str
    state: str
    hint: str = ""


class Gap(Schema):
    """Something missing; a ``blocking`` one keeps intake from being opened."""

    sentence: str
    page: str
    blocking: bool = False


class Prepared(Schema):
    """What the states are computed from; ``saved`` are codes of steps somebody has saved."""

    marathon: Marathon
    saved: frozenset[str]
    approved: bool
    experts: int
    members: int
    cluster_named: bool
    now: datetime

    @property
    def is_begun(self) -> bool:
        return self.marathon.phase is not Phase.PREPARATION


TITLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "dates": ("Название и даты", "setup/dates"),
        "tracks": ("Направления", "setup/tracks"),
        "sheet": ("Экспертный лист", "setup/sheet"),
        "rules": ("Правила назначения", "setup/rules"),
        "policy": ("Правила решений", "policy"),
        "texts": ("Тексты", "setup/texts"),
        "talks": ("Выступления", "setup/talks"),
        "imprint": ("Выходные сведения", "setup/imprint"),
    }
)
GONE_BY = frozenset({"dates", "tracks", "sheet", "rules"})
"""What an open marathon goes by, whoever set it."""
POLICY_ACTS = frozenset({"policy_changed", "policy_approved", "thresholds_set", "policy_adopted"})


def saved_in(entries: Iterable[JournalEntry]) -> frozenset[str]:
    """Codes of the steps that the marathon's journal tells were saved."""
    found = {entry.details["step"] for entry in entries if "step" in entry.details}
    settled = any(entry.action in POLICY_ACTS for entry in entries)
    return frozenset(found | ({"policy"} if settled else set()))


def steps(prepared: Prepared) -> list[Step]:
    """Every step in the order of the list."""
    return [
        Step(
            code=code,
            title=title,
            page=page,
            state=state_of(prepared, code),
            hint=hint_of(prepared, code),
        )
        for code, (title, page) in TITLES.items()
    ]


def state_of(prepared: Prepared, code: str) -> str:
    if (
        code == "dates"
        and not prepared.is_begun
        and prepared.now >= prepared.marathon.submissions_until
    ):
        return "problem"
    special = STATES.get(code)
    if special:
        return special(prepared)
    return plain_state(prepared, code)


def plain_state(prepared: Prepared, code: str) -> str:
    """Done once somebody saved it or authors go by it; last year's settings wait to be looked at."""
    if code in prepared.saved or (prepared.is_begun and code in GONE_BY):
        return "done"
    return "in_progress" if prepared.marathon.cloned_from else "not_started"


def policy_state(prepared: Prepared) -> str:
    return "done" if prepared.approved else plain_policy(prepared)


def plain_policy(prepared: Prepared) -> str:
    begun = "policy" in prepared.saved or prepared.marathon.cloned_from
    return "in_progress" if begun else "not_started"


def texts_state(prepared: Prepared) -> str:
    texts = prepared.marathon.texts
    if texts.about and texts.requirements:
        return plain_state(prepared, "texts")
    return "in_progress" if texts.about or texts.requirements else "not_started"


STATES: Mapping[str, Callable[[Prepared], str]] = MappingProxyType(
    {"policy": policy_state, "texts": texts_state}
)


def hint_of(prepared: Prepared, code: str) -> str:
    state = state_of(prepared, code)
    if state == "in_progress" and code not in prepared.saved and prepared.marathon.cloned_from:
        return "Взято из прошлого марафона: посмотрите и сохраните."
    if code == "policy" and code in prepared.saved and state != "done":
        return "Сохранены; ждут утверждения председателем совета."
    return HINTS[code] if state != "done" else ""


HINTS: Mapping[str, str] = MappingProxyType(
    {
        "dates": "Когда открывается приём и до какого часа идёт каждый этап.",
        "tracks": "Куда авторы подают работы и сколько очных мест в каждом направлении.",
        "sheet": "Критерии, уровни словами, вопросы «да или нет».",
        "rules": "Сколько экспертов у работы и кто кого не оценивает.",
        "policy": "Пороги отбора; утверждает председатель совета.",
        "texts": "О марафоне, требования к работам, что будет после отправки.",
        "talks": "Начало дня, длина выступления, перерывы.",
        "imprint": "Издатель, УДК, ББК, ISBN сборника; можно позже.",
    }
)


def gaps(prepared: Prepared) -> list[Gap]:
    """What is missing before intake, what blocks it first; of an open one only what may be told."""
    if not prepared.is_begun:
        return [*blocking(prepared), *advice(prepared)]
    if prepared.marathon.phase is Phase.INTAKE:
        return [gap for gap in advice(prepared) if gap.page != TITLES["dates"][1]]
    return []


def blocking(prepared: Prepared) -> Iterable[Gap]:
    marathon, page = prepared.marathon, TITLES["dates"][1]
    if prepared.now >= marathon.submissions_until:
        yield Gap(sentence="Конец приёма уже прошёл: поправьте даты.", page=page, blocking=True)
    if "tracks" not in prepared.saved and not marathon.cloned_from:
        sentence = "Направления ещё не названы."
        yield Gap(sentence=sentence, page=TITLES["tracks"][1], blocking=True)
    if not prepared.members:
        sentence = "В реестре нет ни одного муниципалитета: автору нечего выбрать."
        yield Gap(sentence=sentence, page="/organise/registry/municipalities", blocking=True)


def advice(prepared: Prepared) -> Iterable[Gap]:
    marathon = prepared.marathon
    left = marathon.submissions_until - max(prepared.now, marathon.opens_at)
    checks = (
        ("dates", "dates" not in prepared.saved, "Даты предложены системой: проверьте их."),
        ("dates", timedelta(0) < left < SHORT_INTAKE, "На приём остаётся меньше недели."),
        ("dates", not marathon.contact, "Не указан контакт оргкомитета: авторам некому написать."),
        ("policy", not prepared.approved, "Правила отбора не утверждены председателем совета."),
        ("texts", not marathon.texts.about, "На странице марафона нет рассказа о нём."),
        ("texts", not marathon.texts.requirements, "Авторам не сказано, какой должна быть работа."),
    )
    for code, missing, sentence in checks:
        if missing:
            yield Gap(sentence=sentence, page=TITLES[code][1])
    if not prepared.cluster_named:
        sentence = "Кластер не назван: его имя стоит в сертификатах, отчёте и протоколе."
        yield Gap(sentence=sentence, page="/organise/cluster")
    if not prepared.experts:
        sentence = "В реестре нет экспертов: они понадобятся к концу приёма."
        yield Gap(sentence=sentence, page="/organise/registry/experts")


def may_open(found: Collection[Gap], phase: Phase) -> bool:
    return phase is Phase.PREPARATION and not any(gap.blocking for gap in found)


def prepared(work: Work, marathon: Marathon, *, approved: bool, now: datetime) -> Prepared:
    """The facts about ``marathon``; five questions to the database whatever its size."""
    return Prepared(
        marathon=marathon,
        saved=saved_in(work.journal.about(marathon.id)),
        approved=approved,
        experts=work.experts.count(),
        members=work.municipalities.count(),
        cluster_named=work.clusters.get(marathon.cluster_id).named,
        now=now,
    )
