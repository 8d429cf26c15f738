"""Figures are counted while others write, and kept only beside the ledger they were counted for."""

import builders
import pytest
from builders import SYSTEM

from flows.analytics import flow, operations, rules
from flows.analytics.ledger import Earned
from schemas.errors import Conflict
from schemas.ledger import Indicator

pytestmark = pytest.mark.both_databases


@pytest.fixture
def marathon(installation):
    with installation.begin() as work:
        cluster = builders.a_cluster(work)
        home = builders.members(work, cluster)[0]
        marathon = builders.a_marathon(work, cluster)
        builders.a_decided_work(work, marathon, home)
        return marathon


@pytest.fixture
def meanwhile(monkeypatch):
    """``meanwhile(acts)``: the n-th act is done while the figures are counted for the n-th time."""

    def during(*acts):
        waiting, summarise = list(acts), rules.summarise

        def busy(facts):
            if waiting:
                waiting.pop(0)()
            return summarise(facts)

        monkeypatch.setattr(rules, "summarise", busy)
        return waiting

    return during


def enter(installation, marathon, now, evidence="Приказ № 1"):
    with installation.begin() as work:
        home = work.municipalities.of_cluster(marathon.cluster_id)[1]
        entered = Earned(
            municipality_id=home.id,
            indicator=next(iter(Indicator)),
            count=2,
            evidence=evidence,
        )
        return operations.enter(work, marathon.id, entered, by=SYSTEM, now=now)


def test_nobody_waits_for_the_count_to_write(installation, marathon, meanwhile, now):
    def somebody_writes():
        with installation.begin() as work:
            work.journal.lock()
            builders.a_person(work, "Скорая Ия Ильинична")

    left = meanwhile(somebody_writes)

    works = flow.refreshed(installation, marathon.id, lambda: now, tries=1)

    assert (works, left) == (1, [])
    with installation.begin(read_only=True) as work:
        assert "Скорая Ия Ильинична" in {one.name for one in work.people.all()}
        assert work.reports.of_marathon(marathon.id)


def test_a_ledger_that_moved_is_counted_anew(installation, marathon, meanwhile, now):
    meanwhile(lambda: enter(installation, marathon, now))

    flow.refreshed(installation, marathon.id, lambda: now, tries=2)

    with installation.begin(read_only=True) as work:
        entries = work.ledger.of_marathon(marathon.id)
    assert [one.evidence for one in entries if one.by_hand] == ["Приказ № 1"]
    assert any(not one.by_hand for one in entries)


def test_a_ledger_that_never_rests_is_left_to_the_next_hour(installation, marathon, meanwhile, now):
    meanwhile(*(lambda n=n: enter(installation, marathon, now, f"Приказ № {n}") for n in (1, 2)))

    with pytest.raises(Conflict, match="их изменили"):
        flow.refreshed(installation, marathon.id, lambda: now, tries=2)

    with installation.begin(read_only=True) as work:
        assert all(one.by_hand for one in work.ledger.of_marathon(marathon.id))
