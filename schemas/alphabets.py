"""Words in which Latin letters stand among Russian ones and look the same: «CОШ» for «СОШ»."""

import re

from schemas.base import Schema

TWINS = str.maketrans("ABCEHKMOPTXYaceopxy", "АВСЕНКМОРТХУасеорху")
WORD = re.compile(r"[^\W\d_]+")
LATIN = re.compile("[A-Za-z]")
CYRILLIC = re.compile("[А-Яа-яЁё]")


class MixedWord(Schema):
    """A word as it was typed, and as it was meant."""

    typed: str
    meant: str


def mixed_words(*texts: str) -> tuple[MixedWord, ...]:
    """The words that a search would miss, once each; «QR-код» and «Wi-Fi» are none."""
    words = dict.fromkeys(word for text in texts for word in WORD.findall(text))
    found = [
        MixedWord(typed=word, meant=word.translate(TWINS)) for word in words if _is_mixed(word)
    ]
    return tuple(found)


def _is_mixed(word: str) -> bool:
    """Letters without a twin are meant: nobody presses them by mistake."""
    is_both = LATIN.search(word) and CYRILLIC.search(word)
    return bool(is_both) and not LATIN.search(word.translate(TWINS))
