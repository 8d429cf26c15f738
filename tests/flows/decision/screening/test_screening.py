"""The whole report: planted oddities are found, honest reviews rarely, little data breaks nothing."""

from datetime import timedelta

import numpy as np
import pytest
from simulated_reviews import CODES, changed, question, reviews

from flows.decision.screening.evidence import ScreenedReview
from flows.decision.screening.screening import grade, screen
from schemas.decision_problem import FrozenCorrections
from schemas.screening import Attention, FlagKind, Grade, ScreeningReport

ODD = "e005"


def kinds(report, expert=ODD):
    found = next(one for one in report.experts if one.id == expert)
    return {flag.kind for flag in found.flags}


def spoilt(seed, spoil, **sizes):
    """Honest reviews with those of one expert changed; ``spoil`` gets the place in their order."""
    found = reviews(seed, **sizes)
    place = 0
    for at, review in enumerate(found):
        if review.expert == ODD:
            found[at] = spoil(review, place)
            place += 1
    return screen(question(found))


def test_expert_who_gives_one_level_throughout_is_noticed():
    report = spoilt(1, lambda review, _: changed(review, [2] * 5))

    assert FlagKind.UNIFORM in kinds(report)


def test_expert_five_times_as_fast_is_noticed():
    def hurried(review, _place):
        seconds = (review.submitted_at - review.started_at).total_seconds() / 8
        return review.model_copy(
            update={"started_at": review.submitted_at - timedelta(seconds=seconds)}
        )

    assert FlagKind.FAST in kinds(spoilt(1, hurried))


def test_repeated_comment_is_noticed_and_its_works_are_named():
    text = (
        "Материал написан ясно и подробно, цели урока поставлены точно, приёмы описаны так, "
        "что их может повторить любой учитель, результаты подтверждены примерами работ."
    )

    def copied(review, place):
        return review.model_copy(update={"comment": f"{text} Вариант {place}."})

    report = spoilt(1, copied)

    assert FlagKind.REPEATED in kinds(report)
    assert len(report.repeats) == 1
    assert set(report.repeats[0].experts) == {ODD}
    assert report.repeats[0].sample.startswith("Материал написан ясно")


def test_expert_who_marks_at_random_is_noticed_more_often_than_an_honest_one():
    rng = np.random.default_rng(8)
    signs = {FlagKind.UNEXPECTED, FlagKind.APART}

    def careless(review, _place):
        return changed(review, [rng.choice([0, 3])] * 4 + [int(rng.integers(0, 4))])

    reports = [spoilt(seed, careless) for seed in range(10)]
    caught = sum(bool(kinds(report) & signs) for report in reports)
    innocent = sum(
        any(flag.kind in signs for flag in expert.flags)
        for report in reports
        for expert in report.experts
        if expert.id != ODD
    )

    assert caught >= 6
    assert innocent / (10 * 23) < 0.1


def test_expert_who_grows_strict_on_one_criterion_is_noticed():
    found = reviews(3, works=90)
    own = sorted(
        (at for at, one in enumerate(found) if one.expert == ODD),
        key=lambda at: found[at].submitted_at,
    )
    for place, at in enumerate(own):
        levels = [found[at].levels[code] for code in CODES]
        levels[2] = 3 if place < len(own) / 2 else 0
        found[at] = changed(found[at], levels)

    report = screen(question(found), {"method": "Методическая проработанность"})

    assert FlagKind.DRIFT in kinds(report)
    flag = next(
        flag
        for one in report.experts
        if one.id == ODD
        for flag in one.flags
        if flag.kind is FlagKind.DRIFT
    )
    assert "«Методическая проработанность»" in flag.text
    assert "снижаются" in flag.text


def test_expert_with_an_own_measure_of_one_criterion_is_noticed():
    def harsh(review, _place):
        levels = [review.levels[code] for code in CODES]
        return changed(review, [*levels[:4], 0])

    assert FlagKind.CRITERION in kinds(spoilt(2, harsh, works=120))


