"""Acts upon many rows at once: what each asks for, which rows it cannot touch and why, the doing."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from flows.certificates import operations as certificates
from flows.intake import checking_again, regrouping, ways_in
from flows.notices import nudging
from flows.notices import operations as notices
from flows.notices.letters import LETTERS
from flows.registry import operations as registry
from flows.review import overdue
from review_api.access import can
from review_api.formats import marked
from review_api.pages.organise.form import day, moment
from review_api.pages.visit import Visit
from review_api.typed import whole
from schemas.assignment import Assignment
from schemas.base import Schema
from schemas.certificate import CERTIFICATE_NAMES, Certificate
from schemas.cluster import Expert
from schemas.errors import BadInput, Conflict, NotFound
from schemas.marathon import Marathon
from schemas.outbox import Notice, NoticeStatus
from schemas.submission import Submission
from storage.repositories.rows import MISSING

OWN = "это ваша работа: ею занимаются другие"
RELEASABLE = frozenset({NoticeStatus.DRAFT, NoticeStatus.FAILED})
LAST_MINUTE = "T23:59"
MOST_WORKS = 99
LONGEST_REASON = 500


class Item(Schema):
    """A chosen row: ``reason`` says why the act passes it over; none means it will be done."""

    id: str
    name: str
    reason: str = ""


class Chosen(NamedTuple):
    """Where the act happens: nobody's marathon for the registry."""

    visit: Visit
    marathon: Marathon | None

    @property
    def call(self) -> Marathon:
        """Raises ``NotFound`` where an act of a marathon is asked of the registry."""
        if self.marathon is None:
            raise NotFound(MISSING)
        return self.marathon


class Act(NamedTuple):
    """``asks`` is what has to be given once for all rows: until, track, capacity, reason.

    Which rows ``judge`` and ``do`` take is said by the table they stand in: ``ACTS``.
    """

    text: str
    done: str
    judge: Callable[[Chosen, Any], str]
    do: Callable[[Chosen, Any, Any], None]
    asks: str = ""
    danger: bool = False


# --- works ------------------------------------------------------------------------------


def work_name(_chosen: Chosen, one: Submission) -> str:
    return f"№ {one.number}. {one.title}" if one.title else f"№ {one.number}. Без названия"


def judged(chosen: Chosen, one: Submission) -> str:
    return "" if can(chosen.visit.viewer, "submission.judge", one) else OWN


def may_remind(chosen: Chosen, one: Submission) -> str:
    return nudging.why_not(chosen.visit.work, chosen.call, one) or judged(chosen, one)


def remind(chosen: Chosen, one: Submission, _value: object) -> None:
    visit = chosen.visit
    if not nudging.tell(visit.work, chosen.call, one, now=visit.now):
        raise Conflict("сегодня этому автору уже напомнили")
    visit.work.journal.write(
        visit.actor, action="reminded", kind="submission", subject_id=one.id, now=visit.now
    )


def may_extend(chosen: Chosen, one: Submission) -> str:
    if one.status not in nudging.UNFINISHED:
        return "работа уже отправлена или отозвана"
    return judged(chosen, one)


def extend(chosen: Chosen, one: Submission, value: datetime) -> None:
    ways_in.extend(
        chosen.visit.work,
        chosen.call,
        one.owner_id,
        until=value,
        reason="Продлено вместе с другими работами",
        by=chosen.visit.actor,
        now=chosen.visit.now,
    )


def may_regroup(chosen: Chosen, one: Submission) -> str:
    return regrouping.why_not(one) or judged(chosen, one)


def regroup(chosen: Chosen, one: Submission, value: int) -> None:
    if one.track == value:
        raise Conflict("работа уже в этом направлении")
    regrouping.change_track(
        chosen.visit.work,
        chosen.call,
        one.id,
        value,
        by=chosen.visit.actor,
        now=chosen.visit.now,
    )


def may_check_again(chosen: Chosen, one: Submission) -> str:
    return checking_again.why_not(chosen.visit.work, one) or judged(chosen, one)


def check_again(chosen: Chosen, one: Submission, _value: object) -> None:
    visit = chosen.visit
    checking_again.check_again(visit.work, one.id, by=visit.actor, now=visit.now)


# --- letters, certificates, experts -----------------------------------------------------


def letter_name(chosen: Chosen, one: Notice) -> str:
    person = chosen.visit.work.people.find(one.person_id or "")
    kind = LETTERS[one.template].name if one.template in LETTERS else one.template
    return f"{kind}: {person.name if person else one.address or ''}"


def may_send(_chosen: Chosen, one: Notice) -> str:
    return "" if one.status in RELEASABLE else "письмо уже отправлено или удалено"


def release(chosen: Chosen, one: Notice, _value: object) -> None:
    visit = chosen.visit
    notices.release(visit.work, one.id, by=visit.actor, now=visit.now)
    visit.send_letters()


def discard(chosen: Chosen, one: Notice, _value: object) -> None:
    notices.discard(chosen.visit.work, one.id, by=chosen.visit.actor, now=chosen.visit.now)


def paper_name(_chosen: Chosen, one: Certificate) -> str:
    return f"{one.number}. {CERTIFICATE_NAMES[one.kind]}: {one.holder}"


def may_revoke(_chosen: Chosen, one: Certificate) -> str:
    return "сертификат уже отозван" if one.revoked_at else ""


