"""The code on the back cover is one that scanners read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.compilation.book.barcodes import bars, modules
from schemas.isbn import check_digit

twelve = st.text("0123456789", min_size=12, max_size=12)


def test_known_code_has_the_modules_of_the_standard():
    code = "".join(map(str, modules("978-0-201-37962-4")))

    left = "0111011 0001001 0100111 0010011 0100111 0011001"
    right = "1000010 1000100 1110100 1010000 1101100 1011100"
    assert code == f"101{left}01010{right}101".replace(" ", "")


@settings(max_examples=30)
@given(twelve)
def test_every_code_is_made_of_thirty_bars_and_their_gaps(digits):
    code = modules(digits + check_digit(digits))

    assert len(code) == 95
    assert len(bars(code)) == 59
    assert max(bars(code)) <= 4


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "978-5-4461-1234-8",
        "5-4461-1234-0",
        "978-5-4461-1234-Х",
        "ISBN",
        "٩٧٨",
        "978-0-201-37962-4 (т. 1)",
    ],
)
def test_what_is_no_isbn_has_no_code(wrong):
    assert modules(wrong) == []


@pytest.mark.parametrize("written", ["ISBN 978-0-201-37962-4", "isbn-13: 9780201379624"])
def test_the_word_before_a_number_does_not_matter(written):
    assert modules(written) == modules("978-0-201-37962-4")
