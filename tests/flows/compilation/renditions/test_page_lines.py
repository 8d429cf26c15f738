"""The first lines of printed pages, as they are told by what Typst wrote."""

import io
import re
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from flows.compilation.renditions import page_lines

LETTERS = re.compile(r"[^\W\d_]")
TABLE = b"beginbfchar\n<0001> <0423>\n<0028> <0440>\n<5C0A> <00660069>\n<0004> <00AD>\nendbfchar"


def paper(content: bytes) -> bytes:
    """Two pages; the second has ``content`` in a font of four glyphs."""
    made = pikepdf.new()
    for _ in range(2):
        made.add_blank_page()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, ToUnicode=made.make_stream(TABLE))
    page = made.pages[1].obj
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(f0=made.make_indirect(font)))
    page.Contents = made.make_stream(content)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (rb"[(\000\001)1.5(\000\()-2(\\\n\000\004)]TJ", "Урfi\xad"),
        (rb"(\000\001\000\050) Tj", "Ур"),
        (b"<0001 0028>".replace(b" ", b"") + b" Tj", "Ур"),
        (b"[<0001>3<0028>]TJ", "Ур"),
        (rb"(\000\001\777\000\001) Tj", "У"),
    ],
)
def test_glyphs_are_told_by_the_table_of_their_font(shown: bytes, words: str) -> None:
    content = b"q 1 0 0 -1 53.8 610.7 cm/c0 cs 0 scn\nBT 0 Tr/f0 11 Tf 1 0 0 -1 0 0 Tm"
    assert page_lines.of(paper(content + shown + b"\nET\nQ"))[1][0].startswith(words)


def test_what_is_repeated_is_no_line_and_one_height_is_one_line() -> None:
    line = b"q 1 0 0 -1 5 %d cm\nBT/f0 9 Tf(\\000\\001)Tj ET Q EMC"
    content = b"/Artifact<</Type/Pagination>>BDC\n" + line % 90
    content += b"".join(b"/Span<</MCID 0>>BDC\n" + line % height for height in (70, 70, 50))
    assert page_lines.of(paper(content)) == [[], ["УУ", "У"]]


def test_pages_begin_as_readers_see_them(collection: Path) -> None:
    for file in sorted((collection / "articles").glob("*.pdf")):
        told = page_lines.of(file.read_bytes())
        with pypdfium2.PdfDocument(file) as document:
            pages = [letters(page.get_textpage().get_text_bounded()) for page in document]
        assert len(told) == len(pages)
        for lines, page in zip(told[1:], pages[1:], strict=True):
            assert letters(lines[0]) in page


def letters(text: str) -> str:
    return "".join(LETTERS.findall(text))
