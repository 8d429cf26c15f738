"""A plan changed by hand: candidates with rules and prices, edits, the way back."""

import re

import pytest

from flows.assignment import by_hand
from flows.assignment import operations as assignment
from schemas.assignment import PlanKind
from schemas.people import Actor


@pytest.fixture
def work_address(expertise, proposal, assignable):
    one = assignable[0][0]
    return f"/organise/{expertise.id}/assignment/plans/{proposal.id}/works/{one.id}"


def lawful_change(page):
    return re.search(r'name="change"[^>]* value="([^"]+)"', page)[1]


def manual_plan(installation, expertise):
    with installation.begin(read_only=True) as work:
        found = [
            one for one in assignment.history(work, expertise.id) if one.kind is PlanKind.MANUAL
        ]
    return found[0] if found else None


def test_candidates_are_listed_with_prices_and_broken_rules(organiser_browser, work_address):
    page = organiser_browser.get(work_address).text
    assert "свой муниципалитет" in page
    assert "Поменять только это" in page
    assert "2 из 2" in page


def test_names_are_never_broken_between_lines(organiser_browser, work_address):
    page = organiser_browser.get(work_address).text
    rows = re.findall(r'<th scope="row"([^>]*)>', page)
    assert rows
    assert set(rows) == {' class="nowrap"'}
    assert re.search(r'data-label="Вместо кого" class="nowrap', page)


def test_broken_rule_leaves_nothing_to_choose(organiser_browser, work_address):
    page = organiser_browser.get(f"{work_address}?may=no").text
    assert "свой муниципалитет" in page
    assert 'name="change"' not in page
    assert "Поменять только это" not in page


@pytest.mark.parametrize("settle", ["no", "yes"])
def test_edit_makes_a_new_plan_shown_beside_the_old_one(
    installation, organiser_browser, expertise, proposal, work_address, settle
):
    change = lawful_change(organiser_browser.get(work_address).text)
    answer = organiser_browser.post(work_address, data={"change": change, "settle": settle})
    made = manual_plan(installation, expertise)
    assert answer.status_code == 303
    assert answer.headers["location"].endswith(f"left={proposal.id}&right={made.id}")
    page = organiser_browser.get(answer.headers["location"]).text
    assert "Коллегии, которые стали другими" in page
    assert "правка от руки" in page
    assert made.parent_id == proposal.id


def test_edits_follow_one_another_and_the_parent_stays(
    installation, organiser_browser, expertise, proposal, work_address
):
    change = lawful_change(organiser_browser.get(work_address).text)
    organiser_browser.post(work_address, data={"change": change, "settle": "no"})
    first = manual_plan(installation, expertise)
    again = work_address.replace(proposal.id, first.id)
    page = organiser_browser.get(again).text
    assert "Вернуться к плану до правки" in page
    organiser_browser.post(again, data={"change": lawful_change(page), "settle": "no"})
    second = manual_plan(installation, expertise)
    assert second.parent_id == first.id
    plan = organiser_browser.get(f"/organise/{expertise.id}/assignment/plans/{second.id}").text
    assert plan.count("вместо") == 2
    assert f"/assignment/plans/{first.id}" in plan


def test_unlawful_change_is_refused_in_words_and_the_choice_is_kept(
    installation, organiser_browser, expertise, assignable, work_address
):
    own = next(
        one
        for one in assignable[1]
        if one.municipality_id == assignable[0][0].authors[0].municipality_id
    )
    answer = organiser_browser.post(work_address, data={"change": f"{own.id}:", "settle": "no"})
    assert answer.status_code == 422
    assert "Правка невозможна" in answer.text
    assert manual_plan(installation, expertise) is None


@pytest.mark.parametrize("change", ["", ":", "никто", "x:y"])
def test_nothing_chosen_is_said(organiser_browser, work_address, change):
    answer = organiser_browser.post(work_address, data={"change": change, "settle": "no"})
    assert answer.status_code == 422
    assert "Ошибка:" in answer.text


