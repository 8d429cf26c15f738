"""The decisions board: cut-offs, counts, what decisions rest on, what is applied."""

import re
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

from schemas.decision import DecisionStatus
from schemas.decision_policy import FrozenCalibration
from schemas.decision_trace import DecisionTrace, TracedMark
from schemas.marathon import Phase
from schemas.people import Role
from schemas.submission import SubmissionStatus
from storage.identifiers import new_id
from tests import builders

CHROMIUM = Path("/usr/bin/chromium")
AXE = resources.files("axe_playwright_python") / "axe.min.js"
SITE = "http://127.0.0.1"
OUTCOMES = (
    (40.0, 0.01, "no"),
    (58.0, 0.4, "extra_review"),
    (61.0, 0.6, "council"),
    (66.0, 0.9, "yes"),
    (72.0, 0.97, "yes"),
    (88.0, 1 - 1e-8, "yes"),
)


@pytest.fixture
def marathon(installation):
    """Six works of two municipalities, from far below the threshold to far above it."""
    with installation.begin() as work:
        places = builders.members(work, builders.a_cluster(work))
        made = builders.a_marathon(work, phase=Phase.DECISION)
        experts = {
            f"{half}{side}": builders.an_expert(work, places[1 - half])
            for half in (0, 1)
            for side in (-1, 1)
        }
        for index, (score, chance, outcome) in enumerate(OUTCOMES):
            one = builders.a_submission(
                work, made, places[index % 2], status=SubmissionStatus.REVIEWED, track=1 + index % 2
            )
            marks = tuple(
                TracedMark(expert=experts[f"{index % 2}{side}"].id, score=score + 5 * side)
                for side in (-1, 1)
            )
            for side in (-1, 1):
                expert = experts[f"{index % 2}{side}"]
                builders.a_sent_review(work, one, expert, score=score + 5 * side)
            builders.a_decision(
                work,
                one,
                status=DecisionStatus.PROPOSED,
                outcome=outcome,
                publication=outcome == "yes",
                live=score > 70,
                score=score,
                sd=5.0,
                p_publication=chance,
                reviews=2,
                stable=outcome in {"yes", "no"},
                confirmed_at=None,
                trace=DecisionTrace(marks=marks),
            )
        return made


def page_of(browser, marathon, query=""):
    return browser.get(f"/organise/{marathon.id}/decisions{query}").text


def count(page, kind):
    return int(re.search(rf'data-count="{kind}">(\d+)<', page)[1])


def test_counts_are_the_proposals_at_the_thresholds_of_the_marathon(browser, marathon):
    page = page_of(browser, marathon)

    kinds = ("yes", "no", "extra_review", "council", "higher")
    assert [count(page, f"all.{kind}") for kind in kinds] == [3, 1, 1, 1, 2]
    assert count(page, "track0.yes") + count(page, "track1.yes") == 3
    assert count(page, "place0.unsettled") + count(page, "place1.unsettled") == 2
    assert count(page, "all.near") == 3


def test_counts_follow_the_cut_offs_in_the_address(browser, marathon):
    page = page_of(browser, marathon, "?publication=75&live=60")

    assert count(page, "all.yes") == 1
    assert count(page, "all.higher") == 4
    assert "Показаны примеряемые пороги" in page


def test_cut_off_that_is_no_number_is_the_marathons_own(browser, marathon):
    assert count(page_of(browser, marathon, "?publication=nan&live=тьма"), "all.yes") == 3
    assert count(page_of(browser, marathon, "?publication=1e999"), "all.yes") == 0


def test_english_board_has_an_english_chart_filters_and_states(browser, marathon):
    page = browser.get(f"/organise/{marathon.id}/decisions", params={"lang": "en"}).text

    for said in (
        "Distribution of scores",
        "publication from 60",
        "below both thresholds",
        ">not selected</option>",
        ">Municipality</a>",
        "Organisation",
    ):
        assert said in page, said
    assert not re.search("публикация от|>у порога<|>предложено<|Распределение", page)


def test_list_to_apply_can_be_shortened(installation, browser, marathon):
    listed = re.findall(r'name="decision" value="([^"]+)"', page_of(browser, marathon))
    assert len(listed) == 4

    answer = browser.post(
        f"/organise/{marathon.id}/decisions/confirm", data={"decision": listed[1:3]}
    )

    assert answer.status_code == 303
    with installation.begin(read_only=True) as work:
        done = [
            one.id
            for one in work.decisions.of_marathon(marathon.id)
            if one.status is DecisionStatus.CONFIRMED
        ]
    assert sorted(done) == sorted(item.partition(":")[0] for item in listed[1:3])


def test_list_to_apply_holds_only_what_the_filter_of_the_table_shows(browser, marathon):
    def listed(query=""):
        page = page_of(browser, marathon, query)
        return len(re.findall(r'name="decision" value="', page)), page

    everything, page = listed()
    chosen, filtered = listed("?outcome=yes")
    none, empty = listed("?q=нет+такой+работы")

    assert (everything, none) == (4, 0)
    assert 0 < chosen < everything
    assert "подходящие под фильтр" not in page
    assert f"ещё готово без него: {everything - chosen}." in filtered
    assert "Под фильтр таблицы не подходит ни одно решение" in empty


