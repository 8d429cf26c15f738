"""Submissions by program: sent with files, seen, changed, sent on, withdrawn, downloaded."""

import json
import unicodedata
from datetime import timedelta

import pytest
from builders import NOW

from review_api.deps import get_now

FILE = ("дроби.docx", b"PK not yet checked", "application/octet-stream")
COMPLETE = {
    "title": "Дроби по карточке",
    "abstract": "Карточки для 5 класса.",
    "track": 1,
    "keywords": ["дроби"],
    "authors": [
        {
            "name": "Иволгина Анна Петровна",
            "position": "учитель",
            "organisation": "МОУ «СОШ № 2»",
            "municipality": "Киренский район",
            "email": "Ivolgina@Example.ru",
        }
    ],
    "children": "none",
    "consents": ["processing", "distribution", "licence"],
}


def send(client, marathon, data=COMPLETE, *, files=(FILE,), key=None):
    headers = {"idempotency-key": key} if key else {}
    return client.post(
        f"marathons/{marathon.id}/submissions",
        data={"data": data if isinstance(data, str) else json.dumps(data)},
        files=[("files", file) for file in files],
        headers=headers,
    )


def addresses(season):
    one = f"submissions/{season.submission.id}"
    yield "get", f"marathons/{season.marathon.id}/submissions"
    yield "post", f"marathons/{season.marathon.id}/submissions"
    yield "get", one
    yield "patch", one
    yield "post", f"{one}/submit"
    yield "post", f"{one}/withdraw"
    yield "get", f"{one}/files/{season.file.id}"


def test_without_a_token_nothing_is_told(api, season, is_problem):
    for method, address in addresses(season):
        is_problem(api().request(method, address), 401, "sign_in")


@pytest.mark.parametrize("role", ["stranger", "expert", "chair"])
def test_what_one_may_not_see_answers_like_what_does_not_exist(api, season, role, is_problem):
    client = api(role)
    for method, address in list(addresses(season))[2:]:
        body = {} if method == "patch" else None
        answer = client.request(method, address, json=body)
        missing = client.request(
            method, address.replace(season.submission.id, "nothing"), json=body
        )
        is_problem(answer, 404, "not_found")
        assert answer.content == missing.content
    assert client.get(f"marathons/{season.marathon.id}/submissions").json() == {
        "items": [],
        "next": None,
    }


@pytest.mark.parametrize("role", ["owner", "coauthor", "organiser"])
def test_authors_and_organisers_open_the_work_and_its_file(api, season, role):
    client = api(role)
    answer = client.get(f"submissions/{season.submission.id}").json()
    assert answer["submission"]["title"] == season.submission.title
    assert [file["name"] for file in answer["files"]] == [season.file.name]
    listed = client.get(f"marathons/{season.marathon.id}/submissions").json()["items"]
    assert season.submission.id in {item["id"] for item in listed}
    file = client.get(f"submissions/{season.submission.id}/files/{season.file.id}")
    assert file.headers["content-disposition"].startswith("attachment")
    assert file.headers["x-content-type-options"] == "nosniff"
    assert file.headers["content-security-policy"].startswith("sandbox")
    assert file.content == "Дроби. ".encode() * 50


def test_authors_do_not_learn_how_many_opinions_were_asked_for(api, season):
    address = f"submissions/{season.submission.id}"
    assert api("organiser").get(address).json()["submission"]["extra_reviews"] == 1
    assert api("owner").get(address).json()["submission"]["extra_reviews"] == 0


def test_a_coordinator_sees_that_the_work_is_there_and_nothing_inside(api, season, is_problem):
    client = api("coordinator")
    answer = client.get(f"submissions/{season.submission.id}").json()
    shown = answer["submission"]
    assert shown["title"] == season.submission.title
    assert [author["municipality_id"] for author in shown["authors"]] == [season.home.id]
    assert shown["authors"][0]["email"] is None
    assert (shown["abstract"], shown["consents"], answer["files"]) == ("", [], [])
    address = f"submissions/{season.submission.id}/files/{season.file.id}"
    is_problem(client.get(address), 404, "not_found")
    is_problem(client.patch(f"submissions/{season.submission.id}", json={}), 404, "not_found")


def test_a_file_of_another_work_is_not_found(api, season, is_problem):
    answer = api("owner").get(f"submissions/{season.draft.id}/files/{season.file.id}")
    is_problem(answer, 404, "not_found")


def test_a_work_is_taken_in_whole(api, season):
    answer = send(api("stranger"), season.marathon)
    assert answer.status_code == 201
    body = answer.json()
    assert body["missing"] == []
    made = body["submission"]
    assert made["status"] == "draft"
    assert made["owner_id"] == season.people["stranger"].id
    assert made["authors"][0]["email"] == "ivolgina@example.ru"
    assert [consent["kind"] for consent in made["consents"]] == COMPLETE["consents"]
    assert [(file["name"], file["status"]) for file in body["files"]] == [(FILE[0], "received")]


