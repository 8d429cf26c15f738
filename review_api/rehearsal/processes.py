"""A whole installation on PostgreSQL, started as ``marathon up`` starts it, for a rehearsal."""

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flows.runtime import prefect_database
from flows.runtime.prefect_database import Cluster
from review_api.processes import Part
from review_api.supervisor import (
    LOOPBACK,
    free_port,
    installation_parts,
    supervised,
    wait_until_ready,
)
from schemas.errors import Unavailable
from schemas.settings import IN_ITS_FOLDER, Settings

START_SECONDS = 300.0
ROLES = {
    "database": "database",
    "PostgreSQL": "prefect_database",
    "Prefect": "prefect",
    "Исполнитель": "runner",
    "Веб": "web",
}
NO_POSTGRESQL = "Нет программ PostgreSQL: установите пакет postgresql или назовите --database-url."
# Unlike Prefect's: a commit waits for the disk, and the server counts statements.
DURABLE = {
    "synchronous_commit": "on",
    "shared_buffers": "512MB",
    "max_connections": "100",
    "max_wal_size": "2GB",
    "shared_preload_libraries": "pg_stat_statements",
}


@contextmanager
def database(folder: Path) -> Iterator[tuple[str, Part]]:
    """A PostgreSQL of our own below ``folder``: its address and its process."""
    cluster = prefect_database.find_cluster(folder)
    if cluster is None:
        raise Unavailable(NO_POSTGRESQL)
    prefect_database.prepare(cluster)
    part = postgres(cluster, folder)
    try:
        with supervised((part,), data_dir=folder, say=silent):
            wait_until_ready((part,), seconds=START_SECONDS)
            yield address_of(cluster), part
    finally:
        prefect_database.forget(folder)


def postgres(cluster: Cluster, folder: Path) -> Part:
    flags = (word for name, value in DURABLE.items() for word in ("-c", f"{name}={value}"))
    return Part(
        name="database",
        command=(*cluster.command, *flags),
        log=folder / "postgres.log",
        ready=lambda: prefect_database.ensure_database(cluster),
        account=cluster.account,
        farewell=signal.SIGINT,
    )


def address_of(cluster: Cluster) -> str:
    return cluster.url.replace("postgresql+asyncpg", "postgresql")


@contextmanager
def started(data: Path, address: str) -> Iterator[tuple[Settings, Sequence[Part]]]:
    """Web, Prefect on a PostgreSQL of its own and runner, until the block ends."""
    os.environ |= {**IN_ITS_FOLDER, "MARATHON_DATABASE_URL": address, "MARATHON_DATA": str(data)}
    settings = Settings(data=data, database_url=address)
    parts = installation_parts(settings, host=LOOPBACK, port=free_port())
    try:
        with supervised(parts, data_dir=data, say=silent):
            wait_until_ready(parts, seconds=START_SECONDS)
            yield settings, parts
    finally:
        prefect_database.forget(data)


def silent(_line: str) -> None:
    """Nobody reads the supervisor's lines."""


def pids(parts: Sequence[Part]) -> dict[str, int]:
    """Process ids by role, ``people`` for this very process."""
    known = {ROLES[part.name.split()[0]]: part.process.pid for part in parts if part.process}
    return {**known, "people": os.getpid()}
