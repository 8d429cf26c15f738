"""A teacher's way: from a draft to a sent material, its decision and its withdrawal."""

import re
from datetime import timedelta

import builders
import pytest

from review_api.pages.teacher.desk import stamp_of as stamp
from review_api.pages.teacher.materials import WHOLE
from schemas.decision import DecisionStatus
from schemas.people import Role
from schemas.review import Recommendation, ReviewDraft
from schemas.submission import Children, SubmissionStatus

DOCX = ("практика.docx", b"PK\x03\x04 some bytes", "application/octet-stream")


@pytest.fixture
def call(installation, open_marathon):
    """An open marathon with the ids of its members by name."""
    with installation.begin(read_only=True) as work:
        return open_marathon, {one.name: one.id for one in work.municipalities.all()}


@pytest.fixture
def teacher(installation, call):
    with installation.begin() as work:
        return builders.a_person(work, "vetrova@example.ru", email="vetrova@example.ru")


@pytest.fixture
def browser(signed_in, teacher):
    return signed_in(teacher)


def start(browser, marathon):
    answer = browser.post("/my/new", data={"marathon": marathon.id})
    assert answer.status_code == 303
    return answer.headers["location"]


def test_pressed_twice_begins_one_draft(installation, browser, open_marathon):
    page = browser.get("/my/new").text
    draft = re.search(r'name="draft" value="([^"]+)"', page).group(1)
    data = {"marathon": open_marathon.id, "draft": draft}

    addresses = {browser.post("/my/new", data=data).headers["location"] for _ in range(2)}

    assert addresses == {f"/my/{draft}"}
    with installation.begin(read_only=True) as work:
        assert [one.id for one in work.submissions.all()] == [draft]


@pytest.mark.parametrize("draft", ["", "1", "x" * 10**5, "\0", "../my", "<b>"])
def test_draft_of_no_known_shape_gets_a_name_of_ours(browser, open_marathon, draft):
    answer = browser.post("/my/new", data={"marathon": open_marathon.id, "draft": draft})

    assert answer.status_code == 303
    assert len(answer.headers["location"]) == len("/my/") + 36


def test_draft_of_somebody_else_is_not_given_away(installation, browser, open_marathon, signed_in):
    mine = start(browser, open_marathon).removeprefix("/my/")
    with installation.begin() as work:
        stranger = builders.a_person(work, "Кедров Иван Олегович")

    answer = signed_in(stranger).post("/my/new", data={"marathon": open_marathon.id, "draft": mine})

    assert answer.headers["location"] != f"/my/{mine}"


def version(page):
    return re.search(r'name="version" value="(\d+)"', page.text).group(1)


def fill_practice(browser, address, **changes):
    page = browser.get(f"{address}/practice")
    data = {"title": "Читаем карту всей школой", "abstract": "О практике.", "track": "2"}
    return browser.post(f"{address}/practice", data=data | {"version": version(page)} | changes)


def add_author(browser, address, municipality, **changes):
    page = browser.get(f"{address}/authors/new")
    data = {
        "name": "Ветрова Дарья Олеговна",
        "municipality": municipality,
        "organisation": "МБОУ «СОШ № 7»",
        "email": "vetrova@example.ru",
    }
    return browser.post(f"{address}/authors/new", data=data | {"version": version(page)} | changes)


def fill_consents(browser, address, **changes):
    page = browser.get(f"{address}/consents")
    data = {"processing": "yes", "children": "none", "version": version(page)}
    return browser.post(f"{address}/consents", data=data | changes)


def fill(browser, address, places):
    add_author(browser, address, places["Киренский район"])
    fill_practice(browser, address)
    browser.post(f"{address}/files", files={"file": DOCX})
    fill_consents(browser, address)


def stamp_of(installation, address):
    """What the page of checking would carry, if it had a button."""
    one = stored(installation, address)
    return stamp(one, WHOLE)


def stored(installation, address):
    with installation.begin(read_only=True) as work:
        return work.submissions.get(address.rsplit("/", 1)[-1])


def test_a_draft_exists_at_once_and_shows_what_is_to_be_done(browser, call):
    address = start(browser, call[0])
    page = browser.get(address)
    for part in ("Об авторах", "О практике", "Файлы", "Согласия", "Проверка и отправка"):
        assert part in page.text
    assert page.text.count("Не начато") == 4
    assert "Пока нельзя" in page.text


