from datetime import UTC, date, datetime

import pypdfium2
import pytest

from flows.documents import wording
from flows.documents.printing.papers import papers_pdf

TEMPLATE = """
#let item = json("data.json").items.at(int(inputs.item))
#set document(title: item.title)
#set text(lang: "ru")
#item.title #link(item.url)
"""
NOW = datetime(2026, 3, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "1 работа"),
        (2, "2 работы"),
        (5, "5 работ"),
        (11, "11 работ"),
        (21, "21 работа"),
        (0, "0 работ"),
        (112, "112 работ"),
    ],
)
def test_noun_agrees_with_its_number(number, words):
    assert wording.counted(number, "работа", "работы", "работ") == words


def test_days_are_written_as_official_papers_have_them():
    assert wording.day(date(2026, 3, 5)) == "5 марта 2026 г."
    assert wording.quoted_day(date(2026, 3, 5)) == "«05» марта 2026 г."


def test_one_run_makes_a_paper_of_each_item_and_markup_is_only_text(tmp_path):
    (tmp_path / "paper.typ").write_text(TEMPLATE, encoding="utf-8")
    items = [
        {"title": f"Лист {number} #panic() *звёзды* \U0001f999", "url": "https://example.ru/a-b"}
        for number in (1, 2)
    ]

    papers = papers_pdf("paper.typ", items, templates=tmp_path, made_at=NOW)

    texts = [pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_bounded() for pdf in papers]
    assert [text.split()[1] for text in texts] == ["1", "2"]
    assert all("#panic() *звёзды*" in text and "https://example.ru/a-b" in text for text in texts)
