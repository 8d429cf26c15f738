"""What a stage costs is read off the processes and the database."""

import os
import subprocess
import sys

import pytest

from review_api.rehearsal.figures import MIB, Meter, family, memory, processor
from storage.activity import Activity

WORKS = "import subprocess, sys; sum(range(10**7)); print(flush=True); sys.stdin.read()"


@pytest.fixture
def busy():
    """A process that has worked and waits."""
    with subprocess.Popen(
        [sys.executable, "-c", WORKS], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        yield process.pid
        process.stdin.close()


def test_another_process_is_seen_with_its_time_and_memory(busy):
    assert processor(busy) > 0
    assert memory(busy) > MIB


def test_of_us_no_children_are_counted(busy):
    assert family(os.getpid()) == [os.getpid()]


def test_process_that_is_gone_costs_nothing(busy):
    assert processor(2**22 + 1) == memory(2**22 + 1) == 0


@pytest.mark.both_databases
def test_stage_is_told_with_transactions_and_the_longest_that_wrote(installation, work, now):
    meter = Meter(lambda: {"people": os.getpid()}, Activity(installation.engine))
    with meter.measuring("stage"), installation.begin() as own:
        own.journal.lock()
    cost = meter.costs["stage"]
    assert cost.wall >= 0
    assert cost.processor.keys() == {"people"}
    assert cost.longest_write >= 0