def test_a_complete_material_is_sent_and_receives_its_number(browser, call, installation):
    marathon, places = call
    address = start(browser, marathon)
    fill(browser, address, places)
    page = browser.get(f"{address}/check")
    assert "осталось" not in page.text
    answer = browser.post(f"{address}/check", data={"version": version(page)})
    assert answer.headers["location"] == f"{address}/sent"
    assert "Номер материала: 1" in browser.get(f"{address}/sent").text
    assert stored(installation, address).status is SubmissionStatus.SUBMITTED


def test_the_first_author_line_names_the_person_who_signed_in_by_address(
    browser, call, installation, teacher
):
    marathon, places = call
    add_author(browser, start(browser, marathon), places["Киренский район"])
    with installation.begin(read_only=True) as work:
        assert work.people.get(teacher.id).name == "Ветрова Дарья Олеговна"


def test_an_incomplete_material_says_what_is_missing_and_stays_a_draft(browser, call, installation):
    address = start(browser, call[0])
    fill_practice(browser, address, track="")
    page = browser.get(f"{address}/check")
    assert "Выберите направление." in page.text
    assert "Отправить материал" not in page.text
    stamp = re.search(r'name="version" value="(\d+)"', page.text)
    assert stamp is None
    answer = browser.post(f"{address}/check", data={"version": stamp_of(installation, address)})
    assert answer.status_code == 422
    assert stored(installation, address).status is SubmissionStatus.DRAFT


def test_two_windows_never_overwrite_each_other(browser, call, installation):
    address = start(browser, call[0])
    opened = version(browser.get(f"{address}/practice"))
    fill_practice(browser, address, version=opened, title="Первое окно")
    answer = fill_practice(browser, address, version=opened, title="Второе окно")
    assert answer.status_code == 409
    assert "Второе окно" in answer.text
    assert "Первое окно" in answer.text
    assert stored(installation, address).title == "Первое окно"


def test_autosave_answers_with_the_clock_and_the_new_version(browser, call):
    address = start(browser, call[0])
    opened = version(browser.get(f"{address}/practice"))
    form = {"title": "Черновик", "version": opened}
    answer = browser.post(f"{address}/practice/autosave", data=form)
    assert answer.json()["saved_at"] == "12:00"
    assert str(answer.json()["version"]) == version(browser.get(f"{address}/practice"))
    again = browser.post(f"{address}/practice/autosave", data=form)
    assert again.status_code == 200, "the same once more changes nothing"
    other = browser.post(f"{address}/practice/autosave", data=form | {"title": "Другое"})
    assert other.status_code == 409


def test_autosave_never_changes_what_has_been_sent(browser, call, installation):
    marathon, places = call
    address = start(browser, marathon)
    fill(browser, address, places)
    check = browser.get(f"{address}/check")
    browser.post(f"{address}/check", data={"version": version(check)})
    now_at = stored(installation, address).version
    form = {"title": "Другое", "version": str(now_at)}
    assert browser.post(f"{address}/practice/autosave", data=form).status_code == 409
    assert "data-autosave" not in browser.get(f"{address}/practice").text


def test_a_sent_material_cannot_be_emptied_and_the_form_says_why(browser, call, installation):
    marathon, places = call
    address = start(browser, marathon)
    fill(browser, address, places)
    check = browser.get(f"{address}/check")
    browser.post(f"{address}/check", data={"version": version(check)})
    answer = fill_practice(browser, address, abstract="", title="Новое название")
    assert answer.status_code == 422
    assert "Напишите аннотацию." in answer.text
    assert "Новое название" in answer.text
    assert stored(installation, address).abstract == "О практике."


def test_a_title_too_long_is_refused_with_the_text_kept(browser, call):
    address = start(browser, call[0])
    answer = fill_practice(browser, address, title="я" * 301)
    assert answer.status_code == 422
    assert "Сократите название" in answer.text
    assert "я" * 301 in answer.text
    assert "<title>Ошибка:" in answer.text


def test_more_keywords_than_can_be_kept_are_told_not_dropped(browser, call):
    address = start(browser, call[0])
    words = ", ".join(f"слово {one}" for one in range(16))
    answer = fill_practice(browser, address, keywords=words)
    assert answer.status_code == 422
    assert "не больше 15 ключевых слов" in answer.text
    assert words in answer.text


def test_authors_are_moved_and_removed_without_a_script(browser, call, installation):
    marathon, places = call
    address = start(browser, marathon)
    for name in ("Ветрова Дарья Олеговна", "Лугов Пётр Ильич", "Сомова Инна Юрьевна"):
        add_author(browser, address, places["Катангский район"], name=name, email="")
    page = browser.get(f"{address}/authors")
    browser.post(f"{address}/authors", data={"act": "up:2", "version": version(page)})
    page = browser.get(f"{address}/authors")
    browser.post(f"{address}/authors", data={"act": "remove:0", "version": version(page)})
    names = [author.name for author in stored(installation, address).authors]
    assert names == ["Сомова Инна Юрьевна", "Лугов Пётр Ильич"]


