"""A teacher on a bad line: a file that resumes where it was cut, an author typed in two windows."""

from datetime import timedelta

import builders
import pytest
from playwright.sync_api import expect

from flows.intake.uploads import PART
from flows.runtime.conduct import clock
from schemas.marathon import Phase

pytestmark = pytest.mark.browser
PARTS = 6
CONTENT = b"PK\x03\x04" + bytes(number % 251 for number in range(PARTS * PART - 4))
# What a browser itself says about a line that is cut and an answer 409: no mistake of a page.
EXPECTED = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "409 (Conflict)")


@pytest.fixture
def marathon(opened):
    now = clock()
    with opened.begin() as work:
        cluster = builders.a_cluster(work)
        builders.members(work, cluster)
        return builders.a_marathon(
            work,
            cluster,
            phase=Phase.INTAKE,
            opens_at=now - timedelta(days=5),
            submissions_until=now + timedelta(days=10),
            reviews_until=now + timedelta(days=30),
        )


@pytest.fixture
def teacher(visitor, marathon):
    """At a fresh draft; ``address`` is where it lies."""
    one = visitor("vetrova@example.ru")
    one.sign_in()
    one.open(f"/my/new?marathon={marathon.id}")
    one.press("Начать")
    one.sees("Об авторах")
    one.draft = one.page.url.removeprefix(one.site)
    yield one
    one.problems[:] = [
        words for words in one.problems if not any(known in words for known in EXPECTED)
    ]


def choose_and_send(teacher, path):
    teacher.attach(path)
    teacher.sees("Выбран файл: урок.docx")
    teacher.press("Загрузить файл")


def stop_after(teacher, parts):
    """Cut the line when this many parts have been sent."""
    sent = []

    def count(route):
        sent.append(route.request.url)
        if len(sent) > parts:
            teacher.page.context.set_offline(True)
            route.abort()
        else:
            route.continue_()

    teacher.page.route("**/uploads/*?offset=*", count)
    return sent


def test_file_resumes_after_the_line_was_cut_and_after_a_reload(teacher, opened, tmp_path):
    path = tmp_path / "урок.docx"
    path.write_bytes(CONTENT)
    teacher.open(f"{teacher.draft}/files")
    stop_after(teacher, 2)
    choose_and_send(teacher, path)
    teacher.sees("Связь прервалась. Отправленное сохранено")
    teacher.page.unroute_all()
    teacher.page.context.set_offline(False)
    teacher.sees("Файл получен и сохранён.")

    first = tmp_path / "b" / "урок.docx"
    first.parent.mkdir()
    first.write_bytes(CONTENT[::-1])
    stop_after(teacher, 3)
    choose_and_send(teacher, first)
    teacher.sees("Связь прервалась. Отправленное сохранено")
    teacher.page.unroute_all()
    teacher.page.context.set_offline(False)
    teacher.open(f"{teacher.draft}/files")
    teacher.sees("Продолжить загрузку «урок.docx»: уже передано 50 %")
    teacher.fits_a_phone()
    sent = stop_after(teacher, PARTS)
    choose_and_send(teacher, first)
    expect(teacher.page.get_by_text("Продолжить загрузку")).to_have_count(0)
    teacher.sees("Файл получен и сохранён.")
    assert len(sent) == PARTS // 2
    with opened.begin(read_only=True) as work:
        [one] = work.submissions.all()
        stored = opened.files.read(work.files.of(one.id)[-1].sha256)
    assert stored == CONTENT[::-1]


def test_author_typed_in_two_windows_is_overwritten_in_neither(teacher):
    teacher.open(f"{teacher.draft}/authors")
    other = teacher.page.context.new_page()
    other.goto(teacher.page.url)
    teacher.fill("Фамилия, имя, отчество", "Ветрова Дарья")
    teacher.sees("Черновик сохранён в")
    other.get_by_label("Фамилия, имя, отчество", exact=True).fill("Совсем Другая")
    expect(other.get_by_text("Это изменено в другом окне.").first).to_be_visible()
    teacher.page.reload()
    expect(teacher.page.locator("#name")).to_have_value("Ветрова Дарья")
    teacher.page.context.set_offline(True)
    teacher.fill("Фамилия, имя, отчество", "Ветрова Дарья Олеговна")
    teacher.sees("Нет связи. Изменения сохранены на этом устройстве")
    teacher.page.context.set_offline(False)
    teacher.sees("Черновик сохранён в")
    teacher.page.reload()
    expect(teacher.page.locator("#name")).to_have_value("Ветрова Дарья Олеговна")
