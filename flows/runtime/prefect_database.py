"""Where Prefect keeps its own records: a private PostgreSQL when one is installed, else SQLite.

docs/decisions/0003 has the measurements. The cluster is ours alone: its own folder, no network,
a socket that only its owner (and root) can reach. It holds runs, never the marathon's truth, so
it may lose the last milliseconds at a power failure but is never left locked or broken.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from schemas.base import Schema
from schemas.errors import Unavailable

DEBIAN = Path("/usr/lib/postgresql")
UNPRIVILEGED = ("postgres", "nobody")
OF_THE_SYSTEM = Path("/var/lib/teaching-marathon")
SOCKETS = Path("/tmp")  # noqa: S108  a socket's path must be short; the folder below is private
LONGEST_SOCKET = 90
PORT = 5432  # only a part of the socket's name
DATABASE = "prefect"
OWNER = "prefect"
INITDB_SECONDS = 60

# Small, and without waiting for the disk at each commit.
OPTIONS = {
    "listen_addresses": "",
    "shared_buffers": "32MB",
    "max_connections": "40",
    "synchronous_commit": "off",
    "max_wal_size": "128MB",
    "jit": "off",
    "logging_collector": "off",
    "log_min_messages": "warning",
}


class Cluster(Schema):
    """A private PostgreSQL: programs, data, socket, and the account it runs as (None: ours)."""

    programs: Path
    folder: Path
    socket: Path
    account: str | None = None

    @property
    def url(self) -> str:
        """For Prefect: SQLAlchemy with asyncpg over the socket."""
        return f"postgresql+asyncpg://{OWNER}@/{DATABASE}?host={self.socket}&port={PORT}"

    @property
    def command(self) -> tuple[str, ...]:
        """Starts the server in the foreground."""
        options = {**OPTIONS, "unix_socket_directories": str(self.socket), "port": str(PORT)}
        flags = (part for name, value in options.items() for part in ("-c", f"{name}={value}"))
        return (str(self.programs / "postgres"), "-D", str(self.folder), *flags)


def forget(data_dir: Path) -> None:
    """Remove the cluster of a folder that is itself being removed; it must not be running."""
    cluster = find_cluster(data_dir)
    if cluster is not None:
        shutil.rmtree(cluster.folder, ignore_errors=True)


def sqlite_url(data_dir: Path) -> str:
    return f"sqlite+aiosqlite:///{data_dir.resolve() / 'prefect' / 'prefect.db'}"


def find_cluster(data_dir: Path, *, installed: Path = DEBIAN) -> Cluster | None:
    """The cluster that belongs to ``data_dir``, or None without PostgreSQL or an account for it."""
    programs = _newest(installed)
    account = _account()
    if programs is None or (account is None and os.geteuid() == 0):
        return None
    name = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:12]
    folder = _folder(data_dir, name, account)
    return Cluster(programs=programs, folder=folder, socket=_socket(folder, name), account=account)


def prepare(cluster: Cluster) -> None:
    """Create folders and cluster if they are missing.

    Raises :class:`schemas.errors.Unavailable` with initdb's last words.
    """
    for folder in (cluster.folder, cluster.socket):
        _private_folder(folder, cluster.account)
    if (cluster.folder / "PG_VERSION").exists():
        return
    _run(cluster, "initdb", "-D", str(cluster.folder), "-U", OWNER, "-A", "trust", "-E", "UTF8",
         "--locale=C", "--no-sync", "--no-instructions")  # fmt: skip


def ensure_database(cluster: Cluster) -> bool:
    """Create Prefect's database on the running cluster; False while it does not answer yet."""
    done = _try(cluster, "psql", *_address(cluster), "-d", DATABASE, "-tAc", "select 1")
    if done.returncode == 0:
        return True
    created = _try(cluster, "createdb", *_address(cluster), DATABASE)
    return created.returncode == 0


def _address(cluster: Cluster) -> tuple[str, ...]:
    return ("-h", str(cluster.socket), "-p", str(PORT), "-U", OWNER)


def _newest(installed: Path) -> Path | None:
    versions = [path.parent for path in installed.glob("*/bin/postgres")]
    return max(versions, key=lambda path: float(path.parent.name), default=None)


def _account() -> str | None:
    """PostgreSQL refuses to run as root; anybody else runs it as themselves."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in UNPRIVILEGED if name in known), None)


def _folder(data_dir: Path, name: str, account: str | None) -> Path:
    wanted = data_dir.resolve() / "prefect-postgres"
    if account is None or all(parent.stat().st_mode & 0o001 for parent in _existing(wanted)):
        return wanted
    return OF_THE_SYSTEM / name  # the account could not walk into root's own folders


def _existing(path: Path) -> list[Path]:
    return [parent for parent in path.parents if parent.exists()]


def _socket(folder: Path, name: str) -> Path:
    wanted = folder.with_name(f"{folder.name}-socket")
    return wanted if len(str(wanted)) <= LONGEST_SOCKET else SOCKETS / f"marathon-{name}"


def _private_folder(folder: Path, account: str | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    owner = pwd.getpwnam(account).pw_uid if account else os.geteuid()
    if folder.is_symlink() or folder.stat().st_uid not in {owner, os.geteuid()}:
        raise Unavailable(f"Папка {folder} принадлежит другому пользователю: удалите её.")
    os.chown(folder, owner, -1)
    folder.chmod(0o700)


def _run(cluster: Cluster, program: str, *arguments: str) -> None:
    done = _try(cluster, program, *arguments)
    if done.returncode != 0:
        raise Unavailable(f"PostgreSQL не запускается ({program}): {done.stderr.strip()[-300:]}")


def _try(cluster: Cluster, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603  our own arguments, no shell
        [str(cluster.programs / program), *arguments],
        user=cluster.account,
        group=pwd.getpwnam(cluster.account).pw_gid if cluster.account else None,
        extra_groups=[] if cluster.account else None,
        cwd="/",
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
        capture_output=True,
        text=True,
        timeout=INITDB_SECONDS,
        check=False,
    )
