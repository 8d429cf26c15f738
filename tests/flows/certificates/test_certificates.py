import hashlib
from datetime import timedelta
from itertools import islice

import pypdfium2
import pytest
from builders import (
    a_cluster,
    a_decided_work,
    a_marathon,
    a_person,
    a_sent_review,
    a_submission,
    an_author,
    an_expert,
    members,
)
from hypothesis import given
from hypothesis import strategies as st

from flows.certificates import checking, operations, render, rules, viewing
from schemas.certificate import CertificateKind
from schemas.errors import NotFound
from schemas.outbox import NoticeStatus
from schemas.submission import SubmissionStatus


@pytest.fixture
def marathon(work):
    cluster = a_cluster(work)
    places = members(work, cluster)
    marathon = a_marathon(work, cluster)
    two = [a_person(work, "Ясная Вера Павловна"), a_person(work, "Берёзкин Глеб Ильич")]
    authors = tuple(an_author(person, places[1]) for person in two)
    facts = {"authors": authors, "owner_id": two[0].id, "status": SubmissionStatus.PUBLISHED}
    decided = a_decided_work(work, marathon, places[1], **facts)
    plain = a_submission(work, marathon, places[2])
    a_submission(work, marathon, places[2], status=SubmissionStatus.DRAFT, submitted_at=None)
    a_submission(work, marathon, places[2], status=SubmissionStatus.WITHDRAWN)
    expert = an_expert(work, places[0])
    for submission in (decided, plain):
        a_sent_review(work, submission, expert)
    an_expert(work, places[0])
    return marathon


def numbers(work, marathon):
    return [one.number for one in work.certificates.of_marathon(marathon.id)]


EXPECTED = [
    "2026-A-0001",
    "2026-A-0002",
    "2026-E-0001",
    "2026-P-0001",
    "2026-P-0002",
    "2026-P-0003",
    "2026-S-0001",
    "2026-S-0002",
    "2026-T-0001",
]


def test_every_author_speaker_and_working_expert_gets_one_of_each_kind(
    work, marathon, organiser, now
):
    operations.issue(work, marathon.id, by=organiser, now=now)

    assert numbers(work, marathon) == EXPECTED
    expert = work.certificates.by_number("2026-E-0001")
    assert expert.holder == "Экспертова Ольга Ивановна"
    assert "проведено 2 экспертизы" in expert.text


def test_issuing_again_keeps_numbers_and_writes_no_second_letter(work, marathon, organiser, now):
    operations.issue(work, marathon.id, by=organiser, now=now)
    before = work.certificates.of_marathon(marathon.id)

    operations.issue(work, marathon.id, by=organiser, now=now + timedelta(days=1))

    assert work.certificates.of_marathon(marathon.id) == before
    letters = work.notices.of_marathon(marathon.id)
    assert len(letters) == len(EXPECTED) - 1, "the expert's thanks lie beside the certificate"
    assert {letter.status for letter in letters} == {NoticeStatus.DRAFT}


def test_numbers_of_two_marathons_of_a_year_never_meet(work, marathon, organiser, now):
    other = a_marathon(work)
    place = work.municipalities.of_cluster(marathon.cluster_id)[0]
    a_submission(work, other, place)
    operations.issue(work, marathon.id, by=organiser, now=now)

    operations.issue(work, other.id, by=organiser, now=now)

    assert numbers(work, other) == ["2026-P-0004"]


def test_withdrawing_a_work_revokes_and_verification_tells_nothing_personal(
    work, marathon, organiser, now
):
    operations.issue(work, marathon.id, by=organiser, now=now)
    assert checking.verify(work, "2026-s-0001 ").holder == "Ясная Вера Павловна"

    first = work.submissions.by_number(marathon.id, 1)
    work.submissions.move(first, to=SubmissionStatus.WITHDRAWN, by=organiser, now=now)
    operations.issue(work, marathon.id, by=organiser, now=now)

    answer = checking.verify(work, "2026-S-0001")
    assert (answer.valid, answer.holder, answer.text) == (False, "", "")
    assert numbers(work, marathon) == EXPECTED


def test_unknown_number_is_not_found(work, marathon):
    with pytest.raises(NotFound):
        checking.verify(work, "2026-P-9999")


def test_another_review_changes_the_experts_text_under_the_same_number(
    work, marathon, organiser, now
):
    for certificate in operations.issue(work, marathon.id, by=organiser, now=now):
        operations.keep(work, certificate, "0" * 64)
    place = work.municipalities.of_cluster(marathon.cluster_id)[1]
    expert = work.experts.many(r.expert_id for r in work.reviews.sent(marathon.id)).popitem()[1]
    a_sent_review(work, a_submission(work, marathon, place), expert)

    undrawn = operations.issue(work, marathon.id, by=organiser, now=now)

    assert [one.number for one in undrawn] == ["2026-E-0001", "2026-P-0004", "2026-T-0001"]
    assert "3 экспертизы" in undrawn[0].text


def test_file_drawn_from_old_words_is_not_kept(work, marathon, organiser, now):
    drawn = operations.issue(work, marathon.id, by=organiser, now=now)[0]
    work.certificates.save(drawn.model_copy(update={"text": "другое"}))

    assert not operations.keep(work, drawn, "0" * 64)
    assert work.certificates.get(drawn.id).sha256 is None


def test_certificate_is_one_landscape_page_with_name_and_number(
    work, marathon, organiser, now, installation
):
    certificates = operations.issue(work, marathon.id, by=organiser, now=now)
    views = viewing.views(
        work, certificates, base_url="https://marathon.test/", signer=installation.signer
    )

    drawn = render.pdfs(views, files=installation.files)

    for pdf, view in zip(drawn, views, strict=True):
        document = pypdfium2.PdfDocument(pdf)
        text = document[0].get_textpage().get_text_bounded()
        assert len(document) == 1
        assert document[0].get_width() > document[0].get_height()
        assert view.holder in text
        assert f"https://marathon.test/verify/{view.number}" in text
    stored = installation.files.save_bytes(drawn[0])
    operations.keep(work, certificates[0], stored.sha256)
    content = operations.content(work, installation.files, certificates[0].number)
    assert hashlib.sha256(content).hexdigest() == stored.sha256
    assert content == render.pdfs(views[:1], files=installation.files)[0]


@given(st.sets(st.integers(1, 9999)), st.sampled_from(CertificateKind))
def test_next_numbers_were_never_given_before(used, kind):
    taken = {f"{rules.prefix_of(2026, kind)}{number:04}" for number in used}

    fresh = list(islice(rules.numbers(2026, kind, taken), 5))

    assert len(set(fresh)) == 5
    assert taken.isdisjoint(fresh)
