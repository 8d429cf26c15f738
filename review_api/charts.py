"""What charts show, computed: positions, labels and the table that stands under each chart.

Pure functions from numbers to view data; ``templates/_charts.html`` draws them. Horizontal
measures are per cent of the drawing's width and vertical ones pixels, so the text keeps its size
on a phone. Every chart carries ``head`` and ``rows``: the same facts as a table.
"""

from collections.abc import Mapping, Sequence

from schemas.base import Schema

BAR, GAP, LABEL = 22, 12, 22
PLOT, TOP, BOTTOM = 180, 44, 26
ROOM_FOR_NUMBER = 5.0  # per cent of width under which a number does not fit on its mark
ROOM_UPRIGHT = 18.0  # the same for pixels of height
DARK_SERIES = frozenset({0})  # series whose fill needs white text
DARK_HEAT = frozenset({4, 5})
HEAT_STEPS = 5
LETTER = 8  # pixels of an upright name
FEW_EXPERTS = 8  # up to here the drawing may be narrow, and a number of a work needs more of it
BIN = 5  # points of 100 per column of the histogram
ZONES = ("z-below", "z-between", "z-above")
Cell = str | int | float | None


class Mark(Schema):
    """A rectangle; ``x`` and ``width`` in per cent, ``y`` and ``height`` in pixels."""

    x: float
    width: float
    y: float
    height: float
    style: str
    label: str = ""
    on_dark: bool = False
    title: str = ""


