"""Organisers ask one more review, close a review as it is or leave a work to the council."""

from datetime import timedelta

import builders
import pytest

from flows.review import operations as review
from schemas.assignment import AssignmentStatus
from schemas.marathon import Phase
from schemas.submission import SubmissionStatus


@pytest.fixture
def marathon(installation):
    with installation.begin() as work:
        return builders.a_marathon(work, phase=Phase.DECISION)


@pytest.fixture
def unsure(installation, marathon, now):
    """A work at the threshold with its proposal, while reviews are still taken."""
    with installation.begin() as work:
        held = work.marathons.get(marathon.id)
        until = {"reviews_until": now + timedelta(days=5)}
        work.marathons.save(held.model_copy(update=until))
        homes = builders.members(work, work.clusters.only())
        one = builders.a_submission(work, marathon, homes[0], status=SubmissionStatus.REVIEWED)
        for score in (57.0, 64.0, 60.0):
            expert = builders.an_expert(work, homes[1])
            builders.a_sent_review(work, one, expert, score=score)
        [decision] = (
            item
            for item in builders.proposed_decisions(work, marathon.id, now=now)
            if item.submission_id == one.id
        )
    return decision


def page_of(browser, marathon, decision):
    return browser.get(f"/organise/{marathon.id}/works/{decision.submission_id}").text


def stored(installation, decision):
    with installation.begin(read_only=True) as work:
        return work.submissions.get(decision.submission_id)


def told(browser, answer):
    assert answer.status_code == 303
    return browser.get(answer.headers["location"]).text


def test_one_more_review_is_asked_from_the_page_of_the_work_and_stands_in_its_history(
    installation, organiser_browser, marathon, unsure
):
    assert "Запросить ещё одну экспертизу" in page_of(organiser_browser, marathon, unsure)

    answer = organiser_browser.post(f"/organise/{marathon.id}/decisions/{unsure.id}/extra")

    page = told(organiser_browser, answer)
    assert "Запрошена ещё одна экспертиза" in page
    assert "Запрошена дополнительная экспертиза: было экспертиз 3, вероятность публикации" in page
    assert stored(installation, unsure).status is SubmissionStatus.IN_REVIEW
    again = organiser_browser.post(f"/organise/{marathon.id}/decisions/{unsure.id}/extra")
    assert "экспертиза ещё идёт" in told(organiser_browser, again)


def test_work_is_left_to_the_council(installation, organiser_browser, marathon, unsure):
    answer = organiser_browser.post(f"/organise/{marathon.id}/decisions/{unsure.id}/council")

    page = told(organiser_browser, answer)
    assert "Работа передана совету" in page
    assert "Передать работу совету" not in page
    assert stored(installation, unsure).reviews_closed


def test_review_nobody_is_left_for_is_closed_as_it_is(
    installation, organiser_browser, marathon, unsure, now
):
    organiser_browser.post(f"/organise/{marathon.id}/decisions/{unsure.id}/extra")
    with installation.begin() as work:
        one = work.submissions.get(unsure.submission_id)
        expert = builders.an_expert(work, work.municipalities.all()[2])
        builders.an_assignment(work, one, expert, status=AssignmentStatus.INVITED)
        review.collect(work, marathon.id, now=now)
    assert "Закончить экспертизу с тем, что есть" in page_of(organiser_browser, marathon, unsure)

    answer = organiser_browser.post(f"/organise/{marathon.id}/works/{unsure.submission_id}/close")

    assert "Экспертиза закончена с тем, что есть" in told(organiser_browser, answer)
    closed = stored(installation, unsure)
    assert (closed.status, closed.reviews_closed) == (SubmissionStatus.REVIEWED, True)


def test_after_the_deadline_no_review_is_offered(
    installation, organiser_browser, marathon, unsure, now
):
    with installation.begin() as work:
        held = work.marathons.get(marathon.id)
        past = {"reviews_until": now - timedelta(hours=1)}
        work.marathons.save(held.model_copy(update=past))

    assert "Запросить ещё одну экспертизу" not in page_of(organiser_browser, marathon, unsure)
    answer = organiser_browser.post(f"/organise/{marathon.id}/decisions/{unsure.id}/extra")
    assert "Срок экспертизы закончился" in told(organiser_browser, answer)
