"""A trial as a form: what the marathon's rules are, what is typed, and what differs."""

from collections.abc import Mapping

from pydantic import ValidationError
from starlette.datastructures import FormData

from review_api.pages.organise.desk import text, texts
from review_api.pages.organise.form import written
from review_api.typed import echoed
from schemas.assignment import Newcomers, WhatIf
from schemas.errors import BadInput
from schemas.marathon import AssignmentChanges, AssignmentPolicy

NUMBERS = ("reviews", "max_per_municipality", "seed")
SHARES = ("load_balance", "max_probability")
SWITCHES = (
    "cross_municipal",
    "senior_required",
    "no_reciprocity",
    "no_municipal_reciprocity",
    "connected",
)
GROUPS = (1, 2, 3)  # lines for new experts
LIMITS: Mapping[str, tuple[int, int]] = {
    "reviews": (1, 9),
    "max_per_municipality": (1, 99),
    "seed": (0, 1_000_000),
    "capacity_change": (-20, 20),
    "count": (1, 50),
    "load": (1, 99),
}
Values = dict[str, object]


def values_of(policy: AssignmentPolicy, what_if: WhatIf) -> Values:
    """What the fields hold at first: the marathon's rules with the changes of a trial."""
    tried = policy.model_copy(update=what_if.policy.model_dump(exclude_none=True))
    values: Values = {name: written(getattr(tried, name)) for name in (*NUMBERS, *SHARES)}
    values |= {name: "yes" if getattr(tried, name) else "no" for name in SWITCHES}
    values |= {
        "fairness": tried.fairness,
        "max_probability": written(tried.max_probability or 1.0),
        "capacity_change": str(what_if.capacity_change),
        "without": list(what_if.without),
    }
    return values | groups_of(what_if)


def groups_of(what_if: WhatIf) -> Values:
    values: Values = {}
    for number in GROUPS:
        group = what_if.newcomers[number - 1] if number <= len(what_if.newcomers) else None
        values[f"newcomer_place_{number}"] = group.municipality_id if group else ""
        values[f"newcomer_count_{number}"] = str(group.count) if group else ""
        values[f"newcomer_load_{number}"] = str(group.capacity) if group else ""
    return values


def fields_of(what_if: WhatIf) -> dict[str, str]:
    """A trial's changes as fields of the form, but for the experts it leaves out."""
    changes = what_if.policy.model_dump(exclude_none=True)
    fields = {
        name: ("yes" if value else "no") if isinstance(value, bool) else written(value)
        for name, value in changes.items()
    }
    if what_if.capacity_change:
        fields["capacity_change"] = str(what_if.capacity_change)
    return fields | {name: str(value) for name, value in groups_of(what_if).items() if value}


def together(what_if: WhatIf, further: Mapping[str, str]) -> dict[str, str]:
    """The fields of a trial with one more change: loads add up, new experts get the next line."""
    fields = fields_of(what_if)
    line = min(len(what_if.newcomers) + 1, GROUPS[-1])
    added = {name.replace("_1", f"_{line}"): value for name, value in further.items()}
    if "capacity_change" in added:
        change = int(added["capacity_change"]) + what_if.capacity_change
        added["capacity_change"] = str(change)
    return fields | added


def typed(form: FormData, before: Values) -> Values:
    """The fields exactly as they were typed; those that were not sent stay as they were."""
    sent = {name: echoed(text(form, name)) for name in before if name != "without" and name in form}
    return before | sent | {"without": texts(form, "without")}


def given(form: FormData, policy: AssignmentPolicy) -> WhatIf:
    """The changes in the form; what is not sent is not changed.

    Raises ``BadInput`` that names the field.
    """
    return WhatIf(
        policy=policy_changes(form, policy),
        capacity_change=whole(form, "capacity_change", 0),
        without=tuple(sorted(set(texts(form, "without")) - {""})),
        newcomers=tuple(group for group in (newcomers(form, number) for number in GROUPS) if group),
    )


def policy_changes(form: FormData, policy: AssignmentPolicy) -> AssignmentChanges:
    wanted: dict[str, object] = {name: whole(form, name, None) for name in NUMBERS}
    wanted |= {name: share(form, name) for name in SHARES}
    wanted |= {name: text(form, name) == "yes" for name in SWITCHES if text(form, name)}
    wanted["fairness"] = text(form, "fairness") or None
    differing = {name: value for name, value in wanted.items() if differs(policy, name, value)}
    try:
        return AssignmentChanges.model_validate(differing)
    except ValidationError as error:
        raise BadInput("Выберите из списка.", field=str(error.errors()[0]["loc"][0])) from None


def differs(policy: AssignmentPolicy, name: str, value: object) -> bool:
    if name == "max_probability":
        return value is not None and value != (policy.max_probability or 1.0)
    return value is not None and value != getattr(policy, name)


def whole(form: FormData, name: str, default: int | None, kind: str = "") -> int | None:
    """A whole number within its limits; the default where nothing is typed."""
    typed_text = text(form, name).replace("\N{MINUS SIGN}", "-").removeprefix("+")
    least, most = LIMITS[kind or name]
    if not typed_text:
        return default
    digits = typed_text.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > len(str(LIMITS["seed"][1])):
        raise BadInput(f"Нужно целое число от {least} до {most}.", field=name)
    if not least <= int(typed_text) <= most:
        raise BadInput(f"Нужно целое число от {least} до {most}.", field=name)
    return int(typed_text)


def share(form: FormData, name: str) -> float | None:
    typed_text = text(form, name).replace(",", ".")
    if not typed_text:
        return None
    try:
        value = float(typed_text)
    except ValueError:
        value = -1.0
    positive = name == "max_probability"
    if not 0 <= value <= 1 or (positive and not value):
        least = "больше 0 и не больше 1" if positive else "от 0 до 1"
        raise BadInput(f"Нужно число {least}.", field=name)
    return value


def newcomers(form: FormData, number: int) -> Newcomers | None:
    place = text(form, f"newcomer_place_{number}")
    count_field, load_field = f"newcomer_count_{number}", f"newcomer_load_{number}"
    if not place:
        if text(form, count_field):
            raise BadInput(
                "Выберите муниципалитет новых экспертов.", field=f"newcomer_place_{number}"
            )
        return None
    return Newcomers(
        municipality_id=place,
        count=whole(form, count_field, 1, "count") or 1,
        capacity=whole(form, load_field, 6, "load") or 1,
    )
