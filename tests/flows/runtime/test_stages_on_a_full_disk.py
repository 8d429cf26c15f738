"""A stage that finds no room on the disk says that, and not that the system is at fault."""

import builders
import pytest
from small_disk import fill, small_disk

from flows.runtime import conduct
from schemas.outbox import RunState


@pytest.fixture
def asked(installation, monkeypatch):
    """The row of a run, and flows that find its installation."""
    monkeypatch.setenv("MARATHON_DATA", str(installation.settings.data))
    conduct.installation.cache_clear()
    with installation.begin() as work:
        run = work.runs.ask("compile_collection", marathon_id=None, by=None, now=builders.NOW)
    yield run
    conduct.installation().close()
    conduct.installation.cache_clear()


@pytest.fixture
def disk(tmp_path):
    with small_disk(tmp_path / "disk", megabytes=1) as mounted:
        fill(mounted)
        yield mounted


def row_of(run):
    with conduct.installation().begin(read_only=True) as work:
        return work.runs.get(run.id)


def write_without_room(run, disk):
    with conduct.conducted(run.id):
        (disk / "volume.pdf").write_bytes(b"%PDF")


def test_stage_tells_that_there_is_no_room(asked, disk):
    with pytest.raises(OSError, match="No space left"):
        write_without_room(asked, disk)

    told = row_of(asked)
    assert (told.state, told.message) == (RunState.FAILED, conduct.FULL)


def test_other_faults_are_faults(asked, disk):
    with pytest.raises(OSError, match="No such file"), conduct.conducted(asked.id):
        (disk / "nowhere" / "volume.pdf").read_bytes()

    assert row_of(asked).message == conduct.BROKE
