"""A co-author finds the work among the own materials and reads it, but fills in nothing."""

import builders
import pytest

from schemas.submission import SubmissionStatus


@pytest.fixture
def submission(installation, open_marathon):
    with installation.begin() as work:
        home = work.municipalities.all()[0]
        people = [builders.a_person(work, name) for name in ("Ветрова Дарья", "Абрамова Инна")]
        return builders.a_submission(
            work,
            open_marathon,
            home,
            title="Читаем карту всей школой",
            status=SubmissionStatus.REVISING,
            owner_id=people[0].id,
            authors=tuple(builders.an_author(person, home) for person in people),
        )


@pytest.fixture
def co_author(installation, submission, signed_in):
    with installation.begin(read_only=True) as work:
        return signed_in(work.people.get(submission.authors[1].person_id))


def test_co_author_finds_the_work_and_sees_who_fills_it_in(co_author, submission):
    page = co_author.get("/my").text

    assert f'href="/my/{submission.id}"' in page
    assert "Вы соавтор" in page
    assert "Ветрова Дарья" in page
    assert "Доработать" not in page


def test_owner_is_not_told_to_be_a_co_author(installation, submission, signed_in):
    with installation.begin(read_only=True) as work:
        owner = signed_in(work.people.get(submission.owner_id))

    page = owner.get("/my").text
    assert "Читаем карту" in page
    assert "Доработать" in page
    assert "Вы соавтор" not in page


def test_co_author_reads_the_material_and_meets_no_door_that_is_shut(co_author, submission):
    address = f"/my/{submission.id}"
    page = co_author.get(address)

    assert page.status_code == 200
    for step in ("authors", "practice", "files", "consents", "check", "withdraw"):
        assert f"{address}/{step}" not in page.text
        assert co_author.get(f"{address}/{step}").status_code == 404


def test_somebody_else_does_not_find_it(installation, submission, signed_in):
    with installation.begin() as work:
        stranger = builders.a_person(work, "Чужая Анна")

    assert "Читаем карту" not in signed_in(stranger).get("/my").text
