"""One command for the whole installation: database of Prefect, its server, the runner, the web."""

import fcntl
import os
import secrets
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import httpx

from flows.runtime import prefect_database
from flows.runtime.environment import client_environment, prefect_environment
from flows.runtime.prefect_database import Cluster
from review_api.health import HEARTBEAT_FILE, prefect_answers, runner_answers
from review_api.processes import Part, now
from schemas.errors import BadInput, Conflict, Unavailable
from schemas.settings import Settings
from storage.schema_version import migrate

TEND_SECONDS = 0.2
ROTATE_SECONDS = 30.0
LOOPBACK = "127.0.0.1"
PROTOCOL = "review_api.bounded_http:BoundedHttp"
AUTH_FILE = "prefect-auth"
LOCK_FILE = "up.lock"
BLAS_THREADS = "OPENBLAS_NUM_THREADS"

Say = Callable[[str], object]


def installation_parts(settings: Settings, *, host: str, port: int) -> tuple[Part, ...]:
    """The parts in the order they start; Prefect's own are left out when its address is given.

    Brings our database to the newest schema first. Raises :class:`schemas.errors.BadInput` when
    ``port`` is taken.
    """
    data = settings.data.resolve()
    (data / "logs").mkdir(parents=True, exist_ok=True)
    _require_free(host, port)
    migrate(settings.database)
    if settings.prefect_api_url:
        url, auth = settings.prefect_api_url, settings.prefect_auth.get_secret_value()
        own: tuple[Part, ...] = ()
        prefect = client_environment(data, api_url=url, auth=auth)
    else:
        own, prefect = _own_prefect(data)
    named = "base_url" in settings.model_fields_set
    ours = {
        "MARATHON_DATA": str(data),
        "MARATHON_PREFECT_API_URL": prefect["PREFECT_API_URL"],
        "MARATHON_PREFECT_AUTH": prefect["PREFECT_API_AUTH_STRING"],
        "MARATHON_BASE_URL": settings.base_url if named else f"http://{host}:{port}",
        # With several threads sums are rounded in another order: reruns must give the same bits.
        BLAS_THREADS: os.environ.get(BLAS_THREADS, "1"),
    }
    return (*own, _runner(data, {**prefect, **ours}), _web(data, ours, host, port))


@contextmanager
def supervised(parts: Sequence[Part], *, data_dir: Path, say: Say) -> Iterator[None]:
    """Keep the parts running while the block runs; on the way out all are stopped, last first.

    Raises :class:`schemas.errors.Conflict` when another supervisor keeps this folder.
    """
    with _only_one(data_dir):
        stop = threading.Event()
        # The kernel ties children to the thread that started them, so one thread does it all.
        thread = threading.Thread(target=_watch, args=(parts, stop, say))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def wait_until_ready(parts: Sequence[Part], *, seconds: float) -> None:
    """Raises :class:`schemas.errors.Unavailable` naming the parts that do not answer in time."""
    end = now() + seconds
    while silent := [part.name for part in parts if not (part.alive and part.ready())]:
        if now() > end:
            raise Unavailable(f"Не отвечают: {', '.join(silent)}. Причина в папке logs.")
        threading.Event().wait(TEND_SECONDS)


def run_until_signal(parts: Sequence[Part], *, data_dir: Path, say: Say) -> None:
    """Serve until SIGTERM, SIGINT or SIGHUP."""
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: told.set())
    with supervised(parts, data_dir=data_dir, say=say):
        _announce(parts, told, say)
        told.wait()
        say("Останавливаем…")


def _announce(parts: Sequence[Part], told: threading.Event, say: Say) -> None:
    silent = list(parts)
    while silent and not told.wait(TEND_SECONDS):
        for part in [part for part in silent if part.alive and part.ready()]:
            say(f"{part.name}: работает")
            silent.remove(part)
    if not silent:
        say("Все части работают. Остановить: Ctrl-C.")


def _watch(parts: Sequence[Part], stop: threading.Event, say: Say) -> None:
    rotated = now()
    try:
        while not stop.wait(TEND_SECONDS):
            for index, part in enumerate(parts):
                _tend(part, parts[:index], say)
            if now() - rotated > ROTATE_SECONDS:
                rotated = now()
                for part in parts:
                    part.rotate_log()
    finally:
        for part in reversed(parts):
            part.stop()


