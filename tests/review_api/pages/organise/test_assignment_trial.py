"""Trials: the form, the wait, the comparison, the history, rules taken over."""

import re
from datetime import timedelta

import pytest

from flows.assignment import by_hand
from flows.assignment import operations as assignment
from schemas.assignment import ELSEWHERE, Edit, PlanFigures, PlanKind, PlanStatus
from schemas.marathon import Phase
from schemas.people import Actor

FORM = {
    "reviews": "2",
    "max_per_municipality": "1",
    "capacity_change": "0",
    "cross_municipal": "yes",
    "senior_required": "no",
    "no_reciprocity": "yes",
    "no_municipal_reciprocity": "no",
    "connected": "no",
    "fairness": "none",
    "load_balance": "0",
    "max_probability": "1",
    "seed": "0",
}


@pytest.fixture
def home(expertise):
    return f"/organise/{expertise.id}/assignment"


def trials(installation, expertise):
    with installation.begin(read_only=True) as work:
        listed = assignment.history(work, expertise.id)
    return [one for one in listed if one.kind is PlanKind.WHAT_IF]


def test_form_begins_with_the_rules_of_the_marathon(organiser_browser, home, assignable):
    page = organiser_browser.get(f"{home}/try").text
    assert 'name="reviews" type="text" value="2"' in page
    assert "Арсеньева0 Анна Петровна" in page


def test_only_what_differs_is_tried(installation, organiser_browser, home, expertise, assignable):
    expert = assignable[1][0]
    form = FORM | {"reviews": "3", "seed": "7", "without": [expert.id]}
    answer = organiser_browser.post(f"{home}/try", data=form)
    (made,) = trials(installation, expertise)
    assert answer.headers["location"] == f"{home}/plans/{made.id}"
    assert made.what_if.policy.model_dump(exclude_none=True) == {"reviews": 3, "seed": 7}
    assert made.what_if.without == (expert.id,)
    with installation.begin(read_only=True) as work:
        assert [run.deployment for run in work.runs.waiting()] == ["assign_experts"]


def test_new_experts_and_other_loads_are_tried(
    installation, organiser_browser, home, expertise, assignable
):
    form = FORM | {
        "capacity_change": "−1",
        "newcomer_place_1": ELSEWHERE,
        "newcomer_count_1": "2",
        "newcomer_load_1": "4",
    }
    organiser_browser.post(f"{home}/try", data=form)
    (made,) = trials(installation, expertise)
    assert made.what_if.capacity_change == -1
    assert [(one.count, one.capacity) for one in made.what_if.newcomers] == [(2, 4)]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "ничего не изменено"),
        ({"reviews": "много"}, "Нужно целое число от 1 до 9"),
        ({"reviews": "10"}, "Нужно целое число от 1 до 9"),
        ({"capacity_change": "-99"}, "Нужно целое число от -20 до 20"),
        ({"load_balance": "2"}, "Нужно число от 0 до 1"),
        ({"max_probability": "0"}, "Нужно число больше 0"),
        ({"fairness": "строго"}, "Выберите из списка"),
        ({"newcomer_count_1": "2"}, "Выберите муниципалитет новых экспертов"),
        ({"newcomer_place_1": "нигде"}, "нет в реестре"),
        ({"without": "никто"}, "нет в реестре"),
        ({"seed": "9" * 40}, "Нужно целое число от 0"),
        ({"load_balance": "nan"}, "Нужно число от 0 до 1"),
        ({"max_probability": "0,5", "connected": "yes"}, "не сочетается с правилом"),
    ],
)
def test_bad_input_is_said_beside_its_field_and_kept(
    installation, organiser_browser, home, expertise, assignable, changes, sentence
):
    answer = organiser_browser.post(f"{home}/try", data=FORM | {"load_balance": "0"} | changes)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "<title>Ошибка" in answer.text
    assert trials(installation, expertise) == []


def test_typed_values_stay_after_a_mistake(organiser_browser, home, assignable):
    form = FORM | {"reviews": "много", "seed": "42", "without": [assignable[1][1].id]}
    page = organiser_browser.post(f"{home}/try", data=form).text
    assert 'value="много"' in page
    assert 'value="42"' in page
    assert f'value="{assignable[1][1].id}" checked' in page


def test_trial_outside_expertise_is_refused(installation, organiser_browser, home, expertise):
    with installation.begin() as work:
        marathon = work.marathons.get(expertise.id)
        work.marathons.save(marathon.model_copy(update={"phase": Phase.INTAKE}))
    answer = organiser_browser.post(f"{home}/try", data=FORM | {"reviews": "1"})
    assert answer.status_code == 422
    assert "запускается на этапе" in answer.text


@pytest.fixture
def tried(installation, organiser_browser, home, expertise, proposal, make_requested):
    """A trial of one review a work beside the waiting plan."""
    organiser_browser.post(f"{home}/try", data=FORM | {"reviews": "1"})
    make_requested(expertise)
    return trials(installation, expertise)[0]


