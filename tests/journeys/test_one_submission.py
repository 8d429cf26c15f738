"""One material from an empty installation to the certificate, as people see it in a browser.

Between people's acts the flows run as the runner would run them; the only thing moved by hand is
the end of intake, which a marathon waits weeks for.
"""

import re
from datetime import timedelta

import pytest

from flows.runtime.conduct import clock
from review_api.cli.main import run as command
from review_api.demo import sample
from schemas.assignment import AssignmentStatus

pytestmark = pytest.mark.browser

ORGANISER = "yaseneva@example.ru"
MATERIAL = sample.materials()[23]
TITLE = str(MATERIAL.data["title"])
TEACHER, COAUTHOR = MATERIAL.data["authors"]
HOMES = {"город Усть-Илимск", "Усть-Илимский район"}
MARATHON = "Инструменты повышения качества образования"
NO_REAL_NAMES = (TEACHER["name"], COAUTHOR["name"], "Сизых", "Кузакова")
CRITERIA = (
    "Актуальность",
    "Новизна и авторский вклад",
    "Методическая проработанность",
    "Доказанная результативность",
    "Тиражируемость",
)
GATES = ("Оформление", "Заимствования указаны", "Персональные данные детей")
REMARK = "Задачи точны и взяты из жизни; добавьте критерии к последней из них."


def test_a_material_goes_from_an_empty_installation_to_its_certificate(opened, visitor, runner):
    organiser = visitor(ORGANISER)
    organiser_loads_the_registries(organiser)
    organiser_opens_a_marathon(organiser)
    teacher = visitor(TEACHER["email"])
    teacher_sends_a_material(teacher, runner)
    intake_ends(opened)
    organiser_invites_experts(organiser, runner)
    for number, (email, place) in enumerate(invited(opened)):
        assert place not in HOMES
        expert_reviews(visitor(email), by_keyboard=number == 0)
    organiser_decides(organiser, runner)
    organiser_publishes(organiser, runner)
    number = teacher_reads_the_decision(teacher)
    reader_opens_the_collection(visitor(), number)


def organiser_loads_the_registries(organiser):
    assert command(["token", "create", ORGANISER, "--role", "administrator"]) == 0
    organiser.sign_in()
    for kind, count in (("municipalities", 9), ("organisations", 32), ("experts", 24)):
        organiser.open(f"/organise/registry/{kind}/import")
        organiser.attach(sample.FOLDER / f"{kind}.csv")
        organiser.press("Показать, что изменится")
        organiser.press(f"Записать: создать {count}, обновить 0")
        organiser.sees(f"Таблица записана: создано {count}")
        organiser.fits_a_phone()


def organiser_opens_a_marathon(organiser):
    organiser.open("/organise")
    organiser.follow("Создать марафон")
    organiser.fill("Название", MARATHON)
    organiser.press("Создать марафон")
    organiser.sees("Марафон создан.", "Готово шагов: 0 из 8.")
    organiser.fits_a_phone()
    organiser_says_when(organiser)
    organiser_names_the_tracks(organiser)
    organiser.sees_heading("Экспертный лист")  # as proposed, like all that follows
    organiser.follow("К списку шагов")
    organiser.sees("Готово шагов: 2 из 8.")
    organiser.follow("Проверить и открыть приём")
    organiser.sees("Правила отбора не утверждены председателем совета.")
    organiser.press("Открыть приём")
    organiser.sees("Приём идёт.")
    organiser.fits_a_phone()


def organiser_says_when(organiser):
    organiser.follow("Название и даты")
    today = clock().astimezone(sample.ZONE)
    moments = {"opens_at": -20, "submissions_until": 1, "reviews_until": 20}
    organiser.fill_all(live_on=f"{today + timedelta(days=30):%Y-%m-%d}")
    organiser.fill_all(
        **{name: f"{today + timedelta(days=days):%Y-%m-%dT%H:%M}" for name, days in moments.items()}
    )
    organiser.fits_a_phone()
    organiser.press("Сохранить и продолжить")


def organiser_names_the_tracks(organiser):
    organiser.sees_heading("Направления")
    for track in sample.TRACKS:
        title = organiser.page.locator(f"[name=title_{track.number}]")
        if not title.count():
            organiser.press("Добавить направление")
        title.fill(track.title)
    organiser.fits_a_phone()
    organiser.press("Сохранить и продолжить")


def teacher_sends_a_material(teacher, runner):
    teacher.open("/")
    teacher.sees(MARATHON)
    teacher.fits_a_phone()
    teacher.sign_in()
    teacher.open("/my/new")
    teacher.press("Начать")
    teacher.sees_heading("Материал без названия")
    teacher_names_the_authors(teacher)
    teacher_describes_the_practice(teacher)
    teacher_uploads_the_file(teacher, runner)
    teacher_agrees(teacher)
    teacher.follow("Проверить и отправить")
    teacher.sees(TITLE, TEACHER["name"], "24.docx")
    teacher.fits_a_phone()
    teacher.press("Отправить материал")
    teacher.sees("Материал отправлен", "Номер материала: 1")
    runner()
    teacher.open(f"/dev/mail?to={teacher.email}")
    teacher.sees("Материал № 1 получен")


