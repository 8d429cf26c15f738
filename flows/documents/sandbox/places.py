"""What the readers of documents need of this machine: programs and libraries, never data."""

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from flows.documents.sandbox.landlock import READ, RUN, WORK, Right, Rule

ROOT = Path(__file__).resolve().parents[3]
OWN = ("flows", "schemas")
SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/nix/store", "/gnu/store")
PROGRAMS = ("pandoc", "tesseract")
# What libraries ask about processor, fonts and clock; no names of people, no settings of services.
FACTS = (
    "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/fonts", "/etc/localtime",
    "/var/cache/fontconfig", "/dev/urandom", "/dev/random", "/dev/zero",
    "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/sys/devices/system/cpu",
)  # fmt: skip
DATA_OF_PROGRAMS = "TESSDATA_PREFIX"


def rules(*, folder: str, file: str | None = None) -> list[Rule]:
    """Let ``file`` be read and ``folder`` be worked in, beside what the code itself needs."""
    own = [] if file is None else [(file, Right.READ_FILE)]
    nowhere = (os.devnull, Right.READ_FILE | Right.WRITE_FILE)
    return [*of_the_machine(), *own, (folder, WORK), nowhere]


@cache
def of_the_machine() -> tuple[Rule, ...]:
    """Return the rules that do not change from file to file."""
    facts = (*FACTS, *filter(None, [os.environ.get(DATA_OF_PROGRAMS)]))
    # Python lists the folders on its way to modules; the files in them stay closed.
    listed = [str(ROOT), *filter(os.path.isdir, sys.path)]
    return (
        *((path, RUN) for path in outermost(code())),
        *((path, READ) for path in facts),
        *((path, Right.READ_DIR) for path in dict.fromkeys(listed)),
    )


def code() -> Iterator[str]:
    """Yield the folders of programs, libraries and packages, ours among them.

    A checkout holds more than code, so of it only the packages are opened.
    """
    yield from SYSTEM
    yield from (sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix)
    yield from (str(ROOT / name) for name in OWN)
    yield from (path for path in sys.path if os.path.realpath(path) != str(ROOT))
    found = filter(None, map(shutil.which, PROGRAMS))
    yield from (str(Path(os.path.realpath(path)).parent) for path in found)


def outermost(paths: Iterable[str]) -> list[str]:
    """Return the folders that exist and lie in no other of them."""
    # Path.is_dir raises where this account may not look; such folders cannot be opened anyway.
    real = {os.path.realpath(path) for path in filter(os.path.isdir, paths)}
    return sorted(path for path in real if not any(map(real.__contains__, above(path))))


def above(path: str) -> Iterator[str]:
    return map(str, Path(path).parents)
