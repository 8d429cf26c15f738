"""The steps of a marathon's preparation as forms: values to show, facts to keep, every mistake at once."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from flows.assignment.posing import require_agreeing
from flows.documents.cities import CITIES
from flows.marathons.beginning import require_title
from review_api.pages.organise import desk
from review_api.pages.organise.asked_length import LENGTHS, number_in, wrong_lengths
from review_api.pages.organise.form import clock, day, moment, share, written
from review_api.typed import echoed, too_long, whole
from schemas.base import Schema
from schemas.errors import BadInput
from schemas.isbn import digits_of
from schemas.marathon import (
    AffinityWeights,
    AssignmentPolicy,
    Imprint,
    Marathon,
    MarathonTexts,
    ProgrammePolicy,
    Track,
)

MOST_TRACKS = 12
MOST_SLOTS = 200
LINE = 300
Values = dict[str, Any]

MOMENTS = ("opens_at", "submissions_until", "reviews_until")
LINES = {"theme": 1000, "contact": 500}
RULES = (
    "reviews",
    "max_per_municipality",
    "answer_days",
    "review_days",
    "fairness",
    "load_balance",
    "max_probability",
    "keep",
    "keep_bonus",
    "seed",
)
RULE_SWITCHES = (
    "cross_municipal",
    "senior_required",
    "no_reciprocity",
    "no_municipal_reciprocity",
    "connected",
)
WEIGHTS = {f"weight_{name}": name for name in AffinityWeights.model_fields}
TUNING = {"fairness", "load_balance", "max_probability", "keep", "keep_bonus", "seed", *WEIGHTS}
TALKS = ("starts_at", "minutes", "pause", "break_every", "break_minutes")
IMPRINT = tuple(Imprint.model_fields)
TEXTS = {"about": 10_000, "requirements": 10_000, "after_sending": 2000, "title_english": 300}


class Given(Schema):
    """``values`` go back into the fields, ``changes`` into the marathon unless there are ``errors``."""

    values: Values
    changes: Values = {}
    errors: dict[str, str] = {}


def attempt(errors: dict[str, str], read: Callable[..., Any], *given: object) -> Any:  # noqa: ANN401
    """What ``read`` made of it; its complaint goes into ``errors``."""
    try:
        return read(*given)
    except BadInput as error:
        errors.setdefault(error.field or "", error.sentence)
        return None


# --- name and dates ---------------------------------------------------------------------


def dates_of(marathon: Marathon) -> Values:
    return {
        "title": marathon.title,
        "theme": marathon.theme,
        "contact": marathon.contact,
        "year": str(marathon.year),
        "zone": marathon.zone,
        "live_on": marathon.live_on.isoformat(),
        **{name: clock(getattr(marathon, name), marathon.zone) for name in MOMENTS},
    }


def given_dates(form: FormData, before: Marathon) -> Given:
    names = ("title", "year", "zone", "live_on", *MOMENTS, *LINES)
    words = {name: desk.text(form, name) for name in names}
    errors: dict[str, str] = {}
    attempt(errors, require_title, words["title"])
    errors |= long_lines(words, LINES)
    year = attempt(errors, year_of, words["year"])
    zone = words["zone"]
    if zone not in CITIES:
        errors["zone"] = "Выберите часовой пояс из списка."
        zone = before.zone
    moments = {name: attempt(errors, moment, words[name], zone, name) for name in MOMENTS}
    live_on = attempt(errors, day, words["live_on"], "live_on")
    errors |= out_of_order(moments, live_on)
    plain = {name: words[name] for name in ("title", *LINES)}
    changes = plain | moments | {"year": year, "zone": zone, "live_on": live_on}
    values = {name: echoed(text, most=LINE) for name, text in words.items()}
    return Given(values=values, changes=changes, errors=in_order(errors, names))


def year_of(text: str) -> int:
    if whole(text) is None or len(text) != len("2026"):
        raise BadInput("Напишите год четырьмя цифрами.", field="year")
    if not 2000 <= int(text) <= 2100:  # noqa: PLR2004
        raise BadInput("Год должен быть от 2000 до 2100.", field="year")
    return int(text)


def long_lines(words: Mapping[str, str], limits: Mapping[str, int]) -> dict[str, str]:
    found = {name: too_long(words[name], limit) for name, limit in limits.items()}
    return {name: sentence for name, sentence in found.items() if sentence}


def out_of_order(moments: Mapping[str, datetime | None], live_on: date | None) -> dict[str, str]:
    """Only dates that could be read are compared."""
    opens, closes, reviewed = (moments[name] for name in MOMENTS)
    found: dict[str, str] = {}
    if opens and closes and opens >= closes:
        found["submissions_until"] = "Приём должен закончиться позже, чем открыться."
    if closes and reviewed and closes >= reviewed:
        found["reviews_until"] = "Экспертиза должна закончиться позже, чем приём материалов."
    if live_on and closes and live_on < closes.date():
        found["live_on"] = "День марафона раньше конца приёма."
    return found


def in_order(errors: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """The mistakes as their fields stand on the page."""
    return {name: errors[name] for name in names if name in errors} | dict(errors)


# --- tracks -----------------------------------------------------------------------------


def tracks_of(marathon: Marathon) -> Values:
    rows = [(one.number, one.title, str(one.live_slots)) for one in marathon.tracks]
    return {"tracks": rows}


def given_tracks(form: FormData, _before: Marathon) -> Given:
    """Rows keep the number of their track, for works point at it; new rows get the next one."""
    errors: dict[str, str] = {}
    rows = arranged_rows(typed_rows(form), desk.text(form, "act"))
    made = [track_of(place, row, errors) for place, row in enumerate(rows, start=1) if row[1]]
    if not made and not errors:
        errors["title_1"] = "Нужно хотя бы одно направление."
    numbers = numbered([one["number"] for one in made])
    tracks = tuple(one | {"number": number} for one, number in zip(made, numbers, strict=True))
    shown = [(number, echoed(title, most=LINE), slots) for number, title, slots in rows]
    return Given(values={"tracks": shown}, changes={"tracks": tracks}, errors=errors)


def typed_rows(form: FormData) -> list[tuple[int, str, str]]:
    rows = []
    for place in range(1, MOST_TRACKS + 1):
        if f"title_{place}" not in form:
            break
        number = desk.text(form, f"number_{place}")
        known = whole(number, most=999) or 0
        rows.append(
            (known, desk.text(form, f"title_{place}"), desk.text(form, f"slots_{place}")[:9])
        )
    return rows


def arranged_rows(rows: list[tuple[int, str, str]], act: str) -> list[tuple[int, str, str]]:
    if act == "add" and len(rows) < MOST_TRACKS:
        return [*rows, (0, "", "4")]
    where = act.removeprefix("remove.")
    if act.startswith("remove.") and whole(where) is not None:
        return [row for place, row in enumerate(rows, start=1) if str(place) != where]
    return rows


def track_of(place: int, row: tuple[int, str, str], errors: dict[str, str]) -> Values:
    number, title, slots = row
    sentence = too_long(title, LINE)
    if sentence:
        errors[f"title_{place}"] = sentence
    good = whole(slots, most=MOST_SLOTS) is not None
    if not good:
        errors[f"slots_{place}"] = f"Целое число от 0 до {MOST_SLOTS}."
    return {"number": number, "title": title, "live_slots": int(slots) if good else 0}


def numbered(numbers: list[int]) -> list[int]:
    """New rows (0) and repeated numbers get the next free one."""
    taken: list[int] = []
    for number in numbers:
        fresh = max([*numbers, *taken], default=0) + 1
        taken.append(number if number and number not in taken else fresh)
    return taken


def by_number(tracks: Iterable[Track]) -> tuple[Track, ...]:
    return tuple(sorted(tracks, key=lambda one: one.number))


# --- rules of assignment ----------------------------------------------------------------


def rules_of(marathon: Marathon) -> Values:
    policy = marathon.assignment
    values: Values = {name: written(getattr(policy, name)) for name in RULES}
    values |= {name: getattr(policy, name) for name in RULE_SWITCHES}
    return values | {
        field: written(getattr(policy.weights, name)) for field, name in WEIGHTS.items()
    }


def given_rules(form: FormData, before: Marathon) -> Given:
    values: Values = {name: desk.text(form, name)[:40] for name in (*RULES, *WEIGHTS)}
    values |= {name: desk.text(form, name) == "yes" for name in RULE_SWITCHES}
    errors: dict[str, str] = {}
    facts = before.assignment.model_dump()
    facts |= {name: values[name].replace(",", ".") for name in RULES if values[name]}
    facts |= {name: values[name] for name in RULE_SWITCHES}
    if not values["max_probability"]:
        facts["max_probability"] = None
    facts["weights"] = given_weights(values, errors)
    policy = model_of(AssignmentPolicy, facts, errors)
    if policy is not None and not errors:
        attempt(errors, require_agreeing, policy)
    return Given(values=values, changes={"assignment": policy}, errors=errors)


def given_weights(values: Mapping[str, str], errors: dict[str, str]) -> dict[str, float]:
    """The weights of affinity by field, so that a mistake is shown beside its own line."""
    found: dict[str, float] = {}
    for field, name in WEIGHTS.items():
        number = share(values[field])
        if number is None:
            errors[field] = "Нужно число от 0 до 1."
        found[name] = number or 0
    if not errors and not any(found.values()):
        errors["weight_track"] = "Хотя бы один вес должен быть больше нуля."
    return found


def model_of(kind: type[BaseModel], facts: Values, errors: dict[str, str]) -> Any:  # noqa: ANN401
    try:
        return kind.model_validate(facts)
    except ValidationError as error:
        errors.update(desk.faults(error))
    except BadInput as error:
        errors[error.field or ""] = error.sentence
    return None


# --- talks, imprint, texts --------------------------------------------------------------


def talks_of(marathon: Marathon) -> Values:
    policy = marathon.programme
    values: Values = {name: written(getattr(policy, name)) for name in TALKS}
    return values | {"starts_at": f"{policy.starts_at:%H:%M}", "parallel": policy.parallel}


def given_talks(form: FormData, _before: Marathon) -> Given:
    values: Values = {name: desk.text(form, name)[:40] for name in TALKS}
    values["parallel"] = desk.text(form, "parallel") == "yes"
    errors = {name: "Заполните это поле." for name in TALKS if not values[name]}
    if errors:
        return Given(values=values, errors=errors)
    policy = model_of(ProgrammePolicy, values, errors)
    if "starts_at" in errors:
        errors["starts_at"] = "Укажите время, например 10:00."
    return Given(values=values, changes={"programme": policy}, errors=errors)


def imprint_of(marathon: Marathon) -> Values:
    return dict(marathon.imprint.model_dump())


def given_imprint(form: FormData, _before: Marathon) -> Given:
    values: Values = {name: desk.text(form, name) for name in IMPRINT}
    errors = long_lines(values, dict.fromkeys(IMPRINT, LINE))
    if values["isbn"] and not digits_of(str(values["isbn"])):
        errors["isbn"] = "Проверьте ISBN: в нём 13 цифр, и последняя не сходится с остальными."
    shown = {name: echoed(text, most=LINE) for name, text in values.items()}
    imprint = Imprint.model_validate(values)
    return Given(values=shown, changes={"imprint": imprint}, errors=errors)


def texts_of(marathon: Marathon) -> Values:
    values = dict(marathon.texts.model_dump())
    return values | {name: "" if values[name] is None else str(values[name]) for name in LENGTHS}


def given_texts(form: FormData, _before: Marathon) -> Given:
    values: Values = {name: desk.text(form, name) for name in TEXTS}
    lengths = {name: desk.text(form, name)[:20] for name in LENGTHS}
    errors = long_lines(values, TEXTS) | wrong_lengths(lengths)
    shown = {name: echoed(text, most=TEXTS[name]) for name, text in values.items()} | lengths
    if errors:
        return Given(values=shown, errors=errors)
    facts = values | {name: number_in(text) for name, text in lengths.items()}
    return Given(values=shown, changes={"texts": MarathonTexts.model_validate(facts)})


FIELDS: Mapping[str, str] = {
    "title": "Название",
    "theme": "Тема",
    "contact": "Контакт оргкомитета",
    "year": "Год",
    "zone": "Часовой пояс",
    "opens_at": "Приём открывается",
    "submissions_until": "Приём до",
    "reviews_until": "Экспертиза до",
    "live_on": "День марафона",
    "tracks": "Направления",
    "reviews": "Экспертиз на работу",
    "answer_days": "Дней на ответ",
    "review_days": "Дней на экспертизу",
    "starts_at": "Начало",
    "minutes": "Минут на выступление",
    "publisher": "Издатель",
    "isbn": "ISBN",
    "about": "О марафоне",
    "requirements": "Требования к работам",
    "after_sending": "После отправки",
    "least_characters": "Знаков не меньше",
    "most_characters": "Знаков не больше",
    "most_pages": "Страниц не больше",
    "title_english": "Название по-английски",
}
"""What the fields are called that people write words and dates in."""


def stored_words(name: str, value: object) -> tuple[str, str]:
    """A stored value beside its field's name, to compare with what was typed."""
    if isinstance(value, bool):
        return FIELDS.get(name, name), "да" if value else "нет"
    if isinstance(value, list):
        return FIELDS.get(name, name), "; ".join(f"{row[1]} ({row[2]})" for row in value)
    return FIELDS.get(name, name), str(value)


class Part(Schema):
    """One step: how it reads the marathon, how it reads a form."""

    title: str
    show: Callable[[Marathon], Values]
    read: Callable[[FormData, Marathon], Given]


PARTS: Mapping[str, Part] = {
    "dates": Part(title="Название и даты", show=dates_of, read=given_dates),
    "tracks": Part(title="Направления", show=tracks_of, read=given_tracks),
    "rules": Part(title="Правила назначения", show=rules_of, read=given_rules),
    "texts": Part(title="Тексты", show=texts_of, read=given_texts),
    "talks": Part(title="Выступления", show=talks_of, read=given_talks),
    "imprint": Part(title="Выходные сведения", show=imprint_of, read=given_imprint),
}
