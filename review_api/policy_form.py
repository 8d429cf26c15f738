"""The rules of decision as a form: probabilities in per cent, modes instead of switches."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

from starlette.datastructures import FormData

from flows.marathons import policy as policies
from review_api.formats import marked
from review_api.pages.organise.desk import text
from review_api.pages.organise.form import written
from review_api.policy_words import FIELD_NAMES
from schemas.marathon import DecisionPolicy

POINTS = (
    "publication_threshold",
    "live_floor",
    "max_correction",
    "min_likelihood_ratio",
    "recommendation_bonus",
)
WHOLE = ("max_reviews", "min_live_per_municipality", "max_live_per_municipality")
PERCENTS = ("low", "high")
FIELDS = (
    "publication_threshold",
    "high",
    "low",
    "max_reviews",
    "max_correction",
    "min_likelihood_ratio",
    "live_floor",
    "recommendation_bonus",
    "max_live_per_municipality",
    "min_live_per_municipality",
)
MAY_BE_EMPTY = frozenset({"max_live_per_municipality"})
PRESETS: Mapping[str, tuple[float, float]] = {"gentle": (0.3, 0.7), "thorough": (0.2, 0.8)}
MODES = (
    (
        "off",
        marked("Выключен"),
        marked("дополнительные экспертизы запрашивает организатор"),
    ),
    (
        "gentle",
        marked("Бережный"),
        marked("ещё одна экспертиза, пока вероятность от 30 до 70 процентов"),
    ),
    (
        "thorough",
        marked("Тщательный"),
        marked("ещё одна экспертиза, пока вероятность от 20 до 80 процентов"),
    ),
    ("own", marked("Со своими границами"), marked("границы — в полях выше")),
)
LARGEST_WHOLE = 99
HUNDRED = 100.0
Values = dict[str, str]
Errors = dict[str, str]


def mode_of(policy: DecisionPolicy) -> str:
    if not policy.adaptive:
        return "off"
    named = (name for name, ends in PRESETS.items() if ends == (policy.low, policy.high))
    return next(named, "own")


def values_of(policy: DecisionPolicy) -> Values:
    """What the fields hold at first."""
    values = {name: written(getattr(policy, name)) for name in (*POINTS, *WHOLE)}
    values |= {name: written(round(HUNDRED * getattr(policy, name), 6)) for name in PERCENTS}
    return values | {"mode": mode_of(policy)}


def typed(form: FormData) -> Values:
    """The fields exactly as they were typed, but the bounds of a chosen preset are its own."""
    values = {name: text(form, name) for name in (*FIELDS, "mode")}
    return values | bounds().get(values["mode"], {})


def bounds() -> dict[str, Values]:
    """What the presets put into the fields of both bounds."""
    return {
        mode: {
            name: written(round(HUNDRED * end, 6)) for name, end in zip(PERCENTS, ends, strict=True)
        }
        for mode, ends in PRESETS.items()
    }


def given(values: Values) -> tuple[DecisionPolicy | None, Errors]:
    """The rules that were typed, or every mistake at once with its sentence."""
    errors: Errors = {}
    facts: dict[str, Any] = {}
    for name in FIELDS:
        found = number(name, values[name])
        if isinstance(found, str):
            errors[name] = f"{FIELD_NAMES[name]}: {found}"
        else:
            facts[name] = found
    if values["mode"] not in {code for code, _, _ in MODES}:
        errors["mode"] = "Выберите, назначать ли дополнительные экспертизы самой системе."
    facts |= mode_facts(values["mode"])
    errors = misfits(facts) | errors
    if errors:
        return None, {name: errors[name] for name in (*FIELDS, "mode") if name in errors}
    return DecisionPolicy.model_validate(facts), {}


def mode_facts(mode: str) -> dict[str, object]:
    """Presets bring their own ends of doubt."""
    ends = PRESETS.get(mode)
    return {"adaptive": mode != "off"} | (dict(zip(PERCENTS, ends, strict=True)) if ends else {})


def misfits(facts: Mapping[str, Any]) -> Errors:
    """What is wrong with the numbers that could be read, alone and together."""
    found: Errors = {}
    for field, sentence in policies.faults(DecisionPolicy.model_construct(**facts)):
        found.setdefault(field, in_percent(field, sentence))
    return found


def in_percent(field: str, sentence: str) -> str:
    """The schema speaks of shares, the form of per cent."""
    if field not in PERCENTS:
        return sentence
    return (
        "Границы вероятности: нужны числа от 0 до 100, нижняя граница должна быть меньше верхней."
    )


def number(name: str, words: str) -> float | int | str | None:
    """The number that was typed, None for an empty optional field, or what is wrong."""
    if not words:
        return None if name in MAY_BE_EMPTY else "заполните это поле."
    if name in WHOLE:
        return whole(words)
    try:
        value = float(words.replace(",", ".").replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        return "нужно число, например 62,5."
    if not isfinite(value):
        return "нужно обычное число."
    return value / HUNDRED if name in PERCENTS else value


def whole(words: str) -> int | str:
    short = len(words) <= len(str(LARGEST_WHOLE))
    if not (short and words.isascii() and words.isdecimal()) or int(words) > LARGEST_WHOLE:
        return f"нужно целое число от 0 до {LARGEST_WHOLE}."
    return int(words)
