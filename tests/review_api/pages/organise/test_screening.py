"""The report on the quality of reviews as an organiser meets it, and who never sees it."""

import csv
from datetime import timedelta
from io import StringIO

import pytest

from flows.decision import screening_operations
from flows.decision.screening.screening import screen
from schemas.decision import DecisionStatus
from schemas.marathon import Phase
from schemas.people import Role
from schemas.review import ReviewDraft
from schemas.rubric import RUBRICS
from schemas.submission import SubmissionStatus
from tests import builders

SAME = "Отличный материал, который с интересом прочтут и используют в работе учителя всех школ"


@pytest.fixture
def marathon(installation, now):
    """Eight works near the threshold; one of three experts repeats one comment."""
    with installation.begin() as work:
        made = builders.a_marathon(
            work, phase=Phase.DECISION, reviews_until=now + timedelta(days=30)
        )
        home, *others = builders.members(work, work.clusters.only())
        experts = [
            builders.an_expert(work, place, person_id=builders.a_person(work, name).id)
            for place, name in zip(
                others,
                ("Арсеньева Анна Юрьевна", "Белова Ольга Ильинична", "Волков Пётр Андреевич"),
                strict=True,
            )
        ]
        codes = [part.code for part in RUBRICS[made.rubric].criteria]
        for number in range(8):
            one = builders.a_submission(work, made, home, status=SubmissionStatus.REVIEWED)
            for place, expert in enumerate(experts):
                levels = {code: (number + place + at) % 4 for at, code in enumerate(codes)}
                comment = SAME if place == 0 else f"Замечания {number}.{place} к этой работе"
                builders.a_sent_review(
                    work,
                    one,
                    expert,
                    score=60.0 + 3 * ((number * 7 + place * 11) % 9 - 4),
                    draft=ReviewDraft(levels=levels, comment=comment),
                )
        return made


@pytest.fixture
def reported(installation, marathon, now):
    with installation.begin() as work:
        question, titles = screening_operations.gather(work, marathon.id)
        builders.proposed_decisions(work, marathon.id, now=now)
        report = screen(question, titles)
        screening_operations.keep(work, marathon.id, report, now=now)
    return report


def address(marathon, further=""):
    return f"/organise/{marathon.id}/screening{further}"


def test_page_without_a_report_offers_to_make_one(installation, browser, marathon):
    page = browser.get(address(marathon)).text
    assert "Отчёта ещё нет" in page
    answer = browser.post(f"/organise/{marathon.id}/stages/screen")
    assert answer.headers["location"] == address(marathon)
    with installation.begin(read_only=True) as work:
        assert [run.deployment for run in work.runs.unfinished()] == ["screen_reviews"]


def test_report_names_experts_and_says_what_to_make_of_it(browser, marathon, reported):
    page = browser.get(address(marathon)).text.replace("\xa0", " ")

    assert "Надёжность балла" in page
    assert "Арсеньева А." in page
    assert "повторы в комментариях" in page
    assert "Почти одинаковый комментарий у 8 работ" in page
    assert "Это не доказательства" in page
    assert "Методическая проработанность" in page


def test_another_review_is_asked_for_by_one_button(installation, browser, marathon, reported):
    assert reported.suggestions
    chosen = reported.suggestions[0].submission
    with installation.begin(read_only=True) as work:
        decision = next(
            one for one in work.decisions.of_marathon(marathon.id) if one.submission_id == chosen
        )
    assert f'value="{decision.id}"' in browser.get(address(marathon)).text

    answer = browser.post(address(marathon, "/extra"), data={"decision": decision.id})

    assert answer.status_code == 303
    with installation.begin(read_only=True) as work:
        assert work.submissions.get(chosen).status is SubmissionStatus.IN_REVIEW
    page = browser.get(address(marathon)).text
    assert "Экспертиза уже идёт" in page
    assert f'value="{decision.id}"' not in page


def test_settled_work_is_not_asked_for_again(installation, browser, marathon, reported, now):
    with installation.begin() as work:
        found = work.decisions.of_marathon(marathon.id)
        for one in found:
            work.decisions.save(one.model_copy(update={"status": DecisionStatus.CONFIRMED}))
    assert "Решение уже применено" in browser.get(address(marathon)).text

    answer = browser.post(address(marathon, "/extra"), data={"decision": found[0].id})

    assert "уже применено" in browser.get(answer.headers["location"]).text
    assert browser.post(address(marathon, "/extra"), data={"decision": "no"}).status_code == 404


def test_table_is_sorted_searched_and_taken_away(browser, marathon, reported):
    page = browser.get(address(marathon, "?q=белова&sort=-severity")).text.replace("\xa0", " ")
    assert "Белова О." in page
    assert "Арсеньева А.</a>" not in page

    sheet = browser.get(address(marathon, "?export=csv")).content.decode("utf-8-sig")

    rows = list(csv.reader(StringIO(sheet), delimiter=";" if ";" in sheet.split("\n")[0] else ","))
    assert rows[0][0] == "Эксперт"
    assert len(rows) == 4
    assert browser.get(address(marathon, "?export=xlsx")).status_code == 200


@pytest.mark.parametrize("role", [Role.CHAIR, Role.SECRETARY, Role.EXPERT, Role.COORDINATOR, None])
def test_nobody_but_organisers_sees_the_report(installation, signed_in, marathon, reported, role):
    with installation.begin() as work:
        person = builders.a_person(work, "Посторонняя Анна Ивановна")
        if role:
            work.roles.give(person.id, role)
    other = signed_in(person)

    assert other.get(address(marathon)).status_code == 404
    assert other.post(address(marathon, "/extra"), data={"decision": "any"}).status_code == 404


def test_stranger_is_asked_to_sign_in(client, marathon):
    assert client.get(address(marathon)).status_code == 303


def test_organiser_walks_to_the_report_from_decisions_and_analytics(browser, marathon, reported):
    for section in ("decisions", "analytics"):
        assert address(marathon) in browser.get(f"/organise/{marathon.id}/{section}").text


def test_all_marks_stand_beside_each_other_by_track_and_page(browser, marathon):
    page = browser.get(address(marathon, "/marks")).text
    assert "Кто как оценил" in page
    assert "Арсеньева А." in page.replace("\xa0", " ")
    assert "Разница между высшей и низшей оценкой" in page
    assert (
        "Отправленных оценок здесь ещё нет."
        in browser.get(address(marathon, "/marks?track=2")).text
    )
    assert browser.get(address(marathon, "/marks?track=x&page=99")).status_code == 200


def test_organiser_finds_no_marks_of_an_own_work(installation, browser, marathon):
    with installation.begin() as work:
        [one, *_] = work.submissions.of_marathon(marathon.id)
        person = next(role.person_id for role in work.roles.all() if role.role is Role.ORGANISER)
        work.submissions.save(one.model_copy(update={"owner_id": person}))
    assert f"№ {one.number}<" not in browser.get(address(marathon, "/marks")).text