def test_the_same_key_and_content_answer_the_same_work(api, season, is_problem):
    client = api("stranger")
    first = send(client, season.marathon, key="2026-117").json()
    again = send(client, season.marathon, key="2026-117")
    assert again.status_code == 201
    assert again.json() == first
    listed = client.get(f"marathons/{season.marathon.id}/submissions").json()["items"]
    assert [item["id"] for item in listed] == [first["submission"]["id"]]
    other = send(client, season.marathon, COMPLETE | {"title": "Другое"}, key="2026-117")
    is_problem(other, 422, "idempotency_mismatch")
    other_file = (FILE[0], b"PK other", FILE[2])
    is_problem(
        send(client, season.marathon, files=[other_file], key="2026-117"),
        422,
        "idempotency_mismatch",
    )


def test_a_key_belongs_to_its_caller(api, season):
    first = send(api("stranger"), season.marathon, key="same").json()
    second = send(api("owner"), season.marathon, key="same").json()
    assert first["submission"]["id"] != second["submission"]["id"]


@pytest.mark.parametrize(
    "spelling",
    [
        unicodedata.normalize("NFD", "Киренский район"),
        "киренский  РАЙОН",
        "Киренский р-н",
    ],
)
def test_a_municipality_is_known_however_spelt(api, season, spelling):
    author = COMPLETE["authors"][0] | {"municipality": spelling}
    answer = send(api("stranger"), season.marathon, COMPLETE | {"authors": [author]})
    assert answer.status_code == 201, answer.text


def test_an_unknown_municipality_is_answered_with_the_nearest(api, season, is_problem):
    author = COMPLETE["authors"][0] | {"municipality": "Кыренскый район <b>"}
    answer = send(api("stranger"), season.marathon, COMPLETE | {"authors": [author]})
    body = is_problem(answer, 422, "unknown_municipality")
    assert "Киренский район" in body["detail"]
    assert "«Кыренскый район <b>» не найден" in body["detail"]
    assert len(answer.text) < 2000
    assert body["field"] == "municipality"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ("{", "это не JSON"),
        ("[]", "нужен объект"),
        ("NaN", ""),
        ("[" * 100_000, ""),
        (COMPLETE | {"track": True}, "track: нужно целое число"),
        (COMPLETE | {"track": "1"}, "track: нужно целое число"),
        (COMPLETE | {"track": 2**63}, "track"),
        (COMPLETE | {"track": 77}, "направления нет"),
        (COMPLETE | {"title": "ё" * 301}, "слишком длинно"),
        (COMPLETE | {"title": "а\ud800"}, ""),
        (COMPLETE | {"title": "а\0"}, ""),
        (COMPLETE | {"owner_id": "x"}, "такого поля нет"),
        (COMPLETE | {"<script>": "x"}, "такого поля нет"),
        (COMPLETE | {"children": "maybe"}, "такого значения нет"),
        (
            COMPLETE | {"authors": [COMPLETE["authors"][0] | {"email": "a@b.ru\r\nBcc: x@y.ru"}]},
            "почты",
        ),
    ],
)
def test_data_that_cannot_be_kept_is_refused_in_words(api, season, data, word):
    answer = send(api("stranger"), season.marathon, data)
    assert answer.status_code == 422, answer.text
    assert word in answer.json()["detail"]
    assert "<script>" not in answer.text
    assert len(answer.content) < 4000


def test_a_part_that_is_missing_or_of_another_kind_is_named(api, season, is_problem):
    address = f"marathons/{season.marathon.id}/submissions"
    body = is_problem(api("stranger").post(address, json=COMPLETE), 422, "wrong_shape")
    assert "data" in body["detail"]


def test_a_file_over_the_limit_keeps_nothing(api, season, installation, is_problem, monkeypatch):
    smaller = installation.settings.model_copy(update={"max_upload": 1000})
    object.__setattr__(installation, "settings", smaller)
    big = ("big.docx", b"x" * 2000, "application/octet-stream")
    is_problem(send(api("stranger"), season.marathon, files=[big]), 413, "too_large")
    assert api("stranger").get(f"marathons/{season.marathon.id}/submissions").json()["items"] == []


def test_an_incomplete_work_is_told_all_that_is_missing(api, season, is_problem):
    client = api("stranger")
    made = send(client, season.marathon, {"title": "Только название"}, files=()).json()
    assert len(made["missing"]) >= 5
    body = is_problem(
        client.post(f"submissions/{made['submission']['id']}/submit"), 422, "incomplete"
    )
    assert all(sentence in body["detail"] for sentence in made["missing"])


