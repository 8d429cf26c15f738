"""The analytic report as a workbook: tables to count with and charts that follow them."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from flows.analytics.view import ReportView
from flows.analytics.wordings import points_table
from schemas.ledger import INDICATOR_NAMES

Row = Sequence[str | int | float | None]
# Text is data here: a cell that begins with "=" must never become a formula.
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
PLACE_HEAD = (
    "Муниципальное образование",
    "Материалов",
    "Авторов",
    "Выступило",
    "Опубликовано",
    "Экспертов",
    "Экспертиз",
    "Баллов",
)
POINTS_HEAD = ("Критерий", "Показатель", "Баллов за единицу", "Количество", "Баллов")
LEDGER_HEAD = (
    "Муниципальное образование",
    "Показатель",
    "Количество",
    "Баллов",
    "Подтверждение",
    "Внесено",
    "Утверждено",
)
PEOPLE_HEAD = (
    "ФИО",
    "Должность",
    "Организация",
    "Муниципальное образование",
    "№ материала",
    "Материал",
    "Форма участия",
)


def workbook(report: ReportView) -> bytes:
    """The XLSX; equal reports give equal bytes."""
    content = io.BytesIO()
    book = Workbook(content, OPTIONS)
    book.set_properties({"title": "Анализ итогов марафона", "created": moment(report.made_at)})
    book.set_calc_mode("auto")
    write_summary(book, report)
    write_places(book, report)
    write_sheet(
        book,
        "Критерии",
        POINTS_HEAD,
        [tuple(r.model_dump().values()) for r in points_table(report)],
    )
    write_sheet(book, "Показатели", LEDGER_HEAD, ledger_rows(report))
    write_sheet(book, "Участники", PEOPLE_HEAD, people_rows(report))
    book.close()
    return content.getvalue()


def moment(at: datetime) -> datetime:
    """XLSX knows no zones."""
    return at.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def write_summary(book: Workbook, report: ReportView) -> None:
    figures = report.figures
    rows: list[Row] = [
        ("Марафон", report.marathon.title),
        ("Кластер", report.cluster),
        *((stage.name, stage.count) for stage in figures.funnel),
        ("Авторов", figures.authors),
        ("Организаций", figures.organisations),
        ("Экспертов", figures.experts),
        ("Экспертиз", figures.reviews),
        ("Работ с двумя экспертизами и более", figures.agreement.works),
        ("Среднее расхождение экспертов, баллов из 100", figures.agreement.mean_difference),
        ("Не участвовали", ", ".join(figures.silent) or "нет"),
    ]
    write_sheet(book, "Сводка", ("Показатель", "Значение"), rows)


def write_places(book: Workbook, report: ReportView) -> None:
    rows = [
        (
            row.name,
            row.works,
            row.authors,
            row.presenters,
            row.published,
            row.experts,
            row.reviews,
            row.points,
        )
        for row in report.figures.places
    ]
    sheet = write_sheet(book, "Муниципалитеты", PLACE_HEAD, rows)
    if rows:
        sheet.insert_chart(len(rows) + 2, 0, participation_chart(book, len(rows)))


def participation_chart(book: Workbook, count: int) -> object:
    """The diagram councils look at: works, presenters and publications by municipality."""
    chart = book.add_chart({"type": "bar"})
    for column, colour in ((1, "#1d4f73"), (3, "#b08d3c"), (4, "#6c9a6c")):
        chart.add_series(
            {
                "name": ["Муниципалитеты", 0, column],
                "categories": ["Муниципалитеты", 1, 0, count, 0],
                "values": ["Муниципалитеты", 1, column, count, column],
                "fill": {"color": colour},
            }
        )
    chart.set_title({"name": "Участие муниципальных образований"})
    chart.set_y_axis({"reverse": True})
    chart.set_size({"width": 760, "height": 120 + 42 * count})
    return chart


def ledger_rows(report: ReportView) -> list[Row]:
    return [
        (
            report.names.get(entry.municipality_id, ""),
            INDICATOR_NAMES[entry.indicator],
            entry.count,
            entry.points,
            report.evidence(entry),
            "вручную" if entry.by_hand else "по событиям",
            "да" if entry.approved_at else "нет",
        )
        for entry in report.ledger
    ]


def people_rows(report: ReportView) -> list[Row]:
    return [
        (
            one.name,
            one.position,
            one.organisation,
            one.municipality,
            one.number,
            one.title,
            one.comment,
        )
        for one in report.participants
    ]


def write_sheet(book: Workbook, name: str, head: Sequence[str], rows: Sequence[Row]) -> Worksheet:
    """A table with a frozen bold head, a filter and columns as wide as their words."""
    sheet = book.add_worksheet(name)
    bold: Format = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    plain: Format = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_row(0, 0, head, bold)
    for number, row in enumerate(rows, start=1):
        sheet.write_row(number, 0, row, plain)
    for column, title in enumerate(head):
        longest = max((len(str(row[column] or "")) for row in rows), default=0)
        sheet.set_column(column, column, min(60, max(len(title), longest, 10) + 2))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(head) - 1)
    return sheet
