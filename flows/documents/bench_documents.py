"""PDFs made for the measurement of reading, with what a perfect reading would find in them."""

import random
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import typst

from flows.documents.printing.article import article_pdf
from schemas.document import Document, Heading, Paragraph, Span

SECTIONS = 24
SENTENCES = 14
PROSE = (
    "На уроке ученики сравнивают два способа решения и записывают, какой короче. ",
    "Учитель не называет ответ, а просит найти место, где рассуждения расходятся. ",
    "Через неделю та же задача возвращается с другими числами и в другом контексте. ",
    "Карточка занимает пять минут и показывает, какое именно действие не освоено. ",
)
SYLLABLES = [first + second for first in "бвгдзклмнпрстфх" for second in "аеиоуы"]
WORDS = 5000
ROWS = 160
COLUMNED = '#set page(columns: 2, numbering: "1", header: [Сборник практик])\n'
JUSTIFIED = '#set text(lang: "ru", size: 10pt)\n#set par(justify: true, first-line-indent: 1.2em)\n'
RULED = '#set page(numbering: "1")\n#set text(lang: "ru")\n#table(columns: (2fr, 1fr, 1fr, 3fr),\n'


@dataclass(frozen=True)
class Sample:
    """A file with its words in reading order and the rows of its tables."""

    path: Path
    words: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def prose(sections: int = SECTIONS) -> Document:
    """A long article of headings and paragraphs."""
    blocks: list[Heading | Paragraph] = []
    for number in range(1, sections + 1):
        blocks.append(Heading(level=1, inlines=(Span(text=f"Раздел {number}"),)))
        words = "".join(PROSE[(number + i) % len(PROSE)] for i in range(SENTENCES))
        blocks += [Paragraph(inlines=(Span(text=words),)) for _ in range(4)]
    return Document(title="Замер", blocks=tuple(blocks))


def samples(folder: Path) -> dict[str, Sample]:
    """Make every file in ``folder``."""
    article = folder / "prose.pdf"
    article.write_bytes(article_pdf(prose(), {}, title="Замер"))
    columns = columned(folder / "columns.pdf")
    return {
        "prose": Sample(article),
        "two_columns": columns,
        "two_columns_by_rows": reordered(columns, folder / "rows.pdf"),
        "tables": ruled(folder / "tables.pdf"),
    }


def invented(count: int, seed: int = 1) -> list[str]:
    """Words that occur once each, so that their order can be told."""
    chance = random.Random(seed)  # noqa: S311 - data of a measurement
    words: dict[str, None] = {}
    while len(words) < count:
        word = "".join(chance.choice(SYLLABLES) for _ in range(chance.randint(2, 6)))
        words[word] = None
    return list(words)


def columned(path: Path) -> Sample:
    words = invented(WORDS)
    sentences = [
        " ".join(words[start : start + 11]).capitalize() + "." for start in range(0, WORDS, 11)
    ]
    paragraphs = [" ".join(sentences[start : start + 5]) for start in range(0, len(sentences), 5)]
    markup = COLUMNED + JUSTIFIED + "\n\n".join(paragraphs)
    path.write_bytes(typst.compile(markup.encode()))
    return Sample(path, tuple(words))


def reordered(sample: Sample, path: Path) -> Sample:
    """The same pages written row by row through both columns, as some programs do."""
    with pikepdf.open(sample.path) as pdf:
        del pdf.Root["/StructTreeRoot"]
        for page in pdf.pages:
            pieces = sorted(written_pieces(page), key=place)
            whole = [instruction for piece in pieces for instruction in piece]
            page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(whole))
        pdf.save(path)
    return Sample(path, sample.words)


Piece = list[pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage]


def written_pieces(page: pikepdf.Page) -> list[Piece]:
    """Return the pieces of text of a page: each is enclosed by ``q`` and ``Q``."""
    pieces: list[Piece] = []
    piece: Piece | None = None
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        if operator == "q":
            piece = []
        if piece is not None:
            piece.append(instruction)
        if operator == "Q" and piece is not None:
            pieces.append(piece)
            piece = None
    return pieces


def place(piece: Piece) -> tuple[float, float]:
    """Return a key that sorts from the top down and from left to right."""
    for instruction in piece:
        if str(instruction.operator) == "cm":
            return -float(instruction.operands[5]), float(instruction.operands[4])
    return 0.0, 0.0


def ruled(path: Path) -> Sample:
    """One table over many pages, its header repeated on each."""
    words = invented(ROWS * 5, seed=2)
    rows = [
        (words[n], str(n), f"{n % 97} %", " ".join(words[ROWS + 4 * n : ROWS + 4 * n + 4]))
        for n in range(ROWS)
    ]
    header = ("Класс", "Число", "Доля", "Наблюдение")
    head = ", ".join(f"[*{name}*]" for name in header)
    body = ",\n".join(", ".join(f"[{cell}]" for cell in row) for row in rows)
    markup = f"{RULED}table.header({head}),\n{body})\n"
    path.write_bytes(typst.compile(markup.encode()))
    return Sample(path, rows=(header, *rows))