def test_an_author_line_with_mistakes_says_which_and_keeps_the_rest(browser, call):
    marathon, _ = call
    address = start(browser, marathon)
    answer = add_author(browser, address, "", name="Ветрова", email="не адрес")
    assert answer.status_code == 422
    for words in ("Напишите фамилию", "Выберите муниципальное", "Адрес почты записан"):
        assert answer.text.count(words) == 2
    assert "МБОУ «СОШ № 7»" in answer.text


def test_consents_are_never_ticked_beforehand(browser, call):
    page = browser.get(start(browser, call[0]) + "/consents")
    assert "checked" not in page.text.replace("data-checked", "")


def test_consents_keep_their_kind_and_version(browser, call, installation):
    address = start(browser, call[0])
    fill_consents(browser, address, licence="yes")
    submission = stored(installation, address)
    assert [one.kind.value for one in submission.consents] == ["processing", "licence"]
    assert submission.children is Children.NONE


def test_a_stranger_sees_nothing_of_a_material(browser, call, signed_in, installation):
    address = start(browser, call[0])
    with installation.begin() as work:
        person = builders.a_person(work, "Чужой Иван Петрович")
    other = signed_in(person)
    for part in ("", "/check", "/practice", "/authors", "/files", "/consents", "/blind"):
        answer = other.get(address + part)
        missing = other.get("/my/0198-not-there" + part)
        assert answer.status_code == missing.status_code == 404
        assert answer.content.replace(address.encode(), b"") == missing.content.replace(
            b"/my/0198-not-there", b""
        )


def test_after_the_deadline_a_draft_is_kept_but_not_taken(browser, call, installation, now):
    marathon, places = call
    address = start(browser, marathon)
    fill(browser, address, places)
    with installation.begin() as work:
        kept = work.marathons.get(marathon.id)
        closed = {"submissions_until": now - timedelta(hours=1)}
        work.marathons.save(kept.model_copy(update=closed))
    page = browser.get(f"{address}/check")
    assert "Приём материалов сейчас закрыт" in page.text
    answer = browser.post(
        f"{address}/check", data={"version": str(stored(installation, address).version)}
    )
    assert answer.status_code == 409
    assert "Черновик сохранён" in answer.text


def test_draft_says_what_to_fill_in_next(browser, call):
    address = start(browser, call[0])
    first = browser.get(address).text
    assert f'href="{address}/authors">Дальше: Об авторах<' in first
    add_author(browser, address, next(iter(call[1].values())))
    assert f'href="{address}/practice">Дальше: О практике<' in browser.get(address).text


def test_unwanted_draft_leaves_the_list_after_a_question(browser, call, installation):
    address = start(browser, call[0])
    fill_practice(browser, address)
    assert "Убрать черновик" in browser.get(address).text
    assert "Убрать черновик № 1?" in browser.get(f"{address}/withdraw").text
    answer = browser.post(f"{address}/withdraw", follow_redirects=True)
    assert "Черновик убран." in answer.text
    assert "Читаем карту" not in answer.text
    assert stored(installation, address).status is SubmissionStatus.WITHDRAWN


def test_page_that_is_closed_now_leads_back_to_the_material(browser, call, installation, now):
    address = start(browser, call[0])
    with installation.begin() as work:
        kept = work.submissions.get(address.rpartition("/")[2])
        sent = {"status": SubmissionStatus.IN_REVIEW, "submitted_at": now}
        work.submissions.save(kept.model_copy(update=sent))
    answer = browser.get(f"{address}/practice")
    assert answer.status_code == 409
    assert f'href="{address}">К материалу<' in answer.text
    assert ">Войти<" not in answer.text


def test_withdrawing_asks_first_and_happens_once(browser, call, installation, now):
    address = start(browser, call[0])
    with installation.begin() as work:
        kept = work.submissions.get(address.rpartition("/")[2])
        sent = {"status": SubmissionStatus.SUBMITTED, "submitted_at": now}
        work.submissions.save(kept.model_copy(update=sent))
    assert "Отозвать материал № 1?" in browser.get(f"{address}/withdraw").text
    assert browser.post(f"{address}/withdraw").status_code == 303
    assert stored(installation, address).status is SubmissionStatus.WITHDRAWN
    assert browser.post(f"{address}/withdraw").status_code == 409


