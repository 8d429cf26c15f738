"""A real installation on SQLite for every test that asks: ``installation``, ``work``, ``now``."""

import sys
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from schemas.people import Actor
from schemas.settings import Settings
from storage.installation import open_installation

sys.path.insert(0, str(Path(__file__).parent))
import builders


@pytest.fixture
def now():
    return builders.NOW


@pytest.fixture
def installation(tmp_path):
    """A fresh installation with every table, in a folder of its own."""
    opened = open_installation(Settings(data=tmp_path / "data", base_url="https://marathon.test"))
    SQLModel.metadata.create_all(opened.engine)
    yield opened
    opened.close()


@pytest.fixture
def work(installation):
    """One transaction, committed at the end of the test."""
    with installation.begin() as opened:
        yield opened


@pytest.fixture
def organiser():
    return Actor(person_id=None, part="test")
