"""Footnotes of a PDF page: small lines at its foot that a raised sign in the text refers to."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from statistics import median

from flows.documents.parsing.pdf_lines import Line, Run

SMALLER = 0.95  # of the page's usual type
LOWER = 0.75  # of the page's height, from below
OPENING = re.compile(r"\s*(\d{1,3}|\*{1,3}|†|‡)[.)]?\s*(?=[^\s\d.,)])")
REFERENCE = re.compile(r"(?<=[^\s\d])(\d{1,3}|\*{1,3}|†|‡)(?![\w%°*])")

Raised = Callable[[int], bool]
Notes = dict[str, list[Line]]
BARE_NUMBER = re.compile(r"\W*\d+\W*$")


def part_notes(lines: Sequence[Line], height: float, raised: Raised) -> tuple[list[Line], Notes]:
    """Return the lines without footnotes and the footnotes by their key.

    ``raised`` tells whether the character of the given number stands higher than its neighbour.
    """
    body, notes = list(lines), Notes()
    for sign, group in note_groups(lines, height):
        place = next(references(body, sign, raised), None)
        if place is None:
            continue
        number, position = place
        key = f"{group[0].page}:{sign}"
        body[number] = refer(body[number], position, len(sign), key)
        inside = {id(line) for line in group}
        body = [line for line in body if id(line) not in inside]
        notes[key] = [without_sign(group[0]), *group[1:]]
    return body, notes


def note_groups(lines: Sequence[Line], height: float) -> Iterator[tuple[str, list[Line]]]:
    """Yield sign and lines of everything at the foot that opens like a footnote."""
    if not lines:
        return
    usual = median(line.size for line in lines)
    group: list[Line] = []
    sign = ""
    for line in lines:
        is_small = line.size < SMALLER * usual and line.middle < LOWER * height
        is_small = is_small and not BARE_NUMBER.match(line.text)
        opening = OPENING.match(line.text) if is_small else None
        if opening or not is_small:
            if group:
                yield sign, group
            group, sign = ([line], opening[1]) if opening else ([], "")
        elif group:
            group.append(line)
    if group:
        yield sign, group


def references(body: Sequence[Line], sign: str, raised: Raised) -> Iterator[tuple[int, int]]:
    for number, line in enumerate(body):
        for match in REFERENCE.finditer(line.text):
            if match[1] == sign and raised(line.start + match.start()):
                yield number, match.start()


def refer(line: Line, position: int, length: int, key: str) -> Line:
    """Put a reference in place of its sign."""
    runs: list[Run] = []
    start = 0
    for run in line.runs:
        end = start + len(run.text)
        if start <= position < end:
            at = position - start
            runs += [
                replace(run, text=run.text[:at]),
                Run(text="", style=run.style, note=key),
                replace(run, text=run.text[at + length :]),
            ]
        else:
            runs.append(run)
        start = end
    return replace(line, runs=tuple(run for run in runs if run.text or run.note))


def without_sign(line: Line) -> Line:
    match = OPENING.match(line.text)
    length = match.end() if match else 0
    runs = []
    for run in line.runs:
        runs.append(replace(run, text=run.text[length:]))
        length = max(0, length - len(run.text))
    return replace(line, runs=tuple(run for run in runs if run.text))
