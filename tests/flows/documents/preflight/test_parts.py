"""Parts of a work are found in the forty samples as a person finds them, and in invented forms."""

import random
import re
from itertools import product
from pathlib import Path

import pytest

from flows.documents.preflight.parts import expected, missing, parts_of
from schemas.advice import PART_EXAMPLES, Part
from schemas.document import BlockList, Cell, Document, Heading, Paragraph, Span, Table
from schemas.extraction import Kind
from schemas.specialisations import FORMAT_NAMES

WORKS = Path(__file__).parents[4] / "samples/marathon/works"
# What a person misses in the sample works; all of them tell of conditions, course and results.
NO_GOAL = {7, 10, 11, 13, 20, 27, 28, 32, 34, 37, 38, 39}
NO_CONCLUSIONS = {6}
WITH_SOURCES = {*range(21, 41)}
BY_HAND = {
    number: {
        *({Part.GOAL} if number in NO_GOAL else ()),
        Part.TASKS,
        *({Part.CONCLUSIONS} if number in NO_CONCLUSIONS else ()),
        *(() if number in WITH_SOURCES else {Part.SOURCES}),
    }
    for number in range(1, 41)
}


def span(text, *, bold=False):
    return Span(text=text, bold=bold)


def paragraph(*spans):
    return Paragraph(inlines=tuple(span(one) if isinstance(one, str) else one for one in spans))


def heading(text, level=1):
    return Heading(level=level, inlines=(span(text),))


def from_markdown(text):
    """Headings and paragraphs of a sample's source, its tables and formulas left out."""
    blocks = []
    for piece in re.split(r"\n\s*\n", text.partition("\n---\n")[2] or text):
        line = " ".join(piece.split())
        title = re.match(r"(#+)\s+(.*)", line)
        if title:
            blocks.append(heading(title[2], min(6, len(title[1]))))
        elif line and not line.startswith(("|", "```", "$$", ":::", "!")):
            blocks.append(paragraph(line))
    return Document(blocks=tuple(blocks))


@pytest.fixture(scope="module")
def found_in_samples():
    paths = sorted(WORKS.glob("*.md"))
    return {
        int(path.name[:2]): set(parts_of(from_markdown(path.read_text("utf-8")))) for path in paths
    }


def test_what_a_person_misses_in_the_samples_is_missed(found_in_samples):
    """Of what is truly missing nearly all is told, and nearly nothing that is there."""
    told = {number: set(Part) - found for number, found in found_in_samples.items()}
    right = sum(len(told[number] & BY_HAND[number]) for number in told)
    false = [(number, part) for number in told for part in told[number] - BY_HAND[number]]
    silent = [(number, part) for number in told for part in BY_HAND[number] - told[number]]

    assert len(found_in_samples) == 40
    assert len(false) <= right // 20, false
    assert len(silent) <= right // 20, silent


SAID = {
    Part.GOAL: ("Цель", "Цель практики", "Цель урока", "Основная цель занятия", "Цель работы"),
    Part.TASKS: ("Задачи", "Задачи практики", "Задачи урока", "Образовательные задачи"),
    Part.CONDITIONS: ("Условия реализации", "Участники", "Целевая аудитория", "Оборудование"),
    Part.COURSE: ("Ход урока", "Содержание практики", "Этапы работы", "Ход занятия", "Описание опыта"),
    Part.RESULTS: ("Результаты", "Результаты практики", "Достигнутые результаты", "Эффекты"),
    Part.CONCLUSIONS: ("Выводы", "Вывод", "Заключение"),
    Part.SOURCES: ("Литература", "Список литературы", "Использованные источники"),
}  # fmt: skip
FILLING = "Ребята читают вслух и спорят о прочитанном, а потом рисуют карту своего маршрута."


def as_heading(name):
    return (heading(name), paragraph(FILLING))


def as_numbered(name):
    return (heading(f"2.1. {name}"), paragraph(FILLING))


def as_bold_line(name):
    return (paragraph(span(name, bold=True)), paragraph(FILLING))


def as_run_in(name):
    return (paragraph(f"{name}: {FILLING.lower()}"),)


