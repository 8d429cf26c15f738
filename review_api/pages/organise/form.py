"""A marathon as a form: typed words and clocks of its zone to facts, and back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from flows.assignment.posing import require_agreeing
from review_api.formats import CITIES
from review_api.pages.organise.desk import text
from schemas.errors import BadInput
from schemas.marathon import AffinityWeights, Marathon, NewMarathon

MOST_TRACKS = 9
YEAR_DAYS = 364  # whole weeks
SPARE_TRACKS = 2
MOMENTS = ("opens_at", "submissions_until", "reviews_until")
PLAIN = ("title", "theme", "year", "zone", "live_on", "rubric", "contact")
POLICIES = {
    "assignment": (
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
    ),
    "decision": ("publication_threshold", "live_floor", "max_reviews", "max_live_per_municipality"),
    "programme": ("starts_at", "minutes"),
    "imprint": ("publisher", "place", "udk", "bbk", "isbn", "copyright"),
}
SWITCHES = {
    "assignment": (
        "cross_municipal",
        "senior_required",
        "no_reciprocity",
        "no_municipal_reciprocity",
        "connected",
    ),
    "programme": ("parallel",),
}
WEIGHTS = {f"weight_{name}": name for name in AffinityWeights.model_fields}
TUNING = {"fairness", "load_balance", "max_probability", "keep", "keep_bonus", "seed", *WEIGHTS}
MAY_BE_EMPTY = frozenset({"max_live_per_municipality", "max_probability"})
Values = dict[str, object]


def values_of(marathon: Marathon | NewMarathon) -> Values:
    """What the fields hold, moments as the marathon's own clock shows them."""
    zone = ZoneInfo(marathon.zone)
    values: Values = {name: str(getattr(marathon, name)) for name in PLAIN}
    for name in MOMENTS:
        values[name] = f"{getattr(marathon, name).astimezone(zone):%Y-%m-%dT%H:%M}"
    for part, names in POLICIES.items():
        for name in names:
            values[name] = written(getattr(getattr(marathon, part), name))
    for part, names in SWITCHES.items():
        for name in names:
            values[name] = getattr(getattr(marathon, part), name)
    values |= weight_values(marathon.assignment.weights)
    tracks = [(track.title, str(track.live_slots)) for track in marathon.tracks]
    return values | {"tracks": with_spare(tracks), "version": getattr(marathon, "version", 1)}


def weight_values(weights: AffinityWeights) -> Values:
    return {field: written(getattr(weights, name)) for field, name in WEIGHTS.items()}


def next_year(marathon: Marathon) -> Values:
    """The same marathon a year on: the same weekdays, policies as they were."""
    year = timedelta(days=YEAR_DAYS)
    moments = {name: getattr(marathon, name) + year for name in MOMENTS}
    later = {"year": marathon.year + 1, "live_on": marathon.live_on + year, **moments}
    return values_of(marathon.model_copy(update=later)) | {"like": marathon.id}


def written(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    return "" if value is None else str(value).removesuffix(":00") or str(value)


def with_spare(tracks: list[tuple[str, str]]) -> list[tuple[str, str]]:
    room = max(0, min(SPARE_TRACKS, MOST_TRACKS - len(tracks)))
    return [*tracks, *[("", "4")] * room]


def typed(form: FormData) -> Values:
    """The fields exactly as they were typed, to show them again."""
    policies = (name for group in POLICIES.values() for name in group)
    names = (*PLAIN, *MOMENTS, *policies, *WEIGHTS)
    values: Values = {name: text(form, name) for name in names}
    switches = (name for group in SWITCHES.values() for name in group)
    values |= {name: text(form, name) == "yes" for name in switches}
    return values | {
        "tracks": with_spare(typed_tracks(form) or [("", "4")]),
        "version": text(form, "version"),
        "like": text(form, "like"),
    }


def typed_tracks(form: FormData) -> list[tuple[str, str]]:
    rows = [
        (text(form, f"track_title_{number}"), text(form, f"track_slots_{number}"))
        for number in range(1, MOST_TRACKS + 1)
    ]
    while rows and not rows[-1][0]:
        rows.pop()
    return rows


def given(form: FormData, before: Marathon | None = None) -> NewMarathon:
    """The facts in the form over those of ``before``; raises ``ValidationError``, ``BadInput``."""
    zone = text(form, "zone")
    if zone not in CITIES:
        raise BadInput("Выберите часовой пояс из списка.", field="zone")
    facts: dict[str, object] = {name: text(form, name) for name in PLAIN}
    facts |= {name: moment(text(form, name), zone, name) for name in MOMENTS}
    facts["tracks"] = [
        {"number": number, "title": title, "live_slots": slots or "0"}
        for number, (title, slots) in enumerate(typed_tracks(form), start=1)
    ]
    policies = {part: policy(form, part, names, before) for part, names in POLICIES.items()}
    policies["assignment"]["weights"] = weights(form, before)
    built = NewMarathon.model_validate(facts | policies)
    require_order(built)
    require_agreeing(built.assignment)
    return built


def policy(
    form: FormData, part: str, names: tuple[str, ...], before: Marathon | None
) -> dict[str, object]:
    kept: dict[str, object] = getattr(before, part).model_dump() if before else {}
    for name in names:
        value = text(form, name)
        if value or part == "imprint":
            kept[name] = value.replace(",", ".") if part != "imprint" else value
        elif name in MAY_BE_EMPTY:
            kept[name] = None
    return kept | {name: text(form, name) == "yes" for name in SWITCHES.get(part, ())}


def weights(form: FormData, before: Marathon | None) -> dict[str, object]:
    """The weights of affinity by field, so that a mistake is shown beside its own line."""
    kept = before.assignment.weights if before else AffinityWeights()
    found: dict[str, object] = kept.model_dump()
    for field, name in WEIGHTS.items():
        value = text(form, field).replace(",", ".")
        if value:
            found[name] = share(value, field)
    if not any(found.values()):
        raise BadInput("Хотя бы один вес должен быть больше нуля.", field="weight_track")
    return found


def share(value: str, field: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise BadInput("Нужно число от 0 до 1.", field=field)
    return number


def moment(value: str, zone: str, field: str) -> datetime:
    """A clock of ``zone`` as a moment."""
    try:
        return datetime.fromisoformat(value).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except ValueError:
        raise BadInput("Укажите дату и время.", field=field) from None


def require_order(built: NewMarathon) -> None:
    if not built.opens_at < built.submissions_until:
        raise BadInput("Приём должен закончиться позже, чем открыться.", field="submissions_until")
    if not built.submissions_until < built.reviews_until:
        raise BadInput(
            "Экспертиза должна закончиться позже, чем приём материалов.", field="reviews_until"
        )
    if built.live_on < built.opens_at.date():
        raise BadInput("День марафона раньше открытия приёма.", field="live_on")
