"""``prefect.yaml`` made true on a running server.

The file is the only list of deployments and schedules. ``prefect deploy --all --no-prompt`` reads
it too, but starts an interpreter and imports every flow; this takes one short request each.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from flows.runtime.prefect_api import PrefectApi
from schemas.base import Schema

DECLARED = Path(__file__).parents[2] / "prefect.yaml"
POOL = "marathon"
INLINE_TYPE = "marathon-inline"
PROCESS_TYPE = "process"

# Every flow takes the same two opaque ids: parameters are visible to whoever sees Prefect.
PARAMETERS = {
    "type": "object",
    "title": "Parameters",
    "properties": {
        name: {
            "title": name,
            "position": position,
            "default": None,
            "anyOf": [{"type": "string"}, {"type": "null"}],
        }
        for position, name in enumerate(("marathon", "request"))
    },
}

# The standard worker fills such a template too; ours needs none of its variables. The
# command it is to start for a run writes our kind of log lines.
ENGINE = "python -m flows.runtime.engine"
JOB_TEMPLATE = {
    "job_configuration": {"command": "{{ command }}", "env": "{{ env }}", "name": "{{ name }}"},
    "variables": {
        "type": "object",
        "properties": {
            "command": {"type": "string", "title": "Command", "default": ENGINE},
            "env": {"type": "object", "title": "Environment Variables"},
            "name": {"type": "string", "title": "Name"},
        },
    },
}


class Deployment(Schema):
    """One entry of ``prefect.yaml``; ``interval`` is in seconds, None for a flow without one."""

    name: str
    entrypoint: str
    description: str
    pool: str
    interval: float | None

    @property
    def flow_name(self) -> str:
        """Prefect's own default: the function's name with hyphens."""
        return self.entrypoint.rsplit(".", 1)[-1].replace("_", "-")


def read_deployments(path: Path) -> tuple[Deployment, ...]:
    """The deployments of a ``prefect.yaml``, in its order."""
    declared = yaml.safe_load(path.read_text("utf-8"))["deployments"]
    return tuple(_deployment(entry) for entry in declared)


def register(
    prefect: PrefectApi, deployments: tuple[Deployment, ...], *, kind: str = INLINE_TYPE
) -> dict[str, str]:
    """Ids of the deployments by name, created or brought up to date; safe to repeat.

    A pool that is missing is made of the type ``kind``; one that exists keeps its type. Raises :class:`schemas.errors.Unavailable` when the server does not answer.
    """
    for pool in sorted({deployment.pool for deployment in deployments}):
        prefect.ensure_pool(pool, kind=kind, template=JOB_TEMPLATE)
    return {deployment.name: _register(prefect, deployment) for deployment in deployments}


def _register(prefect: PrefectApi, deployment: Deployment) -> str:
    return prefect.ensure_deployment(
        {
            "name": deployment.name,
            "flow_id": prefect.ensure_flow(deployment.flow_name),
            "entrypoint": deployment.entrypoint,
            "description": deployment.description,
            "work_pool_name": deployment.pool,
            "parameter_openapi_schema": PARAMETERS,
            "enforce_parameter_schema": True,
            "schedules": _schedules(deployment),
        }
    )


def _schedules(deployment: Deployment) -> list[dict[str, Any]]:
    if deployment.interval is None:
        return []
    # The slug makes the second registration replace the schedule instead of adding one.
    return [
        {
            "slug": "interval",
            "active": True,
            "schedule": {"interval": deployment.interval, "anchor_date": "2024-01-01T00:00:00Z"},
        }
    ]


def _deployment(entry: Mapping[str, Any]) -> Deployment:
    schedules = entry.get("schedules") or [{}]
    return Deployment(
        name=entry["name"],
        entrypoint=entry["entrypoint"],
        description=entry.get("description", ""),
        pool=entry["work_pool"]["name"],
        interval=schedules[0].get("interval"),
    )
