"""Taking one's data away and having them erased, as far as the law lets."""

import io
import json
import zipfile
from datetime import timedelta

import builders
import pytest

from flows.erasing import GONE, HIDDEN
from review_api.deps import get_now
from schemas.assignment import AssignmentStatus
from schemas.certificate import Certificate, CertificateKind
from schemas.people import Role
from schemas.submission import SubmissionStatus

EMAIL = "vetrova@example.ru"
NAME = "Ветрова Дарья Олеговна"


@pytest.fixture
def teacher(installation, open_marathon):
    with installation.begin() as work:
        return builders.a_person(work, NAME, email=EMAIL)


@pytest.fixture
def browser(signed_in, teacher):
    return signed_in(teacher)


@pytest.fixture
def a_work(installation, open_marathon, teacher):
    def make(status, *others, **changes):
        with installation.begin() as work:
            place = work.municipalities.all()[0]
            lines = tuple(builders.an_author(one, place) for one in (teacher, *others))
            facts = {"owner_id": teacher.id, "authors": lines, "status": status}
            return builders.a_submission(work, open_marathon, place, **facts | changes)

    return make


def erase(browser):
    return browser.post("/me/erase", data={"understood": "yes"})


def stored(installation, one):
    with installation.begin(read_only=True) as work:
        return work.submissions.find(one.id)


