"""What everybody may read: programme, published articles, the truth about a certificate."""

import json

import builders
import pytest
from compiled_volume import an_edition

from flows.certificates import checking
from flows.programme import operations as programmes
from review_api import limits
from schemas.certificate import Certificate, CertificateKind
from schemas.collection import EditionStatus
from schemas.document import Document, Paragraph, Span
from schemas.marathon import Phase
from schemas.submission import (
    ConsentKind,
    Derivative,
    DerivativeKind,
    FileStatus,
    SubmissionFile,
    SubmissionStatus,
)
from storage.identifiers import new_id

BIBTEX = "@incollection{article001,\n  title = {Другая}\n}\n\n@incollection{article002,\n  title = {Эта}\n}\n"
RIS = (
    "TY  - CHAP\r\nTI  - Другая работа\r\nSP  - 3\r\nEP  - 4\r\nER  -  \r\n"
    "TY  - CHAP\r\nTI  - Читаем карту\r\nSP  - 5\r\nEP  - 8\r\nER  -  \r\n"
)


@pytest.fixture
def marathon(installation):
    with installation.begin() as work:
        cluster = builders.a_cluster(work)
        builders.members(work, cluster)
        return builders.a_marathon(work, cluster, phase=Phase.RESULTS)


def decided(work, marathon, title, **changes):
    place = work.municipalities.all()[0]
    return builders.a_decided_work(work, marathon, place, title=title, **changes)


@pytest.fixture
def edition(installation, marathon, now, organiser):
    """A published edition of two works with the text of one of them."""
    document = Document(blocks=(Paragraph(inlines=(Span(text="Дети читают <карту>."),)),))
    with installation.begin() as work:
        first = decided(work, marathon, "Читаем карту", status=SubmissionStatus.PUBLISHED)
        gone = decided(work, marathon, "Отозванная", status=SubmissionStatus.WITHDRAWN)
        file = work.files.add(
            SubmissionFile(
                id=new_id(),
                submission_id=first.id,
                marathon_id=marathon.id,
                name="a.docx",
                sha256=installation.files.save_bytes(b"original").sha256,
                size=8,
                status=FileStatus.ACCEPTED,
                uploaded_at=now,
            )
        )
        text = installation.files.save_bytes(document.model_dump_json().encode())
        kind = DerivativeKind.DOCUMENT
        work.derivatives.add(
            Derivative(id=new_id(), file_id=file.id, kind=kind, sha256=text.sha256)
        )
        contents = {
            "collection.pdf": b"%PDF",
            "metadata/collection.bib": BIBTEX.encode(),
            "metadata/collection.ris": RIS.encode(),
            "site/index.html": b"<!DOCTYPE html><p>site",
            "site/search.js": b'"use strict";',
            "articles/002.pdf": b"%PDF one",
            "metadata/schema_org.jsonld": json.dumps(
                {"bookEdition": "Издание 2-е, исправленное", "correction": ["Исправлена <статья>."]}
            ).encode(),
        }
        edition = an_edition(
            work,
            installation.files,
            marathon,
            contents,
            status=EditionStatus.PUBLISHED,
            built_at=now,
            published_at=now,
            articles=(gone.id, first.id),
        )
        return edition, first


def test_the_programme_names_only_those_who_agreed(client, installation, marathon, now, organiser):
    with installation.begin() as work:
        decided(work, marathon, "Названная работа")
        only = builders.consents(ConsentKind.PROCESSING)
        decided(work, marathon, "Безымянная работа", consents=only)
        programmes.build(work, marathon.id, by=organiser, now=now)
    for address in ("programme", "programme.ics"):
        answer = client.get(f"/marathons/{marathon.id}/{address}")
        text = answer.text.replace("\r\n ", "")
        assert "Названная работа" in text
        assert "Безымянная работа" in text
        assert "Тестова Анна 1-я" in text
        assert "Тестова Анна 2-я" not in text


def test_before_results_the_programme_is_not_shown(client, installation, marathon, now, organiser):
    with installation.begin() as work:
        decided(work, marathon, "Ещё тайна")
        programmes.build(work, marathon.id, by=organiser, now=now)
        kept = work.marathons.get(marathon.id)
        work.marathons.save(kept.model_copy(update={"phase": Phase.DECISION}))
    assert "Ещё тайна" not in client.get(f"/marathons/{marathon.id}/programme").text
    assert client.get(f"/marathons/{marathon.id}/programme.ics").status_code == 404


