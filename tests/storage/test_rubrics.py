"""Every marathon keeps the expert sheet it was opened with, whatever the program ships later."""

import builders
import pytest

from schemas.errors import NotFound
from schemas.rubric import DEFAULT, RUBRICS, Gate
from storage.repositories import works

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize("code", RUBRICS)
def test_sheet_comes_back_whole(work, code):
    marathon = builders.a_marathon(work, rubric=code)

    assert work.rubrics.of(marathon.id) == RUBRICS[code]


def test_changed_shipped_sheet_is_for_new_marathons_only(work, monkeypatch):
    past = builders.a_marathon(work)
    lighter = DEFAULT.model_copy(update={"criteria": DEFAULT.criteria[:2], "gates": ()})
    monkeypatch.setattr(works, "RUBRICS", {"default": lighter})

    new = builders.a_marathon(work)
    saved = work.marathons.save(past.model_copy(update={"theme": "Другая тема"}))

    assert saved.rubric == past.rubric
    assert work.rubrics.of(past.id) == DEFAULT
    assert work.rubrics.of(new.id) == lighter


def test_naming_another_sheet_takes_that_one(work):
    marathon = builders.a_marathon(work)
    assert work.rubrics.of(marathon.id) == DEFAULT

    work.marathons.save(marathon.model_copy(update={"rubric": "observed"}))

    assert work.rubrics.of(marathon.id) == RUBRICS["observed"]


def test_marathon_may_have_a_sheet_of_its_own(work):
    ours, other = builders.a_marathon(work), builders.a_marathon(work)
    gate = Gate(code="length", title="Объём", question="Не больше десяти страниц?")
    sheet = DEFAULT.model_copy(update={"title": "Наш лист", "gates": (gate, *DEFAULT.gates)})
    assert work.rubrics.of(ours.id) == DEFAULT

    work.rubrics.keep(ours.id, sheet)

    assert work.rubrics.of(ours.id) == sheet
    assert work.rubrics.of(other.id) == DEFAULT


def test_no_marathon_has_no_sheet(work):
    with pytest.raises(NotFound):
        work.rubrics.of("nowhere")
