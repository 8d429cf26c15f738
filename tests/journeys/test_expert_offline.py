"""An expert with a bad line, two devices and an expired session loses not a word."""

from datetime import UTC, datetime, timedelta

import builders
import pytest
from playwright.sync_api import expect

from flows.accounts import operations as accounts
from review_api.deps import COOKIE
from schemas.assignment import AssignmentStatus
from schemas.marathon import Phase
from schemas.submission import SubmissionStatus

pytestmark = pytest.mark.browser
NOW = datetime.now(UTC)  # noqa: TID251  (a browser has the real clock)
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def item(opened):
    """One accepted work of an expert, with time left."""
    with opened.begin() as work:
        cluster = builders.a_cluster(work)
        home, away = builders.members(work, cluster)[:2]
        marathon = builders.a_marathon(
            work, cluster, phase=Phase.EXPERTISE, reviews_until=NOW + timedelta(days=10)
        )
        expert = builders.an_expert(work, home)
        submission = builders.a_submission(work, marathon, away, status=SubmissionStatus.IN_REVIEW)
        due = NOW + timedelta(days=5)
        return builders.an_assignment(
            work, submission, expert, status=AssignmentStatus.ACCEPTED, due_at=due
        )


@pytest.fixture
def device(browser, site, opened, item):
    """``device()``: another browser in which the expert has signed in, at the work's page."""
    contexts = []

    def take(viewport=None):
        context = browser.new_context(viewport=viewport, locale="ru-RU", accept_downloads=True)
        contexts.append(context)
        secret = f"secret {len(contexts)}"
        open_session(opened, item, secret)
        context.add_cookies([{"name": COOKIE, "value": secret, "url": site}])
        page = context.new_page()
        page.goto(f"{site}/expert/assignments/{item.id}")
        return page

    yield take
    for context in contexts:
        context.close()


def open_session(opened, item, secret):
    with opened.begin() as work:
        person = work.people.get(work.experts.get(item.expert_id).person_id)
        accounts.open_session(
            work, person, signer=opened.signer, secret=secret, days=1, user_agent="", now=NOW
        )


def write(page, words):
    page.locator("[name=comment]").fill(words)


def state(page, words):
    expect(page.locator("[data-save-state]")).to_contain_text(words, timeout=20_000)


def stored(opened, item):
    with opened.begin(read_only=True) as work:
        return work.reviews.of_assignment(item.id)


def test_words_written_without_a_line_go_out_when_it_is_back(device, opened, item):
    page = device()
    page.context.set_offline(True)
    write(page, "Написано в тоннеле")
    state(page, "Нет связи")
    assert stored(opened, item) is None
    page.context.set_offline(False)
    state(page, "Черновик сохранён")
    assert stored(opened, item).draft.comment == "Написано в тоннеле"


def test_page_closed_without_a_line_gives_the_words_back(device, opened, item):
    page = device()
    page.context.set_offline(True)
    write(page, "Страница закрылась")
    state(page, "Нет связи")
    context, address = page.context, page.url
    page.close(run_before_unload=False)
    context.set_offline(False)
    again = context.new_page()
    again.goto(address)
    expect(again.locator("[name=comment]")).to_have_value("Страница закрылась")
    state(again, "Черновик сохранён")
    assert stored(opened, item).draft.comment == "Страница закрылась"


def test_two_devices_never_overwrite_each_other_and_both_texts_are_shown(device, opened, item):
    first, second = device(), device(PHONE)
    write(first, "С компьютера")
    state(first, "Черновик сохранён")
    second.get_by_role("tab", name="Экспертный лист").click()
    write(second, "С телефона")
    state(second, "Лист изменён в другом окне")
    assert stored(opened, item).draft.comment == "С компьютера"
    second.get_by_role("button", name="Сохранить черновик").click()
    expect(second.get_by_text("С компьютера").first).to_be_visible()
    expect(second.get_by_text("С телефона").first).to_be_visible()
    second.get_by_label("Оставить оба текста подряд").check()
    second.get_by_role("button", name="Сохранить выбранное").click()
    second.wait_for_url(f"**/{item.id}")
    assert stored(opened, item).draft.comment == "С телефона\n\nС компьютера"
    expect(second.locator("[data-device-text]")).to_be_hidden()  # both have been compared


