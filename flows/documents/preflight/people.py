"""People called by their full names in running text, the well-known and the authors apart."""

import re

from flows.documents.preflight.fingerprints import is_source
from flows.documents.preflight.given_names import GIVEN_NAMES
from flows.documents.preflight.names import case_forms, declined, folded

CAPITAL = r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?"
PATRONYMIC = (
    r"[А-ЯЁ][а-яё]+(?:(?:ов|ев|ьев)(?:ич(?:а|у|ем|е)?|н(?:а|ы|е|у|ой|ою))|(?:ьич|мич|кич)(?:а|у|ом|е)?"
    r"|инич(?:н(?:а|ы|е|у|ой))|ичн(?:а|ы|е|у|ой))"
)
CALLED = re.compile(rf"(?<![А-ЯЁа-яё-])({CAPITAL})\s+({PATRONYMIC})(?![а-яё])")
SURNAME_BEFORE = re.compile(rf"({CAPITAL})\s+$")
SURNAME_AFTER = re.compile(rf"\s+({CAPITAL})")
GIVEN_FORMS = case_forms(GIVEN_NAMES)
LONGEST_SURNAME = 40
NO_PATRONYMICS = frozenset({"Царевич", "Королевич", "Попович", "Никитич"})

# Who is in every reader: naming them gives nobody away.
FAMOUS_SURNAMES = """
Пушкин Лермонтов Гоголь Толстой Чехов Достоевский Тургенев Некрасов Островский Гончаров Крылов
Грибоедов Жуковский Тютчев Фет Есенин Блок Маяковский Ахматова Цветаева Пастернак Булгаков Шолохов
Твардовский Распутин Вампилов Астафьев Паустовский Пришвин Бианки Чуковский Маршак Барто Михалков
Носов Драгунский Гайдар Успенский Бунин Куприн Горький Лесков Салтыков Шмелёв Платонов Зощенко
Ломоносов Менделеев Павлов Сеченов Вернадский Циолковский Королёв Гагарин Терешкова Курчатов Ландау
Лобачевский Чебышёв Колмогоров Ковалевская Вавилов Мичурин Докучаев Попов Жуковский Туполев Калашников
Выготский Леонтьев Лурия Рубинштейн Эльконин Давыдов Занков Гальперин Сухомлинский Макаренко Ушинский
Шаталов Амонашвили Щетинин Ильин Лысенкова Якиманская Лернер Скаткин Бабанский Хуторской Поташник
Суворов Кутузов Жуков Невский Донской Чайковский Глинка Рахманинов Шостакович Прокофьев Мусоргский
Репин Суриков Васнецов Шишкин Левитан Айвазовский Серов Кандинский Малевич Путин Ельцин Горбачёв
Ожегов Даль Виноградов Розенталь Шанский Баранов Ладыженская Разумовская Бархударов Перышкин Мякишев
""".split()  # noqa: SIM905 - words read better than literals
FAMOUS_FORMS = case_forms(FAMOUS_SURNAMES)
FAMOUS_CALLED = re.compile(
    "|".join(
        rf"{declined(one)}\s+{declined(two)}"
        for one, two in (
            ("Александр", "Сергеевич"),
            ("Лев", "Николаевич"),
            ("Антон", "Павлович"),
            ("Михаил", "Юрьевич"),
            ("Николай", "Васильевич"),
            ("Иван", "Андреевич"),
            ("Дмитрий", "Иванович"),
            ("Михаил", "Васильевич"),
            ("Корней", "Иванович"),
            ("Василий", "Александрович"),
            ("Лев", "Семёнович"),
        )
    )
)

Place = tuple[int, int]


def people_places(text: str) -> list[Place]:
    """Return where people stand by name and patronymic, with the surname beside it if any."""
    if is_source(text):
        return []
    found = (whole_name(text, match) for match in CALLED.finditer(text))
    return [place for place in found if place]


def whole_name(text: str, match: re.Match[str]) -> Place | None:
    """The name with its surname; None for the well-known and for what is no given name."""
    if folded(match[1]) not in GIVEN_FORMS or match[2] in NO_PATRONYMICS:
        return None
    first, last = match.span()
    before = SURNAME_BEFORE.search(text, max(0, first - LONGEST_SURNAME), first)
    after = SURNAME_AFTER.match(text, last, last + LONGEST_SURNAME)
    surnames = [one[1] for one in (before, after) if one]
    if any(folded(surname) in FAMOUS_FORMS for surname in surnames):
        return None
    if not surnames and FAMOUS_CALLED.fullmatch(match[0]):
        return None
    starts_sentence = before is not None and is_opening(text, before.start())
    if before and not (starts_sentence and after):
        return before.start(), last
    return first, after.end() if after else last


def is_opening(text: str, at: int) -> bool:
    return not text[:at].rstrip() or text[:at].rstrip()[-1] in ".!?:…"
