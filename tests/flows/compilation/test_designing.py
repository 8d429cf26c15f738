"""Previews are the volume's own pages, drawn once; only a PDF can be printed as it is."""

import io

import pytest
from builders import a_decided_work
from compiled_volume import with_file
from PIL import Image

from flows.compilation import designing
from flows.compilation.book import previews
from schemas.design import Design, Template
from schemas.errors import BadInput
from schemas.extraction import Extraction, Kind


@pytest.fixture
def one(work, installation, marathon, place):
    submission = a_decided_work(work, marathon, place)
    with_file(work, installation, submission)
    return submission


def as_pdf(work, submission, kind=Kind.PDF):
    file = work.files.of(submission.id)[-1]
    extraction = Extraction(file=file.name, status="ok", kind=kind)
    work.files.save(file.model_copy(update={"extraction": extraction}))


@pytest.mark.parametrize("template", list(Template))
def test_strip_shows_four_pages_of_the_template(work, installation, marathon, tmp_path, template):
    design = Design(template=template, accent="#7a1b2e")
    volume = designing.volume_of(work, marathon, design, installation.files)

    drawn = designing.strip(volume, folder=tmp_path)

    with Image.open(io.BytesIO(drawn)) as image:
        assert image.height == previews.HEIGHT + 2 * previews.GAP
        assert 2.6 < image.width / image.height < 2.9
    assert designing.strip(volume, folder=tmp_path / "elsewhere") == drawn


def test_preview_is_drawn_once_and_again_for_another_colour(
    work, installation, marathon, tmp_path, monkeypatch
):
    drawn = []
    monkeypatch.setitem(designing._DRAWN, "front", lambda _: drawn.append(1) or b"picture")

    for accent in ("#7a1b2e", "#7a1b2e", "#14604a"):
        volume = designing.volume_of(work, marathon, Design(accent=accent), installation.files)
        assert designing.front(volume, folder=tmp_path) == b"picture"

    assert len(drawn) == 2


def test_pdf_can_be_printed_as_it_is_and_set_anew_again(work, one, organiser, now):
    as_pdf(work, one)

    kept = designing.print_as_is(work, one.id, wanted=True, by=organiser, now=now)
    again = designing.print_as_is(work, one.id, wanted=True, by=organiser, now=now)
    back = designing.print_as_is(work, one.id, wanted=False, by=organiser, now=now)

    assert (kept.print_as_is, again, back.print_as_is) == (True, kept, False)
    told = [entry.action for entry in work.journal.about(one.id)]
    assert sorted(set(told) & {"printed_as_is", "set_anew"}) == ["printed_as_is", "set_anew"]
    assert told.count("printed_as_is") == 1


def test_file_of_another_kind_is_refused_with_what_to_do(work, one, organiser, now):
    as_pdf(work, one, Kind.DOCX)

    with pytest.raises(BadInput, match="сохранить его в PDF"):
        designing.print_as_is(work, one.id, wanted=True, by=organiser, now=now)

    assert designing.with_pdf(work, [one]) == []
