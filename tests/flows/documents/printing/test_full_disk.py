"""A full disk is no fault of a work: nothing is refused for it, and it is set once there is room."""

import errno
import tempfile

import pytest
from small_disk import fill, free, small_disk

from flows.documents.printing.typesetting import Job, bench

JOB = Job(main="paper.typ", output="paper.pdf")
PAPER = '#set document(title: "a")\n= Hello\n#lorem(4000)'


@pytest.fixture
def table(tmp_path, monkeypatch):
    """A bench on a disk of its own, with a paper on it, and the disk."""
    with small_disk(tmp_path / "disk", megabytes=4) as disk:
        monkeypatch.setattr(tempfile, "tempdir", str(disk))
        with bench() as opened:
            (opened.root / JOB.main).write_text(PAPER, "utf-8")
            main = opened._main(JOB)
            monkeypatch.setattr(opened, "_main", lambda _: main)  # written while there was room
            yield opened, disk


def test_paper_that_finds_no_room_is_not_called_impossible_to_set(table):
    opened, disk = table
    fill(disk)

    with pytest.raises(OSError, match="No space left") as refusal:
        opened.run([JOB])

    assert refusal.value.errno == errno.ENOSPC
    free(disk)
    assert opened.run([JOB]) == [None]


def test_paper_that_cannot_be_set_is_told_while_there_is_room(table):
    opened, _ = table
    opened._main(JOB).write_text("#nothing-of-this-name", "utf-8")

    [reason] = opened.run([JOB])

    assert "nothing-of-this-name" in reason
