"""The assignment overview and the page of one plan: look, check, take away, apply."""

import json
import re

import pytest

from flows.assignment import operations as assignment
from flows.assignment.checker.checking import check
from flows.registry.sheets import read_sheet
from schemas.assignment import AssignmentStatus, PlanStatus
from schemas.assignment_problem import Problem, Result
from schemas.people import Role
from tests import builders


@pytest.fixture
def home(expertise):
    return f"/organise/{expertise.id}/assignment"


@pytest.fixture
def plan_address(home, proposal):
    return f"{home}/plans/{proposal.id}"


@pytest.fixture
def rows_of(tmp_path):
    """The lines of a downloaded spreadsheet, its heading left out."""

    def read(answer):
        path = tmp_path / "taken.xlsx"
        path.write_bytes(answer.content)
        return read_sheet(path).rows

    return read


def test_overview_says_what_to_do_next(organiser_browser, home, assignable):
    page = organiser_browser.get(home).text
    assert "Составить план" in page
    assert "Экспертов ещё никому не назначили" in page


def test_waiting_plan_stands_first_and_its_old_address_leads_to_it(
    organiser_browser, home, plan_address
):
    assert "ждёт вашего решения" in organiser_browser.get(home).text
    answer = organiser_browser.get(f"{home}/plan")
    assert (answer.status_code, answer.headers["location"]) == (303, plan_address)


def test_without_a_plan_its_address_says_so(organiser_browser, home, expertise):
    answer = organiser_browser.get(f"{home}/plan")
    assert answer.status_code == 404
    assert "составьте новый" in answer.text


def test_plan_shows_panels_proof_and_how_many_invitations(organiser_browser, plan_address):
    page = organiser_browser.get(plan_address).text
    assert "Применить: отправить 8\u00a0приглашений" in page
    assert "Почему лучше не бывает" in page
    assert "Нарушений нет" in page
    assert "Кто кого оценивает" in page
    assert "Наставничество молодых учителей" in page
    assert "Параметры расчёта" in page
    assert re.findall(r'<a href="#(\w+)">', page) == ["panels", "busiest", "matrix", "link"]


def test_plan_of_another_marathon_is_not_there(installation, organiser_browser, proposal):
    with installation.begin() as work:
        other = builders.a_marathon(work, title="Другой марафон")
    address = f"/organise/{other.id}/assignment/plans/{proposal.id}"
    pages = ("", "/experts", "/changes", "/files/pairs.xlsx", "/progress")
    assert {organiser_browser.get(address + page).status_code for page in pages} == {404}
    assert organiser_browser.post(f"{address}/apply").status_code == 404
    assert organiser_browser.post(f"{address}/discard").status_code == 404


def test_teacher_does_not_see_plans(installation, signed_in, home, plan_address):
    with installation.begin() as work:
        person = builders.a_person(work)
        work.roles.give(person.id, Role.TEACHER)
    browser = signed_in(person)
    for address in (home, plan_address, f"{home}/plans", f"{home}/try", f"{home}/compare"):
        assert browser.get(address).status_code == 404, address
    for act in ("apply", "discard", "adopt"):
        assert browser.post(f"{plan_address}/{act}").status_code == 404, act
    assert browser.post(f"{home}/plans").status_code == 404
    assert browser.post(f"{home}/try").status_code == 404


def test_panels_are_filtered_and_the_filter_goes_into_the_download(
    installation, organiser_browser, plan_address, rows_of
):
    page = organiser_browser.get(f"{plan_address}?q=читательский").text
    assert "Читательский дневник" in page
    assert "Наставничество молодых" not in page
    sheet = organiser_browser.get(f"{plan_address}?q=читательский&export=xlsx")
    assert [row[1] for row in rows_of(sheet)] == ["Читательский дневник в начальной школе"]
    assert "Под эти условия" in organiser_browser.get(f"{plan_address}?state=missing").text
    assert "Под эти условия" in organiser_browser.get(f"{plan_address}?track=3").text


@pytest.mark.parametrize(("name", "rows"), [("pairs", 8), ("panels", 4), ("loads", 8)])
def test_tables_of_a_plan_are_taken_away(organiser_browser, plan_address, rows_of, name, rows):
    answer = organiser_browser.get(f"{plan_address}/files/{name}.xlsx")
    assert len(rows_of(answer)) == rows
    assert organiser_browser.get(f"{plan_address}/files/{name}.csv").status_code == 200
    assert organiser_browser.get(f"{plan_address}/files/{name}.exe").status_code == 404


