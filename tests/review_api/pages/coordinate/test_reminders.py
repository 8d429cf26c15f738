"""Reminding own teachers of drafts."""

from datetime import timedelta

import pytest

from schemas.marathon import Phase
from schemas.submission import SubmissionStatus
from tests import builders


@pytest.fixture
def intake(installation, places, now):
    with installation.begin() as work:
        return builders.a_marathon(
            work,
            phase=Phase.INTAKE,
            submissions_until=now + timedelta(days=3),
            reviews_until=now + timedelta(days=30),
        )


def test_own_drafts_are_listed_and_reminded_of_with_a_report(
    installation, coordinator, intake, places
):
    with installation.begin() as work:
        facts = {"status": SubmissionStatus.DRAFT}
        own = builders.a_submission(work, intake, places[0], title="Наш черновик", **facts)
        builders.a_submission(work, intake, places[2], title="Чужой черновик", **facts)
    page = coordinator.get("/coordinate/remind").text
    assert "Наш черновик" in page
    assert "Чужой черновик" not in page
    fields = {"marathon": intake.id, "works": [own.id]}
    answer = coordinator.post("/coordinate/remind", data=fields)
    assert answer.status_code == 303
    assert "Напоминаний отправлено: 1." in coordinator.get(answer.headers["location"]).text
    again = coordinator.post("/coordinate/remind", data=fields)
    assert "Сегодня уже получили: 1." in coordinator.get(again.headers["location"]).text


def test_choosing_nothing_says_what_to_do(coordinator, intake):
    answer = coordinator.post("/coordinate/remind", data={"marathon": intake.id})
    assert answer.status_code == 422
    assert "Отметьте хотя бы один материал." in answer.text


def test_a_marathon_in_preparation_is_not_there(installation, coordinator, places):
    with installation.begin() as work:
        hidden = builders.a_marathon(work, phase=Phase.PREPARATION)
    answer = coordinator.post("/coordinate/remind", data={"marathon": hidden.id, "works": ["x"]})
    assert answer.status_code == 404


def test_teachers_are_listed_with_the_works_they_sent(installation, coordinator, marathon, places):
    with installation.begin() as work:
        builders.a_submission(work, marathon, places[0])
        builders.a_submission(work, marathon, places[2])
    page = coordinator.get("/coordinate/teachers").text
    assert "1\u00a0педагог" in page
    export = coordinator.get("/coordinate/teachers?export=csv").content.decode("utf-8-sig")
    assert "№ 1: принят, ждёт экспертизы" in export
    assert "№ 2" not in export
