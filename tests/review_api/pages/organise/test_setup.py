"""Preparing a marathon: a name first, then steps in any order, each kept on its own."""

import re
from datetime import timedelta

import pytest

from schemas.letter_template import LetterTemplate
from schemas.marathon import Imprint, MarathonTexts, Phase
from schemas.people import Role
from schemas.submission import SubmissionStatus
from storage.identifiers import new_id
from tests import builders

DATES = {
    "version": "1",
    "title": "Марафон лучших практик",
    "theme": "Качество образования",
    "contact": "orgkomitet@example.ru",
    "year": "2026",
    "zone": "Asia/Irkutsk",
    "opens_at": "2026-04-01T09:00",
    "submissions_until": "2026-04-20T23:59",
    "reviews_until": "2026-05-10T23:59",
    "live_on": "2026-05-20",
}
TRACKS = {
    "version": "1",
    "number_1": "1",
    "title_1": "Грамотность",
    "slots_1": "4",
    "number_2": "0",
    "title_2": "Наставничество",
    "slots_2": "6",
}


@pytest.fixture
def marathon(installation, now):
    with installation.begin() as work:
        cluster = builders.a_cluster(work)
        builders.members(work, cluster)
        return builders.a_marathon(
            work,
            cluster,
            phase=Phase.PREPARATION,
            opens_at=now + timedelta(days=2),
            submissions_until=now + timedelta(days=30),
            reviews_until=now + timedelta(days=60),
            live_on=(now + timedelta(days=90)).date(),
        )


def stored(installation, marathon):
    with installation.begin(read_only=True) as work:
        return work.marathons.get(marathon.id)


def moved(installation, marathon, **changes):
    with installation.begin() as work:
        return work.marathons.save(work.marathons.get(marathon.id).model_copy(update=changes))


def post(browser, marathon, step, **fields):
    return browser.post(f"/organise/{marathon.id}/setup/{step}", data=fields)


def test_marathon_begins_with_a_name_and_a_second_click_finds_it(installation, browser):
    with installation.begin() as work:
        builders.a_cluster(work)
    key = re.search(r'name="key" value="([^"]+)"', browser.get("/organise/new").text)[1]
    form = {"title": "Марафон практик", "key": key}
    places = {browser.post("/organise/new", data=form).headers["location"] for _ in range(2)}
    assert places == {f"/organise/{key}/setup"}
    with installation.begin(read_only=True) as work:
        (made,) = work.marathons.all()
    assert (made.title, made.phase) == ("Марафон практик", Phase.PREPARATION)
    page = browser.get(places.pop()).text
    assert page.count("Не начато") >= 8


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("", "Напишите название марафона."),
        ("Ма", "слишком короткое"),
        ("Я" * 1_000_000, "Название слишком длинное: не больше 300 знаков, сейчас 1000000."),
        ("\u202e\u200f", "Напишите название марафона."),
    ],
)
def test_unfit_name_is_said_and_nothing_is_made(installation, browser, title, sentence):
    answer = browser.post("/organise/new", data={"title": title})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert len(answer.text) < 20_000
    with installation.begin(read_only=True) as work:
        assert work.marathons.all() == []


def test_last_years_marathon_comes_along_without_its_people(installation, browser, marathon, now):
    with installation.begin() as work:
        home = work.municipalities.all()[0]
        builders.a_submission(work, marathon, home)
        rubric = work.rubrics.of(marathon.id)
        work.rubrics.keep(marathon.id, rubric.model_copy(update={"title": "Наш лист"}))
        texts = MarathonTexts(about="О нас")
        work.marathons.save(
            marathon.model_copy(update={"texts": texts, "imprint": Imprint(udk="37")})
        )
        work.letter_templates.add(
            LetterTemplate(
                id=new_id(),
                marathon_id=marathon.id,
                code="invitation",
                title="Просим",
                text="Здравствуйте",
                edited_at=now,
            )
        )
    answer = browser.post("/organise/new", data={"title": "Марафон 2027", "like": marathon.id})
    with installation.begin(read_only=True) as work:
        made = work.marathons.get(answer.headers["location"].split("/")[2])
        assert made.cloned_from == marathon.id
        assert (made.texts.about, made.imprint.udk, made.tracks) == ("О нас", "37", marathon.tracks)
        assert work.rubrics.of(made.id).title == "Наш лист"
        assert [one.title for one in work.letter_templates.of_marathon(made.id)] == ["Просим"]
        assert work.submissions.of_marathon(made.id) == []
    assert made.opens_at.weekday() == marathon.opens_at.weekday()
    assert made.submissions_until - made.opens_at == (
        marathon.submissions_until - marathon.opens_at
    )
    assert made.year == marathon.year + 1
    assert "Взято из прошлого марафона" in browser.get(f"/organise/{made.id}/setup").text


