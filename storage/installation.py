"""An opened installation: settings, database and file store, handed to every edge."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine

from schemas.settings import Settings
from storage.database import connect
from storage.files import FileStore
from storage.work import Work, begin


@dataclass(frozen=True)
class Installation:
    settings: Settings
    engine: Engine
    files: FileStore

    @contextmanager
    def begin(self, *, read_only: bool = False) -> Iterator[Work]:
        """A transaction; see ``storage.work.begin``."""
        with begin(self.engine, read_only=read_only) as work:
            yield work

    def close(self) -> None:
        self.engine.dispose()


def open_installation(settings: Settings) -> Installation:
    """Opens what ``settings`` name; does not migrate (``marathon migrate`` does)."""
    settings.data.mkdir(parents=True, exist_ok=True)
    return Installation(settings, connect(settings.database), FileStore(settings.file_store))
