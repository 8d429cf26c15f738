"""References by ГОСТ Р 7.0.5: one to three authors, four and more, editions, addresses."""

import pytest

from flows.compilation.descriptions.citation import ordinal, reference, whole
from schemas.document import Document
from schemas.manifest import ArticleAuthor, Imprint
from schemas.volume import Volume, VolumeArticle, VolumeSection

NAMES = (
    "Ветрова Анна Ильинична",
    "Горский Пётр Львович",
    "Лесных Ольга Марковна",
    "Речной Игорь Савельевич",
)


def article(count: int) -> VolumeArticle:
    authors = tuple(ArticleAuthor(name=name) for name in NAMES[:count])
    return VolumeArticle(title="Читаем карту", authors=authors, document=Document(blocks=()))


def volume(**changes: object) -> Volume:
    section = VolumeSection(title="Р", articles=(article(1),))
    front = Volume(
        title="Лучшие практики",
        subtitle="Сборник материалов",
        year=2024,
        place="Киренск",
        imprint=Imprint(publisher="Методический центр"),
        sections=(section,),
    )
    return front.model_copy(update=changes)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1, "Ветрова А. И. Читаем карту // "),
        (3, "Ветрова А. И., Горский П. Л., Лесных О. М. Читаем карту // "),
        (4, "Читаем карту / А. И. Ветрова, П. Л. Горский, О. М. Лесных [и др.] // "),
    ],
)
def test_more_than_three_authors_stand_after_the_title(count: int, expected: str) -> None:
    assert plain(reference(volume(), article(count), 1, (5, 8))) == (
        f"{expected}Лучшие практики : сборник материалов. "
        "Киренск : Методический центр, 2024. С. 5–8."
    )


def test_one_page_is_one_number() -> None:
    assert plain(reference(volume(), article(1), 1, (5, 5))).endswith("С. 5.")


def test_a_corrected_edition_and_the_place_on_the_web_are_named() -> None:
    imprint = Imprint(publisher="Методический центр", url="https://books.example.org/v")
    said = plain(whole(volume(edition=2, imprint=imprint)))
    assert said == (
        "Лучшие практики : сборник материалов. 2-е изд., испр. "
        "Киренск : Методический центр, 2024. URL: https://books.example.org/v/site/index.html"
    )
    assert ordinal(1) == ""


def test_a_doi_stands_instead_of_the_address() -> None:
    imprint = Imprint(doi_prefix="10.99999", isbn="978-5-0", url="https://books.example.org")
    said = reference(volume(imprint=imprint), article(1), 3, (5, 8))
    assert said.endswith("С. 5–8. DOI: 10.99999/978-5-0.003")
