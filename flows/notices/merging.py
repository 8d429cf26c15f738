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


def merge(work: Work, *, now: datetime, minutes: int) -> None:
    """Put due letters of a kind to one expert of one marathon into one letter.

    Letters with words of their own leave alone.
    """
    for group in groups(work.notices.mergeable(TOGETHER, now=now)):
        if len(group) > 1:
            write_one(work, group, now=now, minutes=minutes)


def groups(notices: Sequence[Notice]) -> list[list[Notice]]:
    found: dict[tuple[str, str | None, str | None], list[Notice]] = {}
    for one in notices:
        found.setdefault((one.template, one.person_id, one.marathon_id), []).append(one)
    return list(found.values())


def write_one(work: Work, group: Sequence[Notice], *, now: datetime, minutes: int) -> None:
    """The letter about all of ``group`` that no other sweep has taken meanwhile."""
    taken = [one for one in group if work.notices.claim(one, now=now, minutes=minutes)]
    if not taken:
        return
    for one in taken:
        work.notices.save(one.model_copy(update={"status": NoticeStatus.MERGED, "sent_at": now}))
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


def merged_key(notices: Sequence[Notice]) -> str:
    """Stable: of the same letters the same one is made."""
    keys = "\0".join(sorted(one.dedup_key for one in notices))
    return hashlib.sha256(keys.encode()).hexdigest()
