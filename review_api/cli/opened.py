"""What database commands share: settings from the options, an opened installation, the clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from schemas.errors import Unavailable
from schemas.settings import Settings, read_settings
from storage.installation import Installation, open_installation
from storage.schema_version import is_current

data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Папка данных / data folder (default: MARATHON_DATA or .data)",
)


def settings_of(data: Path | None) -> Settings:
    return read_settings(data)


@contextmanager
def opened(data: Path | None) -> Iterator[Installation]:
    """The installation, refused when its schema is not the newest."""
    installation = open_installation(settings_of(data))
    try:
        if not is_current(installation.engine):
            raise Unavailable("База не обновлена. Выполните: marathon migrate")
        yield installation
    finally:
        installation.close()


def clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  (a command is an edge)
