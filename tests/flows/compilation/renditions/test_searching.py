"""The index of the site's search: word forms, weights, and a size that stays small."""

import json
import random

import pytest

from flows.compilation.renditions import searching
from flows.documents.structure import document_text
from schemas.document import Document, Paragraph, Span
from schemas.manifest import ArticleAuthor
from schemas.volume import Volume, VolumeArticle, VolumeSection


def index_of(volume: Volume) -> dict[str, str]:
    texts = [searching.counted(article.document) for article in volume.articles()]
    script = searching.script(volume, texts).decode()
    text = script.partition("SEARCH_INDEX = ")[2].rstrip(";\n")
    found: dict[str, str] = json.loads(text)["stems"]
    return found


@pytest.mark.parametrize(
    "forms",
    [
        "лаборатория лаборатории лабораторией лабораторию",
        "урок урока уроки уроками уроков",
        "проектный проектная проектного проектным",
        "математика математики математикой математику",
        "исследование исследования исследованием исследований",
        "читать читает читают",
    ],
)
def test_forms_of_one_word_share_a_stem(forms: str) -> None:
    assert len({searching.stem(form) for form in forms.split()}) == 1


def test_short_words_stay_whole_and_yo_is_ye() -> None:
    assert searching.words("Ёлка, ЁЖ и 3D-модель") == ["елка", "еж", "и", "3d", "модель"]
    assert searching.stem("еда") == "еда"


def test_the_title_weighs_more_than_the_text(volume: Volume) -> None:
    stems = index_of(volume)
    assert f"3.{searching.TITLE}" in stems[searching.stem("лаборатория")].split()
    assert f"0.{searching.AUTHORS}" in stems[searching.stem("елкина")].split()
    assert f"0.{searching.KEYWORDS}" in stems[searching.stem("проект")].split() or (
        f"0.{searching.TITLE}" in stems[searching.stem("проект")].split()
    )


def test_of_a_long_text_only_the_most_telling_words_are_kept() -> None:
    chance = random.Random(1)  # noqa: S311 - made-up texts
    letters = "бвгдклмнпрст"
    texts = [
        " ".join("".join(chance.choices(letters, k=7)) for _ in range(1500)) for _ in range(12)
    ]
    articles = tuple(
        VolumeArticle(
            title="Т",
            authors=(ArticleAuthor(name="А"),),
            document=Document(blocks=(Paragraph(inlines=(Span(text=text),)),)),
        )
        for text in texts
    )
    assert len(document_text(articles[0].document).split()) == 1500
    volume = Volume(title="С", year=2024, sections=(VolumeSection(title="Р", articles=articles),))
    places = [place for found in index_of(volume).values() for place in found.split()]
    assert len(places) <= 12 * (searching.MOST_OF_TEXT + 3)


def test_numbers_are_written_in_base_36() -> None:
    assert [searching._base36(number) for number in (0, 35, 36, 299)] == ["0", "z", "10", "8b"]