def test_the_archive_holds_everything_in_words_with_the_files(
    browser, installation, a_work, teacher, now, open_marathon
):
    one = a_work(SubmissionStatus.DRAFT)
    docx = ("../практика:1.docx", b"PK\x03\x04 some bytes", "application/octet-stream")
    assert browser.post(f"/my/{one.id}/files", files={"file": docx}).status_code == 303
    kept = installation.files.save_bytes(b"%PDF certificate")
    with installation.begin() as work:
        work.certificates.add(
            Certificate(
                id="c1",
                marathon_id=open_marathon.id,
                number="2026-P-0001",
                kind=CertificateKind.PARTICIPANT,
                person_id=teacher.id,
                holder=NAME,
                text="автор",
                issued_at=now,
                sha256=kept.sha256,
            )
        )
    answer = browser.post("/me/download")
    assert answer.headers["content-type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    facts = json.loads(archive.read("данные.json"))
    assert facts["о человеке"]["адрес почты"] == EMAIL
    assert facts["материалы"][0]["название"] == one.title
    assert archive.read("документы/2026-P-0001.pdf") == b"%PDF certificate"
    names = archive.namelist()
    assert any(name.startswith(f"материалы/{one.number}/1-") for name in names)
    assert not any(".." in name.split("/") for name in names)
    assert "password_hash" not in archive.read("данные.json").decode()


def test_the_archive_of_a_co_author_holds_no_address_of_others(installation, signed_in, a_work):
    with installation.begin() as work:
        other = builders.a_person(work, "Орлова Нина Петровна", email="orlova@example.ru")
    a_work(SubmissionStatus.CHECKED, other)
    answer = signed_in(other).post("/me/download")
    assert EMAIL.encode() not in zipfile.ZipFile(io.BytesIO(answer.content)).read("данные.json")


def test_data_are_not_taken_again_and_again(browser):
    answers = [browser.post("/me/download").status_code for _ in range(7)]
    assert answers == [200] * 6 + [429]


def test_everything_that_can_go_goes(browser, client, installation, a_work, teacher):
    draft = a_work(SubmissionStatus.DRAFT, submitted_at=None)
    checked = a_work(SubmissionStatus.CHECKED)
    published = a_work(SubmissionStatus.PUBLISHED)
    page = browser.get("/me/erase").text
    assert all(one.title in page for one in (draft, checked, published))
    assert "Протоколы совета" in page
    assert browser.post("/me/erase").status_code == 422
    assert erase(browser).headers["location"] == "/"

    assert stored(installation, draft) is None
    after = stored(installation, checked)
    assert (after.status, after.consents) == (SubmissionStatus.WITHDRAWN, ())
    shown = stored(installation, published)
    assert shown.status is SubmissionStatus.PUBLISHED
    assert shown.withheld
    for one in (after, shown):
        assert [author.name for author in one.authors] == [HIDDEN]
        assert one.authors[0].email is None
    with installation.begin(read_only=True) as work:
        gone = work.people.get(teacher.id)
        assert (gone.name, gone.email, gone.password_hash) == (GONE, None, None)
        assert gone.erased_at is not None
        assert work.sessions.of(teacher.id) == []
        assert any(run.deployment == "compile_collection" for run in work.runs.all())
        letters = [one for one in work.notices.all() if one.template == "erased"]
        assert [one.address for one in letters] == [EMAIL]
        everything = " ".join(str(one) for one in work.notices.of_person(teacher.id))
        assert NAME not in everything
        assert list(work.journal.broken()) == []
    assert browser.get("/me").headers["location"].startswith("/login")


def test_a_work_with_a_co_author_goes_on_with_them(browser, installation, a_work):
    with installation.begin() as work:
        other = builders.a_person(work, "Орлова Нина Петровна", email="orlova@example.ru")
    one = a_work(SubmissionStatus.IN_REVIEW, other)
    assert "перейдут к соавтору" in browser.get("/me/erase").text
    erase(browser)
    after = stored(installation, one)
    assert (after.owner_id, after.status) == (other.id, SubmissionStatus.IN_REVIEW)
    assert [author.name for author in after.authors] == [HIDDEN, "Орлова Нина Петровна"]


def test_marks_that_were_sent_stay_and_the_rest_goes_to_others(installation, signed_in, a_work):
    first, second = a_work(SubmissionStatus.IN_REVIEW), a_work(SubmissionStatus.IN_REVIEW)
    with installation.begin() as work:
        reader = builders.a_person(work, "Экспертова Ольга Ивановна")
        place = work.municipalities.all()[1]
        expert = builders.an_expert(work, place, person_id=reader.id)
        work.roles.give(reader.id, Role.EXPERT)
        review = builders.a_sent_review(work, first, expert)
        waiting = builders.an_assignment(work, second, expert)
    erase(signed_in(reader))
    with installation.begin(read_only=True) as work:
        assert work.reviews.get(review.id) == review
        assert work.assignments.get(waiting.id).status is AssignmentStatus.REPLACED
        assert work.experts.get(expert.id).active is False
        assert any(run.deployment == "replace_experts" for run in work.runs.all())


def test_the_last_administrator_stays(installation, signed_in, open_marathon):
    with installation.begin() as work:
        boss = builders.a_person(work, "Орлова Нина Петровна")
        work.roles.give(boss.id, Role.ADMINISTRATOR)
    browser = signed_in(boss)
    answer = erase(browser)
    assert answer.headers["location"] == "/me"
    assert "последний администратор" in browser.get("/me").text
    with installation.begin(read_only=True) as work:
        assert work.people.get(boss.id).erased_at is None


def test_erasing_needs_a_fresh_sign_in(browser, application, installation, teacher, now):
    application.dependency_overrides[get_now] = lambda: now + timedelta(hours=1)
    assert "подтвердите, что это вы" in browser.get("/me/erase").text
    assert "подтвердите, что это вы" in erase(browser).text
    with installation.begin(read_only=True) as work:
        assert work.people.get(teacher.id).erased_at is None


def test_a_certificate_of_somebody_erased_names_nobody(
    browser, client, installation, teacher, open_marathon, now
):
    with installation.begin() as work:
        work.certificates.add(
            Certificate(
                id="c1",
                marathon_id=open_marathon.id,
                number="2026-P-0001",
                kind=CertificateKind.PARTICIPANT,
                person_id=teacher.id,
                holder=NAME,
                text="автор материала",
                issued_at=now,
            )
        )
    erase(browser)
    page = client.get("/verify/2026-P-0001").text
    assert NAME not in page
    assert "отозван" in page


def test_the_holder_gets_a_certificate_in_english_and_nobody_else_does(
    browser, signed_in, installation, a_work, teacher, open_marathon, now
):
    one = a_work(SubmissionStatus.CHECKED)
    with installation.begin() as work:
        stranger = builders.a_person(work, "Орлова Нина Петровна")
        work.certificates.add(
            Certificate(
                id="c1",
                marathon_id=open_marathon.id,
                number="2026-P-0001",
                kind=CertificateKind.PARTICIPANT,
                person_id=teacher.id,
                submission_id=one.id,
                holder=NAME,
                text="автор материала",
                issued_at=now,
            )
        )
    answer = browser.get("/my/certificates/2026-P-0001?lang=en")
    assert answer.content.startswith(b"%PDF")
    assert "2026-P-0001-en.pdf" in answer.headers["content-disposition"]
    refused = signed_in(stranger).get("/my/certificates/2026-P-0001?lang=en")
    assert refused.status_code == 404