def revoke(chosen: Chosen, one: Certificate, value: str) -> None:
    visit = chosen.visit
    certificates.revoke(visit.work, one.id, by=visit.actor, now=visit.now, reason=value)


def expert_name(chosen: Chosen, one: Expert) -> str:
    return chosen.visit.work.people.get(one.person_id).name


def change_expert(
    chosen: Chosen, one: Expert, *, active: bool | None = None, capacity: int | None = None
) -> None:
    """What is not given stays as it is."""
    registry.change_expert(
        chosen.visit.work,
        one.id,
        capacity=one.capacity if capacity is None else capacity,
        senior=one.senior,
        active=one.active if active is None else active,
        by=chosen.visit.actor,
        now=chosen.visit.now,
    )


# --- overdue experts --------------------------------------------------------------------


def assignment_name(chosen: Chosen, one: Assignment) -> str:
    work = chosen.visit.work
    submission = work.submissions.get(one.submission_id)
    person = work.people.get(work.experts.get(one.expert_id).person_id)
    return f"{person.name}: № {submission.number}. {submission.title}"


def owes(chosen: Chosen, one: Assignment) -> str:
    late = overdue.is_overdue(one, now=chosen.visit.now)
    return "" if late else "срок ещё не прошёл или экспертиза закончена"


def ask_again(chosen: Chosen, one: Assignment, _value: object) -> None:
    visit = chosen.visit
    if not overdue.ask_again(visit.work, one, by=visit.actor, now=visit.now):
        raise Conflict("Этому эксперту сегодня уже напомнили.", code="reminded_already")


def may_let_go(chosen: Chosen, one: Assignment) -> str:
    return overdue.not_to_be_let_go(one, chosen.call, now=chosen.visit.now)


def let_go(chosen: Chosen, one: Assignment, _value: object) -> None:
    overdue.let_go(chosen.visit.work, one, by=chosen.visit.actor, now=chosen.visit.now)


ACTS: Mapping[str, Mapping[str, Act]] = {
    "works": {
        "remind": Act(
            marked("Напомнить авторам черновиков"), "Напомнили авторам", may_remind, remind
        ),
        "extend": Act(marked("Продлить срок авторам"), "Срок продлён", may_extend, extend, "until"),
        "track": Act(
            marked("Сменить направление"), "Направление изменено", may_regroup, regroup, "track"
        ),
        "check": Act(
            marked("Проверить файлы заново"), "Файлы проверяются", may_check_again, check_again
        ),
    },
    "letters": {
        "release": Act(marked("Отправить письма"), "Отправляется писем", may_send, release),
        "discard": Act(marked("Удалить письма"), "Удалено писем", may_send, discard, danger=True),
    },
    "certificates": {
        "revoke": Act(
            marked("Отозвать сертификаты"), "Отозвано", may_revoke, revoke, "reason", danger=True
        ),
    },
    "assignments": {
        "remind": Act(marked("Напомнить экспертам"), "Напомнили экспертам", owes, ask_again),
        "replace": Act(
            marked("Снять и искать замену"), "Ищем замену", may_let_go, let_go, danger=True
        ),
    },
    "experts": {
        "activate": Act(
            marked("Включить в экспертизу"),
            "Участвуют",
            lambda _chosen, one: "эксперт уже участвует" if one.active else "",
            lambda chosen, one, _value: change_expert(chosen, one, active=True),
        ),
        "deactivate": Act(
            marked("Не звать больше"),
            "Больше не участвуют",
            lambda _chosen, one: "" if one.active else "эксперт и так не участвует",
            lambda chosen, one, _value: change_expert(chosen, one, active=False),
            danger=True,
        ),
        "capacity": Act(
            marked("Изменить нагрузку"),
            "Нагрузка изменена",
            lambda _chosen, _one: "",
            lambda chosen, one, value: change_expert(chosen, one, capacity=value),
            "capacity",
        ),
    },
}


# --- what is asked for once -------------------------------------------------------------


def until_given(text: str, chosen: Chosen) -> datetime:
    """The last minute of a day that is still to come."""
    day(text, "value")
    until = moment(text + LAST_MINUTE, chosen.call.zone, "value")
    if until <= chosen.visit.now:
        raise BadInput("Новый срок должен быть в будущем.", field="value")
    return until


def track_given(text: str, chosen: Chosen) -> int:
    numbers = {str(one.number): one.number for one in chosen.call.tracks}
    if text not in numbers:
        raise BadInput("Выберите направление из списка.", field="value")
    return numbers[text]


def capacity_given(text: str, _chosen: Chosen) -> int:
    capacity = whole(text, most=MOST_WORKS)
    if capacity is None:
        raise BadInput(f"Нагрузка — целое число от 0 до {MOST_WORKS}.", field="value")
    return capacity


def reason_given(text: str, _chosen: Chosen) -> str:
    if not text:
        raise BadInput("Напишите, почему сертификаты отзываются.", field="value")
    if len(text) > LONGEST_REASON:
        raise BadInput(f"Слишком длинно: не больше {LONGEST_REASON} знаков.", field="value")
    return text


ASKED: Mapping[str, Callable[[str, Chosen], object]] = {
    "": lambda _text, _chosen: None,
    "until": until_given,
    "track": track_given,
    "capacity": capacity_given,
    "reason": reason_given,
}
