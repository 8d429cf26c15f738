"""A material's structure as safe HTML for a page: nothing of the author's own markup survives.

``templates/_material.html`` writes the elements; here is what it asks for: numbers of footnotes,
addresses of pictures, formulas as MathML cleaned down to the elements of the standard.
"""

from collections.abc import Callable
from functools import lru_cache
from xml.etree import ElementTree as ET

from defusedxml import ElementTree
from markupsafe import Markup

from flows.documents import structure
from flows.documents.printing import formulas
from review_api.templating import environment
from schemas.base import Schema
from schemas.document import Block, Document, Formula, Note, Picture

PIXELS_IN_POINT = 96 / 72
DEEPEST_HEADING = 6
MATHML_TAGS = frozenset(
    [
        "math",
        "semantics",
        "mrow",
        "mi",
        "mn",
        "mo",
        "ms",
        "mtext",
        "mspace",
        "mfrac",
        "msqrt",
        "mroot",
        "mstyle",
        "mpadded",
        "mphantom",
        "mfenced",
        "menclose",
        "msub",
        "msup",
        "msubsup",
        "munder",
        "mover",
        "munderover",
        "mmultiscripts",
        "mprescripts",
        "none",
        "mtable",
        "mtr",
        "mtd",
        "mlabeledtr",
        "maligngroup",
        "malignmark",
        "annotation",
        "merror",
    ]
)
MATHML_ATTRIBUTES = frozenset(
    [
        "display",
        "mathvariant",
        "stretchy",
        "fence",
        "separator",
        "form",
        "accent",
        "accentunder",
        "linethickness",
        "width",
        "height",
        "depth",
        "lspace",
        "rspace",
        "minsize",
        "maxsize",
        "columnalign",
        "rowspan",
        "columnspan",
        "open",
        "close",
        "movablelimits",
        "symmetric",
        "largeop",
        "notation",
        "encoding",
    ]
)


class Shown(Schema):
    """A picture's own address and size in pixels; zero when unknown."""

    href: str
    width: int = 0
    height: int = 0


Pictures = Callable[[str], Shown | None]


class Rendering:
    """One document on one page: footnotes get numbers in the order they are met."""

    def __init__(
        self, mathml: dict[str, str], pictures: Pictures, *, links: bool, heading: int
    ) -> None:
        self.mathml = mathml
        self.pictures = pictures
        self.links = links
        self.heading = heading
        self.notes: list[Note] = []

    def cite(self, note: Note) -> int:
        self.notes.append(note)
        return len(self.notes)

    def level(self, level: int) -> int:
        return min(DEEPEST_HEADING, self.heading - 1 + level)

    def shown(self, picture: Picture) -> Shown | None:
        """The picture at its size on the author's page, else pixel for pixel."""
        found = self.pictures(picture.name)
        if found is None or not (picture.width and found.width):
            return found
        width = max(1, min(found.width, round(picture.width * PIXELS_IN_POINT)))
        height = max(1, round(found.height * width / found.width))
        return found.model_copy(update={"width": width, "height": height})

    def formula(self, item: Formula) -> Markup | None:
        """MathML, or None for a formula that is shown as TeX."""
        written = self.mathml.get(item.tex)
        return clean_mathml(written, display=item.display) if written else None


def material_html(
    document: Document,
    *,
    pictures: Pictures,
    links: bool = False,
    heading: int = 3,
    language: str = "ru",
) -> Markup:
    """The blocks of ``document`` as HTML; ``heading`` is the element its first level becomes.

    ``links`` makes addresses clickable: never on anonymised pages, where they name the author.
    """
    tex = tuple(sorted({item.tex for item in formulas_in(document.blocks)}))
    rendering = Rendering(mathml_of(tex), pictures, links=links, heading=heading)
    macros = environment(language).get_template("_material.html").module
    return Markup(macros.material(document.blocks, rendering))  # type: ignore[attr-defined]  # noqa: S704


@lru_cache(maxsize=256)
def mathml_of(tex: tuple[str, ...]) -> dict[str, str]:
    return formulas.to_mathml(tex)


def formulas_in(blocks: tuple[Block, ...]) -> list[Formula]:
    return [
        item
        for block in structure.walk(blocks)
        for item in structure.own_inlines(block)
        if isinstance(item, Formula)
    ]


@lru_cache(maxsize=4096)
def clean_mathml(written: str, *, display: bool) -> Markup:
    """``written`` with the elements and attributes of MathML only: no styles, links, scripts."""
    root = cleaned(ElementTree.fromstring(written))
    root.set("display", "block" if display else "inline")
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704 - serialised from a cleaned tree


def cleaned(element: ET.Element) -> ET.Element:
    tag = local(element.tag)
    kept = ET.Element(tag if tag in MATHML_TAGS else "mrow")
    for name, value in element.attrib.items():
        if local(name) in MATHML_ATTRIBUTES:
            kept.set(local(name), value)
    kept.text, kept.tail = element.text, element.tail
    kept.extend(cleaned(child) for child in element)
    return kept


def local(name: str) -> str:
    return name.rpartition("}")[2]
