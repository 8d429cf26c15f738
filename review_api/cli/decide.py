"""``marathon decide``: scores, decisions and the live programme from one file to another."""

from pathlib import Path

import click


@click.command(
    name="decide",
    short_help="Баллы и решения по файлу / scores and decisions on a file",
)
@click.argument("problem", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Куда записать результат (JSON) / where to write the result.",
)
def command(problem: Path, out: Path) -> None:
    """Свести оценки экспертов в решения: публикация и очные выступления.

    Bring experts' marks together into decisions: publication and live places. Needs neither a
    database nor a running server. Exit code 2 means that PROBLEM cannot be used as it is.
    """
    from flows.decision.deciding import decide
    from schemas.decision_problem import read_problem
    from schemas.errors import BadInput

    try:
        result = decide(read_problem(problem.read_bytes()))
    except BadInput as error:
        click.echo(error.sentence, err=True)
        raise SystemExit(2) from error
    try:
        out.write_text(result.model_dump_json(indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        click.echo(f"Не удалось записать «{out}»: {error.strerror}.", err=True)
        raise SystemExit(1) from error


if __name__ == "__main__":
    command()
