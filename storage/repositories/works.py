"""Marathons, submissions and their files, assignments, reviews, decisions."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import case, func, or_
from sqlmodel import col, select

from schemas.assignment import (
    HELD,
    OPEN,
    Assignment,
    AssignmentStatus,
)
from schemas.decision import Decision
from schemas.errors import NotFound
from schemas.lifecycle import SENT_BACK, Consequence
from schemas.marathon import Marathon, Track
from schemas.ordering import sort_text
from schemas.rubric import RUBRICS
from schemas.submission import (
    Author,
    Consent,
    Submission,
    SubmissionStatus,
)
from storage.repositories.door import MovingRepository
from storage.repositories.parts import BATCH, Part
from storage.repositories.people import fold
from storage.repositories.rows import KEY_STAYS, MISSING, Condition
from storage.repositories.rubrics import Rubrics
from storage.tables.registry import ExpertRow, PersonRow
from storage.tables.works import (
    AssignmentRow,
    AuthorRow,
    ConsentRow,
    DecisionRow,
    MarathonRow,
    SubmissionRow,
    TrackRow,
)


class Marathons(MovingRepository[MarathonRow, Marathon]):
    """A marathon keeps a copy of the expert sheet it names, taken when it names it."""

    row = MarathonRow
    schema = Marathon
    kind = "marathon"
    status_field = "phase"
    order = ("opens_at", "id")
    parts = (Part(field="tracks", row=TrackRow, owner="marathon_id", shape=Track),)

    def add(self, value: Marathon) -> Marathon:
        added = super().add(value)
        self.take_rubric(added)
        return added

    def save(self, value: Marathon) -> Marathon:
        before = self.locked(value.id).rubric
        saved = super().save(value)
        if saved.rubric != before:
            self.take_rubric(saved)
        return saved

    def take_rubric(self, marathon: Marathon) -> None:
        Rubrics(self.session).keep(marathon.id, RUBRICS[marathon.rubric])

    def marathon_of(self, thing: Marathon) -> str:
        return thing.id


def author_keys(_whole: Submission, author: Author) -> dict[str, object]:
    return {"name_key": sort_text(author.name)}


class Submissions(MovingRepository[SubmissionRow, Submission]):
    row = SubmissionRow
    schema = Submission
    kind = "submission"
    order = ("number",)
    parts = (
        Part(field="authors", row=AuthorRow, owner="submission_id", shape=Author, keys=author_keys),
        Part(field="consents", row=ConsentRow, owner="submission_id", shape=Consent),
    )

    def keys(self, value: Submission) -> dict[str, object]:
        authors = (f"{author.name} {author.organisation}" for author in value.authors)
        words = (str(value.number), value.title, value.subject, *value.keywords, *authors)
        return {"search_key": fold(" ".join(words)), "title_key": sort_text(value.title)}

    def consequence_of(self, thing: Submission, to: StrEnum) -> Consequence:
        """A person who returns a work says why; a file that is refused is a reason of its own."""
        said = to is SubmissionStatus.RETURNED and thing.return_reason
        return SENT_BACK if said else super().consequence_of(thing, to)

    def recipients(self, thing: Submission) -> list[str]:
        """The owner and, once the work has been sent, its other authors who have an address.

        Nobody writes to a guest, who has no address yet, nor about a draft to those it names.
        """
        owner = self.session.get_one(PersonRow, thing.owner_id)
        signed = [author.person_id for author in thing.authors] if thing.submitted_at else []
        others = select(PersonRow.id).where(
            col(PersonRow.id).in_([one for one in signed if one and one != owner.id]),
            col(PersonRow.guest).is_(False),
            col(PersonRow.email).is_not(None),
            col(PersonRow.erased_at).is_(None),
        )
        reached = set(self.session.exec(others).all())
        told = [one for one in dict.fromkeys(signed) if one in reached]
        return [*([] if owner.guest else [owner.id]), *told]

    def next_number(self, marathon_id: str) -> int:
        """The marathon is locked first, so that two people never get the same number."""
        self.session.get(MarathonRow, marathon_id, with_for_update=KEY_STAYS)
        newest = select(func.max(col(SubmissionRow.number))).where(
            SubmissionRow.marathon_id == marathon_id
        )
        return (self.session.exec(newest).one() or 0) + 1

    def of_marathon(
        self, marathon_id: str, *, status: Iterable[SubmissionStatus] | None = None
    ) -> list[Submission]:
        wanted: list[Condition] = [SubmissionRow.marathon_id == marathon_id]
        if status is not None:
            wanted.append(col(SubmissionRow.status).in_(list(status)))
        return self.where(*wanted)

    def of_owner(self, person_id: str) -> list[Submission]:
        return self.where(SubmissionRow.owner_id == person_id)

    def of_person(self, person_id: str) -> list[Submission]:
        """Works the person fills in or is named in as an author."""
        written = select(AuthorRow.submission_id).where(AuthorRow.person_id == person_id)
        return self.where(
            or_(col(SubmissionRow.owner_id) == person_id, col(SubmissionRow.id).in_(written))
        )

    def signed_by(self, person_ids: Iterable[str]) -> list[Submission]:
        """Works of every marathon that one of these people is named in as an author."""
        wanted = sorted(set(person_ids))
        found: dict[str, Submission] = {}
        for start in range(0, len(wanted), BATCH):
            some = wanted[start : start + BATCH]
            written = select(AuthorRow.submission_id).where(col(AuthorRow.person_id).in_(some))
            found |= {one.id: one for one in self.where(col(SubmissionRow.id).in_(written))}
        return list(found.values())

    def by_number(self, marathon_id: str, number: int) -> Submission:
        found = self.first(SubmissionRow.marathon_id == marathon_id, SubmissionRow.number == number)
        if found is None:
            raise NotFound(MISSING)
        return found

    def search(self, marathon_id: str, words: str) -> list[Submission]:
        """Works whose number, title, subject, keywords or authors hold every word."""
        return self.where(*self.holding(marathon_id, words))

    def page_of(
        self,
        marathon_id: str,
        *,
        words: str = "",
        reader: tuple[str, frozenset[str]] | None = None,
        after: int | None,
        limit: int,
    ) -> list[Submission]:
        """Works with numbers greater than ``after`` that hold every word, by number.

        With a ``reader``, a person and municipalities: what they wrote or what comes from there.
        """
        theirs = (self.of_reader(*reader),) if reader else ()
        here = self.holding(marathon_id, words)
        return self.next_of(*here, *theirs, after=after, limit=limit)

    def of_reader(self, person_id: str, places: frozenset[str]) -> Condition:
        wrote = col(AuthorRow.person_id) == person_id
        from_there = col(AuthorRow.municipality_id).in_(places)
        written = select(AuthorRow.submission_id).where(or_(wrote, from_there))
        return or_(col(SubmissionRow.owner_id) == person_id, col(SubmissionRow.id).in_(written))

    def of_places(self, marathon_id: str, places: Iterable[str]) -> list[Submission]:
        """Works with an author from one of these municipalities."""
        written = select(AuthorRow.submission_id).where(
            col(AuthorRow.municipality_id).in_(set(places))
        )
        return self.where(
            SubmissionRow.marathon_id == marathon_id, col(SubmissionRow.id).in_(written)
        )

    def holding(self, marathon_id: str, words: str) -> list[Condition]:
        holds = (
            col(SubmissionRow.search_key).contains(w, autoescape=True) for w in fold(words).split()
        )
        return [SubmissionRow.marathon_id == marathon_id, *holds]

    def formats(self, marathon_id: str) -> dict[str, str]:
        """The practice formats by the works' ids."""
        here = select(SubmissionRow.id, SubmissionRow.format)
        return dict(self.session.exec(here.where(SubmissionRow.marathon_id == marathon_id)).all())

    def counts(self, marathon_id: str) -> dict[SubmissionStatus, int]:
        statement = (
            select(SubmissionRow.status, func.count())
            .where(SubmissionRow.marathon_id == marathon_id)
            .group_by(col(SubmissionRow.status))
        )
        return {SubmissionStatus(status): n for status, n in self.session.exec(statement)}