def _tend(part: Part, earlier: Sequence[Part], say: Say) -> None:
    if not all(needed.alive for needed in earlier):
        return
    try:
        line = part.tend(now())
    except (OSError, Unavailable) as error:
        part.start_at = now() + 5
        line = f"{part.name}: не запускается ({error})"
    if line:
        say(line)


def _own_prefect(data: Path) -> tuple[tuple[Part, ...], dict[str, str]]:
    (data / "prefect").mkdir(exist_ok=True)
    cluster = _usable_cluster(data)
    environment = prefect_environment(
        data,
        port=free_port(),
        auth=_auth(data),
        database_url=cluster.url if cluster else prefect_database.sqlite_url(data),
    )
    server = _server(data, environment, cluster)
    return (_postgres(data, cluster), server) if cluster else (server,), environment


def _usable_cluster(data: Path) -> Cluster | None:
    cluster = prefect_database.find_cluster(data)
    if cluster is None:
        return None
    try:
        prefect_database.prepare(cluster)
    except (OSError, Unavailable):  # for example a folder on a file system without owners
        return None
    return cluster


def _postgres(data: Path, cluster: Cluster) -> Part:
    return Part(
        name="PostgreSQL",
        command=cluster.command,
        log=data / "logs" / "prefect-postgres.log",
        ready=lambda: prefect_database.ensure_database(cluster),
        account=cluster.account,
        farewell=signal.SIGINT,  # "fast": does not wait for its clients
    )


def _server(data: Path, environment: dict[str, str], cluster: Cluster | None) -> Part:
    def wait_for_database() -> None:
        for _ in range(100):
            if cluster is None or prefect_database.ensure_database(cluster):
                return
            threading.Event().wait(TEND_SECONDS)
        raise Unavailable("PostgreSQL для Prefect не отвечает: см. logs/prefect-postgres.log.")

    return Part(
        name="Prefect",
        command=(sys.executable, "-m", "flows.runtime.server"),
        log=data / "logs" / "prefect.log",
        environment=environment,
        ready=lambda: prefect_answers(environment["PREFECT_API_URL"]),
        before=wait_for_database,
    )


def _runner(data: Path, environment: dict[str, str]) -> Part:
    return Part(
        name="Исполнитель",
        command=(sys.executable, "-m", "flows.runtime.runner"),
        log=data / "logs" / "runner.log",
        environment=environment,
        ready=lambda: runner_answers(data),
        # A beat left by the last process would make a dead one look alive.
        before=lambda: (data / HEARTBEAT_FILE).unlink(missing_ok=True),
    )


def _web(data: Path, environment: dict[str, str], host: str, port: int) -> Part:
    reachable = LOOPBACK if host in {"0.0.0.0", "::"} else host  # noqa: S104  compared, not bound
    return Part(
        name=f"Веб http://{reachable}:{port}",
        command=web_command(host, port),
        log=data / "logs" / "web.log",
        environment=environment,
        ready=lambda: _web_answers(reachable, port),
    )


def web_command(host: str, port: int) -> tuple[str, ...]:
    """What serves the pages, here and in a process of its own."""
    return (
        *(sys.executable, "-m", "uvicorn", "review_api.app:web_process", "--factory"),
        *("--host", host, "--port", str(port), "--http", PROTOCOL),
        *("--no-server-header", "--timeout-graceful-shutdown", "5"),
    )


def _web_answers(host: str, port: int) -> bool:
    try:
        httpx.get(f"http://{host}:{port}/healthz", timeout=5, trust_env=False)
    except httpx.HTTPError:
        return False
    return True


def _auth(data: Path) -> str:
    """``user:password`` of Prefect's server, made once and readable by us alone."""
    path = data / AUTH_FILE
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"marathon:{secrets.token_urlsafe(24)}")
    return path.read_text("utf-8").strip()


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sentence = f"Адрес {host}:{port} занят или недоступен: выберите другой --port."
            raise BadInput(sentence, code="port_taken", field="port") from error


@contextmanager
def _only_one(data_dir: Path) -> Iterator[None]:
    with (data_dir / LOCK_FILE).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            sentence = f"Марафон в папке {data_dir} уже запущен: остановите его или укажите --data."
            raise Conflict(sentence, code="already_up") from error
        yield
