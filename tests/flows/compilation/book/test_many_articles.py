"""A volume of many articles, judged by veraPDF: a fault that needs many pieces to show itself."""

from pathlib import Path

import pikepdf
import pytest
from validators import pdf_faults

from flows.compilation import synthetic
from flows.compilation.book import volume as book
from flows.compilation.compiling import fit_pictures
from flows.documents.printing.cache import Cache

ARTICLES, FULL_SIZE = 12, 60
ALONE = (1, 12)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory, soak: bool) -> Path:  # noqa: FBT001
    desk = tmp_path_factory.mktemp("many")
    volume = synthetic.volume(FULL_SIZE if soak else ARTICLES, images=desk / "images")
    made = book.make(volume, fit_pictures(volume, desk, Cache(desk / "cache")))
    (desk / "volume.pdf").write_bytes(made.pdf)
    for number in ALONE:
        (desk / f"{number}.pdf").write_bytes(made.articles[number - 1])
    return desk


def test_a_volume_of_many_articles_is_archival_and_accessible_and_so_is_each(
    printed: Path,
) -> None:
    with pikepdf.open(printed / "volume.pdf") as pdf:
        assert len(pdf.pages) > 3 * ARTICLES
        assert not pdf.check_pdf_syntax()
    files = [printed / "volume.pdf", *(printed / f"{number}.pdf" for number in ALONE)]
    assert pdf_faults(*files) == []
