"""The journal, requested runs, remembered answers."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import delete, func
from sqlmodel import col, select

from schemas.heartbeat import Heartbeat, LivePart
from schemas.outbox import (
    IdempotencyRecord,
    JournalEntry,
    Run,
    RunState,
)
from schemas.people import Actor
from storage.identifiers import new_id
from storage.repositories.rows import Repository
from storage.tables.traffic import HeartbeatRow, IdempotencyRow, JournalRow, RunRow

GENESIS = "0" * 64
AT_ONCE = 1000  # entries of the journal in memory
SILENT = timedelta(seconds=60)
FORGOTTEN = timedelta(hours=1)  # parts get a new name at each start
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
        [entry] = self.chained(by, action, kind, [(subject_id, details or {})], now)
        return self.add(entry)

    def write_many(
        self,
        by: Actor,
        *,
        action: str,
        kind: str,
        about: Iterable[tuple[str, dict[str, str]]],
        now: datetime,
    ) -> None:
        """What ``write`` does for each subject and its details, in one statement."""
        self.add_many(self.chained(by, action, kind, about, now))

    def chained(
        self,
        by: Actor,
        action: str,
        kind: str,
        about: Iterable[tuple[str, dict[str, str]]],
        now: datetime,
    ) -> list[JournalEntry]:
        """New entries in a row after the last one, not yet written."""
        last = self.last()
        number, link = (last.number, last.hash) if last else (0, GENESIS)
        entries: list[JournalEntry] = []
        for subject_id, details in about:
            number += 1
            entry = JournalEntry(
                id=new_id(),
                number=number,
                at=now,
                person_id=by.person_id,
                on_behalf_of=by.on_behalf_of,
                part=by.part,
                action=action,
                subject_kind=kind,
                subject_id=subject_id,
                details=details,
                previous_hash=link,
                hash="",
            )
            link = entry_hash(entry)
            entries.append(entry.model_copy(update={"hash": link}))
        return entries

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


class Heartbeats(Repository[HeartbeatRow, Heartbeat]):
    row = HeartbeatRow
    schema = Heartbeat
    order = ("part", "name")

    def beat(self, part: LivePart, name: str, *, now: datetime) -> None:
        """Write down that the part lives; one row for each, those long silent go."""
        known = self.first(HeartbeatRow.part == part, HeartbeatRow.name == name)
        if known:
            self.save(known.model_copy(update={"at": now}))
        else:
            self.add(Heartbeat(id=new_id(), part=part, name=name, at=now))
        gone = delete(HeartbeatRow).where(col(HeartbeatRow.at) < now - FORGOTTEN)
        self.connection.execute(gone)

    def alive(self, part: LivePart, *, now: datetime) -> list[str]:
        """Names of those who gave a sign lately."""
        lately = now - SILENT
        return [
            one.name for one in self.where(HeartbeatRow.part == part, col(HeartbeatRow.at) > lately)
        ]


class RememberedAnswers(Repository[IdempotencyRow, IdempotencyRecord]):
    row = IdempotencyRow
    schema = IdempotencyRecord

    def of(self, person_id: str, key: str) -> IdempotencyRecord | None:
        return self.first(IdempotencyRow.person_id == person_id, IdempotencyRow.key == key)