def test_a_work_is_changed_and_sent_once(api, season):
    client = api("stranger")
    made = send(client, season.marathon, {"title": "Черновик"}).json()["submission"]
    address = f"submissions/{made['id']}"
    rest = {name: value for name, value in COMPLETE.items() if name != "title"}
    changed = client.patch(address, json=rest).json()
    assert changed["submission"]["title"] == "Черновик"
    assert changed["missing"] == []
    sent = client.post(f"{address}/submit").json()["submission"]
    assert sent["status"] == "submitted"
    assert sent["number"] == made["number"]
    again = client.post(f"{address}/submit").json()["submission"]
    assert again == sent


def test_a_stale_version_is_refused(api, season, is_problem):
    client = api("owner")
    address = f"submissions/{season.draft.id}"
    version = client.get(address).json()["submission"]["version"]
    tag = {"if-match": f'"{version}"'}
    assert client.patch(address, json={"title": "Первая"}, headers=tag).status_code == 200
    is_problem(client.patch(address, json={"title": "Вторая"}, headers=tag), 412, "stale_version")
    is_problem(client.patch(address, json={}, headers={"if-match": "x"}), 422, "bad_input")


def test_an_organiser_corrects_a_work_but_never_consents_for_its_author(api, season, is_problem):
    client, address = api("organiser"), f"submissions/{season.draft.id}"
    assert client.patch(address, json={"subject": "Физика"}).status_code == 200
    is_problem(client.patch(address, json={"consents": []}), 404, "not_found")


def test_a_work_with_the_experts_is_not_changed_any_more(api, season, is_problem):
    answer = api("owner").patch(f"submissions/{season.submission.id}", json={"title": "Поздно"})
    is_problem(answer, 409, "not_editable")


def test_after_the_deadline_nothing_is_taken(api, season, application, is_problem):
    application.dependency_overrides[get_now] = lambda: NOW + timedelta(days=11)
    is_problem(send(api("owner"), season.marathon), 409, "intake_closed")
    is_problem(api("owner").post(f"submissions/{season.draft.id}/submit"), 409, "intake_closed")


def test_co_authors_are_invited_once_when_a_work_is_sent(api, season, installation):
    client = api("stranger")
    other = {**COMPLETE["authors"][0], "name": "Соколова Ия Львовна", "email": "ia@example.ru"}
    data = COMPLETE | {"authors": [*COMPLETE["authors"], other]}
    made = send(client, season.marathon, data).json()["submission"]

    for _ in range(2):
        assert client.post(f"submissions/{made['id']}/submit").status_code == 200

    with installation.begin(read_only=True) as work:
        asked = [one for one in work.notices.all() if one.template == "co_author_invited"]
    assert "ia@example.ru" in {one.address for one in asked}
    assert len({one.address for one in asked}) == len(asked)


def test_reason_of_a_withdrawal_is_kept(api, season, installation, is_problem):
    address = f"submissions/{season.submission.id}/withdraw"
    client = api("owner")
    is_problem(client.post(address, json={"reason": "я" * 1001}), 422, "wrong_shape")
    assert client.post(address, json={"reason": "Нашли ошибку в опыте."}).status_code == 200

    with installation.begin(read_only=True) as work:
        kept = work.submissions.get(season.submission.id)
    assert kept.withdrawal_reason == "Нашли ошибку в опыте."


def test_a_withdrawn_work_stays_withdrawn(api, season):
    client = api("owner")
    gone = client.post(f"submissions/{season.submission.id}/withdraw").json()["submission"]
    assert gone["status"] == "withdrawn"
    again = client.post(f"submissions/{season.submission.id}/withdraw")
    assert again.status_code in {200, 409}
    assert client.post(f"submissions/{season.submission.id}/submit").status_code == 409


def test_search_finds_words_in_any_case_and_form(api, season):
    client, address = api("organiser"), f"marathons/{season.marathon.id}/submissions"
    for word in ("ДРОБИ", unicodedata.normalize("NFD", "карточке")):
        found = client.get(address, params={"q": word}).json()["items"]
        assert [item["id"] for item in found] == [season.submission.id]
    assert client.get(address, params={"q": "%"}).json()["items"] == []
    assert client.get(address, params={"q": "я" * 5000}).status_code == 422


def test_authors_may_ask_for_publication_only(api, season):
    made = send(api("owner"), season.marathon, COMPLETE | {"publication_only": True}).json()
    address = f"submissions/{made['submission']['id']}"

    assert made["submission"]["publication_only"] is True
    kept = api("owner").patch(address, json={"title": "Дроби иначе"}).json()["submission"]
    assert kept["publication_only"] is True
    taken = api("owner").patch(address, json={"publication_only": False}).json()["submission"]
    assert taken["publication_only"] is False
