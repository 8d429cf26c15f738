"""A material's file: kept before it is acknowledged, checked in words, served as an attachment."""

import dataclasses
from pathlib import Path

import builders
import pytest

from flows.intake import operations
from flows.intake.examination import examine
from flows.intake.flow import subject_of
from schemas.cluster import Expert
from schemas.extraction import Limits
from schemas.people import Actor
from schemas.submission import Children, FileStatus, SubmissionDraft, SubmissionStatus

SAMPLE = Path(__file__).parents[4] / "samples/marathon/files/05.docx"
SWEEP = Actor(part="test")


@pytest.fixture
def material(installation, open_marathon):
    """A teacher's draft with one author."""
    with installation.begin() as work:
        place = work.municipalities.all()[0]
        person = builders.a_person(work, "Ветрова Дарья Олеговна")
        submission = operations.start(
            work, marathon_id=open_marathon.id, owner_id=person.id, now=builders.NOW
        )
        draft = SubmissionDraft(title="Практика", authors=(builders.an_author(person, place),))
        operations.save_draft(
            work, submission.id, draft, by=Actor(person_id=person.id), now=builders.NOW
        )
    return submission, person


@pytest.fixture
def browser(signed_in, material):
    return signed_in(material[1])


def upload(browser, material, content=b"bytes", name="практика «урок».docx"):
    return browser.post(f"/my/{material[0].id}/files", files={"file": (name, content)})


def current(installation, material):
    with installation.begin(read_only=True) as work:
        return work.files.of(material[0].id)[-1]


def check_all(installation, now):
    """The sweep, step by step, without its schedule."""
    with installation.begin() as work:
        subjects = [subject_of(work, file) for file in operations.claim_files(work, now=now)]
    for subject in subjects:
        found = examine(subject, installation.files, limits=Limits())
        with installation.begin() as work:
            operations.record_check(
                work, subject.file_id, found.extraction, found.derivatives, by=SWEEP, now=now
            )


def test_an_acknowledged_file_is_in_the_store_and_asks_for_its_check(
    browser, material, installation
):
    assert upload(browser, material).status_code == 303
    file = current(installation, material)
    assert installation.files.read(file.sha256) == b"bytes"
    with installation.begin(read_only=True) as work:
        assert [run.deployment for run in work.runs.all()] == ["check_new_submissions"]


def test_the_original_is_served_as_an_attachment_under_its_name(browser, material, installation):
    upload(browser, material)
    file = current(installation, material)
    answer = browser.get(f"/my/{material[0].id}/files/{file.id}")
    assert answer.content == b"bytes"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=utf-8''")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox")


def test_no_file_chosen_and_a_file_too_large_are_told_in_words(
    browser, material, installation, application
):
    none = browser.post(f"/my/{material[0].id}/files", data={})
    assert none.status_code == 422
    assert "Выберите файл." in none.text
    small = installation.settings.model_copy(update={"max_upload": 1000})
    application.state.installation = dataclasses.replace(installation, settings=small)
    large = upload(browser, material, content=b"x" * 1001)
    assert large.status_code == 422
    assert "Файл больше" in large.text
    with installation.begin(read_only=True) as work:
        assert work.files.of(material[0].id) == []


def test_a_strangers_upload_leaves_nothing_behind(client, signed_in, material, installation):
    with installation.begin() as work:
        person = builders.a_person(work, "Чужой Иван Петрович")
    assert upload(signed_in(person), material).status_code == 404
    assert upload(client, material).status_code == 303
    assert list(installation.files.all()) == []


def test_a_refused_file_says_why_and_the_rest_stays(browser, material, installation, now):
    upload(browser, material, content=b"not a document", name="старый.doc")
    check_all(installation, now)
    page = browser.get(f"/my/{material[0].id}/files").text
    assert "Этот файл не подошёл." in page
    assert "Файлы этого вида не принимаются." in page
    swapped = browser.get(f"/my/{material[0].id}/files/state").text
    assert 'id="file-way-on" data-hx-swap-oob="true"' in swapped
    assert "Продолжить" not in swapped
    overview = browser.get(f"/my/{material[0].id}").text
    assert "Нужно исправить" in overview


