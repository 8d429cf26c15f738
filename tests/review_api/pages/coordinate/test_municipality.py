"""The coordinator's page: own works, never marks, others only as counts."""

from schemas.decision import DecisionStatus
from schemas.submission import SubmissionStatus
from tests import builders


def test_only_own_works_are_named(installation, coordinator, marathon, places):
    with installation.begin() as work:
        builders.a_submission(work, marathon, places[0], title="Наша работа")
        builders.a_submission(work, marathon, places[2], title="Работа района")
    page = coordinator.get("/coordinate").text
    assert "Наша работа" in page
    assert "Работа района" not in page
    assert places[2].name in page


def test_marks_and_the_end_of_reviewing_stay_hidden(installation, coordinator, marathon, places):
    with installation.begin() as work:
        one = builders.a_submission(work, marathon, places[0], status=SubmissionStatus.REVIEWED)
        builders.a_sent_review(work, one, builders.an_expert(work, places[1]), score=83.75)
        builders.a_decision(
            work, one, status=DecisionStatus.PROPOSED, score=83.75, confirmed_at=None
        )
    page = coordinator.get("/coordinate").text
    assert "83,7" not in page
    assert "83,8" not in page
    assert "экспертиза закончена" not in page
    assert "на экспертизе" in page
    export = coordinator.get("/coordinate?export=csv").content.decode("utf-8-sig")
    assert "83" not in export


def test_works_are_narrowed_to_a_state_that_a_coordinator_may_know(
    installation, coordinator, marathon, places
):
    with installation.begin() as work:
        builders.a_submission(
            work, marathon, places[0], title="Прочитана", status=SubmissionStatus.REVIEWED
        )
        builders.a_submission(
            work, marathon, places[0], title="Начата", status=SubmissionStatus.DRAFT
        )
    page = coordinator.get("/coordinate?status=in_review").text
    assert "Прочитана" in page
    assert "Начата" not in page
    assert "Состояние: на экспертизе" in page
    assert "Прочитана" not in coordinator.get("/coordinate?status=reviewed").text


def test_organisers_pages_do_not_exist_for_coordinators(coordinator, marathon):
    assert coordinator.get("/organise").status_code == 404
    assert coordinator.get(f"/organise/{marathon.id}/decisions").status_code == 404


def test_page_does_not_exist_for_teachers(installation, signed_in):
    with installation.begin() as work:
        teacher = builders.a_person(work)
    assert signed_in(teacher).get("/coordinate").status_code == 404
