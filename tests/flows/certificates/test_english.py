"""A certificate in English: the same number, Latin letters, nothing of the original changed."""

import builders
import pypdfium2
import pytest

from flows.certificates import english, operations, render
from schemas.certificate import CertificateKind
from schemas.people import Role, RoleGrant
from schemas.submission import SubmissionStatus
from storage.identifiers import new_id


@pytest.fixture
def issued(work, now):
    cluster = builders.a_cluster(work)
    place = builders.members(work, cluster)[0]
    marathon = builders.a_marathon(work, cluster)
    builders.a_submission(work, marathon, place, status=SubmissionStatus.PUBLISHED)
    expert = builders.an_expert(work, place)
    one = builders.a_submission(work, marathon, place)
    builders.a_sent_review(work, one, expert)
    chair = builders.a_person(work, "Кедрова Валентина Игоревна")
    work.roles.add(RoleGrant(id=new_id(), person_id=chair.id, role=Role.CHAIR, scope_id=cluster.id))
    operations.issue(work, marathon.id, by=builders.SYSTEM, now=now)
    return work.certificates.of_marathon(marathon.id)


def text_of(pdf):
    return pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()


def english_of(work, one, installation):
    return english.view(work, one, base_url="https://marathon.test", signer=installation.signer)


def test_every_kind_is_drawn_in_english_on_one_page_under_its_number(work, issued, installation):
    shown = [english_of(work, one, installation) for one in issued]
    assert {one.kind for one in shown} >= {
        CertificateKind.PARTICIPANT,
        CertificateKind.PUBLICATION,
        CertificateKind.EXPERT,
    }
    for one, pdf in zip(shown, render.pdfs(shown, files=installation.files), strict=True):
        words = text_of(pdf)
        assert one.holder in words
        assert one.holder in {"Anna 1-ia Testova", "Anna 2-ia Testova", "Olga Ivanovna Ekspertova"}
        assert "Severnyi klaster" in words
        assert "Chair of the methodical council V. I. Kedrova" in words
        assert one.number in words
        assert "24 March 2026" in words
        assert "Председатель" not in words
        assert len(pypdfium2.PdfDocument(pdf)) == 1


def test_an_expert_reads_how_many_reviews_were_done(work, issued, installation):
    paper = next(one for one in issued if one.kind is CertificateKind.EXPERT)
    shown = english_of(work, paper, installation)
    assert shown.text.endswith("reviews done: 1")