def test_title_that_looks_like_a_formula_stays_text(
    installation, organiser_browser, home, expertise, assignable, now
):
    with installation.begin() as work:
        one = assignable[0][0]
        work.submissions.save(one.model_copy(update={"title": "=1+1"}))
        made = assignment.propose(work, expertise.id, now=now)
    answer = organiser_browser.get(f"{home}/plans/{made.id}/files/pairs.csv")
    assert ";'=1+1;" in answer.content.decode("utf-8-sig")


def test_files_of_a_plan_are_enough_to_check_it_elsewhere(organiser_browser, plan_address):
    problem, result = (
        json.loads(organiser_browser.get(f"{plan_address}/files/{name}.json").content)
        for name in ("problem", "result")
    )
    assert len(problem["affinity"]) == 32
    assert check(Problem.model_validate(problem), Result.model_validate(result)) == []


def test_independent_check_runs_on_the_page(
    installation, organiser_browser, proposal, plan_address
):
    page = organiser_browser.get(f"{plan_address}?check=yes").text
    assert "Независимая проверка закончена: нарушений нет" in page
    with installation.begin() as work:
        result = dict(proposal.result)
        result["pairs"] = result["pairs"][1:]
        work.plans.save(work.plans.get(proposal.id).model_copy(update={"result": result}))
    page = organiser_browser.get(f"{plan_address}?check=yes").text
    assert "Независимая проверка нашла нарушения" in page


def test_load_of_every_expert_is_listed_and_sorted(organiser_browser, plan_address):
    page = organiser_browser.get(f"{plan_address}/experts?sort=-works").text
    assert "Гусева1" in page
    assert "Цена времени" in page


def test_deficit_is_told_with_names_and_remedies_that_can_be_tried(
    installation, organiser_browser, home, expertise, now
):
    with installation.begin() as work:
        places = builders.members(work, work.clusters.only())
        builders.a_submission(work, expertise, places[0])
        for place in places[:2]:
            builders.an_expert(work, place)
        made = assignment.propose(work, expertise.id, now=now)
    page = organiser_browser.get(f"{home}/plans/{made.id}").text
    assert "экспертов не хватает" in page
    assert places[0].id not in page
    assert f'action="{home}/try"' in page
    assert re.search(r'name="newcomer_place_1" value="[^"]+"', page)


def test_applied_plan_invites_and_asks_for_the_letters(
    installation, organiser_browser, expertise, proposal, plan_address
):
    assert organiser_browser.post(f"{plan_address}/apply").status_code == 303
    with installation.begin(read_only=True) as work:
        items = work.assignments.of_marathon(expertise.id)
        waiting = [run.deployment for run in work.runs.waiting()]
        written = {entry.action for entry in work.journal.about(proposal.id)}
    assert {item.status for item in items} == {AssignmentStatus.INVITED}
    assert "deliver_notices" in waiting
    assert "applied" in written
    assert "применён" in organiser_browser.get(plan_address).text


@pytest.mark.parametrize("act", ["apply", "discard"])
def test_new_invitations_are_counted_only_while_the_plan_waits(
    organiser_browser, plan_address, act
):
    assert "Новых приглашений" in organiser_browser.get(plan_address).text
    organiser_browser.post(f"{plan_address}/{act}")
    page = organiser_browser.get(plan_address).text
    assert "Назначений" in page
    assert "Новых приглашений" not in page


def test_stale_plan_is_refused_and_nobody_is_invited(
    installation, organiser_browser, expertise, assignable, plan_address
):
    with installation.begin() as work:
        place = work.municipalities.all()[0]
        builders.a_submission(work, expertise, place)
    answer = organiser_browser.post(f"{plan_address}/apply")
    assert "Составьте план ещё раз" in organiser_browser.get(answer.headers["location"]).text
    with installation.begin(read_only=True) as work:
        assert work.assignments.of_marathon(expertise.id) == []


def test_changes_name_who_joins(organiser_browser, plan_address):
    page = organiser_browser.get(f"{plan_address}/changes").text
    assert "Что изменит план" in page
    assert "Придут" in page


