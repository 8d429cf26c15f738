"""How much waits and how much is done: counts for who watches an installation, never contents."""

from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from schemas.outbox import NoticeStatus, RunState
from storage.tables.traffic import JournalRow, NoticeRow, RunRow


class Tallies:
    """Each answer is one question to the database."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def runs(self) -> dict[RunState, int]:
        """How many runs are in each state; zero for states nobody is in."""
        found = select(RunRow.state, func.count()).group_by(col(RunRow.state))
        counted = {RunState(state): count for state, count in self.session.exec(found)}
        return dict.fromkeys(RunState, 0) | counted

    def letters(self) -> dict[NoticeStatus, int]:
        """How many letters are in each state; zero for states nobody is in."""
        found = select(NoticeRow.status, func.count()).group_by(col(NoticeRow.status))
        counted = {NoticeStatus(status): count for status, count in self.session.exec(found)}
        return dict.fromkeys(NoticeStatus, 0) | counted

    def oldest_waiting_run(self) -> datetime | None:
        """When the run that waits longest was asked for."""
        asked = select(func.min(RunRow.requested_at)).where(RunRow.state == RunState.WAITING)
        return self.session.exec(asked).one()

    def oldest_queued_letter(self) -> datetime | None:
        """When the letter that waits longest was written."""
        written = select(func.min(NoticeRow.created_at)).where(
            NoticeRow.status == NoticeStatus.QUEUED
        )
        return self.session.exec(written).one()

    def journal(self) -> int:
        """The number of the newest entry of the journal."""
        return self.session.exec(select(func.max(JournalRow.number))).one() or 0
