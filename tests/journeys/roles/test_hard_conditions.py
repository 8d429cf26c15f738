"""A slow line, two windows, a session that ends while somebody writes: nothing typed is lost."""

from datetime import timedelta

import builders
import pytest
from playwright.sync_api import expect
from visitor import newest_code

from flows.intake.uploads import PART
from flows.review import questions
from flows.runtime.conduct import clock
from review_api import limits
from schemas.assignment import AssignmentStatus
from schemas.marathon import Phase
from schemas.people import Actor
from schemas.submission import SubmissionStatus

pytestmark = pytest.mark.browser

SOMEBODY = Actor(person_id=None, part="test")
TEACHER, EXPERT = "vetrova@example.ru", "ekspert@example.ru"
# The first part is 73 per cent of it.
CONTENT = b"PK\x03\x04" + bytes(number % 251 for number in range(PART * 700 // 512))
ABSTRACT = "Как дневник помогает читать вместе всей семьёй и говорить о прочитанном."


@pytest.fixture(scope="module")
def marathon(opened):
    limits.limiter.storage.reset()
    with opened.begin() as work:
        cluster = builders.a_cluster(work)
        builders.members(work, cluster)
        builders.a_person(work, email=TEACHER)
        return builders.a_marathon(
            work,
            cluster,
            phase=Phase.INTAKE,
            opens_at=clock() - timedelta(days=5),
            submissions_until=clock() + timedelta(days=10),
            reviews_until=clock() + timedelta(days=30),
        )


@pytest.fixture
def teacher(visitor, opened, marathon):
    """At a fresh draft; ``draft`` is where it lies."""
    one = visitor(TEACHER)
    one.comes_in(opened, now=clock())
    one.open(f"/my/new?marathon={marathon.id}")
    one.press("Начать")
    one.sees("Об авторах")
    one.draft = one.page.url.removeprefix(one.site)
    return one


@pytest.fixture
def item(opened, marathon):
    """An accepted work of an expert."""
    with opened.begin() as work:
        home, away, *_ = work.municipalities.of_cluster(marathon.cluster_id)
        reviewed = builders.a_marathon(
            work,
            work.clusters.get(marathon.cluster_id),
            phase=Phase.EXPERTISE,
            reviews_until=clock() + timedelta(days=20),
        )
        person = builders.a_person(work, "Экспертова Ольга Ивановна", email=EXPERT)
        return builders.an_assignment(
            work,
            builders.a_submission(work, reviewed, away, status=SubmissionStatus.IN_REVIEW),
            builders.an_expert(work, home, person_id=person.id),
            status=AssignmentStatus.IN_PROGRESS,
            due_at=clock() + timedelta(days=9),
        )


def submission_at(opened, teacher):
    with opened.begin(read_only=True) as work:
        return work.submissions.get(teacher.draft.rsplit("/", 1)[-1])


def test_file_goes_up_a_slow_line_with_its_progress_in_sight(teacher, opened, tmp_path):
    path = tmp_path / "урок.docx"
    path.write_bytes(CONTENT)
    teacher.open(f"{teacher.draft}/files")
    teacher.takes_the_slow_line()
    teacher.attach(path)
    teacher.press("Загрузить файл")
    bar = teacher.page.locator("[data-upload-progress] progress")
    expect(bar).to_be_visible()
    state = teacher.page.locator("[data-upload-state]")
    expect(state).to_contain_text("73", timeout=90_000)  # per cent
    teacher.sees("Файл получен и сохранён.")
    with opened.begin(read_only=True) as work:
        [file] = work.files.of(teacher.draft.rsplit("/", 1)[-1])
    assert opened.files.read(file.sha256) == CONTENT


def test_sheet_is_filled_on_a_slow_line(visitor, opened, item):
    expert = visitor(EXPERT)
    expert.comes_in(opened, now=clock())
    expert.takes_the_slow_line()
    expert.open(f"/expert/assignments/{item.id}")
    for digit in "33232":
        expert.page.keyboard.press(digit)
    assert expert.text_of("[data-answered]") == "5"
    expert.page.locator("#comment").fill("Читается легко.")
    expert.sees("Черновик сохранён в")
    with opened.begin(read_only=True) as work:
        draft = work.reviews.of_assignment(item.id).draft
    assert (draft.comment, sorted(draft.levels.values())) == ("Читается легко.", [2, 2, 3, 3, 3])


def test_practice_typed_in_two_windows_shows_both_texts(teacher, opened):
    teacher.open(f"{teacher.draft}/practice")
    other = teacher.page.context.new_page()
    other.goto(teacher.page.url)
    teacher.fill("Название материала", "Из первого окна")
    teacher.sees("Черновик сохранён в")
    other.get_by_label("Название материала", exact=True).fill("Из второго окна")
    expect(other.get_by_text("Это изменено в другом окне.").first).to_be_visible()
    assert submission_at(opened, teacher).title == "Из первого окна"
    other.get_by_role("button", name="Сохранить и продолжить").click()
    expect(other.get_by_role("heading", name="Что сохранено сейчас")).to_be_visible()
    expect(other.get_by_text("Из первого окна").first).to_be_visible()
    expect(other.get_by_label("Название материала", exact=True)).to_have_value("Из второго окна")
    assert submission_at(opened, teacher).title == "Из первого окна"
    teacher.forgives("409 (Conflict)")


def test_what_was_written_after_the_session_ended_comes_back_after_signing_in(teacher, opened):
    teacher.open(f"{teacher.draft}/practice")
    with opened.begin() as work:
        work.sessions.end_all(work.people.by_email(TEACHER).id)
    teacher.fill("Название материала", "Написано после выхода")
    teacher.fill("Аннотация", ABSTRACT)
    teacher.sees("Вы вышли")
    assert submission_at(opened, teacher).title == ""
    teacher.press("Сохранить и продолжить")
    teacher.sees("То, что вы написали, сохранено")
    teacher.fill("Адрес электронной почты", TEACHER)
    teacher.press("Прислать письмо")
    teacher.sees_heading("Проверьте почту")
    teacher.fill("Код из письма, 6 цифр", newest_code(opened, TEACHER))
    teacher.press("Войти")
    teacher.sees_heading("Мы сохранили то, что вы написали")
    teacher.sees("Написано после выхода", ABSTRACT)
    teacher.fits_a_phone()
    teacher.press("Отправить ещё раз")
    teacher.sees("Части материала")
    kept = submission_at(opened, teacher)
    assert (kept.title, kept.abstract) == ("Написано после выхода", ABSTRACT)
    teacher.forgives("401 (Unauthorized)")


def test_without_a_line_the_practice_waits_on_the_device(teacher, opened):
    teacher.open(f"{teacher.draft}/practice")
    teacher.page.context.set_offline(True)
    teacher.fill("Название материала", "Написано в тоннеле")
    teacher.sees("Нет связи. Изменения сохранены на этом устройстве")
    assert submission_at(opened, teacher).title == ""
    teacher.page.context.set_offline(False)
    teacher.sees("Черновик сохранён в")
    assert submission_at(opened, teacher).title == "Написано в тоннеле"
    teacher.forgives("ERR_INTERNET_DISCONNECTED")


@pytest.fixture
def asked(opened, marathon):
    """A question of an expert that has reached the teacher."""
    with opened.begin() as work:
        home, away, *_ = work.municipalities.of_cluster(marathon.cluster_id)
        read = builders.a_submission(work, marathon, away, status=SubmissionStatus.IN_REVIEW)
        item = builders.an_assignment(
            work,
            read,
            builders.an_expert(work, home),
            status=AssignmentStatus.IN_PROGRESS,
            due_at=clock() + timedelta(days=9),
        )
        found = questions.ask(
            work, item.id, "Как вы оценивали результат?", by=SOMEBODY, now=clock()
        )
        questions.pass_on(
            work, found.id, found.text, version=found.version, by=SOMEBODY, now=clock()
        )
        return read


def test_answer_that_was_not_sent_is_there_again_and_a_sent_one_leaves_nothing(
    visitor, opened, asked
):
    with opened.begin(read_only=True) as work:
        author = work.people.get(asked.owner_id)
    one = visitor(author.email)
    one.comes_in(opened, now=clock())
    address = f"/my/{asked.id}/questions"
    one.open(address)
    one.page.get_by_label("Ваш ответ").fill("Сравнили две контрольные работы.")
    one.open("/my")
    one.open(address)
    expect(one.page.get_by_label("Ваш ответ")).to_have_value("Сравнили две контрольные работы.")
    one.sees("Вернули то, что вы писали")
    one.press("Отправить ответ")
    one.open(address)
    assert not one.page.get_by_text("Вернули то, что вы писали").is_visible()
    kept = one.page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('kept:'))")
    assert kept == []
