"""The table of works and one work: filters kept in the address, downloads, acts."""

import io
import re
import zipfile
from datetime import timedelta

import pytest

from schemas.assignment import AssignmentStatus
from schemas.marathon import Phase
from schemas.submission import FileStatus, SubmissionStatus
from tests import builders
from tests.checked_texts import with_text


@pytest.fixture
def marathon(installation, now):
    with installation.begin() as work:
        return builders.a_marathon(
            work, phase=Phase.EXPERTISE, reviews_until=now + timedelta(days=30)
        )


@pytest.fixture
def works(installation, marathon):
    with installation.begin() as work:
        home = builders.a_municipality(work, work.clusters.only())
        return [
            builders.a_submission(work, marathon, home, title="Ёлка в числах", track=2),
            builders.a_submission(work, marathon, home, title="=Формула", track=1),
            builders.a_submission(
                work, marathon, home, title="Река", status=SubmissionStatus.RETURNED
            ),
        ]


def test_search_does_not_mind_case_and_yo(browser, marathon, works):
    page = browser.get(f"/organise/{marathon.id}/works?q=елка").text
    assert "Ёлка в числах" in page
    assert "Река" not in page


def test_filter_is_a_pill_that_can_be_taken_off(browser, marathon, works):
    page = browser.get(f"/organise/{marathon.id}/works?status=returned&sort=-number").text
    assert "Состояние: возвращён автору" in page
    assert f'href="/organise/{marathon.id}/works?sort=-number"' in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("decision=both", {"Море"}),
        ("decision=no", {"Луг"}),
        ("decision=none", {"Ёлка в числах", "=Формула", "Река"}),
        ("score_from=59,5", {"Море"}),
        ("score_to=59.5", {"Луг"}),
        ("score_from=40&score_to=90", {"Море", "Луг"}),
        ("score_from=нет&decision=both", {"Море"}),
        ("score_from=nan&score_to=inf&decision=no", {"Луг"}),
    ],
)
def test_works_are_found_by_decision_and_by_score(
    installation, browser, marathon, works, query, shown
):
    with installation.begin() as work:
        home = work.municipalities.all()[0]
        for title, chosen, score in (("Море", True, 80.0), ("Луг", False, 41.3)):
            outcome = {"publication": chosen, "live": chosen, "score": score}
            builders.a_decided_work(
                work,
                marathon,
                home,
                title=title,
                decision={"outcome": "yes" if chosen else "no", **outcome},
            )

    page = browser.get(f"/organise/{marathon.id}/works?{query}").text

    titles = {"Море", "Луг", "Ёлка в числах", "=Формула", "Река"}
    assert {one for one in titles if f">{one}</a>" in page} == shown


def test_download_holds_exactly_what_is_shown(browser, marathon, works):
    answer = browser.get(f"/organise/{marathon.id}/works?track=1&export=csv")
    assert "attachment" in answer.headers["content-disposition"]
    text = answer.content.decode("utf-8-sig")
    assert "'=Формула" in text
    assert "Ёлка" not in text
    book = browser.get(f"/organise/{marathon.id}/works?export=xlsx").content
    assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(book)).namelist()


def test_unknown_kind_of_download_is_not_there(browser, marathon, works):
    assert browser.get(f"/organise/{marathon.id}/works?export=exe").status_code == 404


def test_work_of_another_marathon_is_not_there(installation, browser, works):
    with installation.begin() as work:
        other = builders.a_marathon(work, work.clusters.only())
    assert browser.get(f"/organise/{other.id}/works/{works[0].id}").status_code == 404


def test_withdrawing_needs_a_reason(installation, browser, marathon, works):
    address = f"/organise/{marathon.id}/works/{works[0].id}/withdraw"
    assert browser.post(address, data={"reason": " "}).status_code == 422
    assert browser.post(address, data={"reason": "Просьба автора"}).status_code == 303
    with installation.begin(read_only=True) as work:
        assert work.submissions.get(works[0].id).status is SubmissionStatus.WITHDRAWN
    page = browser.get(f"/organise/{marathon.id}/works/{works[0].id}").text
    assert "Материал: отозван. Орлова" in page


