"""``marathon``: one console command; every subcommand lives in a module of its own.

Exit codes: 0 done, 1 failed, 2 bad input (one clear line on stderr), 3 infeasible.
"""

import importlib
import sys
from collections.abc import Mapping, Sequence

import click

from schemas.errors import BadInput, Infeasible, MarathonError

COMMANDS: Mapping[str, tuple[str, str]] = {
    "up": ("up", "Запустить сайт, Prefect и исполнитель / Start everything"),
    "part": ("part", "Одна часть без остальных / One part by itself"),
    "demo": ("demo", "Пример марафона от файлов до сборника / The sample marathon end to end"),
    "migrate": ("service", "Обновить схему базы / Bring the database to the newest schema"),
    "doctor": ("service", "Проверить установку / Check the installation"),
    "administrator": ("service", "Назначить администратора / Make somebody administrator"),
    "import": ("tables", "Загрузить таблицу / Import a roster"),
    "export": ("tables", "Выгрузить таблицу / Export a table"),
    "token": ("service", "Токены для программ / API tokens"),
    "bounce": ("bounce", "Записать вернувшееся письмо / Record a returned letter"),
    "backup": ("service", "Сохранить базу и файлы в архив / Back up"),
    "restore": ("service", "Восстановить из архива / Restore"),
    "journal": ("journal", "Проверить журнал действий / Verify the journal of acts"),
    "sweep": ("service", "Убрать файлы, которые никому не принадлежат / Sweep the file store"),
    "extract": ("extract", "Прочитать файлы материалов / Read material files"),
    "assign": ("assign", "Назначить экспертов по файлу / Assign reviewers on a file"),
    "check-plan": ("check_plan", "Проверить назначение / Check a plan without the solver"),
    "decide": ("decide", "Свести оценки в решения по файлу / Decide on a file"),
    "compile": ("compile", "Собрать сборник по файлам / Compile a collection"),
    "bench": ("bench", "Замеры / Benchmarks"),
}
SHARED_MODULES = {"service", "tables"}
FAILED, BAD_INPUT, INFEASIBLE = 1, 2, 3


class Commands(click.Group):
    """Loads a subcommand's module only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"review_api.cli.{COMMANDS[cmd_name][0]}")
        shared = COMMANDS[cmd_name][0] in SHARED_MODULES
        command: click.Command = module.COMMANDS[cmd_name] if shared else module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Команды / Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.command(
    cls=Commands,
    help="Марафон педагогических практик: от файлов до сборника.\n\n"
    "Peer review of teaching practices: from uploaded files to the compiled collection.",
)
@click.version_option(package_name="teaching-marathon")
def command() -> None:
    """The group itself does nothing."""


def exit_code(error: MarathonError) -> int:
    if isinstance(error, Infeasible):
        return INFEASIBLE
    return BAD_INPUT if isinstance(error, BadInput) else FAILED


def run(arguments: Sequence[str]) -> int:
    """The exit code of ``marathon`` with ``arguments``."""
    try:
        result = command.main(list(arguments), prog_name="marathon", standalone_mode=False)
    except MarathonError as error:
        click.echo(error.sentence, err=True)
        return exit_code(error)
    except click.exceptions.Abort:
        return FAILED
    except click.ClickException as error:
        # Some of its messages are lists; ours is one line.
        click.echo(f"marathon: {' '.join(error.format_message().split())}", err=True)
        return BAD_INPUT
    return result if isinstance(result, int) else 0


def main() -> None:
    sys.exit(run(sys.argv[1:]))
