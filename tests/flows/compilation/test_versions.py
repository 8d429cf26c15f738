"""What a build rests on is named in its record, so that another version builds and reads anew."""

import ast
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from flows.compilation.versions import versions

CODE = (Path("flows/compilation"), Path("flows/documents"))
OWN = {"flows", "schemas", "storage"}
NO_TRACE = {
    "defusedxml",  # reads what pandoc wrote
    "iuliia",  # names in Latin letters stand on certificates alone
    "markupsafe",  # a part of Jinja
    "prefect",
    "pydantic",
    "pypandoc-binary",  # pandoc is named itself
    "pytrovich",  # cases of names stand on certificates alone
    "segno",  # so do codes
    "typing-extensions",
}


def imported(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (one.name.partition(".")[0] for one in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                yield (node.module or "").partition(".")[0]


def test_every_package_that_leaves_a_trace_is_named() -> None:
    known = packages_distributions()
    names = {one for folder in CODE for one in imported(folder)} - set(sys.stdlib_module_names)
    needed = {known[name][0].lower().replace("_", "-") for name in names - OWN}

    assert needed - NO_TRACE - set(versions()) == set()
