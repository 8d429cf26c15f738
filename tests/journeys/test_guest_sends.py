"""A teacher with a phone and no account sends a material; the address is asked for last."""

from datetime import timedelta

import builders
import pytest
from visitor import PHONE

from flows.runtime.conduct import clock
from review_api import limits
from review_api.demo import sample
from schemas.marathon import Phase
from schemas.submission import SubmissionStatus

pytestmark = pytest.mark.browser

EMAIL = "klenova@example.ru"
NAME = "Кленова Вера Андреевна"
TITLE = "Читательский дневник в начальной школе"
MATERIAL = sample.materials()[23]


@pytest.fixture
def marathon(opened):
    limits.limiter.storage.reset()
    with opened.begin() as work:
        cluster = builders.a_cluster(work)
        builders.members(work, cluster)
        return builders.a_marathon(
            work,
            cluster,
            phase=Phase.INTAKE,
            opens_at=clock() - timedelta(days=1),
            submissions_until=clock() + timedelta(days=9),
            reviews_until=clock() + timedelta(days=30),
        )


@pytest.fixture
def teacher(visitor, marathon):
    person = visitor(EMAIL)
    person.page.set_viewport_size(PHONE)
    return person


def test_a_material_goes_from_the_public_page_to_sent_on_a_phone_before_any_account(
    opened, teacher, marathon
):
    begin(teacher)
    fill_in(teacher)
    teacher.sees_heading("Последний шаг: ваш адрес почты")
    fits(teacher)
    teacher.fill("Адрес электронной почты", EMAIL)
    teacher.press("Получить код")
    teacher.sees_heading("Проверьте почту")
    teacher.fill("Код из письма, 6 цифр", code(opened))
    teacher.press("Войти")
    teacher.sees_heading("Проверьте ответы")
    teacher.sees(TITLE, NAME, MATERIAL.file.name)
    teacher.press("Отправить материал")
    teacher.sees("Материал отправлен", "Номер материала: 1")
    fits(teacher)
    with opened.begin(read_only=True) as work:
        sent = work.submissions.by_number(marathon.id, 1)
        owner = work.people.get(sent.owner_id)
        assert sent.status is SubmissionStatus.SUBMITTED
        assert (owner.name, owner.email, owner.guest) == (NAME, EMAIL, False)


def fits(teacher):
    width = teacher.page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"], f"{teacher.page.url}: {width}"


def begin(teacher):
    teacher.open("/")
    teacher.follow("Отправить материал")
    teacher.press("Начать")
    teacher.sees_heading("Материал без названия")
    teacher.unfold("Черновик на этом устройстве")
    teacher.sees("Войти, чтобы не потерять")
    fits(teacher)


def fill_in(teacher):
    teacher.follow("Об авторах")
    teacher.fill("Фамилия, имя, отчество", NAME)
    teacher.pick("Муниципальное образование", "Киренский район")
    teacher.fill("Место работы", "МБОУ «СОШ № 3»")
    teacher.press("Сохранить и продолжить")
    teacher.follow("Продолжить")
    teacher.follow("О практике")
    teacher.fill("Название материала", TITLE)
    teacher.choose("Направление", builders.TRACKS[0])
    teacher.fill("Аннотация", "Как дневник помогает читать вместе.")
    teacher.sees("Черновик сохранён в")  # a guest's words are saved while they type
    teacher.press("Сохранить и продолжить")
    teacher.follow("Файлы")
    teacher.attach(MATERIAL.file)
    teacher.press("Загрузить файл")
    teacher.sees("Файл получен и сохранён.")
    teacher.page.goto(teacher.page.url.rsplit("/", 1)[0] + "/consents")
    teacher.tick("Я согласен (согласна) на обработку моих персональных данных")
    teacher.page.get_by_label("Нет, в материале детей не узнать").check()
    teacher.press("Сохранить и продолжить")
    teacher.follow("Проверить и отправить")


def code(opened):
    with opened.begin(read_only=True) as work:
        return next(one for one in work.notices.all() if one.address == EMAIL).values["code"]