def teacher_names_the_authors(teacher):
    teacher.follow("Об авторах")
    for author, place in ((TEACHER, "город Усть-Илимск"), (COAUTHOR, "Усть-Илимский район")):
        teacher.fill("Фамилия, имя, отчество", author["name"])
        teacher.pick("Муниципальное образование", place)
        teacher.fill("Место работы", author["organisation"])
        teacher.fill("Должность (необязательно)", author["position"])
        teacher.fill("Электронная почта (необязательно)", author["email"])
        teacher.press("Сохранить и продолжить")
        teacher.sees(author["name"])
        if author is TEACHER:
            teacher.follow("Добавить автора")
    teacher.fits_a_phone()
    teacher.follow("Продолжить")


def teacher_describes_the_practice(teacher):
    teacher.follow("О практике")
    teacher.fill("Название материала", TITLE)
    teacher.choose("Направление", sample.TRACKS[2].title)
    teacher.fill("Аннотация", str(MATERIAL.data["abstract"]))
    teacher.sees("Черновик сохранён в")  # by itself, while typing
    teacher.fill("Предмет или область (необязательно)", "Химия")
    teacher.fill("Ключевые слова (необязательно)", ", ".join(MATERIAL.data["keywords"]))
    teacher.fits_a_phone()
    teacher.press("Сохранить и продолжить")


def teacher_uploads_the_file(teacher, runner):
    teacher.follow("Файлы")
    teacher.attach(MATERIAL.file)
    teacher.sees("Выбран файл: 24.docx")
    teacher.press("Загрузить файл")
    teacher.sees("Файл получен и сохранён.")
    runner()
    teacher.sees("Посмотреть, что увидят эксперты")  # the page asks for itself
    teacher.fits_a_phone()
    teacher.follow("Посмотреть, что увидят эксперты")
    teacher.page.get_by_role("tab", name="Текст").click()
    teacher.sees("Устройство контекстной задачи")
    teacher.never_sees(*NO_REAL_NAMES)
    teacher.page.go_back()
    teacher.press("Продолжить")


def teacher_agrees(teacher):
    teacher.follow("Согласия")
    assert not teacher.page.locator("input[type=checkbox]:checked").count()
    for box in teacher.page.locator("input[type=checkbox]").all():
        box.check()
    teacher.page.get_by_label("Нет, в материале детей не узнать").check()
    teacher.fits_a_phone()
    teacher.press("Сохранить и продолжить")


def intake_ends(opened):
    with opened.begin() as work:
        marathon = work.marathons.all()[0]
        ended = clock() - timedelta(hours=1)
        work.marathons.save(marathon.model_copy(update={"submissions_until": ended}))


def open_marathon(organiser, section):
    organiser.open("/organise")
    organiser.follow(MARATHON)
    if section != "Обзор":
        organiser.page.get_by_label("Разделы марафона").get_by_role("link", name=section).click()


def organiser_invites_experts(organiser, runner):
    open_marathon(organiser, "Обзор")
    organiser.press("Начать экспертизу")
    organiser.press("Составить план")
    organiser.sees("План запрошен и составляется.")
    runner()
    organiser.page.reload()
    organiser.sees("из 3 нужных", "Нарушений нет.", "Кто кого оценивает")
    organiser.fits_a_phone()
    organiser.unfold("Применить: отправить 3 приглашения")
    organiser.press("Применить и отправить 3 приглашения")
    organiser.sees("План применён. Приглашений: 3. Письма уходят сейчас")
    organiser.fits_a_phone()
    runner()


def invited(opened):
    """Address and municipality of everybody who has got an invitation."""
    with opened.begin(read_only=True) as work:
        marathon = work.marathons.all()[0]
        found = work.assignments.of_marathon(marathon.id, status=[AssignmentStatus.INVITED])
        experts = [work.experts.get(item.expert_id) for item in found]
        pairs = [
            (
                work.people.get(one.person_id).email or "",
                work.municipalities.get(one.municipality_id).name,
            )
            for one in experts
        ]
    assert len(set(pairs)) == 3
    return pairs


def expert_reviews(expert, *, by_keyboard):
    expert.sign_in()
    expert.open("/expert")
    expert.sees("Ждут вашего ответа", TITLE)
    expert.never_sees(*NO_REAL_NAMES)
    expert.fits_a_phone()
    expert.press("Принять")
    expert.sees("Спасибо, работа за вами. Можно оценивать.")
    expert.never_sees(*NO_REAL_NAMES)
    if by_keyboard:
        expert_scores_by_keyboard(expert)
    else:
        expert_scores_by_mouse(expert)
    for gate in GATES:
        expert.choose(gate, "Да")
    expert.choose("Ваша рекомендация", "Представить и опубликовать")
    expert.page.locator("#comment").fill(REMARK)
    expert.sees("Черновик сохранён в")
    expert.fits_a_phone()
    if by_keyboard:
        expert.page.keyboard.press("Control+Enter")
    else:
        expert.press("Отправить и к следующей")
    expert.sees("Это была последняя, спасибо!")
    expert.never_sees(*NO_REAL_NAMES)


