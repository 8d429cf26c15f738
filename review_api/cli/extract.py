"""``marathon extract``: what files hold or why they cannot be used, a JSON line for each."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import click

from flows.documents.reading import extract
from schemas.errors import MarathonError
from schemas.extraction import Extraction, RejectCode

WORKERS = 2
FAILED, BAD_INPUT = 1, 2


@click.command("extract")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="JSON Lines file.")
def command(files: tuple[Path, ...], out: Path | None) -> None:
    """Прочесть файлы и вывести по строке JSON на каждый. / Read files, print a JSON line for each.

    Файлы: DOCX, ODT, PPTX, PDF, Markdown, снимки JPEG и PNG. Повреждённый или слишком тяжёлый файл
    даёт строку со "status": "rejected" и кодом причины и не мешает остальным. Коды описаны в
    docs/reference/extraction-codes.md.

    A damaged or too heavy file gives a line with "status": "rejected" and the reason's code.
    Limits per file: 20 seconds, 1 GiB.
    """
    try:
        found = write_lines(files, out)
    except MarathonError as error:
        print(error.sentence, file=sys.stderr)
        sys.exit(FAILED)
    except OSError as error:
        print(f"Не удалось записать результат: {error.strerror}: {error.filename}", file=sys.stderr)
        sys.exit(BAD_INPUT)
    if not found:
        print("Ни один из файлов не найден. Проверьте имена.", file=sys.stderr)
        sys.exit(BAD_INPUT)


def write_lines(files: tuple[Path, ...], out: Path | None) -> int:
    """Write a line for each file in the order given; return how many files were there."""
    found = 0
    with ExitStack() as stack:
        stream = stack.enter_context(out.open("w", encoding="utf-8")) if out else sys.stdout
        for number, extraction in enumerate(extract_all(files), 1):
            print(extraction.model_dump_json(), file=stream, flush=True)
            show_progress(number, len(files), sys.stderr)
            found += extraction.reason != RejectCode.NOT_FOUND
    return found


def extract_all(files: tuple[Path, ...]) -> Iterator[Extraction]:
    """Yield results in the order of the files, two being read at a time."""
    workers = ThreadPoolExecutor(WORKERS)
    try:
        yield from workers.map(extract, files)
    finally:
        workers.shutdown(cancel_futures=True)


def show_progress(number: int, total: int, stream: IO[str]) -> None:
    if stream.isatty():
        end = "\n" if number == total else ""
        print(f"\r{number} / {total}", end=end, file=stream, flush=True)
