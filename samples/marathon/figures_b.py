"""Draws the figures of works 21 to 40 that charts and schemes cannot show, with Pillow.

Run as `python -m samples.marathon.figures_b`; the pictures land in `images/` and are committed.
"""

import sys
from collections.abc import Callable, Sequence

from samples.marathon.sheet import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PALE,
    RED,
    SAND,
    SNOW,
    WATER,
    Axes,
    Point,
    Sheet,
    legend,
)
from samples.marathon.sources import IMAGES

SKILLS = ("А1", "А2", "А3", "А4", "Б1", "Б2", "Б3", "Б4", "В1", "В2", "Г1", "Г2", "Г3", "Г4")
GAPS = (
    "кккжкзжкжккзкж",
    "кккккжжзккжкжз",
    "жккзкжзжкжкзкз",
    "ккжккккжккккжк",
    "кккзжжзжзжккзк",
    "ккжккзжкжкзжкз",
    "жкзжкзззжжккжз",
    "кккккккжккжккк",
    "ккжккжжзкзкзкж",
)
MARKS = {"к": "#d97b6c", "ж": "#f0d27a", "з": "#8fbf8a"}


def gap_map() -> Sheet:
    """Work 22: pupils across skills, one colour a cell."""
    sheet = Sheet(470)
    for column, skill in enumerate(SKILLS):
        sheet.text((118 + 52 * column, 40), skill, 18, bold="yes")
    for row, cells in enumerate(GAPS):
        y = 62 + 38 * row
        sheet.text((48, y + 16), f"№ {row + 1}", 17)
        for column, mark in enumerate(cells):
            x = 94 + 52 * column
            sheet.box((x, y), (x + 48, y + 33), MARKS[mark], None)
    names = ("дважды верно", "один раз верно", "ни разу")
    legend(sheet, (150, 438), list(zip(reversed(MARKS.values()), names, strict=True)), 230)
    return sheet


def pendulum() -> Sheet:
    """Work 23: a smartphone hung on two threads."""
    sheet = Sheet(520)
    sheet.box((180, 40), (700, 62), PALE)
    for x in (330, 550):
        sheet.line(((x, 62), (x, 370)), INK, 2)
        sheet.dashes((x, 62), (x + 110, 352))
    sheet.box((300, 370), (580, 450), "#3a464e")
    sheet.box((314, 382), (566, 438), WATER, None)
    sheet.disc((440, 410), 5, RED, RED)
    sheet.box((410, 352), (690, 432), None, GREY)
    sheet.dashes((440, 62), (440, 410), RED)
    sheet.arrow((250, 62), (250, 410), BLUE)
    sheet.arrow((250, 410), (250, 62), BLUE)
    sheet.text((226, 236), "l", 26, colour=BLUE)
    sheet.line(((250, 410), (300, 410)), BLUE, 1.5)
    sheet.text((440, 482), "центр масс телефона", 18, colour=RED)
    sheet.text((760, 236), "плоскость\nкачаний", 18)
    sheet.arrow((705, 392), (600, 410), GREY)
    return sheet


PERIODS = ((0.40, 1.613), (0.60, 2.418), (0.80, 3.222), (1.00, 4.020), (1.20, 4.818))


def period_squared() -> Sheet:
    """Work 23: squared period against the length of the thread."""
    sheet = Sheet(520)
    axes = Axes(sheet, 110, 60, 840, 430, (0, 1.4), (0, 6))
    axes.ticks([(k / 5, f"0,{2 * k}") for k in range(1, 5)], [(k, str(k)) for k in range(7)])
    axes.ticks([(1.0, "1,0"), (1.2, "1,2"), (1.4, "1,4"), (0, "0")], [])
    axes.names("l, м", "T², с²")
    sheet.line((axes.at(0, 0.011), axes.at(1.36, 5.459)), ORANGE, 2.5)
    for point in PERIODS:
        sheet.disc(axes.at(*point), 6, BLUE, BLUE)
    sheet.text((680, 330), "k = 4,006 с²/м", 20, colour=ORANGE)
    return sheet


UNDERCUT: tuple[float, ...] = (0, 1.4, 2.1, 2.3, 2.2, 2.05, 1.95, 1.85, 1.75, 1.65)
SHELVING: tuple[float, ...] = (1.55, 1.4, 1.3, 1.2, 1.05, 0.9, 0.7, 0.55, 0.3, 0)
DEPTHS = UNDERCUT + SHELVING


