"""``marathon part``: one part by itself, where several machines or an orchestrator keep them."""

from pathlib import Path

import click

from flows.runtime.deploying import INLINE_TYPE, PROCESS_TYPE
from review_api.cli.opened import data_option, settings_of

address_option = click.option(
    "--host", default="127.0.0.1", show_default=True, help="Адрес / address."
)
PORT = click.IntRange(1, 65535)


@click.group("part")
def command() -> None:
    """Одна часть установки без остальных. / One part of an installation by itself."""


@command.command("web")
@address_option
@click.option("--port", default=8000, show_default=True, type=PORT, help="Порт / port.")
@click.option("--proxies", default="", help="Чьим X-Forwarded-* верить / whose headers to believe.")
@data_option
def web(host: str, port: int, proxies: str, data: Path | None) -> None:
    """Страницы и API. / Pages and API."""
    from review_api import parts

    parts.web(settings_of(data), host=host, port=port, proxies=proxies).run()


@command.command("prefect")
@address_option
@click.option("--port", default=4200, show_default=True, type=PORT, help="Порт / port.")
@data_option
def prefect(host: str, port: int, data: Path | None) -> None:
    """Сервер Prefect. / The Prefect server."""
    from review_api import parts

    parts.prefect(settings_of(data), host=host, port=port).run()


@command.command("runner")
@click.option(
    "--pool-type",
    type=click.Choice([INLINE_TYPE, PROCESS_TYPE]),
    default=INLINE_TYPE,
    show_default=True,
    help="Тип нового пула / type of a pool that is made.",
)
@data_option
def runner(pool_type: str, data: Path | None) -> None:
    """Исполнитель: раздаёт работу. / The runner: hands out the work."""
    from review_api import parts

    parts.runner(settings_of(data), pool_type=pool_type).run()


@command.command("worker")
@click.option(
    "--limit",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    help="Запусков сразу / runs at once.",
)
@data_option
def worker(limit: int, data: Path | None) -> None:
    """Работник пула типа process. / A worker of a pool of type process."""
    from review_api import parts

    parts.worker(settings_of(data), limit=limit).run()
