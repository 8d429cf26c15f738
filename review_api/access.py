"""Who may see and do what: decided here and nowhere else.

``can`` answers for one person, one action and one thing, from one table. What a person may not
see does not exist for them: ``require`` raises the same ``NotFound`` as a missing row.

A role reaches as far as its scope: of the cluster everywhere, of a marathon only to what belongs to
it. A question without a thing is about the whole cluster, so a route that forgets its marathon
refuses instead of letting in. Whoever wrote a work is nobody but its author for it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from schemas.assignment import HELD, OPEN, Assignment, Plan
from schemas.certificate import Certificate
from schemas.cluster import Expert
from schemas.council import Meeting
from schemas.decision import Decision, DecisionStatus
from schemas.errors import NotAllowed, NotFound
from schemas.marathon import Marathon, Phase
from schemas.people import Actor, Person, Role, RoleGrant
from schemas.submission import Submission, SubmissionStatus
from storage.repositories.rows import MISSING
from storage.work import Work

ORGANISERS = frozenset({Role.ORGANISER, Role.ADMINISTRATOR})
COUNCIL = frozenset({Role.CHAIR, Role.SECRETARY})
CLUSTER, MARATHON = "cluster", "marathon"


@dataclass(frozen=True)
class Viewer:
    """Somebody looking at a page; nobody signed in has no ``person``.

    ``archived`` are marathons over for good: what their experts read is closed to them again.
    ``authored`` are ids of the works this person wrote: they are judged by others. ``behind`` is
    the administrator who looks with this person's eyes.
    """

    person: Person | None = None
    grants: tuple[RoleGrant, ...] = ()
    expert: Expert | None = None
    assignments: Mapping[str, Assignment] = field(default_factory=dict)
    archived: frozenset[str] = frozenset()
    authored: frozenset[str] = frozenset()
    behind: Person | None = None

    @property
    def id(self) -> str:
        return self.person.id if self.person else ""

    @property
    def actor(self) -> Actor:
        """For the journal, which names both when one looks with another's eyes."""
        if self.person and self.behind:
            return Actor(person_id=self.behind.id, on_behalf_of=self.person.id)
        return Actor(person_id=self.person.id if self.person else None)

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    def has(self, *roles: Role) -> bool:
        return bool(self.roles & set(roles))

    def scopes(self, role: Role) -> frozenset[str]:
        return frozenset(grant.scope_id for grant in self.grants if grant.role is role)

    def holds_for(self, roles: frozenset[Role], thing: object) -> bool:
        """Whether one of these roles reaches ``thing``; no thing is the whole cluster."""
        marathon_id = marathon_id_of(thing)
        return any(grant.role in roles and reaches(grant, marathon_id) for grant in self.grants)

    def is_author_of(self, thing: object) -> bool:
        """Whether ``thing`` is a work of theirs, or anything about it."""
        return submission_id_of(thing) in self.authored

    def is_assigned(self, submission_id: str) -> bool:
        """Whether this expert holds the work now; not when declined, replaced, or long over."""
        return any(
            item.submission_id == submission_id
            and item.status in HELD
            and item.marathon_id not in self.archived
            for item in self.assignments.values()
        )


NOBODY = Viewer()


def viewer_of(work: Work, person: Person) -> Viewer:
    expert = work.experts.of_person(person.id)
    assignments = work.assignments.of_expert(expert.id) if expert else []
    grants = tuple(work.roles.of(person.id))
    judges = any(grant.role in ORGANISERS | COUNCIL for grant in grants)
    return Viewer(
        person=person,
        grants=grants,
        expert=expert,
        assignments={item.id: item for item in assignments},
        archived=archived_of(work, assignments),
        authored=works_of(work, person) if judges else frozenset(),
    )


def archived_of(work: Work, assignments: Iterable[Assignment]) -> frozenset[str]:
    marathons = work.marathons.many(item.marathon_id for item in assignments)
    return frozenset(key for key, one in marathons.items() if one.phase is Phase.ARCHIVE)


