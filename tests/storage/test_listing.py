"""Pages by keys: whoever turns them sees each row that stays once, whatever comes or goes."""

import builders
import pytest
from builders import NOW
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.submission import Children, SubmissionStatus
from storage.repositories.listing import Order, cursor_of
from storage.repositories.many_lists import (
    WantedAssignments,
    WantedExperts,
    WantedLetters,
    WantedPeople,
)
from storage.repositories.work_lists import ORDERS, WantedWorks

pytestmark = pytest.mark.both_databases
SORTS = sorted(ORDERS)
LIMIT = 3
TITLES = ("Ёлка", "Ель", "ёж 10", "Ёж 9", "", "Zoom")


@pytest.fixture
def marathon(installation):
    with installation.begin() as work:
        cluster = builders.a_cluster(work)
        builders.members(work, cluster)
        return builders.a_marathon(work, cluster)


def settle(work, marathon, count):
    """Works with equal and missing keys among them."""
    owner = builders.a_person(work)
    homes = work.municipalities.of_cluster(marathon.cluster_id)
    for number in range(count):
        home = homes[number % 2]
        decided = number % 3 == 0
        one = builders.a_submission(
            work,
            marathon,
            home,
            owner_id=owner.id,
            authors=(builders.an_author(owner, home),) if number % 4 else (),
            title=TITLES[number % len(TITLES)],
            track=(1, 2, None)[number % 3],
            status=SubmissionStatus.DECIDED if decided else SubmissionStatus.CHECKED,
            submitted_at=None if number % 5 == 0 else NOW,
        )
        if decided:
            builders.a_decision(work, one, score=float(number % 2 * 40), live=bool(number % 2))


def pages(work, marathon, sort, *, between=lambda: None):
    """Ids page by page to the end."""
    wanted, after, seen = WantedWorks(marathon_id=marathon.id), "", []
    while True:
        page = work.work_lists.page(wanted, sort=sort, after=after, limit=LIMIT)
        seen.append(page.ids)
        if not page.after:
            return seen
        after = page.after
        between()


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{one}" for one in SORTS)])
def test_pages_hold_every_row_once_and_lead_back(work, marathon, sort):
    settle(work, marathon, 11)
    there = pages(work, marathon, sort)
    every = [one for page in there for one in page]
    assert sorted(every) == sorted(one.id for one in work.submissions.of_marathon(marathon.id))

    wanted = WantedWorks(marathon_id=marathon.id)
    last = work.work_lists.page(wanted, sort=sort, limit=len(every) - 1)
    page = work.work_lists.page(wanted, sort=sort, after=last.after, limit=LIMIT)
    back = [page.ids]
    while page.before:
        page = work.work_lists.page(wanted, sort=sort, before=page.before, limit=LIMIT)
        back.insert(0, page.ids)
    assert [one for page in back for one in page] == every
    assert page.total == len(every)


@given(
    sort=st.sampled_from(SORTS), down=st.booleans(), added=st.lists(st.integers(0, 3), max_size=4)
)
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_rows_that_come_between_pages_hide_and_double_nobody(
    installation, marathon, sort, down, added
):
    with installation.begin() as work:
        settle(work, marathon, 7)
        before = {one.id for one in work.submissions.of_marathon(marathon.id)}
        coming = iter(added)
        seen = pages(
            work,
            marathon,
            f"-{sort}" if down else sort,
            between=lambda: settle(work, marathon, next(coming, 0)),
        )
        work.forget()
    found = [one for page in seen for one in page]
    assert len(found) == len(set(found))
    assert before <= set(found)


def test_titles_stand_in_the_order_of_russian_names(work, marathon):
    settle(work, marathon, len(TITLES))
    names = {one.id: one.title for one in work.submissions.of_marathon(marathon.id)}
    [first, second] = pages(work, marathon, "title")
    assert [names[one] for one in (*first, *second)] == ["Ёж 9", "ёж 10", "Ёлка", "Ель", "Zoom", ""]


