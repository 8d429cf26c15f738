"""Stages by program: asked for once however often, followed to their end."""

import pytest

from schemas.marathon import Phase
from schemas.outbox import RunState

STAGES = ("assign", "collect", "decide", "programme", "compile", "certificates")


@pytest.fixture
def in_phase(installation, season):
    def move(phase):
        with installation.begin() as work:
            marathon = work.marathons.get(season.marathon.id)
            work.marathons.save(marathon.model_copy(update={"phase": phase}))

    return move


def test_without_a_token_nothing_is_told(api, season, is_problem):
    one = f"marathons/{season.marathon.id}"
    for method, address in (
        ("post", f"{one}/stages/assign"),
        ("get", f"{one}/plan"),
        ("post", f"{one}/plan/apply"),
        ("get", "runs/nothing"),
    ):
        is_problem(api().request(method, address), 401, "sign_in")


@pytest.mark.parametrize("role", ["owner", "expert", "stranger", "coordinator", "chair"])
def test_only_organisers_start_and_follow_stages(api, season, role, is_problem):
    address = f"marathons/{season.marathon.id}/stages/assign"
    run = api("organiser").post(address).json()["run"]
    is_problem(api(role).post(address), 404, "not_found")
    is_problem(api(role).get(f"marathons/{season.marathon.id}/plan"), 404, "not_found")
    answer = api(role).get(f"runs/{run}")
    is_problem(answer, 404, "not_found")
    assert answer.content == api(role).get("runs/nothing").content


@pytest.mark.parametrize(
    ("stage", "phase"),
    [
        ("assign", Phase.EXPERTISE),
        ("collect", Phase.EXPERTISE),
        ("decide", Phase.DECISION),
        ("programme", Phase.DECISION),
        ("compile", Phase.RESULTS),
        ("certificates", Phase.RESULTS),
    ],
)
def test_asking_twice_is_the_same_run(api, season, in_phase, stage, phase):
    in_phase(phase)
    client, address = api("organiser"), f"marathons/{season.marathon.id}/stages/{stage}"
    first = client.post(address)
    assert first.status_code == 202
    assert set(first.json()) == {"run"}
    assert client.post(address).json() == first.json()
    run = client.get(f"runs/{first.json()['run']}").json()
    assert set(run) == {"id", "stage", "state", "progress", "message", "artefacts"}
    assert (run["state"], run["progress"]) == ("waiting", 0.0)


def test_a_run_that_has_begun_serves_later_askers_and_a_finished_one_does_not(
    api, season, in_phase, installation
):
    in_phase(Phase.EXPERTISE)
    client, address = api("organiser"), f"marathons/{season.marathon.id}/stages/collect"
    first = client.post(address).json()["run"]
    for state, same in ((RunState.RUNNING, True), (RunState.COMPLETED, False)):
        with installation.begin() as work:
            run = work.runs.get(first)
            work.runs.save(run.model_copy(update={"state": state, "progress": 0.5}))
        assert (client.post(address).json()["run"] == first) == same


def test_a_stage_out_of_order_says_what_is_needed(api, season, in_phase, is_problem):
    in_phase(Phase.RESULTS)
    answer = api("organiser").post(f"marathons/{season.marathon.id}/stages/assign")
    assert "Экспертиза" in is_problem(answer, 409, "stage_out_of_order")["detail"]


@pytest.mark.parametrize("address", ["marathons/nothing/stages/assign", "marathons/{}/stages/fly"])
def test_no_such_marathon_or_stage(api, season, address, is_problem):
    is_problem(api("organiser").post(address.format(season.marathon.id)), 404, "not_found")


def test_without_a_plan_there_is_nothing_to_apply(api, season, is_problem):
    one = f"marathons/{season.marathon.id}/plan"
    is_problem(api("organiser").get(one), 404, "not_found")
    is_problem(api("organiser").post(f"{one}/apply"), 404, "not_found")
