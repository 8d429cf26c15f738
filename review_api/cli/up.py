"""``marathon up``: the web, Prefect and the flow runner under one supervisor."""

from pathlib import Path

import click

from schemas.settings import Settings, read_settings

FAILED, BAD_INPUT = 1, 2


@click.command(
    name="up",
    short_help="Запустить всё / start web, Prefect and the flow runner",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Адрес веба / web address.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Порт / port."
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Папка данных / data folder (MARATHON_DATA, .data).",
)
def command(host: str, port: int, data: Path | None) -> None:
    """Запустить веб, сервер Prefect и исполнитель; Ctrl-C останавливает всё.

    Start the web app, the Prefect server and the flow runner; a part that dies is started again,
    Ctrl-C stops all of them. Logs are in the folder "logs" of the data folder.
    """
    from review_api.supervisor import installation_parts, run_until_signal
    from schemas.errors import BadInput, MarathonError

    try:
        settings = read_settings(data)
        warn_of_open_mail(settings)
        parts = installation_parts(settings, host=host, port=port)
        tell_how_to_begin(settings)
        run_until_signal(parts, data_dir=settings.data.resolve(), say=click.echo)
    except MarathonError as error:
        click.echo(error.sentence, err=True)
        code = BAD_INPUT if isinstance(error, BadInput) else FAILED
        raise SystemExit(code) from error


def tell_how_to_begin(settings: Settings) -> None:
    """Without an administrator nobody can do anything but send materials."""
    from schemas.people import Role
    from storage.installation import open_installation

    installation = open_installation(settings)
    try:
        with installation.begin(read_only=True) as work:
            begun = bool(work.people.with_role(Role.ADMINISTRATOR))
    finally:
        installation.close()
    if not begun:
        click.echo(
            "Администратора ещё нет. Назначьте его в другом окне и войдите на сайте с этим "
            f"адресом:\n  marathon administrator ВАШ@АДРЕС --data {settings.data.resolve()}"
        )


def warn_of_open_mail(settings: Settings) -> None:
    if settings.show_mail and not settings.local:
        click.echo(
            "Внимание: почтовый сервер не задан, письма с ссылками для входа открыты всем на "
            "/dev/mail. Задайте MARATHON_MAIL_URL.",
            err=True,
        )


if __name__ == "__main__":
    command()
