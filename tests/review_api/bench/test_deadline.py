"""A deadline day of seconds: the real server, a handful of people, every receipt looked up."""

import os
from dataclasses import replace

import pytest

from flows.intake import operations
from flows.intake.uploads import PART
from review_api.bench import deadline, losses, uploads
from review_api.bench.sizes import Size
from review_api.bench.town import Builder
from review_api.bench.uploads import Errand, Receipt, digest, pieces
from schemas.people import Actor
from schemas.settings import IN_ITS_FOLDER

TINY = Size(
    file_bytes=PART + 1000,
    rate=10.0,
    seconds=0.5,
    burst_rate=20.0,
    burst_seconds=0.5,
    ceiling_seconds=0.3,
    teachers=3,
    slow_clients=4,
    slow_bytes=64 * 1024,
    slow_seconds=1.0,
    page_rate=5.0,
    experts=10,
    works=3,
    autosave_seconds=0.4,
    autosave_every=0.2,
    readers=2,
    reader_seconds=0.5,
    articles=3,
)
FEWEST = replace(TINY, teachers=1, experts=1, works=1, articles=1)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    before = dict(os.environ)
    os.environ |= IN_ITS_FOLDER
    yield deadline.run(tmp_path_factory.mktemp("day"), TINY)
    os.environ.clear()
    os.environ |= before


def test_every_file_gets_its_receipt_and_is_found_once_and_whole(found):
    steady, burst = found["ours"]["uploads"]["steady"], found["ours"]["uploads"]["burst"]
    assert (steady["count"], burst["count"]) == (5, 10)
    assert set(steady["kinds"]) == {"parts", "form", "api"}
    assert found["losses"]["receipts"] == 5 + 10 + TINY.slow_clients
    assert (found["losses"]["lost"], found["losses"]["doubled"]) == (0, 0)


def test_every_sheet_holds_the_last_words_that_were_acknowledged(found):
    assert found["ours"]["autosave"]["count"] == TINY.experts * 2
    assert set(found["ours"]["autosave"]["kinds"]) == {"page", "program"}
    assert found["losses"]["saved"] == TINY.experts
    assert found["losses"]["not_saved"] == 0


def test_nothing_is_refused_and_every_goal_has_a_figure(found):
    assert found["ours"]["slow"]["pages"]["errors"] == {}
    assert found["ours"]["readers"]["errors"] == {}
    assert {one["goal"] for one in found["goals"]} >= {"lost", "doubled", "errors but 413 and 429"}
    assert next(one for one in found["goals"] if one["goal"].startswith("errors"))["met"]


def test_cost_of_the_server_is_measured_and_compared_with_the_plain_one(found):
    assert found["ours"]["uploads"]["burst"]["server"]["rss_peak_mb"] > 50
    assert found["ours"]["uploads"]["burst"]["server"]["cpu_seconds"] > 0
    assert found["plain"]["uploads"]["burst"]["errors"] == {}
    assert found["ratios"]["uploads burst"]["p50"] > 0
    assert set(found["ratios"]) >= {"slow", "autosave", "readers", "pages beside slow"}


@pytest.fixture
def town(installation):
    return Builder(installation, FEWEST).build()


def sent(installation, town, number, now):
    """A receipt of a file that is really there."""
    errand = Errand(number, "form", 0.0, 5000, town.teachers[0])
    stored = installation.files.save(pieces(errand))
    with installation.begin() as work:
        operations.add_file(
            work,
            town.teachers[0].submission,
            name=uploads.name_of(errand),
            stored=stored,
            by=Actor(part="test"),
            now=now,
        )
    return Receipt(errand, town.teachers[0].submission)


def counted(installation, town, receipts):
    return losses.check(installation, receipts, marathon_id=town.marathon)


def test_a_whole_file_is_no_loss(installation, town, now):
    receipt = sent(installation, town, 1, now)
    assert counted(installation, town, [receipt]).lost == 0


def test_a_receipt_without_a_row_is_a_loss(installation, town):
    forged = Receipt(Errand(2, "form", 0.0, 5000, town.teachers[0]), town.teachers[0].submission)
    assert counted(installation, town, [forged]).without_row == 1


def test_a_file_that_is_gone_or_spoilt_is_a_loss(installation, town, now):
    receipt = sent(installation, town, 3, now)
    path = installation.files.path(digest(receipt.errand))
    path.write_bytes(b"other bytes")
    assert counted(installation, town, [receipt]).damaged == 1
    path.unlink()
    assert counted(installation, town, [receipt]).without_file == 1


def test_words_that_were_acknowledged_and_are_not_there_are_a_loss(installation, town):
    written = [losses.Written(town.seats[0].assignment, "Последние слова")]
    found = losses.check(installation, [], written, marathon_id=town.marathon)
    assert (found.not_saved, found.lost) == (1, 1)
