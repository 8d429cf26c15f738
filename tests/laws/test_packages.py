"""What is installed is what was locked, every package with its hashes, none below a known hole."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PINNED = re.compile(
    r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+?)(?: ;[^\\\n]*)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)",
    re.MULTILINE,
)
LOCKED = {name.lower(): Version(number) for name, number, _ in PINNED.findall(LOCK)}
IMAGE_LOCK = (ROOT / "deploy" / "requirements.lock").read_text("utf-8")

# The first release without the hole; what is older must never come back by a loosened bound.
FLOORS = {
    "starlette": "0.47.2",  # CVE-2025-54121: large uploads stopped the event loop
    "python-multipart": "0.0.22",  # CVE-2026-24486: path traversal; CVE-2024-53981
    "prefect": "3.6.28",  # CVE-2026-3514, 5366, 7722, 7723, 7724
    "pdfminer-six": "20251230",  # CVE-2025-64512: a pickle in a map of characters; CVE-2025-70559
    "jinja2": "3.1.6",  # CVE-2025-27516: escape from the sandbox
    "h11": "0.16.0",  # CVE-2025-43859: request smuggling
    "cryptography": "44.0.1",  # CVE-2024-12797
    "urllib3": "2.5.0",  # CVE-2025-50181
    "requests": "2.32.4",  # CVE-2024-47081
}


def lines_of_packages():
    return [line for line in LOCK.splitlines() if line and not line.startswith((" ", "#"))]


def test_every_package_is_pinned_with_hashes():
    assert len(PINNED.findall(LOCK)) == len(lines_of_packages())
    assert len(LOCKED) > 100


def test_nothing_is_fetched_from_an_address_or_an_index_of_its_own():
    assert not re.search(r"(?m)^\s*(-e|--(extra-)?index-url|--find-links)|@ \S+://", LOCK)


@pytest.mark.parametrize("name", FLOORS)
def test_no_package_is_below_the_release_that_closed_its_hole(name):
    assert name not in LOCKED or LOCKED[name] >= Version(FLOORS[name])


def declared():
    lines = [*PROJECT["project"]["dependencies"]]
    lines += [one for group in PROJECT["dependency-groups"].values() for one in group]
    return [Requirement(line) for line in lines if isinstance(line, str)]  # others name a group


@pytest.mark.parametrize("wanted", declared(), ids=lambda wanted: wanted.name)
def test_lock_and_this_environment_satisfy_what_the_project_asks_for(wanted):
    name = wanted.name.lower().replace("_", "-")

    assert LOCKED[name] in wanted.specifier
    assert Version(version(wanted.name)) in wanted.specifier


def test_setup_installs_by_hash_only():
    makefile = (ROOT / "Makefile").read_text("utf-8")

    installs = [line for line in makefile.splitlines() if "requirements.lock" in line]
    installs = [line for line in installs if " sync " in line or " install " in line]
    assert len(installs) == 2
    assert all("--require-hashes" in line for line in installs)


def pinned(lock):
    """Versions and hashes by name."""
    return {name.lower(): (number, hashes) for name, number, hashes in PINNED.findall(lock)}


def test_image_gets_the_same_packages_less_those_of_tests():
    whole, image = pinned(LOCK), pinned(IMAGE_LOCK)
    asked = {Requirement(one).name.lower() for one in PROJECT["project"]["dependencies"]}
    builders = {Requirement(one).name.lower() for one in PROJECT["dependency-groups"]["build"]}

    assert image.items() <= whole.items()
    assert {name.replace("_", "-") for name in asked | builders} <= image.keys()
    assert not image.keys() & {"pytest", "hypothesis", "playwright", "moto", "mypy", "ruff"}