def test_unknown_marathon_to_repeat_is_refused(installation, browser, marathon):
    answer = browser.post("/organise/new", data={"title": "Марафон", "like": "нет такого"})
    assert answer.status_code == 422
    assert "Выберите прошлый марафон из списка." in answer.text


def test_dates_keep_the_clock_of_the_zone_and_the_step_is_done(installation, browser, marathon):
    answer = post(browser, marathon, "dates", **DATES)
    assert answer.headers["location"] == f"/organise/{marathon.id}/setup/tracks"
    assert stored(installation, marathon).submissions_until.isoformat() == (
        "2026-04-20T15:59:00+00:00"
    )
    page = browser.get(f"/organise/{marathon.id}/setup").text
    assert "Готово шагов: 1 из 8." in page


def test_every_wrong_date_is_named_at_once_and_what_was_typed_stays(
    installation, browser, marathon
):
    wrong = {"title": "", "year": "две тысячи", "live_on": "2026-02-31", "zone": "Mars/Olympus"}
    wrong |= {"reviews_until": "9999-12-31T23:59", "submissions_until": "2026-03-01T10:00"}
    answer = post(browser, marathon, "dates", **DATES | wrong | {"theme": "Моя тема"})
    assert answer.status_code == 422
    for sentence in (
        "Напишите название марафона.",
        "Напишите год четырьмя цифрами.",
        "Выберите часовой пояс из списка.",
        "Год должен быть от 2000 до 2099.",
        "Приём должен закончиться позже, чем открыться.",
        "Укажите дату.",
    ):
        assert answer.text.count(sentence) == 2, sentence
    assert 'value="Моя тема"' in answer.text
    assert stored(installation, marathon) == marathon


def test_old_page_shows_both_texts_and_writes_nothing(installation, browser, marathon):
    assert post(browser, marathon, "dates", **DATES).status_code == 303
    late = post(browser, marathon, "dates", **DATES | {"title": "Другое название"})
    assert late.status_code == 409
    assert 'value="Другое название"' in late.text
    assert "Сейчас сохранено:" in late.text
    assert "<dd>Марафон лучших практик</dd>" in late.text
    assert stored(installation, marathon).title == "Марафон лучших практик"
    again = DATES | {"title": "Другое название", "version": "2"}
    assert post(browser, marathon, "dates", **again).status_code == 303


def test_late_dates_say_whom_they_touch(installation, browser, marathon):
    with installation.begin() as work:
        builders.a_submission(work, marathon, work.municipalities.all()[0])
    moved(installation, marathon, phase=Phase.INTAKE)
    page = browser.get(f"/organise/{marathon.id}/setup/dates").text
    assert "Марафон уже идёт" in page
    assert "1\u00a0отправленная работа" in page


def test_tracks_are_added_removed_and_kept(installation, browser, marathon):
    added = post(browser, marathon, "tracks", **TRACKS, act="add")
    assert added.status_code == 200
    assert 'name="title_3"' in added.text
    assert post(browser, marathon, "tracks", **TRACKS).status_code == 303
    tracks = stored(installation, marathon).tracks
    assert [(one.number, one.title, one.live_slots) for one in tracks] == [
        (1, "Грамотность", 4),
        (2, "Наставничество", 6),
    ]


