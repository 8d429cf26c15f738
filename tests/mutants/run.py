"""Runs every mutant of the chosen modules against their tests: ``make mutants``.

Without arguments all modules of ``targets.toml``; with arguments those whose paths contain one of
them. ``--survivors`` asks again only what survived the last time or was not asked yet, so it also
goes on with a run that was stopped. Every mutant is a forked process
into which everything that does not depend on the mutated module is already loaded; nothing is
written into the tree. Results: ``.cache/mutants.json``, a line per survivor and a table at the end.
"""

import ast
import contextlib
import gc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import resource
import signal
import sys
import tempfile
import time
import tomllib
import warnings
from collections import Counter
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RESULTS = ROOT / ".cache" / "mutants.json"
PACKAGES = ("schemas", "storage", "flows", "review_api")
KILLED, SURVIVED, ENDLESS = "killed", "survived", "endless"
QUIET = ("-x", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", "--assert=plain")
ENDLESS_AFTER = 5  # times the processor time of the tests on the module as it is, and a bit
LEAST_SECONDS, MOST_SECONDS = 20, 600

sys.path[:0] = [str(ROOT), str(HERE), str(ROOT / "tests")]
import mutating  # noqa: E402  (stands beside this file)


class Target(NamedTuple):
    """What survives ``tests`` meets the ``slow`` ones.

    ``alone``: ``tests`` ask for none of our fixtures, so that conftests need not be loaded.
    """

    module: str
    tests: tuple[str, ...]
    alone: bool = False
    slow: tuple[str, ...] = ()

    @property
    def name(self):
        return self.module.removesuffix(".py").replace("/", ".")


class Changed(importlib.machinery.SourceFileLoader):
    """Loads one module from a changed tree."""

    def __init__(self, name, path, code):
        super().__init__(name, path)
        self.code = code

    def get_code(self, _fullname):
        return self.code


class Instead(importlib.abc.MetaPathFinder):
    def __init__(self, target, code):
        self.name, self.path, self.code = target.name, str(ROOT / target.module), code

    def find_spec(self, fullname, _path=None, _target=None):
        if fullname != self.name:
            return None
        loader = Changed(fullname, self.path, self.code)
        return importlib.util.spec_from_file_location(fullname, self.path, loader=loader)


def targets(words):
    listed = tomllib.loads((HERE / "targets.toml").read_text("utf-8"))["target"]
    found = [Target(**one) for one in listed]
    return [one for one in found if not words or any(word in one.module for word in words)]


def source_of(target):
    return (ROOT / target.module).read_text("utf-8")


def accepted():
    listed = tomllib.loads((HERE / "accepted.toml").read_text("utf-8"))["accepted"]
    return {(one["module"], one["place"], one["change"]) for one in listed}


def dependents(name):
    """Modules that import this one, directly or through others."""
    import grimp

    graph = grimp.build_graph(*PACKAGES)
    return {name, *graph.find_downstream_modules(name)}


def run_tests(target):
    """Exit code of the tests, in this process."""
    import pytest
    from hypothesis import HealthCheck, Phase, settings

    settings.register_profile(
        "mutants",
        phases=(Phase.explicit, Phase.generate),
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("mutants")
    alone = ("--noconftest",) if target.alone else ()
    code = pytest.main([*QUIET, *alone, *(str(ROOT / test) for test in target.tests)])
    if code == 0 and target.slow:
        code = pytest.main([*QUIET, *(str(ROOT / test) for test in target.slow)])
    return code


def in_child(act, seconds):
    """What ``act`` returned in a forked process; None when it took more processor time."""
    child = os.fork()
    if child == 0:
        code = 70
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            signal.alarm(20 * seconds)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            code = int(act())
        finally:
            os._exit(code)
    _, status, used = os.wait4(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return (None if code < 0 else code), used.ru_utime + used.ru_stime


def must_pass(target, act):
    """Processor seconds of the tests, which pass while nothing is changed."""
    code, seconds = in_child(act, MOST_SECONDS)
    if code != 0:
        sys.exit(f"{target.module}: its tests do not pass as they are (exit {code})")
    return seconds


def preload(target):
    """Loads what the tests do, but for whatever depends on the module that will be changed."""
    with tempfile.NamedTemporaryFile("r+", encoding="utf-8") as file:

        def act():
            code = run_tests(target)
            Path(file.name).write_text(json.dumps(list(sys.modules)), "utf-8")
            return code

        must_pass(target, act)
        loaded = json.loads(Path(file.name).read_text("utf-8"))
    changing = dependents(target.name)
    warnings.simplefilter("ignore")
    for name in loaded:
        if name not in changing and not is_of_tests(name):
            with contextlib.suppress(Exception):
                importlib.import_module(name)
    gc.collect()
    gc.freeze()


def is_of_tests(name):
    """Pytest itself has to load these; the folders of tests are named as the packages are."""
    beside = {path.stem for path in (ROOT / "tests").iterdir()} - {*PACKAGES}
    return name.split(".")[0] in {"tests", "__main__", *beside} or "conftest" in name


def judge(target, skipped):
    """Every mutant of the module but the skipped ones with what became of it."""
    preload(target)
    seconds = must_pass(target, lambda: run_tests(target))
    limit = int(max(LEAST_SECONDS, ENDLESS_AFTER * seconds))
    tree = ast.parse(source_of(target))
    for mutant, changed in mutating.mutated(tree):
        if mutant[:2] in skipped:
            continue
        code = compile(changed, str(ROOT / target.module), "exec")

        def act(code=code):
            sys.meta_path.insert(0, Instead(target, code))
            return run_tests(target)

        outcome, _ = in_child(act, limit)
        yield mutant, {0: SURVIVED, None: ENDLESS}.get(outcome, KILLED)


def judge_apart(target, skipped):
    """``judge`` in a process of its own: what one target loads, another may have to change."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        with os.fdopen(writer, "w", encoding="utf-8") as out:
            try:
                for mutant, outcome in judge(target, skipped):
                    out.write(json.dumps([*mutant, outcome]) + "\n")
                    out.flush()
            except SystemExit as error:
                sys.stderr.write(f"{error}\n")
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as lines:
        for line in lines:
            *mutant, outcome = json.loads(line)
            yield mutating.Mutant(*mutant), outcome
    os.waitpid(child, 0)


def kept():
    return json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}


def keep(results):
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=0), "utf-8")


def known(target, rows):
    """Former outcomes of mutants that can still be made and did not survive."""
    possible = {mutant[:2] for mutant in mutating.mutants(source_of(target))}
    return {key: row for row in rows if (key := tuple(row[:2])) in possible and row[3] != SURVIVED}


def main(arguments):
    words = [word for word in arguments if not word.startswith("--")]
    results, excused = kept(), accepted()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = tempfile.mkdtemp(prefix="mutants-")
    for target in targets(words):
        again = "--survivors" in arguments
        rows = known(target, results.get(target.module, [])) if again else {}
        began = time.monotonic()
        for mutant, outcome in judge_apart(target, frozenset(rows)):
            rows[mutant.place, mutant.change] = [*mutant, outcome]
            keep(results | {target.module: list(rows.values())})
            if outcome == SURVIVED and (target.module, *mutant[:2]) not in excused:
                say(f"{target.module}:{mutant.line} {mutant.place}: {mutant.change}")
        results[target.module] = list(rows.values())
        say(line_of(target.module, results[target.module], excused))
        say(f"  {time.monotonic() - began:.0f} s")


def line_of(module, rows, excused):
    """A line of the table: mutants, killed (with endless ones), accepted, survived."""
    outcomes = Counter(
        "accepted" if outcome == SURVIVED and (module, place, change) in excused else outcome
        for place, change, _, outcome in rows
    )
    killed = outcomes[KILLED] + outcomes[ENDLESS]
    return (
        f"| `{module}` | {len(rows)} | {killed} | {outcomes['accepted']} | {outcomes[SURVIVED]} |"
    )


def say(words):
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
