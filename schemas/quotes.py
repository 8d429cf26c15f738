"""Quotation marks as Russian books set them: «outer», „inner“."""

import re
from collections.abc import Iterator

MARK = re.compile("([«»])")
ANY_MARK = re.compile('["«»„“”]')
OPENING, CLOSING, EITHER = "«„", "»”", '"“'
BEFORE_OPENING = " \u00a0\t([{«„/—–"


def nest_quotes(text: str) -> str:
    """Quotes inside quotes become „these“; a line whose marks do not pair stays as it is."""
    return "\n".join(nested_line(line) for line in text.split("\n"))


def nested_line(line: str) -> str:
    parts = MARK.split(line)
    depths = [0]
    for part in parts:
        depths.append(depths[-1] + (part == "«") - (part == "»"))
    if min(depths) < 0 or depths[-1]:
        return line
    return "".join(set_marks(parts, depths))


def set_marks(parts: list[str], depths: list[int]) -> Iterator[str]:
    """``depths`` are those before each part and after the last."""
    for part, before, after in zip(parts, depths, depths[1:], strict=False):
        inner = min(before, after) > 0
        yield {"«": "„", "»": "“"}.get(part, part) if inner else part


def russian_quotes(text: str) -> str:
    """Quotes typed in any manner as «outer» and „inner“; lines with odd ones stay as they are."""
    return "\n".join(russian_line(line) for line in text.split("\n"))


def russian_line(line: str) -> str:
    """``opened`` are the marks that wait for their pair."""
    if not ANY_MARK.search(line):
        return line
    opened: list[str] = []
    parts, end = [], 0
    for found in ANY_MARK.finditer(line):
        place, mark = found.start(), found[0]
        parts.append(line[end:place])
        opens = is_opening(line, place, opened[-1:])
        if not opens and not opened:
            return line
        opened = [*opened, mark] if opens else opened[:-1]
        parts.append("«" if opens else "»")
        end = found.end()
    return line if opened else nested_line("".join(parts) + line[end:])


def is_opening(line: str, place: int, opened: list[str]) -> bool:
    """Whether the mark at ``place`` opens: a straight one does after a space or a bracket."""
    mark = line[place]
    if mark not in EITHER:
        return mark in OPENING
    if mark == "“" and opened == ["„"]:
        return False
    return place == 0 or line[place - 1] in BEFORE_OPENING