def test_the_catalogue_lists_published_works_only(client, marathon, edition):
    page = client.get(f"/marathons/{marathon.id}/collection").text
    assert "Читаем карту" in page
    assert "Отозванная" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=КАРТУ", True),
        ("q=тестова", True),
        ("q=физика", False),
        ("track=1", True),
        ("track=3", False),
        ("subject=Математика", True),
        ("place=нигде", False),
    ],
)
def test_the_catalogue_is_searched_by_words_and_lists(client, marathon, edition, query, found):
    page = client.get(f"/marathons/{marathon.id}/collection?{query}").text
    assert ("articles/1" in page) is found


def test_an_article_is_read_and_cited(client, marathon, edition):
    address = f"/marathons/{marathon.id}/collection/articles/1"
    page = client.get(address).text
    assert "Дети читают &lt;карту&gt;." in page
    assert (
        "Читаем карту // Инструменты повышения качества образования : сборник материалов: "
        "Марафон лучших образовательных практик. 2-е изд., испр. 2026. С. 5–8."
        in page.replace("\u00a0", " ")
    )
    pdf = client.get(f"{address}/article.pdf")
    assert pdf.content == b"%PDF one"
    assert "attachment" in pdf.headers["content-disposition"]
    assert client.get(f"{address}/citation.bib").text.startswith("@incollection{article002")
    assert "TI  - Читаем карту\n" in client.get(f"{address}/citation.ris").text
    assert client.get(f"{address}/citation.doc").status_code == 404


def test_a_withdrawn_work_has_no_article_page(client, marathon, edition):
    assert client.get(f"/marathons/{marathon.id}/collection/articles/2").status_code == 404


def test_files_of_an_edition_with_a_withdrawn_work_are_not_given(client, marathon, edition):
    files = f"/marathons/{marathon.id}/collection/files"
    assert client.get(f"{files}/collection.pdf").status_code == 404
    assert client.get(f"{files}/site/index.html").status_code == 404
    page = client.get(f"/marathons/{marathon.id}/collection").text
    assert "Выпуск обновляется" in page
    assert "collection.pdf" not in page


