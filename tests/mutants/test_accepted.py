"""The lists of mutants: modules and tests that exist, changes that can be made, reasons that are told."""

import ast
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))  # the makers of mutants stand beside the test
import mutating  # noqa: E402

TARGETS = tomllib.loads((HERE / "targets.toml").read_text("utf-8"))["target"]
ACCEPTED = tomllib.loads((HERE / "accepted.toml").read_text("utf-8"))["accepted"]
MODULES = [target["module"] for target in TARGETS]


def source(module):
    return (ROOT / module).read_text("utf-8")


def test_every_module_is_listed_once_with_tests_that_are_there():
    assert len(set(MODULES)) == len(MODULES)
    for target in TARGETS:
        assert target["tests"]
        assert (ROOT / target["module"]).is_file()
        for test in (*target["tests"], *target.get("slow", ())):
            path, _, name = test.partition("::")
            assert (ROOT / path).exists(), test
            assert not name or f"def {name}(" in source(path), test


@pytest.mark.parametrize("module", sorted({one["module"] for one in ACCEPTED}))
def test_every_accepted_survivor_can_still_be_made_and_has_its_reason(module):
    possible = {(one.place, one.change) for one in mutating.mutants(source(module))}
    listed = [one for one in ACCEPTED if one["module"] == module]

    assert module in MODULES
    for one in listed:
        assert one.keys() == {"module", "place", "change", "reason"}
        assert (one["place"], one["change"]) in possible, one
        assert len(one["reason"]) > 20, one
    assert max(Counter((one["place"], one["change"]) for one in listed).values()) == 1


def test_every_mutant_is_other_code_and_the_next_one_starts_afresh():
    tree = ast.parse(source("flows/decision/gates.py"))
    as_it_is, met = ast.dump(tree), set()

    for mutant, changed in mutating.mutated(tree):
        met.add(ast.dump(changed))
        assert as_it_is not in met, mutant
    assert ast.dump(tree) == as_it_is
    assert len(met) == len(mutating.mutants(source("flows/decision/gates.py"))) > 0


def test_mutants_change_tables_properties_and_bodies_and_leave_words_alone():
    made = mutating.mutants(
        '"""Words."""\n'
        "MOST = 3\n"
        'TABLE = {"a": frozenset({1})}\n'
        "class Tally:\n"
        "    @property\n"
        "    def passed(self):\n"
        '        """Words."""\n'
        "        return 2 * self.agreed > self.voting\n"
        "def refuse(name):\n"
        "    if not name:\n"
        '        raise ValueError("Напишите имя.")\n'
    )

    assert [(one.place, one.change) for one in made] == [
        ("MOST", "3 -> 4"),
        ("TABLE", "without 'a'"),
        ("TABLE", "'a' -> 'XXa'"),
        ("TABLE", "without 1"),
        ("TABLE", "1 -> 2"),
        ("Tally.passed", "return 2 * self.agreed > self.voting -> return None"),
        ("Tally.passed", "2 * self.agreed > self.voting -> 2 * self.agreed >= self.voting"),
        ("Tally.passed", "2 * self.agreed -> 2 / self.agreed"),
        ("Tally.passed", "2 -> 3"),
        ("refuse", "if not name -> if True"),
        ("refuse", "if not name -> if False"),
        ("refuse", "not name -> name"),
        ("refuse", "raise ValueError('Напишите имя.') -> pass"),
    ]