def test_requested_plan_waits_and_then_the_page_is_read_again(
    installation, organiser_browser, home, expertise, proposal, make_requested
):
    answer = organiser_browser.post(f"{home}/try", data=FORM | {"reviews": "1"})
    address = answer.headers["location"]
    page = organiser_browser.get(address).text
    assert "План составляется" in page
    assert f'data-hx-get="{address}/progress"' in page
    assert "hx-refresh" not in organiser_browser.get(f"{address}/progress").headers
    assert organiser_browser.get(f"{address}/experts").status_code == 404
    make_requested(expertise)
    assert organiser_browser.get(f"{address}/progress").headers["hx-refresh"] == "true"
    assert "План назначения" in organiser_browser.get(address).text


def test_failed_plan_says_why(installation, organiser_browser, home, expertise, proposal):
    answer = organiser_browser.post(f"{home}/try", data=FORM | {"reviews": "1"})
    (asked,) = trials(installation, expertise)
    with installation.begin() as work:
        assignment.fail(work, asked.id, "Нет работ, которые ждут экспертизы.")
    page = organiser_browser.get(answer.headers["location"]).text
    assert "План не составлен" in page
    assert "Нет работ, которые ждут экспертизы." in page


def test_comparison_names_what_differs_and_what_came_of_it(
    organiser_browser, home, proposal, tried
):
    page = organiser_browser.get(f"{home}/compare?left={proposal.id}&right={tried.id}").text
    assert "Экспертиз на работу" in page
    assert "хуже на" in page
    assert "Пар сохранилось" in page
    assert "Принять правила второго плана" in page


def test_comparison_begins_with_the_waiting_plan_and_the_newest_trial(
    organiser_browser, home, proposal, tried
):
    page = organiser_browser.get(f"{home}/compare").text
    assert page.index(f"/plans/{proposal.id}") < page.index(f"/plans/{tried.id}")


def test_one_plan_is_not_compared(organiser_browser, home, proposal):
    answer = organiser_browser.get(f"{home}/compare")
    assert answer.status_code == 303
    assert "нужны два" in organiser_browser.get(answer.headers["location"]).text


def test_history_lists_who_made_what_and_lets_two_be_chosen(
    organiser_browser, home, proposal, tried
):
    page = organiser_browser.get(f"{home}/plans").text
    assert "экспертиз на работу: 1" in page
    assert "Орлова Нина Петровна" in page
    assert page.count('name="plan"') == 2
    chosen = organiser_browser.get(f"{home}/compare?plan={tried.id}&plan={proposal.id}")
    assert chosen.status_code == 200


def test_history_shows_the_seed_each_plan_was_made_with(
    installation, organiser_browser, home, expertise, proposal
):
    with installation.begin() as work:
        policy = expertise.assignment.model_copy(update={"seed": 271828})
        work.marathons.save(expertise.model_copy(update={"assignment": policy}))
    page = organiser_browser.get(f"{home}/plans").text
    assert "271828" not in page
    with installation.begin(read_only=True) as work:
        assert assignment.history(work, expertise.id)[0].figures.seed == 0


def test_plan_from_before_figures_were_kept_is_compared_all_the_same(
    installation, organiser_browser, home, proposal, tried
):
    with installation.begin() as work:
        old = work.plans.get(proposal.id).model_copy(update={"figures": PlanFigures()})
        work.plans.save(old)
    answer = organiser_browser.get(f"{home}/compare?left={proposal.id}&right={tried.id}")
    assert answer.status_code == 200


def test_trial_is_applied_only_after_its_rules_are_adopted(
    installation, organiser_browser, home, expertise, tried
):
    address = f"{home}/plans/{tried.id}"
    answer = organiser_browser.post(f"{address}/apply")
    assert "Сначала примите их" in organiser_browser.get(answer.headers["location"]).text
    assert organiser_browser.post(f"{address}/adopt").status_code == 303
    with installation.begin(read_only=True) as work:
        assert work.marathons.get(expertise.id).assignment.reviews == 1
    organiser_browser.post(f"{address}/apply")
    with installation.begin(read_only=True) as work:
        assert work.plans.get(tried.id).status is PlanStatus.APPLIED


def test_trial_without_other_rules_has_nothing_to_adopt(
    installation, organiser_browser, home, expertise, proposal, make_requested
):
    organiser_browser.post(f"{home}/try", data=FORM | {"capacity_change": "1"})
    make_requested(expertise)
    (made,) = trials(installation, expertise)
    answer = organiser_browser.post(f"{home}/plans/{made.id}/adopt")
    assert "принимать нечего" in organiser_browser.get(answer.headers["location"]).text


@pytest.mark.parametrize("imagined", ["0", "1"])
def test_rules_of_a_trial_are_offered_only_when_it_can_be_applied_after_them(
    installation, organiser_browser, home, expertise, proposal, make_requested, imagined
):
    form = FORM | {"reviews": "1", "capacity_change": imagined}
    organiser_browser.post(f"{home}/try", data=form)
    make_requested(expertise)
    (made,) = trials(installation, expertise)
    page = organiser_browser.get(f"{home}/plans/{made.id}").text
    assert ("Принять правила" in page) == (imagined == "0")
    assert ("применить её нельзя" in page) == (imagined == "1")
    assert ("задайте в настройках марафона" in page) == (imagined == "1")


