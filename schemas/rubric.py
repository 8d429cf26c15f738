"""Expert sheets as data: criteria with an anchor for every level, yes/no gates, four templates.

An organiser starts from one of ``RUBRICS``; none of them is special to the code.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import Field, model_validator

from schemas.base import Schema
from schemas.errors import BadInput

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Words = Annotated[str, Field(min_length=1)]


class Level(Schema):
    """``anchor`` says in words what a work at this level looks like."""

    value: int = Field(ge=0, le=100)
    anchor: Words


class Criterion(Schema):
    """Levels ascend. At ``comment_up_to`` and below the expert must explain the mark."""

    code: Code
    title: Words
    hint: str = ""
    weight: float = Field(gt=0, le=100)
    levels: tuple[Level, ...] = Field(min_length=2)
    comment_up_to: int | None = None

    @property
    def highest(self) -> int:
        return self.levels[-1].value

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        values = [level.value for level in self.levels]
        if values != sorted(set(values)):
            raise BadInput(
                f"Критерий «{self.title}»: уровни должны идти по возрастанию без повторов.",
                field=f"criteria.{self.code}.levels",
            )
        return self


class Gate(Schema):
    """A question whose answer «нет» stops the work, whatever its score.

    The answer «да» always means that all is well. A failed gate bars what it blocks.
    """

    code: Code
    title: Words
    question: Words
    blocks_publication: bool = True
    blocks_live: bool = False


class Rubric(Schema):
    """``source`` tells where the criteria come from; ``code`` is stable."""

    code: Code
    title: Words
    source: str = ""
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    gates: tuple[Gate, ...] = ()

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        codes = [criterion.code for criterion in self.criteria]
        codes += [gate.code for gate in self.gates]
        repeated = [code for code, times in Counter(codes).items() if times > 1]
        if repeated:
            raise BadInput(
                f"Код «{repeated[0]}» в экспертном листе повторяется: коды должны различаться.",
                field="criteria",
            )
        return self

    def criterion(self, code: str) -> Criterion | None:
        return next((criterion for criterion in self.criteria if criterion.code == code), None)


def numbered(anchors: Iterable[str], start: int = 0) -> tuple[Level, ...]:
    """Levels ``start``, ``start + 1``, ... with these anchors."""
    return tuple(
        Level(value=value, anchor=anchor) for value, anchor in enumerate(anchors, start=start)
    )


GATES: tuple[Gate, ...] = (
    Gate(
        code="formatting",
        title="Оформление",
        question="Материал оформлен по требованиям: файлы открываются, текст читается, обязательные части на месте?",
    ),
    Gate(
        code="borrowings",
        title="Заимствования указаны",
        question="Все заимствованные тексты, рисунки и приёмы снабжены ссылками на источник?",
        blocks_live=True,
    ),
    Gate(
        code="children_data",
        title="Персональные данные детей",
        question="В материале нет фамилий, фотографий и других сведений, по которым можно узнать ребёнка, либо на них есть согласие?",
    ),
)

DEFAULT = Rubric(
    code="default",
    title="Образовательная практика, уровни 0–3",
    source="Лист по умолчанию: пять критериев с описанием каждого уровня",
    criteria=(
        Criterion(
            code="relevance",
            title="Актуальность",
            hint="Отвечает ли практика на настоящую трудность учителей и учеников?",
            weight=1,
            comment_up_to=0,
            levels=numbered(
                (
                    "Проблема не названа или не связана с темой марафона.",
                    "Проблема названа общими словами, без опоры на свою школу или своих учеников.",
                    "Проблема показана на примере своей школы: понятно, кому и почему нужна практика.",
                    "Проблема подтверждена данными (результаты работ, опросы, наблюдения) и важна для школ других муниципалитетов.",
                )
            ),
        ),
        Criterion(
            code="novelty",
            title="Новизна и авторский вклад",
            hint="Что придумал, изменил или соединил по-своему сам автор?",
            weight=1,
            comment_up_to=0,
            levels=numbered(
                (
                    "Пересказ известной методики, собственного вклада автора не видно.",
                    "Известный приём применён без изменений, вклад автора ограничен подбором примеров.",
                    "Автор заметно доработал известный приём под свои условия и показал, что именно изменил.",
                    "Предложено собственное решение или новое сочетание приёмов, отличие от известных аналогов названо и обосновано.",
                )
            ),
        ),
        Criterion(
            code="method",
            title="Методическая проработанность",
            hint="Ясны ли цель, шаги, приёмы, задания и способ проверки результата?",
            weight=3,
            comment_up_to=0,
            levels=numbered(
                (
                    "Цель и ход работы не описаны: понять, что делают учитель и ученики, нельзя.",
                    "Цель есть, но шаги описаны отрывочно, задания и приёмы не связаны с целью.",
                    "Цель, шаги, приёмы и задания описаны и согласованы между собой; отдельные места требуют уточнения.",
                    "Описание полное: цель, шаги, приёмы, задания, сроки и способ проверки согласованы; трудности и пути их преодоления названы.",
                )
            ),
        ),
        Criterion(
            code="results",
            title="Доказанная результативность",
            hint="Чем подтверждено, что практика работает?",
            weight=2,
            comment_up_to=0,
            levels=numbered(
                (
                    "Результаты не приведены.",
                    "Результаты названы общими словами («повысилась мотивация») без подтверждения.",
                    "Приведены данные о результатах своих учеников, но сравнить их не с чем или срок наблюдения мал.",
                    "Результаты подтверждены сравнением (до и после, с другими классами, по годам), способ измерения описан, выводы следуют из данных.",
                )
            ),
        ),
        Criterion(
            code="transfer",
            title="Тиражируемость",
            hint="Сможет ли учитель другой школы повторить практику по этому описанию?",
            weight=2,
            comment_up_to=0,
            levels=numbered(
                (
                    "Практика неотделима от условий одной школы, повторить её нельзя.",
                    "Повторить можно только с помощью автора: материалов и описания условий не хватает.",
                    "Учитель другой школы сможет повторить практику, если сам доработает часть материалов.",
                    "Условия и ресурсы названы, материалы приложены: практику можно повторить по описанию, есть советы по изменению под другие условия.",
                )
            ),
        ),
    ),
    gates=GATES,
)

_TEN_POINTS = (
    "Не проявляется: сведений в материале нет.",
    "Единственное упоминание, ничем не раскрытое.",
    "Заявлено, но не раскрыто.",
    "Раскрыто отрывочно, подтверждений нет.",
    "Раскрыто наполовину, подтверждения случайны.",
    "Раскрыто в основном, подтверждений мало.",
    "Раскрыто, подтверждено отдельными примерами.",
    "Раскрыто хорошо, подтверждено с небольшими пробелами.",
    "Раскрыто полностью и подтверждено данными.",
    "Раскрыто полностью, подтверждено данными и может служить образцом для других.",
)
"""What 1..10 points mean for every criterion of the fifty-point sheet."""


def _of_ten(code: str, title: str, hint: str) -> Criterion:
    levels = numbered(_TEN_POINTS, start=1)
    return Criterion(code=code, title=title, hint=hint, weight=1, levels=levels, comment_up_to=3)


FIFTY_POINTS = Rubric(
    code="fifty_points",
    title="Лучшая практика, 5 критериев по 1–10 баллов",
    source="По образцу оценочных листов региональных конкурсов практик (наибольшая сумма 50)",
    criteria=(
        _of_ten("results", "Результативность", "Достигнуты ли заявленные результаты?"),
        _of_ten(
            "efficiency", "Эффективность", "Соразмерны ли результаты силам, времени и средствам?"
        ),
        _of_ten("uniqueness", "Уникальность", "Чем практика отличается от известных?"),
        _of_ten("replication", "Возможность тиражирования", "Могут ли её повторить другие школы?"),
        _of_ten(
            "scaling",
            "Возможность масштабирования",
            "Можно ли охватить больше классов, школ, территорий?",
        ),
    ),
    gates=GATES,
)


def _observed(code: str, title: str, hint: str, anchors: tuple[str, str, str, str]) -> Criterion:
    levels = tuple(
        Level(value=value, anchor=anchor)
        for value, anchor in zip((0, 1, 3, 5), anchors, strict=True)
    )
    return Criterion(code=code, title=title, hint=hint, weight=1, levels=levels, comment_up_to=0)


OBSERVED = Rubric(
    code="observed",
    title="По наблюдаемым признакам, 0/1/3/5 баллов",
    source="По образцу конкурсных положений, где каждый балл описан наблюдаемым признаком",
    criteria=(
        _observed(
            "goal",
            "Цель и ожидаемый результат",
            "Найдите в тексте цель и способ узнать, что она достигнута.",
            (
                "Цели в тексте нет.",
                "Цель записана, но по ней нельзя понять, чему научится ученик.",
                "Цель описывает результат ученика, но способ проверки не указан.",
                "Цель описывает результат ученика, указаны способ и срок проверки.",
            ),
        ),
        _observed(
            "steps",
            "Ход работы",
            "Перечислены ли действия учителя и учеников?",
            (
                "Действия не описаны.",
                "Перечислены темы или названия занятий без действий.",
                "Описаны действия учителя, действия учеников названы частично.",
                "Описаны действия учителя и учеников на каждом шаге, приложены задания.",
            ),
        ),
        _observed(
            "evidence",
            "Подтверждение результата",
            "Найдите данные, а не обещания.",
            (
                "Данных нет.",
                "Есть отдельные отзывы или фотографии.",
                "Есть данные об учениках за один период.",
                "Есть данные за два периода и более или сравнение с другой группой.",
            ),
        ),
        _observed(
            "materials",
            "Материалы для повторения",
            "Что получит учитель, который захочет повторить практику?",
            (
                "Материалов нет.",
                "Есть перечень материалов без самих материалов.",
                "Приложена часть материалов.",
                "Приложены все материалы и указания, как ими пользоваться.",
            ),
        ),
        _observed(
            "author",
            "Вклад автора",
            "Отделено ли своё от заимствованного?",
            (
                "Своё от заимствованного не отделено.",
                "Вклад автора назван одной фразой.",
                "Показано, что автор изменил в известном приёме.",
                "Показано, что автор создал или изменил, почему и что это дало.",
            ),
        ),
    ),
    gates=GATES,
)

_CONFORMITY = (
    "Не соответствует.",
    "Соответствует в малой степени: есть лишь отдельные признаки.",
    "Соответствует в незначительной части: больше недостатков, чем достоинств.",
    "Соответствует в средней степени: достоинства и недостатки уравновешены.",
    "Соответствует в значительной степени: недостатки мелкие и легко устранимы.",
    "Полностью соответствует: замечаний нет.",
)


def _conforms(code: str, title: str, hint: str) -> Criterion:
    levels = numbered(_CONFORMITY)
    return Criterion(code=code, title=title, hint=hint, weight=1, levels=levels, comment_up_to=1)


CONFORMITY = Rubric(
    code="conformity",
    title="Степень соответствия, 0–5 баллов",
    source="По образцу конкурсных положений со шкалой «не соответствует … полностью соответствует»",
    criteria=(
        _conforms(
            "theme",
            "Соответствие теме и направлению",
            "Отвечает ли работа направлению, в которое подана?",
        ),
        _conforms("relevance", "Актуальность", "Решает ли работа настоящую трудность школы?"),
        _conforms("novelty", "Новизна", "Есть ли в работе собственное решение автора?"),
        _conforms(
            "method",
            "Методическая обоснованность",
            "Согласованы ли цель, содержание, приёмы и проверка?",
        ),
        _conforms("results", "Результативность", "Подтверждены ли результаты?"),
        _conforms("practical", "Практическая значимость", "Пригодится ли работа другим учителям?"),
        _conforms(
            "presentation", "Язык и изложение", "Написано ли ясно, последовательно и грамотно?"
        ),
    ),
    gates=GATES,
)

RUBRICS: Mapping[str, Rubric] = MappingProxyType(
    {rubric.code: rubric for rubric in (DEFAULT, FIFTY_POINTS, OBSERVED, CONFORMITY)}
)
