"""The screening of a marathon's reviews from arrays to the report: the front door of this folder."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from flows.decision.engine import agreement, deciding, fitting, rules
from flows.decision.engine.comparability import is_linked
from flows.decision.engine.rules import Mark
from flows.decision.engine.severity import Fit
from flows.decision.screening import bias, comments, criteria, experts, phrases, whitening
from flows.decision.screening.evidence import Evidence, Reviewed, arrange
from flows.decision.screening.experts import Portrait
from flows.decision.screening.suggestions import Standing, doubts, suggestions
from schemas.decision_problem import FrozenCorrections
from schemas.screening import (
    Attention,
    ExpertFinding,
    Flag,
    FlagKind,
    Grade,
    Habit,
    PanelFinding,
    Repeat,
    ScreeningReport,
)

NORMAL_95 = 1.959963984540054
HIGH, SUFFICIENT = 0.75, 0.6
SAMPLE = 160


def screen(question: Reviewed, titles: Mapping[str, str] | None = None) -> ScreeningReport:
    """Everything worth a second look; the same reviews in any order give the same report.

    ``titles`` name the criteria in sentences, their codes otherwise.
    """
    evidence = arrange(question)
    model = fitting.fit(evidence.marks)
    taken = deciding.in_force(evidence.marks, model, question.policy, question.frozen)
    ratio = whitening.ratios(model) if model else None
    portraits = experts.portraits(evidence, ratio)
    habits = criteria.habits(evidence)
    repeats = find_repeats(evidence)
    pairs = bias.pair_bias(evidence.marks, evidence.expert_homes, evidence.work_homes, model=model)
    copied = _copied(repeats)
    flags = [
        tuple(_flags(portrait, own, copied.get(name, 0), titles or {}))
        for name, portrait, own in zip(evidence.marks.experts, portraits, habits, strict=True)
    ]
    found = doubts(evidence, portraits, flags, repeats, pairs)
    standing = _standing(evidence, model, taken)
    return ScreeningReport(
        panel=panel(evidence, model, corrected=taken.applied),
        criteria=criteria.findings(evidence),
        experts=tuple(_experts(evidence, model, portraits, habits, flags)),
        pairs=pairs,
        favours=bias.favours(pairs),
        repeats=repeats,
        suggestions=suggestions(evidence, standing, found),
    )


def panel(evidence: Evidence, model: Fit | None, *, corrected: bool) -> PanelFinding:
    marks = evidence.marks
    found = agreement.measured(marks, model, corrected=corrected)
    link = agreement.connectivity(marks)
    groups = len(set(agreement.components(marks)))
    return PanelFinding(
        works=len(marks.submissions),
        experts=len(marks.experts),
        reviews=len(marks.score),
        grade=None if found.icc_panel is None else grade(found.icc_panel),
        alpha=found.alpha,
        alpha_span=found.alpha_interval,
        alpha_points=found.alpha_points,
        icc=found.icc,
        icc_panel=found.icc_panel,
        groups=groups,
        connectivity=link,
        connected=groups == 1 and link is not None and is_linked(link),
    )


def grade(reliability: float) -> Grade:
    if reliability >= HIGH:
        return Grade.HIGH
    return Grade.SUFFICIENT if reliability >= SUFFICIENT else Grade.LOW


def find_repeats(evidence: Evidence) -> tuple[Repeat, ...]:
    """Nearly the same comment under different works, the largest groups first."""
    reviews = evidence.reviews
    groups = comments.alike([review.comment for review in reviews])
    apart = [rows for rows in groups if len({reviews[row].submission for row in rows}) > 1]
    return tuple(
        Repeat(
            submissions=tuple(reviews[row].submission for row in rows),
            experts=tuple(reviews[row].expert for row in rows),
            sample=" ".join(reviews[rows[0]].comment.split())[:SAMPLE],
        )
        for rows in sorted(apart, key=lambda rows: (-len(rows), rows))
    )


def _standing(evidence: Evidence, model: Fit | None, taken: FrozenCorrections) -> Standing:
    marks, policy = evidence.marks, evidence.question.policy
    unknown = np.full(len(marks.submissions), 0.5)
    return Standing(
        marks=tuple(
            Mark(review.score, taken.of(review.expert), review.expert)
            for review in evidence.reviews
        ),
        probability=rules.probabilities(model, policy.publication_threshold) if model else unknown,
    )


def _copied(repeats: Sequence[Repeat]) -> dict[str, int]:
    """By expert, under how many works the expert's most repeated comment stands."""
    most: dict[str, int] = {}
    for one in repeats:
        for name in set(one.experts):
            most[name] = max(most.get(name, 0), one.experts.count(name))
    return most


def _flags(
    portrait: Portrait, habits: Sequence[Habit], copied: int, titles: Mapping[str, str]
) -> Iterator[Flag]:
    kind = FlagKind
    if portrait.outfit is not None and portrait.outfit_attention is not Attention.NONE:
        text = phrases.unexpected(portrait.outfit)
        yield Flag(kind=kind.UNEXPECTED, text=text, attention=portrait.outfit_attention)
    if portrait.is_apart:
        yield Flag(kind=kind.APART, text=phrases.apart(portrait))
    if portrait.uniform_attention is not Attention.NONE:
        text = phrases.uniform(portrait)
        yield Flag(kind=kind.UNIFORM, text=text, attention=portrait.uniform_attention)
    if portrait.fast:
        yield Flag(kind=kind.FAST, text=phrases.fast(portrait))
    if copied > 1:
        yield Flag(kind=kind.REPEATED, text=phrases.repeated(copied))
    for habit in habits:
        yield from _habit_flags(habit, titles.get(habit.code, habit.code))


def _habit_flags(habit: Habit, title: str) -> Iterator[Flag]:
    if habit.severity and habit.severity.attention is not Attention.NONE:
        yield Flag(kind=FlagKind.CRITERION, text=phrases.strict(title, habit.severity))
    if habit.drift and habit.drift.attention is not Attention.NONE:
        yield Flag(kind=FlagKind.DRIFT, text=phrases.moved(title, habit.drift))


def _experts(
    evidence: Evidence,
    model: Fit | None,
    portraits: Sequence[Portrait],
    habits: Sequence[tuple[Habit, ...]],
    flags: Sequence[tuple[Flag, ...]],
) -> Iterator[ExpertFinding]:
    nothing = np.zeros(len(evidence.marks.experts))
    leniency, deviation = model.leniency() if model else (nothing, nothing)
    homes = evidence.expert_homes
    for place, (portrait, own, marked) in enumerate(zip(portraits, habits, flags, strict=True)):
        strict, reach = 0.0 - float(leniency[place]), NORMAL_95 * float(deviation[place])
        yield ExpertFinding(
            id=evidence.marks.experts[place],
            municipality=homes[place],
            reviews=len(portrait.rows),
            severity=strict,
            severity_span=(strict - reach, strict + reach),
            outfit=portrait.outfit,
            consensus=portrait.consensus,
            uniform=len(portrait.uniform),
            pace=portrait.pace,
            timed=portrait.timed,
            habits=own,
            flags=marked,
        )
