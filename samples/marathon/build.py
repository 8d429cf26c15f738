"""Builds the sample marathon: figures, document files and the table of submissions.

Run as `python -m samples.marathon.build [NUMBER ...]`; without numbers everything is built.
"""

import csv
import os
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

from samples.marathon.figures import draw_figure
from samples.marathon.office import build_docx, build_odt
from samples.marathon.portable import build_pdf
from samples.marathon.slides import build_pptx
from samples.marathon.sources import FILES, HERE, IMAGES, Work, read_works

BUILDERS: dict[str, Callable[[Work, Path], None]] = {
    "docx": build_docx,
    "odt": build_odt,
    "pdf": build_pdf,
    "pptx": build_pptx,
}
HEADER = (
    "Номер",
    "Название",
    "Направление",
    "Предмет",
    "Уровень",
    "Ключевые слова",
    "Аннотация",
    "Авторы",
    "Файл",
)
DECOMPOSED = 16  # the one row typed on a computer that splits «й» into two characters


def main(arguments: list[str]) -> int:
    """Build the works whose numbers are given, or all, and always the table."""
    os.environ["SOURCE_DATE_EPOCH"] = "1707730200"
    works = read_works()
    for folder in (FILES, IMAGES):
        folder.mkdir(exist_ok=True)
    chosen = {int(number) for number in arguments}
    for work in works:
        if not chosen or work.number in chosen:
            build_work(work)
    write_submissions(works, HERE / "submissions.csv")
    return 0


def build_work(work: Work) -> Path:
    """Draw the figures of one work, then write its document."""
    for spec in work.figures:
        draw_figure(spec)
    target = FILES / work.file_name
    BUILDERS[work.format](work, target)
    return target


def write_submissions(works: list[Work], target: Path) -> None:
    """Write the table a coordinator would send: semicolons and a byte-order mark for Excel."""
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file, delimiter=";")
        table.writerow(HEADER)
        table.writerows(submission_row(work) for work in works)


def submission_row(work: Work) -> tuple[str, ...]:
    """One material in the columns of `HEADER`."""
    authors = " | ".join(author.line for author in work.authors)
    return (
        str(work.number),
        work.title,
        str(work.track),
        work.subject,
        work.level,
        ", ".join(work.keywords),
        work.abstract,
        unicodedata.normalize("NFD", authors) if work.number == DECOMPOSED else authors,
        f"files/{work.file_name}",
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
