"""What the decisions board shows: rows, marks to look at, cut-offs, counts; no routes."""

from collections import Counter
from collections.abc import Sequence

from starlette.datastructures import QueryParams

from review_api import charts
from review_api.attention import UNSETTLED, Facts
from review_api.pages import organise_desk as desk
from review_api.pages.organise_works import outcome_words
from schemas.decision import Decision, DecisionStatus
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
NEAR = 3.0  # points from a cut-off within which a work is shown as borderline


def borderline(decision: Decision, cuts: tuple[float, float]) -> bool:
    score = decision.score
    return score is not None and any(abs(score - cut) <= NEAR for cut in cuts)


def marks_of(decision: Decision, cuts: tuple[float, float]) -> list[str]:
    """What a person should look at: fragile, at a cut-off, changed by hand."""
    marks = []
    if decision.score is not None and not decision.stable:
        marks.append("хрупкое")
    if borderline(decision, cuts):
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
        and decision.outcome == "extra_review"
        and submission.status is SubmissionStatus.REVIEWED
    )


def state_words(decision: Decision, submission: Submission) -> str:
    if decision.status is DecisionStatus.CONFIRMED:
        return "применено"
    if submission.status is SubmissionStatus.IN_REVIEW:
        return "ждёт экспертизы"
    return "предложено"


def rows_of(facts: Facts, cuts: tuple[float, float]) -> list[dict[str, object]]:
    places = {one.id: one.name for one in facts.work.municipalities.all()}
    rows: list[dict[str, object]] = []
    for one in facts.submissions:
        decision = facts.decisions.get(one.id)
        if decision is None or one.status is SubmissionStatus.WITHDRAWN:
            continue
        rows.append(
            {
                "href": desk.address(facts.marathon, f"decisions/{decision.id}"),
                "number": one.number,
                "title": one.title,
                "municipality": places[one.authors[0].municipality_id] if one.authors else "",
                "track": one.track,
                "score": decision.score,
                "p_publication": decision.p_publication,
                "reviews": decision.reviews,
                "outcome": outcome_words(decision),
                "code": "unsettled" if decision.outcome in UNSETTLED else decision.outcome,
                "marks": ", ".join(marks_of(decision, cuts)),
                "state": state_words(decision, one),
                "publication": decision.publication,
                "live": decision.live,
            }
        )
    return rows


FILTERS = (
    (
        "outcome",
        "Решение",
        (("yes", "публикация"), ("no", "отказ"), ("unsettled", "не определено")),
    ),
    (
        "mark",
        "Отметка",
        (("хрупкое", "хрупкое"), ("у порога", "у порога"), ("изменено", "изменено")),
    ),
    ("state", "Состояние", (("предложено", "предложено"), ("применено", "применено"))),
)


def filtered(rows: list[dict[str, object]], query: QueryParams) -> list[dict[str, object]]:
    if query.get("outcome"):
        rows = [row for row in rows if row["code"] == query["outcome"]]
    if query.get("mark"):
        rows = [row for row in rows if query["mark"] in str(row["marks"])]
    if query.get("state"):
        rows = [row for row in rows if row["state"] == query["state"]]
    return rows


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
    """A cut-off tried out in the address, else the marathon's own."""
    try:
        value = float(query.get(name, "").replace(",", "."))
    except ValueError:
        return default
    return min(max(value, 0.0), 100.0)


def histogram(rows: Sequence[dict[str, object]], cuts: tuple[float, float]) -> charts.Chart:
    scores = [float(str(row["score"])) for row in rows if row["score"] is not None]
    low, high = sorted(cuts)
    return charts.histogram(
        "Распределение баллов",
        scores,
        low=("публикация от", low),
        high=("очно от", high),
        words=("ниже порога публикации", "от порога публикации", "от порога очного выступления"),
        head=("Баллы", "Работ"),
    )


def counts_by(
    rows: Sequence[dict[str, object]], key: str, cuts: tuple[float, float]
) -> list[dict[str, object]]:
    """Per ``key``: works, how many reach each cut-off, how many the proposal takes."""
    total, above, higher, published, live = (Counter[str]() for _ in range(5))
    for row in rows:
        name = str(row[key])
        score = float(str(row["score"])) if row["score"] is not None else -1.0
        total[name] += 1
        above[name] += score >= cuts[0]
        higher[name] += score >= cuts[1]
        published[name] += bool(row["publication"])
        live[name] += bool(row["live"])
    return [
        {
            "name": name,
            "total": total[name],
            "above": above[name],
            "higher": higher[name],
            "published": published[name],
            "live": live[name],
        }
        for name in sorted(total)
    ]
