"""The editor of the expert sheet: buttons without a script, every mistake at once, the lock."""

import html
import re

import pytest

from schemas.marathon import Phase
from schemas.rubric import CONFORMITY, DEFAULT
from tests import builders


@pytest.fixture
def marathon(installation):
    with installation.begin() as work:
        return builders.a_marathon(work, phase=Phase.PREPARATION)


def address(marathon):
    return f"/organise/{marathon.id}/setup/sheet"


def fields_of(page):
    """The editor's fields as a browser would send them back."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = (re.search(rf'{part}="([^"]*)"', tag) for part in ("name", "value"))
        if name and 'type="radio"' not in tag and ("checkbox" not in tag or "checked" in tag):
            found[name[1]] = html.unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)', page):
        found[name] = html.unescape(text)
    for name, inside in re.findall(
        r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        found[name] = chosen[1] if chosen else ""
    return found


@pytest.fixture
def form(browser, marathon):
    return fields_of(browser.get(address(marathon)).text)


def sheet_of(installation, marathon):
    with installation.begin(read_only=True) as work:
        return work.rubrics.of(marathon.id)


def test_untouched_sheet_is_saved_as_it_was(installation, browser, marathon, form):
    answer = browser.post(address(marathon), data=form | {"act": "save"})
    assert answer.status_code == 303, answer.text
    assert sheet_of(installation, marathon) == DEFAULT


def test_buttons_change_the_draft_and_write_nothing(installation, browser, marathon, form):
    added = fields_of(browser.post(address(marathon), data=form | {"act": "criteria.add"}).text)
    assert added["c6-title"] == ""
    assert added["c6-l4-value"] == "3"
    up = fields_of(browser.post(address(marathon), data=form | {"act": "criteria.2.up"}).text)
    assert up["c1-title"] == "Новизна и авторский вклад"
    assert up["c1-code"] == "novelty"
    gone = fields_of(browser.post(address(marathon), data=form | {"act": "gates.1.remove"}).text)
    assert "g3-title" not in gone
    level = fields_of(browser.post(address(marathon), data=form | {"act": "levels.1.add"}).text)
    assert level["c1-l5-value"] == "4"
    assert sheet_of(installation, marathon) == DEFAULT


@pytest.mark.parametrize("act", ["criteria.99.up", "levels.x.add", "gates.0.remove", "🙂", "."])
def test_button_that_cannot_be_changes_nothing(browser, marathon, form, act):
    answer = browser.post(address(marathon), data=form | {"act": act})
    assert answer.status_code == 200
    assert fields_of(answer.text) == form


def test_changed_sheet_is_what_experts_get(installation, browser, marathon, form):
    changed = form | {"act": "save", "c1-title": "Ёмкость", "c1-weight": "2,5", "g1-live": "yes"}
    assert browser.post(address(marathon), data=changed).status_code == 303
    sheet = sheet_of(installation, marathon)
    assert (sheet.criteria[0].title, sheet.criteria[0].weight) == ("Ёмкость", 2.5)
    assert sheet.criteria[0].code == "relevance"
    assert sheet.gates[0].blocks_live


def test_every_mistake_is_said_at_once_and_values_stay(installation, browser, marathon, form):
    wrong = {"c1-title": "", "c2-weight": "-1", "c3-l2-value": "0", "c3-l1-anchor": " "}
    wrong |= {"g1-question": "", "title": "Мой лист", "c4-title": form["c5-title"]}
    answer = browser.post(address(marathon), data=form | wrong | {"act": "save"})
    assert answer.status_code == 422
    for sentence in (
        "Назовите критерий.",
        "Вес — число больше 0 и не больше 100.",
        "Баллы идут снизу вверх и не повторяются.",
        "Опишите словами, какая работа заслуживает этого уровня.",
        "Напишите вопрос так, чтобы ответ «да» означал, что всё в порядке.",
        "Такой критерий уже есть.",
    ):
        assert answer.text.count(sentence) == 2, sentence
    assert fields_of(answer.text)["title"] == "Мой лист"
    assert sheet_of(installation, marathon) == DEFAULT


@pytest.mark.parametrize("weight", ["nan", "inf", "1e400", "много", ""])
def test_weight_that_is_no_number_is_refused(browser, marathon, form, weight):
    answer = browser.post(address(marathon), data=form | {"c1-weight": weight, "act": "save"})
    assert answer.status_code == 422
    assert "Вес — число" in answer.text


def test_preview_shows_what_is_typed_and_its_share(browser, marathon, form):
    typed = form | {"c1-title": "<script>alert(1)</script>", "c1-weight": "1"}
    answer = browser.post(f"{address(marathon)}/preview", data=typed)
    assert answer.status_code == 200
    assert "&lt;script&gt;" in answer.text
    assert "до 11,1 из 100 баллов" in answer.text
    assert "<html" not in answer.text


def test_another_sheet_is_offered_and_waits_for_saving(installation, browser, marathon):
    page = browser.get(f"{address(marathon)}?like=conformity").text
    assert "ещё не сохранён" in page
    assert browser.post(address(marathon), data=fields_of(page) | {"act": "save"}).is_redirect
    assert sheet_of(installation, marathon) == CONFORMITY


def test_sheet_is_locked_once_somebody_has_begun_to_mark(installation, browser, marathon, form):
    with installation.begin() as work:
        home = builders.a_municipality(work, work.clusters.only())
        one = builders.a_submission(work, marathon, home)
        builders.a_sent_review(work, one, builders.an_expert(work, home), submitted_at=None)
    page = browser.get(address(marathon)).text
    assert "Эксперты уже начали оценивать" in page
    assert 'name="c1-title"' not in page
    late = browser.post(address(marathon), data=form | {"act": "save", "title": "Другой"})
    assert late.status_code == 409
    assert "Эксперты уже начали оценивать" in late.text
    assert sheet_of(installation, marathon) == DEFAULT


def test_old_page_does_not_overwrite_a_newer_sheet(installation, browser, marathon, form):
    first = form | {"act": "save", "title": "Первый"}
    assert browser.post(address(marathon), data=first).status_code == 303
    late = browser.post(address(marathon), data=form | {"act": "save", "title": "Второй"})
    assert late.status_code == 409
    assert fields_of(late.text)["title"] == "Второй"
    assert sheet_of(installation, marathon).title == "Первый"


def test_hundred_criteria_and_huge_words_are_refused_shortly(browser, marathon, form):
    many = {f"c{n}-title": f"К{n}" for n in range(6, 100)} | {"c1-hint": "Я" * 1_000_000}
    answer = browser.post(address(marathon), data=form | many | {"act": "save"})
    assert answer.status_code == 422
    assert "Критериев слишком много: не больше 15." in answer.text
    assert len(answer.text) < 250_000
