"""One part of an installation by itself, for several machines: its command and environment.

The same commands and the same table of Prefect's variables as under ``marathon up``; what keeps
the part alive is systemd, a container engine or Kubernetes.
"""

import os
import secrets
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from flows.runtime.deploying import POOL, PROCESS_TYPE
from flows.runtime.environment import client_environment, server_environment
from review_api.supervisor import BLAS_THREADS, web_command
from schemas.base import Schema
from schemas.errors import BadInput
from schemas.settings import Settings

PREFECT_DATABASE = "PREFECT_SERVER_DATABASE_CONNECTION_URL"
NO_PREFECT = (
    "Не задан сервер Prefect. Укажите MARATHON_PREFECT_API_URL (кончается на /api) и "
    "MARATHON_PREFECT_AUTH."
)
NO_PASSWORD = "Не задан пароль сервера Prefect. Укажите MARATHON_PREFECT_AUTH: имя:пароль."  # noqa: S105
NO_DATABASE = f"Не задана база Prefect. Укажите {PREFECT_DATABASE}: postgresql+asyncpg://имя:пароль@сервер/база."


class Command(Schema):
    """``words`` replace this process; ``environment`` is added to what is set already."""

    words: tuple[str, ...]
    environment: dict[str, str]

    def run(self) -> None:
        """Become the part: signals of whoever keeps it alive reach it directly."""
        os.execve(self.words[0], self.words, {**os.environ, **self.environment})  # noqa: S606


def web(settings: Settings, *, host: str, port: int, proxies: str) -> Command:
    """Pages and API; ``proxies`` are addresses or networks whose ``X-Forwarded-*`` are believed."""
    trusted = ("--forwarded-allow-ips", proxies) if proxies else ()
    return Command(words=(*web_command(host, port), *trusted), environment=_ours(settings))


def prefect(
    settings: Settings, *, host: str, port: int, environment: Mapping[str, str] = os.environ
) -> Command:
    """Prefect's server on a database of its own; raises ``BadInput`` without it or a password."""
    auth = settings.prefect_auth.get_secret_value()
    database = environment.get(PREFECT_DATABASE, "")
    if not auth:
        raise BadInput(NO_PASSWORD, code="bad_setting")
    if not database:
        raise BadInput(NO_DATABASE, code="bad_setting")
    return Command(
        words=(sys.executable, "-m", "flows.runtime.server"),
        environment=server_environment(
            _folder(settings), host=host, port=port, auth=auth, database_url=database
        ),
    )


def runner(settings: Settings, *, pool_type: str) -> Command:
    """The dispatcher, which also serves the pool where that is ours; one in an installation."""
    return Command(
        words=(sys.executable, "-m", "flows.runtime.runner", pool_type),
        environment={**_of_prefect(settings), **_ours(settings)},
    )


def worker(settings: Settings, *, limit: int) -> Command:
    """A process worker with at most ``limit`` runs at once; any number in an installation."""
    programs = str(Path(sys.executable).parent)
    return Command(
        words=(
            *(sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL),
            *("--type", PROCESS_TYPE, "--limit", str(limit), "--name", _worker_name()),
            *("--no-create-pool-if-not-found", "--install-policy", "never"),
        ),
        environment={
            **_of_prefect(settings),
            **_ours(settings),
            # The command of a run says "python", whatever machine it runs on.
            "PATH": os.pathsep.join((programs, os.environ.get("PATH", os.defpath))),
        },
    )


def _worker_name() -> str:
    """A new one at each start: what an earlier process of this machine began died with it."""
    return f"{socket.gethostname()}-{secrets.token_hex(4)}"


def _of_prefect(settings: Settings) -> dict[str, str]:
    if not settings.prefect_api_url:
        raise BadInput(NO_PREFECT, code="bad_setting")
    auth = settings.prefect_auth.get_secret_value()
    return client_environment(_folder(settings), api_url=settings.prefect_api_url, auth=auth)


def _ours(settings: Settings) -> dict[str, str]:
    # With several threads sums are rounded in another order: reruns must give the same bits.
    return {
        "MARATHON_DATA": str(_folder(settings)),
        BLAS_THREADS: os.environ.get(BLAS_THREADS, "1"),
    }


def _folder(settings: Settings) -> Path:
    data = settings.data.resolve()
    data.mkdir(parents=True, exist_ok=True)
    return data
