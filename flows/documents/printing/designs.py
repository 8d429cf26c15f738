"""The three templates in figures, and the choice of one as our Typst templates read it.

``templates/designs.json`` is the one place of all measures: pages and margins in millimetres,
type in points, leading and indents in parts of the type size, the sink of an opening in
millimetres. ``templates/design.typ`` makes lengths, fonts and colours of them.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from schemas.design import Look, Template

SOURCE = Path(__file__).parent / "templates" / "designs.json"
POINTS_PER_MM = 72 / 25.4
TALLEST_SHARE = 0.52
"""A picture with its caption leaves room for text on the same page."""


class Room(NamedTuple):
    """What a page offers, in points; ``sideways`` is the width of a page turned round."""

    width: float = 374.0
    height: float = 553.0
    sideways: float = 550.0
    table: float = 9.0

    @property
    def tallest(self) -> float:
        """Height to which a picture is reduced."""
        return self.height * TALLEST_SHARE


@cache
def measures() -> Mapping[str, Any]:
    """Return the measures of every template by its name."""
    read: Mapping[str, Any] = json.loads(SOURCE.read_text("utf-8"))
    return read


@cache
def room(template: Template) -> Room:
    """Return what a page of ``template`` offers to text, pictures and tables."""
    facts = measures()[template]
    page, margins = facts["page"], facts["margins"]
    return Room(
        width=(page["width"] - 2 * margins["x"]) * POINTS_PER_MM,
        height=(page["height"] - margins["top"] - margins["bottom"]) * POINTS_PER_MM,
        sideways=(page["height"] - 2 * margins["x"]) * POINTS_PER_MM,
        table=facts["sizes"]["table"],
    )


def as_data(look: Look, *, logo: str = "") -> dict[str, Any]:
    """Return what ``design.typ`` reads; ``logo`` is the picture's name in the bench's folder."""
    own = {"template": look.template.value, "accent": look.accent, "logo": logo}
    return {**measures()[look.template], **own}
