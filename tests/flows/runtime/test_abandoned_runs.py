"""Runs whose process worker died elsewhere are told from those that go on, over real HTTP."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from flows.runtime.dispatcher import ABANDONED_SECONDS, LOOK_FOR_ABANDONED_SECONDS, Dispatcher
from flows.runtime.prefect_api import PrefectApi


def run(number: str, *, kind: str, worker: str) -> dict[str, object]:
    labels = {"prefect.worker.type": kind, "prefect.worker.name": worker}
    return {"id": number, "labels": labels}


class Server(ThreadingHTTPServer):
    """Answers as Prefect's server does about one pool."""

    workers = [{"name": "here", "status": "ONLINE"}, {"name": "gone", "status": "OFFLINE"}]
    runs = [
        run("goes on", kind="process", worker="here"),
        run("lost", kind="process", worker="gone"),
        run("lost long ago", kind="process", worker="forgotten"),
        run("in a container", kind="kubernetes", worker="gone"),
    ]
    crashed: list[str] = []


class Answers(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        assert isinstance(self.server, Server)
        if self.path.endswith("/set_state"):
            self.server.crashed.append(self.path.split("/")[-2])
        rows = self.server.workers if "workers" in self.path else self.server.runs
        body = json.dumps(rows).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Answers) as serving:
        serving.crashed = []
        Thread(target=serving.serve_forever, daemon=True).start()
        yield serving
        serving.shutdown()


@pytest.fixture
def prefect(server: Server) -> Iterator[PrefectApi]:
    with PrefectApi(f"http://127.0.0.1:{server.server_port}") as asked:
        yield asked


def test_only_runs_of_process_workers_without_a_sign_are_abandoned(prefect: PrefectApi) -> None:
    assert prefect.abandoned_runs("marathon") == ["lost", "lost long ago"]


def dispatcher(prefect: PrefectApi, *, inline: bool) -> Dispatcher:
    nobody = None  # neither rows nor bodies are touched here
    return Dispatcher(nobody, prefect, (), call=nobody, inline=inline)  # type: ignore[arg-type]


def test_they_are_crashed_when_their_worker_stays_away(prefect: PrefectApi, server: Server) -> None:
    patient = dispatcher(prefect, inline=False)
    patient._crash_abandoned(0.0)
    patient._crash_abandoned(ABANDONED_SECONDS)
    assert server.crashed == []
    server.workers = [*server.workers, {"name": "forgotten", "status": "ONLINE"}]
    patient._crash_abandoned(ABANDONED_SECONDS + LOOK_FOR_ABANDONED_SECONDS)
    assert server.crashed == ["lost"]


def test_a_pool_of_our_own_is_never_looked_through(prefect: PrefectApi, server: Server) -> None:
    ours = dispatcher(prefect, inline=True)
    ours._crash_abandoned(0.0)
    ours._crash_abandoned(2 * ABANDONED_SECONDS)
    assert server.crashed == []
    assert ours.looked_at is None
