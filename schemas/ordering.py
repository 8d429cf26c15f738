"""In which order names stand in lists: the order of Russian dictionaries and catalogues.

The letters count first: case and «ё» only break a tie, where «ё» follows «е». A space comes before a
hyphen and both before letters, so «Иванов Пётр» precedes «Иванов-Петров» and that «Иванова».
Russian letters come before Latin ones, and digits before both.
"""

import unicodedata

Key = tuple[tuple[tuple[int, str], ...], str, str]
HYPHENS = frozenset("-\u2010\u2011\u2013\u2014")


def name_key(text: str) -> Key:
    """The key by which lists of names are sorted."""
    folded = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    weights = tuple(weight(letter) for letter in folded.replace("ё", "е") if counts(letter))
    return weights, folded, text


def counts(letter: str) -> bool:
    """Quotes and other marks do not count."""
    return letter.isalnum() or letter == " " or letter in HYPHENS


def weight(letter: str) -> tuple[int, str]:
    if letter == " ":
        return 0, ""
    if letter in HYPHENS:
        return 1, ""
    if letter.isdigit():
        return 2, letter
    return (3 if "а" <= letter <= "я" else 4), letter
