"""Keeping an installation: schema, checks, tokens, backup, restore, sweep."""

import secrets
from pathlib import Path
from typing import TextIO

import click

from review_api.cli.opened import clock, data_option, opened, settings_of
from schemas.people import Actor, Role

COMMAND = Actor(part="token_create")
APPOINTING = Actor(part="command line")


@click.command("migrate")
@data_option
def migrate_command(data: Path | None) -> None:
    """Обновить схему базы. / Bring the database to the newest schema."""
    from storage.installation import open_installation
    from storage.schema_version import migrate

    settings = settings_of(data)
    open_installation(settings).close()
    migrate(settings.database)
    click.echo("Схема базы обновлена.")


@click.command("doctor")
@data_option
def doctor_command(data: Path | None) -> None:
    """Проверить настройки, хранилище, Prefect, почту, шрифты. / Check the installation."""
    from review_api.cli.checks import examine

    findings = examine(settings_of(data))
    for finding in findings:
        mark = {"ok": "✓", "warning": "!", "problem": "✗"}[finding.state]
        click.echo(f"{mark} {finding.what}: {finding.sentence}")
        if finding.remedy:
            click.echo(f"    → {finding.remedy}")
    if any(finding.state == "problem" for finding in findings):
        raise click.exceptions.Exit(1)


@click.command("administrator")
@click.argument("email")
@data_option
def administrator_command(email: str, data: Path | None) -> None:
    """Сделать администратором того, кто входит с этим адресом. / Make an administrator."""
    from flows.accounts.operations import person_of
    from flows.accounts.roles import grant_role
    from schemas.address import fold_email

    with opened(data) as installation, installation.begin() as work:
        person = person_of(work, fold_email(email))
        grant_role(work, person, Role.ADMINISTRATOR, by=APPOINTING, now=clock())
    click.echo(f"{person.email}: администратор. Войдите на сайте с этим адресом.")


@click.group("token")
def token_group() -> None:
    """Токены для программ. / API tokens."""


@token_group.command("create")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="Дать роль / role")
@click.option("--scope", default="", help="Муниципалитет роли / municipality of the role")
@click.option("--days", default=90, type=click.IntRange(1, 3650), help="Срок, дней / days")
@data_option
def create_token(email: str, role: str | None, scope: str, days: int, data: Path | None) -> None:
    """Выдать токен: он показывается один раз. / Print an API token once."""
    from flows.accounts.operations import create_api_token, person_of
    from flows.accounts.roles import grant_role, municipality_named

    if scope and role is None:
        raise click.UsageError("--scope needs --role / --scope указывают вместе с --role")
    secret = secrets.token_urlsafe(32)
    with opened(data) as installation, installation.begin() as work:
        now = clock()
        token = create_api_token(
            work, email, signer=installation.signer, secret=secret, days=days, now=now
        )
        if role:
            person, home = person_of(work, token.email), municipality_named(work, scope)
            grant_role(work, person, Role(role), municipality_id=home, by=COMMAND, now=now)
    click.echo(secret)


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@data_option
def backup_command(file: Path, data: Path | None) -> None:
    """Сохранить базу и файлы в архив, не останавливая работу. / Back up while running."""
    from storage.backup import backup

    with opened(data) as installation:
        count = backup(installation, file)
        with installation.begin() as work:
            work.journal.write(
                Actor(part="backup"),
                action="backed_up",
                kind="installation",
                subject_id="installation",
                now=clock(),
            )
    click.echo(f"Архив {file}: база и файлов {count}.")


@click.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--erased",
    type=click.File(encoding="utf-8"),
    help="Список marathon journal erased: удалить этих людей снова / erase these people again",
)
@data_option
def restore_command(file: Path, erased: TextIO | None, data: Path | None) -> None:
    """Восстановить из архива в пустую установку. / Restore into an empty installation."""
    from flows.erasing_again import erase_again, read_list
    from storage.backup import restore
    from storage.installation import open_installation
    from storage.schema_version import migrate

    people = read_list(erased.read()) if erased else []
    installation = open_installation(settings_of(data))
    try:
        count = restore(installation, file)
    finally:
        installation.close()
    migrate(installation.settings.database)
    click.echo(f"Восстановлено: база и файлов {count}.")
    if people:
        with opened(data) as restored:
            done, left = erase_again(restored, people, now=clock())
        click.echo(f"Удалено снова людей: {done}, не удалось: {left}.")


@click.command("sweep")
@data_option
def sweep_command(data: Path | None) -> None:
    """Убрать файлы, которые никому не принадлежат. / Remove contents that nobody names."""
    from flows.sweeping import sweep

    with opened(data) as installation:
        swept = sweep(installation, now=clock())
    click.echo(
        f"Удалено файлов: {swept.contents}, недописанных: {swept.unfinished}, "
        f"рабочих папок остановленных процессов: {swept.desks}."
    )


COMMANDS = {
    "migrate": migrate_command,
    "doctor": doctor_command,
    "administrator": administrator_command,
    "token": token_group,
    "backup": backup_command,
    "restore": restore_command,
    "sweep": sweep_command,
}
