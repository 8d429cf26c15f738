"""Colours that cannot be read on white are refused with a darker one to take instead."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.design import MIN_CONTRAST, Design, Look, contrast_with_white, darkened

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_black_has_the_highest_contrast_and_white_the_lowest():
    assert contrast_with_white("#000000") == pytest.approx(21)
    assert contrast_with_white("#ffffff") == pytest.approx(1)


def test_the_least_grey_that_wcag_admits_is_admitted():
    assert Look(accent="#767676").accent == "#767676"
    with pytest.raises(ValidationError):
        Look(accent="#777777")


@settings(max_examples=60)
@given(colours)
def test_what_is_proposed_instead_is_always_admitted(colour):
    proposed = darkened(colour)

    assert contrast_with_white(proposed) >= MIN_CONTRAST
    assert Look(accent=proposed).accent == proposed


def test_a_pale_colour_is_refused_with_a_darker_one():
    with pytest.raises(ValidationError, match="возьмите темнее, " + darkened("#ffcc00")):
        Design(accent="#ffcc00")


@pytest.mark.parametrize("wrong", ["", "red", "#fff", "1b4b7a", "#1b4b7a; }", "#12345g"])
def test_what_is_no_colour_is_refused(wrong):
    with pytest.raises(ValidationError, match="шесть знаков"):
        Design(accent=wrong)


def test_letters_of_a_colour_may_be_large():
    assert Design(accent=" #1B4B7A ").accent == "#1b4b7a"


def test_a_logo_is_named_by_its_digest_only():
    with pytest.raises(ValidationError):
        Design(logo="../../etc/passwd")
