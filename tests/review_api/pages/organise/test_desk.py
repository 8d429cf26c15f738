"""Opening a marathon, its settings and phases, the dashboard, starting stages."""

from datetime import timedelta

import pytest

from schemas.decision import DecisionStatus
from schemas.marathon import Phase
from schemas.outbox import RunState
from schemas.people import Role
from schemas.submission import SubmissionStatus
from tests import builders

ASKED_BY_THE_PAGE = {"hx-request": "true"}


def with_role(installation, signed_in, role):
    with installation.begin() as work:
        person = builders.a_person(work, "Орлова Нина Петровна")
        work.roles.give(person.id, role)
    return signed_in(person)


@pytest.fixture
def browser(installation, signed_in):
    return with_role(installation, signed_in, Role.ORGANISER)


@pytest.fixture
def marathon(installation, now):
    with installation.begin() as work:
        return builders.a_marathon(
            work,
            phase=Phase.INTAKE,
            submissions_until=now + timedelta(days=5),
            reviews_until=now + timedelta(days=30),
        )


def moved(installation, marathon, **changes):
    with installation.begin() as work:
        current = work.marathons.get(marathon.id)
        return work.marathons.save(current.model_copy(update=changes))


def test_pages_do_not_exist_for_teachers(installation, signed_in, marathon):
    with installation.begin() as work:
        teacher = builders.a_person(work)
    browser = signed_in(teacher)
    for address in ("/organise", f"/organise/{marathon.id}", f"/organise/{marathon.id}/works"):
        assert browser.get(address).status_code == 404
    assert (
        browser.post(f"/organise/{marathon.id}/phase", data={"to": "expertise"}).status_code == 404
    )


def test_nobody_is_asked_to_sign_in(client, marathon):
    answer = client.get(f"/organise/{marathon.id}")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")


def test_phase_out_of_order_says_what_comes_next(installation, browser, marathon):
    answer = browser.post(f"/organise/{marathon.id}/phase", data={"to": "results"})
    page = browser.get(answer.headers["location"]).text
    assert "перейти с него к этапу «Итоги» нельзя" in page
    assert "Дальше можно: Экспертиза." in page


def test_expertise_does_not_begin_without_materials(browser, marathon):
    answer = browser.post(f"/organise/{marathon.id}/phase", data={"to": "expertise"})
    assert "Никто ещё не отправил материал" in browser.get(answer.headers["location"]).text


def test_stage_twice_is_one_run(installation, browser, marathon):
    moved(installation, marathon, phase=Phase.EXPERTISE)
    for _ in range(2):
        answer = browser.post(f"/organise/{marathon.id}/stages/collect")
        assert answer.status_code == 303
    assert "уже выполняется" in browser.get(answer.headers["location"]).text
    with installation.begin(read_only=True) as work:
        assert [run.deployment for run in work.runs.latest(marathon.id)] == ["collect_reviews"]


@pytest.mark.parametrize("way", ["assignment/plans", "stages/assign"])
def test_plan_asked_for_in_any_way_has_a_page_at_once(installation, browser, marathon, now, way):
    moved(installation, marathon, phase=Phase.EXPERTISE, reviews_until=now + timedelta(days=9))
    for _ in range(2):
        answer = browser.post(f"/organise/{marathon.id}/{way}")
    with installation.begin(read_only=True) as work:
        assert [run.deployment for run in work.runs.latest(marathon.id)] == ["assign_experts"]
        [plan] = work.plans.of_marathon(marathon.id)
    assert answer.headers["location"] == f"/organise/{marathon.id}/assignment/plans/{plan.id}"


def test_stage_out_of_order_says_when_it_runs(installation, browser, marathon):
    answer = browser.post(f"/organise/{marathon.id}/stages/decide")
    assert "запускается на этапе «Решения»" in browser.get(answer.headers["location"]).text
    with installation.begin(read_only=True) as work:
        assert work.runs.latest(marathon.id) == []


