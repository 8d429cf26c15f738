"""The journal and the outbox: letters, requested runs, remembered answers."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TypedDict, TypeVar, Unpack

from sqlalchemy import String, cast, func, or_, update
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from schemas.outbox import (
    IdempotencyRecord,
    JournalEntry,
    Notice,
    NoticeStatus,
    Run,
    RunState,
)
from schemas.people import Actor
from storage.identifiers import new_id
from storage.repositories.people import fold_address
from storage.repositories.rows import Condition, Repository
from storage.tables.registry import PersonRow
from storage.tables.traffic import IdempotencyRow, JournalRow, NoticeRow, RunRow

AnyT = TypeVar("AnyT")

GENESIS = "0" * 64
AT_ONCE = 1000  # entries of the journal in memory
ENDED_LETTERS = (
    NoticeStatus.SENT,
    NoticeStatus.DISCARDED,
    NoticeStatus.BOUNCED,
    NoticeStatus.MERGED,
)
UNFINISHED = (RunState.WAITING, RunState.DISPATCHED, RunState.RUNNING)


def entry_hash(entry: JournalEntry) -> str:
    """sha256 over the entry (its own hash left out), which includes the previous hash."""
    content = entry.model_dump(mode="json", exclude={"hash"})
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


class Journal(Repository[JournalRow, JournalEntry]):
    """Append-only; details hold ids and status words, never personal data."""

    row = JournalRow
    schema = JournalEntry
    order = ("number",)

    def write(
        self,
        by: Actor,
        *,
        action: str,
        kind: str,
        subject_id: str,
        now: datetime,
        details: dict[str, str] | None = None,
    ) -> JournalEntry:
        last = self.last()
        entry = JournalEntry(
            id=new_id(),
            number=last.number + 1 if last else 1,
            at=now,
            person_id=by.person_id,
            on_behalf_of=by.on_behalf_of,
            part=by.part,
            action=action,
            subject_kind=kind,
            subject_id=subject_id,
            details=details or {},
            previous_hash=last.hash if last else GENESIS,
            hash="",
        )
        return self.add(entry.model_copy(update={"hash": entry_hash(entry)}))

    def lock(self) -> None:
        """On PostgreSQL the whole journal is locked, so that its numbers stay gapless.

        Whoever will write here and lock other rows too begins with this: in one order for all,
        nobody waits in a circle.
        """
        if self.session.get_bind().dialect.name == "postgresql":
            self.session.connection().exec_driver_sql("LOCK TABLE journal IN EXCLUSIVE MODE")

    def last(self) -> JournalEntry | None:
        """The newest entry, for whoever writes the next one."""
        self.lock()
        return self.newest()

    def newest(self) -> JournalEntry | None:
        newest = select(func.max(col(JournalRow.number))).scalar_subquery()
        return self.first(col(JournalRow.number) == newest)

    def about(self, subject_id: str) -> list[JournalEntry]:
        return self.where(col(JournalRow.subject_id) == subject_id)

    def acts(self, action: str) -> list[JournalEntry]:
        """All entries of one kind of act, from the first."""
        return self.where(col(JournalRow.action) == action)

    def numbered(self, number: int) -> JournalEntry | None:
        return self.first(col(JournalRow.number) == number)

    def entries(self) -> Iterator[JournalEntry]:
        """All of them from the first, a page at a time: a journal grows for years."""
        after = 0
        while page := self.after(after):
            yield from page
            after = page[-1].number

    def after(self, number: int) -> list[JournalEntry]:
        statement = select(JournalRow).where(col(JournalRow.number) > number)
        return self.all(statement.limit(AT_ONCE))

    def broken(self) -> Iterator[JournalEntry]:
        """Entries whose hash or link does not fit: somebody edited the journal."""
        previous = GENESIS
        for entry in self.entries():
            if entry.previous_hash != previous or entry.hash != entry_hash(entry):
                yield entry
            previous = entry.hash


class Facts(TypedDict, total=False):
    """Of a letter: whom it goes to, the marathon, and what only its writer knows."""

    person_id: str | None
    address: str | None
    marathon_id: str | None
    values: dict[str, str]
    status: NoticeStatus


class Notices(Repository[NoticeRow, Notice]):
    row = NoticeRow
    schema = Notice
    order = ("created_at", "id")

    def write(self, notice: Notice) -> Notice:
        """Put a letter into the outbox unless one with the same key is there already."""
        same = self.first(col(NoticeRow.dedup_key) == notice.dedup_key)
        return same or self.add(notice)

    def tell(
        self,
        template: str,
        key: str,
        *,
        about: tuple[str, str],
        now: datetime,
        **facts: Unpack[Facts],
    ) -> Notice:
        """Queue a letter about a thing (its kind and id), unless its kind was for ``key`` before."""
        kind, subject_id = about
        return self.write(
            Notice(
                id=new_id(),
                template=template,
                dedup_key=f"{template}/{key}",
                subject_kind=kind,
                subject_id=subject_id,
                created_at=now,
                **facts,
            )
        )

    def to_send(self, *, now: datetime, limit: int = 50) -> list[Notice]:
        due = col(NoticeRow.next_at).is_(None) | (col(NoticeRow.next_at) <= now)
        statement = select(NoticeRow).where(NoticeRow.status == NoticeStatus.QUEUED, due)
        return self.all(statement.limit(limit))

    def claim(self, notice: Notice, *, now: datetime, minutes: int) -> bool:
        """Take ``notice`` for sending; False when another sender was first."""
        statement = (
            update(NoticeRow)
            .where(
                col(NoticeRow.id) == notice.id,
                col(NoticeRow.status) == NoticeStatus.QUEUED,
                col(NoticeRow.next_at).is_(None) | (col(NoticeRow.next_at) <= now),
            )
            .values(next_at=now + timedelta(minutes=minutes))
        )
        return self.session.connection().execute(statement).rowcount == 1

    def release_claims(self) -> int:
        """Give back letters on their way: whoever was sending them is dead.

        Those that a server has refused before wait for their pause, as they would have anyway.
        """
        statement = (
            update(NoticeRow)
            .where(
                col(NoticeRow.status) == NoticeStatus.QUEUED,
                col(NoticeRow.tries) == 0,
                col(NoticeRow.next_at).is_not(None),
            )
            .values(next_at=None)
        )
        return self.session.connection().execute(statement).rowcount

    def of_marathon(self, marathon_id: str, *, status: NoticeStatus | None = None) -> list[Notice]:
        wanted: list[Condition] = [NoticeRow.marathon_id == marathon_id]
        if status:
            wanted.append(NoticeRow.status == status)
        return self.where(*wanted)

    def newest_to(self, person_id: str, template: str, *, since: datetime) -> datetime | None:
        """When the last such letter to the person was written."""
        wanted = select(func.max(NoticeRow.created_at)).where(
            NoticeRow.person_id == person_id,
            NoticeRow.template == template,
            NoticeRow.created_at >= since,
        )
        return self.session.exec(wanted).one()

    def forget_words(self, *, before: datetime) -> int:
        """Wipe whom ended letters were for and what they said; their kind, moment and key stay."""
        statement = (
            update(NoticeRow)
            .where(
                col(NoticeRow.created_at) < before,
                col(NoticeRow.status).in_(ENDED_LETTERS),
                or_(
                    col(NoticeRow.title) != "",
                    col(NoticeRow.body) != "",
                    col(NoticeRow.address).is_not(None),
                    cast(col(NoticeRow.values), String) != "{}",
                ),
            )
            .values(address=None, values={}, title="", body="", error="")
        )
        return self.session.connection().execute(statement).rowcount

    def failed(self) -> list[Notice]:
        """Letters of the whole installation that did not leave."""
        return self.where(NoticeRow.status == NoticeStatus.FAILED)

    def of_person(self, person_id: str) -> list[Notice]:
        return self.where(NoticeRow.person_id == person_id)

    def of_reader(self, person_id: str, address: str | None) -> list[Notice]:
        """Letters to the person, and those sent to their address before it was known whose it is."""
        theirs = col(NoticeRow.person_id) == person_id
        return self.where(or_(theirs, col(NoticeRow.address) == address) if address else theirs)

    def mergeable(self, templates: Iterable[str], *, now: datetime) -> list[Notice]:
        """Due letters of these kinds that nobody has reworded and no server has refused yet."""
        return self.where(
            NoticeRow.status == NoticeStatus.QUEUED,
            col(NoticeRow.next_at).is_(None),
            col(NoticeRow.template).in_(list(templates)),
            NoticeRow.body == "",
            NoticeRow.tries == 0,
            col(NoticeRow.created_at) <= now,
        )

    def naming(self, words: Iterable[str]) -> list[Notice]:
        """Letters with one of these texts in their title, text or values."""
        columns = (col(NoticeRow.title), col(NoticeRow.body), cast(col(NoticeRow.values), String))
        return self.where(
            or_(*(column.contains(one, autoescape=True) for column in columns for one in words))
        )

    def about(self, subject_kind: str, subject_id: str) -> list[Notice]:
        """Letters about one thing, oldest first."""
        return self.where(
            NoticeRow.subject_kind == subject_kind, NoticeRow.subject_id == subject_id
        )

    def keyed(self, key: str) -> Notice | None:
        return self.first(NoticeRow.dedup_key == key)

    def newest(self, *, to: str = "", limit: int, offset: int = 0) -> list[Notice]:
        """One page of the outbox, newest first; ``to`` is a part of the address."""
        statement = self.addressed(select(NoticeRow), to)
        newest = statement.order_by(col(NoticeRow.created_at).desc(), col(NoticeRow.id).desc())
        return self.read_all(self.session.exec(newest.limit(limit).offset(offset)).all())

    def how_many(self, *, to: str = "") -> int:
        statement = self.addressed(select(func.count()).select_from(NoticeRow), to)
        return self.session.exec(statement).one()

    def addressed(self, statement: SelectOfScalar[AnyT], to: str) -> SelectOfScalar[AnyT]:
        """Only letters whose address has ``to`` in it."""
        if not to.strip():
            return statement
        part = fold_address(to)
        people = select(PersonRow.id).where(col(PersonRow.email).contains(part, autoescape=True))
        own = col(NoticeRow.address).contains(part, autoescape=True)
        theirs = col(NoticeRow.address).is_(None) & col(NoticeRow.person_id).in_(people)
        return statement.where(own | theirs)


class Runs(Repository[RunRow, Run]):
    row = RunRow
    schema = Run
    order = ("requested_at", "id")

    def ask(
        self, deployment: str, *, marathon_id: str | None, by: str | None, now: datetime
    ) -> Run:
        """Ask for a run; one that has not started yet serves every later asker too."""
        same = select(RunRow).where(
            RunRow.deployment == deployment,
            RunRow.marathon_id == marathon_id if marathon_id else col(RunRow.marathon_id).is_(None),
            col(RunRow.state).in_((RunState.WAITING, RunState.DISPATCHED)),
        )
        # Locked, so that the run cannot begin before what it is asked to see is committed.
        for waiting in self.all(same.limit(1).with_for_update()):
            return waiting
        return self.add(
            Run(
                id=new_id(),
                deployment=deployment,
                marathon_id=marathon_id,
                requested_by=by,
                requested_at=now,
            )
        )

    def waiting(self, *, limit: int = 20) -> list[Run]:
        return self.all(select(RunRow).where(RunRow.state == RunState.WAITING).limit(limit))

    def unfinished(self) -> list[Run]:
        return self.where(col(RunRow.state).in_(UNFINISHED))

    def latest(self, marathon_id: str, *, limit: int = 20) -> list[Run]:
        """The newest runs of a marathon, newest first."""
        statement = select(RunRow).where(RunRow.marathon_id == marathon_id)
        newest = statement.order_by(col(RunRow.requested_at).desc()).limit(limit)
        return self.read_all(self.session.exec(newest).all())

    def newest_of_each(self) -> list[Run]:
        """The newest run of every deployment and marathon, newest first."""
        newest = func.max(RunRow.requested_at).over(
            partition_by=(col(RunRow.deployment), col(RunRow.marathon_id))
        )
        ranked = select(RunRow.id, RunRow.requested_at, newest.label("newest")).subquery()
        last = select(ranked.c.id).where(ranked.c.requested_at == ranked.c.newest)
        found = self.where(col(RunRow.id).in_(last))
        return sorted(found, key=lambda run: run.requested_at, reverse=True)


class RememberedAnswers(Repository[IdempotencyRow, IdempotencyRecord]):
    row = IdempotencyRow
    schema = IdempotencyRecord

    def of(self, person_id: str, key: str) -> IdempotencyRecord | None:
        return self.first(IdempotencyRow.person_id == person_id, IdempotencyRow.key == key)