def test_an_accepted_file_comes_back_after_its_replacement_was_refused(
    browser, material, installation, now
):
    upload(browser, material, content=SAMPLE.read_bytes(), name="первый.docx")
    check_all(installation, now)
    address = f"/my/{material[0].id}/files"
    assert "Вернуть прежний файл" not in browser.get(address).text
    upload(browser, material, content=b"not a document", name="второй.doc")
    check_all(installation, now)
    page = browser.get(address).text
    assert "Прежний файл «первый.docx» принят и сохранён." in page
    assert "Загрузите файл материала" in browser.get(f"/my/{material[0].id}/check").text
    assert browser.post(f"{address}/restore").status_code == 303
    check_all(installation, now)
    file = current(installation, material)
    assert (file.name, file.status) == ("первый.docx", FileStatus.ACCEPTED)
    assert "Вернуть прежний файл" not in browser.get(address).text


def test_going_on_sends_the_file_that_was_picked(browser, material, installation):
    upload(browser, material)
    address = f"/my/{material[0].id}/files"
    assert '<button class="govuk-button" type="submit" name="go"' in browser.get(address).text
    empty = browser.post(address, data={"go": "on"}, files={"file": ("", b"")})
    assert empty.headers["location"] == f"/my/{material[0].id}"
    picked = {"file": ("новый.docx", b"other bytes")}
    answer = browser.post(address, data={"go": "check"}, files=picked)
    assert answer.headers["location"] == f"{address}?after=check"
    assert current(installation, material).name == "новый.docx"


def test_the_author_sees_the_copy_for_experts_without_the_names(
    browser, material, installation, now
):
    upload(browser, material, content=SAMPLE.read_bytes())
    check_all(installation, now)
    page = browser.get(f"/my/{material[0].id}/blind").text
    assert "[скрыто]" in page or "Ветрова" not in page.split("<main", 1)[1]
    image = browser.get(f"/my/{material[0].id}/blind/1")
    assert image.headers["content-type"] == "image/webp"
    assert image.content[:4] == b"RIFF"
    assert browser.get(f"/my/{material[0].id}/blind/999").status_code == 404


def test_an_expert_gets_neither_the_original_nor_the_authors_pages(
    browser, material, installation, signed_in, now
):
    upload(browser, material)
    file = current(installation, material)
    with installation.begin() as work:
        submission = work.submissions.get(material[0].id)
        place = work.municipalities.all()[1]
        expert: Expert = builders.an_expert(work, place)
        builders.an_assignment(work, submission, expert)
        person = work.people.get(expert.person_id)
    stranger = signed_in(person)
    for part in ("", "/files", f"/files/{file.id}", "/check"):
        assert stranger.get(f"/my/{material[0].id}{part}").status_code == 404


def test_other_authors_of_a_sent_material_mean_another_copy_for_experts(
    material, installation, now
):
    submission, person = material
    actor = Actor(person_id=person.id)
    with installation.begin() as work:
        content = installation.files.save_file(SAMPLE)
        operations.add_file(work, submission.id, name="a.docx", stored=content, by=actor, now=now)
    check_all(installation, now)
    with installation.begin() as work:
        kept = work.submissions.get(submission.id)
        work.submissions.save(
            kept.model_copy(
                update={
                    "status": SubmissionStatus.CHECKED,
                    "submitted_at": now,
                    "abstract": "О практике.",
                    "track": 1,
                    "consents": builders.consents(),
                    "children": Children.NONE,
                }
            )
        )
    with installation.begin() as work:
        kept = work.submissions.get(submission.id)
        second = kept.authors[0].model_copy(update={"name": "Лугов Пётр Ильич"})
        same = {name: getattr(kept, name) for name in SubmissionDraft.model_fields}
        draft = SubmissionDraft(**same | {"authors": (*kept.authors, second)})
        operations.save_draft(work, submission.id, draft, by=actor, now=now)
        files = work.files.of(submission.id)
    assert [file.status for file in files] == [FileStatus.RECEIVED]
