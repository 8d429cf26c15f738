"""Without JavaScript: a guest's material from the first page to sent, an expert's sheet to sent."""

from datetime import timedelta

import builders
import pytest
from visitor import PHONE, newest_code

from flows.runtime.conduct import clock
from review_api import limits
from review_api.demo import sample
from schemas.assignment import AssignmentStatus
from schemas.marathon import Phase
from schemas.submission import ConsentKind, SubmissionStatus

pytestmark = pytest.mark.browser

EMAIL, EXPERT = "klenova@example.ru", "ekspert@example.ru"
NAME = "Кленова Вера Андреевна"
TITLE = "Читательский дневник в начальной школе"
MATERIAL = sample.materials()[23]
REMARK = "Задания понятны и проверены на уроках; добавьте, пожалуйста, критерии оценивания."


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="module")
def invitation(opened, marathon):
    """An expert's, to a work of another municipality in a marathon that is being reviewed."""
    with opened.begin() as work:
        cluster = work.clusters.get(marathon.cluster_id)
        home, away, *_ = work.municipalities.of_cluster(cluster.id)
        reviewed = builders.a_marathon(
            work, cluster, phase=Phase.EXPERTISE, reviews_until=clock() + timedelta(days=20)
        )
        person = builders.a_person(work, "Экспертова Ольга Ивановна", email=EXPERT)
        one = builders.a_submission(work, reviewed, away, status=SubmissionStatus.IN_REVIEW)
        return builders.an_assignment(
            work,
            one,
            builders.an_expert(work, home, person_id=person.id),
            status=AssignmentStatus.INVITED,
            due_at=clock() + timedelta(days=9),
        )


def test_guest_sends_a_material_without_script(visitor, opened, marathon):
    teacher = visitor(EMAIL, viewport=PHONE, java_script_enabled=False)
    teacher.open(f"/marathons/{marathon.id}")
    teacher.follow("Отправить материал")
    teacher.press("Начать")
    teacher_names_the_author(teacher)
    teacher_describes_the_practice(teacher)
    teacher_uploads(teacher)
    teacher_agrees(teacher)
    teacher_says_who_they_are(teacher, opened)
    teacher.sees_heading("Проверьте ответы")
    teacher.sees(TITLE, NAME, MATERIAL.file.name)
    teacher.press("Отправить материал")
    teacher.sees("Материал отправлен")
    teacher.page.go_back()
    teacher.sees("Материал уже отправлен.")
    with opened.begin(read_only=True) as work:
        [sent] = work.submissions.of_marathon(marathon.id)
        owner = work.people.get(sent.owner_id)
        [file] = work.files.of(sent.id)
    assert sent.status is SubmissionStatus.SUBMITTED
    assert {one.kind for one in sent.consents} == set(ConsentKind)
    assert (owner.email, owner.guest) == (EMAIL, False)
    assert opened.files.read(file.sha256) == MATERIAL.file.read_bytes()


def teacher_names_the_author(teacher):
    teacher.follow("Об авторах")
    teacher.fill("Фамилия, имя, отчество", NAME)
    teacher.press("Сохранить и продолжить")
    teacher.sees("Исправьте, чтобы продолжить")  # and nothing typed is lost
    assert teacher.page.locator("#name").input_value() == NAME
    teacher.pick("Муниципальное образование", "Киренский район")
    teacher.fill("Место работы", "МБОУ «СОШ № 3»")
    teacher.press("Сохранить и продолжить")
    teacher.follow("Продолжить")
    teacher.forgives("422 (Unprocessable")


def teacher_describes_the_practice(teacher):
    teacher.follow("О практике")
    teacher.fill("Название материала", TITLE)
    teacher.choose("Направление", builders.TRACKS[0])
    teacher.fill("Аннотация", "Как дневник помогает читать вместе.")
    teacher.press("Сохранить и продолжить")


def teacher_uploads(teacher):
    teacher.follow("Файлы")
    teacher.attach(MATERIAL.file)
    teacher.press("Загрузить файл")
    teacher.sees("Файл получен и сохранён.")
    teacher.press("Продолжить")


def teacher_agrees(teacher):
    teacher.follow("Согласия")
    for box in teacher.page.locator("input[type=checkbox]").all():
        box.check()
    teacher.page.get_by_label("Нет, в материале детей не узнать").check()
    teacher.press("Сохранить и продолжить")


def teacher_says_who_they_are(teacher, opened):
    teacher.follow("Проверить и отправить")
    teacher.sees_heading("Последний шаг: ваш адрес почты")
    teacher.fill("Адрес электронной почты", EMAIL)
    teacher.press("Получить код")
    teacher.sees_heading("Проверьте почту")
    teacher.fill("Код из письма, 6 цифр", newest_code(opened, EMAIL))
    teacher.press("Войти")


def test_expert_accepts_scores_and_sends_without_script(visitor, opened, invitation):
    expert = visitor(EXPERT, viewport=PHONE, java_script_enabled=False)
    expert.comes_in(opened, now=clock())
    expert.open("/expert")
    expert.press("Принять")
    expert.sees("Спасибо, работа за вами. Можно оценивать.")
    expert.page.locator("#comment").fill(REMARK)
    expert.press("Отправить и к следующей")
    expert.sees("Исправьте, чтобы продолжить")
    expert.forgives("422 (Unprocessable")
    assert expert.page.locator("#comment").input_value() == REMARK
    expert_fills_the_sheet(expert)
    expert.press("Сохранить черновик")
    expert.sees("Черновик сохранён")
    expert.press("Отправить и к следующей")
    expert.sees("Это была последняя, спасибо!")
    with opened.begin(read_only=True) as work:
        review = work.reviews.of_assignment(invitation.id)
        rubric = work.rubrics.of(invitation.marathon_id)
    assert review.submitted_at is not None
    assert review.draft.comment == REMARK
    assert review.draft.levels == {one.code: one.highest for one in rubric.criteria}


def expert_fills_the_sheet(expert):
    for criterion in expert.page.locator(".criterion").all():
        criterion.locator("input[type=radio]").last.check(force=True)
    for yes in expert.page.locator("input[type=radio][value=yes]").all():
        yes.check()
    expert.choose("Ваша рекомендация", "Представить и опубликовать")