def works_of(work: Work, person: Person) -> frozenset[str]:
    return frozenset(one.id for one in work.submissions.of_person(person.id))


def through_eyes(work: Work, person: Person, administrator: Person) -> Viewer:
    """What ``person`` sees, but nothing about works that the administrator wrote."""
    seen, own = viewer_of(work, person), works_of(work, administrator)
    return replace(
        seen,
        behind=administrator,
        authored=seen.authored | own,
        assignments={
            key: item for key, item in seen.assignments.items() if item.submission_id not in own
        },
    )


def marathon_id_of(thing: object) -> str | None:
    """The marathon a thing belongs to; none for what belongs to the cluster."""
    if isinstance(thing, Marathon):
        return thing.id
    about = thing.submission if isinstance(thing, Outcome) else thing
    found = getattr(about, "marathon_id", None)
    return found if isinstance(found, str) else None


def submission_id_of(thing: object) -> str | None:
    """The work a thing is, or is about."""
    if isinstance(thing, Submission):
        return thing.id
    if isinstance(thing, Outcome):
        return thing.submission.id
    found = getattr(thing, "submission_id", None)
    return found if isinstance(found, str) else None


def works_in(thing: object) -> frozenset[str]:
    """The works a plan gives experts to, or a meeting votes on."""
    if isinstance(thing, Plan):
        placed = thing.problem.get("submissions")
        return frozenset(one["id"] for one in placed) if isinstance(placed, list) else frozenset()
    if isinstance(thing, Meeting):
        voted = {one.submission_id for one in thing.agenda if one.needs_vote}
        return frozenset(one for one in voted if one)
    return frozenset()


def reaches(grant: RoleGrant, marathon_id: str | None) -> bool:
    if grant.scope == CLUSTER:
        return True
    return grant.scope == MARATHON and grant.scope_id == marathon_id


def is_signed_in(viewer: Viewer, _thing: object) -> bool:
    return viewer.person is not None


def is_organiser(viewer: Viewer, thing: object) -> bool:
    return viewer.holds_for(ORGANISERS, thing)


def is_any_organiser(viewer: Viewer, _thing: object) -> bool:
    """Of the cluster or of any one marathon."""
    return viewer.has(*ORGANISERS)


def is_impartial_organiser(viewer: Viewer, thing: object) -> bool:
    """An organiser, but not of a work that they wrote."""
    return is_organiser(viewer, thing) and not viewer.is_author_of(thing)


def is_organiser_of_others(viewer: Viewer, thing: object) -> bool:
    """An organiser who wrote none of the works that ``thing`` settles together."""
    return is_organiser(viewer, thing) and viewer.authored.isdisjoint(works_in(thing))


def is_administrator(viewer: Viewer, _thing: object) -> bool:
    return viewer.has(Role.ADMINISTRATOR)


def is_council(viewer: Viewer, thing: object) -> bool:
    return viewer.holds_for(COUNCIL, thing)


def is_any_council(viewer: Viewer, _thing: object) -> bool:
    """Chair or secretary of the cluster or of any one marathon."""
    return viewer.has(*COUNCIL)


def is_impartial_council(viewer: Viewer, thing: object) -> bool:
    return is_council(viewer, thing) and not viewer.is_author_of(thing)


def is_council_of_others(viewer: Viewer, thing: object) -> bool:
    return is_council(viewer, thing) and viewer.authored.isdisjoint(works_in(thing))


def is_unbiased_council(viewer: Viewer, work: Submission) -> bool:
    """The council but whoever wrote the work or has still to send marks of it."""
    awaited = any(
        item.submission_id == work.id and item.status in OPEN
        for item in viewer.assignments.values()
    )
    return is_impartial_council(viewer, work) and not wrote(viewer, work) and not awaited


def is_chair(viewer: Viewer, thing: object) -> bool:
    return viewer.holds_for(frozenset({Role.CHAIR}), thing)


def is_impartial_chair(viewer: Viewer, thing: object) -> bool:
    return is_chair(viewer, thing) and not viewer.is_author_of(thing)


