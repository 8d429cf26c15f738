"""Quotation marks as Russian books set them: «outer», „inner“."""

import re
from collections.abc import Iterator

MARK = re.compile("([«»])")


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