def test_track_with_works_cannot_be_removed(installation, browser, marathon):
    with installation.begin() as work:
        builders.a_submission(work, marathon, work.municipalities.all()[0], track=3)
    page = browser.get(f"/organise/{marathon.id}/setup/tracks").text
    assert "убрать нельзя, переименовать можно" in page
    answer = post(browser, marathon, "tracks", **TRACKS)
    assert answer.status_code == 409
    assert "В направлении 3 уже есть работы" in answer.text
    assert stored(installation, marathon).tracks == marathon.tracks


def test_texts_are_looked_at_before_they_are_kept_and_shown_to_authors(
    installation, browser, client, marathon
):
    fields = {"version": "1", "about": "Первый\n\n<b>Второй</b> {{ 7*7 }}", "requirements": "Файл"}
    looked = post(browser, marathon, "texts", **fields, act="look")
    assert "Ещё не сохранено." in looked.text
    assert "&lt;b&gt;Второй&lt;/b&gt; {{ 7*7 }}" in looked.text
    assert stored(installation, marathon).texts.about == ""
    assert post(browser, marathon, "texts", **fields).status_code == 303
    moved(installation, marathon, phase=Phase.INTAKE)
    page = client.get(f"/marathons/{marathon.id}").text
    assert "&lt;b&gt;Второй&lt;/b&gt;" in page
    assert "Требования к работам" in page


def test_huge_text_is_refused_with_a_short_answer(installation, browser, marathon):
    answer = post(browser, marathon, "texts", version="1", about="Я" * 1_000_000)
    assert answer.status_code == 422
    assert "Слишком длинно: не больше 10000 знаков, сейчас 1000000." in answer.text
    assert len(answer.text) < 25_000


@pytest.mark.parametrize(
    ("isbn", "status"), [("978-5-17-118366-4", 422), ("978-5-17-118366-0", 303), ("", 303)]
)
def test_isbn_is_checked_by_its_last_digit(browser, marathon, isbn, status):
    assert post(browser, marathon, "imprint", version="1", isbn=isbn).status_code == status


def test_talks_want_numbers(installation, browser, marathon):
    fields = {"version": "1", "starts_at": "25:00", "minutes": "0", "pause": "5"}
    fields |= {"break_every": "6", "break_minutes": "много"}
    answer = post(browser, marathon, "talks", **fields)
    assert answer.status_code == 422
    assert "Укажите время, например 10:00." in answer.text
    assert "Нужно целое число." in answer.text
    good = fields | {"starts_at": "09:30", "minutes": "12", "break_minutes": "20"}
    assert post(browser, marathon, "talks", **good).status_code == 303
    assert stored(installation, marathon).programme.minutes == 12


def test_intake_is_opened_when_nothing_blocks_it(installation, browser, marathon):
    address = f"/organise/{marathon.id}/setup/check"
    assert "Направления ещё не названы." in browser.get(address).text
    assert "Открыть приём</button>" not in browser.get(address).text
    post(browser, marathon, "tracks", **TRACKS)
    page = browser.get(address).text
    assert "Открыть приём" in page
    browser.post(f"/organise/{marathon.id}/phase", data={"to": "intake"})
    assert stored(installation, marathon).phase is Phase.INTAKE
    assert "Приём уже открыт." in browser.get(address).text


def test_steps_do_not_exist_for_others(installation, signed_in, marathon):
    with installation.begin() as work:
        chair = builders.a_person(work, "Главина Зоя Юрьевна")
        work.roles.give(chair.id, Role.CHAIR)
    browser = signed_in(chair)
    for step in ("", "/dates", "/sheet", "/check", "/nothing"):
        assert browser.get(f"/organise/{marathon.id}/setup{step}").status_code == 404
    assert post(browser, marathon, "dates", **DATES).status_code == 404
    assert browser.post("/organise/new", data={"title": "Чужой"}).status_code == 404


def test_drafts_are_counted_apart_from_sent_works(installation, browser, marathon):
    with installation.begin() as work:
        home = work.municipalities.all()[0]
        builders.a_submission(work, marathon, home, status=SubmissionStatus.DRAFT)
    moved(installation, marathon, phase=Phase.INTAKE)
    page = browser.get(f"/organise/{marathon.id}/setup/tracks").text
    assert "0\u00a0отправленных работ" in page
    assert "1\u00a0черновик" in page
