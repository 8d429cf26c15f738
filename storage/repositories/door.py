"""The one door through which every status changes."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, TypeVar

from sqlmodel import Session

from schemas.base import Entity
from schemas.errors import Conflict
from schemas.lifecycle import Consequence, consequence, may_move, status_name
from schemas.outbox import NoticeStatus
from schemas.people import Actor
from storage.repositories.rows import Repository, RowT
from storage.repositories.traffic import Journal, Notices, Runs

MovingT = TypeVar("MovingT", bound=Entity)


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
            self.notices.tell(
                what.notice or "",
                self.letter_key(thing, person_id),
                about=(self.kind, thing.id),
                person_id=person_id,
                marathon_id=self.marathon_of(thing),
                status=NoticeStatus.DRAFT if what.notice_is_draft else NoticeStatus.QUEUED,
                now=now,
            )

    def letter_key(self, thing: MovingT, person_id: str) -> str:
        """One letter per thing, person and version of the thing."""
        return f"{thing.id}/{person_id}/{getattr(thing, 'version', 0)}"

    def marathon_of(self, thing: MovingT) -> str | None:
        return getattr(thing, "marathon_id", None)

    def recipients(self, thing: MovingT) -> list[str]:  # noqa: ARG002
        return []
