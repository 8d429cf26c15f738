"""The live day as its organiser runs it: authors are told their time by one button."""

import builders
import pytest

from flows.notices import talks
from flows.programme import operations as programme
from schemas.decision import DecisionStatus
from schemas.outbox import RunState
from schemas.people import Role
from schemas.submission import SubmissionStatus

BY = builders.SYSTEM


@pytest.fixture
def marathon(installation, now):
    """Two works with places on the live day."""
    with installation.begin() as work:
        home = builders.a_municipality(work, builders.a_cluster(work))
        found = builders.a_marathon(work)
        for _ in range(2):
            one = builders.a_submission(work, found, home, status=SubmissionStatus.DECIDED)
            builders.a_decision(work, one, live=True, status=DecisionStatus.CONFIRMED)
        programme.build(work, found.id, by=BY, now=now)
        return found


@pytest.fixture
def address(marathon):
    return f"/organise/{marathon.id}/programme"


def untold(installation, marathon):
    with installation.begin(read_only=True) as work:
        return len(talks.untold(work, marathon.id))


def letters(installation):
    with installation.begin(read_only=True) as work:
        return [one for one in work.notices.all() if one.template.startswith("live_")]


def test_button_names_who_is_written_to_and_writes_to_each_once(
    organiser_browser, installation, marathon, address
):
    page = organiser_browser.get(address).text
    assert f"{address}/announce" in page
    assert untold(installation, marathon) == 2

    organiser_browser.post(f"{address}/announce")
    assert "Авторам отправляется писем: 2." in organiser_browser.get(address).text
    assert len(letters(installation)) == 2
    assert untold(installation, marathon) == 0
    assert f"{address}/announce" not in organiser_browser.get(address).text
    with installation.begin(read_only=True) as work:
        asked = [run.deployment for run in work.runs.all()]
    assert asked.count("deliver_notices") == 1

    organiser_browser.post(f"{address}/announce")
    assert "Все авторы уже знают своё время." in organiser_browser.get(address).text
    assert len(letters(installation)) == 2


def test_author_of_a_moved_talk_is_written_to_again(
    organiser_browser, installation, marathon, address
):
    organiser_browser.post(f"{address}/announce")
    with installation.begin(read_only=True) as work:
        last = work.slots.of_marathon(marathon.id)[-1]

    moved = organiser_browser.post(f"{address}/slots/{last.id}", data={"to": "1"})
    assert moved.status_code == 303
    organiser_browser.post(f"{address}/announce")

    assert untold(installation, marathon) == 0
    assert len(letters(installation)) > 2


def test_button_is_for_organisers_of_the_marathon(signed_in, client, installation, address):
    with installation.begin() as work:
        chair = builders.a_person(work, "Громова Инна Львовна")
        work.roles.give(chair.id, Role.CHAIR)
    assert signed_in(chair).post(f"{address}/announce").status_code == 404
    assert client.post(f"{address}/announce").headers["location"].startswith("/login")
    assert letters(installation) == []


def test_a_talk_is_moved_to_another_session_by_its_button(
    organiser_browser, installation, marathon, address
):
    with installation.begin() as work:
        home = work.municipalities.all()[0]
        other = builders.a_submission(
            work, marathon, home, track=2, status=SubmissionStatus.DECIDED
        )
        builders.a_decision(work, other, live=True, status=DecisionStatus.CONFIRMED)
        programme.build(work, marathon.id, by=BY, now=builders.NOW)
        first, second = work.programme_sessions.of_marathon(marathon.id)
        slot = next(
            one for one in work.slots.of_marathon(marathon.id) if one.session_id == first.id
        )
    page = organiser_browser.get(address).text
    assert f'action="{address}/slots/{slot.id}/session"' in page
    assert f'value="{second.id}"' in page

    answer = organiser_browser.post(
        f"{address}/slots/{slot.id}/session", data={"session": second.id}
    )

    assert answer.status_code == 303
    with installation.begin(read_only=True) as work:
        assert work.slots.get(slot.id).session_id == second.id


def test_every_change_has_the_papers_drawn_again(
    organiser_browser, installation, marathon, address
):
    def drawn():
        with installation.begin() as work:
            asked = [one for one in work.runs.all() if one.deployment == "build_programme"]
            for one in asked:
                work.runs.save(one.model_copy(update={"state": RunState.COMPLETED}))
            return len(asked)

    with installation.begin(read_only=True) as work:
        session = work.programme_sessions.of_marathon(marathon.id)[0]
    organiser_browser.post(f"{address}/arrange")
    assert drawn() == 1
    organiser_browser.post(
        f"{address}/sessions/{session.id}", data={"starts_at": "2026-03-27T11:00"}
    )
    assert drawn() == 2
