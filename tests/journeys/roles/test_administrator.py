"""An administrator: how the installation is, support with another's eyes, tokens taken back."""

from datetime import timedelta

import builders
import pytest

from flows.accounts import operations as accounts
from flows.runtime.conduct import clock
from schemas.marathon import Phase
from schemas.people import Role

pytestmark = pytest.mark.browser

ADMINISTRATOR, TEACHER, HELPER = "inzhener@example.ru", "vetrova@example.ru", "bot@example.ru"
NAME = "Ветрова Дарья Олеговна"
REASON = "Звонила, что не видит своего материала."


@pytest.fixture(scope="module")
def teacher(opened):
    with opened.begin() as work:
        cluster = builders.a_cluster(work)
        home, *_ = builders.members(work, cluster)
        person = builders.a_person(work, "Тополев Денис Сергеевич", email=ADMINISTRATOR)
        work.roles.give(person.id, Role.ADMINISTRATOR)
        builders.a_person(work, "Программа школы", email=HELPER)
        accounts.create_api_token(
            work, HELPER, signer=opened.signer, secret="a token", days=30, now=clock()
        )
        marathon = builders.a_marathon(
            work,
            cluster,
            phase=Phase.INTAKE,
            opens_at=clock() - timedelta(days=5),
            submissions_until=clock() + timedelta(days=3),
            reviews_until=clock() + timedelta(days=30),
        )
        person = builders.a_person(work, NAME, email=TEACHER)
        builders.a_submission(
            work,
            marathon,
            home,
            title="Школьная метеостанция",
            owner_id=person.id,
            authors=(builders.an_author(person, home),),
        )
        return person


@pytest.fixture
def administrator(visitor, opened, teacher):
    one = visitor(ADMINISTRATOR)
    one.comes_in(opened, now=clock())
    return one


def test_administrator_sees_how_the_installation_is(administrator):
    administrator.open("/")
    administrator.follow("Администрирование")
    for link in (
        "Что не получилось",
        "Кто вошёл",
        "Токены программ",
        "Проверить журнал",
        "Настройки, версии",
    ):
        administrator.open("/administer")
        administrator.follow(link)
        administrator.fits_a_phone()
    administrator.open("/administer/journal")
    administrator.sees("Цепочка цела.")


def test_token_taken_back_opens_nothing(administrator, opened):
    administrator.open("/administer/tokens")
    administrator.sees("Программа школы")
    administrator.press("Отозвать")
    administrator.sees(f"Токен программы {HELPER} отозван.", "Токенов нет.")
    with opened.begin(read_only=True) as work:
        assert (
            accounts.person_of_api_token(work, "a token", signer=opened.signer, now=clock()) is None
        )


def test_support_looks_with_the_teachers_eyes_and_can_change_nothing(
    administrator, opened, teacher
):
    administrator.open(f"/organise/people/{teacher.id}")
    administrator.follow("Посмотреть глазами")
    administrator.fits_a_phone()
    administrator.fill("Зачем", REASON)
    administrator.press("Посмотреть глазами")
    administrator.proves_it_is_them(opened, "Посмотреть глазами")
    banner = administrator.page.get_by_role("region", name="Поддержка")
    assert "Ветрова" in banner.inner_text()
    administrator.open("/my")
    administrator.follow("Школьная метеостанция")
    administrator.fits_a_phone()
    before = everything_about(opened, teacher)
    administrator_tries_to_write(administrator)
    assert everything_about(opened, teacher) == before
    administrator.open("/my")
    administrator.press("Закончить")
    administrator.sees("Просмотр закончен. Он записан в журнал.")
    assert not administrator.page.get_by_role("region", name="Поддержка").count()
    administrator.forgives("403 (Forbidden)")
    journalled(opened, teacher)


def administrator_tries_to_write(administrator):
    administrator.follow("О практике")
    administrator.fill("Название материала", "Переписано поддержкой")
    administrator.press("Сохранить и продолжить")
    administrator.sees("Вы смотрите глазами другого человека")


def everything_about(opened, teacher):
    with opened.begin(read_only=True) as work:
        return work.submissions.of_owner(teacher.id)


def journalled(opened, teacher):
    with opened.begin(read_only=True) as work:
        told = [one for one in work.journal.about(teacher.id) if "support" in one.action]
    assert len(told) == 2
    assert any(REASON in str(one.details) for one in told)