def test_words_of_a_device_left_behind_can_be_compared_later(device, opened, item):
    behind, other = device(), device()
    behind.context.set_offline(True)
    write(behind, "Осталось на устройстве")
    state(behind, "Нет связи")
    write(other, "Написано позже")
    state(other, "Черновик сохранён")
    context, address = behind.context, behind.url
    behind.close(run_before_unload=False)  # may give the line back for a moment
    context.set_offline(False)
    again = context.new_page()
    again.goto(address)
    expect(again.locator("#comment")).to_have_value("Написано позже")
    again.get_by_role("button", name="Сравнить оба текста").click()
    expect(again.get_by_text("Осталось на устройстве").first).to_be_visible()
    again.get_by_role("button", name="Сохранить выбранное").click()
    again.wait_for_url(f"**/{item.id}")
    assert stored(opened, item).draft.comment == "Осталось на устройстве"


def test_expired_session_keeps_the_words_until_one_has_signed_in_again(device, opened, site, item):
    page = device()
    page.context.clear_cookies()
    write(page, "Сеанс кончился")
    state(page, "Вы вышли")
    open_session(opened, item, "new secret")
    page.context.add_cookies([{"name": COOKIE, "value": "new secret", "url": site}])
    page.goto(f"{site}/expert/assignments/{item.id}")
    expect(page.locator("[name=comment]")).to_have_value("Сеанс кончился")
    state(page, "Черновик сохранён")
    assert stored(opened, item).draft.comment == "Сеанс кончился"


def test_keyboard_alone_scores_and_steps_between_criteria(device, opened, item):
    page = device({"width": 1366, "height": 768})
    page.keyboard.press("2")
    page.keyboard.press("3")
    expect(page.locator("[data-answered]")).to_have_text("2")
    page.keyboard.press("KeyK")
    page.keyboard.press("KeyK")
    focused = page.evaluate("document.activeElement.name")
    assert focused == "level-relevance"
    page.keyboard.press("KeyC")
    page.keyboard.type("Всё ясно 0")
    expect(page.locator("[data-advice]")).to_contain_text("короткий", timeout=20_000)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Исправьте, чтобы продолжить")).to_be_visible()
    assert stored(opened, item).draft.comment == "Всё ясно 0"
    assert stored(opened, item).submitted_at is None


def test_kit_page_works_from_the_disk_and_its_answers_come_back(device, opened, item, tmp_path):
    page = device()
    page.goto(page.url.split("/assignments")[0] + "/kit")
    with page.expect_download() as sent:
        page.get_by_role("button", name="Страница с материалами").or_(
            page.get_by_role("link", name="Страница с материалами")
        ).first.click()
    sent.value.save_as(tmp_path / "raboty.html")
    context = page.context.browser.new_context(offline=True, accept_downloads=True)
    disk = context.new_page()
    asked = []
    disk.on("request", lambda request: asked.append(request.url))
    disk.goto((tmp_path / "raboty.html").as_uri())
    disk.locator("[name=comment]").fill("Дома без интернета")
    with disk.expect_download() as answers:
        disk.get_by_role("button", name="Сохранить ответы в файл").click()
    answers.value.save_as(tmp_path / "otvety.json")
    assert not [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]
    context.close()
    page.set_input_files("[name=file]", tmp_path / "otvety.json")
    page.get_by_role("button", name="Посмотреть, что изменится").click()
    page.get_by_role("button", name="Сохранить черновики").click()
    expect(page.get_by_text("Ничего ещё не отправлено")).to_be_visible()
    assert stored(opened, item).draft.comment == "Дома без интернета"
