"""Every letter the system writes: one table of all texts, and how one is written out.

Placeholders are names in braces. The texts themselves are data in ``flows.notices.texts``, so
that organisers can read all letters in one place and a test can prove that each can be written
out in both languages.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from flows.notices.letter_shape import PLACEHOLDER, Letter, Wording
from flows.notices.texts import accounts, expert, live, organising, reminding, teacher
from schemas.quotes import nest_quotes, russian_quotes

CYRILLIC = re.compile("[А-Яа-я]")
LETTERS: Mapping[str, Letter] = MappingProxyType(
    {
        **accounts.LETTERS,
        **teacher.LETTERS,
        **reminding.LETTERS,
        **expert.LETTERS,
        **live.LETTERS,
        **organising.LETTERS,
    }
)


class MissingValues(ValueError):
    """Placeholders without a value; never sent, shown to organisers in red."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(names)))
        self.names = names


def write_out(wording: Wording, values: Mapping[str, str]) -> tuple[str, str]:
    """Title and text with ``values``; raises ``MissingValues``. Values are never templates."""
    missing = wording.placeholders - values.keys()
    if missing:
        raise MissingValues(missing)
    is_russian = CYRILLIC.search(wording.text) is not None
    title, text = fill(wording.title, values), fill(wording.text, values)
    return quoted(title, is_russian=is_russian), quoted(text, is_russian=is_russian)


def quoted(text: str, *, is_russian: bool) -> str:
    """Quotes inside quotes differ; in a Russian letter those of titles become Russian too."""
    return nest_quotes(russian_quotes(text) if is_russian else text)


def fill(pattern: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda found: values[found[1]], pattern)
