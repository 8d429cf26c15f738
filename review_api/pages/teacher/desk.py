"""One material opened by somebody who may: its marathon, files, and the way to save a part."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import JSONResponse, Response

from flows.intake import operations, rules
from flows.intake.rules import Allowance
from flows.intake.ways_in import allowances_for
from review_api import formats
from review_api.access import can
from review_api.frame import Link
from review_api.pages.visit import Visit
from schemas.cluster import Municipality, Organisation
from schemas.errors import Conflict, DeadlinePassed
from schemas.lifecycle import may_move
from schemas.marathon import Marathon
from schemas.people import Actor
from schemas.submission import (
    UNSENT,
    Children,
    ConsentKind,
    Submission,
    SubmissionDraft,
    SubmissionFile,
    SubmissionStatus,
)

STALE = (
    "Пока вы писали, материал изменили в другом окне. Ниже ваш текст; сохранённый стоит под ним. "
    "Нажмите кнопку ещё раз, чтобы остался ваш."
)
YOURS_IS_BELOW = "Ваш текст не сохранён, но не потерян: он стоит ниже, скопируйте его."
SENT = "Отправленный материал меняется только кнопкой."
# What becomes known of an author without anybody changing the line.
NOT_TYPED = {"authors": {"__all__": {"confirmed_at", "person_id"}}}


@dataclass(frozen=True)
class Desk:
    """What every page about one material works with."""

    visit: Visit
    submission: Submission
    marathon: Marathon
    files: list[SubmissionFile]
    allowances: tuple[Allowance, ...] = ()

    @property
    def address(self) -> str:
        return f"/my/{self.submission.id}"

    @property
    def name(self) -> str:
        return self.submission.title or "Материал без названия"

    @property
    def link(self) -> Link:
        return Link(text="К материалу", href=self.address)

    @property
    def file(self) -> SubmissionFile | None:
        return self.files[-1] if self.files else None

    @property
    def actor(self) -> Actor:
        """Whoever acts; an organiser acts on the owner's behalf, and the journal says so."""
        return actor_for(self.visit.person.id, self.submission)

    @property
    def is_unsent(self) -> bool:
        return self.submission.status in UNSENT

    def may(self, action: str) -> bool:
        return can(self.visit.viewer, f"submission.{action}", self.submission)

    @property
    def is_editable(self) -> bool:
        """For this person: co-authors only read."""
        return self.may("edit") and not self.too_late

    @property
    def too_late(self) -> str:
        """Why nothing can be changed any more; empty while it can."""
        try:
            rules.require_editable(
                self.marathon, self.submission, now=self.visit.now, allowances=self.allowances
            )
        except Conflict as error:
            return error.sentence
        return ""

    @property
    def refusal(self) -> str:
        """Why it cannot be sent now; empty when it can."""
        try:
            rules.require_open(
                self.marathon,
                self.submission,
                now=self.visit.now,
                grace_minutes=self.visit.settings.grace_minutes,
                allowances=self.allowances,
            )
        except DeadlinePassed as error:
            return error.sentence
        return ""

    @property
    def takes(self) -> bool:
        return not self.refusal

    @property
    def extended_until(self) -> datetime | None:
        """The person's own deadline, where it is later than everybody's."""
        own = rules.allowed_until(self.allowances, track=self.submission.track)
        return own if own and own > self.marathon.submissions_until else None

    @property
    def until(self) -> datetime:
        """When sending ends for this person, unless organisers end it earlier."""
        return self.extended_until or self.marathon.submissions_until

    @property
    def may_withdraw(self) -> bool:
        movable = may_move("submission", self.submission.status, SubmissionStatus.WITHDRAWN)
        return movable and self.may("withdraw")

    @property
    def consented(self) -> frozenset[ConsentKind]:
        return frozenset(consent.kind for consent in self.submission.consents)

    @property
    def has_children_answer(self) -> bool:
        return self.submission.children is not Children.UNANSWERED

    @property
    def contact(self) -> str:
        return self.marathon.contact or self.visit.settings.contact

    @property
    def municipalities(self) -> list[Municipality]:
        return self.visit.work.municipalities.of_cluster(self.marathon.cluster_id)

    @property
    def organisations(self) -> list[Organisation]:
        return self.visit.work.organisations.of_cluster(self.marathon.cluster_id)

    def stamp(self, *names: str) -> int:
        """A number that changes when one of these parts does; other parts never make a form stale."""
        return stamp_of(self.submission, names)

    def require_fresh(self, stamp: int, **changes: object) -> None:
        """Raises ``Conflict`` when these parts have changed since ``stamp``, unless to the same."""
        same = all(getattr(self.submission, name) == value for name, value in changes.items())
        if stamp != self.stamp(*changes) and not same:
            raise Conflict(STALE, code="stale_version")

    def keep_part(self, stamp: int, **changes: object) -> Submission:
        """Save these parts of the draft; raises ``Conflict`` when ``stamp`` is stale."""
        self.require_fresh(stamp, **changes)
        return self.keep(self.submission.version, **changes)

    def saved(self, stamp: int) -> Response:
        """The answer to an autosave: when, and the stamp to send next time."""
        clock = formats.Formats("ru", self.marathon.zone, str).clock(self.visit.now)
        return JSONResponse({"saved_at": clock, "version": stamp})

    def keep(self, version: int, **changes: object) -> Submission:
        """Save a part of the draft; raises ``Conflict`` when ``version`` is stale."""
        whole = {
            name: getattr(self.submission, name) for name in SubmissionDraft.model_fields
        } | changes
        return operations.save_draft(
            self.visit.work,
            self.submission.id,
            SubmissionDraft.model_validate(whole),
            by=self.actor,
            now=self.visit.now,
            version=version,
        )


def actor_for(person_id: str, submission: Submission) -> Actor:
    """See ``Desk.actor``."""
    owner = submission.owner_id
    return Actor(person_id=person_id, on_behalf_of=None if person_id == owner else owner)


def stamp_of(submission: Submission, names: Collection[str]) -> int:
    """See ``Desk.stamp``; small enough for a number of JavaScript."""
    content = submission.model_dump_json(include=set(names), exclude=NOT_TYPED)
    return int.from_bytes(hashlib.sha256(content.encode()).digest()[:6])


def open_desk(visit: Visit, submission_id: str, *, to: str = "see", late: bool = False) -> Desk:
    """Raises ``NotFound`` unless this person may ``to`` the material: see, edit, consent, withdraw.

    Raises ``Conflict`` when it is too late to edit, unless ``late``: then the page shows what was
    typed back, and says so.
    """
    _ = visit.person
    submission = visit.work.submissions.get(submission_id)
    visit.require(f"submission.{to}", submission)
    desk = Desk(
        visit=visit,
        submission=submission,
        marathon=visit.work.marathons.get(submission.marathon_id),
        files=visit.work.files.of(submission_id),
        allowances=allowances_for(visit.work, submission),
    )
    if to == "edit" and desk.too_late and not late:
        raise Conflict(desk.too_late, code="not_editable")
    if to == "consent":
        rules.require_consentable(submission)
    return desk
