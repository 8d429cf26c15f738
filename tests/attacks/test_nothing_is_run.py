"""What people type is never a program, and no address they type is ever asked for."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = ("schemas", "storage", "flows", "review_api")
SOURCES = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for part in PARTS
    for path in sorted((ROOT / part).rglob("*.py"))
}
RUNS = re.compile(
    r"(?<![\w.])(eval|exec|__import__)\(|\bfrom_string\(|\bos\.(system|popen)\(|shell=True"
    r"|^\s*(?:import|from) (?:pickle|marshal|shelve|dill|joblib|runpy|code)\b",
    re.MULTILINE,
)
ASKS = re.compile(
    r"^\s*(?:import|from) (?:httpx|requests|urllib3|aiohttp|urllib\.request|http\.client|pycurl)\b",
    re.MULTILINE,
)


def where(pattern):
    return {path: found[0] for path, text in SOURCES.items() if (found := pattern.search(text))}


def test_nothing_people_write_is_run_or_unpickled():
    assert len(SOURCES) > 300
    assert where(RUNS).keys() == MAY_RUN


def test_only_parts_that_ask_an_address_of_the_settings_can_ask():
    """Prefect's server and our own parts; a bench asks the peers it has started itself."""
    asking = {path for path in where(ASKS) if "/bench" not in path}
    assert asking == MAY_ASK


MAY_RUN = {"flows/runtime/engine.py"}  # starts Prefect's own module
MAY_ASK = {
    "flows/runtime/prefect_api.py",
    "review_api/cli/checks.py",
    "review_api/demo/people.py",
    "review_api/health.py",
    "review_api/supervisor.py",
}


@pytest.mark.parametrize("words", ["eval(x)", "a.from_string(x)", "import pickle", "os.system(x)"])
def test_the_reading_of_sources_sees_what_runs(words):
    assert RUNS.search(words)
