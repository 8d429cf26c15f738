"""Passages that two materials share word by word."""

from datetime import datetime

from schemas.base import Entity, Schema

MUCH = 0.2
"""The share of a text that organisers look at first."""


class Stretch(Schema):
    """Where a passage stands in one text: characters, and numbers of its words."""

    start: int
    end: int
    first: int
    last: int


class Passage(Schema):
    """What two texts share: its places ``here`` and ``there``; ``words`` of it are equal."""

    here: Stretch
    there: Stretch
    words: int


class KnownText(Entity):
    """The text of an accepted file by its fingerprints; ``number`` stands for it in their index.

    ``words`` are those that count as its author's own. ``compared_at`` is empty until it was held
    against all other texts.
    """

    file_id: str
    submission_id: str
    number: int
    words: int
    compared_at: datetime | None = None


class Overlap(Entity):
    """What the text of one file shares with another's; kept for both, each from its own side."""

    file_id: str
    other_id: str
    share: float
    words: int
    passages: tuple[Passage, ...]