def test_member_can_be_taken_out_and_the_engine_finds_another(
    installation, organiser_browser, expertise, proposal, assignable, work_address
):
    member = next(pair[1] for pair in proposal.result["pairs"] if pair[0] == assignable[0][0].id)
    page = organiser_browser.get(f"{work_address}?out={member}").text
    assert "замену подберёт система" in page
    answer = organiser_browser.post(work_address, data={"change": f":{member}", "settle": "yes"})
    assert answer.status_code == 303
    made = manual_plan(installation, expertise)
    with installation.begin(read_only=True) as work:
        pairs = work.plans.get(made.id).result["pairs"]
    assert [assignable[0][0].id, member] not in [pair[:2] for pair in pairs]
    assert made.figures.pairs == proposal.figures.pairs


def test_work_and_plan_that_do_not_belong_together_are_not_there(organiser_browser, work_address):
    address = work_address.rsplit("/", 1)[0] + "/unknown"
    assert organiser_browser.get(address).status_code == 404
    assert organiser_browser.post(address, data={"change": "a:b"}).status_code == 404


def test_plan_that_waits_no_more_is_not_edited(
    installation, organiser_browser, proposal, work_address, organiser, now
):
    change = lawful_change(organiser_browser.get(work_address).text)
    with installation.begin() as work:
        assignment.discard(work, proposal.id, by=organiser, now=now)
    assert 'name="change"' not in organiser_browser.get(work_address).text
    answer = organiser_browser.post(work_address, data={"change": change, "settle": "no"})
    assert answer.status_code == 422
    assert "уже не ждёт решения" in answer.text


def test_member_is_explained_by_views_rank_and_loss(
    organiser_browser, proposal, assignable, work_address
):
    member = next(pair[1] for pair in proposal.result["pairs"] if pair[0] == assignable[0][0].id)
    page = organiser_browser.get(f"{work_address}/why/{member}").text
    assert "Почему этот эксперт" in page
    assert "Из чего сложилась близость" in page
    assert "Потеряет план без этой пары" in page
    assert member not in page.replace(f"?out={member}", "").split("<main")[1]


def test_expert_of_the_same_municipality_is_explained_by_the_rule(
    organiser_browser, assignable, work_address
):
    page = organiser_browser.get(f"{work_address}/why/{assignable[1][0].id}").text
    assert "Почему не этот эксперт" in page
    assert "свой муниципалитет" in page
    assert organiser_browser.get(f"{work_address}/why/unknown").status_code == 404


def test_drawn_plan_says_that_it_is_not_edited_and_offers_no_choice(
    installation, organiser_browser, expertise, assignable, now
):
    with installation.begin() as work:
        policy = expertise.assignment.model_copy(update={"max_probability": 0.9})
        work.marathons.save(expertise.model_copy(update={"assignment": policy}))
        drawn = assignment.propose(work, expertise.id, now=now)
    one = assignable[0][0]
    address = f"/organise/{expertise.id}/assignment/plans/{drawn.id}/works/{one.id}"
    page = organiser_browser.get(address).text

    assert "править его от руки нельзя" in page
    assert 'name="change"' not in page
    assert ">Заменить<" not in page


def test_others_write_while_an_edit_is_solved(
    installation, organiser_browser, work_address, monkeypatch, now
):
    """SQLite has one writer: solving while holding it would stop everybody."""
    solved = by_hand.Draft.solved

    def solve_and_write(draft, *, settle):
        with installation.begin() as work:
            assignment.discard(work, draft.parent.id, by=Actor(part="test"), now=now)
        return solved(draft, settle=settle)

    change = lawful_change(organiser_browser.get(work_address).text)
    monkeypatch.setattr(by_hand.Draft, "solved", solve_and_write)
    answer = organiser_browser.post(work_address, data={"change": change, "settle": "yes"})

    assert answer.status_code == 422
    assert "уже не ждёт решения" in answer.text
