"""Every page of a material saves itself, validates nothing, and never overwrites another window."""

import re
from datetime import timedelta

import builders
import pytest

from review_api.deps import get_now
from schemas.marathon import Phase
from schemas.submission import Children, SubmissionStatus


@pytest.fixture
def place(installation, open_marathon):
    with installation.begin(read_only=True) as work:
        return work.municipalities.of_cluster(open_marathon.cluster_id)[0]


@pytest.fixture
def browser(installation, signed_in, open_marathon):
    with installation.begin() as work:
        person = builders.a_person(work, "Ветрова Дарья Олеговна")
    return signed_in(person)


@pytest.fixture
def address(browser, open_marathon):
    return browser.post("/my/new", data={"marathon": open_marathon.id}).headers["location"]


def version(page):
    return re.search(r'name="version" value="(\d+)"', page.text).group(1)


def stored(installation, address):
    with installation.begin(read_only=True) as work:
        return work.submissions.get(address.rsplit("/", 1)[-1])


def a_line(place, **changes):
    return {
        "name": "Ветрова Дарья Олеговна",
        "municipality": place.id,
        "organisation": "МБОУ «СОШ № 7»",
    } | changes


def test_half_a_line_is_kept_without_a_word_and_waits(browser, address, installation):
    page = browser.get(f"{address}/authors/new")
    half = {"name": "Вет", "email": "не почта", "version": version(page)}
    answer = browser.post(f"{address}/authors/new/autosave", data=half)
    assert answer.status_code == 200
    assert answer.json()["saved_at"] == "12:00"
    again = browser.get(f"{address}/authors/new")
    assert 'value="Вет"' in again.text
    assert 'value="не почта"' in again.text
    assert version(again) == str(answer.json()["version"])
    assert stored(installation, address).authors == ()
    assert "В работе" in browser.get(address).text


def test_second_window_does_not_overwrite_half_a_line(browser, address):
    opened = version(browser.get(f"{address}/authors/new"))
    for name, status in (("Первое", 200), ("Первое", 200), ("Второе", 409)):
        answer = browser.post(
            f"{address}/authors/new/autosave", data={"name": name, "version": opened}
        )
        assert answer.status_code == status
    assert 'value="Первое"' in browser.get(f"{address}/authors/new").text


def test_finished_line_joins_the_authors_and_leaves_nothing_behind(
    browser, address, installation, place
):
    opened = version(browser.get(f"{address}/authors/new"))
    kept = browser.post(f"{address}/authors/new/autosave", data={"name": "В", "version": opened})
    line = a_line(place, version=kept.json()["version"])
    assert browser.post(f"{address}/authors/new", data=line).status_code == 303
    assert [one.name for one in stored(installation, address).authors] == [line["name"]]
    assert "не закончили" not in browser.get(f"{address}/authors").text
    assert 'value="В"' not in browser.get(f"{address}/authors/new").text


def test_double_click_adds_nobody_twice(browser, address, installation, place):
    line = a_line(place, version=version(browser.get(f"{address}/authors/new")))
    for _ in range(2):
        assert browser.post(f"{address}/authors/new", data=line).status_code == 303
    assert len(stored(installation, address).authors) == 1


def test_begun_second_author_is_told_of_and_can_be_put_away(browser, address, place):
    line = a_line(place, version=version(browser.get(f"{address}/authors/new")))
    browser.post(f"{address}/authors/new", data=line)
    opened = version(browser.get(f"{address}/authors/new"))
    draft = {"name": "Орлов", "version": opened, "draft": "yes"}
    assert browser.post(f"{address}/authors/new", data=draft).headers["location"] == address
    page = browser.get(f"{address}/authors")
    assert "не закончили: Орлов" in page.text
    assert "не закончили: Орлов" in browser.get(f"{address}/check").text
    browser.post(f"{address}/authors", data={"act": "forget", "version": version(page)})
    assert "не закончили" not in browser.get(f"{address}/authors").text


def test_begun_change_of_a_line_survives_a_move(browser, address, place, installation):
    for name in ("Ветрова Дарья", "Орлов Пётр"):
        line = a_line(place, name=name, version=version(browser.get(f"{address}/authors/new")))
        browser.post(f"{address}/authors/new", data=line)
    opened = version(browser.get(f"{address}/authors/1"))
    half = a_line(place, name="Орлов-Н", version=opened)
    browser.post(f"{address}/authors/1/autosave", data=half)
    page = browser.get(f"{address}/authors")
    browser.post(f"{address}/authors", data={"act": "up:1", "version": version(page)})
    assert 'value="Орлов-Н"' in browser.get(f"{address}/authors/0").text
    assert stored(installation, address).authors[0].name == "Орлов Пётр"


def test_one_part_never_makes_another_stale(browser, address, place):
    practice = version(browser.get(f"{address}/practice"))
    line = a_line(place, version=version(browser.get(f"{address}/authors/new")))
    browser.post(f"{address}/authors/new", data=line)
    form = {"title": "Читаем карту", "version": practice}
    assert browser.post(f"{address}/practice/autosave", data=form).status_code == 200