def test_trial_is_compared_with_the_plan_nobody_edited(
    installation, organiser_browser, home, expertise, proposal, assignable, now
):
    edited = edited_by_hand(installation, proposal, assignable[0][0].id, now)
    organiser_browser.post(f"{home}/try", data=FORM | {"reviews": "1"})
    (made,) = trials(installation, expertise)
    with installation.begin(read_only=True) as work:
        assert work.plans.proposed(expertise.id).id == edited.id
    assert made.parent_id == proposal.id


def test_trial_before_any_proposal_has_no_parent(
    installation, organiser_browser, home, expertise, assignable
):
    organiser_browser.post(f"{home}/try", data=FORM | {"reviews": "1"})
    (made,) = trials(installation, expertise)
    assert made.parent_id is None


def edited_by_hand(installation, proposal, submission_id, now):
    """The waiting plan with one expert of the work exchanged."""
    with installation.begin() as work:
        options = assignment.options(work, proposal.id, submission_id)
        found = next(one for one in options if not one.chosen and not one.broken)
        edit = Edit(submission_id=submission_id, into=found.expert, out=found.out)
        draft = by_hand.begin(work, proposal.id, [edit])
        result = draft.solved(settle=False)
        return by_hand.keep(work, draft, result, by=Actor(), now=now + timedelta(minutes=1))


def test_proposal_is_asked_for_with_one_click(installation, organiser_browser, home, assignable):
    answer = organiser_browser.post(f"{home}/plans")
    assert answer.headers["location"].startswith(f"{home}/plans/")
    assert "План составляется" in organiser_browser.get(home).text


def test_remedy_sends_only_its_own_field(
    installation, organiser_browser, home, expertise, assignable
):
    organiser_browser.post(f"{home}/try", data={"reviews": "1"})
    (made,) = trials(installation, expertise)
    assert made.what_if.policy.model_dump(exclude_none=True) == {"reviews": 1}


def test_remedy_of_a_trial_is_tried_together_with_what_the_trial_changed(
    installation, organiser_browser, home, expertise, assignable, make_requested
):
    form = {"reviews": "4", "capacity_change": "-1", "without": [assignable[1][0].id]}
    organiser_browser.post(f"{home}/try", data=form)
    make_requested(expertise)
    (made,) = trials(installation, expertise)
    page = organiser_browser.get(f"{home}/plans/{made.id}").text
    forms = re.findall(rf'<form method="post" action="{home}/try">(.*?)</form>', page, re.DOTALL)
    assert forms
    sent = [dict(re.findall(r'name="(\w+)" value="([^"]*)"', one)) for one in forms]
    assert {one["without"] for one in sent} == {assignable[1][0].id}
    assert {"4", "3"} >= {one["reviews"] for one in sent}
    assert any(one["capacity_change"] == "0" for one in sent)


def test_drawn_plan_says_what_the_draw_gives_and_each_pairs_chance(
    installation, organiser_browser, home, expertise, assignable, make_requested
):
    organiser_browser.post(f"{home}/try", data=FORM | {"max_probability": "0,6"})
    make_requested(expertise)
    (made,) = trials(installation, expertise)
    page = organiser_browser.get(f"{home}/plans/{made.id}").text
    assert "План выбран жребием" in page
    assert "с вероятностью больше 60" in page
    assert "Самые вероятные пары" in page


def test_linked_plan_says_how_experts_hang_together(
    installation, organiser_browser, home, expertise, assignable, make_requested
):
    organiser_browser.post(f"{home}/try", data=FORM | {"connected": "yes"})
    make_requested(expertise)
    (made,) = trials(installation, expertise)
    page = organiser_browser.get(f"{home}/plans/{made.id}").text
    assert "Связаны ли эксперты общими работами" in page


@pytest.mark.parametrize("parts", [1, 2])
def test_weak_link_is_told_apart_from_a_broken_one(
    installation, organiser_browser, home, expertise, assignable, make_requested, parts
):
    organiser_browser.post(f"{home}/try", data=FORM | {"connected": "yes"})
    make_requested(expertise)
    (made,) = trials(installation, expertise)
    weak = {"components": parts, "link": 0.4 if parts == 1 else 0.0, "enough": False}
    with installation.begin() as work:
        plan = work.plans.get(made.id)
        result = plan.result | {"connectivity": plan.result["connectivity"] | weak}
        work.plans.save(plan.model_copy(update={"result": result}))
    page = organiser_browser.get(f"{home}/plans/{made.id}").text
    assert ("Общими работами связаны все эксперты, но слабо" in page) == (parts == 1)
    assert ("Частей, которые ничем не связаны: 2" in page) == (parts == 2)
    assert ("разными частями" in page) == (parts == 2)
    assert '<a href="#link">Связи</a>' in page
