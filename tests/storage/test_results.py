"""What a marathon leaves: papers, certificates, points, editions."""

from datetime import timedelta

import builders
import pytest

from schemas.certificate import Certificate, CertificateKind
from schemas.collection import Edition, EditionStatus
from schemas.papers import PaperKind
from storage.files import Stored
from storage.identifiers import new_id

pytestmark = pytest.mark.both_databases


@pytest.fixture
def marathon(work):
    return builders.a_marathon(work)


def test_paper_with_the_same_bytes_keeps_its_moment(work, now):
    kind, stored = next(iter(PaperKind)), Stored(sha256="a" * 64, size=3)
    first = work.papers.record(kind, "s", "a.pdf", stored, now=now)
    later = now + timedelta(hours=1)

    assert work.papers.record(kind, "s", "a.pdf", stored, now=later) == first
    changed = work.papers.record(kind, "s", "a.pdf", Stored(sha256="b" * 64, size=4), now=later)
    assert (changed.id, changed.made_at) == (first.id, later)
    assert work.papers.of(kind, "s") == [changed]


def test_certificate_is_known_again_by_marathon_kind_holder_and_work(work, marathon, now):
    kind = next(iter(CertificateKind))
    issued = work.certificates.add(
        Certificate(
            id=new_id(),
            marathon_id=marathon.id,
            number="С-2026-0001",
            kind=kind,
            holder="Ветрова Дарья Олеговна",
            text="за участие",
            issued_at=now,
        )
    )

    assert work.certificates.same(issued.model_copy(update={"number": "другой"})) == issued
    assert work.certificates.same(issued.model_copy(update={"holder": "Другая Анна"})) is None
    assert work.certificates.by_number("С-2026-0001") == issued
    assert work.certificates.numbers("С-2026-") == ["С-2026-0001"]


def test_published_edition_is_told_from_the_latest(work, marathon, now):
    statuses = (EditionStatus.SUPERSEDED, EditionStatus.PUBLISHED, EditionStatus.BUILT)
    editions = [
        work.editions.add(
            Edition(
                id=new_id(), marathon_id=marathon.id, number=number, status=status, built_at=now
            )
        )
        for number, status in enumerate(statuses, start=1)
    ]

    assert work.editions.published(marathon.id) == editions[1]
    assert work.editions.latest(marathon.id) == editions[2]
