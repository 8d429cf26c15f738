"""The histogram of the decisions board: cut-offs a script can move, borderline bands, fragile works."""

from collections import Counter
from collections.abc import Sequence

from review_api import charts
from review_api.charts import PLOT, TOP, Chart, Line, Mark, Note
from review_api.formats import Formats, marked

NEAR = 3.0  # points from a cut-off within which a work is shown as borderline
TURNS = {"publication": 40.0, "live": 75.0}
"""From here on a cut-off's name stands left of its line: at the edges of a phone it still fits."""
FLOOR = TOP + PLOT
LANE = 6  # height of the strip of fragile works, pixels
NAMES = {"publication": "публикация от", "live": "очно от"}
ROWS = {"publication": 12.0, "live": 28.0}
WORDS = ("ниже обоих порогов", "между порогами", "не ниже обоих порогов")

FRAME = (
    "Распределение баллов",
    "Баллы",
    "Работ",
    "у порога",
    "хрупкие решения (под осью)",
    "хрупких решений: %(n)s, балл %(least)s–%(most)s",
)
RUSSIAN = Formats("ru", "Asia/Irkutsk", marked)


def draw(
    scores: Sequence[float],
    fragile: Sequence[float],
    cuts: tuple[float, float],
    writer: Formats = RUSSIAN,
) -> Chart:
    """``cuts`` are the thresholds of publication and of the live presentation."""
    low, high = sorted(cuts)
    chart = charts.histogram(
        FRAME[0],
        scores,
        low=("", low),
        high=("", high),
        words=WORDS,
        head=FRAME[1:3],
    )
    named = dict(zip(NAMES, cuts, strict=True))
    plain = tuple(note for note in chart.notes if note.style != "t-strong")
    axis = tuple(line for line in chart.lines if line.style == "axis")
    return chart.model_copy(
        update={
            "description": ", ".join(named_cut(key, at, writer) for key, at in named.items()),
            "marks": (*bands(named, writer), *chart.marks, *fragile_marks(fragile, writer)),
            "notes": (*plain, *(name_of(key, at, writer) for key, at in named.items())),
            "lines": (*axis, *(cut_line(key, at) for key, at in named.items())),
            "legend": (
                *chart.legend,
                ("band", FRAME[3]),
                ("fragile", FRAME[4]),
            ),
        }
    )


def bands(cuts: dict[str, float], writer: Formats) -> tuple[Mark, ...]:
    return tuple(
        Mark(
            x=at - NEAR,
            width=2 * NEAR,
            y=TOP,
            height=PLOT,
            style=f"band band--{key}",
            title=f"{writer.translate(FRAME[3])}: {named_cut(key, at, writer)}",
        )
        for key, at in cuts.items()
    )


def fragile_marks(scores: Sequence[float], writer: Formats) -> list[Mark]:
    """One mark for all fragile works of a half point: there may be thousands of them."""
    found = Counter(min(int(2 * score), 199) / 2 for score in scores)
    return [
        Mark(
            x=at,
            width=0.5,
            y=FLOOR + 1,
            height=LANE,
            style="fragile",
            title=writer.translate(FRAME[5])
            % {"n": count, "least": writer.number(at), "most": writer.number(at + 0.5)},
        )
        for at, count in sorted(found.items())
    ]


def named_cut(key: str, at: float, writer: Formats) -> str:
    """«публикация от 60»; the number stands last, where the script writes another."""
    return f"{writer.translate(NAMES[key])} {writer.number(at, 2)}"


def cut_line(key: str, at: float) -> Line:
    return Line(x1=at, y1=4, x2=at, y2=FLOOR, style=f"cut cut--{key}")


def name_of(key: str, at: float, writer: Formats) -> Note:
    left = at >= TURNS[key]
    return Note(
        x=at - 0.8 if left else at + 0.8,
        y=ROWS[key],
        text=named_cut(key, at, writer),
        anchor="end" if left else "start",
        style=f"t-strong cut-name cut-name--{key}",
    )
