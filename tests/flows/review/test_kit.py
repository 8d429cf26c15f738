"""The offline kit's files: what goes out comes back the same, and nothing else is believed."""

import json
import re
import zipfile

import builders
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.review.kit_file import (
    DAMAGED,
    MOST_BYTES,
    NOT_A_KIT,
    OTHER_FORMAT,
    KitWork,
    key_of,
    read_answers,
    require_size,
)
from flows.review.kit_table import cell, read_kit, write_kit
from schemas.errors import BadFile
from schemas.review import Recommendation, ReviewDraft
from schemas.rubric import DEFAULT, OBSERVED, RUBRICS

EVIL = '=HYPERLINK("http://example.org";"x")'
FULL = ReviewDraft(
    levels={part.code: 2 for part in DEFAULT.criteria},
    gates={gate.code: True for gate in DEFAULT.gates},
    comments={"method": "Шаг 3 — неясен.\nДобавьте пример."},
    comment=EVIL,
    note="@note",
    recommendation=Recommendation.REVISE,
)


def a_work(number=1, **changes):
    facts = {
        "key": key_of(f"assignment {number}"),
        "code": f"W{number}X9",
        "title": EVIL,
        "abstract": "Как устроена практика.",
        "about": "Направление: Математика",
        "until": "Оценить до 5 декабря",
        "rubric": DEFAULT,
        "version": 3,
        "draft": FULL,
    }
    return KitWork(**facts | changes)


@pytest.fixture
def table(tmp_path):
    def write(*works):
        path = tmp_path / "kit.xlsx"
        write_kit(path, works, now=builders.NOW)
        return path

    return write


def test_table_comes_back_as_it_went_out(table):
    works = [a_work(1), a_work(2, draft=ReviewDraft(), version=0)]
    first, second = read_kit(table(*works))
    assert (first.key, first.version, first.wrong) == (works[0].key, 3, "")
    assert first.fields["level-method"] == "2"
    assert first.fields["explain-method"] == FULL.comments["method"]
    assert first.fields["gate-borrowings"] == "yes"
    assert first.fields["recommendation"] == "revise"
    assert first.fields["comment"] == EVIL
    assert not any(second.fields.values())


@pytest.mark.parametrize("rubric", RUBRICS.values(), ids=lambda one: one.code)
def test_every_template_sheet_fits_the_table(table, rubric):
    draft = builders.a_full_draft(rubric)
    (answer,) = read_kit(table(a_work(rubric=rubric, draft=draft)))
    back = {code: int(answer.fields[f"level-{code}"]) for code in draft.levels}
    assert back == draft.levels


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=200))
@settings(max_examples=25)
def test_any_words_survive_the_table(tmp_path_factory, words):
    path = tmp_path_factory.mktemp("kit") / "kit.xlsx"
    kept = "".join(letter for letter in words if letter.isprintable())
    write_kit(path, [a_work(draft=ReviewDraft(comment=kept))], now=builders.NOW)
    assert read_kit(path)[0].fields["comment"] == kept


def parts(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def rewritten(path, old, new):
    """The table with some of its words replaced, as a person or a program might."""
    found = parts(path)
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in found.items():
            archive.writestr(name, text.replace(old, new))
    return path


def test_structure_is_closed_only_answers_are_open_and_nothing_is_a_formula(table):
    found = parts(table(a_work()))
    sheets = {name: text for name, text in found.items() if name.startswith("xl/worksheets/sheet")}
    assert len(sheets) == 3
    assert all("<sheetProtection" in text for text in sheets.values())
    assert not [name for name, text in sheets.items() if re.search(r"<c [^>]*><f>", text)]
    assert 'hidden="1"' in sheets["xl/worksheets/sheet2.xml"]
    assert 'state="hidden"' in found["xl/workbook.xml"]
    assert "<dc:creator></dc:creator>" in found["docProps/core.xml"]


def test_levels_are_offered_with_their_words(table):
    found = parts(table(a_work(rubric=OBSERVED, draft=ReviewDraft())))
    assert "0 — Цели в тексте нет." in found["xl/sharedStrings.xml"]
    assert found["xl/worksheets/sheet2.xml"].count("<dataValidation ") == 9


@pytest.mark.parametrize(
    ("typed", "value", "wrong"),
    [("2", "2", False), ("9.5", "9.5", False), ("-1", "-1", False), ("хорошо", "", True)],
)
def test_numbers_typed_by_hand_are_read_and_words_are_refused_with_the_row(
    table, typed, value, wrong
):
    anchor = f"2 — {DEFAULT.criteria[0].levels[2].anchor}"
    (answer,) = read_kit(rewritten(table(a_work()), anchor, typed))
    assert answer.fields["level-relevance"] == value
    assert ("Строка 7" in answer.wrong) is wrong


def test_cells_beyond_the_sheet_are_empty():
    assert [cell([["2"]], *place) for place in ((0, 0), (0, 1), (1, 0))] == ["2", "", ""]


def test_other_files_get_a_sentence(tmp_path, table):
    foreign = tmp_path / "foreign.xlsx"
    with xlsxwriter.Workbook(str(foreign)) as book:
        book.add_worksheet().write(0, 0, "kit")
    with pytest.raises(BadFile, match="не ответы из комплекта"):
        read_kit(foreign)
    damaged = tmp_path / "damaged.xlsx"
    damaged.write_bytes(table(a_work()).read_bytes()[:900])
    with pytest.raises(BadFile, match="повреждён"):
        read_kit(damaged)


def test_table_of_another_format_and_a_bomb_get_a_sentence(tmp_path, table):
    with pytest.raises(BadFile) as refusal:
        read_kit(rewritten(table(a_work()), "kit:1", "kit:2"))
    assert refusal.value.sentence == OTHER_FORMAT
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (70 * 1024 * 1024))
    with pytest.raises(BadFile) as refusal:
        read_kit(bomb)
    assert refusal.value.sentence == DAMAGED


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", NOT_A_KIT),
        ("[]", NOT_A_KIT),
        ("[" * 100_000, NOT_A_KIT),
        ('{"kit": 2, "answers": []}', OTHER_FORMAT),
        ('{"kit": 1}', DAMAGED),
        ('{"kit": 1, "answers": [1]}', DAMAGED),
        ('{"kit": 1, "answers": [{"key": "x", "version": -1}]}', DAMAGED),
        ('{"kit": 1, "answers": [{"key": "x", "version": 1, "fields": {"a": 5}}]}', DAMAGED),
        ('{"kit": 1, "answers": [{"key": "x", "version": 1, "more": 1}]}', DAMAGED),
    ],
)
def test_answers_that_are_none_get_a_sentence(tmp_path, content, sentence):
    path = tmp_path / "answers.json"
    path.write_text(content, "utf-8")
    with pytest.raises(BadFile) as refusal:
        read_answers(path)
    assert refusal.value.sentence == sentence


def test_answers_are_bounded(tmp_path):
    path = tmp_path / "answers.json"
    answer = {"key": "x", "version": 1, "fields": {"comment": "я" * 50_000}}
    path.write_text(json.dumps({"kit": 1, "answers": [answer]}), "utf-8")
    with pytest.raises(BadFile):
        read_answers(path)
    for size in (0, MOST_BYTES + 1):
        with pytest.raises(BadFile):
            require_size(size)
