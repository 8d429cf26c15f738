"""Words full of markup of Typst, HTML, XML, TeX and templates, and whether a text holds them."""

import re
from collections.abc import Iterable

MARKUP = "#eval(1) $x$ <b>y</b> {{7*7}} \\z{q} &amp; ]]> *s* _u_ @r `c` [k] // %s"


def field(name: str) -> str:
    """What is typed into a field, told from what is typed into others."""
    return f"{name} {MARKUP}"


def bare(text: str) -> str:
    """Letters and signs without spaces and the hyphens of line ends."""
    return re.sub(r"[-‐\u00ad\ufffe\u2060\u200b]|\s", "", text)


def missing(text: str, names: Iterable[str]) -> list[str]:
    """Fields that a text does not hold letter by letter."""
    held = bare(text)
    return [name for name in names if bare(field(name)) not in held]