def test_ticks_and_the_answer_about_children_save_themselves(browser, address, installation):
    opened = version(browser.get(f"{address}/consents"))
    form = {"processing": "yes", "children": "remove", "version": opened}
    answer = browser.post(f"{address}/consents/autosave", data=form)
    assert answer.status_code == 200
    one = stored(installation, address)
    assert [consent.kind.value for consent in one.consents] == ["processing"]
    assert one.children is Children.REMOVE
    other = form | {"licence": "yes"}
    assert browser.post(f"{address}/consents/autosave", data=other).status_code == 409
    fresh = other | {"version": answer.json()["version"]}
    assert browser.post(f"{address}/consents/autosave", data=fresh).status_code == 200


@pytest.mark.parametrize(
    "name",
    ["я" * 1_000_000, "😀" * 300, "\u202eавтор", "\0", "<script>alert(1)</script>", "й" * 50],
    ids=["megabyte", "emoji", "rtl", "nul", "html", "nfd"],
)
def test_no_typing_breaks_the_autosave_of_a_line(browser, address, name):
    opened = version(browser.get(f"{address}/authors/new"))
    answer = browser.post(f"{address}/authors/new/autosave", data={"name": name, "version": opened})
    assert answer.status_code in {200, 400, 413, 422}
    assert len(answer.content) < 4000
    page = browser.get(f"{address}/authors/new")
    assert page.status_code == 200
    assert "<script>alert" not in page.text


@pytest.fixture
def after_the_end(application, now):
    """The clock of the server, past the end of intake."""
    return lambda: application.dependency_overrides.update(
        {get_now: lambda: now + timedelta(days=12)}
    )


def test_draft_goes_on_being_saved_after_the_deadline_and_says_who_may_help(
    browser, address, installation, after_the_end
):
    opened = version(browser.get(f"{address}/practice"))
    after_the_end()
    form = {"title": "Дописано позже", "version": opened}
    assert browser.post(f"{address}/practice/autosave", data=form).status_code == 200
    for part in ("practice", "authors", "consents", "files"):
        page = browser.get(f"{address}/{part}")
        assert "отправить материал пока нельзя" in page.text
        assert "Срок может продлить оргкомитет" in page.text
    check = browser.get(f"{address}/check")
    assert "Приём материалов закончился" in check.text
    assert stored(installation, address).title == "Дописано позже"


def test_intake_that_was_ended_early_is_not_said_to_have_ended_in_the_future(
    browser, address, installation, open_marathon
):
    with installation.begin() as work:
        found = work.marathons.get(open_marathon.id)
        work.marathons.save(found.model_copy(update={"phase": Phase.EXPERTISE}))
    for page in (f"{address}/practice", "/my"):
        text = browser.get(page).text
        assert "закончился" in text
        assert not re.search(r"закончился\s*<time|Приём шёл до", text)


@pytest.mark.parametrize("part", ["practice", "authors/0"])
def test_text_typed_while_the_deadline_passed_is_shown_back(
    part, browser, address, installation, place, after_the_end
):
    line = a_line(place, version=version(browser.get(f"{address}/authors/new")))
    browser.post(f"{address}/authors/new", data=line)
    with installation.begin() as work:
        one = work.submissions.get(address.rsplit("/", 1)[-1])
        work.submissions.save(one.model_copy(update={"status": SubmissionStatus.SUBMITTED}))
    opened = version(browser.get(f"{address}/{part}"))
    after_the_end()
    form = a_line(place, name="Ветрова Иная", title="Новое название", version=opened)
    kept = {"practice": ("title", "abstract"), "authors/0": tuple(a_line(place))}[part]
    sent = {name: form.get(name, "О практике, долго набранное.") for name in kept}
    answer = browser.post(f"{address}/{part}", data=sent | {"version": opened})
    assert answer.status_code == 409
    assert "Приём материалов закончен" in answer.text
    assert "Ваш текст не сохранён, но не потерян" in answer.text
    assert sent[kept[0]] in answer.text
    assert stored(installation, address).title == ""


def test_school_and_position_are_offered_from_an_earlier_work(
    installation, signed_in, open_marathon, place
):
    with installation.begin() as work:
        person = builders.a_person(work, "Сизых Инна Павловна")
        line = builders.an_author(
            person, place, organisation="МБОУ «Лицей № 3»", position="методист"
        )
        builders.a_submission(work, open_marathon, place, owner_id=person.id, authors=(line,))
    browser = signed_in(person)
    fresh = browser.post("/my/new", data={"marathon": open_marathon.id}).headers["location"]
    page = browser.get(f"{fresh}/authors")
    assert 'value="МБОУ «Лицей № 3»"' in page.text
    assert 'value="методист"' in page.text
