"""What the decisions board shows: rows, marks to look at, cut-offs, live counts; no routes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from starlette.datastructures import QueryParams

from flows.decision.engine.forecast import Forecast, forecast, live_places
from review_api import board_chart, charts, tables
from review_api.attention import UNSETTLED
from review_api.board_chart import NEAR
from review_api.formats import Formats
from review_api.marathon_facts import Facts
from review_api.pages.organise import desk
from review_api.pages.organise.works import outcome_words
from schemas.base import Schema
from schemas.decision import Decision, DecisionStatus
from schemas.decision_problem import Publication
from schemas.submission import Submission, SubmissionStatus

COLUMNS = {
    "number": "№",
    "title": "Работа",
    "municipality": "Муниципалитет",
    "track": "Направление",
    "score": "Балл",
    "p_publication": "Вероятность",
    "reviews": "Экспертиз",
    "outcome": "Решение",
    "marks": "Отметки",
    "state": "Состояние",
}
LIVE_LIMIT = 2000  # works whose scores the page carries for its script; above it the server counts
HUNDREDTHS = 100
LETTERS = {Publication.EXTRA_REVIEW: "e", Publication.COUNCIL: "c"}


class Row(NamedTuple):
    """A work on the board: what its table shows and what its counts need."""

    cells: dict[str, object]
    forecast: Forecast
    score: float | None
    track: int
    municipality: str
    fragile: bool
    live: bool


def borderline(score: float | None, cuts: tuple[float, float]) -> bool:
    at = hundredths(score)
    return score is not None and any(abs(at - hundredths(cut)) <= NEAR * HUNDREDTHS for cut in cuts)


def is_fragile(decision: Decision) -> bool:
    """Counted, open, and one review carries it to its side of the threshold."""
    return (
        decision.score is not None
        and not decision.stable
        and decision.status is DecisionStatus.PROPOSED
        and decision.overridden_by is None
    )


def marks_of(decision: Decision, cuts: tuple[float, float]) -> list[str]:
    """What a person should look at: fragile, at a cut-off, changed by hand."""
    marks = []
    if decision.score is not None and not decision.stable:
        marks.append("хрупкое")
    if borderline(decision.score, cuts):
        marks.append("у порога")
    if decision.overridden_by:
        marks.append("изменено")
    return marks


def is_ready(decision: Decision, submission: Submission) -> bool:
    """Whether the proposal may be applied as it stands."""
    return (
        decision.status is DecisionStatus.PROPOSED
        and decision.outcome not in UNSETTLED
        and submission.status is SubmissionStatus.REVIEWED
    )


def needs_review(decision: Decision, submission: Submission) -> bool:
    return (
        decision.status is DecisionStatus.PROPOSED
        and decision.outcome == Publication.EXTRA_REVIEW
        and submission.status is SubmissionStatus.REVIEWED
    )


def under_review(decision: Decision, submission: Submission) -> bool:
    """Another review is on its way."""
    return (
        decision.status is DecisionStatus.PROPOSED
        and submission.status is SubmissionStatus.IN_REVIEW
    )


def with_council(decision: Decision, submission: Submission) -> bool:
    return (
        decision.status is DecisionStatus.PROPOSED
        and decision.outcome == Publication.COUNCIL
        and submission.status is SubmissionStatus.REVIEWED
    )


def state_words(decision: Decision, submission: Submission) -> str:
    if decision.status is DecisionStatus.CONFIRMED:
        return "применено"
    if submission.status is SubmissionStatus.IN_REVIEW:
        return "ждёт экспертизы"
    return "предложено"


def rows_of(facts: Facts, cuts: tuple[float, float]) -> list[Row]:
    places = {one.id: one.name for one in facts.work.municipalities.all()}
    rows = []
    for one in facts.submissions:
        decision = facts.decisions.get(one.id)
        if decision is None or one.status is SubmissionStatus.WITHDRAWN:
            continue
        home = places[one.authors[0].municipality_id] if one.authors else ""
        rows.append(
            Row(
                cells=cells_of(facts, one, decision, cuts) | {"municipality": home},
                forecast=forecast(decision, facts.marathon.decision),
                score=decision.score,
                track=one.track or 0,
                municipality=home,
                fragile=is_fragile(decision),
                live=decision.live,
            )
        )
    return rows


def cells_of(
    facts: Facts, one: Submission, decision: Decision, cuts: tuple[float, float]
) -> dict[str, object]:
    return {
        "id": decision.id,
        "href": desk.address(facts.marathon, f"decisions/{decision.id}"),
        "number": one.number,
        "title": one.title,
        "track": one.track,
        "score": decision.score,
        "p_publication": decision.p_publication,
        "reviews": decision.reviews,
        "outcome": outcome_words(decision),
        "code": decision.outcome,
        "marks": ", ".join(marks_of(decision, cuts)),
        "lasting": [mark for mark in marks_of(decision, cuts) if mark != "у порога"],
        "near": borderline(decision.score, cuts),
        "state": state_words(decision, one),
    }


FILTERS = (
    (
        "outcome",
        "Решение",
        (
            ("yes", "публикация"),
            ("no", "не отобран"),
            ("unsettled", "не определено"),
            ("extra_review", "нужна экспертиза"),
            ("council", "решает совет"),
        ),
    ),
    (
        "mark",
        "Отметка",
        (("хрупкое", "хрупкое"), ("у порога", "у порога"), ("изменено", "изменено")),
    ),
    (
        "state",
        "Состояние",
        (
            ("предложено", "предложено"),
            ("ждёт экспертизы", "ждёт экспертизы"),
            ("применено", "применено"),
        ),
    ),
)


def filtered(rows: Iterable[Row], query: QueryParams) -> list[dict[str, object]]:
    found = [row.cells for row in rows]
    wanted = query.get("outcome")
    if wanted:
        codes = UNSETTLED if wanted == "unsettled" else {wanted}
        found = [row for row in found if row["code"] in codes]
    if query.get("mark"):
        found = [row for row in found if query["mark"] in str(row["marks"])]
    if query.get("state"):
        found = [row for row in found if row["state"] == query["state"]]
    return found


def filters_of(query: QueryParams) -> list[tuple[str, str, list[tuple[str, str]], str, str]]:
    return [
        (
            name,
            label,
            list(options),
            query.get(name, ""),
            dict(options).get(query.get(name, ""), ""),
        )
        for name, label, options in FILTERS
    ]


def cut(query: QueryParams, name: str, default: float) -> float:
    """A cut-off tried out in the address, else the marathon's own; hundredths of a point."""
    try:
        value = float(query.get(name, "").replace(",", "."))
    except ValueError:
        return default
    return round(min(max(value, 0.0), 100.0), 2) if value == value else default  # noqa: PLR0124


