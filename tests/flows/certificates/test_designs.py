"""Certificates as they are seen: three designs, an accent, a logo, words that stay in their room."""

import io
from datetime import UTC, datetime

import pdfplumber
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from validators import pdf_faults

from flows.certificates import render
from flows.certificates.view import CertificateView, Signatory
from schemas.certificate import CERTIFICATE_NAMES, CertificateKind
from schemas.design import CertificateDesign
from storage.files import FileStore

MARGIN = 26
"""Points: no letter comes nearer to the edge of the paper than this."""
LOGO = io.BytesIO()
Image.new("RGB", (300, 90), "#7a1f3d").save(LOGO, "PNG")


def a_view(**changes):
    facts = {
        "number": "2026-A-0007",
        "kind": CertificateKind.PUBLICATION,
        "name": CERTIFICATE_NAMES[CertificateKind.PUBLICATION],
        "holder": "Ясная Вера Павловна",
        "about": "учитель математики, МБОУ «СОШ № 7», город Усть-Илимск",
        "text": "автор материала «Дроби», опубликованного в сборнике марафона «Опыт», 2026 год",
        "marathon": "Опыт",
        "cluster": "Кластер 1 «Северный кластер»",
        "signers": (
            Signatory(role="Председатель методического совета", name="Кедрова В. И."),
            Signatory(role="Организатор марафона", name="Ясенева М. О."),
        ),
        "issued_at": datetime(2026, 3, 24, tzinfo=UTC),
        "zone": "Asia/Irkutsk",
        "verify_url": "https://marathon.test/verify/2026-A-0007?s=0123456789abcdef",
    }
    return CertificateView(**facts | changes)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return FileStore(tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="module")
def logo(store):
    return store.save_bytes(LOGO.getvalue()).sha256


def every_design(**changes):
    return [a_view(design=design, **changes) for design in CertificateDesign]


def pages(pdfs):
    for pdf in pdfs:
        with pdfplumber.open(io.BytesIO(pdf)) as document:
            (page,) = document.pages
            yield page


def overlaps(one, other):
    across = min(one["x1"], other["x1"]) - max(one["x0"], other["x0"])
    down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
    return across > 1 and down > 3


def assert_within(page):
    """Every letter lies on the paper, away from its edge, and no line lies on another."""
    for sign in page.chars:
        assert MARGIN < sign["x0"] < sign["x1"] < page.width - MARGIN, sign["text"]
        assert MARGIN < sign["top"] < sign["bottom"] < page.height - MARGIN, sign["text"]
    lines = page.extract_text_lines()
    for place, line in enumerate(lines):
        for other in lines[place + 1 :]:
            assert not overlaps(line, other), (line["text"], other["text"])


def colours_of(page):
    found = {thing["non_stroking_color"] for thing in (*page.chars, *page.rects)}
    return {tuple(round(part, 3) for part in one) for one in found if isinstance(one, tuple)}


WORDS = st.text(alphabet="абвгде ёжзийклмнопрстуфхцчшщъыьэюяАБВ-", min_size=1, max_size=60)


@settings(max_examples=6, deadline=None)
@given(
    name=WORDS,
    times=st.integers(1, 4),
    title=WORDS,
    length=st.integers(1, 12),
    english=st.booleans(),
    logo=st.booleans(),
)
def test_no_name_title_or_school_leaves_its_room(store, name, times, title, length, english, logo):
    picture = store.save_bytes(LOGO.getvalue()).sha256 if logo else None
    shown = every_design(
        holder=(f"Я{name} " * times)[:200],
        about=f"заместитель директора, {title} " * min(length, 5),
        text=(f"автор материала «{title}» " * length)[:900],
        cluster=f"Кластер {name}",
        logo=picture,
        language="en" if english else "ru",
    )
    for page in pages(render.pdfs(shown, files=store)):
        assert_within(page)


def test_designs_differ_and_take_the_accent_and_the_logo(store, logo):
    shown = every_design(accent="#7a1f3d", logo=logo)
    plain = every_design(accent="#1b4b7a")
    with_logo = list(pages(render.pdfs(shown, files=store)))
    without = list(pages(render.pdfs(plain, files=store)))
    for page, bare in zip(with_logo, without, strict=True):
        assert (0.478, 0.122, 0.239) in colours_of(page)
        assert (0.478, 0.122, 0.239) not in colours_of(bare)
        assert len(page.images) == len(bare.images) + 1
    assert len({(len(page.curves), len(page.rects)) for page in without}) == 3


def test_every_design_is_archival_and_readable_aloud(store, logo, tmp_path):
    papers = render.pdfs(every_design(logo=logo), files=store)
    paths = [tmp_path / f"{number}.pdf" for number in range(len(papers))]
    for path, pdf in zip(paths, papers, strict=True):
        path.write_bytes(pdf)
    assert pdf_faults(*paths) == []


def test_drawing_again_gives_the_same_bytes_whatever_stands_beside(store, logo):
    first, *_ = render.pdfs(every_design(logo=logo), files=store)
    later = a_view(issued_at=datetime(2026, 5, 1, tzinfo=UTC))
    again = render.pdfs([later, a_view(logo=logo)], files=store)[1]
    assert first == again
