"""The one door through which every status changes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, TypeVar

from sqlmodel import Session

from schemas.base import Entity
from schemas.errors import Conflict
from schemas.lifecycle import Consequence, consequence, may_move, status_name
from schemas.outbox import Notice, NoticeStatus
from schemas.people import Actor
from storage.identifiers import new_id
from storage.repositories.letters import Notices
from storage.repositories.rows import Repository, RowT
from storage.repositories.traffic import Journal, Runs

MovingT = TypeVar("MovingT", bound=Entity)


def no_changes(_thing: object) -> Mapping[str, object]:
    return {}


class MovingRepository(Repository[RowT, MovingT]):
    """A repository of things with a status: moves are checked, journalled and followed up."""

    kind: ClassVar[str]
    status_field: ClassVar[str] = "status"

    def __init__(self, session: Session, journal: Journal, notices: Notices, runs: Runs) -> None:
        super().__init__(session)
        self.journal = journal
        self.notices = notices
        self.runs = runs

    def move(
        self, thing: MovingT, *, to: StrEnum, by: Actor, now: datetime, **changes: object
    ) -> MovingT:
        """``thing`` at status ``to`` with ``changes``.

        Raises ``Conflict`` when that is not allowed, or when somebody else has just moved it.
        """
        self.journal.lock()
        before = getattr(thing, self.status_field)
        stored = getattr(self.locked(thing.id), self.status_field)
        if stored != before or not may_move(self.kind, before, to):
            raise Conflict(self.refusal(stored), code="move_not_allowed")
        moved = self.save(thing.model_copy(update={**changes, self.status_field: to}))
        details = {"from": before.value, "to": to.value}
        self.journal.write(
            by, action="moved", kind=self.kind, subject_id=moved.id, details=details, now=now
        )
        self.follow_up(moved, to, by, now)
        return moved

    def move_all(
        self,
        things: Sequence[MovingT],
        *,
        to: StrEnum,
        by: Actor,
        now: datetime,
        changes: Callable[[MovingT], Mapping[str, object]] = no_changes,
    ) -> list[MovingT]:
        """What ``move`` does, for many things in a few statements; ``changes`` are each thing's own.

        All or none: raises ``Conflict`` as ``move`` does. Parts of things cannot be changed here.
        """
        self.journal.lock()
        self.require_movable(things, to)
        wanted = [one.model_copy(update={**changes(one), self.status_field: to}) for one in things]
        moved = self.save_all(wanted)
        before = {one.id: getattr(one, self.status_field).value for one in things}
        self.journal.write_many(
            by,
            action="moved",
            kind=self.kind,
            about=[(one.id, {"from": before[one.id], "to": to.value}) for one in moved],
            now=now,
        )
        self.follow_up_all(moved, to, by, now)
        return moved

    def require_movable(self, things: Sequence[MovingT], to: StrEnum) -> None:
        """Raises ``Conflict`` when one of them stands elsewhere by now, or may not go there."""
        stored = self.locked_column(self.status_field, [one.id for one in things])
        for one in things:
            here = stored[one.id]
            if here != getattr(one, self.status_field) or not may_move(self.kind, here, to):
                raise Conflict(self.refusal(here), code="move_not_allowed")

    def follow_up_all(
        self, things: Sequence[MovingT], to: StrEnum, by: Actor, now: datetime
    ) -> None:
        known = [(one, self.consequence_of(one, to)) for one in things]
        sweeps = {(what.sweep, self.marathon_of(one)) for one, what in known if what.sweep}
        for sweep, marathon_id in sorted(sweeps, key=str):
            self.runs.ask(sweep, marathon_id=marathon_id, by=by.person_id, now=now)
        told = [(one, what) for one, what in known if what.notice]
        readers = self.recipients_of_each([one for one, _ in told])
        self.notices.write_many(
            [self.letter(one, what, to, now) for one, what in told for to in readers[one.id]]
        )

    def change(self, thing: MovingT, **changes: object) -> MovingT:
        """``thing`` with ``changes`` at the status it has, for rows without a version.

        Raises ``Conflict`` when somebody has moved it since it was read: writing would undo that.
        """
        self.journal.lock()
        stored = getattr(self.locked(thing.id), self.status_field)
        if stored != getattr(thing, self.status_field):
            raise Conflict(self.refusal(stored), code="move_not_allowed")
        return self.save(thing.model_copy(update=changes))

    def refusal(self, stored: StrEnum) -> str:
        return f"Сейчас это невозможно: состояние «{status_name(stored)}». Обновите страницу."

    def follow_up(self, thing: MovingT, to: StrEnum, by: Actor, now: datetime) -> None:
        what = self.consequence_of(thing, to)
        if what.sweep:
            self.runs.ask(what.sweep, marathon_id=self.marathon_of(thing), by=by.person_id, now=now)
        if what.notice:
            self.write_letters(thing, what, now)

    def consequence_of(self, thing: MovingT, to: StrEnum) -> Consequence:  # noqa: ARG002
        return consequence(self.kind, to)

    def write_letters(self, thing: MovingT, what: Consequence, now: datetime) -> None:
        for person_id in self.recipients(thing):
            self.notices.write(self.letter(thing, what, person_id, now))

    def letter(self, thing: MovingT, what: Consequence, person_id: str, now: datetime) -> Notice:
        """The letter to one person that follows from a move."""
        return Notice(
            id=new_id(),
            template=what.notice or "",
            dedup_key=f"{what.notice}/{self.letter_key(thing, person_id)}",
            subject_kind=self.kind,
            subject_id=thing.id,
            person_id=person_id,
            marathon_id=self.marathon_of(thing),
            status=NoticeStatus.DRAFT if what.notice_is_draft else NoticeStatus.QUEUED,
            created_at=now,
        )

    def letter_key(self, thing: MovingT, person_id: str) -> str:
        """One letter per thing, person and version of the thing."""
        return f"{thing.id}/{person_id}/{getattr(thing, 'version', 0)}"

    def marathon_of(self, thing: MovingT) -> str | None:
        return getattr(thing, "marathon_id", None)

    def recipients(self, thing: MovingT) -> list[str]:  # noqa: ARG002
        return []

    def recipients_of_each(self, things: Sequence[MovingT]) -> dict[str, list[str]]:
        """``recipients`` of every thing by its id."""
        return {one.id: self.recipients(one) for one in things}