def river_profile() -> Sheet:
    """Work 25: depths of the cross-section, one sounding in two metres."""
    sheet = Sheet(480)
    axes = Axes(sheet, 100, 110, 850, 390, (-3, 41), (-2.6, 0.9))
    bed = [axes.at(2 * k, -depth) for k, depth in enumerate(DEPTHS)]
    banks = [axes.at(-3, 0.9), axes.at(-0.4, 0.8), *bed, axes.at(41, 0.35)]
    sheet.area([*banks, axes.at(41, -2.6), axes.at(-3, -2.6)], SAND)
    sheet.area(bed, WATER)
    sheet.line(banks, INK, 3)
    for k, depth in enumerate(DEPTHS[1:-1], start=1):
        sheet.dashes(axes.at(2 * k, 0), axes.at(2 * k, -depth), BLUE, 9)
    axes.ticks([(k, str(k)) for k in range(0, 40, 4)], [(0, "0")])
    for depth in (0.5, 1, 1.5, 2, 2.5):
        mark = f"{depth:.1f}".replace(".", ",")
        sheet.text((90, axes.at(0, -depth)[1]), mark, 16, anchor="rm")
    axes.names("расстояние от левого берега, м", "глубина, м")
    sheet.text((185, 70), "левый берег", 18)
    sheet.text((780, 100), "правый берег", 18)
    sheet.text((470, 130), "уровень воды 18 июля 2023 г.", 17, colour=BLUE)
    return sheet


CELL, CORNER = 66, (150, 60)
UPPER = ((0, 4), (0, 0), (7, 0), (7, 2))
LOWER = ((0, 4), (7, 4), (7, 2))
PLACES = ((0, 4, "детский\nсад"), (7, 2, "магазин"), (3, 0, "клуб"), (4, 2, "школа"))


def village_plan() -> Sheet:
    """Work 29: a floor plan with two ways to the shop."""
    sheet = Sheet(470)
    _river_strip(sheet)
    for step in range(10):
        sheet.line((_cell(step - 1, -0.5), _cell(step - 1, 4.5)), PALE, 1)
    for step in range(6):
        sheet.line((_cell(-1, step - 0.5), _cell(8, step - 0.5)), PALE, 1)
    sheet.line([_cell(*stop) for stop in UPPER], ORANGE, 9)
    sheet.line([_cell(*stop) for stop in LOWER], BLUE, 9)
    for x, y, name in PLACES:
        _house(sheet, _cell(x, y), name)
    sheet.text(_cell(5.0, 0.75), "верхняя дорога: 13 клеток", 17, colour=ORANGE)
    sheet.text(_cell(3.6, 3.6), "нижняя дорога: 9 клеток", 17, colour=BLUE)
    return sheet


def _cell(column: float, row: float) -> Point:
    return (CORNER[0] + CELL * column, CORNER[1] + CELL * row)


def _river_strip(sheet: Sheet) -> None:
    sheet.area((_cell(-1, 4.6), _cell(8, 4.8), _cell(8, 5.9), _cell(-1, 5.9)), WATER)
    sheet.text(_cell(4, 5.25), "река", 20, colour=BLUE)


def _house(sheet: Sheet, at: Point, name: str) -> None:
    x, y = at
    sheet.area(((x - 34, y - 12), (x, y - 40), (x + 34, y - 12)), RED)
    sheet.box((x - 30, y - 12), (x + 30, y + 26), SAND)
    sheet.text((x, y + 7), name, 11)


TRAYS = ((330, "металл"), (520, "крышки"), (740, "прочее"))


