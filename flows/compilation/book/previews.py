"""How a collection would look: a strip of small pages, set and bound as the volume itself is.

The words of the title page are the marathon's own; the article is made up, since a design is
chosen before the works are there.
"""

import io
from collections.abc import Sequence

from PIL import Image

from flows.compilation.book import covers
from flows.compilation.book import volume as book
from flows.documents.printing import pdfium
from schemas.document import (
    Block,
    BlockList,
    Cell,
    Document,
    Heading,
    Paragraph,
    Quote,
    Span,
    Table,
)
from schemas.manifest import ArticleAuthor
from schemas.volume import Volume, VolumeArticle, VolumeSection

HEIGHT = 560
"""Pixels of a page in the strip."""
GAP = 14
EDGE = (176, 182, 190)
PAPER = (233, 236, 239)
_STEPS = ("Читаем вопрос вслух", "Ищем в тексте опорные слова", "Отвечаем своими словами")
_ROWS = (
    ("Класс", "Осень, %", "Весна, %"),
    ("5 «А»", "41,5", "63,0"),
    ("5 «Б»", "38,0", "59,5"),
    ("6 «А»", "47,0", "70,5"),
)
_PROSE = (
    "Приём занимает семь минут урока и не требует ничего, кроме листа бумаги. Ученики читают "
    "короткий текст, записывают вопрос, на который он отвечает, и сверяют вопросы в парах. "
    "За четверть привычка спрашивать переходит и на другие предметы. "
)


def strip(volume: Volume) -> bytes:
    """Return a PNG of cover, title page, section opener and the first page of an article.

    ``volume`` gives design, logo and the words of the front; its articles are not read.
    """
    sample = sampled(volume)
    made = book.make(sample, [{}])
    first = made.pages[0][0] - 1
    shown = [_cover(covers.make(sample).png), *_pages(made.pdf, (0, first - 1, first))]
    return joined(shown)


def front(volume: Volume) -> bytes:
    """Return a PNG of the title page beside its back."""
    made = book.make(sampled(volume), [{}])
    return joined(_pages(made.pdf, (0, 1)))


def sampled(volume: Volume) -> Volume:
    """``volume`` with one made-up article in its first section."""
    first = volume.sections[0].title if volume.sections else "Раздел"
    section = VolumeSection(title=first, articles=(article(),))
    return volume.model_copy(update={"sections": (section,), "problems": ()})


def article() -> VolumeArticle:
    """Return an article with most of what articles are made of."""
    author = ArticleAuthor(
        name="Светлова Анна Ильинична",
        position="учитель русского языка",
        organisation="МБОУ «СОШ № 7»",
        municipality="Приречный район",
    )
    return VolumeArticle(
        title="Семь минут вопроса: как научить спрашивать текст",
        authors=(author,),
        abstract="Описан приём, который учит школьников задавать вопросы к прочитанному.",
        keywords=("смысловое чтение", "вопрос", "работа в парах"),
        document=Document(blocks=_blocks()),
    )


def joined(pages: Sequence[Image.Image]) -> bytes:
    """Return pages side by side on grey, each with a thin edge, as PNG."""
    width = sum(page.width for page in pages) + GAP * (len(pages) + 1)
    sheet = Image.new("RGB", (width, HEIGHT + 2 * GAP), PAPER)
    left = GAP
    for page in pages:
        sheet.paste(EDGE, (left - 1, GAP - 1, left + page.width + 1, GAP + page.height + 1))
        sheet.paste(page, (left, GAP))
        left += page.width + GAP
    out = io.BytesIO()
    sheet.quantize(128, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _cover(png: bytes) -> Image.Image:
    with Image.open(io.BytesIO(png)) as image:
        width = round(image.width * HEIGHT / image.height)
        return image.resize((width, HEIGHT), Image.Resampling.LANCZOS)


def _pages(pdf: bytes, numbers: Sequence[int]) -> list[Image.Image]:
    drawn = []
    with pdfium.opened(pdf) as document:
        for number in numbers:
            page = document[number]
            image = page.render(scale=HEIGHT / page.get_height()).to_pil().convert("RGB")
            drawn.append(image.crop((0, 0, image.width, HEIGHT)))
    return drawn


def _blocks() -> tuple[Block, ...]:
    return (
        Heading(level=1, inlines=_words("Зачем учить вопросу")),
        _line(_PROSE * 2),
        BlockList(ordered=True, items=tuple((_line(f"{step}."),) for step in _STEPS)),
        Table(
            caption=_words("Таблица 1. Доля верных ответов"),
            columns=3,
            header=(_row(_ROWS[0]),),
            rows=tuple(_row(row) for row in _ROWS[1:]),
        ),
        Quote(blocks=(_line("Хороший вопрос — уже половина ответа."),)),
        Heading(level=1, inlines=_words("Что получилось")),
        _line(_PROSE * 3),
    )


def _words(text: str) -> tuple[Span, ...]:
    return (Span(text=text),)


def _line(text: str) -> Paragraph:
    return Paragraph(inlines=_words(text))


def _row(words: Sequence[str]) -> tuple[Cell, ...]:
    return tuple(Cell(blocks=(_line(word),)) for word in words)
