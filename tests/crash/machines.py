"""An installation in parts, as on several machines: folders of their own, one database, one bucket.

What keeps the parts alive here is our supervisor's watch, in place of systemd or Kubernetes.
"""

import os
import threading
from contextlib import suppress
from itertools import count

import httpx
import psutil
from crash.town import Town
from served import free_port

from flows.runtime import prefect_database
from flows.runtime.deploying import PROCESS_TYPE
from review_api import parts, processes, supervisor
from review_api.processes import Part
from schemas.settings import Settings

AUTH = "marathon:crash-and-come-back"
KEY = "a key of the whole installation: 0123456789"
ENGINE = "flows.runtime.engine"


class Machines(Town):
    """Two webs, two workers, a runner and a Prefect server; people reach either of the webs."""

    def __init__(self, data, *, database, bucket, whole=True, seed=1):
        super().__init__(data, database=database, seed=seed)
        self.bucket = bucket
        self.whole = whole  # or the webs alone
        self.webs = [free_port(), free_port()]
        self.turn = count()
        self.over = threading.Event()
        self.parts = ()
        self.watch = None

    @property
    def address(self):
        """The next web's, as a proxy would choose."""
        return f"http://127.0.0.1:{self.webs[next(self.turn) % len(self.webs)]}"

    @address.setter
    def address(self, _):
        """The town's own has one address."""

    # --- life -----------------------------------------------------------------------------

    def start(self):
        processes.LONGEST_PAUSE_SECONDS = 0.5
        self.parts = (*(self.behind() if self.whole else ()), *self.front())
        self.watch = threading.Thread(
            target=supervisor._watch, args=(self.parts, self.over, lambda _line: None)
        )
        self.watch.start()

    def settings(self, name):
        return Settings(
            data=self.data / name,
            database_url=self.database,
            files_url=self.bucket,
            prefect_api_url=self.prefect_url,
            prefect_auth=AUTH,
        )

    def part(self, name, command):
        log = self.data / "logs" / f"{name}.log"
        log.parent.mkdir(exist_ok=True)
        ours = self.variables() | {
            "MARATHON_FILES_URL": self.bucket,
            "MARATHON_SECRET_KEY": KEY,
            "MARATHON_PREFECT_API_URL": self.prefect_url,
            "MARATHON_PREFECT_AUTH": AUTH,
            "MARATHON_BASE_URL": "http://127.0.0.1",
        }
        return Part(
            name=name, command=command.words, log=log, environment=ours | command.environment
        )

    def front(self):
        return tuple(
            self.part(
                f"web{port}",
                parts.web(self.settings(f"web{port}"), host="127.0.0.1", port=port, proxies=""),
            )
            for port in self.webs
        )

    def behind(self):
        cluster = prefect_database.find_cluster(self.data)
        prefect_database.prepare(cluster)
        known = os.environ | {parts.PREFECT_DATABASE: cluster.url}
        served = parts.prefect(
            self.settings("prefect"), host="127.0.0.1", port=self.prefect_port, environment=known
        )
        server = self.part("prefect", served)
        server.before = lambda: self.eventually(
            lambda: prefect_database.ensure_database(cluster), "Prefect's database"
        )
        runner = parts.runner(self.settings("runner"), pool_type=PROCESS_TYPE)
        return (
            supervisor._postgres(self.data, cluster),
            server,
            self.part("runner", runner),
            *(
                self.part(name, parts.worker(self.settings(name), limit=1))
                for name in ("worker1", "worker2")
            ),
        )

    @property
    def prefect_url(self):
        return f"http://127.0.0.1:{self.prefect_port}/api"

    @property
    def prefect_port(self):
        return self.__dict__.setdefault("_prefect_port", free_port())

    def stop(self):
        self.over.set()
        if self.watch is not None:
            self.watch.join()

    def is_well(self):
        return all(self.answers(port) for port in self.webs)

    def answers(self, port):
        try:
            answer = httpx.get(
                f"http://127.0.0.1:{port}/healthz/ready", timeout=10, trust_env=False
            )
        except httpx.HTTPError:
            return False
        return answer.status_code == 200

    # --- death ----------------------------------------------------------------------------

    def processes(self, part):
        """A part's own; ``run`` is what a worker has started."""
        chosen = [one.process for one in self.parts if one.alive and one.name.startswith(part)]
        if part == "run":
            chosen = [one.process for one in self.parts if one.name.startswith("worker")]
        with suppress(psutil.Error, AttributeError):
            found = [psutil.Process(one.pid) for one in chosen]
            if part == "run":
                below = [child for one in found for child in one.children(recursive=True)]
                return [one for one in below if ENGINE in one.cmdline()]
            return self.random.sample(found, len(found))
        return []