def test_run_opened_by_itself_leads_to_the_page_of_all_runs(installation, browser, marathon, now):
    with installation.begin() as work:
        run = work.runs.ask("assign_experts", marathon_id=marathon.id, by=None, now=now)
    answer = browser.get(f"/organise/runs/{run.id}", follow_redirects=False)
    assert answer.headers["location"] == f"/organise/{marathon.id}/runs"


def test_running_fragment_asks_again_and_a_finished_one_does_not(
    installation, browser, marathon, now
):
    with installation.begin() as work:
        run = work.runs.ask("assign_experts", marathon_id=marathon.id, by=None, now=now)
    waiting = browser.get(f"/organise/runs/{run.id}", headers=ASKED_BY_THE_PAGE).text
    assert 'data-hx-trigger="every 1s"' in waiting
    with installation.begin() as work:
        done = {"state": RunState.COMPLETED, "finished_at": now, "message": "План составлен"}
        work.runs.save(run.model_copy(update=done))
    finished = browser.get(f"/organise/runs/{run.id}", headers=ASKED_BY_THE_PAGE).text
    assert "data-hx" not in finished
    assert "План составлен" in finished
    assert "Показать, что получилось" in finished


def test_dashboard_says_what_is_stuck_and_who_must_act(installation, browser, marathon):
    with installation.begin() as work:
        home = builders.a_municipality(work, work.clusters.only())
        builders.a_submission(work, marathon, home, status=SubmissionStatus.RETURNED)
        builders.a_submission(work, marathon, home, status=SubmissionStatus.DRAFT)
    page = browser.get(f"/organise/{marathon.id}").text
    assert "1\u00a0работа с негодным файлом" in page
    assert "1\u00a0черновик не отправлен" in page
    assert "Авторы" in page


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"live": True, "publication": False}, "Составить программу"),
        ({"live": False, "publication": True}, "Собрать сборник"),
        ({"live": False, "publication": False}, "Выдать сертификаты"),
    ],
)
def test_results_begin_with_what_there_is_something_for(
    installation, browser, marathon, chosen, said
):
    with installation.begin() as work:
        one = work.marathons.get(marathon.id).model_copy(update={"phase": Phase.RESULTS})
        work.marathons.save(one)
        home = builders.a_municipality(work, work.clusters.only())
        builders.a_decided_work(work, one, home, decision=chosen)

    page = browser.get(f"/organise/{marathon.id}").text

    acts = ("Составить программу", "Собрать сборник", "Выдать сертификаты")
    primary = page[page.index("<main") :]
    assert min((act for act in acts if act in primary), key=primary.index) == said


def test_results_wait_for_every_decision(installation, browser, marathon):
    moved(installation, marathon, phase=Phase.DECISION)
    with installation.begin() as work:
        home = builders.a_municipality(work, work.clusters.only())
        one = builders.a_submission(work, marathon, home, status=SubmissionStatus.REVIEWED)
        builders.a_decision(work, one, status=DecisionStatus.PROPOSED, confirmed_at=None)
    answer = browser.post(f"/organise/{marathon.id}/phase", data={"to": "results"})
    assert "Без решения остались работы: № 1" in browser.get(answer.headers["location"]).text


def test_dashboard_leads_to_preparation_while_something_is_missing(installation, browser, marathon):
    moved(installation, marathon, phase=Phase.PREPARATION, cloned_from=None)
    page = browser.get(f"/organise/{marathon.id}").text
    assert "Направления ещё не названы." in page
    assert "Продолжить подготовку" in page
    assert "Открыть приём</button>" not in page


def test_page_for_authors_is_named_once_intake_is_open(browser, marathon):
    page = browser.get(f"/organise/{marathon.id}").text
    assert f'href="/marathons/{marathon.id}"' in page
    assert "Разошлите авторам адрес" in page


def test_archive_is_confirmed_and_nothing_is_stuck_in_it(installation, browser, marathon):
    moved(installation, marathon, phase=Phase.RESULTS)
    page = browser.get(f"/organise/{marathon.id}/setup").text
    assert "Вернуть его из архива нельзя" in page
    browser.post(f"/organise/{marathon.id}/phase", data={"to": "archive"})
    assert "Ничего не застряло." in browser.get(f"/organise/{marathon.id}").text