class Note(Schema):
    """A text at a place; ``anchor`` is start, middle or end."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    style: str = ""


class Line(Schema):
    x1: float
    y1: float
    x2: float
    y2: float
    style: str


class Chart(Schema):
    """``legend`` pairs a style with its words; ``width`` names the least width (s, m, l, xl)."""

    title: str
    description: str
    height: int
    marks: tuple[Mark, ...]
    notes: tuple[Note, ...] = ()
    lines: tuple[Line, ...] = ()
    legend: tuple[tuple[str, str], ...] = ()
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    width: str = ""


def bars(
    title: str,
    values: Mapping[str, Sequence[float]],
    series: Sequence[str],
    *,
    row_name: str,
    total_name: str,
    description: str = "",
) -> Chart:
    """Horizontal bars, one per key, stacked when there are several ``series``; totals at the end."""
    most = max((sum(row) for row in values.values()), default=0) or 1
    marks: list[Mark] = []
    notes: list[Note] = []
    for index, (name, row) in enumerate(values.items()):
        top = index * (LABEL + BAR + GAP) + LABEL
        stack = _stack(row, series, 92 / most, top, name)
        marks.extend(stack)
        end = sum(mark.width for mark in stack)
        notes.append(Note(x=0, y=top - 6, text=name))
        notes.append(Note(x=end + 1, y=top + 16, text=_text(sum(row)), style="t-strong"))
    several = len(series) > 1
    return Chart(
        title=title,
        description=description or title,
        height=len(values) * (LABEL + BAR + GAP),
        marks=tuple(marks),
        notes=tuple(notes),
        legend=tuple((f"s{i}", name) for i, name in enumerate(series)) if several else (),
        head=(row_name, *series, *((total_name,) if several else ())),
        rows=tuple((name, *row, *((sum(row),) if several else ())) for name, row in values.items()),
    )


def histogram(
    title: str,
    scores: Sequence[float],
    *,
    low: tuple[str, float],
    high: tuple[str, float],
    words: tuple[str, str, str],
    head: tuple[str, str],
) -> Chart:
    """How many works have which score of 100, in bins of five, with two named cut-offs.

    ``words`` name the zones below, between and above; a bin that a cut-off divides shows both.
    """
    bins = _bins(scores, low[1], high[1])
    counts = [sum(zones) for zones in bins]
    scale = PLOT / max(*counts, 1)
    floor = float(TOP + PLOT)
    return Chart(
        title=title,
        description=f"{low[0]} {_text(low[1])}, {high[0]} {_text(high[1])}",
        height=TOP + PLOT + BOTTOM,
        marks=tuple(mark for i, zones in enumerate(bins) for mark in _column(i, zones, scale)),
        notes=(*_over_bins(counts, scale), *_cut_names(low, high), *_ticks(floor)),
        lines=(
            Line(x1=0, y1=floor, x2=100, y2=floor, style="axis"),
            *(Line(x1=at, y1=4, x2=at, y2=floor, style="cut") for _, at in (low, high)),
        ),
        legend=tuple(zip(ZONES, words, strict=True)),
        head=head,
        rows=tuple((_span(index), count) for index, count in enumerate(counts)),
    )


def heat_map(
    title: str,
    works: Sequence[str],
    experts: Sequence[str],
    marks: Mapping[tuple[str, str], float],
    *,
    row_name: str,
    most: float = 100,
) -> Chart:
    """Works down, experts across with their names upright, ``marks[(work, expert)]`` from 0 to ``most``; pale is low."""
    left = 8.0 if len(experts) > FEW_EXPERTS else 16.0
    step = (100 - left) / max(len(experts), 1)
    top = 16 + LETTER * max(map(len, experts), default=0)
    cells = tuple(
        _heat_cell(marks.get((work, expert)), f"{work}, {expert}", most).model_copy(
            update={"x": left + column * step, "width": step - 0.2, "y": top + row * 28.0}
        )
        for row, work in enumerate(works)
        for column, expert in enumerate(experts)
    )
    names = tuple(
        Note(x=left + (i + 0.5) * step, y=top - 8, text=name, anchor="end", style="t-small t-down")
        for i, name in enumerate(experts)
    )
    return Chart(
        title=title,
        description=title,
        height=top + 28 * len(works),
        marks=cells,
        notes=(
            *names,
            *(Note(x=0, y=top + 18 + 28.0 * i, text=work) for i, work in enumerate(works)),
        ),
        head=(row_name, *experts),
        rows=tuple((work, *(marks.get((work, expert)) for expert in experts)) for work in works),
        width=_room(len(experts)),
    )


def funnel(
    title: str,
    stages: Sequence[tuple[str, int]],
    *,
    head: tuple[str, str, str],
    description: str = "",
) -> Chart:
    """How many went on at each stage, as centred bars; the share is of the first stage."""
    first = max(stages[0][1], 1) if stages else 1
    marks: list[Mark] = []
    notes: list[Note] = []
    for index, (name, count) in enumerate(stages):
        top = index * (LABEL + BAR + GAP) + LABEL
        width = 100 * count / first
        share = f"{count * 100 / first:.0f}\u00a0%"
        fits = width >= 4 * ROOM_FOR_NUMBER
        words = f"{count} · {share}"
        style = "s1" if fits or not count else "s0"
        shape = Mark(x=50 - width / 2, width=width, y=top, height=BAR, style=style)
        marks.append(shape.model_copy(update={"label": words if fits else "", "title": name}))
        notes.append(Note(x=50, y=top - 6, text=name, anchor="middle"))
        if not fits:
            notes.append(Note(x=51 + width / 2, y=top + 16, text=words, style="t-strong"))
    return Chart(
        title=title,
        description=description or title,
        height=len(stages) * (LABEL + BAR + GAP),
        marks=tuple(marks),
        notes=tuple(notes),
        head=head,
        rows=tuple((n, c, f"{c * 100 / first:.0f}\u00a0%") for n, c in stages),
    )


def columns(
    title: str,
    values: Mapping[str, Sequence[float]],
    series: Sequence[str],
    *,
    row_name: str,
    total_name: str,
) -> Chart:
    """Upright stacked columns, one per key (cluster points by year), totals on top."""
    most = max((sum(row) for row in values.values()), default=0) or 1
    step = 100 / max(len(values), 1)
    floor = TOP + PLOT
    marks: list[Mark] = []
    notes: list[Note] = []
    for index, (name, row) in enumerate(values.items()):
        middle = (index + 0.5) * step
        pile = _pile(row, series, middle, min(step * 0.62, 14.0), PLOT / most, name)
        marks.extend(pile)
        top = floor - PLOT * sum(row) / most
        notes.append(
            Note(x=middle, y=top - 7, text=_text(sum(row)), anchor="middle", style="t-strong")
        )
        notes.append(Note(x=middle, y=floor + 19, text=name, anchor="middle", style="t-muted"))
    return Chart(
        title=title,
        description=title,
        height=floor + BOTTOM,
        marks=tuple(marks),
        notes=tuple(notes),
        lines=(Line(x1=0, y1=floor, x2=100, y2=floor, style="axis"),),
        legend=tuple((f"s{i}", name) for i, name in enumerate(series)),
        head=(row_name, *series, total_name),
        rows=tuple((name, *row, sum(row)) for name, row in values.items()),
    )


def _stack(
    row: Sequence[float], series: Sequence[str], scale: float, top: float, name: str
) -> list[Mark]:
    marks: list[Mark] = []
    x = 0.0
    for index, (value, word) in enumerate(zip(row, series, strict=True)):
        width = value * scale
        fits = len(series) > 1 and width >= ROOM_FOR_NUMBER
        mark = Mark(x=x, width=width, y=top, height=BAR, style=f"s{index}")
        words = {"label": _text(value) if fits else "", "title": f"{name}, {word}: {_text(value)}"}
        marks.append(mark.model_copy(update={**words, "on_dark": index in DARK_SERIES}))
        x += width
    return marks


def _pile(
    row: Sequence[float],
    series: Sequence[str],
    middle: float,
    width: float,
    scale: float,
    name: str,
) -> list[Mark]:
    marks: list[Mark] = []
    y = float(TOP + PLOT)
    for index, (value, word) in enumerate(zip(row, series, strict=True)):
        height = value * scale
        y -= height
        mark = Mark(x=middle - width / 2, width=width, y=y, height=height, style=f"s{index}")
        words = {
            "label": _text(value) if height >= ROOM_UPRIGHT else "",
            "title": f"{name}, {word}: {_text(value)}",
        }
        marks.append(mark.model_copy(update={**words, "on_dark": index in DARK_SERIES}))
    return marks


def _bins(scores: Sequence[float], low: float, high: float) -> list[list[int]]:
    bins = [[0] * len(ZONES) for _ in range(100 // BIN)]
    for score in scores:
        zone = (score >= low) + (score >= high)
        bins[min(int(score / BIN), len(bins) - 1)][zone] += 1
    return bins


def _column(index: int, zones: Sequence[int], scale: float) -> list[Mark]:
    marks: list[Mark] = []
    y = float(TOP + PLOT)
    for style, count in zip(ZONES, zones, strict=True):
        y -= count * scale
        place = {"x": index * BIN + 0.25, "width": BIN - 0.5, "y": y, "height": count * scale}
        marks.append(Mark(**place, style=style, title=f"{_span(index)}: {count}"))
    return [mark for mark in marks if mark.height]


def _span(index: int) -> str:
    return f"{index * BIN}–{(index + 1) * BIN}"


def _over_bins(counts: Sequence[int], scale: float) -> list[Note]:
    floor = TOP + PLOT - 5
    return [
        Note(x=(i + 0.5) * BIN, y=floor - n * scale, text=str(n), anchor="middle", style="t-small")
        for i, n in enumerate(counts)
        if n
    ]


def _cut_names(low: tuple[str, float], high: tuple[str, float]) -> list[Note]:
    # On opposite sides of their lines, so that close cut-offs never overprint each other.
    sides = ((low, "end", -0.8), (high, "start", 0.8))
    return [
        Note(x=at + shift, y=14, text=f"{name} {_text(at)}", anchor=side, style="t-strong")
        for (name, at), side, shift in sides
    ]


def _ticks(floor: float) -> list[Note]:
    sides = {0: "start", 100: "end"}
    return [
        Note(x=at, y=floor + 19, text=str(at), anchor=sides.get(at, "middle"), style="t-muted")
        for at in range(0, 101, 20)
    ]


def _heat_cell(value: float | None, title: str, most: float) -> Mark:
    if value is None:
        return Mark(x=0, width=0, y=0, height=26, style="h-none", title=title)
    level = min(int(HEAT_STEPS * value / most + 0.5), HEAT_STEPS)
    return Mark(
        x=0,
        width=0,
        y=0,
        height=26,
        style=f"h{level}",
        label=_text(value),
        on_dark=level in DARK_HEAT,
        title=f"{title}: {_text(value)}",
    )


def _room(columns_count: int) -> str:
    for limit, name in ((8, "s"), (16, "m"), (26, "l")):
        if columns_count <= limit:
            return name
    return "xl"


def _text(value: float) -> str:
    return f"{value:g}" if value == int(value) else f"{value:.1f}".replace(".", ",")
