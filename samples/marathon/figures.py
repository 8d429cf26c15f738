"""Draws the figures of the sample works: charts and schemes with Typst, scenes with Pillow."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import typst
from PIL import Image, ImageDraw, ImageFilter

from samples.marathon.sources import HERE, IMAGES

SIZE = (840, 540)
HORIZON = 300
RESOLUTION = 130
COLOURS = 48

Painter = Callable[[ImageDraw.ImageDraw, np.random.Generator], None]


def draw_figure(spec: dict[str, Any]) -> Path:
    """Write one figure beside the others and return its path."""
    target: Path = IMAGES / spec["file"]
    draw = _scene if spec["kind"] == "scene" else _chart
    target.write_bytes(draw(spec))
    return target


def _chart(spec: dict[str, Any]) -> bytes:
    """Draw a bar chart, a line chart or a scheme in at most 48 colours."""
    drawn = typst.compile(
        HERE / "figures.typ",
        format="png",
        ppi=RESOLUTION,
        sys_inputs={"data": json.dumps(spec, ensure_ascii=False)},
    )
    return _png(Image.open(io.BytesIO(_single(drawn))).convert("RGB"))


def _single(drawn: bytes | list[bytes] | None) -> bytes:
    if not isinstance(drawn, bytes):
        raise TypeError("a figure is exactly one picture")
    return drawn


def _scene(spec: dict[str, Any]) -> bytes:
    """Draw a place soft and grainy enough to pass for a photograph."""
    rng = np.random.default_rng(spec["seed"])
    picture = _sky(rng)
    SCENES[spec["scene"]](ImageDraw.Draw(picture), rng)
    soft = np.asarray(picture.filter(ImageFilter.GaussianBlur(1.4)), dtype=np.int16)
    grain = rng.integers(-3, 4, soft.shape[:2])[..., None]
    return _png(Image.fromarray(np.clip(soft + grain, 0, 255).astype(np.uint8)))


def _png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _sky(rng: np.random.Generator) -> Image.Image:
    top, bottom = rng.integers((110, 140, 175), (150, 175, 215)), np.array((226, 224, 212))
    share = np.linspace(0, 1, SIZE[1])[:, None, None]
    rows = top * (1 - share) + bottom * share
    return Image.fromarray(np.repeat(rows, SIZE[0], axis=1).astype(np.uint8))


def _hills(draw: ImageDraw.ImageDraw, rng: np.random.Generator) -> None:
    for layer, colour in enumerate(((128, 148, 160), (84, 112, 108))):
        x = np.arange(0, SIZE[0] + 20, 20)
        y = HORIZON - 60 + 40 * layer + 26 * np.sin(x / rng.uniform(70, 120) + rng.uniform(0, 6))
        outline = [(float(a), float(b)) for a, b in zip(x, y, strict=True)]
        draw.polygon([*outline, (SIZE[0], SIZE[1]), (0, SIZE[1])], fill=colour)


def _river(draw: ImageDraw.ImageDraw, rng: np.random.Generator) -> None:
    _hills(draw, rng)
    draw.rectangle((0, HORIZON, *SIZE), fill=(92, 128, 150))
    for _ in range(90):
        x, y = rng.integers(0, SIZE[0]), rng.integers(HORIZON + 4, SIZE[1])
        draw.line((int(x), int(y), int(x + rng.integers(20, 90)), int(y)), fill=(140, 170, 186))
    draw.polygon([(300, 372), (560, 372), (532, 408), (330, 408)], fill=(70, 52, 46))
    draw.rectangle((380, 336, 500, 372), fill=(226, 226, 220))


def _forest(draw: ImageDraw.ImageDraw, rng: np.random.Generator) -> None:
    _hills(draw, rng)
    draw.rectangle((0, HORIZON + 70, *SIZE), fill=(196, 200, 190))
    for x in sorted(int(v) for v in rng.integers(0, SIZE[0], 34)):
        height, base = int(rng.integers(130, 260)), int(rng.integers(HORIZON + 60, SIZE[1] - 20))
        green = (34, int(rng.integers(66, 100)), 54)
        draw.polygon([(x, base - height), (x - 30, base), (x + 30, base)], fill=green)


def _town(draw: ImageDraw.ImageDraw, rng: np.random.Generator) -> None:
    _hills(draw, rng)
    draw.rectangle((0, HORIZON + 90, *SIZE), fill=(150, 146, 138))
    for x in range(20, SIZE[0] - 80, 118):
        height = int(rng.integers(110, 230))
        draw.rectangle((x, HORIZON + 90 - height, x + 96, HORIZON + 90), fill=(184, 164, 144))
        for window in range(HORIZON + 104 - height, HORIZON + 70, 34):
            for column in range(x + 12, x + 84, 28):
                draw.rectangle((column, window, column + 14, window + 18), fill=(70, 86, 100))


def _room(draw: ImageDraw.ImageDraw, wall: tuple[int, int, int]) -> None:
    draw.rectangle((0, 0, SIZE[0], 380), fill=wall)
    draw.rectangle((0, 380, *SIZE), fill=(158, 124, 92))


def _classroom(draw: ImageDraw.ImageDraw, rng: np.random.Generator) -> None:
    _room(draw, (214, 208, 190))
    draw.rectangle((190, 70, 650, 270), fill=(46, 84, 66), outline=(120, 92, 60), width=8)
    for row in range(6):
        y = 100 + row * 26
        draw.line((220, y, 220 + int(rng.integers(120, 380)), y), fill=(220, 226, 220), width=3)
    for x in range(40, 800, 200):
        draw.polygon(
            [(x, 420), (x + 150, 420), (x + 170, 470), (x - 20, 470)], fill=(196, 160, 112)
        )
        draw.rectangle((x + 40, 404, x + 100, 430), fill=(236, 236, 230))


def _lab(draw: ImageDraw.ImageDraw, rng: np.random.Generator) -> None:
    _room(draw, (206, 214, 216))
    draw.rectangle((60, 330, 780, 400), fill=(120, 104, 92))
    for x in range(110, 740, 105):
        tint = tuple(int(v) for v in rng.integers((90, 110, 130), (220, 200, 240)))
        level = int(rng.integers(210, 290))
        draw.rectangle((x, 180, x + 46, 330), outline=(90, 100, 110), width=4, fill=(228, 234, 236))
        draw.rectangle((x + 4, level, x + 42, 327), fill=tint)


SCENES: dict[str, Painter] = {
    "river": _river,
    "forest": _forest,
    "town": _town,
    "classroom": _classroom,
    "lab": _lab,
}
