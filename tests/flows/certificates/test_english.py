"""A certificate in English: the same number, Latin letters, nothing of the original changed."""

import builders
import pypdfium2
import pytest

from flows.certificates import english, operations, render
from schemas.certificate import CertificateKind
from schemas.submission import SubmissionStatus


@pytest.fixture
def issued(work, now):
    cluster = builders.a_cluster(work)
    place = builders.members(work, cluster)[0]
    marathon = builders.a_marathon(work, cluster)
    builders.a_submission(work, marathon, place, status=SubmissionStatus.PUBLISHED)
    expert = builders.an_expert(work, place)
    one = builders.a_submission(work, marathon, place)
    builders.a_sent_review(work, one, expert)
    operations.issue(work, marathon.id, by=builders.SYSTEM, now=now)
    return work.certificates.of_marathon(marathon.id)


def text_of(pdf):
    return pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()


def test_every_kind_is_drawn_in_english_on_one_page_under_its_number(work, issued, now):
    shown = [
        english.view(work, one, holder="Anna Testova", base_url="https://marathon.test")
        for one in issued
    ]
    assert {one.kind for one in shown} >= {
        CertificateKind.PARTICIPANT,
        CertificateKind.PUBLICATION,
        CertificateKind.EXPERT,
    }
    for one, pdf in zip(shown, render.pdfs(shown, made_at=now), strict=True):
        words = text_of(pdf)
        assert "Anna Testova" in words
        assert one.number in words
        assert "24 March 2026" in words
        assert "Председатель" not in words
        assert len(pypdfium2.PdfDocument(pdf)) == 1


def test_an_expert_reads_how_many_reviews_were_done(work, issued):
    paper = next(one for one in issued if one.kind is CertificateKind.EXPERT)
    shown = english.view(work, paper, holder="Olga Ekspertova", base_url="https://marathon.test")
    assert shown.text.endswith("reviews done: 1")