def kept_filters(query: QueryParams) -> dict[str, str]:
    """Filters in force, to survive another cut-off."""
    names = ("q", "sort", *(name for name, _, _ in FILTERS))
    return {name: query[name] for name in names if query.get(name)}


def kept_cuts(query: QueryParams) -> dict[str, str]:
    """Cut-offs being tried, to survive a search."""
    return {name: query[name] for name in ("publication", "live") if query.get(name)}


def histogram(rows: Sequence[Row], cuts: tuple[float, float], writer: Formats) -> charts.Chart:
    return board_chart.draw(
        [row.score for row in rows if row.score is not None],
        [row.score for row in rows if row.score is not None and row.fragile],
        cuts,
        writer,
    )


class Counts(Schema):
    """How many works come out how with the cut-offs as they are tried."""

    name: str = ""
    total: int = 0
    yes: int = 0
    no: int = 0
    extra_review: int = 0
    council: int = 0
    higher: int = 0
    places: int = 0
    near: int = 0
    fragile: int = 0
    live: int = 0

    @property
    def unsettled(self) -> int:
        return self.extra_review + self.council


def counts(
    rows: Sequence[Row], cuts: tuple[float, float], slots: Mapping[int, int], name: str = ""
) -> Counts:
    outcomes = [row.forecast.outcome(cuts[0]) for row in rows]
    competing = [(row.track, row.forecast.competes(cuts[1])) for row in rows]
    return Counts(
        name=name,
        total=len(rows),
        **{one.value: outcomes.count(one) for one in Publication},
        higher=sum(competes for _, competes in competing),
        places=live_places(competing, dict(slots)),
        near=sum(borderline(row.score, cuts) for row in rows),
        fragile=sum(row.fragile for row in rows),
        live=sum(row.live for row in rows),
    )


def groups(rows: Sequence[Row], key: str) -> dict[object, list[Row]]:
    """Rows by track or municipality, in the order of the names."""
    found: dict[object, list[Row]] = {}
    for row in sorted(rows, key=lambda one: tables.sortable(getattr(one, key))):
        found.setdefault(getattr(row, key), []).append(row)
    return found


def script_data(rows: Sequence[Row], slots: Mapping[int, int]) -> dict[str, object]:
    """What the script counts from: arrays in hundredths of a point, one place a work."""
    tracks, places = list(groups(rows, "track")), list(groups(rows, "municipality"))
    track_of = {name: index for index, name in enumerate(tracks)}
    place_of = {name: index for index, name in enumerate(places)}
    return {
        "score": [hundredths(row.score) for row in rows],
        "yes": [hundredths(row.forecast.yes_to) for row in rows],
        "no": [hundredths(row.forecast.no_from) for row in rows],
        "live": [hundredths(row.forecast.live) for row in rows],
        "else": "".join(LETTERS[row.forecast.undecided] for row in rows),
        "track": [track_of[row.track] for row in rows],
        "place": [place_of[row.municipality] for row in rows],
        "slots": [slots.get(int(str(track)), 0) for track in tracks],
        "near": round(NEAR * HUNDREDTHS),
        "top": charts.TOP,
        "plot": charts.PLOT,
        "bin": charts.BIN,
    }


def hundredths(points: float | None) -> int:
    """Rounded down, as a score of 59,996 does not reach 60; -1 for what there is not."""
    return -1 if points is None else int(points * HUNDREDTHS + 1e-6)
