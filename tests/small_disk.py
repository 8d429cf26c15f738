"""A disk of a few megabytes that can be really full."""

import os
import subprocess
from contextlib import contextmanager, suppress

import pytest

BALLAST = "ballast"


@contextmanager
def small_disk(place, *, megabytes):
    """A tmpfs mounted at ``place``; the test is skipped where nobody may mount one."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a disk of its own needs the right to mount (root): cannot be really full")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk):
    """Not a byte more fits."""
    with suppress(OSError), (disk / BALLAST).open("ab", buffering=0) as ballast:
        while True:
            ballast.write(bytes(4096))
    assert os.statvfs(disk).f_bavail == 0


def free(disk):
    (disk / BALLAST).unlink()
