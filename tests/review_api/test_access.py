"""Every predicate of the table of rights by itself: who is let in, and who stands just beside them."""

from dataclasses import dataclass, replace
from datetime import timedelta

import builders
import pytest

from review_api import access
from review_api.access import NOBODY, Outcome, Viewer, can, require, require_others
from schemas.assignment import HELD, OPEN, Assignment, AssignmentStatus, Plan
from schemas.certificate import Certificate, CertificateKind
from schemas.cluster import Expert
from schemas.council import AgendaItem
from schemas.decision import Decision, DecisionStatus
from schemas.errors import NotAllowed, NotFound
from schemas.marathon import Marathon, Phase, Track
from schemas.people import Actor, Person, Role, RoleGrant
from schemas.submission import Author, Children, Submission, SubmissionStatus
from storage.repositories.rows import MISSING
from tests.flows.council.meetings import a_meeting

NOW = builders.NOW
PERSON = Person(id="p", name="Орлова Нина Петровна")
OTHER = Person(id="q", name="Лесова Анна Ильинична")
ORGANISING = {Role.ORGANISER, Role.ADMINISTRATOR}
COUNCIL = {Role.CHAIR, Role.SECRETARY}


def viewer(*roles, scope="cluster", scope_id="", **known):
    grants = tuple(
        RoleGrant(id=str(number), person_id="p", role=role, scope=scope, scope_id=scope_id)
        for number, role in enumerate(roles)
    )
    return Viewer(person=PERSON, grants=grants, **known)


def a_work(**changes):
    facts = {
        "id": "w",
        "marathon_id": "m",
        "number": 1,
        "owner_id": "somebody",
        "status": SubmissionStatus.IN_REVIEW,
        "created_at": NOW,
    }
    return Submission(**facts | changes)


def an_author(person_id, municipality_id="here"):
    return Author(name="Орлова Нина Петровна", municipality_id=municipality_id, person_id=person_id)


def an_assignment(status=AssignmentStatus.ACCEPTED, **changes):
    facts = {"id": "a", "marathon_id": "m", "submission_id": "w", "expert_id": "e"}
    return Assignment(**facts | {"status": status, "proposed_at": NOW} | changes)


def an_expert(*assignments, **known):
    expert = Expert(id="e", cluster_id="c", person_id="p", municipality_id="here")
    return viewer(expert=expert, assignments={one.id: one for one in assignments}, **known)


def a_marathon(**changes):
    facts = {
        "id": "m",
        "cluster_id": "c",
        "title": "Марафон",
        "theme": "Практики",
        "year": 2026,
        "opens_at": NOW,
        "submissions_until": NOW + timedelta(days=1),
        "reviews_until": NOW + timedelta(days=2),
        "live_on": (NOW + timedelta(days=3)).date(),
        "tracks": (Track(number=1, title="Практики"),),
    }
    return Marathon(**facts | changes)


def a_decision(status=DecisionStatus.PROPOSED, **changes):
    facts = {"id": "d", "marathon_id": "m", "submission_id": "w", "outcome": "yes"}
    told = {"publication": True, "live": False, "status": status, "proposed_at": NOW}
    return Decision(**facts | told | changes)


def a_plan(*submissions, **changes):
    facts = {"id": "plan", "marathon_id": "m", "made_at": NOW}
    problem = {"submissions": [{"id": one} for one in submissions]}
    return Plan(**facts | {"problem": problem} | changes)


@dataclass
class Row:
    """Something of a marathon or about a work that has no schema of its own here."""

    marathon_id: object = None
    submission_id: object = None


# --- whom a role reaches -----------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_role_of_the_cluster_reaches_everything_and_that_of_a_marathon_its_own(role):
    roles = frozenset({role})
    one = viewer(role, scope="marathon", scope_id="m")

    assert viewer(role).holds_for(roles, None)
    assert viewer(role).holds_for(roles, a_work())
    assert one.holds_for(roles, a_work())
    assert one.holds_for(roles, a_marathon())
    assert one.holds_for(roles, Outcome(a_work(), a_decision()))
    assert one.holds_for(roles, Row(marathon_id="m"))
    assert not one.holds_for(roles, Row(marathon_id="n"))
    assert not one.holds_for(roles, a_work(marathon_id="n"))
    assert not one.holds_for(roles, None)
    assert not one.holds_for(frozenset(Role) - roles, a_work())


