"""Names of experts are shown for a reason, to one person, for an hour, and the journal knows."""

from datetime import timedelta

import builders
import pytest

from flows.decision import unblinding
from schemas.errors import BadInput
from schemas.people import Actor

WHY = "Жалоба автора на предвзятость"
ORGANISER, OTHER = Actor(person_id="organiser"), Actor(person_id="other")


@pytest.fixture
def decision(work):
    marathon = builders.a_marathon(work)
    home, *_ = builders.members(work, work.clusters.only())
    return builders.a_decision(work, builders.a_submission(work, marathon, home))


def test_names_are_shown_to_one_person_for_an_hour(work, decision, now):
    until = unblinding.unblind(work, decision.id, reason=WHY, by=ORGANISER, now=now)

    def shown(by, minutes):
        at = now + timedelta(minutes=minutes)
        return unblinding.shown_until(work, decision, by=by, now=at)

    assert until == now + timedelta(hours=1)
    assert (shown(ORGANISER, 0), shown(ORGANISER, 59), shown(ORGANISER, 60)) == (until, until, None)
    assert shown(OTHER, 0) is None
    assert shown(Actor(person_id="organiser", on_behalf_of="other"), 0) is None
    assert shown(Actor(part="sweep"), 0) is None


def test_asking_twice_writes_once_and_the_reason_is_kept(work, decision, now):
    for minutes in (0, 30):
        at = now + timedelta(minutes=minutes)
        unblinding.unblind(work, decision.id, reason=f"  {WHY} \n", by=ORGANISER, now=at)

    [entry] = [one for one in work.journal.about(decision.id) if one.action == "unblinded"]
    assert (entry.person_id, entry.details) == ("organiser", {"reason": WHY})


@pytest.mark.parametrize("reason", ["", " " * 40, "надо", "ж" * 301])
def test_names_are_not_shown_without_a_short_reason(work, decision, now, reason):
    with pytest.raises(BadInput) as refusal:
        unblinding.unblind(work, decision.id, reason=reason, by=ORGANISER, now=now)

    assert refusal.value.field == "why"
    assert unblinding.shown_until(work, decision, by=ORGANISER, now=now) is None
