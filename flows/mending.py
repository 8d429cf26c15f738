"""A letter came back: its reader gets the right address, and the letter again."""

from datetime import datetime

from flows.accounts import address_change
from flows.notices import returning
from schemas.address import fold_email
from schemas.outbox import Notice
from schemas.people import Actor
from storage.work import Work


def mend_address(work: Work, notice_id: str, email: str, *, by: Actor, now: datetime) -> Notice:
    """Give the reader another address and queue the letter again; the returned one stays.

    Raises ``BadInput`` and ``Conflict``: an address of somebody else is never taken.
    """
    notice = returning.returned(work, notice_id)
    address = fold_email(email)
    person = work.people.find(notice.person_id) if notice.person_id else None
    if person is None:
        return returning.send_again(work, notice, address, now=now)
    address_change.mend(work, person, address, by=by, now=now)
    return returning.send_again(work, notice, None, now=now)