def test_extension_moves_the_due_date_of_one_expert(installation, browser, marathon, works, now):
    with installation.begin() as work:
        away = builders.a_municipality(work, work.clusters.only(), builders.MEMBERS[1])
        item = builders.an_assignment(
            work, works[0], builders.an_expert(work, away), due_at=now - timedelta(days=1)
        )
    address = f"/organise/{marathon.id}/assignments/{item.id}/extend"
    assert browser.post(address, data={"days": "0"}).status_code == 422
    assert browser.post(address, data={"days": "3"}).status_code == 303
    with installation.begin(read_only=True) as work:
        extended = work.assignments.get(item.id)
    assert extended.due_at == marathon.end_of_day(now + timedelta(days=3))
    assert extended.status is AssignmentStatus.ACCEPTED


def test_extension_pressed_twice_gives_its_days_once(installation, browser, marathon, works, now):
    with installation.begin() as work:
        away = builders.a_municipality(work, work.clusters.only(), builders.MEMBERS[1])
        item = builders.an_assignment(
            work, works[0], builders.an_expert(work, away), due_at=now + timedelta(days=1)
        )
    page = browser.get(f"/organise/{marathon.id}/works/{works[0].id}").text
    due = re.search(r'name="due" value="([^"]+)"', page).group(1)
    address = f"/organise/{marathon.id}/assignments/{item.id}/extend"

    for _ in range(2):
        browser.post(address, data={"days": "3", "due": due})

    with installation.begin(read_only=True) as work:
        extended = work.assignments.get(item.id)
    assert extended.due_at == marathon.end_of_day(now + timedelta(days=4))


def test_overdue_begins_after_the_due_moment_and_not_on_it(
    installation, browser, marathon, works, now
):
    with installation.begin() as work:
        away = builders.a_municipality(work, work.clusters.only(), builders.MEMBERS[1])
        builders.an_assignment(work, works[0], builders.an_expert(work, away), due_at=now)
    assert "просрочено</strong>" not in browser.get(f"/organise/{marathon.id}/assignment").text


def test_material_goes_back_to_its_author_with_the_words(installation, browser, marathon, works):
    home = f"/organise/{marathon.id}/works/{works[0].id}"
    short = browser.post(f"{home}/return", data={"words": "Плохо"})
    assert short.status_code == 422
    assert "Плохо" in short.text

    words = "Выбрано не то направление: посмотрите первое."
    assert browser.post(f"{home}/return", data={"words": words}).status_code == 303

    page = browser.get(home).text
    assert words in page
    assert 'action="' + home + "/return" not in page
    with installation.begin(read_only=True) as work:
        assert work.submissions.get(works[0].id).status is SubmissionStatus.RETURNED


def test_organiser_is_led_to_the_blind_copy_and_to_the_authors_page(browser, marathon, works):
    page = browser.get(f"/organise/{marathon.id}/works/{works[2].id}").text
    assert f'href="/my/{works[2].id}"' in page
    assert f'href="/my/{works[2].id}/blind"' not in page  # no file, no copy


def test_a_checked_file_is_checked_again_by_one_click_or_for_many(
    installation, browser, marathon, works
):
    home = f"/organise/{marathon.id}/works/{works[0].id}"
    action = f'action="{home}/check"'
    assert action not in browser.get(home).text
    with installation.begin() as work:
        for one in works[:2]:
            with_text(work, installation.files, one, f"Текст работы {one.title}")
    assert action in browser.get(home).text

    assert browser.post(f"{home}/check").status_code == 303
    chosen = {"act": "check", "id": [one.id for one in works], "sure": "yes"}
    assert browser.post(f"/organise/{marathon.id}/bulk/works", data=chosen).status_code == 303

    with installation.begin(read_only=True) as work:
        waiting = [work.files.of(one.id)[-1].status for one in works[:2]]
    assert waiting == [FileStatus.RECEIVED, FileStatus.RECEIVED]
    assert action not in browser.get(home).text
    assert browser.post(f"{home}/check").status_code == 409
