"""What the gallery shows: invented people and numbers, one place for tests and for the eye."""

from datetime import UTC, datetime

from review_api import charts
from review_api.frame import Flash, Frame, Link, Operator, Person
from review_api.templating import environment

DUE = datetime(2026, 12, 5, 15, 59, tzinfo=UTC)
NOW = datetime(2026, 12, 5, 10, 30, tzinfo=UTC)
PLACES = ("Киренский район", "Усть-Кутский район", "город Усть-Илимск", "Катангский район")
LEVELS = (
    (0, "Не раскрыто: из текста не понять, что делали"),
    (1, "Названо, но без шагов и материалов"),
    (2, "Описано так, что коллега повторит с вопросами"),
    (3, "Описано так, что коллега повторит без вопросов"),
)
ERRORS = {
    "title": "Введите название практики",
    "track": "Выберите направление",
    "file": "Файл защищён паролем. Сохраните его без пароля и отправьте снова",
}


def frame(**changes):
    operator = Operator(
        name="Институт развития образования",
        email="marathon@example.org",
        phone="+7 395 200-00-00",
        address="Иркутск, ул. Примерная, 1",
    )
    person = Person(
        name="Иванова Анна Петровна",
        role="Организатор",
        menu=(Link(text="Мои материалы", href="/my"),),
    )
    settled = {
        "operator": operator,
        "path": "/works?track=fl&place=3&page=4",
        "marathon": "Марафон 2026 · Северный кластер",
        "person": person,
        "navigation": (
            Link(text="Обзор", href="/", current=True),
            Link(text="Материалы", href="/works", count=41),
            Link(text="Экспертиза", href="/reviews"),
            Link(text="Решения", href="/decisions", count=5),
        ),
        "breadcrumbs": (Link(text="Марафон 2026", href="/"), Link(text="Материалы", href="/works")),
        "flashes": (Flash(text="Решения применены: 28 работ."),),
    }
    return Frame.model_validate({**settled, **changes})


def views():
    by_place = {name: (7 - i, 5 - i, i) for i, name in enumerate(PLACES)}
    scores = [31, 44, 52, 56, 58, 59, 61, 62, 63, 64, 66, 68, 68, 71, 72, 74, 75, 78, 83, 88, 96]
    works = tuple(f"№ {n}" for n in range(101, 107))
    experts = tuple(f"Э{n}" for n in range(1, 13))
    marks = {
        (w, e): (i * 37 + j * 23) % 101
        for i, w in enumerate(works)
        for j, e in enumerate(experts)
        if (i + j) % 4 == 0
    }
    return (
        charts.bars(
            "Участие муниципалитетов",
            by_place,
            ("Очно", "Сборник", "На доработке"),
            row_name="Муниципалитет",
            total_name="Всего",
        ),
        charts.histogram(
            "Распределение баллов",
            scores,
            low=("Сборник от", 60),
            high=("Очно от", 70),
            words=("ниже порога", "сборник", "сборник и очно"),
            head=("Балл", "Работ"),
        ),
        charts.heat_map("Эксперты и работы", works, experts, marks, row_name="Работа"),
        charts.funnel(
            "Путь материалов",
            (("Начато", 64), ("Отправлено", 41), ("Оценено", 38), ("В сборнике", 28), ("Очно", 9)),
            head=("Этап", "Работ", "Доля"),
        ),
        charts.columns(
            "Баллы кластера по годам",
            {"2023": (48, 30, 12), "2024": (55, 41, 15), "2025": (61, 52, 24)},
            ("Методическая", "Научная", "Социальная"),
            row_name="Год",
            total_name="Всего",
        ),
    )


def works():
    return [
        {"title": f"{title}", "place": place, "state": state, "score": score}
        for title, place, state, score in (
            ("Сетевая мастерская «Проект за четверть»", PLACES[0], "На экспертизе", "88,0"),
            ("Читаем карту всей школой", PLACES[1], "Решено", "74,2"),
            ("Утренний круг", PLACES[3], "", None),
        )
    ]


def gallery(page_frame, source, errors=None):
    template = environment(page_frame.language, page_frame.zone).from_string(source)
    return template.render(
        frame=page_frame,
        errors=errors or {},
        due=DUE,
        now=NOW,
        works=works(),
        views=views(),
        levels=LEVELS,
    )
