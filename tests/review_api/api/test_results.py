"""Decisions, editions and figures by program: who may see them, and when."""

import builders
import pytest
from builders import NOW

from schemas.collection import Artefact, Edition, EditionStatus
from schemas.decision import DecisionStatus
from schemas.submission import SubmissionStatus
from storage.identifiers import new_id


@pytest.fixture
def results(installation, season):
    """A proposed decision on the work, a published edition and one not yet published."""
    with installation.begin() as work:
        expert = builders.an_expert(work, work.municipalities.all()[-1])
        builders.a_sent_review(work, season.submission, expert, score=71.5)
        decision = builders.a_decision(
            work,
            season.submission,
            status=DecisionStatus.PROPOSED,
            confirmed_at=None,
            raw=71.5,
            trace={"marks": [{"expert": expert.id, "score": 71.5}]},
            explanation="Две экспертизы из трёх выше порога.",
        )
        work.submissions.save(
            work.submissions.get(season.submission.id).model_copy(update={"status": "reviewed"})
        )
        kept = installation.files.save_bytes(b"%PDF-1.7 edition")
        paths = ("site/index.html", "problems.json", "build.json")
        files = tuple(Artefact(path=path, sha256=kept.sha256, size=kept.size) for path in paths)
        editions = [
            work.editions.add(
                Edition(
                    id=new_id(),
                    marathon_id=season.marathon.id,
                    number=number,
                    status=status,
                    built_at=NOW,
                    artefacts=files,
                )
            )
            for number, status in ((1, EditionStatus.PUBLISHED), (2, EditionStatus.BUILT))
        ]
    return decision, *editions


def test_without_a_token_nothing_is_told(api, season, results, is_problem):
    one = f"marathons/{season.marathon.id}"
    for method, address in (
        ("get", f"{one}/decisions"),
        ("post", f"{one}/decisions/confirm"),
        ("get", f"{one}/collections"),
        ("get", f"collections/{results[1].id}/site/index.html"),
        ("get", f"{one}/report"),
    ):
        is_problem(api().request(method, address), 401, "sign_in")


@pytest.mark.parametrize("role", ["organiser", "chair"])
def test_organisers_and_the_council_see_proposals(api, season, results, role):
    (item,) = api(role).get(f"marathons/{season.marathon.id}/decisions").json()["items"]
    assert (item["id"], item["raw"]) == (results[0].id, 71.5)


@pytest.mark.parametrize("role", ["owner", "coauthor", "stranger", "expert", "coordinator"])
def test_nobody_else_sees_a_proposal_or_confirms_it(api, season, results, role, is_problem):
    address = f"marathons/{season.marathon.id}/decisions"
    assert api(role).get(address).json() == {"items": [], "next": None}
    answer = api(role).post(f"{address}/confirm", json={"decisions": [results[0].id]})
    is_problem(answer, 404, "not_found")


def test_the_author_is_told_the_outcome_without_marks_once_it_is_confirmed(api, season, results):
    address = f"marathons/{season.marathon.id}/decisions"
    done = api("chair").post(f"{address}/confirm", json={"decisions": [results[0].id]})
    assert [item["status"] for item in done.json()["items"]] == ["confirmed"]
    for role in ("owner", "coauthor"):
        (item,) = api(role).get(address).json()["items"]
        assert item["publication"] is True
        assert item["explanation"] == results[0].explanation
        assert (item["raw"], item["score"], item["reviews"]) == (None, None, 0)
        assert (item["trace"]["marks"], item["trace"]["policy"]) == ([], None)
    assert api("stranger").get(address).json() == {"items": [], "next": None}


def test_how_the_decision_was_made_is_told_to_authors_only_once_it_is_confirmed(
    api, season, results, is_problem
):
    address = f"submissions/{season.submission.id}/decision"
    for role in ("owner", "stranger", "expert", "organiser"):
        is_problem(api(role).get(address), 404, "not_found")
    body = {"decisions": [results[0].id]}
    api("chair").post(f"marathons/{season.marathon.id}/decisions/confirm", json=body)

    for role in ("owner", "coauthor"):
        told = api(role).get(address).json()
        assert told["outcomes"][0] == "Материал выйдет в сборнике."
        assert told["rules"] == f"/marathons/{season.marathon.id}/rules"
        assert {section["title"] for section in told["sections"]} >= {"По каким правилам"}
    for role in ("stranger", "expert", "coordinator"):
        is_problem(api(role).get(address), 404, "not_found")


