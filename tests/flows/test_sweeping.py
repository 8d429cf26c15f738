"""The sweep takes what nobody names, and nothing that anybody names, saves or is still sending."""

import fcntl
import os
import tempfile
import threading

import builders
import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from flows import sweeping
from schemas.collection import Artefact, Edition, EditionStatus
from schemas.papers import PaperKind
from schemas.submission import SubmissionFile
from storage import desks
from storage.identifiers import new_id
from storage.repositories.belongings import DIGEST, is_text

NOW = builders.this_moment()
LONG_AGO = NOW - 2 * sweeping.SAFE_AGE


def aged(files, *, since=LONG_AGO):
    """As if everything in the store had been saved that long ago."""
    for path in files.root.rglob("*"):
        if path.is_file():
            os.utime(path, (since.timestamp(), since.timestamp()))


def contents(files):
    return {path.name for path in files.all()}


def name_in_a_row(work, sha256):
    """A material with this file."""
    marathon = next(iter(work.marathons.all()), None) or builders.a_marathon(work)
    place = builders.a_municipality(work, work.clusters.only(), f"Район {new_id()}")
    one = builders.a_submission(work, marathon, place)
    work.files.add(
        SubmissionFile(
            id=new_id(),
            submission_id=one.id,
            marathon_id=marathon.id,
            name="практика.docx",
            sha256=sha256,
            size=1,
            uploaded_at=NOW,
        )
    )
    return marathon


@pytest.mark.both_databases
def test_what_is_named_anywhere_stays_and_the_rest_goes(installation):
    files = installation.files
    kept = {name: files.save_bytes(name.encode()) for name in ("file", "edition", "paper", "logo")}
    lost = files.save_bytes(b"left by a killed process")
    with installation.begin() as work:
        marathon = name_in_a_row(work, kept["file"].sha256)
        out = Artefact(path="book.pdf", **kept["edition"].model_dump())
        work.editions.add(
            Edition(
                id=new_id(),
                marathon_id=marathon.id,
                number=1,
                status=EditionStatus.PUBLISHED,
                built_at=NOW,
                artefacts=(out,),
            )
        )
        work.papers.record(PaperKind.REPORT, marathon.id, "a.pdf", kept["paper"], now=NOW)
        design = marathon.design.model_copy(update={"logo": kept["logo"].sha256})
        work.marathons.save(marathon.model_copy(update={"design": design}))
    aged(files)

    swept = sweeping.sweep(installation, now=NOW)

    assert swept.contents == 1
    assert contents(files) == {one.sha256 for one in kept.values()}
    assert lost.sha256 not in contents(files)
    assert sweeping.sweep(installation, now=NOW).contents == 0


def test_what_was_saved_lately_stays_whoever_will_name_it(installation):
    content = installation.files.save_bytes(b"its row is about to be written")

    assert sweeping.sweep(installation, now=NOW).contents == 0
    assert contents(installation.files) == {content.sha256}


def test_old_content_that_is_sent_again_is_nobody_s_orphan_any_more(installation):
    """Saved again after it was found to be an orphan and before it is removed."""
    files = installation.files
    content = files.save_bytes(b"sent by two people")
    aged(files)
    with installation.begin(read_only=True) as work:
        digests = sweeping.orphans(work, files, now=NOW)
    assert digests == (content.sha256,)

    files.save_bytes(b"sent by two people")

    assert sweeping.clear_away(files, digests, now=NOW).contents == 0
    assert contents(files) == {content.sha256}


def test_sweep_waits_for_whoever_is_saving(installation):
    files = installation.files
    content = files.save_bytes(b"content")
    aged(files)
    before = (NOW - sweeping.SAFE_AGE).timestamp()
    swept = []
    with files.locked(fcntl.LOCK_SH):
        sweeper = threading.Thread(
            target=lambda: swept.append(files.sweep_away(content.sha256, before=before))
        )
        sweeper.start()
        os.utime(files.path(content.sha256))
        assert swept == []
    sweeper.join()

    assert swept == [False]


def test_uploads_in_progress_stay_and_what_was_left_of_others_goes(installation):
    files = installation.files
    files.incoming.mkdir(parents=True)
    (files.incoming / "begun").write_bytes(b"half")
    (files.incoming / "left").write_bytes(b"half")
    old = LONG_AGO.timestamp()
    os.utime(files.incoming / "left", (old, old))

    assert sweeping.sweep(installation, now=NOW).unfinished == 1
    assert [path.name for path in files.incoming.iterdir()] == ["begun"]


def test_every_column_that_may_hold_words_is_searched():
    """Shapes as JSON and plain texts; what is left cannot hold a digest."""
    left = {
        type(column.type).__name__
        for table in SQLModel.metadata.sorted_tables
        for column in table.c
        if not is_text(column)
    }
    assert left <= {"Moment", "Boolean", "Integer", "Float", "Date", "LargeBinary", "BigInteger"}
    assert DIGEST.findall(sa.text(f'{{"sha256": "{"a" * 64}"}}').text) == ["a" * 64]


def test_folders_of_dead_processes_go_and_the_one_held_stays(installation, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    places = (tmp_path / "temporary", installation.settings.data)
    for place in places:
        place.mkdir(exist_ok=True)
        (place / f"{desks.PREFIX}of-nobody").mkdir()

    with desks.desk(places[0]) as held:
        swept = sweeping.sweep(installation, now=NOW)
        assert held.is_dir()

    assert swept.desks == len(places)
    assert [list(place.glob(f"{desks.PREFIX}*")) for place in places] == [[], []]