def sorter() -> Sheet:
    """Work 30: the belt, the sensors, two gates and three trays, from the side."""
    sheet = Sheet(440)
    sheet.box((70, 190), (720, 214), GREY)
    for x in range(90, 720, 60):
        sheet.disc((x, 202), 9, PALE)
    sheet.box((170, 90), (290, 188), "#3a464e")
    sheet.disc((92, 140), 40, SAND)
    for dx, colour in ((0, ORANGE), (36, GREEN), (72, BLUE)):
        sheet.disc((194 + dx, 172), 8, colour)
    sheet.text((230, 60), "кожух: металл, цвет, луч", 17)
    sheet.text((92, 82), "подача", 17)
    sheet.arrow((560, 164), (660, 164), BLUE)
    sheet.text((610, 142), "0,18 м/с", 17, colour=BLUE)
    for x, gate in ((350, "А"), (540, "Б")):
        sheet.line(((x - 20, 188), (x + 22, 138)), RED, 5)
        sheet.text((x + 4, 118), f"заслонка {gate}", 17, colour=RED)
    for x, name in TRAYS:
        sheet.box((x - 60, 310), (x + 60, 390), SNOW)
        sheet.text((x, 350), name, 18)
        sheet.arrow((x, 222), (x, 304), INK)
    return sheet


LICHEN = {"a": GREEN, "b": "#c3d9c9", ".": "#ffffff"}
BARK = (
    "..........",
    ".bb....b..",
    "baab..bab.",
    "baaab.baab",
    ".baaab.bb.",
    "..baab....",
    "b..bb..bb.",
    "ab.....bab",
    "ab......b.",
    "b.........",
)


def palette() -> Sheet:
    """Work 31: the grid of a hundred cells laid on bark."""
    sheet = Sheet(500)
    sheet.area(((70, 20), (590, 20), (570, 480), (90, 480)), SAND)
    for row, cells in enumerate(BARK):
        for column, mark in enumerate(cells):
            x, y = 130 + 40 * column, 50 + 40 * row
            sheet.box((x, y), (x + 40, y + 40), LICHEN[mark], GREY)
            if mark != ".":
                sheet.text((x + 20, y + 20), mark, 16)
    full, part = ("".join(BARK).count(mark) for mark in "ab")
    share = f"{full + part / 2:.1f}".replace(".", ",")
    for y, words in ((140, f"a = {full}"), (190, f"b = {part}"), (260, f"R = {share} %")):
        sheet.text((640, y), words, 24, anchor="lm")
    return sheet


COVER = ((4, 1, 7), (10, 5, 16), (18, 11, 26), (36, 27, 44), (54, 43, 66))
SITES = ("30 м", "150 м", "400 м", "900 м", "2 500 м")


def lichen_cover() -> Sheet:
    """Work 31: mean cover and its range on the five sites."""
    sheet = Sheet(500)
    axes = Axes(sheet, 110, 60, 850, 420, (0, 5), (0, 70))
    labels = [(k + 0.5, site) for k, site in enumerate(SITES)]
    axes.ticks(labels, [(value, str(value)) for value in range(0, 71, 10)])
    axes.names("расстояние до магистрали", "покрытие, %")
    for k, (mean, low, high) in enumerate(COVER):
        sheet.box(axes.at(k + 0.25, mean), axes.at(k + 0.75, 0), GREEN, None)
        sheet.line((axes.at(k + 0.5, low), axes.at(k + 0.5, high)), INK, 2.5)
        for end in (low, high):
            sheet.line((axes.at(k + 0.42, end), axes.at(k + 0.58, end)), INK, 2.5)
        right, top = axes.at(k + 0.75, mean)
        sheet.text((right + 6, top + 2), str(mean), 16, anchor="lm")
    return sheet


VOICES = (
    ("Л", ("ee", "q", "ee", "q", "q", "ee", "q", "r")),
    ("С", ("q", "r", "q", "r", "ee", "q", "ee", "q")),
    ("К", ("ssss", "q", "ssss", "q", "ssss", "ee", "ssss", "q")),
    ("Г", ("h", "h", "h", "q", "r")),
)
BEAT, BAR = 92, 4


def rhythm_score() -> Sheet:
    """Work 36: two bars for four voices on one-line staves."""
    sheet = Sheet(500)
    for row, (name, notes) in enumerate(VOICES):
        _voice(sheet, 90 + 105 * row, name, notes)
    for x in (110, 120 + 4 * BEAT, 130 + 8 * BEAT):
        sheet.line(((x, 60), (x, 435)), INK, 3)
    return sheet


def _voice(sheet: Sheet, y: float, name: str, notes: Sequence[str]) -> None:
    sheet.text((50, y), name, 28, bold="yes")
    sheet.text((86, y), "4\n4", 17)
    sheet.line(((110, y), (130 + 8 * BEAT, y)), INK, 1.5)
    beat = 0
    for note in notes:
        _note(sheet, (145 + BEAT * beat + (10 if beat >= BAR else 0), y), note)
        beat += 2 if note == "h" else 1


