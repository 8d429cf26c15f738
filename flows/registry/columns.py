"""Which columns a roster has, under which names people write them, and which it cannot do without."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from flows.registry.sheets import HEAD_LINES, Sheet
from schemas.base import Schema
from schemas.errors import BadInput, BadTable
from schemas.places import place_key
from schemas.specialisations import FORMAT_NAMES


class Column(Schema):
    """``names`` are the headings understood; the first one is written by our exports."""

    field: str
    names: tuple[str, ...]
    required: bool = False


def column(field: str, *names: str, required: bool = False) -> Column:
    return Column(field=field, names=names, required=required)


KINDS: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        "municipalities": (
            column("name", "Название", "Муниципалитет", "Муниципальное образование", required=True),
            column("aliases", "Синонимы", "Другие названия", "Варианты названия"),
            column("same_place", "Совпадает с", "То же место"),
        ),
        "organisations": (
            column(
                "name",
                "Название",
                "Полное название",
                "Организация",
                "Образовательная организация",
                required=True,
            ),
            column("short_name", "Краткое название", "Сокращённое название"),
            column("municipality", "Муниципалитет", "Муниципальное образование", required=True),
        ),
        "experts": (
            column("name", "ФИО", "Фамилия, имя, отчество", "Эксперт", required=True),
            column(
                "email",
                "E-mail",
                "Email",
                "Почта",
                "Электронная почта",
                "Эл. почта",
                "Адрес электронной почты",
                required=True,
            ),
            column("municipality", "Муниципалитет", "Муниципальное образование", required=True),
            column("organisation", "Организация", "Место работы", "Образовательная организация"),
            column("position", "Должность"),
            column("tracks", "Направления", "Направление"),
            column("specialisations", "Специализация", "Специализации"),
            column("capacity", "Нагрузка", "Сколько работ", "Максимум работ"),
            column("senior", "Старший", "Старший эксперт"),
            column("close_people", "Кого не оцениваю (ФИО)", "Кого не оцениваю", "Близкие люди"),
        ),
        "submissions": (
            column("number", "Номер", "№"),
            column("title", "Название", "Название материала", "Тема", required=True),
            column("track", "Направление", "Номер направления", required=True),
            column("subject", "Предмет", "Предметная область"),
            column("level", "Уровень", "Уровень образования"),
            column("format", "Форма", "Форма практики"),
            column("mentor", "Наставник", "Наставник или консультант"),
            column("publication_only", "Только для сборника", "Без очного выступления"),
            column("keywords", "Ключевые слова"),
            column("abstract", "Аннотация", "Краткое описание"),
            column("authors", "Авторы", "Автор", required=True),
            column("file", "Файл", "Имя файла"),
        ),
    }
)


def headed(kind: str, sheet: Sheet) -> Sheet:
    """The sheet from its headings on: a title and notes above them are passed over."""
    heads = (sheet.header, *sheet.rows[: HEAD_LINES - 1])
    keys = [frozenset(map(place_key, line)) for line in heads]
    needed = [frozenset(map(place_key, one.names)) for one in KINDS[kind] if one.required]
    found = next((n for n, head in enumerate(keys) if all(head & names for names in needed)), 0)
    if not found:
        return sheet
    lines = tuple(number for number, _ in sheet.numbered)
    return Sheet(
        header=tuple(cell.strip() for cell in sheet.rows[found - 1]),
        rows=sheet.rows[found:],
        lines=lines[found:],
    )


def match(kind: str, header: Sequence[str]) -> dict[str, int]:
    """Field to position of its column; raises ``BadTable`` naming what is missing."""
    keys = {place_key(name): position for position, name in reversed(list(enumerate(header)))}
    found = {
        wanted.field: keys[key]
        for wanted in KINDS[kind]
        for key in [next((k for k in map(place_key, wanted.names) if k in keys), "")]
        if key
    }
    missing = [
        f"«{wanted.names[0]}»"
        for wanted in KINDS[kind]
        if wanted.required and wanted.field not in found
    ]
    if missing:
        there = ", ".join(f"«{name}»" for name in header if name)
        raise BadTable(
            f"В таблице нет столбца {', '.join(missing)}. Есть столбцы: {there}. "
            "Переименуйте столбец в первой строке и загрузите снова.",
            code="missing_column",
            row=1,
        )
    return found


def practice_format(name: str) -> str:
    """The format as the list spells it; raises ``BadInput``."""
    known = {one.casefold(): one for one in ("", *FORMAT_NAMES)}
    if name.casefold() not in known:
        raise BadInput(f"формы «{name}» нет в списке: {', '.join(FORMAT_NAMES)}.")
    return known[name.casefold()]
