"""Coordinators propose experts of their municipality; organisers accept them or say why not."""

from datetime import datetime

from flows.accounts import roles
from schemas.address import fold_email
from schemas.errors import BadInput, Conflict
from schemas.nomination import Nomination, NominationStatus
from schemas.people import Actor, Role
from storage.work import Work

LONGEST_REASON = 1000
ANSWERED = "На это предложение уже ответили. Обновите страницу."


def nominate(work: Work, nomination: Nomination, *, by: Actor, now: datetime) -> Nomination:
    """Raises ``BadInput`` for a wrong address and for whoever is an expert or proposed already."""
    email = fold_email(nomination.email)
    if " " not in nomination.name.strip():
        raise BadInput("Напишите фамилию, имя и отчество (если есть).", field="name")
    require_new(work, email)
    kept = work.nominations.add(nomination.model_copy(update={"email": email}))
    work.journal.write(by, action="proposed", kind="nomination", subject_id=kept.id, now=now)
    return kept


def require_new(work: Work, email: str) -> None:
    """A person whose earlier nomination was declined may be proposed again."""
    person = work.people.by_email(email)
    expert = work.experts.of_person(person.id) if person else None
    if expert and expert.active:
        raise BadInput("Этот человек уже в реестре экспертов.", field="email")
    if any(one.status is NominationStatus.PROPOSED for one in work.nominations.of_email(email)):
        raise BadInput("Этого человека уже предложили, ответа ещё нет.", field="email")


def accept(work: Work, nomination_id: str, *, by: Actor, now: datetime) -> Nomination:
    """The person becomes an expert of the municipality and is told so by letter.

    Raises ``Conflict`` when it was answered before.
    """
    nomination = waiting(work, nomination_id)
    person = roles.invite(work, nomination.email, name=nomination.name)
    roles.give_role(
        work, person, Role.EXPERT, municipality_id=nomination.municipality_id, by=by, now=now
    )
    expert = work.experts.of_person(person.id)
    if expert:
        facts = {"tracks": nomination.tracks, "specialisations": nomination.specialisations}
        known = expert.position or nomination.position
        work.experts.save(expert.model_copy(update=facts | {"position": known}))
    return answered(work, nomination, NominationStatus.ACCEPTED, "", by=by, now=now)


def decline(
    work: Work, nomination_id: str, *, because: str, by: Actor, now: datetime
) -> Nomination:
    """Raises ``BadInput`` without a reason and ``Conflict`` when it was answered before."""
    if not because.strip():
        raise BadInput("Напишите причину: её прочтёт координатор.", field="because")
    if len(because.strip()) > LONGEST_REASON:
        raise BadInput("Сократите причину до 1000 знаков.", field="because")
    nomination = waiting(work, nomination_id)
    return answered(work, nomination, NominationStatus.DECLINED, because.strip(), by=by, now=now)


def waiting(work: Work, nomination_id: str) -> Nomination:
    """The nomination nobody has answered, locked so that two organisers cannot both answer."""
    work.nominations.locked(nomination_id)
    nomination = work.nominations.get(nomination_id)
    if nomination.status is not NominationStatus.PROPOSED:
        raise Conflict(ANSWERED, code="already_answered")
    return nomination


def answered(
    work: Work,
    nomination: Nomination,
    status: NominationStatus,
    words: str,
    *,
    by: Actor,
    now: datetime,
) -> Nomination:
    answer = {"status": status, "answer": words, "answered_by": by.person_id, "answered_at": now}
    kept = work.nominations.save(nomination.model_copy(update=answer))
    work.journal.write(by, action=status.value, kind="nomination", subject_id=kept.id, now=now)
    work.notices.tell(
        f"nomination_{status.value}",
        kept.id,
        about=("nomination", kept.id),
        person_id=kept.proposed_by,
        now=now,
    )
    return kept
