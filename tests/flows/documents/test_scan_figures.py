"""Drawings between recognised rows are found; rows, frames about text and shadows are none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from flows.documents.parsing.scan_figures import is_taken_for_letters, scan_figures

WIDTH, HEIGHT = 595, 842
SHARE = st.floats(0, 1)
ROWS = [("Строка о том, как прошёл урок", 0.1, 0.05 * n, 0.9, 0.05 * n + 0.02) for n in range(1, 6)]
FIGURE = (120, 400, 460, 640)


@pytest.fixture
def page():
    """A scan with rows of letters, and the pen to draw more on it."""
    image = Image.new("L", (WIDTH, HEIGHT), 240)
    pen = ImageDraw.Draw(image)
    for _, left, top, right, bottom in ROWS:
        box = (left * WIDTH, top * HEIGHT, right * WIDTH, bottom * HEIGHT)
        pen.rectangle(box, fill=120)
    return image, pen


def near(box, expected):
    sides = (box[0] * WIDTH, box[1] * HEIGHT, box[2] * WIDTH, box[3] * HEIGHT)
    return all(abs(one - other) < 16 for one, other in zip(sides, expected, strict=True))


def test_page_of_rows_alone_has_no_figure(page):
    assert scan_figures(page[0], ROWS) == []


def test_photograph_is_found_where_it_stands(page):
    image, pen = page
    pen.ellipse(FIGURE, fill=90)
    [box] = scan_figures(image, ROWS)
    assert near(box, FIGURE)


def test_bars_of_a_chart_are_one_figure(page):
    image, pen = page
    left, top, right, bottom = FIGURE
    pen.line((left, top, left, bottom, right, bottom), fill=0, width=2)
    for at in range(left + 30, right - 20, 60):
        pen.rectangle((at, top + at % 90, at + 25, bottom), fill=150)
    [box] = scan_figures(image, ROWS)
    assert near(box, (left, top, right, bottom))


def test_shadows_rules_and_frames_about_text_are_no_figures(page):
    image, pen = page
    pen.rectangle((0, 0, 9, HEIGHT), fill=30)
    pen.line((60, 420, 540, 420), fill=0, width=2)
    pen.rectangle((50, 30, 550, 300), outline=0, width=2)
    assert scan_figures(image, ROWS) == []


def test_strokes_taken_for_letters_go_and_words_stay(page):
    image, pen = page
    pen.ellipse(FIGURE, fill=90)
    found = scan_figures(image, ROWS)
    inside = (0.4, 0.55, 0.6, 0.6)
    assert is_taken_for_letters(("|\\ /", *inside), found)
    assert not is_taken_for_letters(("Доля", *inside), found)
    assert not is_taken_for_letters(("5 %", 0.1, 0.9, 0.2, 0.95), found)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 600),
    st.integers(1, 800),
    st.lists(
        st.tuples(st.sampled_from(["слово", "|", ""]), SHARE, SHARE, SHARE, SHARE), max_size=6
    ),
    st.sampled_from([1, 60, 200]),
)
def test_whatever_the_page_boxes_lie_on_it(width, height, rows, noise):
    for left, top, right, bottom in scan_figures(Image.effect_noise((width, height), noise), rows):
        assert 0 <= left < right <= 1
        assert 0 <= top < bottom <= 1
