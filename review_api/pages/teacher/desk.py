"""One material opened by somebody who may: its marathon, files, and the way to save a part."""

from dataclasses import dataclass

from flows.intake import operations, rules
from review_api.access import can
from review_api.frame import Link
from review_api.pages.visit import Visit
from schemas.cluster import Municipality, Organisation
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


@dataclass(frozen=True)
class Desk:
    """What every page about one material works with."""

    visit: Visit
    submission: Submission
    marathon: Marathon
    files: list[SubmissionFile]

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
        person = self.visit.person.id
        owner = self.submission.owner_id
        return Actor(person_id=person, on_behalf_of=None if person == owner else owner)

    @property
    def is_unsent(self) -> bool:
        return self.submission.status in UNSENT

    def may(self, action: str) -> bool:
        return can(self.visit.viewer, f"submission.{action}", self.submission)

    @property
    def is_editable(self) -> bool:
        """For this person: co-authors only read."""
        now = self.visit.now
        return self.may("edit") and rules.is_editable(self.marathon, self.submission, now=now)

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


def open_desk(visit: Visit, submission_id: str, *, to: str = "see") -> Desk:
    """Raises ``NotFound`` unless this person may ``to`` the material: see, edit, consent, withdraw."""
    _ = visit.person
    submission = visit.work.submissions.get(submission_id)
    visit.require(f"submission.{to}", submission)
    desk = Desk(
        visit=visit,
        submission=submission,
        marathon=visit.work.marathons.get(submission.marathon_id),
        files=visit.work.files.of(submission_id),
    )
    if to == "edit":
        rules.require_editable(desk.marathon, submission, now=visit.now)
    if to == "consent":
        rules.require_consentable(submission)
    return desk


def plain_line(text: str, most: int = 300) -> str:
    """One line of printable characters, as typed but without stray spaces."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:most]


def plain_text(text: str) -> str:
    """Several lines without control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in lines if letter == "\n" or letter.isprintable()).strip()
