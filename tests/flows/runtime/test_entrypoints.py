"""``prefect.yaml`` and the folders of flows name the same things."""

from importlib import import_module
from pathlib import Path

import pytest
from prefect import Flow

from flows.runtime.deploying import DECLARED, Deployment, read_deployments

FLOWS = DECLARED.parent / "flows"
DEPLOYMENTS = read_deployments(DECLARED)


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda deployment: deployment.name)
def test_entrypoint_is_a_flow_that_takes_two_opaque_ids(deployment: Deployment) -> None:
    module, name = deployment.entrypoint.rsplit(".", 1)
    flow = getattr(import_module(module), name)
    assert isinstance(flow, Flow)
    assert flow.name == deployment.flow_name
    assert list(flow.parameters.properties) == ["marathon", "request"]
    assert not flow.parameters.required


def test_every_folder_with_a_flow_is_declared() -> None:
    declared = {deployment.entrypoint.rsplit(".", 1)[0] for deployment in DEPLOYMENTS}
    written = {f"flows.{path.parent.name}.flow" for path in FLOWS.glob("*/flow.py")}
    assert written <= declared


def test_names_are_said_once() -> None:
    names = [deployment.name for deployment in DEPLOYMENTS]
    assert len(names) == len(set(names))
    assert Path(DECLARED).name == "prefect.yaml"