def as_bold_opening(name):
    return (paragraph(span(f"{name}. ", bold=True), FILLING),)


def as_capitals(name):
    return (paragraph(name.upper()), paragraph(FILLING))


def as_row(name):
    cells = tuple(Cell(blocks=(paragraph(text),)) for text in (name, FILLING))
    return (Table(columns=2, rows=(cells,)),)


def as_item(name):
    return (BlockList(items=((paragraph(f"{name}: {FILLING}"),),)),)


FORMS = (as_heading, as_numbered, as_bold_line, as_run_in, as_bold_opening, as_capitals, as_row,
         as_item)  # fmt: skip
NO_SOURCES_IN_CELLS = {(as_row, Part.SOURCES)}
VARIANTS = [
    (part, name, form)
    for part in Part
    for name, form in product(SAID[part], FORMS)
    if (form, part) not in NO_SOURCES_IN_CELLS
]


@pytest.mark.parametrize("part", Part, ids=str)
def test_a_part_is_found_in_whatever_form_it_is_named(part):
    missed = [
        (name, form.__name__)
        for kind, name, form in VARIANTS
        if kind is part and part not in parts_of(Document(blocks=form(name)))
    ]

    assert missed == []


def test_parts_left_out_of_a_generated_work_are_missed_and_no_other():
    chance = random.Random(11)  # noqa: S311  (the same every time)
    wrong = []
    for _ in range(150):
        left_out = set(chance.sample(list(Part), chance.randrange(4)))
        blocks = [paragraph(FILLING)]
        for part in Part:
            if part not in left_out:
                form = chance.choice(
                    [one for one in FORMS if (one, part) not in NO_SOURCES_IN_CELLS]
                )
                blocks += form(chance.choice(SAID[part]))
        told = set(Part) - set(parts_of(Document(blocks=tuple(blocks))))
        if told != left_out:
            wrong.append((left_out, told))

    assert len(wrong) <= 3, wrong


@pytest.mark.parametrize(
    "sentence",
    [
        "Учитель раздал карточки, и мы долго решали задачу про поезд.",
        "Дети целятся в мишень, а источник света стоит сбоку.",
        "Результатом мы не были довольны и начали сначала.",
        "Целый урок ушёл на спор о том, чей это рисунок.",
        "Условие задачи читают по ролям.",
    ],
)
def test_ordinary_sentences_name_no_part(sentence):
    assert parts_of(Document(blocks=(paragraph(sentence),))) == ()


@pytest.mark.parametrize(
    ("sentence", "part"),
    [
        ("Целью нашей работы является воспитание читателя.", Part.GOAL),
        ("Практика направлена на развитие внимания.", Part.GOAL),
        ("Мы поставили перед собой следующие задачи.", Part.TASKS),
        ("Поэтому мы решили не ускорять знакомство с буквами.", Part.GOAL),
        ("Работа шла в двух седьмых классах.", Part.CONDITIONS),
        ("Доля верных ответов за год выросла с 30 до 73 %.", Part.RESULTS),
        ("Таким образом, дневник помогает не всем.", Part.CONCLUSIONS),
    ],
)
def test_a_sentence_may_say_a_part_outright(sentence, part):
    assert part in parts_of(Document(blocks=(paragraph(sentence),)))


def test_the_example_of_each_part_would_itself_be_found():
    lost = [
        part for part, text in PART_EXAMPLES.items()
        if part not in parts_of(Document(blocks=(paragraph(text),)))
    ]  # fmt: skip

    assert lost == []


def test_kinds_of_works_have_parts_of_their_own():
    assert Part.CONCLUSIONS not in expected("урок", Kind.DOCX)
    assert Part.TASKS not in expected("доклад", Kind.PPTX)
    assert Part.SOURCES in expected("доклад", Kind.DOCX)
    assert Part.TASKS in expected("урок", Kind.DOCX)
    assert Part.TASKS not in missing((Part.GOAL,), kind=Kind.DOCX)
    assert all(expected(name, Kind.DOCX) for name in FORMAT_NAMES)
