"""The analytic report in sentences, by the template «Анализ итогов работы методического кластера»."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from flows.analytics.figures import Figures
from flows.analytics.view import ReportView
from flows.documents.wording import counted, day
from schemas.base import Schema
from schemas.ledger import INDICATOR_NAMES, POINTS, Indicator, LedgerEntry

TITLE = "Анализ итогов работы методического кластера"
BY_HAND = "Данных нет: показатель вносится вручную."
CRITERIA: Mapping[str, tuple[Indicator, ...]] = MappingProxyType(
    {
        "Научная результативность": (
            Indicator.CONFERENCE,
            Indicator.CONTEST,
            Indicator.PUBLICATION_MUNICIPAL,
            Indicator.PUBLICATION_REGIONAL,
            Indicator.PUBLICATION_FEDERAL,
        ),
        "Методическая результативность": (
            Indicator.SCHOOL_TRIES,
            Indicator.TEACHER_KNOWS,
            Indicator.TEACHER_TRAINED,
        ),
        "Социальная результативность": (Indicator.PARTNER, Indicator.PROJECT),
        "Организационная результативность": (Indicator.MEMBERS_KEPT, Indicator.PLAN_DONE),
        "Методический продукт": (
            Indicator.PRODUCT_DESCRIPTION,
            Indicator.PRODUCT_METHODICAL,
            Indicator.PRODUCT_DIDACTIC,
        ),
    }
)


class Section(Schema):
    title: str
    paragraphs: tuple[str, ...]


class PointsRow(Schema):
    """A line of the table of criteria; ``price`` is the points of one."""

    criterion: str
    indicator: str
    price: int
    count: int
    points: int


def sections(report: ReportView) -> list[Section]:
    """The report's parts in the order of the template."""
    return [
        Section(title="Цель деятельности", paragraphs=(goal(report),)),
        Section(title="Задачи", paragraphs=tasks(report)),
        Section(
            title="Основные направления, формы организации деятельности",
            paragraphs=directions(report),
        ),
        *(criterion(report, name, indicators) for name, indicators in CRITERIA.items()),
        Section(title="Выводы и предложения", paragraphs=tuple(conclusions(report.figures))),
    ]


def goal(report: ReportView) -> str:
    theme = f" по теме «{report.marathon.theme}»" if report.marathon.theme else ""
    return f"Выявить, оценить и распространить лучшие образовательные практики педагогов{theme}."


def tasks(_report: ReportView) -> tuple[str, ...]:
    return (
        "Собрать описания практик педагогов муниципальных образований кластера.",
        "Провести перекрёстную экспертизу силами межмуниципальной экспертной комиссии.",
        "Представить отобранные практики очно и опубликовать их в электронном сборнике.",
    )


def directions(report: ReportView) -> tuple[str, ...]:
    marathon = report.marathon
    tracks = [f"{stage.name}: {works(stage.count)}." for stage in report.figures.tracks]
    forms = (
        f"Форма: марафон «{marathon.title}», очные выступления {day(marathon.live_on)}, "
        "электронный сборник материалов."
    )
    return (forms, *tracks)


def works(number: int) -> str:
    return counted(number, "материал", "материала", "материалов")


def criterion(report: ReportView, name: str, indicators: Iterable[Indicator]) -> Section:
    lines = [
        f"{INDICATOR_NAMES[indicator]}: {amount(report.ledger, indicator)} "
        f"({score(amount(report.ledger, indicator) * POINTS[indicator])})."
        for indicator in indicators
        if amount(report.ledger, indicator)
    ]
    return Section(title=name, paragraphs=tuple(lines) or (BY_HAND,))


def score(number: int) -> str:
    return counted(number, "балл", "балла", "баллов")


def amount(ledger: Iterable[LedgerEntry], indicator: Indicator) -> int:
    """How many times the indicator was earned and approved."""
    return sum(one.count for one in ledger if one.indicator is indicator and one.approved_at)


def conclusions(figures: Figures) -> list[str]:
    """What the numbers say; people add what they think."""
    places = counted(
        len(figures.active),
        "муниципального образования",
        "муниципальных образований",
        "муниципальных образований",
    )
    came = (
        f"Поступило {works(figures.works)}, авторов — {figures.authors}, из {places}; "
        f"опубликовано {figures.published}, представлено очно {figures.live}."
    )
    found = [came]
    if figures.silent:
        found.append(
            f"Не участвовали: {', '.join(figures.silent)}. Предлагается выяснить причины "
            "(опрос, чек-лист) и учесть их при планировании."
        )
    if figures.agreement.mean_difference is not None:
        apart = f"{figures.agreement.mean_difference:.1f}".replace(".", ",")
        found.append(f"Оценки экспертов одной работы расходятся в среднем на {apart} балла из 100.")
    return found


def points_table(report: ReportView) -> list[PointsRow]:
    """Every indicator of the regulations, earned or not."""
    return [
        PointsRow(
            criterion=name,
            indicator=INDICATOR_NAMES[indicator],
            price=POINTS[indicator],
            count=amount(report.ledger, indicator),
            points=amount(report.ledger, indicator) * POINTS[indicator],
        )
        for name, indicators in CRITERIA.items()
        for indicator in indicators
    ]