def test_unsettled_works_are_a_conflict_of_a_stable_kind_and_the_others_can_be_confirmed(
    api, season, results, installation, is_problem
):
    with installation.begin() as work:
        facts = {"outcome": "council", "publication": False, "live": False}
        facts |= {"status": DecisionStatus.PROPOSED, "confirmed_at": None}
        place = work.municipalities.all()[0]
        disputed = builders.a_submission(
            work, season.marathon, place, status=SubmissionStatus.REVIEWED
        )
        unsettled = builders.a_decision(work, disputed, **facts)
    address = f"marathons/{season.marathon.id}/decisions/confirm"
    both = [results[0].id, unsettled.id]
    problem = is_problem(api("chair").post(address, json={"decisions": both}), 409, "unsettled")
    assert problem["detail"].count("№") == 1
    assert "совет ещё не голосовал" in problem["detail"]
    one = api("chair").post(address, json={"decisions": both[:1]})
    assert [item["status"] for item in one.json()["items"]] == ["confirmed"]


def test_one_more_review_is_asked_by_organisers_only(api, season, results, is_problem):
    address = f"marathons/{season.marathon.id}/decisions/{results[0].id}/extra-review"
    is_problem(api("owner").post(address), 404, "not_found")
    is_problem(api().post(address), 401, "sign_in")
    asked = api("organiser").post(address)
    assert (asked.status_code, set(asked.json())) == (202, {"run"})
    is_problem(api("organiser").post(address), 409, "review_running")
    elsewhere = address.replace(results[0].id, "nothing")
    is_problem(api("organiser").post(elsewhere), 404, "not_found")


def test_confirming_is_all_or_nothing(api, season, results, is_problem):
    address = f"marathons/{season.marathon.id}/decisions"
    body = {"decisions": [results[0].id, "nothing"]}
    is_problem(api("organiser").post(f"{address}/confirm", json=body), 404, "not_found")
    (item,) = api("organiser").get(address).json()["items"]
    assert item["status"] == "proposed"
    is_problem(
        api("organiser").post(f"{address}/confirm", json={"decisions": []}), 422, "wrong_shape"
    )


@pytest.mark.parametrize(
    ("role", "numbers"),
    [("stranger", [1]), ("expert", [1]), ("organiser", [1, 2]), ("chair", [1, 2])],
)
def test_an_edition_is_public_once_published(api, season, results, role, numbers):
    client = api(role)
    items = client.get(f"marathons/{season.marathon.id}/collections").json()["items"]
    assert sorted(item["number"] for item in items) == numbers
    for edition in results[1:]:
        answer = client.get(f"collections/{edition.id}/site/index.html")
        assert answer.status_code == (200 if edition.number in numbers else 404)
        if answer.status_code == 200:
            assert answer.headers["content-disposition"] == 'attachment; filename="index.html"'
            assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["problems.json", "build.json"])
def test_why_works_were_left_out_is_told_to_organisers_alone(api, results, path):
    address = f"collections/{results[1].id}/{path}"
    assert api("stranger").get(address).status_code == 404
    assert api("organiser").get(address).status_code == 200


@pytest.mark.parametrize("path", ["../../marathon.sqlite3", "site/../../x", "", "site/index.htm"])
def test_only_the_edition_s_own_files_are_given(api, results, path):
    assert api("organiser").get(f"collections/{results[1].id}/{path}").status_code == 404


@pytest.mark.parametrize(
    ("role", "status"),
    [("organiser", 200), ("chair", 200), ("owner", 404), ("expert", 404), ("coordinator", 404)],
)
def test_figures_are_for_organisers_and_the_council(api, season, role, status):
    answer = api(role).get(f"marathons/{season.marathon.id}/report")
    assert answer.status_code == status
    if status == 200:
        assert set(answer.json()) == {"made_at", "figures"}
