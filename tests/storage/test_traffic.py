"""The journal shows every edit; letters and runs are never doubled."""

from datetime import timedelta

import builders
import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel
from together import in_threads

from schemas.outbox import IdempotencyRecord, Notice, NoticeStatus, RunState
from schemas.people import Actor
from storage.identifiers import new_id

pytestmark = pytest.mark.both_databases

JOURNAL = SQLModel.metadata.tables["journal"]
FORGERIES = {
    "action": "withdrawn",
    "person_id": "somebody-else",
    "subject_id": "another",
    "details": {"to": "published"},
    "previous_hash": "f" * 64,
    "hash": "f" * 64,
    "at": builders.NOW + timedelta(hours=1),
}


def write_five(work, now):
    for number in range(5):
        work.journal.write(
            Actor(person_id="p", on_behalf_of="q", part="web"),
            action="moved",
            kind="submission",
            subject_id=f"s{number}",
            details={"from": "draft", "to": "submitted"},
            now=now + timedelta(seconds=number),
        )


def a_notice(**changes):
    facts = {
        "id": new_id(),
        "template": "login",
        "address": "anna@example.ru",
        "subject_kind": "token",
        "subject_id": "t",
        "dedup_key": "login/t",
        "created_at": builders.NOW,
    }
    return Notice(**facts | changes)


def test_untouched_journal_is_a_whole_chain(work, now):
    write_five(work, now)

    entries = work.journal.all()

    assert [entry.number for entry in entries] == [1, 2, 3, 4, 5]
    assert [entry.previous_hash for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]
    assert list(work.journal.broken()) == []


@pytest.mark.parametrize("column", FORGERIES)
def test_edit_of_any_column_breaks_the_chain_there(work, now, column):
    write_five(work, now)
    third = sa.update(JOURNAL).where(JOURNAL.c.number == 3).values({column: FORGERIES[column]})
    work.session.connection().execute(third)
    work.session.expire_all()

    assert next(work.journal.broken()).number == 3


def test_removed_and_swapped_entries_break_the_chain(work, now):
    write_five(work, now)
    work.session.connection().execute(sa.delete(JOURNAL).where(JOURNAL.c.number == 2))
    work.session.expire_all()

    assert next(work.journal.broken()).number == 3


def test_letter_with_the_same_key_is_written_once(work):
    first = work.notices.write(a_notice())
    second = work.notices.write(a_notice())

    assert first == second
    assert work.notices.count() == 1


def test_letters_due_are_those_queued_whose_pause_is_over(work, now):
    later = now + timedelta(minutes=5)
    due = work.notices.write(a_notice(dedup_key="due"))
    paused = work.notices.write(a_notice(dedup_key="paused", next_at=later))
    for status in set(NoticeStatus) - {NoticeStatus.QUEUED}:
        work.notices.write(a_notice(dedup_key=status.value, status=status))

    assert work.notices.to_send(now=now) == [due]
    assert {one.id for one in work.notices.to_send(now=later)} == {due.id, paused.id}


def test_letter_is_claimed_by_one_sender_until_the_claim_runs_out(installation, now):
    with installation.begin() as work:
        letter = work.notices.write(a_notice())

    def claim(_number):
        with installation.begin() as work:
            return work.notices.claim(letter, now=now, minutes=5)

    assert sorted(in_threads(4, claim)) == [False, False, False, True]
    with installation.begin() as work:
        assert work.notices.to_send(now=now) == []
        assert work.notices.claim(letter, now=now + timedelta(minutes=5), minutes=5)


def test_claims_of_a_dead_sender_are_given_back_and_pauses_are_kept(work, now):
    later = now + timedelta(hours=1)
    letter = work.notices.write(a_notice())
    paused = work.notices.write(a_notice(dedup_key="refused", tries=1, next_at=later))
    assert work.notices.claim(letter, now=now, minutes=10)

    assert work.notices.release_claims() == 1

    assert [one.id for one in work.notices.to_send(now=now)] == [letter.id]
    assert work.notices.get(paused.id).next_at == later


def test_asking_for_a_run_that_waits_is_asking_once(work, now):
    marathon = builders.a_marathon(work)
    asked = [
        work.runs.ask("collect_reviews", marathon_id=marathon.id, by=None, now=now)
        for _ in range(3)
    ]
    work.runs.ask("collect_reviews", marathon_id=None, by=None, now=now)
    work.runs.ask("replace_experts", marathon_id=marathon.id, by=None, now=now)

    assert len({run.id for run in asked}) == 1
    assert work.runs.count() == 3


@pytest.mark.parametrize("state", RunState)
def test_run_that_has_begun_may_miss_the_news_so_another_is_asked_for(work, now, state):
    first = work.runs.ask("collect_reviews", marathon_id=None, by=None, now=now)
    work.runs.save(first.model_copy(update={"state": state}))

    again = work.runs.ask("collect_reviews", marathon_id=None, by=None, now=now)

    coalesced = state in {RunState.WAITING, RunState.DISPATCHED}
    assert (again.id == first.id) is coalesced


def test_remembered_answers_belong_to_one_person(work, now):
    anna, boris = builders.a_person(work), builders.a_person(work, "Борисов Борис")
    record = work.answers.add(
        IdempotencyRecord(
            id=new_id(),
            person_id=anna.id,
            key="k",
            fingerprint="f",
            subject_id="s",
            created_at=now,
        )
    )

    assert work.answers.of(anna.id, "k") == record
    assert work.answers.of(boris.id, "k") is None