@pytest.mark.parametrize(
    "text", ["!", "bnVsbA", "WzEsMl0", "W10", "W251bGwsICJ4Il0", "WzFlOTksICJ4Il0", "я", "a" * 999]
)
def test_a_cursor_nobody_wrote_is_the_first_page(work, marathon, text):
    settle(work, marathon, 5)
    wanted = WantedWorks(marathon_id=marathon.id)
    key, may_be_empty = ORDERS["number"]
    assert cursor_of(text, Order(key, may_be_empty=may_be_empty)) is None
    shown = work.work_lists.page(wanted, sort="number", after=text, limit=LIMIT)
    assert shown.ids == work.work_lists.page(wanted, sort="number", limit=LIMIT).ids


def test_filters_and_counts_agree_with_the_works(work, marathon):
    settle(work, marathon, 12)
    works = work.submissions.of_marathon(marathon.id)
    blocked = works[0].model_copy(update={"children": Children.REMOVE})
    work.submissions.save(blocked)
    home = work.municipalities.of_cluster(marathon.cluster_id)[1]
    decided = {one.submission_id: one for one in work.decisions.of_marathon(marathon.id)}

    def found(**filters):
        wanted = WantedWorks(marathon_id=marathon.id, **filters)
        return set(work.work_lists.first(wanted, sort="number", limit=99))

    assert found(status="decided") == set(decided)
    assert found(track=2) == {one.id for one in works if one.track == 2}
    assert found(municipality_id=home.id) == {
        one.id for one in works if home.id in one.municipality_ids
    }
    assert found(outcome="both") == {key for key, one in decided.items() if one.live}
    assert found(outcome="none") == {one.id for one in works} - set(decided)
    assert found(score_from=1) == {key for key, one in decided.items() if one.score}
    assert found(lacks_consents=True) == {blocked.id}
    assert found(words="елка") == {one.id for one in works if one.title == "Ёлка"}


def test_an_own_work_is_found_by_no_outcome_and_sorted_by_none(work, marathon):
    settle(work, marathon, 7)
    decided = {one.submission_id for one in work.decisions.of_marathon(marathon.id)}
    own = frozenset(sorted(decided)[:1])

    def found(**filters):
        wanted = WantedWorks(marathon_id=marathon.id, but=own, **filters)
        return work.work_lists.first(wanted, sort="-score", limit=99)

    every = found()
    assert own <= set(every)
    assert not own & set(every[: len(decided) - 1])
    assert not any(own & set(found(outcome=word)) for word in ("both", "publication", "none"))
    assert not own & set(found(score_from=0))


def test_every_order_of_every_list_leads_to_a_second_page(work, marathon, now):
    """With a key of each kind and without one."""
    settle(work, marathon, 6)
    home = work.municipalities.of_cluster(marathon.cluster_id)[2]
    for one in work.submissions.of_marathon(marathon.id):
        for _ in range(2):
            expert = builders.an_expert(work, home)
            builders.an_assignment(work, one, expert, due_at=now if one.number % 2 else None)
        work.notices.tell("decision", one.id, about=("submission", one.id), now=now, **letter(one))
    lists = {
        work.assignment_lists: WantedAssignments(marathon_id=marathon.id, now=now, words="1"),
        work.letter_lists: WantedLetters(marathon_id=marathon.id),
        work.people_lists: WantedPeople(),
        work.expert_lists: WantedExperts(),
    }
    for shown, wanted in lists.items():
        every = sorted(shown.first(wanted, sort=shown.usual, limit=999))
        assert every
        for sort in shown.orders(wanted):
            for direction in ("", "-"):
                assert (sorted(turned(shown, wanted, direction + sort)), sort) == (every, sort)


def turned(shown, wanted, sort):
    """Ids of all pages, one after another."""
    page = shown.page(wanted, sort=sort, limit=LIMIT)
    seen = page.ids
    while page.after:
        page = shown.page(wanted, sort=sort, after=page.after, limit=LIMIT)
        seen += page.ids
    return seen


def letter(one):
    return {"marathon_id": one.marathon_id, "person_id": one.owner_id}
