"""A coordinator from a list of own works to an expert whom the organiser has accepted."""

from datetime import timedelta

import builders
import pytest
from visitor import PHONE

from flows.runtime.conduct import clock
from schemas.marathon import Phase
from schemas.nomination import NominationStatus
from schemas.people import Role
from schemas.submission import SubmissionStatus

pytestmark = pytest.mark.browser

COORDINATOR, ORGANISER = "koordinator@example.ru", "organizator@example.ru"
CANDIDATE = "moroshkina@example.ru"
SENT, BEGUN, FOREIGN = "Робот помогает считать", "Музей одной улицы", "Чужая тайна"


@pytest.fixture(scope="module")
def marathon(opened):
    """In intake: a sent work and a draft of the own municipality, a work of another one."""
    with opened.begin() as work:
        cluster = builders.a_cluster(work)
        own, other, *_ = builders.members(work, cluster)
        made = builders.a_marathon(
            work,
            cluster,
            phase=Phase.INTAKE,
            opens_at=clock() - timedelta(days=5),
            submissions_until=clock() + timedelta(days=3),
            reviews_until=clock() + timedelta(days=30),
        )
        for title, place, status in (
            (SENT, own, SubmissionStatus.CHECKED),
            (BEGUN, own, SubmissionStatus.DRAFT),
            (FOREIGN, other, SubmissionStatus.CHECKED),
        ):
            builders.a_submission(work, made, place, title=title, status=status)
        for email, role, scope, key in (
            (COORDINATOR, Role.COORDINATOR, "municipality", own.id),
            (ORGANISER, Role.ORGANISER, "cluster", cluster.id),
        ):
            person = builders.a_person(work, "Рябинина Ольга Павловна", email=email)
            work.roles.give(person.id, role, scope=scope, scope_id=key)
        return made


def test_coordinator_reminds_a_teacher_and_gets_an_expert_accepted(
    visitor, opened, runner, marathon
):
    coordinator = visitor(COORDINATOR, viewport=PHONE)
    coordinator.comes_in(opened, now=clock())
    coordinator_looks(coordinator)
    coordinator_reminds(coordinator, opened, runner)
    coordinator_nominates(coordinator)
    organiser_accepts(visitor(ORGANISER), opened)
    coordinator.page.reload()
    coordinator.sees("Морошкина Алла Викторовна", "принят")
    with opened.begin(read_only=True) as work:
        [nomination] = work.nominations.all()
        expert = work.experts.of_person(work.people.by_email(CANDIDATE).id)
    assert nomination.status is NominationStatus.ACCEPTED
    assert expert.municipality_id == nomination.municipality_id
    assert expert.specialisations == ("география", "краеведение")


def coordinator_looks(coordinator):
    coordinator.open("/coordinate")
    coordinator.sees(SENT, "Участие муниципалитетов")
    coordinator.never_sees(FOREIGN)
    coordinator.fits_a_phone()
    table = coordinator.page.get_by_label("Разделы муниципалитета")
    table.get_by_role("link", name="Педагоги").click()
    coordinator.sees("Тестова Анна 1-я")
    coordinator.fits_a_phone()
    coordinator.page.set_viewport_size(PHONE)


def coordinator_reminds(coordinator, opened, runner):
    coordinator.page.get_by_label("Разделы муниципалитета").get_by_role(
        "link", name="Напомнить"
    ).click()
    coordinator.sees(BEGUN)
    coordinator.fits_a_phone()
    coordinator.press("Отправить напоминания")
    coordinator.sees("Напоминаний отправлено: 1.")
    coordinator.press("Отправить напоминания")
    coordinator.sees("Сегодня уже получили: 1.")
    runner()
    with opened.begin(read_only=True) as work:
        reminded = [one for one in work.notices.all() if one.template == "nudge"]
        owners = {work.submissions.get(one.subject_id).title for one in reminded}
    assert (len(reminded), owners) == (1, {BEGUN})


def coordinator_nominates(coordinator):
    coordinator.page.get_by_label("Разделы муниципалитета").get_by_role(
        "link", name="Кандидаты в эксперты"
    ).click()
    coordinator.fill("Фамилия, имя, отчество", "Морошкина Алла Викторовна")
    coordinator.fill("Электронная почта", "moroshkina")
    coordinator.press("Предложить")
    coordinator.sees("Исправьте, чтобы продолжить")
    coordinator.forgives("422 (Unprocessable")
    coordinator.fill("Электронная почта", CANDIDATE)
    coordinator.fill("Предметы и темы (необязательно)", "география, краеведение")
    coordinator.press("Предложить")
    coordinator.sees("Предложение отправлено организаторам: Морошкина Алла Викторовна.")
    coordinator.fits_a_phone()


def organiser_accepts(organiser, opened):
    organiser.comes_in(opened, now=clock())
    organiser.open("/organise/nominations")
    organiser.sees("Морошкина Алла Викторовна", "Рябинина Ольга Павловна")
    organiser.fits_a_phone()
    organiser.press("Принять в реестр")
    organiser.sees("эксперт в реестре, письмо отправлено.")