def is_coordinator(viewer: Viewer, _thing: object) -> bool:
    return viewer.has(Role.COORDINATOR)


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

# A predicate with «impartial» answers no about a work of one's own and about everything of it,
# one «of others» about everything an own work is settled with.
MAY: Mapping[str, tuple[Predicate, ...]] = {
    "organise.enter": (is_any_organiser,),
    "marathon.see": (is_public, is_organiser, is_council),
    "marathon.edit": (is_organiser,),
    "marathon.join": (is_signed_in,),
    "stage.run": (is_impartial_organiser,),
    "run.see": (is_organiser,),
    "submission.list": (is_organiser,),
    "submission.see": (wrote, is_organiser, coordinates),
    "submission.edit": (owns, is_impartial_organiser),
    "submission.consent": (owns,),
    "submission.send_back": (is_impartial_organiser,),
    "submission.withdraw": (owns, is_impartial_organiser),
    "submission.original": (wrote, is_organiser),
    "submission.blind": (is_reviewing, wrote, is_organiser),
    "submission.authors": (wrote, is_organiser, coordinates),
    "submission.judge": (is_impartial_organiser,),
    "question.pass": (is_impartial_organiser,),
    "question.see": (wrote,),
    "question.answer": (owns,),
    "proof.see": (wrote, is_organiser),
    "proof.answer": (owns, is_organiser),
    "outcome.see": (wrote_and_is_told,),
    "article.see": (is_published,),
    "certificate.download": (is_holder, is_organiser),
    "assignment.list": (is_organiser,),
    "plan.see": (is_impartial_organiser,),
    "plan.apply": (is_organiser_of_others,),
    "conflict.list": (is_organiser,),
    "conflict.decide": (is_impartial_organiser,),
    "wish.say": (is_expert,),
    "assignment.see": (holds, is_impartial_organiser),
    "assignment.answer": (holds,),
    "review.pages": (is_expert,),
    "review.material": (may_read_to_review,),
    "review.write": (still_holds,),
    "review.read": (holds, is_impartial_organiser),
    "decision.list": (is_organiser, is_council),
    "decision.see": (is_impartial_organiser, is_unbiased_council),
    "decision.experts": (is_impartial_organiser,),
    "decision.unblind": (is_impartial_organiser, is_impartial_chair),
    "decision.confirm": (is_impartial_organiser, is_impartial_chair),
    "decision.override": (is_impartial_organiser, is_impartial_chair),
    "screening.see": (is_organiser,),
    "registry.edit": (is_any_organiser,),
    "notice.edit": (is_impartial_organiser,),
    "collection.build": (is_organiser,),
    "collection.unpublished": (is_organiser, is_council),
    "programme.edit": (is_organiser,),
    "certificate.issue": (is_organiser,),
    "policy.approve": (is_chair, is_administrator),
    "municipality.see": (is_coordinator,),
    "council.enter": (is_any_organiser, is_any_council),
    "council.see": (is_organiser, is_council),
    "council.edit": (is_impartial_organiser, is_impartial_council),
    "council.close": (is_organiser_of_others, is_council_of_others),
    "report.see": (is_organiser, is_council),
    "journal.see": (is_impartial_organiser,),
    "export": (is_organiser,),
    "role.see": (is_organiser,),
    "role.give": (may_give_role,),
    "person.impersonate": (is_administrator,),
    "installation": (is_administrator,),
}


def can(viewer: Viewer, action: str, thing: object = None) -> bool:
    return any(allows(viewer, thing) for allows in MAY[action])


def require(viewer: Viewer, action: str, thing: object = None) -> None:
    """Raises ``NotFound``, as for a thing that is not there."""
    if not can(viewer, action, thing):
        raise NotFound(MISSING)


def require_others(viewer: Viewer, action: str, thing: object, sentence: str) -> None:
    """For who may act but for the own works in ``thing``; ``NotAllowed`` says whom to ask."""
    if not can(viewer, action, thing):
        raise NotAllowed(sentence, code="own_work")
