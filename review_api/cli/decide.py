"""``marathon decide``: scores, decisions and the live programme from one file to another."""

from pathlib import Path
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
        out.write_text(result.model_dump_json(indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        _stop(f"Результат не записан в «{out}»: проверьте папку и права.", FAILED, error)


def _stop(sentence: str, code: int, error: Exception) -> NoReturn:
    click.echo(sentence, err=True)
    raise SystemExit(code) from error


if __name__ == "__main__":
    command()
