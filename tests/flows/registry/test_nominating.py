"""Experts proposed by coordinators."""

import builders
import pytest

from flows.registry import nominating
from schemas.errors import BadInput, Conflict
from schemas.nomination import Nomination, NominationStatus
from storage.identifiers import new_id

pytestmark = pytest.mark.both_databases


@pytest.fixture
def places(work):
    return builders.members(work, builders.a_cluster(work))


@pytest.fixture
def proposed(work, places, organiser, now):
    """``proposed(email)``: a nomination of the first municipality."""
    coordinator = builders.a_person(work, "Координатова Ольга Львовна")

    def make(email="ilina@example.ru", name="Ильина Ия Петровна"):
        return nominating.nominate(
            work,
            Nomination(
                id=new_id(),
                municipality_id=places[0].id,
                name=name,
                email=email,
                position="методист",
                specialisations=("математика",),
                proposed_by=coordinator.id,
                proposed_at=now,
            ),
            by=organiser,
            now=now,
        )

    return make


def test_an_accepted_nominee_is_an_expert_of_the_municipality_and_the_coordinator_is_told(
    work, places, proposed, organiser, now
):
    nomination = proposed()
    nominating.accept(work, nomination.id, by=organiser, now=now)
    person = work.people.by_email("ilina@example.ru")
    expert = work.experts.of_person(person.id)
    assert (expert.municipality_id, expert.specialisations) == (places[0].id, ("математика",))
    assert work.nominations.get(nomination.id).status is NominationStatus.ACCEPTED
    assert work.notices.keyed(f"nomination_accepted/{nomination.id}").person_id == (
        nomination.proposed_by
    )


def test_a_nomination_is_answered_once(work, proposed, organiser, now):
    nomination = proposed()
    nominating.decline(work, nomination.id, because="Нет стажа", by=organiser, now=now)
    with pytest.raises(Conflict):
        nominating.accept(work, nomination.id, by=organiser, now=now)
    assert work.people.by_email(nomination.email) is None


def test_a_nomination_is_declined_only_with_a_reason(work, proposed, organiser, now):
    nomination = proposed()
    with pytest.raises(BadInput, match="причину"):
        nominating.decline(work, nomination.id, because="  ", by=organiser, now=now)
    assert work.nominations.get(nomination.id).status is NominationStatus.PROPOSED


def test_nobody_is_proposed_twice_at_a_time_but_may_be_after_a_refusal(
    work, proposed, organiser, now
):
    first = proposed()
    with pytest.raises(BadInput, match="уже предложили"):
        proposed("Ilina@EXAMPLE.ru ")
    nominating.decline(work, first.id, because="Нет стажа", by=organiser, now=now)
    assert proposed().status is NominationStatus.PROPOSED


def test_an_active_expert_cannot_be_proposed(work, places, proposed):
    expert = builders.an_expert(work, places[1])
    with pytest.raises(BadInput, match="уже в реестре"):
        proposed(work.people.get(expert.person_id).email)


@pytest.mark.parametrize("name", ["Ильина", "  "])
def test_a_nominee_has_a_whole_name(proposed, name):
    with pytest.raises(BadInput):
        proposed(name=name or "x")
