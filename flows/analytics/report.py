"""The analytic report as DOCX, to be finished and signed by people."""

from docx.document import Document as Paper

from flows.analytics.view import ReportView
from flows.analytics.wordings import TITLE, points_table, sections
from flows.documents.printing import participation, word
from flows.documents.printing.participation import Share
from flows.documents.wording import for_word

PLACES = ("Муниципальное образование", "Материалов", "Выступило", "Опубликовано", "Баллов")
CRITERIA = ("Критерий", "Показатель", "Балл", "Количество", "Всего")
PEOPLE = ("№", "ФИО, должность", "Организация, муниципальное образование", "Участие")


def write(report: ReportView) -> bytes:
    """The DOCX; equal reports give equal bytes."""
    paper = word.official_paper(TITLE, moment=report.made_at)
    paper.add_paragraph(TITLE, style="Title")
    about = f"{report.cluster}. Марафон «{report.marathon.title}», {report.marathon.year} год"
    paper.add_paragraph(for_word(about), style="Subtitle")
    for section in sections(report):
        paper.add_heading(section.title, level=2)
        for text in section.paragraphs:
            word.body(paper, for_word(text))
    word.signature(paper, "Руководитель кластера", report.chair, line_from=50)
    write_places(paper, report)
    write_criteria(paper, report)
    write_people(paper, report)
    return word.to_bytes(paper)


def write_places(paper: Paper, report: ReportView) -> None:
    paper.add_heading(participation.TITLE, level=2)
    places = report.figures.places
    if places:
        shares = [Share(row.name, (row.works, row.presenters, row.published)) for row in places]
        drawn = participation.png(shares, made_at=report.made_at)
        word.picture(paper, drawn, participation.described(shares))
    rows = [(row.name, row.works, row.presenters, row.published, row.points) for row in places]
    word.table(paper, PLACES, rows, (65, 25, 25, 28, 22))


def write_criteria(paper: Paper, report: ReportView) -> None:
    paper.add_heading("Критерии эффективности методического кластера", level=2)
    found = points_table(report)
    rows: list[tuple[object, ...]] = [
        (row.criterion, row.indicator, row.price, row.count, row.points) for row in found
    ]
    rows.append(("Всего", "", "", "", sum(row.points for row in found)))
    word.table(paper, CRITERIA, rows, (42, 63, 16, 24, 20))


def write_people(paper: Paper, report: ReportView) -> None:
    paper.add_heading("Приложение. Список участников", level=2)
    rows = [
        (
            number,
            ", ".join(part for part in (one.name, one.position) if part),
            for_word(", ".join(part for part in (one.organisation, one.municipality) if part)),
            for_word(f"№ {one.number} «{one.title}»: {one.comment}"),
        )
        for number, one in enumerate(report.participants, start=1)
    ]
    word.table(paper, PEOPLE, rows, (10, 45, 50, 60))
