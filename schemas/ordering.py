"""In which order names stand in lists: the order of Russian dictionaries and catalogues.

The letters count first: case and «ё» only break a tie, where «ё» follows «е». A space comes before a
hyphen and both before letters, so «Иванов Пётр» precedes «Иванов-Петров» and that «Иванова».
Russian letters come before Latin ones, and numbers before both; a number counts as a whole, so
«Школа № 2» precedes «Школа № 10».
"""

import re
import unicodedata
from functools import lru_cache

Key = tuple[tuple[tuple[int, str], ...], str, str]
HYPHENS = frozenset("-\u2010\u2011\u2013\u2014")
PARTS = re.compile(r"\d+|\D")


@lru_cache(maxsize=16384)
def name_key(text: str) -> Key:
    """The key by which lists of names are sorted."""
    folded = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    parts = PARTS.findall(folded.replace("ё", "е"))
    return tuple(weight(part) for part in parts if counts(part)), folded, text


@lru_cache(maxsize=1024)
def counts(part: str) -> bool:
    """Quotes and other marks do not count."""
    return part.isalnum() or part == " " or part in HYPHENS


@lru_cache(maxsize=1024)
def weight(part: str) -> tuple[int, str]:
    """``part`` is one letter or a whole number."""
    if part == " ":
        return 0, ""
    if part in HYPHENS:
        return 1, ""
    if part.isdigit():
        return 2, in_full(part)
    return (3 if "а" <= part <= "я" else 4), part


def in_full(number: str) -> str:
    """The digits led by their count, so that texts stand in the order of their numbers."""
    digits = number.lstrip("0") or "0"
    return f"{len(digits):06}{digits}"


LONGEST_TEXT = 200


def sort_text(text: str) -> str:
    """A text whose plain order of code points is the order of ``name_key``, for databases.

    Only the beginning of long texts counts; of an empty one nothing is left.
    """
    if not text.strip():
        return ""
    parts, folded, _ = name_key(text[:LONGEST_TEXT])
    return "".join(f"{group}{part}" for group, part in parts) + f"!{folded}"
