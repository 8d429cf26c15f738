"""Articles set one by one: the broken harm themselves alone, the rest is kept, text stays text."""

import re
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from flows.compilation import visible
from flows.compilation.bench import edited
from flows.compilation.book import setting
from flows.compilation.book import volume as book
from flows.compilation.book.press import Press
from flows.compilation.book.setting import Draft, Item
from flows.documents.printing import layout
from flows.documents.printing.cache import Cache
from flows.documents.printing.typesetting import bench
from schemas.document import Document, Heading, Paragraph, Span
from schemas.volume import Volume, VolumeArticle, VolumeSection

NO_PICTURES = [{}, {}, {}, {}]
WORD = st.text("абвгдеёжзиклмнопрстуАБВxyz0189#$*_`<>@\\[]{}&=~/+", min_size=1, max_size=14)
LINE = st.lists(WORD, min_size=1, max_size=30).map(" ".join)


@pytest.fixture(scope="module")
def kept(volume: Volume, tmp_path_factory: pytest.TempPathFactory) -> Cache:
    """What is kept of the volume as it was."""
    cache = Cache(tmp_path_factory.mktemp("kept"))
    book.make(volume, NO_PICTURES, cache=cache)
    return cache


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return text


def letters(text: str) -> str:
    return "".join(re.findall(r"\w", text))


@settings(max_examples=4, deadline=None)
@given(st.lists(st.tuples(LINE, st.lists(LINE, min_size=1, max_size=4)), min_size=3, max_size=6))
def test_text_of_each_article_is_its_source_text(texts) -> None:
    articles = [
        VolumeArticle(
            title=title,
            authors=(),
            document=Document(
                blocks=(
                    Heading(level=1, inlines=(Span(text=lines[0]),)),
                    *(Paragraph(inlines=(Span(text=line),)) for line in lines),
                )
            ),
        )
        for title, lines in texts
    ]
    sections = (VolumeSection(title="Р", articles=tuple(articles)),)
    made = book.make(Volume(title="Т", year=2024, sections=sections), [{} for _ in articles])
    for article, alone in zip(articles, made.articles, strict=True):
        source = [article.title, *layout.lines_of(article.document.blocks)]
        assert letters("".join(source)) in letters(text_of(alone))


def test_an_article_that_kills_or_breaks_typst_costs_itself_alone(
    volume: Volume, tmp_path: Path
) -> None:
    good = {"title": "Целая", "authors": [], "abstract": "", "keywords": "", "body": []}
    bad = {**good, "body": [{"k": "img"}]}
    plain = {**good, "title": "Простая"}
    with bench(templates=book.TEMPLATES) as table:
        press = Press(table, Cache(tmp_path), volume.design)
        drafts = [
            Draft(good, lambda: plain), Draft(bad, lambda: plain), Draft(bad, lambda: bad),
            Draft(None, lambda: plain),
        ]  # fmt: skip
        made = setting.set_all(
            [Item(name) for name in "abcd"],
            lambda places: iter([drafts[place] for place in places]),
            press,
            lambda _done, _of: None,
        )
    assert [one and one.is_bare for one in made] == [False, True, None, True]


def test_an_article_that_cannot_be_set_at_all_is_left_out_of_the_volume(
    volume: Volume, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_all = setting.set_all

    def without_the_second(*of: object) -> list[setting.Piece | None]:
        return [None if number == 1 else one for number, one in enumerate(set_all(*of))]

    monkeypatch.setattr(setting, "set_all", without_the_second)
    articles = list(volume.articles())
    seen = visible.seen(book.only(volume, (2, 3)))
    made = book.make(volume.model_copy(update={"earlier": (seen,)}), NO_PICTURES)
    assert made.volume.edition == 2
    assert made.volume.changes == (f"Добавлена статья «{articles[0].title}».",)
    assert made.kept == (0, 2, 3)
    assert [article.title for article in made.volume.articles()] == [
        articles[place].title for place in (0, 2, 3)
    ]
    assert [(one.title, one.code) for one in made.problems] == [(articles[1].title, "not_set")]
    assert len(made.pages) == len(made.articles) == 3


def test_an_edited_article_is_set_alone_and_a_damaged_entry_again(
    volume: Volume, tmp_path: Path
) -> None:
    def build(of: Volume) -> tuple[book.Book, list[str]]:
        said: list[str] = []
        made = book.make(
            of, NO_PICTURES, cache=cache, progress=lambda _share, words: said.append(words)
        )
        return made, said

    cache = Cache(tmp_path)
    first, said = build(volume)
    assert "Вёрстка: 3 из 4" in said
    again, said = build(volume)
    assert again == first
    assert "Вёрстка: 3 из 4" not in said
    changed, said = build(edited(volume, 2))
    assert "Вёрстка: 3 из 4" in said
    assert "Вёрстка: 2 из 4" not in said
    assert changed.pdf != first.pdf
    assert changed.articles[0] == first.articles[0]
    for path in tmp_path.rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:-1])
    assert build(volume)[0] == first


