"""What the page on the quality of reviews shows: names in place of ids, words beside numbers."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from review_api import charts
from review_api.charts import Chart, Line, Mark, Note
from review_api.formats import marked
from review_api.plans.names import Names
from schemas.base import Schema
from schemas.decision import Decision, DecisionStatus
from schemas.ordering import name_key
from schemas.rubric import Rubric
from schemas.screening import (
    FLAG_NAMES,
    Attention,
    Effect,
    ExpertFinding,
    Flag,
    PairBias,
    ScreeningReport,
    Span,
)
from schemas.submission import Submission, SubmissionStatus

COLUMNS = {
    "name": marked("Эксперт"),
    "municipality": marked("Муниципалитет"),
    "reviews": marked("Экспертиз"),
    "severity": marked("Строгость, баллы"),
    "outfit": marked("Неожиданность"),
    "consensus": marked("Связь с другими"),
    "uniform": marked("Один уровень"),
    "pace": marked("Темп"),
    "flags": marked("Отметки"),
}
DOWNLOADED = COLUMNS | {"span": marked("Интервал строгости"), "explained": marked("Пояснение")}
NUMERIC = ("reviews", "severity", "outfit", "consensus", "uniform", "pace")
TONES = {Attention.ALARM: "attention", Attention.NOTICE: "info", Attention.NONE: "neutral"}
MOST_BARS = 40
MOST_ROWS = 60  # of a list that is read as a whole; further ones are counted
MOST_PLACES = 16  # municipalities that a matrix of all pairs still shows readably
WIDTH = 100.0
STEP, BAR = 38, 8
NO_WORK = marked("Работы больше нет.")
NOT_PROPOSED = marked("Сначала предложите решения.")
CONFIRMED = marked("Решение уже применено.")
RUNNING = marked("Экспертиза уже идёт.")


class Advice(Schema):
    """A work to review once more; without ``decision_id`` it cannot be asked now, see ``note``."""

    id: str
    work: str
    reasons: tuple[str, ...]
    decision_id: str = ""
    note: str = ""


def named(report: ScreeningReport, names: Names) -> list[dict[str, object]]:
    """Rows of the table of experts; ``tags`` and ``id`` are for the page only."""
    return [expert_row(one, names) for one in report.experts]


def expert_row(one: ExpertFinding, names: Names) -> dict[str, object]:
    return {
        "id": one.id,
        "name": names.name(one.id),
        "municipality": names.place(one.municipality),
        "reviews": one.reviews,
        "severity": one.severity,
        "span": span(one.severity_span),
        "outfit": one.outfit,
        "consensus": one.consensus,
        "uniform": one.uniform,
        "pace": one.pace,
        "flags": "; ".join(dict.fromkeys(FLAG_NAMES[flag.kind] for flag in one.flags)),
        "tags": tags(one.flags),
        "explained": " ".join(flag.text for flag in one.flags),
    }


def tags(flags: Sequence[Flag]) -> dict[str, str]:
    """Each kind of flag once, with the tone of its weight."""
    return {FLAG_NAMES[flag.kind]: TONES[flag.attention] for flag in flags}


def span(ends: Span | None, digits: int = 1) -> str:
    return "" if ends is None else f"{signed(ends[0], digits)} … {signed(ends[1], digits)}"


def signed(value: float, digits: int = 1) -> str:
    """«+3,2», «−1,0», «0,0»."""
    text = f"{abs(value):.{digits}f}".replace(".", ",")
    rounded = round(value, digits)
    return f"+{text}" if rounded > 0 else f"−{text}" if rounded < 0 else text


def flagged_first(rows: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    return sorted(rows, key=lambda row: (not row["tags"], str(row["name"])))


def criteria_rows(report: ScreeningReport, rubric: Rubric) -> list[dict[str, object]]:
    titles = {one.code: one.title for one in rubric.criteria}
    return [
        {
            "title": titles.get(one.code, one.code),
            "alpha": one.alpha,
            "span": span_of_alpha(one.alpha_span),
            "drift": effect_words(one.drift),
            "moves": stands_out(one.drift),
        }
        for one in report.criteria
    ]


def span_of_alpha(ends: Span | None) -> str:
    """An agreement has no sign worth showing unless it is below zero."""
    return "" if ends is None else " … ".join(signed(end, 2).removeprefix("+") for end in ends)


def effect_words(effect: Effect | None) -> str:
    return f"{signed(effect.value, 2)} ({span(effect.span, 2)})" if effect else ""


def severity_table(
    report: ScreeningReport, names: Names, rubric: Rubric
) -> list[tuple[str, list[tuple[str, bool]]]]:
    """Expert by criterion: levels stricter than others, and whether it stands out."""
    codes = [one.code for one in rubric.criteria]
    return [(names.name(one.id), habit_cells(one, codes)) for one in clearest_habits(report, names)]


def clearest_habits(report: ScreeningReport, names: Names) -> list[ExpertFinding]:
    """Experts with a known strictness on criteria; those that stand out where they are many."""
    known = [one for one in report.experts if any(habit.severity for habit in one.habits)]
    apart = [one for one in known if any(stands_out(habit.severity) for habit in one.habits)]
    return sorted(known if len(known) <= MOST_ROWS else apart[:MOST_ROWS], key=by_name(names))


def by_name(names: Names) -> Callable[[ExpertFinding], str]:
    return lambda one: names.name(one.id)


def stands_out(effect: Effect | None) -> bool:
    return effect is not None and effect.attention is not Attention.NONE


def habit_cells(one: ExpertFinding, codes: Sequence[str]) -> list[tuple[str, bool]]:
    found = {habit.code: habit.severity for habit in one.habits}
    return [severity_cell(found.get(code)) for code in codes]


def severity_cell(effect: Effect | None) -> tuple[str, bool]:
    if effect is None:
        return "—", False
    return signed(effect.value), stands_out(effect)


def matrix(pairs: Sequence[PairBias], names: Names) -> dict[str, dict[str, PairBias]]:
    """Municipality of experts, then of works, by name; only pairs that could be tested.

    Of many municipalities only the clearest pairs, as many as can be read.
    """
    found: dict[str, dict[str, PairBias]] = {}
    for pair in sorted(readable(pairs), key=lambda one: name_key(names.place(one.experts_of))):
        found.setdefault(names.place(pair.experts_of), {})[names.place(pair.works_of)] = pair
    return found


def places(pairs: Sequence[PairBias], names: Names) -> list[str]:
    return sorted({names.place(pair.works_of) for pair in readable(pairs)}, key=name_key)


def readable(pairs: Sequence[PairBias]) -> Sequence[PairBias]:
    """Pairs come with the clearest first."""
    everywhere = {pair.works_of for pair in pairs} | {pair.experts_of for pair in pairs}
    return pairs if len(everywhere) <= MOST_PLACES else pairs[:MOST_PLACES]


def remarkable(pairs: Sequence[PairBias]) -> list[PairBias]:
    return [pair for pair in pairs if pair.attention is not Attention.NONE]


def repeats(report: ScreeningReport, names: Names) -> list[dict[str, object]]:
    return [
        {
            "sample": one.sample,
            "works": [(key, names.number(key)) for key in dict.fromkeys(one.submissions)],
            "experts": sorted({names.name(key) for key in one.experts}, key=name_key),
        }
        for one in report.repeats[:MOST_ROWS]
    ]


def advice(
    report: ScreeningReport, names: Names, decisions: Mapping[str, Decision]
) -> Iterator[Advice]:
    for one in report.suggestions[:MOST_ROWS]:
        submission = names.submissions.get(one.submission)
        decision = decisions.get(one.submission)
        note = obstacle(submission, decision)
        yield Advice(
            id=one.submission,
            work=names.work(one.submission),
            reasons=one.reasons,
            decision_id="" if note or decision is None else decision.id,
            note=note,
        )


def obstacle(submission: Submission | None, decision: Decision | None) -> str:
    """Why one more review cannot be asked for just now; empty when it can."""
    if submission is None:
        return NO_WORK
    if submission.status is SubmissionStatus.IN_REVIEW:
        return RUNNING
    if decision is None:
        return NOT_PROPOSED
    settled = decision.status is DecisionStatus.CONFIRMED
    return CONFIRMED if settled or submission.status is not SubmissionStatus.REVIEWED else ""


def severity_chart(report: ScreeningReport, names: Names) -> Chart | None:
    """Intervals of strictness around zero, the strictest first; the clearest where many."""
    clearest = sorted(report.experts, key=lambda one: -abs(one.severity))[:MOST_BARS]
    shown = sorted(clearest, key=lambda one: (-one.severity, names.name(one.id)))
    reach = max((abs(end) for one in shown for end in one.severity_span), default=0.0)
    if reach <= 0:
        return None
    marks: list[Mark] = []
    notes: list[Note] = []
    for row, one in enumerate(shown):
        words = f"{names.name(one.id)}: {signed(one.severity)} ({span(one.severity_span)})"
        marks += interval_marks(one, reach, top=row * STEP + 22.0, title=words)
        notes.append(Note(x=0, y=row * STEP + 16, text=words, style="t-small"))
    height = STEP * len(shown)
    return charts.Chart(
        title="Строгость экспертов, баллы",
        description="Правее нуля строже остальных, левее мягче; полоса показывает интервал",
        height=height,
        marks=tuple(marks),
        notes=tuple(notes),
        lines=(Line(x1=WIDTH / 2, y1=0, x2=WIDTH / 2, y2=height, style="axis"),),
        legend=(("s2", "интервал"), ("s0", "оценка")),
        head=("Эксперт", "Строгость", "от", "до"),
        rows=tuple((names.name(one.id), one.severity, *one.severity_span) for one in shown),
    )


def interval_marks(one: ExpertFinding, reach: float, *, top: float, title: str) -> list[Mark]:
    scale = WIDTH / (2 * reach)
    low, high = one.severity_span
    start = WIDTH / 2 + low * scale
    point = WIDTH / 2 + one.severity * scale
    return [
        Mark(x=start, width=(high - low) * scale, y=top, height=BAR, style="s2", title=title),
        Mark(
            x=max(0.0, point - 0.5), width=1.0, y=top - 3, height=BAR + 6, style="s0", title=title
        ),
    ]
