"""Who may see and do what: decided here and nowhere else.

``can`` answers for one person, one action and one thing, from one table. What a person may not
see does not exist for them: ``require`` raises the same ``NotFound`` as a missing row.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from schemas.assignment import HELD, OPEN, Assignment
from schemas.certificate import Certificate
from schemas.cluster import Expert
from schemas.decision import Decision, DecisionStatus
from schemas.errors import NotFound
from schemas.marathon import Marathon, Phase
from schemas.people import Actor, Person, Role, RoleGrant
from schemas.submission import Submission, SubmissionStatus
from storage.repositories.rows import MISSING
from storage.work import Work

ORGANISERS = frozenset({Role.ORGANISER, Role.ADMINISTRATOR})
COUNCIL = frozenset({Role.CHAIR, Role.SECRETARY})


@dataclass(frozen=True)
class Viewer:
    """Somebody looking at a page; nobody signed in has no ``person``."""

    person: Person | None = None
    grants: tuple[RoleGrant, ...] = ()
    expert: Expert | None = None
    assignments: Mapping[str, Assignment] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.person.id if self.person else ""

    @property
    def actor(self) -> Actor:
        return Actor(person_id=self.person.id if self.person else None)

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    def has(self, *roles: Role) -> bool:
        return bool(self.roles & set(roles))

    def scopes(self, role: Role) -> frozenset[str]:
        return frozenset(grant.scope_id for grant in self.grants if grant.role is role)

    def is_assigned(self, submission_id: str) -> bool:
        """Whether this expert holds the work now; declined and replaced ones do not."""
        return any(
            item.submission_id == submission_id and item.status in HELD
            for item in self.assignments.values()
        )


NOBODY = Viewer()


def viewer_of(work: Work, person: Person) -> Viewer:
    expert = work.experts.of_person(person.id)
    assignments = work.assignments.of_expert(expert.id) if expert else []
    return Viewer(
        person=person,
        grants=tuple(work.roles.of(person.id)),
        expert=expert,
        assignments={item.id: item for item in assignments},
    )


def is_signed_in(viewer: Viewer, _thing: object) -> bool:
    return viewer.person is not None


def is_organiser(viewer: Viewer, _thing: object) -> bool:
    return bool(viewer.roles & ORGANISERS)


def is_administrator(viewer: Viewer, _thing: object) -> bool:
    return Role.ADMINISTRATOR in viewer.roles


def is_council(viewer: Viewer, _thing: object) -> bool:
    return bool(viewer.roles & COUNCIL)


def is_unbiased_council(viewer: Viewer, work: Submission) -> bool:
    """The council but whoever wrote the work or has still to send marks of it."""
    awaited = any(
        item.submission_id == work.id and item.status in OPEN
        for item in viewer.assignments.values()
    )
    return is_council(viewer, work) and not wrote(viewer, work) and not awaited


def is_chair(viewer: Viewer, _thing: object) -> bool:
    return Role.CHAIR in viewer.roles


def is_coordinator(viewer: Viewer, _thing: object) -> bool:
    return Role.COORDINATOR in viewer.roles


def owns(viewer: Viewer, work: Submission) -> bool:
    return viewer.person is not None and work.owner_id == viewer.person.id


def wrote(viewer: Viewer, work: Submission) -> bool:
    """Owners and registered co-authors."""
    if viewer.person is None:
        return False
    return owns(viewer, work) or any(author.person_id == viewer.id for author in work.authors)


def coordinates(viewer: Viewer, work: Submission) -> bool:
    """A coordinator of an author's municipality sees the work is there, never its marks."""
    return bool(viewer.scopes(Role.COORDINATOR) & work.municipality_ids)


def is_reviewing(viewer: Viewer, work: Submission) -> bool:
    return viewer.is_assigned(work.id) and not wrote(viewer, work)


def may_read_to_review(viewer: Viewer, work: Submission) -> bool:
    """The anonymised material, as an expert gets it: only while there is something to review."""
    gone = {SubmissionStatus.DRAFT, SubmissionStatus.WITHDRAWN}
    return is_reviewing(viewer, work) and work.status not in gone