def test_a_removed_article_takes_no_other_with_it(volume: Volume, tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    whole = book.make(volume, NO_PICTURES, cache=cache)
    fewer = book.make(book.only(volume, (0, 2, 3)), NO_PICTURES[:3], cache=cache)
    gone = whole.pages[1][1] - whole.pages[1][0] + 1
    assert fewer.pages[0] == whole.pages[0]
    assert fewer.pages[1][0] == whole.pages[2][0] - gone
    assert fewer == book.make(book.only(volume, (0, 2, 3)), NO_PICTURES[:3])


def with_second(volume: Volume, **changes: object) -> Volume:
    """``volume`` with something else said of its second article."""
    articles = list(volume.sections[0].articles)
    articles[1] = articles[1].model_copy(update=changes)
    section = volume.sections[0].model_copy(update={"articles": tuple(articles)})
    return volume.model_copy(update={"sections": (section, *volume.sections[1:])})


def renamed_author(volume: Volume, **changes: str) -> Volume:
    first, *others = volume.sections[0].articles[1].authors
    return with_second(volume, authors=(first.model_copy(update=changes), *others))


def retitled_section(volume: Volume) -> Volume:
    section = volume.sections[0].model_copy(update={"title": "Другой раздел"})
    return volume.model_copy(update={"sections": (section, *volume.sections[1:])})


CHANGES: dict[str, Callable[[Volume], Volume]] = {
    "a title": lambda one: with_second(one, title="Другое название"),
    "an abstract": lambda one: with_second(one, abstract="Другая аннотация."),
    "keywords": lambda one: with_second(one, keywords=("другие", "слова")),
    "an author": lambda one: renamed_author(one, name="Яровой Пётр Ильич"),
    "a municipality": lambda one: renamed_author(one, municipality="Катангский район"),
    "a section": retitled_section,
    "the subtitle": lambda one: one.model_copy(update={"subtitle": "Другой подзаголовок"}),
    "the year": lambda one: one.model_copy(update={"year": one.year + 1}),
    "the publisher": lambda one: one.model_copy(
        update={"imprint": one.imprint.model_copy(update={"publisher": "Другой издатель"})}
    ),
}


@pytest.mark.parametrize("changed", CHANGES)
def test_whatever_is_said_otherwise_nothing_kept_is_stale(
    volume: Volume, kept: Cache, changed: str
) -> None:
    later = CHANGES[changed](volume)
    assert later != volume
    assert book.make(later, NO_PICTURES, cache=kept) == book.make(later, NO_PICTURES)


def test_a_moved_picture_is_the_same_picture(volume: Volume, tmp_path: Path) -> None:
    prepared = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        Image.new("RGB", (60, 40), "navy").save(tmp_path / name / "1.png")
        prepared.append({"chart.png": tmp_path / name / "1.png"})
    made = [book.make(volume, [own, {}, {}, {}]).pdf for own in prepared]
    assert made[0] == made[1]


def test_the_book_says_which_edition_it_is_and_what_is_new(volume: Volume) -> None:
    changed = {"edition": 2, "changes": ("Исправлена статья «Дроби».",)}
    made = book.make(volume.model_copy(update=changed), NO_PICTURES)
    words = " ".join(text_of(made.pdf).replace("\u00a0", " ").split())
    for said in ("2-е издание, исправленное", "2-е изд., испр. —", *changed["changes"]):
        assert said in words
    assert "исправленное" not in text_of(book.make(volume, NO_PICTURES).pdf)
