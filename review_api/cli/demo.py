"""``marathon demo``: the sample marathon end to end, on a really started installation."""

from pathlib import Path

import click

DEFAULT = Path(".data/demo")


@click.command("demo")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=DEFAULT,
    show_default=True,
    help="Папка данных / data folder",
)
@click.option("--port", default=8000, show_default=True, help="Порт / port")
@click.option(
    "--exit", "leave", is_flag=True, help="Остановиться после сборки / stop after the results"
)
def command(data: Path, port: int, *, leave: bool) -> None:
    """Пример марафона от файлов до сборника. / The sample marathon end to end.

    Прошлый пример в той же папке удаляется; чужую папку команда не трогает.
    """
    from review_api.demo.show import show

    show(data, port=port, leave=leave, say=click.echo)
