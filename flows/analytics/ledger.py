"""Effectiveness points the platform can see for itself, each with the event it rests on.

The indicators and their points are those of the regulations of methodical clusters: one for
each participant of a conference, three for a regional publication, two, four or six for the
product by its completeness. Everything else people enter and approve.
"""

import re
from collections.abc import Iterable, Mapping

from flows.analytics.rules import Facts, person
from schemas.base import Schema
from schemas.ledger import POINTS, Indicator
from schemas.submission import Submission

METHODICAL = re.compile(
    r"методическ\w+\s+(рекомендаци|указани|комментари|пояснени)|рекомендаци\w*\s+(по|для|педагог)",
    re.IGNORECASE,
)
DIDACTIC = re.compile(
    r"дидактическ\w+\s+материал|раздаточн\w+|рабоч\w+\s+лист|карточк\w+|технологическ\w+\s+карт"
    r"|приложени\w+",
    re.IGNORECASE,
)


class Earned(Schema):
    """``count`` times the indicator's points for the municipality, because of ``evidence``."""

    municipality_id: str
    indicator: Indicator
    count: int
    evidence: str

    @property
    def key(self) -> tuple[str, Indicator, str]:
        return self.municipality_id, self.indicator, self.evidence


def product(headings: Iterable[str]) -> Indicator:
    """How complete a practice is, by the parts its headings name.

    Didactic materials count only on top of methodical recommendations, as the regulations say.
    """
    found = list(headings)
    if not any(METHODICAL.search(heading) for heading in found):
        return Indicator.PRODUCT_DESCRIPTION
    if not any(DIDACTIC.search(heading) for heading in found):
        return Indicator.PRODUCT_METHODICAL
    return Indicator.PRODUCT_DIDACTIC


def earned(facts: Facts, products: Mapping[str, Indicator]) -> list[Earned]:
    """Everything earned by events; ``products`` says how complete published works are, by id."""
    return [*participants(facts), *publications(facts), *best_products(facts, products)]


def evidence_of(submission: Submission) -> str:
    return f"submission/{submission.id}"


def participants(facts: Facts) -> list[Earned]:
    """Every author once, for the first work that brought them."""
    seen: set[str] = set()
    found = []
    for submission in sorted(facts.sent, key=lambda one: one.number):
        new: dict[str, int] = {}
        for author in submission.authors:
            if person(author) not in seen:
                seen.add(person(author))
                new[author.municipality_id] = new.get(author.municipality_id, 0) + 1
        found += [
            Earned(
                municipality_id=place,
                indicator=Indicator.CONFERENCE,
                count=count,
                evidence=evidence_of(submission),
            )
            for place, count in sorted(new.items())
        ]
    return found


def publications(facts: Facts) -> list[Earned]:
    """Every publication for every municipality that has an author in it."""
    return [
        Earned(
            municipality_id=place,
            indicator=Indicator.PUBLICATION_REGIONAL,
            count=1,
            evidence=evidence_of(submission),
        )
        for submission in facts.published
        for place in sorted(submission.municipality_ids)
    ]


def best_products(facts: Facts, products: Mapping[str, Indicator]) -> list[Earned]:
    """The integral indicator is one per municipality: its most complete published work."""
    best: dict[str, Earned] = {}
    for submission in facts.published:
        indicator = products.get(submission.id)
        for place in submission.municipality_ids if indicator else ():
            candidate = Earned(
                municipality_id=place,
                indicator=indicator,
                count=1,
                evidence=evidence_of(submission),
            )
            if place not in best or worth(candidate) > worth(best[place]):
                best[place] = candidate
    return [best[place] for place in sorted(best)]


def worth(one: Earned) -> int:
    return one.count * POINTS[one.indicator]
