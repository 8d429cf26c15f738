"""What stands around the articles: indexes of any length, laid out as those that are measured."""

import re
import shutil
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest

from flows.compilation import rules
from flows.compilation.book import volume as book
from flows.compilation.book.front import FrontMatter
from flows.documents.printing.typesetting import Job, bench
from schemas.design import Look, Template
from schemas.document import Document
from schemas.manifest import ArticleAuthor
from schemas.ordering import name_key
from schemas.volume import Volume, VolumeArticle, VolumeSection

SURELY_LONG = re.compile(r"(#let surely-long = )(\d+)")
SHEETS = 3


def threshold() -> int:
    found = SURELY_LONG.search((book.TEMPLATES / "front.typ").read_text("utf-8"))
    assert found
    return int(found[2])


def crowded(people: int) -> Volume:
    """A volume with so many authors, all under one letter: the lowest list of that many lines."""
    names = [f"Абв{'а' * (n // 26)}{chr(ord('а') + n % 26)} А. А." for n in range(people)]
    articles = [
        VolumeArticle(
            title=f"Статья {number}",
            authors=tuple(ArticleAuthor(name=name) for name in names[number::4]),
            document=Document(blocks=()),
        )
        for number in range(4)
    ]
    return Volume(
        title="Т", year=2024, sections=(VolumeSection(title="Р", articles=tuple(articles)),)
    )


def drawn(volume: Volume, design: Template, templates: Path) -> bytes:
    data = FrontMatter(volume).data([SHEETS] * 4, [1])
    with bench(templates=templates, design=Look(template=design)) as table:
        table.lay(data)
        return table.pdf(Job("front.typ", "front.pdf"))


@pytest.mark.parametrize("design", ["classic", "modern", "compact"])
def test_a_list_too_long_to_be_measured_lies_as_if_it_had_been(
    design: Template, tmp_path: Path
) -> None:
    shutil.copytree(book.TEMPLATES, tmp_path, dirs_exist_ok=True)
    template = tmp_path / "front.typ"
    patient, count = SURELY_LONG.subn(r"\g<1>100000", template.read_text("utf-8"))
    assert count == 1
    template.write_text(patient, "utf-8")
    volume = crowded(threshold() + 1)
    assert drawn(volume, design, book.TEMPLATES) == drawn(volume, design, tmp_path)


def test_a_long_index_names_every_author_once_in_order_in_two_columns_with_his_page() -> None:
    volume = crowded(threshold() + 50)
    pdf = pypdfium2.PdfDocument(drawn(volume, "classic", book.TEMPLATES))
    pages = [page.get_textpage() for page in pdf]
    texts = [page.get_text_range() for page in pages]
    first = next(n for n, text in enumerate(texts) if text.startswith("Указатель авторов"))
    contents = next(n for n, text in enumerate(texts) if text.startswith("Содержание")) + 1
    lines = re.findall(r"(Абв\w+ А\. А\.)\s+(\d+)", " ".join("\n".join(texts[first:]).split()))
    written = {a.name: n for n, one in enumerate(volume.articles()) for a in one.authors}
    assert [name for name, _ in lines] == sorted(written, key=name_key)
    # After the contents come a page before the section and the articles of three pages each.
    expected = {name: contents + 2 + SHEETS * place for name, place in written.items()}
    assert {rules.surname_first(name): int(page) for name, page in lines} == expected
    assert len(texts) - first > 1
    tops = [page.get_charbox(page.get_text_range().index("Абв")) for page in pages[first:]]
    middle = pdf[first].get_width() / 2
    assert all(left < middle for left, *_ in tops)
    for page in pages[first:-1]:
        starts = [found.start() for found in re.finditer("Абв", page.get_text_range())]
        lefts = [page.get_charbox(start)[0] for start in starts]
        assert sum(later > earlier + middle / 2 for earlier, later in pairwise(lefts)) == 1
    pdf.close()
