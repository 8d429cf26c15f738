"""Marathons by program: who sees which, opens and changes them."""

import pytest

from schemas.marathon import CommonRound

ROLES = ("owner", "expert", "stranger", "coordinator", "organiser", "chair")
NEW = {
    "title": "Осенний марафон",
    "year": 2026,
    "opens_at": "2026-03-20T09:00:00+08:00",
    "submissions_until": "2026-04-20T23:59:00+08:00",
    "reviews_until": "2026-05-20T23:59:00+08:00",
    "live_on": "2026-05-27",
    "tracks": [{"number": 1, "title": "Функциональная грамотность"}],
}


def test_without_a_token_nothing_is_told(api, season, is_problem):
    for method, address in (
        ("get", "marathons"),
        ("post", "marathons"),
        ("get", f"marathons/{season.marathon.id}"),
        ("patch", f"marathons/{season.marathon.id}"),
    ):
        answer = api().request(method, address, json={} if method != "get" else None)
        is_problem(answer, 401, "sign_in")
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_wrong_or_expired_token_is_told_what_to_do(api, season, is_problem):
    answer = api().get("marathons", headers={"authorization": "Bearer nothing-of-the-kind"})
    assert "Получите новый" in is_problem(answer, 401, "sign_in")["detail"]


@pytest.mark.parametrize("role", ROLES)
def test_a_marathon_in_preparation_is_seen_by_those_who_prepare_it(api, season, role, is_problem):
    listed = [item["id"] for item in api(role).get("marathons").json()["items"]]
    assert season.marathon.id in listed
    prepares = role in {"organiser", "chair"}
    assert (season.hidden.id in listed) == prepares
    answer = api(role).get(f"marathons/{season.hidden.id}")
    if prepares:
        assert answer.json()["title"] == season.hidden.title
    else:
        missing = api(role).get("marathons/nothing")
        is_problem(answer, 404, "not_found")
        assert answer.content == missing.content


@pytest.mark.parametrize("role", ["owner", "expert", "stranger", "coordinator", "chair"])
def test_only_organisers_open_and_change_marathons(api, season, role, is_problem):
    is_problem(api(role).post("marathons", json=NEW), 404, "not_found")
    address = f"marathons/{season.marathon.id}"
    is_problem(api(role).patch(address, json={"title": "Чужое название"}), 404, "not_found")


def test_a_marathon_whose_dates_have_begun_opens_at_once(api, season):
    answer = api("organiser").post("marathons", json=NEW)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["phase"], made["title"]) == ("intake", NEW["title"])
    assert api("owner").get(f"marathons/{made['id']}").status_code == 200


def test_a_marathon_of_the_future_is_prepared(api, season):
    later = NEW | {"opens_at": "2026-04-01T09:00:00+08:00"}
    assert api("organiser").post("marathons", json=later).json()["phase"] == "preparation"


def test_given_fields_change_and_others_stay(api, season):
    client = api("organiser")
    before = client.get(f"marathons/{season.marathon.id}").json()
    after = client.patch(f"marathons/{season.marathon.id}", json={"theme": "Новая тема"}).json()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"theme", "version"}


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"opens_at": "2026-03-20T09:00:00"}, "часовой пояс"),
        ({"opens_at": "2026-05-20T09:00:00+08:00"}, "не по порядку"),
        ({"live_on": "2026-02-31"}, "дата"),
        ({"live_on": "9999-12-31"}, "слишком далека"),
        ({"reviews_until": "9999-12-31T23:59:59+00:00"}, "слишком далека"),
        ({"year": 2**63}, "год|слишком"),
        ({"year": True}, ""),
        ({"zone": "Mars/Olympus"}, "пояса нет"),
        ({"title": "а\ud800б"}, "нельзя сохранить"),
        ({"tracks": [{"number": 1, "title": "а\0б"}]}, "нельзя сохранить"),
        ({"tracks": [{"number": 1, "title": "а"}, {"number": 1, "title": "б"}]}, "повторяются"),
        ({"tracks": []}, "слишком мало"),
        ({"decision": {"max_correction": float("inf")}}, "обычное число"),
        ({"unheard_of": 1}, "unheard_of: такого поля нет"),
        ({"rubric": "nothing"}, "экспертного листа нет"),
        ({"assignment": {"max_probability": 0.5, "connected": True}}, "не сочетается с правилом"),
    ],
)
@pytest.mark.parametrize("method", ["post", "patch"])
def test_facts_that_cannot_be_kept_are_refused_in_words(api, season, method, wrong, word):
    import json
    import re

    client = api("organiser")
    address = "marathons" if method == "post" else f"marathons/{season.marathon.id}"
    body = NEW | wrong if method == "post" else wrong
    if method == "patch" and wrong.get("opens_at", "").startswith("2026-05-20"):
        body = {"opens_at": "2026-09-20T09:00:00+08:00"}
    answer = client.request(
        method,
        address,
        content=json.dumps(body),
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 422, answer.text
    assert re.search(word, answer.json()["detail"])


def test_phases_go_in_their_order(api, season, is_problem):
    address = f"marathons/{season.marathon.id}"
    answer = api("organiser").patch(address, json={"phase": "archive"})
    is_problem(answer, 409, "phase_out_of_order")
    assert (
        api("organiser").patch(address, json={"phase": "expertise"}).json()["phase"] == "expertise"
    )


def test_which_works_everybody_scores_is_told_to_organisers_only(api, season, installation, now):
    with installation.begin() as work:
        before = work.marathons.get(season.marathon.id)
        held = CommonRound(submission_ids=(season.submission.id,), opened_at=now)
        work.marathons.save(before.model_copy(update={"common_round": held}))

    address = f"/marathons/{season.marathon.id}"
    seen = {name: api(name).get(address).json()["common_round"] for name in ("owner", "organiser")}
    everything = api("owner").get("/marathons").json()["items"]

    assert seen["organiser"]["submission_ids"] == [season.submission.id]
    assert seen["owner"]["submission_ids"] == []
    assert all(one["common_round"]["submission_ids"] == [] for one in everything)
