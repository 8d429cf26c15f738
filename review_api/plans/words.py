"""Plans in words: rules, what was asked of the engine, what a trial or an edit has changed."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from flows.assignment.wording import decimal
from review_api.formats import marked
from review_api.plans.names import Names
from schemas.assignment import Edit, PlanKind, PlanOutline, WhatIf
from schemas.base import Schema

OTHERS_APPLY = marked("В плане есть ваш материал: применить план может только другой организатор.")
RULE_NAMES: Mapping[str, str] = {
    "own_municipality": marked("Свой муниципалитет"),
    "own_organisation": marked("Своя организация"),
    "authorship": marked("Своя работа"),
    "conflict": marked("Конфликт интересов"),
    "forbidden": marked("Отказ или просрочка раньше"),
    "track": marked("Чужое направление"),
    "duplicate": marked("Эксперт дважды у одной работы"),
    "max_per_municipality": marked("Слишком много экспертов из одного муниципалитета"),
    "capacity": marked("Больше нагрузки эксперта"),
    "reviews": marked("Больше экспертиз, чем нужно"),
    "senior": marked("Нет старшего эксперта"),
    "reciprocity": marked("Взаимное оценивание"),
    "municipal_reciprocity": marked("Взаимное оценивание муниципалитетов"),
    "fixed": marked("Потеряно закреплённое назначение"),
}
STATUS_WORDS: Mapping[str, str] = {
    "optimal": marked("Лучшего плана по этим правилам не существует: это доказано."),
    "feasible": marked(
        "План соблюдает все правила; насколько он близок к лучшему, показывает оценка ниже."
    ),
    "infeasible": marked(
        "Все правила соблюдены, но мест на все работы не хватает. Показан самый полный план."
    ),
}
STATUS_TAGS: Mapping[str, tuple[str, str]] = {
    "optimal": (marked("лучший"), "good"),
    "feasible": (marked("годный"), "info"),
    "infeasible": (marked("экспертов не хватает"), "danger"),
}
FAIRNESS_WORDS: Mapping[str, str] = {
    "none": marked("нет: важна общая сумма"),
    "maxmin": marked("поднять самую слабую коллегию"),
    "leximin": marked("поднять самую слабую, затем следующие"),
}
KEEP_WORDS: Mapping[str, str] = {
    "strict": marked("остаются, пока это возможно"),
    "bonus": marked("могут уступить место, если план станет заметно лучше"),
}
WEIGHT_NAMES: Mapping[str, str] = {
    "track": marked("Направление"),
    "subject": marked("Предмет"),
    "level": marked("Уровень образования"),
    "format": marked("Формат работы"),
    "group": marked("Методическая группа"),
    "keywords": marked("Ключевые слова"),
    "wording": marked("Слова аннотации"),
    "meaning": marked("Смысл аннотации"),
    "wish": marked("Пожелание эксперта"),
}
POLICY_NAMES: Mapping[str, str] = {
    "reviews": marked("Экспертиз на работу"),
    "max_per_municipality": marked("Экспертов от одного муниципалитета на работу"),
    "cross_municipal": marked("Эксперт не оценивает работы своего муниципалитета"),
    "senior_required": marked("У каждой работы хотя бы один старший эксперт"),
    "no_reciprocity": marked("Два человека не оценивают работы друг друга"),
    "no_municipal_reciprocity": marked("Два муниципалитета не оценивают работы друг друга"),
    "fairness": marked("Забота о слабых коллегиях"),
    "load_balance": marked("Равномерность нагрузки"),
    "max_probability": marked("Наибольшая вероятность пары"),
    "connected": marked("Связать экспертов общими работами"),
    "keep_bonus": marked("Цена сохранения приглашения"),
    "default_affinity": marked("Близость, когда о паре ничего не известно"),
    "seed": marked("Выбор среди равных"),
}


class Parameter(Schema):
    """One setting of a plan as a person reads it."""

    name: str
    value: str


def value_words(name: str, value: object) -> str:
    """A setting's value; ``None`` and switches in words."""
    if isinstance(value, bool):
        return "да" if value else "нет"
    if name == "fairness":
        return FAIRNESS_WORDS[str(value)]
    if value is None:
        return NOTHING_WORDS.get(name, "без ограничения")
    return decimal(value) if isinstance(value, float) else str(value)


NOTHING_WORDS: Mapping[str, str] = {
    "max_probability": "без жребия",
    "keep_bonus": "приглашённые остаются",
}


def parameters(policy: BaseModel) -> tuple[Parameter, ...]:
    """Every setting the engine was given, in the order of the form."""
    return tuple(
        Parameter(name=name, value=value_words(field, getattr(policy, field)))
        for field, name in POLICY_NAMES.items()
        if hasattr(policy, field)
    )


def changed_policy(changes: Mapping[str, Any]) -> list[str]:
    return [
        f"{POLICY_NAMES[field].lower()}: {value_words(field, value)}"
        for field, value in changes.items()
        if value is not None
    ]


def changed_capacity(trial: WhatIf) -> list[str]:
    change = trial.capacity_change
    signed = f"{change:+d}".replace("-", "\N{MINUS SIGN}")
    return [f"нагрузка каждого эксперта: {signed}"] if change else []


def changed_experts(trial: WhatIf, names: Names) -> list[str]:
    found = []
    if trial.without:
        found.append("без экспертов: " + ", ".join(map(names.named, trial.without)))
    return found + [
        f"новых экспертов: {group.count} ({names.place(group.municipality_id)}, "
        f"нагрузка {group.capacity})"
        for group in trial.newcomers
    ]


def what_if_words(trial: WhatIf, names: Names) -> list[str]:
    """What a trial changes against the marathon's rules, a phrase each."""
    return [
        *changed_policy(trial.policy.model_dump(exclude_none=True)),
        *changed_capacity(trial),
        *changed_experts(trial, names),
    ]


def edit_words(edit: Edit, names: Names) -> str:
    work = names.work(edit.submission_id)
    if edit.out and edit.into:
        return f"{work}: вместо эксперта {names.named(edit.out)} — {names.named(edit.into)}"
    if edit.into:
        return f"{work}: добавлен эксперт {names.named(edit.into)}"
    return f"{work}: убран эксперт {names.named(edit.out or '')}"


def origin_words(plan: PlanOutline, names: Names) -> list[str]:
    """What makes this plan different from a plain proposal."""
    edits = [edit_words(edit, names) for edit in plan.edits] if plan.kind is PlanKind.MANUAL else []
    return [*what_if_words(plan.what_if, names), *edits]
