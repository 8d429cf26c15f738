"""``marathon check-plan``: re-check a plan and its proof without the solver that made it."""

import sys
from pathlib import Path

import click

from review_api.cli.assign import in_one_line
from schemas.errors import BadInput

SOUND, BROKEN, BAD_INPUT = 0, 1, 2


@click.command("check-plan")
@click.argument("problem", type=click.Path(path_type=Path))
@click.argument("result", type=click.Path(path_type=Path))
def command(problem: Path, result: Path) -> None:
    """Проверить план независимо от решателя. / Check a plan independently of the solver.

    Код выхода: 0 — все правила соблюдены и граница доказана, 1 — что-то нарушено (список на
    экране), 2 — файлы нельзя прочесть.
    """
    from flows.assignment.checker.checking import check
    from flows.assignment.problem_file import load_problem, load_result

    try:
        loaded, affinity = load_problem(problem)
        broken = check(loaded, load_result(result), affinity=affinity)
    except BadInput as error:
        click.echo(in_one_line(error.sentence), err=True)
        sys.exit(BAD_INPUT)
    for sentence in broken:
        click.echo(sentence)
    if not broken:
        click.echo("Нарушений нет, граница доказана.")
    sys.exit(BROKEN if broken else SOUND)


if __name__ == "__main__":
    command()