class Assignments(MovingRepository[AssignmentRow, Assignment]):
    row = AssignmentRow
    schema = Assignment
    kind = "assignment"

    def recipients(self, thing: Assignment) -> list[str]:
        expert = self.session.get_one(ExpertRow, thing.expert_id)
        return [expert.person_id]

    def recipients_of_each(self, things: Sequence[Assignment]) -> dict[str, list[str]]:
        wanted = sorted({one.expert_id for one in things})
        person_of: dict[str, str] = {}
        for start in range(0, len(wanted), BATCH):
            some = col(ExpertRow.id).in_(wanted[start : start + BATCH])
            person_of |= dict(
                self.session.exec(select(ExpertRow.id, ExpertRow.person_id).where(some)).all()
            )
        return {one.id: [person_of[one.expert_id]] for one in things}

    def of_marathon(
        self, marathon_id: str, *, status: Iterable[AssignmentStatus] | None = None
    ) -> list[Assignment]:
        wanted: list[Condition] = [AssignmentRow.marathon_id == marathon_id]
        if status is not None:
            wanted.append(col(AssignmentRow.status).in_(list(status)))
        return self.where(*wanted)

    def of_expert(self, expert_id: str) -> list[Assignment]:
        return self.where(AssignmentRow.expert_id == expert_id)

    def loads(
        self, expert_ids: Iterable[str], *, marathon_id: str | None = None
    ) -> dict[str, Counter[AssignmentStatus]]:
        """How many assignments at each status the experts have, in one marathon or in all."""
        wanted = {one: Counter[AssignmentStatus]() for one in expert_ids}
        found = select(AssignmentRow.expert_id, AssignmentRow.status, func.count()).where(
            col(AssignmentRow.expert_id).in_(wanted)
        )
        if marathon_id is not None:
            found = found.where(AssignmentRow.marathon_id == marathon_id)
        grouped = found.group_by(col(AssignmentRow.expert_id), col(AssignmentRow.status))
        for expert_id, status, count in self.session.exec(grouped):
            wanted[expert_id][AssignmentStatus(status)] = count
        return wanted

    def page_of(
        self, marathon_id: str, *, expert_id: str | None = None, after: str | None, limit: int
    ) -> list[Assignment]:
        """The marathon's assignments, or one expert's of them, with ids greater than ``after``."""
        here: list[Condition] = [AssignmentRow.marathon_id == marathon_id]
        if expert_id is not None:
            here.append(AssignmentRow.expert_id == expert_id)
        return self.next_of(*here, after=after, limit=limit)

    def of_submission(self, submission_id: str, *, round_: int | None = None) -> list[Assignment]:
        wanted: list[Condition] = [AssignmentRow.submission_id == submission_id]
        if round_ is not None:
            wanted.append(AssignmentRow.round == round_)
        return self.where(*wanted)

    def of_submissions(self, submission_ids: Iterable[str]) -> list[Assignment]:
        """Of every round."""
        wanted, found = sorted(set(submission_ids)), []
        for start in range(0, len(wanted), BATCH):
            some = wanted[start : start + BATCH]
            found += self.where(col(AssignmentRow.submission_id).in_(some))
        return sorted(found, key=lambda one: one.id)

    def of_due_works(
        self,
        marathon: Marathon,
        *,
        over: Iterable[SubmissionStatus],
        soon: datetime,
        closed: bool,
    ) -> list[str]:
        """Ids of works that a sweep over assignments may have to do something about.

        They have all their reviews (any, once reviews are ``closed``), or somebody is expected to
        act on them before ``soon``, or still holds them although they are ``over``.
        """
        sent = (
            select(func.count())
            .where(
                col(AssignmentRow.submission_id) == col(SubmissionRow.id),
                col(AssignmentRow.round) == col(SubmissionRow.round),
                col(AssignmentRow.status) == AssignmentStatus.SUBMITTED,
            )
            .correlate(SubmissionRow)
            .scalar_subquery()
        )
        enough = 1 if closed else marathon.assignment.reviews + col(SubmissionRow.extra_reviews)
        reviewed = select(SubmissionRow.id).where(
            SubmissionRow.marathon_id == marathon.id,
            SubmissionRow.status == SubmissionStatus.IN_REVIEW,
            sent >= enough,
        )
        until = case(
            (col(AssignmentRow.status) == AssignmentStatus.INVITED, AssignmentRow.answer_until),
            else_=AssignmentRow.due_at,
        )
        awaited = (
            select(AssignmentRow.submission_id)
            .join(SubmissionRow, col(SubmissionRow.id) == col(AssignmentRow.submission_id))
            .where(
                AssignmentRow.marathon_id == marathon.id,
                col(AssignmentRow.status).in_(list(OPEN)),
                or_(
                    until <= soon,
                    col(SubmissionRow.status).in_(list(over)),
                    col(AssignmentRow.round) < col(SubmissionRow.round),
                ),
            )
        )
        return sorted({*self.session.exec(reviewed).all(), *self.session.exec(awaited).all()})

    def held(self, marathon_id: str) -> list[Assignment]:
        """Assignments that stand: proposed to submitted."""
        return self.of_marathon(marathon_id, status=HELD)


