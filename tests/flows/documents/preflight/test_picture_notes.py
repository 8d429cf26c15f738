"""Photographs need words on whose they are, and dots enough for print; charts need no words."""

import pytest

from flows.documents.preflight.picture_notes import picture_findings
from schemas.document import Document, Figure, Paragraph, Picture, Span
from schemas.extraction import WarningCode as Code


def codes(caption, *, name="a.jpg", width=300.0, size=(1200, 900), after=""):
    figure = Figure(
        picture=Picture(name=name, width=width, height=200.0), caption=(Span(text=caption),)
    )
    document = Document(blocks=(figure, Paragraph(inlines=(Span(text=after or "Дальше."),))))
    return [one.code for one in picture_findings(document, {name: size})]


@pytest.mark.parametrize(
    "caption",
    [
        "Рис. 1. Круг. Фото автора",
        "Рисунок 2. Маршрут. Источник: составлено педагогами школы",
        "Рис. 3. Дом. Работа ученицы 5 класса",
        "Снимок экрана программы",
        "Рис. 4. Причал, из архива музея",
        "Рис. 5. © Школьный музей",
        "Рис. 6. Фото: А. Ветрова",
    ],
)
def test_a_note_of_rights_is_enough(caption):
    assert codes(caption) == []


@pytest.mark.parametrize("caption", ["Рис. 1. Круг", "", "Рис. 2. Фото круга", "Фото 3. Урок"])
def test_a_photograph_without_one_is_told(caption):
    assert codes(caption) == [Code.PICTURE_WITHOUT_SOURCE]


def test_the_note_may_stand_in_the_line_below_or_be_said_for_all():
    assert codes("Рис. 1. Круг", after="Источник: архив школы") == []
    assert codes("Рис. 1. Круг", after="Все фотографии сделаны автором.") == []


def test_a_chart_of_ones_own_needs_none():
    assert codes("Рис. 1. Доля верных ответов в мае", name="a.png") == []


def test_a_picture_with_few_dots_is_too_small_for_print():
    assert codes("Фото автора", size=(300, 200)) == [Code.PICTURE_TOO_SMALL]
    assert codes("Фото автора", size=(300, 200), width=120.0) == []
    assert codes("Фото автора", size=(300, 200), width=None) == [Code.PICTURE_TOO_SMALL]


def test_ornaments_are_not_spoken_of():
    document = Document(
        blocks=(Paragraph(inlines=(Picture(name="a.jpg", width=20.0, height=20.0),)),)
    )

    assert list(picture_findings(document, {"a.jpg": (40, 40)})) == []
