"""The same letter as HTML, made from its plain text: paragraphs, links, a button for the main one.

Nothing in the text is markup: everything is escaped, an organiser's own words too.
"""

import re
from functools import cache
from pathlib import Path

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from schemas.base import Schema
from schemas.letter_template import Language

TEMPLATES = Path(__file__).parent / "templates"
ADDRESS = re.compile(r"https?://[^\s<>\"«»]*[^\s<>\"«».,;:!?)]")
LABELLED = re.compile(r"(?P<label>[^\n]{1,60}): (?P<address>https?://\S+)")
OPEN: dict[Language, str] = {"ru": "Открыть", "en": "Open"}
STYLES = (TEMPLATES / "letter.css").read_text(encoding="utf-8")
DARK = (TEMPLATES / "dark.css").read_text(encoding="utf-8")


class Piece(Schema):
    """Words, linked when there is an ``address``."""

    label: str
    address: str = ""


class Block(Schema):
    """A paragraph by lines, or a button."""

    lines: tuple[tuple[Piece, ...], ...] = ()
    button: Piece | None = None


class Sheet(Schema):
    """What a letter shows besides its text: who writes, and the line at its foot."""

    title: str
    text: str
    language: Language
    heading: str
    footer: str = ""


@cache
def environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
    )


@cache
def inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)


def html(sheet: Sheet) -> str:
    """A whole document with its styles in every element, as mail programs need them."""
    page = environment().get_template("letter.html")
    written = page.render(
        parts(sheet),
        title=sheet.title,
        language=sheet.language,
        styles=Markup(STYLES),  # noqa: S704  (our own file)
        dark=Markup(DARK),  # noqa: S704
    )
    return inliner().inline(written)


def part(sheet: Sheet) -> Markup:
    """The sheet alone, for a page that has ``STYLES`` in its own stylesheet."""
    return Markup(environment().get_template("sheet.html").render(parts(sheet)))  # noqa: S704


def parts(sheet: Sheet) -> dict[str, object]:
    return {
        "heading": sheet.heading,
        "blocks": blocks(sheet.text, sheet.language),
        "footer": [line_of(line) for line in sheet.footer.splitlines()],
    }


def blocks(text: str, language: Language) -> list[Block]:
    """Paragraphs of ``text``; the first line that is nothing but a link becomes the button."""
    found: list[Block] = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        has_button = any(block.button for block in found)
        found += split_at_button(paragraph.splitlines(), language, has_button=has_button)
    return found


def split_at_button(lines: list[str], language: Language, *, has_button: bool) -> list[Block]:
    if not has_button:
        for place, line in enumerate(lines):
            button = as_button(line, language)
            if button:
                before, after = lines[:place], lines[place + 1 :]
                return [*paragraph(before), Block(button=button), *paragraph(after)]
    return paragraph(lines)


def as_button(line: str, language: Language) -> Piece | None:
    """A button for «Открыть материал: https://…» and for a bare address on its own line."""
    stripped = line.strip()
    if ADDRESS.fullmatch(stripped):
        return Piece(label=OPEN[language], address=stripped)
    return labelled(stripped)


def labelled(line: str) -> Piece | None:
    found = LABELLED.fullmatch(line)
    if found is None or not ADDRESS.fullmatch(found["address"]):
        return None
    return Piece(label=found["label"], address=found["address"])


def paragraph(lines: list[str]) -> list[Block]:
    return [Block(lines=tuple(line_of(line) for line in lines))] if lines else []


def line_of(line: str) -> tuple[Piece, ...]:
    """A line that is a named link becomes that name, linked."""
    named = labelled(line.strip())
    return (named,) if named else pieces(line)


def pieces(text: str) -> tuple[Piece, ...]:
    """Words with the addresses among them linked."""
    found: list[Piece] = []
    last = 0
    for address in ADDRESS.finditer(text):
        found.append(Piece(label=text[last : address.start()]))
        found.append(Piece(label=address.group(), address=address.group()))
        last = address.end()
    return (*found, Piece(label=text[last:]))