@pytest.fixture
def reviewed(installation, call, teacher):
    """A reviewed work of the teacher's with one review and a decision not yet confirmed."""
    marathon, places = call
    draft = ReviewDraft(
        levels={"relevance": 2},
        comments={"relevance": "Покажите цифры."},
        comment="Практика ясная.",
        note="Тайная заметка",
        recommendation=Recommendation.NEITHER,
    )
    with installation.begin() as work:
        place = work.municipalities.get(places["Киренский район"])
        author = builders.an_author(teacher, place, name="Ветрова Дарья Олеговна")
        submission = builders.a_submission(
            work,
            marathon,
            place,
            owner_id=teacher.id,
            authors=(author,),
            status=SubmissionStatus.REVIEWED,
        )
        expert = builders.an_expert(work, work.municipalities.get(places["Катангский район"]))
        builders.a_sent_review(work, submission, expert, draft=draft)
        decision = builders.a_decision(
            work, submission, status=DecisionStatus.PROPOSED, explanation="Балл выше порога."
        )
    return submission, decision


def test_reviews_arrive_with_the_confirmed_decision_and_not_before(
    browser, reviewed, installation, now, organiser
):
    submission, decision = reviewed
    address = f"/my/{submission.id}"
    before = browser.get(address).text
    for words in ("Практика ясная", "Балл выше порога", "Материал выйдет в сборнике"):
        assert words not in before
    with installation.begin() as work:
        kept = work.decisions.get(decision.id)
        work.decisions.move(
            kept, to=DecisionStatus.CONFIRMED, by=organiser, now=now, confirmed_at=now
        )
        moved = work.submissions.get(submission.id)
        work.submissions.move(moved, to=SubmissionStatus.DECIDED, by=organiser, now=now)
    after = browser.get(address).text
    for words in ("Практика ясная", "Покажите цифры", "Решение от", f"{address}/decision"):
        assert words in after
    for secret in ("Балл выше порога", "Тайная заметка", "Экспертова", "не представлять"):
        assert secret not in after


def test_an_organiser_works_on_the_owners_behalf_but_gives_no_consents(
    browser, call, installation, signed_in
):
    marathon, _ = call
    address = start(browser, marathon)
    with installation.begin() as work:
        person = builders.a_person(work, "Орлова Вера Ильинична")
        work.roles.give(person.id, Role.ORGANISER)
    organiser = signed_in(person)
    assert fill_practice(organiser, address).status_code == 303
    assert organiser.get(f"{address}/consents").status_code == 404


def test_format_and_mentor_are_asked_for_kept_and_shown_before_sending(browser, call):
    address = start(browser, call[0])
    page = browser.get(f"{address}/practice").text
    assert "Мастер-класс" in page
    assert "Наставник или консультант" in page

    fill_practice(browser, address, format="мастер-класс", mentor="Ким Я. Я.")

    check = browser.get(f"{address}/check").text
    assert "мастер-класс" in check
    assert "Ким Я. Я." in check
    assert 'value="мастер-класс" selected' in browser.get(f"{address}/practice").text


def test_format_that_is_not_in_the_list_is_refused_in_words(browser, call):
    address = start(browser, call[0])
    answer = fill_practice(browser, address, format="танец")

    assert answer.status_code == 422
    assert "Формы «танец» нет в списке" in answer.text


def test_publication_only_is_never_ticked_beforehand_and_shown_before_sending(
    browser, call, installation
):
    address = start(browser, call[0])
    box = r'<input[^>]*name="publication_only"[^>]*>'
    untouched = re.search(box, browser.get(f"{address}/practice").text).group(0)
    assert "checked" not in untouched
    assert "Сможем выступить, если пригласят" in browser.get(f"{address}/check").text

    fill_practice(browser, address, publication_only="yes")
    assert stored(installation, address).publication_only
    assert "рассматривайте только для сборника" in browser.get(f"{address}/check").text
    assert "checked" in re.search(box, browser.get(f"{address}/practice").text).group(0)

    fill_practice(browser, address)
    assert not stored(installation, address).publication_only


def test_latin_letters_among_russian_ones_are_named_before_sending(installation, browser, call):
    marathon, _ = call
    draft = start(browser, marathon).removeprefix("/my/")
    with installation.begin() as work:
        submission = work.submissions.get(draft)
        work.submissions.save(submission.model_copy(update={"title": "Урок в CОШ и QR-код"}))

    page = browser.get(f"/my/{draft}/check").text

    assert "«CОШ», верно «СОШ»" in page
    assert "«QR" not in page
