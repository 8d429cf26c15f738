"""What is left behind goes after its term, and nothing that somebody still needs goes with it."""

from datetime import timedelta

import builders
import pytest

from flows.accounts.tidying import tidy
from schemas.outbox import Notice, NoticeStatus
from storage.identifiers import new_id

KEPT = 365


def a_letter(work, now, **facts):
    number = new_id()
    return work.notices.write(
        Notice(
            id=number,
            template="login",
            dedup_key=number,
            address="petrova@example.ru",
            values={"name": "Петрова"},
            title="Здравствуйте, Петрова",
            body="Ваш материал",
            **{"created_at": now, "status": NoticeStatus.SENT} | facts,
        )
    )


@pytest.mark.both_databases
def test_words_of_old_letters_go_and_their_kind_and_moment_stay(installation, now):
    long_ago = now - timedelta(days=KEPT + 1)
    with installation.begin() as work:
        old = a_letter(work, long_ago)
        fresh = a_letter(work, now)
        waiting = a_letter(work, long_ago, status=NoticeStatus.QUEUED)
        work.journal.write(
            builders.SYSTEM, action="sent", kind="notice", subject_id=old.id, now=long_ago
        )
    counted = []
    for _ in range(2):
        with installation.begin() as work:
            counted.append(tidy(work, keep_days=KEPT, now=now)["letters"])

    with installation.begin(read_only=True) as work:
        wiped = work.notices.get(old.id)
        assert (wiped.template, wiped.status, wiped.created_at, wiped.dedup_key) == (
            *(old.template, old.status, old.created_at, old.dedup_key),
        )
        assert (wiped.address, wiped.values, wiped.title, wiped.body) == (None, {}, "", "")
        assert work.notices.get(fresh.id) == fresh
        assert work.notices.get(waiting.id) == waiting
        assert list(work.journal.broken()) == []
    assert counted == [1, 0]
