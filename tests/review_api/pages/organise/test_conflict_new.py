"""An organiser enters a conflict: chosen from lists, with a reason, never about an own work."""

import builders
import pytest

from schemas.conflict import SuspicionStatus
from schemas.marathon import Phase
from schemas.people import Role
from schemas.submission import SubmissionStatus

REASON = "Живут в одном доме, дружат семьями."


@pytest.fixture
def town(installation, now):
    """A marathon, two works of one author, an expert."""
    with installation.begin() as work:
        cluster = builders.a_cluster(work)
        home, away = builders.members(work, cluster)[:2]
        marathon = builders.a_marathon(work, cluster, phase=Phase.EXPERTISE)
        author = builders.a_person(work, "Ясенева Анна Петровна")
        facts = {"owner_id": author.id, "authors": (builders.an_author(author, home),)}
        works = [
            builders.a_submission(work, marathon, home, status=SubmissionStatus.IN_REVIEW, **facts)
            for _ in range(2)
        ]
        expert = builders.an_expert(work, away)
    return marathon, author, works, expert


@pytest.fixture
def browser(installation, signed_in, town):
    with installation.begin() as work:
        person = builders.a_person(work, "Орлова Нина Петровна")
        work.roles.give(person.id, Role.ORGANISER)
    return signed_in(person)


@pytest.fixture
def address(town):
    return f"/organise/{town[0].id}/conflicts/new"


def kept(installation, town):
    with installation.begin(read_only=True) as work:
        return work.suspicions.of_marathon(town[0].id)


def test_conflict_with_an_author_is_entered_once_for_all_their_works(
    installation, browser, address, town
):
    _, author, _, expert = town
    assert "Ясенева Анна Петровна" in browser.get(address).text
    form = {"expert": expert.id, "kind": "person", "person": author.id, "reason": REASON}

    for _ in range(2):
        done = browser.post(address, data=form)
        assert (done.status_code, done.headers["location"]) == (303, address.removesuffix("/new"))

    assert [one.status for one in kept(installation, town)] == [SuspicionStatus.CONFIRMED] * 2
    listed = browser.get(address.removesuffix("/new")).text
    assert REASON in listed
    assert "записан организатором" in listed
    assert "Записан конфликт интересов" in browser.get(f"/organise/{town[0].id}/journal").text


def test_what_was_typed_stays_when_something_is_missing(installation, browser, address, town):
    _, _, works, expert = town
    whole = {"expert": expert.id, "kind": "work", "work": works[0].id, "reason": REASON}
    for wrong in ({"expert": "x"}, {"kind": "?"}, {"work": "x"}, {"reason": "<b>ой</b>"}):
        refused = browser.post(address, data={**whole, **wrong})
        assert refused.status_code == 422, wrong
        assert ("&lt;b&gt;ой" if "reason" in wrong else REASON) in refused.text
    assert browser.post(address, data={**whole, "reason": "ж" * 90_000}).status_code == 422
    assert kept(installation, town) == []


def test_own_works_are_left_to_others(installation, signed_in, address, town):
    _, author, works, expert = town
    with installation.begin() as work:
        work.roles.give(author.id, Role.ORGANISER)
    own = signed_in(author)

    assert works[0].id not in own.get(address).text
    form = {"expert": expert.id, "kind": "work", "work": works[0].id, "reason": REASON}
    assert own.post(address, data=form).status_code == 422
    assert kept(installation, town) == []


def test_nobody_but_organisers_enters_conflicts(installation, signed_in, address, town):
    with installation.begin() as work:
        chair = builders.a_person(work, "Лебедева Инна Олеговна")
        work.roles.give(chair.id, Role.CHAIR)

    assert signed_in(chair).get(address).status_code == 404
    assert signed_in(chair).post(address).status_code == 404
