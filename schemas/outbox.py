"""What leaves the installation: letters to people and requests to run flows."""

from datetime import datetime
from enum import StrEnum

from schemas.base import Entity


class NoticeStatus(StrEnum):
    """Decision letters start as drafts that organisers read; system letters are queued at once.

    A merged letter has left as a part of one letter about several works.
    """

    DRAFT = "draft"
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    DISCARDED = "discarded"
    BOUNCED = "bounced"
    MERGED = "merged"


NOTICE_STATUS_NAMES = {
    NoticeStatus.DRAFT: "черновик",
    NoticeStatus.QUEUED: "отправляется",
    NoticeStatus.SENT: "отправлено",
    NoticeStatus.FAILED: "не ушло",
    NoticeStatus.DISCARDED: "удалено",
    NoticeStatus.BOUNCED: "вернулось",
    NoticeStatus.MERGED: "вошло в общее письмо",
}


class Notice(Entity):
    """A letter by ``template`` about ``subject_kind``/``subject_id``; written out on delivery."""

    template: str
    person_id: str | None = None
    address: str | None = None
    marathon_id: str | None = None
    subject_kind: str = ""
    subject_id: str = ""
    values: dict[str, str] = {}
    dedup_key: str
    status: NoticeStatus = NoticeStatus.QUEUED
    created_at: datetime
    title: str = ""
    body: str = ""
    tries: int = 0
    next_at: datetime | None = None
    sent_at: datetime | None = None
    error: str = ""


class RunState(StrEnum):
    WAITING = "waiting"
    DISPATCHED = "dispatched"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


RUN_STATE_NAMES = {
    RunState.WAITING: "ждёт запуска",
    RunState.DISPATCHED: "передан на выполнение",
    RunState.RUNNING: "выполняется",
    RunState.COMPLETED: "готово",
    RunState.FAILED: "не удалось",
}


class Run(Entity):
    """A request to run a deployment and what has become of it; written in the asking transaction.

    ``progress`` is 0..1, ``message`` a Russian sentence, ``artefacts`` addresses on our pages.
    """

    deployment: str
    marathon_id: str | None = None
    requested_by: str | None = None
    requested_at: datetime
    state: RunState = RunState.WAITING
    progress: float = 0.0
    message: str = ""
    artefacts: tuple[str, ...] = ()
    prefect_run_id: str | None = None
    dispatch_tries: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None


class JournalEntry(Entity):
    """Who did what when; ``hash`` covers the entry and the one before it."""

    number: int
    at: datetime
    person_id: str | None = None
    on_behalf_of: str | None = None
    part: str = ""
    action: str
    subject_kind: str
    subject_id: str
    details: dict[str, str] = {}
    previous_hash: str
    hash: str


class IdempotencyRecord(Entity):
    """The first answer to a keyed request; a second one with the same key gets it again."""

    person_id: str
    key: str
    fingerprint: str
    subject_id: str
    created_at: datetime