@pytest.mark.parametrize("scope_id", ["", "m"])
def test_role_with_a_scope_of_another_kind_reaches_nothing(scope_id):
    one = viewer(Role.ORGANISER, scope="municipality", scope_id=scope_id)

    assert not one.holds_for(ORGANISING, a_work())
    assert not one.holds_for(ORGANISING, None)


def test_what_belongs_to_no_marathon_is_of_the_cluster():
    of_nothing = viewer(Role.ORGANISER, scope="marathon", scope_id="")

    assert access.marathon_id_of(Role.EXPERT) is None
    assert access.marathon_id_of(Row(marathon_id=7)) is None
    assert not of_nothing.holds_for(ORGANISING, Row())


ORGANISER_PREDICATES = {
    access.is_organiser: ORGANISING,
    access.is_any_organiser: ORGANISING,
    access.is_impartial_organiser: ORGANISING,
    access.is_organiser_of_others: ORGANISING,
    access.is_administrator: {Role.ADMINISTRATOR},
    access.is_council: COUNCIL,
    access.is_any_council: COUNCIL,
    access.is_impartial_council: COUNCIL,
    access.is_council_of_others: COUNCIL,
    access.is_unbiased_council: COUNCIL,
    access.is_chair: {Role.CHAIR},
    access.is_impartial_chair: {Role.CHAIR},
    access.is_coordinator: {Role.COORDINATOR},
}


@pytest.mark.parametrize(("predicate", "roles"), ORGANISER_PREDICATES.items())
def test_predicate_of_roles_lets_in_exactly_these_roles(predicate, roles):
    assert {role for role in Role if predicate(viewer(role), a_work())} == roles
    assert not predicate(NOBODY, a_work())


ANYWHERE = {
    access.is_any_organiser,
    access.is_administrator,
    access.is_any_council,
    access.is_coordinator,
}


@pytest.mark.parametrize(("predicate", "roles"), ORGANISER_PREDICATES.items())
def test_role_of_another_marathon_counts_only_where_any_one_will_do(predicate, roles):
    elsewhere = [viewer(role, scope="marathon", scope_id="n") for role in roles]

    assert {predicate(one, a_work()) for one in elsewhere} == {predicate in ANYWHERE}


# --- nobody judges their own -------------------------------------------------------------

IMPARTIAL = (
    access.is_impartial_organiser,
    access.is_impartial_council,
    access.is_unbiased_council,
    access.is_impartial_chair,
)


@pytest.mark.parametrize("predicate", IMPARTIAL)
def test_whoever_wrote_a_work_judges_others_only(predicate):
    judge = viewer(Role.ADMINISTRATOR, Role.CHAIR, authored=frozenset({"w"}))

    assert not predicate(judge, a_work())
    assert predicate(judge, a_work(id="another"))


def test_whoever_wrote_a_work_is_kept_from_everything_about_it():
    judge = viewer(Role.ORGANISER, authored=frozenset({"w"}))

    assert judge.is_author_of(an_assignment())
    assert judge.is_author_of(Outcome(a_work(), a_decision()))
    assert judge.is_author_of(Row(submission_id="w"))
    assert not judge.is_author_of(Row(submission_id="v"))
    assert not judge.is_author_of(a_marathon(id="w"))
    assert access.submission_id_of(Row(submission_id=7)) is None


@pytest.mark.parametrize(
    ("predicate", "role"),
    [(access.is_organiser_of_others, Role.ORGANISER), (access.is_council_of_others, Role.CHAIR)],
)
def test_plan_or_meeting_with_an_own_work_in_it_is_for_others(predicate, role):
    judge = viewer(role, authored=frozenset({"w"}))
    ballot = AgendaItem(number=1, title="Работа", submission_id="w")
    report = AgendaItem(number=1, title="Работа", submission_id="w", needs_vote=False)

    assert not predicate(judge, a_plan("v", "w"))
    assert predicate(judge, a_plan("v"))
    assert not predicate(judge, a_meeting(agenda=(ballot,)))
    assert predicate(judge, a_meeting(agenda=(report,)))
    assert predicate(judge, a_marathon())
    assert not predicate(viewer(), a_plan("v"))


