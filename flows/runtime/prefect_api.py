"""The few requests we make of a Prefect server, over HTTP and without importing Prefect."""

from collections.abc import Collection, Mapping
from typing import Any, Self

import httpx

from schemas.errors import Unavailable

SILENT = "Сервер Prefect не отвечает: работа подождёт и начнётся, когда он ответит."

# The server answers with at most this many rows.
PAGE = 200
RUNS = "/flow_runs/filter"
# Prefect notes on each run who took it.
TYPE_LABEL, NAME_LABEL = "prefect.worker.type", "prefect.worker.name"

Json = Mapping[str, Any]


class PrefectApi:
    """A client of one server at ``url`` (ends in ``/api``); ``auth`` is ``user:password`` or empty.

    Every method raises :class:`schemas.errors.Unavailable` when the server does not answer or
    answers with an error of its own.
    """

    def __init__(self, url: str, auth: str = "", *, timeout: float = 10.0) -> None:
        self._client = httpx.Client(
            base_url=url,
            auth=httpx.BasicAuth(*auth.split(":", 1)) if auth else None,
            timeout=timeout,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def answers(self) -> bool:
        try:
            return bool(self._send("GET", "/health"))
        except Unavailable:
            return False

    def deployment_ids(self, names: Collection[str]) -> dict[str, str]:
        """Ids of the deployments among ``names`` that the server knows."""
        found = self._send(
            "POST", "/deployments/filter", {"deployments": {"name": {"any_": sorted(names)}}}
        )
        return {deployment["name"]: deployment["id"] for deployment in found}

    def create_run(self, deployment_id: str, *, parameters: Json, idempotency_key: str) -> str:
        """Id of the run of this key; the same key never makes a second run."""
        run = self._send(
            "POST",
            f"/deployments/{deployment_id}/create_flow_run",
            {
                "parameters": parameters,
                "idempotency_key": idempotency_key,
                "state": {"type": "SCHEDULED"},
            },
        )
        return str(run["id"])

    def run_states(self, run_ids: Collection[str]) -> dict[str, str]:
        """State types (``SCHEDULED``, ``RUNNING``, ``COMPLETED``...) of the runs that exist."""
        states = {}
        ordered = sorted(run_ids)
        for start in range(0, len(ordered), PAGE):
            wanted = {"flow_runs": {"id": {"any_": ordered[start : start + PAGE]}}}
            found = self._send("POST", "/flow_runs/filter", wanted)
            states.update({run["id"]: run["state_type"] for run in found})
        return states

    def unfinished_runs(self, pool: str) -> list[str]:
        """Ids of the runs of ``pool`` that some worker took and has not finished."""
        taken = {"state": {"type": {"any_": ["PENDING", "RUNNING", "CANCELLING"]}}}
        found = self._send(
            "POST",
            "/flow_runs/filter",
            {"flow_runs": taken, "work_pools": {"name": {"any_": [pool]}}},
        )
        return [run["id"] for run in found]

    def abandoned_runs(self, pool: str) -> list[str]:
        """Ids of the runs of ``pool`` whose process worker no longer gives a sign.

        Workers of other types start containers, which outlive them.
        """
        present = set(self.live_workers(pool))
        wanted = {
            "flow_runs": {"state": {"type": {"any_": ["RUNNING"]}}},
            "work_pools": {"name": {"any_": [pool]}},
        }
        labelled = [(run["id"], run["labels"]) for run in self._send("POST", RUNS, wanted)]
        carried = [(run, labels) for run, labels in labelled if labels.get(TYPE_LABEL) == "process"]
        return [run for run, labels in carried if labels.get(NAME_LABEL) not in present]

    def live_workers(self, pool: str) -> list[str]:
        """Names of the workers of ``pool`` that have given a sign lately."""
        workers = self._send("POST", f"/work_pools/{pool}/workers/filter", {})
        return sorted(one["name"] for one in workers if one["status"] == "ONLINE")

    def crash(self, run_id: str, message: str) -> None:
        """Record that whoever carried out this run is gone."""
        state = {"type": "CRASHED", "name": "Crashed", "message": message}
        self._send("POST", f"/flow_runs/{run_id}/set_state", {"state": state, "force": True})

    def ensure_pool(self, name: str, *, kind: str, template: Json) -> None:
        """Create the work pool if it is missing; one that exists keeps its type."""
        self._send(
            "POST",
            "/work_pools/",
            {"name": name, "type": kind, "base_job_template": template},
            allowed=409,
        )

    def pool_kind(self, name: str) -> str:
        return str(self._send("GET", f"/work_pools/{name}")["type"])

    def ensure_flow(self, name: str) -> str:
        return str(self._send("POST", "/flows/", {"name": name})["id"])

    def ensure_deployment(self, deployment: Json) -> str:
        """Create the deployment or bring it up to date; its runs ahead are scheduled anew."""
        return str(self._send("POST", "/deployments/", deployment)["id"])

    def _send(self, method: str, path: str, body: Json | None = None, *, allowed: int = 200) -> Any:  # noqa: ANN401  each caller knows what its address answers
        try:
            answer = self._client.request(method, path, json=body)
        except httpx.HTTPError as error:
            raise Unavailable(SILENT, code="prefect_silent") from error
        if answer.is_error and answer.status_code != allowed:
            sentence = f"Сервер Prefect ответил {answer.status_code} на {path}: {answer.text[:300]}"
            raise Unavailable(sentence, code="prefect_refused")
        return answer.json() if answer.content else None
