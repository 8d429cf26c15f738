"""The laws of the house that no linter knows: sizes, empty package files, declared flows."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PACKAGES = ("schemas", "storage", "flows", "review_api")
MOST_LINES_OF_A_MODULE = 400
MOST_LINES_OF_A_FUNCTION = 50
DRAWERS = {"utils", "util", "helpers", "common", "base_manager", "manager", "misc"}
DECLARED = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]


def modules():
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if not {"versions", "node_modules"} & set(path.parts):
                yield path


def name(path):
    return str(path.relative_to(ROOT))


def functions(path):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    tree = ast.parse(path.read_text("utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def test_no_module_is_longer_than_a_person_can_hold_in_mind():
    lengths = {name(path): len(path.read_text("utf-8").splitlines()) for path in modules()}

    assert {path: n for path, n in lengths.items() if n > MOST_LINES_OF_A_MODULE} == {}


def test_no_function_is_longer_than_a_screen():
    long = {
        f"{name(path)}:{function.name}": function.end_lineno - function.lineno + 1
        for path in modules()
        for function in functions(path)
        if function.end_lineno - function.lineno + 1 > MOST_LINES_OF_A_FUNCTION
    }

    assert long == {}


def test_package_files_are_empty():
    full = [name(path) for path in modules() if path.name == "__init__.py" and path.stat().st_size]

    assert full == []


def test_every_folder_of_a_package_is_a_package():
    folders = {path.parent for path in modules()}

    assert [name(one) for one in folders if not (one / "__init__.py").exists()] == []


def test_tests_are_no_package():
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_no_module_is_a_drawer_for_odds_and_ends():
    assert [name(path) for path in modules() if path.stem in DRAWERS] == []


def test_web_process_never_loads_prefect():
    program = "import sys, review_api.app; sys.exit('prefect' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)

    assert done.returncode == 0


def test_every_stage_with_a_flow_is_declared():
    declared = {item["entrypoint"].rpartition(".")[0] for item in DECLARED}
    flows = {f"flows.{path.parent.name}.flow" for path in (ROOT / "flows").glob("*/flow.py")}

    assert flows <= declared


@pytest.mark.parametrize("deployment", DECLARED, ids=lambda item: item["name"])
def test_every_declared_entrypoint_is_a_flow_of_that_name(deployment):
    module, _, attribute = deployment["entrypoint"].rpartition(".")

    flow = getattr(importlib.import_module(module), attribute)

    assert attribute == deployment["name"]
    assert set(flow.parameters.properties) == {"marathon", "request"}


def test_every_sweep_a_move_asks_for_is_declared():
    from schemas.lifecycle import CONSEQUENCES

    sweeps = {what.sweep for what in CONSEQUENCES.values() if what.sweep}

    assert sweeps <= {item["name"] for item in DECLARED}


def test_every_stage_is_named_in_the_contract_of_stages():
    """The contract is exhaustive, so import-linter itself would refuse; this says it sooner."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    contract = text.split("Stages ignore each other")[1].split("[[tool")[0]
    folders = [path.parent.name for path in (ROOT / "flows").glob("*/__init__.py")]

    assert [folder for folder in folders if folder not in contract] == []
