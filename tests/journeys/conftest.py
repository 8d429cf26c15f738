"""A started web application over a fresh installation, and people who visit it in Chromium."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from served import free_port, served, started_browser

from flows.runtime import conduct
from flows.runtime.deploying import DECLARED, read_deployments
from flows.runtime.dispatching import run_waiting_directly
from flows.runtime.run_queue import StoredRuns
from flows.runtime.worker import call_body, load_flow
from review_api.app import create_app
from schemas.outbox import RunState

sys.path.insert(0, str(Path(__file__).parent))
from visitor import Visitor


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
    with served(create_app(), int(address.rpartition(":")[2])):
        yield address


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
    with started_browser() as started:
        yield started


@pytest.fixture
def visitor(browser, site):
    """``visitor(email)``: a person with a browser; nobody's console may have complained.

    Further arguments are the browser's own: ``viewport``, ``java_script_enabled``.
    """
    visitors = []

    def come(email="", **ways):
        visitors.append(Visitor(browser, site, email, **ways))
        return visitors[-1]

    yield come
    problems = [problem for one in visitors for problem in one.problems]
    for one in visitors:
        one.page.context.close()
    assert problems == []