def expert_scores_by_keyboard(expert):
    for digit in "33232":
        expert.page.keyboard.press(digit)
    assert expert.text_of("[data-answered]") == "5"
    assert expert.text_of("[data-score]") == "81,5"


def expert_scores_by_mouse(expert):
    for criterion in CRITERIA:
        expert.group(criterion).locator("label.level").last.click()
    assert expert.text_of("[data-score]") == "100"


def organiser_decides(organiser, runner):
    runner()
    open_marathon(organiser, "Обзор")
    organiser.unfold("Запустить этап вручную")
    organiser.press("Сбор экспертиз")
    runner()
    open_marathon(organiser, "Обзор")
    organiser.press("Перейти к решениям")
    organiser.press("Предложить решения")
    organiser.sees("Запущено: «Предложение решений»")
    runner()
    open_marathon(organiser, "Решения")
    organiser.fits_a_phone()
    organiser.unfold("Применить 1 решение")
    organiser.press("Применить 1 решение")
    organiser.sees("Применено решений: 1.")
    organiser_sends_letters(organiser, runner)
    open_marathon(organiser, "Обзор")
    organiser.press("Перейти к итогам")


def organiser_sends_letters(organiser, runner):
    open_marathon(organiser, "Письма")
    organiser.fits_a_phone()
    organiser.page.locator("summary", has_text="Отправить").first.click()
    organiser.page.locator("details[open] button[type=submit]", has_text="Отправить").click()
    organiser.sees("Отправляется писем:")
    runner()


def organiser_publishes(organiser, runner):
    for section, button, done in (
        ("Программа", "Составить программу", "Сообщить авторам о времени"),
        ("Сборник", "Собрать сборник", "Выпуск 1"),
        ("Сертификаты", "Выдать сертификаты", TEACHER["name"]),
    ):
        open_marathon(organiser, section)
        organiser.press(button)
        runner()
        organiser.page.reload()
        organiser.sees(done)
        organiser.fits_a_phone()
        if section == "Сборник":
            organiser.unfold("Опубликовать выпуск 1")
            organiser.press("Опубликовать: 1 статья")
            organiser.sees("Выпуск 1 опубликован: его видят все.")
    organiser_sends_letters(organiser, runner)


def teacher_reads_the_decision(teacher):
    """Returns the number of the certificate of publication."""
    teacher.open(f"/dev/mail?to={teacher.email}")
    teacher.sees("Решение по материалу № 1")
    teacher.open("/my")
    teacher.sees("Опубликован", TITLE)
    teacher.fits_a_phone()
    pdf = teacher.download("Свидетельство о публикации")
    assert pdf.startswith(b"%PDF-")
    teacher.follow(TITLE)
    teacher.sees("Материал выйдет в сборнике и приглашён к очному выступлению.")
    teacher.sees("Отзыв 1", "Отзыв 3", REMARK)
    teacher.fits_a_phone()
    teacher.open(f"/dev/mail?to={teacher.email}")
    teacher.follow("Свидетельство о публикации")
    return teacher.found(r"\d{4}-[A-Z]-\d{4}")


def reader_opens_the_collection(reader, number):
    reader.open("/")
    reader.follow("Электронный сборник")
    reader.sees("1 статья", "Сизых Н. П.")
    reader.fits_a_phone()
    reader_searches(reader)
    reader_sees_the_list_on_another_site(reader)
    reader.follow(TITLE)
    reader.sees("Аннотация", "Как сослаться", TEACHER["name"], COAUTHOR["name"])
    reader.fits_a_phone()
    assert TITLE in reader.text_of("#citation")
    assert TITLE in reader.download("BibTeX").decode()
    assert reader.download("RIS").startswith(b"TY  - ")
    assert reader.download("Весь сборник, PDF").startswith(b"%PDF-")
    reader.open("/verify")
    reader.fill("Номер документа", number)
    reader.press("Проверить")
    reader.sees("Документ подлинный и действует.", TEACHER["name"], MARATHON)
    reader.fits_a_phone()
    reader.fill("Номер документа", number[:-1] + "Ы")
    reader.press("Проверить")
    reader.sees("Сертификата с таким номером нет.")
    reader.forgives("404 (Not Found)", "422 (Unprocessable")


def reader_searches(reader):
    words = reader.page.locator("main input[name=q]")
    words.fill("астрономия")
    words.press("Enter")
    reader.sees("Ничего не нашлось.")
    words.fill("контекстные задачи химия")
    words.press("Enter")
    reader.sees("1 статья", TITLE)
    words.fill("")
    words.press("Enter")
    reader.sees("1 статья")


def reader_sees_the_list_on_another_site(reader):
    """What the lines offered for other sites show in a frame."""
    reader.unfold("Показать этот список на своём сайте")
    lines = reader.page.get_by_label("Код для вставки").input_value()
    source = re.search(r'src="([^"]+)"', lines).group(1)
    answer = reader.page.request.get(source)
    assert TITLE in answer.text()
    assert "frame-ancestors *" in answer.headers["content-security-policy"]