def test_works_settled_together_are_those_placed_or_voted_on():
    question = AgendaItem(number=2, title="Разное")
    ballot = AgendaItem(number=1, title="Работа", submission_id="w")

    assert access.works_in(a_plan("v", "w")) == {"v", "w"}
    assert access.works_in(a_plan(problem={})) == frozenset()
    assert access.works_in(a_meeting(agenda=(ballot, question))) == {"w"}
    assert access.works_in(a_work()) == frozenset()


@pytest.mark.parametrize("status", AssignmentStatus)
def test_council_waits_for_its_own_marks_of_a_work(status):
    chair = replace(viewer(Role.CHAIR), assignments={"a": an_assignment(status)})

    assert access.is_unbiased_council(chair, a_work()) is (status not in OPEN)
    assert access.is_unbiased_council(chair, a_work(id="another"))


@pytest.mark.parametrize(
    "work", [a_work(owner_id="p"), a_work(authors=(an_author("q"), an_author("p")))]
)
def test_council_finds_no_decision_of_a_work_it_wrote_though_nobody_listed_it(work):
    assert not access.is_unbiased_council(viewer(Role.CHAIR), work)


# --- authors -----------------------------------------------------------------------------


def test_owner_and_registered_co_authors_wrote_a_work_and_only_the_owner_has_it():
    own, joint = a_work(owner_id="p"), a_work(authors=(an_author("q"), an_author("p")))
    foreign = a_work(authors=(an_author("q"), an_author(None), an_author("")))

    assert access.owns(viewer(), own)
    assert access.wrote(viewer(), own)
    assert access.wrote(viewer(), joint)
    assert not access.owns(viewer(), joint)
    assert not access.wrote(viewer(), foreign)
    assert not access.wrote(NOBODY, foreign)
    assert not access.wrote(NOBODY, a_work(owner_id=""))
    assert not access.owns(NOBODY, a_work(owner_id=""))


@pytest.mark.parametrize("status", DecisionStatus)
def test_author_is_told_a_decision_once_it_is_confirmed(status):
    told = Outcome(a_work(owner_id="p"), a_decision(status))
    foreign = Outcome(a_work(), a_decision(status))

    assert access.wrote_and_is_told(viewer(), told) is (status is DecisionStatus.CONFIRMED)
    assert not access.wrote_and_is_told(viewer(), foreign)


def test_certificate_is_for_its_holder():
    facts = {"id": "c", "marathon_id": "m", "number": "1", "holder": "Орлова", "text": "Текст"}
    paper = Certificate(kind=CertificateKind.EXPERT, issued_at=NOW, **facts)

    assert access.is_holder(viewer(), paper.model_copy(update={"person_id": "p"}))
    assert not access.is_holder(viewer(), paper.model_copy(update={"person_id": "q"}))
    assert not access.is_holder(viewer(), paper)
    assert not access.is_holder(NOBODY, paper)


def test_coordinator_sees_works_of_the_own_municipality():
    here = viewer(Role.COORDINATOR, scope="municipality", scope_id="here")
    as_expert = viewer(Role.EXPERT, scope="municipality", scope_id="here")
    joint = a_work(authors=(an_author("q", "there"), an_author("q", "here")))

    assert access.coordinates(here, joint)
    assert not access.coordinates(here, a_work(authors=(an_author("q", "there"),)))
    assert not access.coordinates(as_expert, joint)


# --- experts -----------------------------------------------------------------------------


@pytest.mark.parametrize("status", AssignmentStatus)
def test_expert_reads_and_writes_while_the_work_is_held(status):
    expert, item = an_expert(an_assignment(status)), an_assignment(status)

    assert access.is_reviewing(expert, a_work()) is (status in HELD)
    assert access.may_read_to_review(expert, a_work()) is (status in HELD)
    assert access.still_holds(expert, item) is (status in HELD)
    assert access.holds(expert, item)
    assert not access.is_reviewing(expert, a_work(id="another"))


def test_expert_of_several_works_reads_each_that_is_held():
    other = an_assignment(AssignmentStatus.DECLINED, id="b", submission_id="v")
    expert = an_expert(an_assignment(), other)

    assert access.is_reviewing(expert, a_work())
    assert not access.is_reviewing(expert, a_work(id="v"))


