"""One letter instead of a flood: what one expert is to get about several works leaves together."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from schemas.outbox import Notice, NoticeStatus
from storage.work import Work

# A letter about one work -> the letter about several.
TOGETHER: Mapping[str, str] = {
    "invitation": "invitations",
    "answer_reminder": "answer_reminders",
    "review_reminder": "review_reminders",
}

PEOPLE = 100
"""Experts whose letters one transaction puts together: thousands are invited at once."""


def merge(work: Work, *, now: datetime, minutes: int) -> int:
    """Put due letters of a kind to one expert of one marathon into one letter.

    Letters with words of their own leave alone. Those of ``PEOPLE`` experts at a time; returns
    how many letters were written, 0 when nobody is to get several.
    """
    found = groups(work.notices.mergeable(TOGETHER, now=now, people=PEOPLE))
    several = [group for group in found if len(group) > 1]
    return sum(write_one(work, group, now=now, minutes=minutes) for group in several)


def groups(notices: Sequence[Notice]) -> list[list[Notice]]:
    found: dict[tuple[str, str | None, str | None], list[Notice]] = {}
    for one in notices:
        found.setdefault((one.template, one.person_id, one.marathon_id), []).append(one)
    return list(found.values())


def write_one(work: Work, group: Sequence[Notice], *, now: datetime, minutes: int) -> bool:
    """The letter about all of ``group`` that no other sweep has taken; False when nothing is left."""
    taken = work.notices.claim_all(group, now=now, minutes=minutes)
    if not taken:
        return False
    gone = {"status": NoticeStatus.MERGED, "sent_at": now}
    work.notices.save_all([one.model_copy(update=gone) for one in taken])
    first = taken[0]
    work.notices.tell(
        TOGETHER[first.template],
        merged_key(taken),
        about=("assignments", first.subject_id),
        person_id=first.person_id,
        marathon_id=first.marathon_id,
        values={"assignment_ids": " ".join(one.subject_id for one in taken)},
        now=max(one.created_at for one in taken),
    )
    return True


def merged_key(notices: Sequence[Notice]) -> str:
    """Stable: of the same letters the same one is made."""
    keys = "\0".join(sorted(one.dedup_key for one in notices))
    return hashlib.sha256(keys.encode()).hexdigest()
