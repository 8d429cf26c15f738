"""A little of ``make fuzz`` in every run: honest files, what was once a finding, a few changes."""

import logging
import warnings

import pytest
from fuzz.mutations import changed
from fuzz.seeds import CORPUS, MADE, found, seeds
from fuzz.targets import TARGETS, Target, fed, finding

# How many changed files of a kind are read here, as many as a second or two allow.
CHANGES = {
    "pdf": 10, "pages": 30, "drawing": 8, "office": 6, "slides": 15, "picture": 30,
    "logo": 30, "text": 8, "roster": 100, "workbook": 15, "kit": 100,
}  # fmt: skip
SOAK = 50


@pytest.fixture(autouse=True)
def _quiet():
    """Libraries complain of every second file."""
    logging.disable(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    logging.disable(logging.NOTSET)


def test_every_target_has_files_to_begin_from():
    assert set(CHANGES) == set(TARGETS) == set(MADE)
    assert {path.name for path in CORPUS.iterdir()} <= set(TARGETS)


@pytest.mark.parametrize("name", TARGETS)
def test_honest_files_are_read(name):
    for content in MADE[name]():
        fed(name, content)


@pytest.mark.parametrize("name", sorted(path.name for path in CORPUS.iterdir()))
def test_what_was_found_once_is_answered_now(name):
    assert found(name)
    assert [finding(name, content) for content in found(name)] == [("", "")] * len(found(name))


@pytest.mark.parametrize("name", TARGETS)
def test_changed_files_end_in_an_answer(name, soak):
    files = seeds(name)[:2]
    for seed in range(CHANGES[name] * (SOAK if soak else 1)):
        where, trace = finding(name, changed(files[seed % len(files)], name, seed))
        assert not where, f"seed {seed}\n{trace}"


def test_a_fault_is_told_with_its_place(monkeypatch):
    def broken(path):
        raise LookupError(path)

    monkeypatch.setitem(TARGETS, "kit", Target(broken, (".json",)))
    where, trace = finding("kit", b"{}")
    assert where.startswith("LookupError-test_replay-")
    assert "file.json" in trace
