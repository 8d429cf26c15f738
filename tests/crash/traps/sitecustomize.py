"""Loaded by every process of a town under fire: dies by SIGKILL at the armed point of our code.

The folder ``MARATHON_TRAPS`` names holds ``armed.json`` while a trap waits: the name of a point, the
kind of process it is meant for, and how often to let it pass. Nothing here changes what the code
does; the only setting it touches is the longest pause of the supervisor, or a hundred kills would
take an hour of waiting.
"""

import functools
import importlib.abc
import importlib.machinery
import json
import os
import signal
import sys
from pathlib import Path

# The name of a point: the module and the function, and whether it dies before or after the call.
POINTS = {
    "upload written": ("storage.files", "FileStore.write", "after"),
    "upload named": ("storage.files", "FileStore.keep", "after"),
    "row written": ("flows.intake.operations", "add_file", "after"),
    "about to commit": ("sqlalchemy.orm.session", "Session.commit", "before"),
    "committed": ("sqlalchemy.orm.session", "Session.commit", "after"),
    "files claimed": ("flows.intake.flow", "claim", "after"),
    "file examined": ("flows.intake.flow", "examine", "after"),
    "verdict recorded": ("flows.intake.operations", "record_check", "after"),
    "run made": ("flows.runtime.prefect_api", "PrefectApi.create_run", "after"),
    "run begun": ("flows.runtime.conduct", "Progress.begin", "after"),
    "run about to end": ("flows.runtime.conduct", "Progress.end", "before"),
    "plan applied": ("flows.assignment.operations", "apply", "after"),
    "review sent": ("flows.review.operations", "submit", "after"),
    "decisions kept": ("flows.decision.operations", "keep", "after"),
    "decisions confirmed": ("flows.decision.operations", "confirm", "after"),
    "volume stored": ("flows.compilation.operations", "store", "after"),
    "edition kept": ("flows.compilation.operations", "keep", "after"),
    "certificates numbered": ("flows.certificates.operations", "issue", "after"),
    "certificate kept": ("flows.certificates.operations", "keep", "after"),
    "letter about to leave": ("flows.notices.flow", "deliver", "before"),
    "letter left": ("flows.notices.flow", "deliver", "after"),
    "letter recorded": ("flows.notices.operations", "record_sent", "after"),
}
PROCESSES = {"web": "uvicorn", "runner": "flows.runtime.runner"}
LONGEST_PAUSE_SECONDS = 0.5

FOLDER = Path(os.environ.get("MARATHON_TRAPS", "/nowhere"))
ARMED = FOLDER / "armed.json"
passed = 0


def is_read_only(given):
    """Commits of readers write nothing: to die there proves nothing."""
    session = given[0] if given else None
    bind = getattr(session, "bind", None)
    return bool(bind is not None and bind.get_execution_options().get("read_only"))


def spring(point, given):
    global passed  # noqa: PLW0603
    try:
        armed = json.loads(ARMED.read_text("utf-8"))
    except (OSError, ValueError):
        return
    if armed["point"] != point or PROCESSES[armed["process"]] not in sys.orig_argv:
        return
    if is_read_only(given):
        return
    passed += 1
    if passed > armed["skip"]:
        ARMED.rename(FOLDER / f"sprung-{armed['number']}.json")
        os.kill(os.getpid(), signal.SIGKILL)


def trapped(function, point, moment):
    @functools.wraps(function)
    def call(*given, **named):
        if moment == "before":
            spring(point, given)
        result = function(*given, **named)
        if moment == "after":
            spring(point, given)
        return result

    return call


def set_traps(module):
    if module.__name__ == "review_api.processes":
        module.LONGEST_PAUSE_SECONDS = LONGEST_PAUSE_SECONDS
    for point, (name, path, moment) in POINTS.items():
        if name != module.__name__:
            continue
        *owners, last = path.split(".")
        owner = functools.reduce(getattr, owners, module)
        setattr(owner, last, trapped(getattr(owner, last), point, moment))


class Trapper(importlib.abc.MetaPathFinder):
    """Sets the traps of a module once it has been loaded."""

    names = frozenset(name for name, _, _ in POINTS.values()) | {"review_api.processes"}

    def find_spec(self, fullname, path=None, target=None):  # noqa: ARG002
        if fullname not in self.names:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path)
        if spec is None or spec.loader is None:
            return None
        load = spec.loader.exec_module

        def load_and_trap(module):
            load(module)
            set_traps(module)

        spec.loader.exec_module = load_and_trap
        return spec


if FOLDER.is_dir():
    sys.meta_path.insert(0, Trapper())
