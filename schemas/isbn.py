"""The number of a book: ISBN of 13 digits (ISO 2108, ГОСТ Р 7.0.53), however it is written."""

import re

LENGTH = 13
_WRITTEN = re.compile(r"(?:ISBN:?)?([0-9]*)")
_SPACES_AND_DASHES = re.compile(r"[\s\-\u2010-\u2015]")


def digits_of(text: str) -> str:
    """Return the 13 digits of the ISBN in ``text``; empty if it is none or has a wrong digit."""
    written = _SPACES_AND_DASHES.sub("", text.upper().replace("ISBN-13", "ISBN"))
    found = _WRITTEN.fullmatch(written)
    digits = found[1] if found else ""
    return digits if len(digits) == LENGTH and digits[-1] == check_digit(digits[:-1]) else ""


def check_digit(digits: str) -> str:
    """Return the last digit of a number whose first twelve are ``digits``."""
    weighed = (int(digit) * (1, 3)[place % 2] for place, digit in enumerate(digits))
    return str(-sum(weighed) % 10)