class Decisions(MovingRepository[DecisionRow, Decision]):
    row = DecisionRow
    schema = Decision
    kind = "decision"

    def recipients(self, thing: Decision) -> list[str]:
        """Whoever sent the work and every author who is registered."""
        owner_id = self.session.get_one(SubmissionRow, thing.submission_id).owner_id
        authors = select(AuthorRow.person_id).where(
            AuthorRow.submission_id == thing.submission_id, col(AuthorRow.person_id).is_not(None)
        )
        known = [person_id for person_id in self.session.exec(authors).all() if person_id]
        return list(dict.fromkeys([owner_id, *known]))

    def recipients_of_each(self, things: Sequence[Decision]) -> dict[str, list[str]]:
        wanted = sorted({one.submission_id for one in things})
        told: dict[str, list[str]] = defaultdict(list)
        for start in range(0, len(wanted), BATCH):
            some = wanted[start : start + BATCH]
            owners = select(SubmissionRow.id, SubmissionRow.owner_id).where(
                col(SubmissionRow.id).in_(some)
            )
            authors = select(AuthorRow.submission_id, AuthorRow.person_id).where(
                col(AuthorRow.submission_id).in_(some), col(AuthorRow.person_id).is_not(None)
            )
            for work, person in self.session.exec(owners).all():
                told[work].append(person)
            for work, author in self.session.exec(authors.order_by(col(AuthorRow.place))).all():
                told[work].append(author or "")
        return {one.id: list(dict.fromkeys(told[one.submission_id])) for one in things}

    def of_marathon(self, marathon_id: str) -> list[Decision]:
        return self.where(DecisionRow.marathon_id == marathon_id)

    def of_submission(self, submission_id: str, *, round_: int) -> Decision | None:
        return self.first(DecisionRow.submission_id == submission_id, DecisionRow.round == round_)

    def page_of(
        self,
        marathon_id: str,
        *,
        submission_ids: Iterable[str] | None = None,
        after: str | None,
        limit: int,
    ) -> list[Decision]:
        """The marathon's decisions, or those on some works, with ids greater than ``after``."""
        here: list[Condition] = [DecisionRow.marathon_id == marathon_id]
        if submission_ids is not None:
            here.append(col(DecisionRow.submission_id).in_(set(submission_ids)))
        return self.next_of(*here, after=after, limit=limit)

    def of_submissions(self, submission_ids: Iterable[str]) -> list[Decision]:
        """Of every round."""
        return self.where(col(DecisionRow.submission_id).in_(set(submission_ids)))