def test_criterion_that_all_experts_come_to_mark_lower_is_noticed():
    found = reviews(4)
    late = sorted(one.submitted_at for one in found)[len(found) // 2]
    for at, review in enumerate(found):
        if review.submitted_at > late:
            levels = [review.levels[code] for code in CODES]
            found[at] = changed(review, [max(0, levels[0] - 1), *levels[1:]])

    drifts = {one.code: one.drift for one in screen(question(found)).criteria}

    assert drifts["relevance"].attention is Attention.ALARM
    assert drifts["relevance"].span[1] < 0
    assert drifts["method"].attention is Attention.NONE


def test_honest_reviews_rarely_raise_anything_held_over_the_family():
    reports = [screen(question(reviews(seed))) for seed in range(30, 50)]
    held = (FlagKind.UNIFORM, FlagKind.CRITERION, FlagKind.DRIFT)
    raised = sum(
        any(flag.kind in held for expert in report.experts for flag in expert.flags)
        for report in reports
    )
    drifting = sum(
        any(one.drift.attention is not Attention.NONE for one in report.criteria)
        for report in reports
    )
    alarms = sum(
        any(flag.attention is Attention.ALARM for expert in report.experts for flag in expert.flags)
        for report in reports
    )

    assert raised <= 4
    assert drifting <= 4
    assert alarms <= 4
    assert not any(report.repeats for report in reports)


def frozen_screening(frozen):
    """One expert says the same of two works; the first is below the threshold without that mark."""
    text = "Очень полезный материал, который с интересом прочтут учителя других школ района"
    marks = {"w1": (70, 58, 58), "w2": (90, 91, 92)}
    found = [
        ScreenedReview(
            submission=name,
            expert=f"e{place}",
            score=mark,
            levels={},
            comment="" if place else text,
        )
        for name, row in marks.items()
        for place, mark in enumerate(row)
    ]
    asked = question(found, min_likelihood_ratio=1e9).model_copy(update={"frozen": frozen})
    return screen(asked)


@pytest.mark.parametrize(
    ("frozen", "decides"),
    [
        (None, True),
        (FrozenCorrections(applied=True, corrections={"e1": -10, "e2": -10}), False),
        (FrozenCorrections(applied=False, corrections={"e1": -10, "e2": -10}), True),
    ],
    ids=["none", "applied", "not applied"],
)
def test_suggestions_count_with_the_corrections_of_published_scores(frozen, decides):
    reasons = [
        reason
        for one in frozen_screening(frozen).suggestions
        if one.submission == "w1"
        for reason in one.reasons
    ]

    assert any("по другую сторону порога" in reason for reason in reasons) is decides


def test_order_of_reviews_never_matters():
    found = reviews(5)

    assert screen(question(found)) == screen(question(found[::-1]))


def test_report_survives_being_kept_as_json():
    report = screen(question(reviews(6)))

    assert ScreeningReport.model_validate_json(report.model_dump_json()) == report


@pytest.mark.parametrize(
    "found",
    [
        [],
        [ScreenedReview(submission="w1", expert="e1", score=50, levels={"method": 2})],
        [
            ScreenedReview(submission=f"w{at}", expert="e1", score=10.0 * at, levels={})
            for at in range(6)
        ],
        [
            ScreenedReview(submission="w1", expert=f"e{at}", score=50.0, levels={"method": 1})
            for at in range(4)
        ],
        [
            ScreenedReview(submission=f"w{at % 3}", expert=f"e{at // 3}", score=50.0, levels={})
            for at in range(9)
        ],
    ],
    ids=["nothing", "one review", "one expert", "one work", "equal marks"],
)
def test_little_or_flat_data_gives_a_report_without_findings(found):
    report = screen(question(found))

    assert report.panel.reviews == len(found)
    assert not report.suggestions
    assert not report.pairs
    assert not any(expert.flags for expert in report.experts)


def test_marks_without_a_sheet_are_screened_as_far_as_they_go():
    bare = question(reviews(7)).model_copy(update={"highest": {}})

    report = screen(bare)

    assert report.criteria == ()
    assert all(one.habits == () and one.uniform == 0 for one in report.experts)
    assert any(one.outfit is not None for one in report.experts)


def test_one_expert_is_linked_with_nobody():
    alone = [ScreenedReview(submission=f"w{at}", expert="e1", score=50, levels={}) for at in (1, 2)]

    assert not screen(question(alone)).panel.connected


@pytest.mark.parametrize(
    ("reliability", "word"), [(0.75, Grade.HIGH), (0.6, Grade.SUFFICIENT), (0.59, Grade.LOW)]
)
def test_reliability_of_the_panel_in_a_word(reliability, word):
    assert grade(reliability) is word
