"""``marathon import`` and ``marathon export``: rosters in, tables out."""

from pathlib import Path

import click

from flows.registry.reports import ImportReport
from flows.registry.sheets import Sheet
from review_api.cli.opened import clock, data_option, opened
from schemas.cluster import UNNAMED
from schemas.errors import BadInput, NotFound
from schemas.marathon import Marathon
from schemas.people import Actor
from storage.installation import Installation
from storage.work import Work

BY = Actor(part="command line")
IMPORT_KINDS = ("municipalities", "organisations", "experts", "submissions")
EXPORT_KINDS = (*IMPORT_KINDS, "reviews", "decisions", "audit")
file_argument = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
marathon_option = click.option("--marathon", help="Марафон / marathon id (default: the newest)")


def chosen_marathon(work: Work, identifier: str | None) -> Marathon | None:
    if identifier:
        return work.marathons.get(identifier)
    everything = work.marathons.all()
    return everything[-1] if everything else None


@click.command("import")
@click.argument("kind", type=click.Choice(IMPORT_KINDS))
@file_argument
@click.option("--dry-run", is_flag=True, help="Только показать / only show what would change")
@click.option("--cluster", default=UNNAMED, help="Название нового кластера / new cluster's name")
@marathon_option
@data_option
def import_command(
    kind: str, file: Path, *, dry_run: bool, cluster: str, marathon: str | None, data: Path | None
) -> None:
    """Загрузить таблицу (xlsx, xls, ods, csv). / Import a roster.

    Одна и та же таблица дважды ничего не меняет; при любой ошибке не записывается ничего.
    """
    from flows.registry.columns import headed
    from flows.registry.sheets import read_sheet

    if not file.is_file():
        raise BadInput(f"Файл {file} не найден.")
    sheet = headed(kind, read_sheet(file))
    with opened(data) as installation:
        report = rehearse_or_write(
            installation, kind, sheet, marathon=marathon, cluster=cluster, dry_run=dry_run
        )
    if dry_run:
        click.echo("Проверка без записи / dry run:")
    click.echo(f"{kind}: {report.summary}")


def rehearse_or_write(
    installation: Installation,
    kind: str,
    sheet: Sheet,
    *,
    marathon: str | None,
    cluster: str,
    dry_run: bool,
) -> ImportReport:
    """Import in one transaction; a dry run looks at every row and rolls back."""
    from flows.registry.importing import Desk, import_sheet
    from schemas.cluster import Cluster
    from storage.identifiers import new_id

    with installation.begin() as work:
        home = work.clusters.only() or work.clusters.add(Cluster(id=new_id(), name=cluster))
        season = chosen_marathon(work, marathon)
        desk = Desk(work, home, by=BY, now=clock(), marathon=season)
        report = import_sheet(desk, kind, sheet)
        if dry_run:
            work.forget()
    return report


@click.command("export")
@click.argument("kind", type=click.Choice(EXPORT_KINDS))
@file_argument
@marathon_option
@data_option
def export_command(kind: str, file: Path, marathon: str | None, data: Path | None) -> None:
    """Выгрузить таблицу в xlsx или csv. / Export a table; cells never start a formula."""
    from flows.registry.exporting import EXPORTS
    from flows.registry.sheets import write_sheet

    if file.suffix.lower() not in {".xlsx", ".csv"}:
        raise BadInput("Имя файла должно кончаться на .xlsx или .csv.")
    if not file.parent.is_dir():
        raise NotFound(f"Папки {file.parent} нет.")
    header, rows_of = EXPORTS[kind]
    with opened(data) as installation, installation.begin(read_only=True) as work:
        rows = list(rows_of(work, chosen_marathon(work, marathon)))
    write_sheet(file, header, rows)
    click.echo(f"{kind}: {len(rows)} → {file}")


COMMANDS = {"import": import_command, "export": export_command}