def test_another_experts_assignment_is_not_held():
    foreign = an_assignment(expert_id="f")

    assert not access.holds(an_expert(foreign), foreign)
    assert not access.still_holds(an_expert(foreign), foreign)
    assert not access.holds(viewer(), foreign)
    assert access.is_expert(an_expert(), None)
    assert not access.is_expert(viewer(), None)


@pytest.mark.parametrize("status", SubmissionStatus)
def test_material_is_open_to_its_expert_unless_it_was_never_sent_or_is_taken_back(status):
    gone = status in {SubmissionStatus.DRAFT, SubmissionStatus.WITHDRAWN}
    expert = an_expert(an_assignment())

    assert access.may_read_to_review(expert, a_work(status=status)) is not gone


def test_expert_does_not_review_what_they_wrote():
    expert = an_expert(an_assignment())

    assert not access.is_reviewing(expert, a_work(owner_id="p"))
    assert not access.may_read_to_review(expert, a_work(owner_id="p"))


# --- everybody ---------------------------------------------------------------------------


@pytest.mark.parametrize("phase", Phase)
def test_marathon_is_public_once_it_is_prepared(phase):
    marathon = a_marathon(phase=phase)

    assert access.is_public(NOBODY, marathon) is (phase is not Phase.PREPARATION)


@pytest.mark.parametrize("status", SubmissionStatus)
def test_article_is_public_when_published_with_every_consent(status):
    given = {"consents": builders.consents(), "children": Children.NONE, "status": status}

    assert access.is_published(NOBODY, a_work(**given)) is (status is SubmissionStatus.PUBLISHED)
    assert not access.is_published(NOBODY, a_work(**given | {"consents": ()}))
    assert not access.is_published(NOBODY, a_work(**given | {"children": Children.REMOVE}))


def test_signing_in_is_enough_to_join():
    assert access.is_signed_in(viewer(), None)
    assert not access.is_signed_in(NOBODY, None)


@pytest.mark.parametrize("role", Role)
def test_only_administrators_make_administrators(role):
    of_marathon = viewer(Role.ORGANISER, scope="marathon", scope_id="m")

    assert access.may_give_role(viewer(Role.ADMINISTRATOR), role)
    assert access.may_give_role(viewer(Role.ORGANISER), role) is (role is not Role.ADMINISTRATOR)
    assert not access.may_give_role(of_marathon, role)
    assert not access.may_give_role(viewer(Role.CHAIR), role)


# --- who looks ---------------------------------------------------------------------------


def test_nobody_is_nobody():
    assert NOBODY.id == ""
    assert NOBODY.actor == Actor(person_id=None)
    assert NOBODY.roles == frozenset()
    assert not NOBODY.has(*Role)


def test_journal_names_whoever_acts_and_for_whom():
    assert viewer().id == "p"
    assert viewer().actor == Actor(person_id="p")
    assert viewer(behind=OTHER).actor == Actor(person_id="q", on_behalf_of="p")
    assert Viewer(behind=OTHER).actor == Actor(person_id=None)


def test_one_of_several_roles_is_enough():
    both = viewer(Role.EXPERT, Role.CHAIR)

    assert both.roles == {Role.EXPERT, Role.CHAIR}
    assert both.has(Role.CHAIR, Role.ORGANISER)
    assert not both.has(Role.ORGANISER)


# --- the table is asked ------------------------------------------------------------------


def test_any_predicate_of_an_action_lets_in_and_none_shuts_out():
    assert can(viewer(), "submission.see", a_work(owner_id="p"))
    assert can(viewer(Role.ORGANISER), "submission.see", a_work())
    assert not can(viewer(), "submission.see", a_work())
    with pytest.raises(KeyError):
        can(viewer(Role.ADMINISTRATOR), "unheard of", a_work())


def test_what_may_not_be_seen_is_missing_like_any_missing_thing():
    require(viewer(Role.ORGANISER), "submission.see", a_work())
    with pytest.raises(NotFound, match=MISSING):
        require(viewer(), "submission.see", a_work())


def test_who_may_not_settle_own_works_is_told_whom_to_ask():
    judge = viewer(Role.ORGANISER, authored=frozenset({"w"}))

    require_others(judge, "plan.apply", a_plan("v"), "Попросите другого организатора.")
    with pytest.raises(NotAllowed, match="другого организатора") as refused:
        require_others(judge, "plan.apply", a_plan("w"), "Попросите другого организатора.")
    assert refused.value.code == "own_work"
