"""``marathon assign``: the assignment engine on a file, without database or Prefect."""

import sys
import time
from pathlib import Path

import click

from schemas.assignment_problem import Result
from schemas.errors import BadInput, MarathonError

OPTIMAL, FAILED, BAD_INPUT, INFEASIBLE = 0, 1, 2, 3


@click.command("assign")
@click.argument("problem", type=click.Path(path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Куда записать результат (JSON). / Where to write the result.",
)
def command(problem: Path, out: Path) -> None:
    """Распределить работы по экспертам. / Assign submissions to experts.

    Код выхода: 0 — план готов, 2 — задача записана неверно, 3 — полный план невозможен
    (наибольший допустимый план и нехватка записаны в результат).
    """
    from flows.assignment.planning import plan
    from flows.assignment.problem_file import load_problem, save_result

    started = time.perf_counter()
    try:
        loaded, affinity = load_problem(problem)
        result = plan(loaded, affinity=affinity)
        seconds = round(time.perf_counter() - started, 3)
        save_result(out, result.model_copy(update={"seconds": seconds}))
    except MarathonError as error:
        click.echo(in_one_line(error.sentence), err=True)
        sys.exit(BAD_INPUT if isinstance(error, BadInput) else FAILED)
    click.echo(summary(result))
    for deficit in result.deficits:
        click.echo("\n  — ".join((deficit.text, *deficit.remedies)))
    sys.exit(INFEASIBLE if result.status == "infeasible" else OPTIMAL)


def summary(result: Result) -> str:
    """Status and figures; of a drawn plan the bound speaks of what is expected."""
    bound = "граница" if result.draw is None else f"ожидалось {result.draw.expected:.4f}, не больше"
    return (
        f"{result.status}: пар {len(result.pairs)}, сумма {result.total:.4f},"
        f" {bound} {result.bound:.4f}"
    )


def in_one_line(sentence: str) -> str:
    """Names from the file may hold line breaks; stderr gets one line."""
    return " ".join(sentence.splitlines())


if __name__ == "__main__":
    command()