def is_expert(viewer: Viewer, _thing: object) -> bool:
    return viewer.expert is not None


def holds(viewer: Viewer, item: Assignment) -> bool:
    return viewer.expert is not None and item.expert_id == viewer.expert.id


def still_holds(viewer: Viewer, item: Assignment) -> bool:
    return holds(viewer, item) and item.status in HELD


def is_released(_viewer: Viewer, decision: Decision) -> bool:
    return decision.status is DecisionStatus.CONFIRMED


class Outcome(NamedTuple):
    """A decision about a work, with everything the author gets with it."""

    submission: Submission
    decision: Decision


def wrote_and_is_told(viewer: Viewer, told: Outcome) -> bool:
    return wrote(viewer, told.submission) and is_released(viewer, told.decision)


def is_holder(viewer: Viewer, paper: Certificate) -> bool:
    return viewer.person is not None and paper.person_id == viewer.person.id


def is_public(_viewer: Viewer, marathon: Marathon) -> bool:
    return marathon.phase is not Phase.PREPARATION


def is_published(_viewer: Viewer, work: Submission) -> bool:
    """Out in the collection, and nobody has taken a consent back since."""
    return work.status is SubmissionStatus.PUBLISHED and not work.withheld


def may_give_role(viewer: Viewer, role: Role) -> bool:
    """Only administrators make administrators."""
    return is_administrator(viewer, role) or (
        is_organiser(viewer, role) and role is not Role.ADMINISTRATOR
    )


Predicate = Callable[[Viewer, Any], bool]

MAY: Mapping[str, tuple[Predicate, ...]] = {
    "marathon.see": (is_public, is_organiser, is_council),
    "marathon.edit": (is_organiser,),
    "marathon.join": (is_signed_in,),
    "stage.run": (is_organiser,),
    "run.see": (is_organiser,),
    "submission.list": (is_organiser,),
    "submission.see": (wrote, is_organiser, coordinates),
    "submission.edit": (owns, is_organiser),
    "submission.consent": (owns,),
    "submission.withdraw": (owns, is_organiser),
    "submission.original": (wrote, is_organiser),
    "submission.blind": (is_reviewing, wrote, is_organiser),
    "submission.authors": (wrote, is_organiser, coordinates),
    "outcome.see": (wrote_and_is_told,),
    "article.see": (is_published,),
    "certificate.download": (is_holder, is_organiser),
    "assignment.list": (is_organiser,),
    "plan.see": (is_organiser,),
    "conflict.list": (is_organiser,),
    "conflict.decide": (is_organiser,),
    "wish.say": (is_expert,),
    "assignment.see": (holds, is_organiser),
    "assignment.answer": (holds,),
    "review.pages": (is_expert,),
    "review.material": (may_read_to_review,),
    "review.write": (still_holds,),
    "review.read": (holds, is_organiser),
    "decision.list": (is_organiser, is_council),
    "decision.see": (is_organiser, is_unbiased_council),
    "decision.experts": (is_organiser,),
    "decision.confirm": (is_organiser, is_chair),
    "decision.override": (is_organiser, is_chair),
    "screening.see": (is_organiser,),
    "registry.edit": (is_organiser,),
    "notice.edit": (is_organiser,),
    "collection.build": (is_organiser,),
    "collection.unpublished": (is_organiser, is_council),
    "programme.edit": (is_organiser,),
    "certificate.issue": (is_organiser,),
    "policy.approve": (is_chair, is_administrator),
    "municipality.see": (is_coordinator,),
    "council.see": (is_organiser, is_council),
    "council.edit": (is_organiser, is_council),
    "report.see": (is_organiser, is_council),
    "journal.see": (is_organiser,),
    "export": (is_organiser,),
    "role.see": (is_organiser,),
    "role.give": (may_give_role,),
    "installation": (is_administrator,),
}


def can(viewer: Viewer, action: str, thing: object = None) -> bool:
    return any(allows(viewer, thing) for allows in MAY[action])


def require(viewer: Viewer, action: str, thing: object = None) -> None:
    """Raises ``NotFound``, as for a thing that is not there."""
    if not can(viewer, action, thing):
        raise NotFound(MISSING)
