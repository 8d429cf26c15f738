"""What is said of a file: parts by the kind of work, length by the marathon, danger first."""

import builders
import pytest

from flows.intake import preflight
from schemas.advice import ADVICE, PART_EXAMPLES, REMARK_NAMES, TO_MEND, AdviceCode, Part
from schemas.extraction import WARNINGS, Extraction, Finding
from schemas.extraction import WarningCode as Code
from schemas.marathon import MarathonTexts
from schemas.submission import Children, SubmissionFile

ALL = tuple(Part)


def a_file(*, name="работа.docx", parts=ALL, cleared=False, **extraction):
    facts = {"file": name, "status": "ok", "kind": "docx", "characters": 9000, "pages": 5}
    return SubmissionFile(
        id="1",
        submission_id="2",
        marathon_id="3",
        name=name,
        sha256="a" * 64,
        size=9,
        extraction=Extraction(**facts | extraction),
        uploaded_at=builders.NOW,
        parts=parts,
        cleared_at=builders.NOW if cleared else None,
    )


def told(file, *, texts=None, **changes):
    facts = preflight.Facts(file=file, texts=texts or MarathonTexts(), **changes)
    return preflight.notices(facts)


def codes(*args, **changes):
    return [one.code for one in told(*args, **changes)]


def test_a_good_file_gets_praise_and_no_advice():
    file = a_file(images=2)
    facts = preflight.Facts(file=file, texts=MarathonTexts())

    assert told(file) == ()
    assert len(preflight.in_order(facts, ())) == 5


def test_missing_parts_depend_on_the_kind_of_work():
    file = a_file(parts=(Part.GOAL, Part.TASKS, Part.CONDITIONS, Part.COURSE, Part.RESULTS))

    assert codes(file, work_format="урок") == []
    [notice] = told(file, work_format="доклад")
    assert notice.parts == (Part.CONCLUSIONS, Part.SOURCES)
    assert notice.lacking[1] == ("источники", PART_EXAMPLES[Part.SOURCES])


def test_nothing_is_said_of_parts_that_nobody_could_see():
    assert codes(a_file(parts=None)) == []
    assert codes(a_file(parts=(), characters=400)) == []
    assert codes(a_file(parts=(), warnings=(Code.SCANNED_NO_TEXT,))) == [Code.SCANNED_NO_TEXT]


@pytest.mark.parametrize(
    ("has", "code"),
    [(7999, AdviceCode.TOO_SHORT), (8000, None), (20_000, None), (20_001, AdviceCode.TOO_LONG)],
)
def test_the_length_is_told_in_numbers(has, code):
    texts = MarathonTexts(least_characters=8000, most_characters=20_000)
    found = told(a_file(characters=has), texts=texts)

    assert [one.code for one in found] == ([code] if code else [])
    assert all((one.has, one.unit) == (has, "characters") for one in found)


def test_slides_are_counted_in_pages():
    texts = MarathonTexts(least_characters=8000, most_pages=20)
    [one] = told(a_file(kind="pptx", pages=25, characters=900), texts=texts)

    assert (one.code, one.has, one.wanted, one.unit) == (AdviceCode.TOO_LONG, 25, 20, "pages")


def test_no_limits_ask_for_nothing():
    assert codes(a_file(characters=100_000, pages=90)) == []


def test_what_must_be_mended_comes_first_with_its_places():
    found = (
        Finding(code=Code.PEOPLE_NAMED, text="Вера Петровна"),
        Finding(code=Code.PERSONAL_DATA, text="+7 902 123-45-67", where="абзац 2",
                around="звоните +7 902 123-45-67 вечером"),
        *(Finding(code=Code.PERSONAL_DATA, text=f"{n}@example.ru") for n in range(5)),
    )  # fmt: skip
    file = a_file(warnings=(Code.PEOPLE_NAMED, Code.PERSONAL_DATA))
    first, second = told(file, findings=found)

    assert (first.code, first.group, first.count) == (Code.PERSONAL_DATA, "mend", 6)
    assert len(first.places) == preflight.MOST_PLACES
    assert first.places[0].pieces == ("звоните ", "+7 902 123-45-67", " вечером")
    assert (second.code, second.group) == (Code.PEOPLE_NAMED, "advise")


def test_the_authors_name_in_the_files_name_needs_nothing():
    file = a_file(name="Ветрова_Д.О._практика.docx")
    [one] = told(file, names=("Ветрова Дарья Олеговна",))

    assert (one.code, one.group) == (AdviceCode.AUTHOR_IN_FILE_NAME, "note")
    assert codes(a_file(name="практика.docx"), names=("Ветрова Дарья Олеговна",)) == []


def test_nothing_is_said_of_a_refused_file():
    assert codes(a_file(status="rejected", reason="damaged")) == []


@pytest.mark.parametrize("code", [Code.CHILDREN_NAMED, Code.CHILDREN_DATA])
def test_childrens_data_asks_for_an_answer(code):
    file = a_file(warnings=(code,))

    assert preflight.is_unanswered(file, Children.NONE)
    assert preflight.is_unanswered(file, Children.UNANSWERED)
    assert not preflight.is_unanswered(file, Children.CONSENTED)
    assert not preflight.is_unanswered(file, Children.REMOVE)
    assert not preflight.is_unanswered(a_file(warnings=(code,), cleared=True), Children.NONE)
    assert not preflight.is_unanswered(a_file(warnings=(Code.PERSONAL_DATA,)), Children.NONE)


def test_every_code_has_its_words():
    assert set(ADVICE) == set(AdviceCode)
    assert set(WARNINGS) == set(Code)
    assert set(PART_EXAMPLES) == set(Part)
    assert set(REMARK_NAMES) <= {*Code, *AdviceCode}
    assert set(Code) >= TO_MEND
