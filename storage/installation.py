"""An opened installation: settings, database and file store, handed to every edge."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Engine

from schemas.file_place import FolderPlace
from schemas.settings import Settings
from schemas.signing import Signer
from storage.clock import Clock
from storage.database import connect
from storage.files import FileStore
from storage.scanning import Scanner
from storage.secret_key import secret_key
from storage.work import Work, begin


@dataclass(frozen=True)
class Installation:
    settings: Settings
    engine: Engine
    files: FileStore
    signer: Signer

    @property
    def scanner(self) -> Scanner | None:
        address = self.settings.scanner_address
        return Scanner(address, most=self.settings.max_upload) if address else None

    @cached_property
    def clock(self) -> Clock:
        return Clock(self.settings.data / "clock")

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
    return Installation(
        settings,
        connect(settings.database),
        file_store(settings),
        Signer(key=secret_key(settings)),
    )


def file_store(settings: Settings) -> FileStore:
    """A folder, or a bucket with a folder of the data folder before it."""
    place = settings.file_place
    if isinstance(place, FolderPlace):
        return FileStore(place.path)
    # Only those who keep files in a bucket wait for its client to load.
    from storage.object_files import ObjectFileStore  # noqa: PLC0415

    return ObjectFileStore(place, settings.data / "files-cache")