def test_board_says_whether_experts_can_be_compared_and_what_to_do(installation, browser, marathon):
    with installation.begin() as work:
        work.frozen_calibrations.keep(
            FrozenCalibration(
                id=new_id(), marathon_id=marathon.id, applied=False, likelihood_ratio=0.4
            )
        )
    page = page_of(browser, marathon)

    assert "нет ни одной общей работы" in page
    assert "различие экспертов в строгости не доказано (отношение правдоподобий 0,4" in page
    assert f"/organise/{marathon.id}/policy" in page


def test_common_round_is_offered_only_while_it_can_begin(installation, browser, marathon, now):
    link = f"/organise/{marathon.id}/common-round"
    assert link not in page_of(browser, marathon)
    assert "общий раунд начинать поздно" in browser.get(link).text

    with installation.begin() as work:
        work.marathons.move(
            work.marathons.get(marathon.id), to=Phase.EXPERTISE, by=builders.SYSTEM, now=now
        )
    assert link in page_of(browser, marathon)


def test_waiting_works_are_named_with_what_they_wait_for(browser, marathon):
    page = page_of(browser, marathon)

    assert "Нужно запросить экспертизу: 1" in page
    assert "Решает совет: 1" in page
    assert 'href="/council"' in page


def test_filters_and_cut_offs_survive_each_other(browser, marathon):
    page = page_of(browser, marathon, "?outcome=council&publication=55")

    assert '<input type="hidden" name="outcome" value="council">' in page
    assert '<input type="hidden" name="publication" value="55">' in page
    assert "Под эти условия" not in page


def opened(driver, client, size):
    """A browser whose every request is answered by the application itself."""
    page = driver.new_page(viewport=dict(zip(("width", "height"), size, strict=True)))
    page.problems = []
    page.on("console", lambda message: page.problems.append(message.text))
    page.on("pageerror", lambda error: page.problems.append(str(error)))

    def answer(route):
        parts = urlsplit(route.request.url)
        found = client.get(f"{parts.path}?{parts.query}")
        headers = {key: value for key, value in found.headers.items() if key != "content-length"}
        route.fulfill(status=found.status_code, headers=headers, body=found.content)

    page.route("**/*", answer)
    return page


@pytest.mark.browser
@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_dragging_a_cut_off_counts_again_as_the_server_would(browser, marathon, size):
    assert CHROMIUM.exists(), "Chromium is not installed: make setup-tests"
    with sync_playwright() as player:
        driver = player.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = opened(driver, browser, size)
        page.goto(f"{SITE}/organise/{marathon.id}/decisions")
        published = page.locator("[data-count='all.yes']")
        expect(published).to_have_text("3")
        handle = page.locator("circle[data-grip=publication]").first
        handle.scroll_into_view_if_needed()
        box = handle.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 0.2 * page.locator("#scores svg[role=img]").bounding_box()["width"], y)
        page.mouse.up()
        expect(published).to_have_text("1")

        page.locator("[data-range=live]").press("ArrowLeft")
        expect(page).to_have_url(re.compile(r"live=69\.5"))
        expect(page.get_by_text("Показаны примеряемые пороги")).to_be_visible()
        by_server = page_of(browser, marathon, "?" + urlsplit(page.url).query)
        cells = page.locator("[data-count]")
        for index in range(cells.count()):
            cell = cells.nth(index)
            assert int(cell.inner_text()) == count(by_server, cell.get_attribute("data-count"))

        assert "live=69.5" in page.get_by_role("link", name="Балл").get_attribute("href")
        assert page.locator("form[role=search] input[name=live]").input_value() == "69.5"

        page.locator("summary", has_text="Применить 4").click()
        page.locator("input[name=decision]").first.uncheck()
        expect(page.get_by_role("button", name="Применить 3 решения")).to_be_enabled()

        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate("axe.run().then(r => r.violations.map(v => v.id))")
        assert found == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert page.problems == []
        driver.close()


def test_every_link_of_the_board_opens_for_whoever_sees_it(installation, signed_in, marathon):
    with installation.begin() as work:
        people = {
            role: builders.a_person(work, f"{name} Анна Ильинична")
            for role, name in ((Role.CHAIR, "Кедрова"), (Role.ORGANISER, "Орлова"))
        }
        for role, person in people.items():
            work.roles.give(person.id, role)
    for person in people.values():
        browser = signed_in(person)
        page = page_of(browser, marathon, "?publication=55").split("<main")[1].split("</main>")[0]
        links = set(re.findall(r'href="(/[^"#?]*)"', page))
        assert {link: browser.get(link).status_code for link in links} == dict.fromkeys(links, 200)
