"""A file that a virus was found in is downloaded by nobody, and everybody is told what to do."""

import dataclasses

import builders
import pytest

from flows.intake import operations
from schemas.extraction import Extraction
from schemas.people import Actor, Role
from schemas.scanning import Scan, ScanVerdict
from schemas.submission import SubmissionStatus

BY = Actor(part="test")
FOUND = Scan(verdict=ScanVerdict.VIRUS, virus="Eicar-<b>Test")
SILENT = Scan(verdict=ScanVerdict.NO_ANSWER)
VIRUS = Extraction(file="урок.docx", status="rejected", reason="virus")
OK = Extraction(file="урок.docx", status="ok", kind="docx")


@pytest.fixture
def material(installation, open_marathon, now):
    """A sent work whose file waits; ``(work, file)``."""
    stored = installation.files.save_bytes(b"bytes")
    with installation.begin() as work:
        place = work.municipalities.all()[0]
        status = SubmissionStatus.SUBMITTED
        one = builders.a_submission(work, open_marathon, place, status=status)
        file = operations.add_file(work, one.id, name="урок.docx", stored=stored, by=BY, now=now)
    return one, file


@pytest.fixture
def record(installation, material, now):
    """``record(extraction, scan)``: the verdict of the check."""

    def recorded(extraction, scan):
        with installation.begin() as work:
            operations.record_check(work, material[1].id, extraction, [], by=BY, now=now, scan=scan)

    return recorded


@pytest.fixture
def author(signed_in, installation, material):
    with installation.begin(read_only=True) as work:
        return signed_in(work.people.get(material[0].owner_id))


@pytest.fixture
def organiser(signed_in, installation, open_marathon):
    with installation.begin() as work:
        person = builders.a_person(work, "Орлова Инна Павловна")
        work.roles.give(person.id, Role.ORGANISER, scope_id=open_marathon.cluster_id)
    return signed_in(person)


@pytest.fixture
def addresses(material):
    one, file = material
    return {
        "author": f"/my/{one.id}/files/{file.id}",
        "organiser": f"/organise/{one.marathon_id}/works/{one.id}/files/{file.id}",
        "program": f"/api/v1/submissions/{one.id}/files/{file.id}",
    }


def test_infected_file_is_given_to_nobody(author, organiser, addresses, record):
    record(VIRUS, FOUND)
    for browser in (author, organiser):
        for address in addresses.values():
            answer = browser.get(address)
            assert answer.status_code in {403, 404}
            assert b"bytes" not in answer.content
    refused = organiser.get(addresses["organiser"])
    assert refused.status_code == 403
    assert "скачать его нельзя никому" in refused.text
    assert organiser.get(addresses["program"]).json()["type"] == "/problems/quarantined"


def test_author_reads_what_to_do_and_organiser_what_was_found(
    author, organiser, addresses, material, record
):
    record(VIRUS, FOUND)
    told = author.get(f"/my/{material[0].id}/files").text
    assert "Проверьте свой компьютер антивирусом" in told
    assert addresses["author"] not in told
    page = organiser.get(f"/organise/{material[0].marathon_id}/works/{material[0].id}").text
    assert "Название по антивирусу: Eicar-&lt;b&gt;Test." in page
    assert addresses["organiser"] not in page


def test_organiser_sees_a_file_that_was_taken_without_the_scanner(
    author, organiser, addresses, material, record
):
    record(OK, SILENT)
    page = organiser.get(f"/organise/{material[0].marathon_id}/works/{material[0].id}").text
    assert "Файл не проверен антивирусом: антивирус не ответил." in page
    assert "антивирус" not in author.get(f"/my/{material[0].id}/files").text.lower()
    assert organiser.get(addresses["organiser"]).content == b"bytes"


def test_where_the_scanner_is_required_nobody_gets_a_file_before_it(
    author, organiser, addresses, material, installation, application, now
):
    settings = installation.settings.model_copy(
        update={"scanner": "unix:///nowhere/clamd.ctl", "scanner_required": True}
    )
    application.state.installation = dataclasses.replace(installation, settings=settings)
    with installation.begin() as work:
        file = work.files.get(material[1].id)
        work.files.change(file, scan=SILENT.verdict, scanned_at=now)
    assert organiser.get(addresses["organiser"]).status_code == 403
    assert organiser.get(addresses["program"]).json()["type"] == "/problems/not_scanned"
    assert "Он ждёт проверки антивирусом" in author.get(f"/my/{material[0].id}/files").text
    page = organiser.get(f"/organise/{material[0].marathon_id}/works/{material[0].id}").text
    assert "Он сохранён и ждёт: проверка повторится сама." in page
