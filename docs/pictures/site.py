"""The application served from this process, with the clicked stages done beside it in a thread."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from flows.accounts import operations as accounts
from flows.runtime import conduct
from flows.runtime.deploying import DECLARED, read_deployments
from flows.runtime.dispatching import run_waiting_directly
from flows.runtime.run_queue import StoredRuns
from flows.runtime.worker import call_body, load_flow
from review_api.app import create_app
from schemas.people import Person
from storage.identifiers import new_id
from storage.installation import Installation
from storage.schema_version import migrate

HOST = "127.0.0.1"
START_SECONDS = 30.0
PAUSE_SECONDS = 0.05
OF_THE_PICTURES = {
    "MARATHON_OPERATOR": "Ресурсный центр Северного кластера (пример)",
    "MARATHON_CONTACT": "orgkomitet@example.ru",
    "MARATHON_MAIL_URL": "",
    "MARATHON_TEXT_MODEL": "off",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def serving(data: Path) -> Iterator[tuple[Installation, str]]:
    """The installation in ``data``, brought to the newest schema, and its address on the web."""
    port = free_port()
    address = f"http://{HOST}:{port}"
    os.environ |= {**OF_THE_PICTURES, "MARATHON_DATA": str(data), "MARATHON_BASE_URL": address}
    migrate(f"sqlite:///{data / 'marathon.sqlite3'}")
    conduct.installation.cache_clear()  # flows find theirs by the environment
    opened = conduct.installation()
    server = uvicorn.Server(
        uvicorn.Config(create_app(opened), host=HOST, port=port, log_level="warning")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_for(server)
    try:
        yield opened, address
    finally:
        server.should_exit = True
        thread.join(timeout=START_SECONDS)


def wait_for(server: uvicorn.Server) -> None:
    end = time.monotonic() + START_SECONDS
    while not server.started:
        if time.monotonic() > end:
            raise TimeoutError("The site did not start.")
        time.sleep(PAUSE_SECONDS)


@contextmanager
def stages_are_done(installation: Installation) -> Iterator[None]:
    """Runs that people ask for are done at once, without Prefect."""
    entrypoints = {one.name: one.entrypoint for one in read_deployments(DECLARED)}
    queue, over = StoredRuns(installation, conduct.clock), threading.Event()

    def call(name: str, marathon: str | None, request: str | None) -> None:
        call_body(load_flow(entrypoints[name]), marathon=marathon, request=request)

    def work_on() -> None:
        while not over.wait(PAUSE_SECONDS):
            run_waiting_directly(queue, call)

    thread = threading.Thread(target=work_on, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def sign_in(installation: Installation, person: Person) -> str:
    """What stands in the cookie of the person's browser."""
    secret = f"pictures-{new_id()}"
    with installation.begin() as work:
        accounts.open_session(
            work,
            person,
            signer=installation.signer,
            secret=secret,
            days=1,
            user_agent="",
            now=conduct.clock(),
        )
    return secret
