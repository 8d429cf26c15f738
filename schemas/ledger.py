"""Effectiveness points of municipalities («показатели результативности»)."""

from datetime import datetime
from enum import StrEnum

from schemas.base import Entity


class Indicator(StrEnum):
    CONFERENCE = "conference"
    CONTEST = "contest"
    PUBLICATION_MUNICIPAL = "publication_municipal"
    PUBLICATION_REGIONAL = "publication_regional"
    PUBLICATION_FEDERAL = "publication_federal"
    SCHOOL_TRIES = "school_tries"
    TEACHER_KNOWS = "teacher_knows"
    TEACHER_TRAINED = "teacher_trained"
    PARTNER = "partner"
    PROJECT = "project"
    MEMBERS_KEPT = "members_kept"
    PLAN_DONE = "plan_done"
    PRODUCT_DESCRIPTION = "product_description"
    PRODUCT_METHODICAL = "product_methodical"
    PRODUCT_DIDACTIC = "product_didactic"


POINTS = {
    Indicator.CONFERENCE: 1,
    Indicator.CONTEST: 3,
    Indicator.PUBLICATION_MUNICIPAL: 1,
    Indicator.PUBLICATION_REGIONAL: 3,
    Indicator.PUBLICATION_FEDERAL: 5,
    Indicator.SCHOOL_TRIES: 2,
    Indicator.TEACHER_KNOWS: 1,
    Indicator.TEACHER_TRAINED: 3,
    Indicator.PARTNER: 3,
    Indicator.PROJECT: 3,
    Indicator.MEMBERS_KEPT: 2,
    Indicator.PLAN_DONE: 3,
    Indicator.PRODUCT_DESCRIPTION: 2,
    Indicator.PRODUCT_METHODICAL: 4,
    Indicator.PRODUCT_DIDACTIC: 6,
}

INDICATOR_NAMES = {
    Indicator.CONFERENCE: "Участие в семинаре, конференции, марафоне",
    Indicator.CONTEST: "Участие в конкурсе, гранте",
    Indicator.PUBLICATION_MUNICIPAL: "Публикация муниципального уровня",
    Indicator.PUBLICATION_REGIONAL: "Публикация регионального уровня",
    Indicator.PUBLICATION_FEDERAL: "Публикация федерального уровня",
    Indicator.SCHOOL_TRIES: "Организация апробирует практику",
    Indicator.TEACHER_KNOWS: "Педагог познакомился с практикой",
    Indicator.TEACHER_TRAINED: "Педагог прошёл стажировку",
    Indicator.PARTNER: "Учреждение-партнёр",
    Indicator.PROJECT: "Совместный проект",
    Indicator.MEMBERS_KEPT: "Состав сохранён от начала до конца",
    Indicator.PLAN_DONE: "План выполнен по факту",
    Indicator.PRODUCT_DESCRIPTION: "Продукт: описание",
    Indicator.PRODUCT_METHODICAL: "Продукт: описание и методические рекомендации",
    Indicator.PRODUCT_DIDACTIC: "Продукт: с дидактическими материалами",
}


class LedgerEntry(Entity):
    """``evidence`` names the event; ``count`` times the indicator's points is what is earned."""

    marathon_id: str
    municipality_id: str
    indicator: Indicator
    count: int
    evidence: str
    by_hand: bool = False
    approved_at: datetime | None = None

    @property
    def points(self) -> int:
        return self.count * POINTS[self.indicator]


class Report(Entity):
    """Analytics of a marathon as last refreshed; the numbers are view data for pages."""

    marathon_id: str
    made_at: datetime
    figures: dict[str, object]
