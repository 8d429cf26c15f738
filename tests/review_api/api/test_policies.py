"""The rules of decision by program: read, tried, approved by those who may."""

import builders
import pytest

from flows.decision import trials
from schemas.submission import SubmissionStatus

ROLES = ("owner", "expert", "stranger", "coordinator", "organiser", "chair")


@pytest.fixture
def reviewed(installation, season):
    """A work with marks of two experts from other places."""
    with installation.begin() as work:
        one = builders.a_submission(
            work, season.marathon, season.home, status=SubmissionStatus.REVIEWED
        )
        for score in (66.0, 64.0):
            builders.a_sent_review(work, one, builders.an_expert(work, season.away), score=score)
        return one


def address(season, rest=""):
    return f"marathons/{season.marathon.id}/policy{rest}"


@pytest.mark.parametrize("role", ROLES)
def test_everybody_reads_the_rules_of_an_open_marathon(api, season, role):
    found = api(role).get(address(season)).json()

    assert (found["version"], found["approved"]) == (1, False)
    assert found["policy"]["publication_threshold"] == 60


@pytest.mark.parametrize("role", ["owner", "expert", "stranger", "coordinator"])
def test_history_trials_and_approval_are_not_for_everybody(api, season, role, is_problem):
    caller = api(role)
    is_problem(caller.get(address(season, "/versions")), 404, "not_found")
    is_problem(caller.post(address(season, "/trials"), json={}), 404, "not_found")
    is_problem(caller.post(address(season, "/approve"), json={"version": 1}), 404, "not_found")
    is_problem(caller.get(f"marathons/{season.hidden.id}/policy"), 404, "not_found")


def test_the_chair_approves_the_version_that_was_read(api, season, is_problem):
    is_problem(api("organiser").post(address(season, "/approve"), json={"version": 1}), 404,
               "not_found")  # fmt: skip
    is_problem(api("chair").post(address(season, "/approve"), json={"version": 2}), 412,
               "stale_version")  # fmt: skip

    approved = api("chair").post(address(season, "/approve"), json={"version": 1})

    assert approved.json()["approved"]
    (version,) = api("organiser").get(address(season, "/versions")).json()["items"]
    assert (version["approved"], version["current"]) == (True, True)
    change = {"decision": {"live_floor": 80}}
    refused = api("organiser").patch(f"marathons/{season.marathon.id}", json=change)
    is_problem(refused, 409, "policy_frozen")


def test_a_trial_answers_with_its_run_and_then_with_what_would_change(
    installation, api, season, reviewed, now
):
    given = {"policy": {"publication_threshold": 90}}
    asked = api("organiser").post(address(season, "/trials"), json=given)

    assert asked.status_code == 202
    made = asked.json()
    assert api("organiser").get(f"runs/{made['run']}").json()["stage"] == "try_policies"
    with installation.begin() as work:
        trial = work.policy_trials.get(made["trial"])
        trials.keep(work, trial.id, trials.answer(trials.pose(work, trial)), now=now)
    found = api("chair").get(address(season, f"/trials/{made['trial']}")).json()
    assert (found["status"], found["policy"]["live_floor"]) == ("made", 70)
    (change,) = found["outcome"]["changes"]
    assert (change["submission_id"], change["before"], change["after"]) == (
        reviewed.id,
        "yes",
        "no",
    )


def test_rules_that_cannot_be_are_refused_before_anything_runs(api, season, reviewed, is_problem):
    given = {"policy": {"low": 0.9, "high": 0.1}}
    body = is_problem(
        api("organiser").post(address(season, "/trials"), json=given), 422, "bad_input"
    )
    assert body["field"] == "low"


def test_a_marathon_without_reviews_is_nothing_to_try_on(api, season, is_problem):
    answer = api("organiser").post(address(season, "/trials"), json={})
    is_problem(answer, 422, "nothing_to_try")


def test_rules_that_cannot_be_never_become_a_marathons(api, season, is_problem):
    wrong = {"decision": {"min_live_per_municipality": 4, "max_live_per_municipality": 2}}
    address = f"marathons/{season.marathon.id}"
    body = is_problem(api("organiser").patch(address, json=wrong), 422, "bad_input")
    assert body["field"] == "max_live_per_municipality"


def test_approval_cannot_be_sent_along_with_the_rules(api, season):
    forged = {"decision": {"live_floor": 75, "version": 9, "frozen_at": "2026-01-01T00:00:00Z"}}
    changed = api("organiser").patch(f"marathons/{season.marathon.id}", json=forged).json()
    assert (changed["decision"]["version"], changed["decision"]["frozen_at"]) == (2, None)
    assert not api("organiser").get(address(season)).json()["approved"]


@pytest.mark.parametrize(
    ("isbn", "status"), [("978-5-17-118366-4", 422), ("ISBN 978-5-17-118366-0", 200), ("", 200)]
)
def test_an_isbn_is_checked_by_its_last_digit(api, season, isbn, status):
    change = {"imprint": {"isbn": isbn}}
    answer = api("organiser").patch(f"marathons/{season.marathon.id}", json=change)
    assert answer.status_code == status
    assert status == 200 or "13 цифр" in answer.text
