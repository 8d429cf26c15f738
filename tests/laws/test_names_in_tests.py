"""Tests name what exists: a thing that moved is found here, before the test that uses it runs."""

import ast
import importlib
import inspect
from pathlib import Path

TESTS = Path(__file__).parents[1]
PACKAGES = ("schemas", "storage", "flows", "review_api")


def imported(tree):
    """Modules of ours by the name under which a file knows them, and names that do not exist."""
    modules, missing = {}, []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PACKAGES:
            for alias in node.names:
                found = found_in(node.module, alias.name)
                if found is None:
                    missing.append(f"{node.module}.{alias.name}")
                elif inspect.ismodule(found):
                    modules[alias.asname or alias.name] = found
    return modules, missing


def found_in(module, name):
    whole = importlib.import_module(module)
    if hasattr(whole, name):
        return getattr(whole, name)
    try:
        return importlib.import_module(f"{module}.{name}")
    except ImportError:
        return None


def bound(tree):
    """Every name that is given a value somewhere: it may hide a module of the same name."""
    stored = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return stored | {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}


def unknown(path):
    """What the file at ``path`` names of ours that does not exist."""
    tree = ast.parse(path.read_text("utf-8"))
    modules, missing = imported(tree)
    known = {name: module for name, module in modules.items() if name not in bound(tree)}
    return missing + [
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in known
        and not hasattr(known[node.value.id], node.attr)
    ]


def test_everything_a_test_names_exists():
    found = {str(path.relative_to(TESTS)): unknown(path) for path in TESTS.rglob("*.py")}

    assert {path: names for path, names in found.items() if names} == {}


def test_name_that_moved_away_is_found(tmp_path):
    old = tmp_path / "test_old.py"
    old.write_text("from flows.compilation import rules\nrules.author_index\nrules.gone\n")

    assert unknown(old) == ["rules.gone"]