def test_invitation_that_a_plan_withdraws_is_named_before_it_is_applied(
    installation, organiser_browser, home, expertise, proposal, plan_address, now
):
    organiser_browser.post(f"{plan_address}/apply")
    with installation.begin() as work:
        marathon = work.marathons.get(expertise.id)
        fewer = marathon.assignment.model_copy(update={"reviews": 1})
        work.marathons.save(marathon.model_copy(update={"assignment": fewer}))
        made = assignment.propose(work, expertise.id, now=now)
    page = organiser_browser.get(f"{home}/plans/{made.id}").text
    assert "Приглашения будут сняты" in page
    changes = organiser_browser.get(f"{home}/plans/{made.id}/changes").text
    assert "Уйдут" in changes
    assert "работе нужно меньше экспертиз" in changes or "обмен" in changes


def test_put_aside_plan_stays_in_the_list(
    installation, organiser_browser, home, proposal, plan_address
):
    answer = organiser_browser.post(f"{plan_address}/discard")
    assert answer.headers["location"] == f"{home}/plans"
    with installation.begin(read_only=True) as work:
        assert work.plans.get(proposal.id).status is PlanStatus.DISCARDED
    assert "отложен" in organiser_browser.get(f"{home}/plans").text


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_of_a_plan_keeps_the_promises_of_the_look(
    organiser_browser, home, proposal, plan_address, assignable, language
):
    one, expert = assignable[0][0].id, assignable[1][2].id
    further = (
        "",
        "?check=yes",
        "/experts",
        "/changes",
        f"/works/{one}",
        f"/works/{one}/why/{expert}",
    )
    addresses = [home, f"{home}/plans", f"{home}/try", *(plan_address + page for page in further)]
    for address in addresses:
        joint = "&" if "?" in address else "?"
        page = organiser_browser.get(f"{address}{joint}lang={language}").text
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), address
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style", page), address
        links = set(re.findall(r'href="#([^"]+)"', page))
        assert links <= set(ids), address


def test_a_plan_is_not_for_the_chair_who_may_be_an_author(
    installation, signed_in, home, plan_address
):
    with installation.begin() as work:
        person = builders.a_person(work, "Главина Зоя Юрьевна")
        work.roles.give(person.id, Role.CHAIR)
    browser = signed_in(person)
    for address in (home, plan_address, f"{plan_address}/files/problem.json", f"{home}/try"):
        assert browser.get(address).status_code == 404, address
    assert browser.post(f"{plan_address}/apply").status_code == 404


@pytest.fixture
def settings_form(organiser_browser, expertise):
    """The fields of the settings page as a browser would send them back."""
    page = organiser_browser.get(f"/organise/{expertise.id}/setup/rules").text
    form = dict(
        re.findall(
            r'<input[^>]*name="(\w+)"[^>]*type="(?:text|date|time|datetime-local)"[^>]*value="([^"]*)"',
            page,
        )
    )
    form |= {"version": re.search(r'name="version" value="(\d+)"', page)[1]}
    return form | {
        "fairness": "none",
        "keep": "strict",
    }


def test_rules_of_assignment_are_set_in_the_settings(
    installation, organiser_browser, expertise, settings_form
):
    form = settings_form | {
        "fairness": "maxmin",
        "keep": "bonus",
        "keep_bonus": "0,3",
        "load_balance": "0,1",
        "seed": "5",
        "connected": "yes",
        "no_municipal_reciprocity": "yes",
        "weight_meaning": "0",
        "weight_subject": "0,5",
    }
    answer = organiser_browser.post(f"/organise/{expertise.id}/setup/rules", data=form)
    assert answer.status_code == 303
    with installation.begin(read_only=True) as work:
        policy = work.marathons.get(expertise.id).assignment
    assert (policy.fairness, policy.keep, policy.keep_bonus) == ("maxmin", "bonus", 0.3)
    assert (policy.load_balance, policy.seed) == (0.1, 5)
    assert (policy.connected, policy.no_municipal_reciprocity) == (True, True)
    assert (policy.weights.meaning, policy.weights.subject) == (0, 0.5)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("weight_track", "2", "Нужно число от 0 до 1."),
        ("max_probability", "0", "Число слишком мало."),
        ("fairness", "строго", "Выберите из списка."),
        ("max_probability", "0,7", "не сочетается с правилом"),
    ],
)
def test_wrong_rule_of_assignment_is_said_and_its_part_is_open(
    organiser_browser, expertise, settings_form, field, value, sentence
):
    answer = organiser_browser.post(
        f"/organise/{expertise.id}/setup/rules",
        data=settings_form | {"senior_required": "yes"} | {field: value},
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert re.search(
        r"<details[^>]* open>\s*<summary[^>]*><span[^>]*>Тонкая настройка", answer.text
    )
