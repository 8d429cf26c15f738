"""``marathon decide``: scores, decisions and the live programme from one file to another."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NoReturn

import click

FAILED, BAD_INPUT = 1, 2


@click.command(
    name="decide",
    short_help="Баллы и решения по файлу / scores and decisions on a file",
)
@click.argument("problem", type=click.Path(path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="Куда записать результат (JSON) / where to write the result.",
)
def command(problem: Path, out: Path) -> None:
    """Свести оценки экспертов в решения: публикация и очные выступления.

    Bring experts' marks together into decisions: publication and live places. Needs neither a
    database nor a running server. Exit code 2 means that PROBLEM cannot be used as it is.
    """
    # Before any numbers are loaded: one thread gives the same bits everywhere and loses nothing,
    # because several only pay off on tables larger than the engine ever builds.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from flows.decision.engine.deciding import decide
    from schemas.decision_problem import read_problem
    from schemas.errors import BadInput

    try:
        text = problem.read_bytes()
    except OSError as error:
        _stop(f"Файл «{problem}» не открывается: проверьте имя и права.", BAD_INPUT, error)
    try:
        result = decide(read_problem(text))
    except BadInput as error:
        _stop(error.sentence, BAD_INPUT, error)
    try:
        _write(out, result.model_dump_json(indent=2) + "\n")
    except OSError as error:
        _stop(f"Результат не записан в «{out}»: проверьте папку и права.", FAILED, error)


def _write(out: Path, text: str) -> None:
    """The whole text or nothing: what stood there before stays until the new file is complete."""
    target = out.resolve()
    if target.exists() and not target.is_file():
        target.write_text(text, encoding="utf-8")  # a terminal or a pipe
        return
    with NamedTemporaryFile("w", encoding="utf-8", dir=target.parent, delete=False) as unfinished:
        part = Path(unfinished.name)
        try:
            unfinished.write(text)
            unfinished.close()
            part.chmod(_mode(target))
            part.replace(target)
        except OSError:
            part.unlink(missing_ok=True)
            raise


def _mode(target: Path) -> int:
    """Rights of the file that is replaced, or those any new file gets."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _stop(sentence: str, code: int, error: Exception) -> NoReturn:
    click.echo(sentence, err=True)
    raise SystemExit(code) from error


if __name__ == "__main__":
    command()
