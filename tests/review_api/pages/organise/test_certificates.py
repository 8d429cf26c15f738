"""Certificates as a list and as one archive: organisers all, coordinators theirs, holders own."""

import io
import zipfile

import builders
import pytest

from flows.certificates import checking, operations
from schemas.marathon import Phase
from schemas.people import Role
from schemas.submission import SubmissionStatus

BY = builders.SYSTEM


@pytest.fixture
def marathon(installation, now):
    """Two published works from two municipalities, every certificate drawn."""
    with installation.begin() as work:
        places = builders.members(work, builders.a_cluster(work))
        found = builders.a_marathon(work, phase=Phase.RESULTS)
        for place in places[:2]:
            builders.a_submission(work, found, place, status=SubmissionStatus.PUBLISHED)
        for one in operations.issue(work, found.id, by=BY, now=now):
            content = installation.files.save_bytes(f"%PDF {one.number}".encode())
            operations.keep(work, one, content.sha256)
        return found


def coordinator_of(installation, marathon, place):
    with installation.begin() as work:
        person = builders.a_person(work, "Координатова Ольга Львовна")
        home = work.municipalities.of_cluster(marathon.cluster_id)[place]
        work.roles.give(person.id, Role.COORDINATOR, scope="municipality", scope_id=home.id)
    return person


def names_in(answer):
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_organiser_takes_all_or_what_the_filters_show(organiser_browser, installation, marathon):
    address = f"/organise/{marathon.id}/certificates"
    page = organiser_browser.get(address).text
    assert f"{address}?export=zip" in page
    assert names_in(organiser_browser.get(f"{address}?export=zip")) == [
        "Список.xlsx",
        "Тестова А. 1. — публикация.pdf",
        "Тестова А. 2. — публикация.pdf",
        "Тестова А. 1. — участие.pdf",
        "Тестова А. 2. — участие.pdf",
        "Орлова Н. П. — благодарность.pdf",
    ]
    with installation.begin(read_only=True) as work:
        first = work.submissions.by_number(marathon.id, 1).authors[0].municipality_id
    chosen = organiser_browser.get(f"{address}?export=zip&kind=publication&home={first}")
    assert names_in(chosen) == ["Список.xlsx", "Тестова А. 1. — публикация.pdf"]


def test_coordinator_gets_those_of_own_people_once_results_are_out(
    signed_in, installation, marathon
):
    browser = signed_in(coordinator_of(installation, marathon, 0))
    assert "Тестова Анна 1-я" in browser.get("/coordinate/certificates").text
    assert names_in(browser.get("/coordinate/certificates?export=zip")) == [
        "Список.xlsx",
        "Тестова А. 1. — публикация.pdf",
        "Тестова А. 1. — участие.pdf",
    ]
    with installation.begin() as work:
        known = work.marathons.get(marathon.id)
        work.marathons.save(known.model_copy(update={"phase": Phase.DECISION}))
    assert "Тестова" not in browser.get("/coordinate/certificates").text
    assert names_in(browser.get("/coordinate/certificates?export=zip")) == ["Список.xlsx"]


def test_holder_takes_own_only_and_strangers_none(signed_in, client, installation, marathon):
    with installation.begin(read_only=True) as work:
        holder = work.people.get(work.submissions.by_number(marathon.id, 2).owner_id)
    browser = signed_in(holder)
    assert "/my/certificates.zip" in browser.get("/my").text
    assert [one for one in names_in(browser.get("/my/certificates.zip")) if "1." in one] == []
    assert client.get("/my/certificates.zip").headers["location"].startswith("/login")
    assert signed_in(holder).get("/coordinate/certificates").status_code == 404


def test_page_of_checking_tells_whether_the_code_fits_the_words(client, installation, marathon):
    with installation.begin(read_only=True) as work:
        paper = work.certificates.by_number("2026-A-0001")
    address = checking.address_of(paper, base_url="", signer=installation.signer)
    assert "QR-код напечатан этой системой" in client.get(address).text
    assert "QR-код не от этой бумаги" in client.get(f"{address}0").text
    assert "QR-код напечатан" not in client.get("/verify/2026-A-0001").text
    answer = client.get(address, headers={"accept": "application/json"})
    assert answer.json()["printed"] is True
