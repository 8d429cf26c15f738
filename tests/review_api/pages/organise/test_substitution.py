"""Replacing the expert of one assignment on its page, and the table that leads there."""

import builders
import pytest

from schemas.assignment import AssignmentStatus
from schemas.people import Role
from schemas.submission import SubmissionStatus


@pytest.fixture
def item(installation, expertise, assignable):
    """An invitation of the first work to an expert of the second municipality."""
    works, experts = assignable
    with installation.begin() as work:
        one = work.submissions.get(works[0].id)
        one = work.submissions.save(
            one.model_copy(update={"status": SubmissionStatus.IN_REVIEW, "track": 2})
        )
        return builders.an_assignment(work, one, experts[2], status=AssignmentStatus.INVITED)


@pytest.fixture
def home(expertise):
    return f"/organise/{expertise.id}/assignment"


@pytest.fixture
def address(expertise, item):
    return f"/organise/{expertise.id}/assignments/{item.id}/replace"


def status(installation, item):
    with installation.begin(read_only=True) as work:
        return work.assignments.get(item.id).status


def test_table_leads_to_the_page_and_the_best_one_is_invited_once(
    installation, organiser_browser, home, address, item
):
    assert f'href="{address}"' in organiser_browser.get(home).text
    page = organiser_browser.get(address).text
    assert "Поставить лучшего" in page
    assert "Арсеньева" not in organiser_browser.get(address, params={"may": "yes"}).text

    for _ in range(2):
        done = organiser_browser.post(address, data={"expert": "best"})
        assert (done.status_code, done.headers["location"]) == (303, home)

    assert status(installation, item) is AssignmentStatus.REPLACED
    with installation.begin(read_only=True) as work:
        everything = work.assignments.of_marathon(item.marathon_id)
        assert sorted(one.status for one in everything) == ["invited", "replaced"]
    assert f'href="{address}"' not in organiser_browser.get(home).text


def test_expert_a_rule_keeps_away_is_refused_with_the_reason(
    installation, organiser_browser, address, assignable, item
):
    _, experts = assignable
    for wrong in (experts[0].id, "", "x" * 5000):
        refused = organiser_browser.post(address, data={"expert": wrong})
        assert refused.status_code == 422
    assert "муниципалитет" in organiser_browser.get(address, params={"may": "no"}).text.lower()
    assert status(installation, item) is AssignmentStatus.INVITED


@pytest.mark.parametrize(
    ("query", "shown"), [("track=2", True), ("track=1", False), ("late=yes", False)]
)
def test_table_is_filtered_and_has_boxes(organiser_browser, home, item, query, shown):
    page = organiser_browser.get(f"{home}?{query}").text

    assert (f'id="pick-{item.id}"' in page) is shown


def test_table_is_filtered_by_both_municipalities(organiser_browser, home, item, assignable):
    works, experts = assignable
    own, away = works[0].authors[0].municipality_id, experts[2].municipality_id
    for query, shown in (
        (f"home={own}&place={away}", True),
        (f"home={away}", False),
        (f"place={own}", False),
    ):
        page = organiser_browser.get(f"{home}?{query}").text
        assert (f'id="pick-{item.id}"' in page) is shown, query


def test_own_works_and_strangers_do_not_find_the_page(
    installation, signed_in, address, assignable, item
):
    works, _ = assignable
    with installation.begin() as work:
        author = work.people.get(work.submissions.get(works[0].id).owner_id)
        work.roles.give(author.id, Role.ORGANISER)
        chair = builders.a_person(work, "Лебедева Инна Олеговна")
        work.roles.give(chair.id, Role.CHAIR)
    for person in (author, chair):
        browser = signed_in(person)
        assert browser.get(address).status_code == 404
        assert browser.post(address, data={"expert": "best"}).status_code == 404
    assert status(installation, item) is AssignmentStatus.INVITED
