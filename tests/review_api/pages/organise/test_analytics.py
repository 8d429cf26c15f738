"""Figures of a marathon, and of its cluster over the years."""

import pytest

from flows.analytics import operations
from schemas.ledger import Indicator, LedgerEntry
from schemas.marathon import Phase
from storage.identifiers import new_id
from tests import builders


@pytest.fixture
def two_years(installation, now):
    """Two marathons of one cluster with points of their own, one entry not approved."""
    with installation.begin() as work:
        cluster = builders.a_cluster(work)
        place, *_ = builders.members(work, cluster)
        made = [
            builders.a_marathon(work, cluster, year=year, phase=Phase.RESULTS)
            for year in (2025, 2026)
        ]
        for marathon, approved_at in ((made[0], now), (made[1], now), (made[1], None)):
            work.ledger.add(
                LedgerEntry(
                    id=new_id(),
                    marathon_id=marathon.id,
                    municipality_id=place.id,
                    indicator=next(iter(Indicator)),
                    count=2,
                    evidence=f"Семинар, {approved_at}",
                    by_hand=True,
                    approved_at=approved_at,
                )
            )
        counted = operations.count(work, installation.files, made[1].id, now=now)
        operations.keep(work, made[1].id, counted, now=now)
    return made


def test_points_of_the_cluster_stand_by_year(browser, two_years):
    page = browser.get(f"/organise/{two_years[1].id}/analytics").text
    chart = page.split('id="by-year"')[1]
    assert "по годам" in chart
    assert ">2025<" in chart
    assert ">2026<" in chart
