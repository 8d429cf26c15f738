"""Why an expert fits a work as well as they do, view by view."""

from collections.abc import Mapping

from schemas.base import Schema

VIEW_NAMES: Mapping[str, str] = {
    "track": "направление",
    "subject": "предмет",
    "level": "уровень",
    "format": "форма",
    "group": "группа методистов",
    "keywords": "ключевые слова",
    "wording": "слова текста",
    "meaning": "смысл текста",
    "wish": "желание эксперта",
}


class Reason(Schema):
    """One view of a pair: ``value`` 0..1, its share of the weight, and what it adds.

    ``phrase`` is a Russian sentence with places for ``facts``.
    """

    view: str
    value: float
    weight: float
    contribution: float
    phrase: str
    facts: Mapping[str, str] = {}

    @property
    def sentence(self) -> str:
        return self.phrase % self.facts


class Explanation(Schema):
    """``affinity`` is exactly the sum of the contributions, to four digits."""

    submission_id: str
    expert_id: str
    affinity: float
    reasons: tuple[Reason, ...]