def test_files_of_the_edition_are_attachments_and_its_pages_run_only_their_own(
    client, marathon, edition, installation
):
    with installation.begin() as work:
        whole, first = edition
        work.editions.save(whole.model_copy(update={"articles": (first.id,)}))
    files = f"/marathons/{marathon.id}/collection/files"
    pdf = client.get(f"{files}/collection.pdf")
    assert pdf.headers["content-disposition"].startswith("attachment")
    site = client.get(f"{files}/site/index.html")
    assert site.headers["content-type"].startswith("text/html")
    policy = site.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self';" in policy
    assert "unsafe" not in policy
    script = client.get(f"{files}/site/search.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert client.get(f"{files}/problems.json").status_code == 404


def test_a_title_corrected_since_does_not_lose_the_article_its_file_and_records(
    client, installation, marathon, edition
):
    with installation.begin() as work:
        article = work.submissions.get(edition[1].id)
        work.submissions.save(article.model_copy(update={"title": "Читаем карту и план"}))
    address = f"/marathons/{marathon.id}/collection/articles/{article.number}"
    assert client.get(f"{address}/article.pdf").content == b"%PDF one"
    assert "TI  - Читаем карту" in client.get(f"{address}/citation.ris").text
    assert "С. 5–8" in " ".join(client.get(address).text.split())


def test_readers_of_a_corrected_edition_see_what_has_changed(client, marathon, edition):
    page = client.get(f"/marathons/{marathon.id}/collection").text
    assert "Издание 2-е, исправленное" in page
    assert "Исправлена &lt;статья&gt;." in page


def test_libraries_collect_the_records_of_articles_that_may_be_read(client, marathon, edition):
    query = {"verb": "ListRecords", "metadataPrefix": "oai_dc"}
    for answer in (client.get("/oai", params=query), client.post("/oai", data=query)):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/xml")
        assert "<dc:title>Читаем карту</dc:title>" in answer.text
        assert f"/marathons/{marathon.id}/collection/articles/1</dc:identifier>" in answer.text
        assert "Отозванная" not in answer.text
        assert f"<setSpec>marathon-{marathon.id}</setSpec>" in answer.text


def test_there_is_no_catalogue_before_an_edition_is_published(client, marathon):
    assert client.get(f"/marathons/{marathon.id}/collection").status_code == 404


@pytest.fixture
def paper(installation, marathon, now):
    with installation.begin() as work:
        holder = builders.a_person(work, "Ветрова Дарья Олеговна")
        certificate = work.certificates.add(
            Certificate(
                id=new_id(),
                marathon_id=marathon.id,
                number="2026-A-0001",
                kind=CertificateKind.PUBLICATION,
                person_id=holder.id,
                holder=holder.name,
                text="автор материала «Читаем карту»",
                issued_at=now,
                sha256=installation.files.save_bytes(b"%PDF certificate").sha256,
            )
        )
    return certificate, holder


def test_a_certificate_is_checked_by_its_number_in_a_page_or_json(client, paper):
    page = client.get("/verify/2026-a-0001").text
    assert "Документ подлинный" in page
    assert "Ветрова Дарья Олеговна" in page, "the collection names her"
    answer = client.get("/verify/2026-A-0001", headers={"accept": "application/json"})
    assert answer.json()["valid"] is True
    assert client.get("/verify?number=2026-A-0001").headers["location"] == "/verify/2026-A-0001"


def test_numbers_walked_one_by_one_give_no_names(client, paper, installation):
    certificate = paper[0].model_copy(update={"kind": CertificateKind.EXPERT})
    with installation.begin() as work:
        work.certificates.save(certificate)
    address = checking.address_of(certificate, base_url="", signer=installation.signer)
    for without in ("/verify/2026-A-0001", f"{address}0", "/verify/2026-A-0001?s=0123456789abcdef"):
        page = client.get(without).text
        told = client.get(without, headers={"accept": "application/json"}).json()
        assert (told["valid"], told["holder"], told["text"]) == (True, "В… Д. О.", "")
        assert "Ветрова" not in page
        assert "Читаем карту" not in page
    page = client.get(address).text
    assert "Ветрова Дарья Олеговна" in page
    assert "Читаем карту" in page


def test_one_network_checks_so_many_numbers_an_hour_and_papers_without_end(
    client, paper, installation
):
    limits.limiter.storage.reset()
    try:
        for number in range(limits.CHECKS_PER_NETWORK.amount):
            client.get(f"/verify/2026-A-{number}", headers={"accept": "application/json"})
        refused = client.get("/verify/2026-A-0001")
        assert refused.status_code == 429
        assert "Отсканируйте QR-код" in refused.text
        address = checking.address_of(paper[0], base_url="", signer=installation.signer)
        assert client.get(address).status_code == 200
    finally:
        limits.limiter.storage.reset()


def test_an_unknown_number_is_told_in_words_or_as_a_problem(client, paper):
    page = client.get("/verify/2026-A-9999")
    assert page.status_code == 404
    assert "Сертификата с таким номером нет." in page.text
    answer = client.get("/verify/2026-A-9999", headers={"accept": "application/json"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_of_a_revoked_certificate_nothing_personal_is_told(client, paper, installation, now):
    with installation.begin() as work:
        kept = work.certificates.get(paper[0].id)
        work.certificates.save(kept.model_copy(update={"revoked_at": now}))
    page = client.get("/verify/2026-A-0001").text
    assert "Документ отозван" in page
    assert "Ветрова" not in page


def test_only_the_holder_downloads_a_certificate(client, signed_in, paper, installation):
    with installation.begin() as work:
        other = builders.a_person(work, "Чужой Иван Петрович")
    address = "/my/certificates/2026-A-0001"
    assert signed_in(paper[1]).get(address).content == b"%PDF certificate"
    assert signed_in(other).get(address).status_code == 404
    assert client.get(address).status_code == 303


def test_owner_takes_the_certificate_of_a_co_author_without_an_address(
    signed_in, marathon, installation, now
):
    with installation.begin() as work:
        one = decided(work, marathon, "Читаем карту", status=SubmissionStatus.PUBLISHED)
        owner, other = work.people.get(one.owner_id), builders.a_person(work, "Чужой Иван Петрович")
        work.certificates.add(
            Certificate(
                id=new_id(),
                marathon_id=marathon.id,
                number="2026-P-0002",
                kind=CertificateKind.PARTICIPANT,
                submission_id=one.id,
                holder="Безадресова Анна Ильинична",
                text="автор материала «Читаем карту»",
                issued_at=now,
                sha256=installation.files.save_bytes(b"%PDF of a co-author").sha256,
            )
        )
    address = "/my/certificates/2026-P-0002"
    browser = signed_in(owner)
    listed = browser.get("/my").text
    assert f'href="{address}"' in listed
    assert "Безадресова Анна Ильинична" in listed
    assert browser.get(address).content == b"%PDF of a co-author"
    assert browser.get(f"{address}?lang=en").content.startswith(b"%PDF-")
    stranger = signed_in(other)
    assert stranger.get(address).status_code == 404
    assert address not in stranger.get("/my").text
