"""Suspicious access: kept in the journal, told to every administrator, once a day for one reason."""

from datetime import datetime

from schemas.people import Actor, Role
from storage.work import Work

ALARMED = "alarmed"
INSTALLATION = "installation"
LETTER = "suspicious_access"


def raise_alarm(work: Work, rule: str, *, person_id: str, count: int, now: datetime) -> bool:
    """Whether it is news: the same rule about the same person is told once a day (UTC).

    ``rule`` is its code, ``person_id`` empty when nobody in particular is meant.
    """
    work.journal.lock()
    subject = person_id or INSTALLATION
    key = f"{rule}/{subject}/{now:%Y-%m-%d}"
    administrators = work.people.with_role(Role.ADMINISTRATOR)
    if any(work.notices.keyed(f"{LETTER}/{key}/{one.id}") for one in administrators):
        return False
    work.journal.write(
        Actor(part="alarms"),
        action=ALARMED,
        kind="person" if person_id else INSTALLATION,
        subject_id=subject,
        now=now,
        details={"rule": rule, "count": str(count)},
    )
    for one in administrators:
        work.notices.tell(
            LETTER, f"{key}/{one.id}", about=("person", one.id), now=now, person_id=one.id
        )
    work.runs.ask("deliver_notices", marathon_id=None, by=None, now=now)
    return True
