"""A white sheet to draw the figures of the sample works on: lines, words, axes and legends."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONTS = Path("/usr/share/fonts/truetype/dejavu")
WIDTH = 900
SCALE = 2  # drawn twice as large and shrunk, because Pillow draws hard edges
COLOURS = 40

INK, GREY, PALE = "#22303a", "#8a949b", "#dfe4e7"
BLUE, ORANGE, GREEN, RED = "#2f6690", "#d98e04", "#5b8e7d", "#a23b3b"
WATER, SAND, SNOW = "#cfe3ef", "#e9dcc0", "#f6f8f9"

Point = tuple[float, float]


class Sheet:
    """A white sheet measured in pixels of the finished picture."""

    def __init__(self, height: int) -> None:
        self.image = Image.new("RGB", (WIDTH * SCALE, height * SCALE), "white")
        self.draw = ImageDraw.Draw(self.image)

    def line(self, points: Sequence[Point], colour: str = INK, width: float = 2) -> None:
        self.draw.line(_scaled(points), fill=colour, width=round(width * SCALE), joint="curve")

    def area(self, points: Sequence[Point], fill: str, edge: str | None = None) -> None:
        self.draw.polygon(_scaled(points), fill=fill, outline=edge, width=2 * SCALE)

    def box(
        self, start: Point, end: Point, fill: str | None = None, edge: str | None = INK
    ) -> None:
        (x0, y0), (x1, y1) = _scaled((start, end))
        self.draw.rounded_rectangle((x0, y0, x1, y1), 6, fill, edge, 2 * SCALE)

    def disc(self, centre: Point, radius: float, fill: str | None, edge: str = INK) -> None:
        x, y = centre[0] * SCALE, centre[1] * SCALE
        reach = radius * SCALE
        around = (x - reach, y - reach, x + reach, y + reach)
        self.draw.ellipse(around, fill, edge, 2 * SCALE)

    def text(self, at: Point, words: str, size: float = 18, **look: str) -> None:
        """Write words; `anchor` is Pillow's (default: the middle), `colour` and `bold` as named."""
        face = font(size * SCALE, bold="bold" in look)
        place = (at[0] * SCALE, at[1] * SCALE)
        anchor, fill = look.get("anchor", "mm"), look.get("colour", INK)
        self.draw.text(place, words, fill, face, anchor, align="center")

    def dashes(self, start: Point, end: Point, colour: str = GREY, step: float = 14) -> None:
        length = ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5
        for k in range(int(length // step) + 1):
            a, b = k * step / length, min(1.0, (k + 0.55) * step / length)
            self.line((_between(start, end, a), _between(start, end, b)), colour, 1.5)

    def arrow(self, start: Point, end: Point, colour: str = INK, width: float = 2.5) -> None:
        self.line((start, end), colour, width)
        length = ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5
        ux, uy = (end[0] - start[0]) / length, (end[1] - start[1]) / length
        foot = (end[0] - 13 * ux, end[1] - 13 * uy)
        left, right = (foot[0] - 6 * uy, foot[1] + 6 * ux), (foot[0] + 6 * uy, foot[1] - 6 * ux)
        self.area((end, left, right), colour)

    def png(self) -> bytes:
        size = (WIDTH, self.image.height // SCALE)
        small = self.image.resize(size, Image.Resampling.LANCZOS)
        buffer = io.BytesIO()
        small.quantize(COLOURS, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
        return buffer.getvalue()


@dataclass(frozen=True)
class Axes:
    """Maps values to the sheet: a frame in pixels and the ranges its sides stand for."""

    sheet: Sheet
    left: float
    top: float
    right: float
    bottom: float
    x: tuple[float, float]
    y: tuple[float, float]

    def at(self, x: float, y: float) -> Point:
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        return (
            self.left + across * (self.right - self.left),
            self.bottom - up * (self.bottom - self.top),
        )

    def ticks(self, xs: Sequence[tuple[float, str]], ys: Sequence[tuple[float, str]]) -> None:
        for value, label in ys:
            y = self.at(self.x[0], value)[1]
            self.sheet.line(((self.left, y), (self.right, y)), PALE, 1.5)
            self.sheet.text((self.left - 10, y), label, 16, anchor="rm")
        for value, label in xs:
            self.sheet.text((self.at(value, 0)[0], self.bottom + 20), label, 16)
        frame = ((self.left, self.top), (self.left, self.bottom), (self.right, self.bottom))
        self.sheet.line(frame, INK, 2)

    def curve(self, points: Sequence[Point], colour: str) -> None:
        placed = [self.at(*point) for point in points]
        self.sheet.line(placed, colour, 3.5)
        for point in placed:
            self.sheet.disc(point, 4.5, colour, colour)

    def names(self, across: str, up: str) -> None:
        self.sheet.text((self.right, self.bottom + 46), across, 17, anchor="rm")
        self.sheet.text((self.left - 50, self.top - 22), up, 17, anchor="lm")


def font(size: float, *, bold: bool = False) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """DejaVu Sans where it is installed, else the face Pillow carries."""
    face = FONTS / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")
    if face.exists():
        return ImageFont.truetype(str(face), size)
    return ImageFont.load_default(size)


def legend(sheet: Sheet, at: Point, entries: Sequence[tuple[str, str]], step: float = 250) -> None:
    for k, (colour, label) in enumerate(entries):
        x = at[0] + k * step
        sheet.box((x, at[1] - 9), (x + 18, at[1] + 9), colour, None)
        sheet.text((x + 28, at[1]), label, 17, anchor="lm")


def _scaled(points: Sequence[Point]) -> list[Point]:
    return [(x * SCALE, y * SCALE) for x, y in points]


def _between(start: Point, end: Point, share: float) -> Point:
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