def _note(sheet: Sheet, at: Point, note: str) -> None:
    x, y = at
    if note == "r":
        zigzag = ((x, y - 22), (x + 12, y - 8), (x, y + 4), (x + 12, y + 18))
        sheet.line(zigzag, INK, 4)
        return
    stems = [x + BEAT * k / len(note) * 0.92 for k in range(len(note))]
    for stem in stems:
        sheet.disc((stem, y), 9, "white" if note == "h" else INK)
        sheet.line(((stem + 9, y), (stem + 9, y - 46)), INK, 2.5)
    for beam in range({"ee": 1, "ssss": 2}.get(note, 0)):
        level = y - 46 + 11 * beam
        sheet.line(((stems[0] + 9, level), (stems[-1] + 9, level)), INK, 6)


PULSE_A = (92, 168, 176, 174, 173, 184, 190, 182, 178, 181, 187)
PULSE_B = (88, 136, 148, 152, 154, 166, 172, 163, 158, 161, 170)
ZONES = (
    ("I", 120, "#eaf3ec"),
    ("II", 140, "#fdf6e0"),
    ("III", 160, "#fbe8d0"),
    ("IV", 180, "#f6d9d3"),
)


def pulse() -> Sheet:
    """Work 37: two pulse curves over the zones of load."""
    sheet = Sheet(540)
    axes = Axes(sheet, 100, 60, 820, 430, (0, 10.7), (80, 200))
    for name, low, colour in ZONES:
        corners = (
            axes.at(0, low),
            axes.at(10.7, low),
            axes.at(10.7, low + 20),
            axes.at(0, low + 20),
        )
        sheet.area(corners, colour)
        sheet.text((842, axes.at(0, low + 10)[1]), name, 18, bold="yes")
    axes.ticks([(k, str(k)) for k in range(11)], [(k, str(k)) for k in range(80, 201, 20)])
    axes.names("время, мин", "пульс, уд./мин")
    axes.curve(list(enumerate(PULSE_A)), RED)
    axes.curve(list(enumerate(PULSE_B)), BLUE)
    legend(sheet, (150, 510), ((RED, "ученик А"), (BLUE, "ученик Б")))
    return sheet


MONTHS = ("янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
TEAMS = (
    (BLUE, "команда 1", (8, 92, 96, 180, 186, 190, 128, 134, 141, 226, 233, 318)),
    (GREEN, "команда 2", (10, 86, 79, 150, 152, 149, 92, 88, 95, 171, 166, 240)),
    (RED, "команда 3", (4, 80, 72, 141, 133, 118, 22, 9, -14, 52, 31, 96)),
)


def savings() -> Sheet:
    """Work 38: money left, thousands of roubles, over the twelve months of the game."""
    sheet = Sheet(540)
    axes = Axes(sheet, 100, 60, 860, 430, (0, 11), (-50, 350))
    labels = [(k, month) for k, month in enumerate(MONTHS)]
    axes.ticks(labels, [(value, str(value)) for value in range(-50, 351, 50)])
    axes.names("", "остаток, тыс. руб.")
    sheet.line((axes.at(0, 0), axes.at(11, 0)), GREY, 2.5)
    for colour, _, money in TEAMS:
        axes.curve(list(enumerate(money)), colour)
    legend(sheet, (140, 500), [(colour, name) for colour, name, _ in TEAMS])
    return sheet


DRAWINGS: dict[str, Callable[[], Sheet]] = {
    "22-1.png": gap_map,
    "23-1.png": pendulum,
    "23-2.png": period_squared,
    "25-1.png": river_profile,
    "29-1.png": village_plan,
    "30-1.png": sorter,
    "31-1.png": palette,
    "31-2.png": lichen_cover,
    "36-1.png": rhythm_score,
    "37-1.png": pulse,
    "38-1.png": savings,
}


def main() -> int:
    """Write every drawing."""
    IMAGES.mkdir(exist_ok=True)
    for name, draw in DRAWINGS.items():
        (IMAGES / name).write_bytes(draw().png())
    return 0


if __name__ == "__main__":
    sys.exit(main())
