"""A started web application over a fresh installation, and people who visit it in Chromium."""

import shutil
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import uvicorn

from flows.runtime import conduct
from flows.runtime.deploying import DECLARED, read_deployments
from flows.runtime.dispatching import run_waiting_directly
from flows.runtime.run_queue import StoredRuns
from flows.runtime.worker import call_body, load_flow
from review_api.app import create_app
from schemas.outbox import RunState

sys.path.insert(0, str(Path(__file__).parent))
from free_port import free_port
from visitor import Visitor

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
START_SECONDS = 20.0


class Server(uvicorn.Server):
    """Uvicorn in a thread of the test."""

    def start(self) -> threading.Thread:
        thread = threading.Thread(target=self.run, daemon=True)
        thread.start()
        end = time.monotonic() + START_SECONDS
        while not self.started and time.monotonic() < end:
            time.sleep(0.02)
        assert self.started, "the site did not start"
        return thread


@pytest.fixture
def address() -> str:
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture
def opened(database, tmp_path, address, monkeypatch):
    """The installation that site and flows work with, as the environment names it."""
    assert database.startswith("sqlite")
    monkeypatch.setenv("MARATHON_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("MARATHON_BASE_URL", address)
    conduct.installation.cache_clear()
    yield conduct.installation()
    conduct.installation().close()
    conduct.installation.cache_clear()


@pytest.fixture
def site(opened, address):
    """The address of the site, served until the test ends."""
    app = create_app()
    port = int(address.rpartition(":")[2])
    server = Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = server.start()
    yield address
    server.should_exit = True
    thread.join(timeout=START_SECONDS)


@pytest.fixture
def runner(opened):
    """Does what people's clicks have asked for, as the flow runner does without Prefect."""
    entrypoints = {one.name: one.entrypoint for one in read_deployments(DECLARED)}
    queue = StoredRuns(opened, conduct.clock)

    def call(name, marathon, request):
        call_body(load_flow(entrypoints[name]), marathon=marathon, request=request)

    def everything():
        while run_waiting_directly(queue, call):
            pass
        with opened.begin(read_only=True) as work:
            failed = [run for run in work.runs.all() if run.state is RunState.FAILED]
        assert not failed, failed

    # Playwright keeps an event loop in the thread of the test, flows start one of their own.
    with ThreadPoolExecutor(1) as thread:
        yield lambda: thread.submit(everything).result()


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM.exists() and shutil.which("chromium") is None:
        pytest.fail("Chromium is needed: make test installs it (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    path = str(CHROMIUM) if CHROMIUM.exists() else shutil.which("chromium")
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=path, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture
def visitor(browser, site):
    """``visitor(email)``: a person with a browser; nobody's console may have complained."""
    visitors = []

    def come(email=""):
        visitors.append(Visitor(browser, site, email))
        return visitors[-1]

    yield come
    problems = [problem for one in visitors for problem in one.problems]
    for one in visitors:
        one.page.context.close()
    assert problems == []
