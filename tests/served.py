"""The web application served from a thread of the test, and the browser people visit it with."""

import asyncio
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from review_api.supervisor import PROTOCOL

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
START_SECONDS = 20.0


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


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


@contextmanager
def served(
    app: object, port: int, *, http: str | type[asyncio.Protocol] = PROTOCOL
) -> Iterator[None]:
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", http=http)
    server = Server(config)
    thread = server.start()
    yield
    server.should_exit = True
    thread.join(timeout=START_SECONDS)


@contextmanager
def started_browser() -> Iterator[Browser]:
    path = str(CHROMIUM) if CHROMIUM.exists() else shutil.which("chromium")
    if path is None:
        pytest.fail("Chromium is needed: make test installs it (apt-get install chromium)")
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=path, args=list(FLAGS))
        yield started
        started.close()
