"""``marathon bounce``: note which of our letters came back, from a delivery report."""

from pathlib import Path
from typing import BinaryIO

import click

from flows.notices import returning
from flows.notices.delivery_report import MOST_BYTES, read_report
from review_api.cli.opened import clock, data_option, opened


@click.command("bounce")
@click.argument("report", type=click.File("rb"))
@data_option
def command(report: BinaryIO, data: Path | None) -> None:
    """Записать вернувшееся письмо по отчёту о доставке. / Record a returned letter.

    REPORT — файл с отчётом (RFC 3464) или «-»: почтовый сервер передаёт его на вход.
    """
    failures = read_report(report.read(MOST_BYTES))
    with opened(data) as installation, installation.begin() as work:
        found = returning.record_report(work, failures, now=clock())
    click.echo(f"Вернувшихся писем записано: {len(found)}.")
