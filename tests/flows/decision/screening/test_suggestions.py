"""One more review is suggested only where it may change something."""

import numpy as np
from simulated_reviews import CODES, score

from flows.decision.engine.rules import Mark
from flows.decision.screening.evidence import Reviewed, ScreenedReview, arrange
from flows.decision.screening.suggestions import Standing, suggestions
from schemas.decision_problem import Policy


def evidence(marks, **policy):
    """Works with the marks given, an expert per column."""
    found = [
        ScreenedReview(submission=name, expert=f"e{at}", score=mark, levels={})
        for name, row in marks.items()
        for at, mark in enumerate(row)
    ]
    return arrange(
        Reviewed(
            reviews=tuple(found),
            expert_homes={},
            work_homes={},
            highest=dict.fromkeys(CODES, 3),
            policy=Policy(**policy),
        )
    )


def suggested(marks, doubts, chances, **policy):
    seen = evidence(marks, **policy)
    standing = Standing([Mark(one) for one in seen.marks.score.tolist()], np.array(chances))
    return suggestions(seen, standing, doubts)


def test_review_that_decides_deserves_another_opinion():
    (one,) = suggested({"w1": [90, 50, 52]}, {0: ["факт"]}, [0.9])

    assert one.submission == "w1"
    assert one.reasons == (
        "Обратите внимание: факт, а без этой экспертизы балл оказался бы по другую сторону порога.",
    )


def test_work_near_the_threshold_deserves_another_opinion():
    (one,) = suggested({"w1": [61, 62, 63]}, {1: ["факт"]}, [0.6])

    assert "близко к порогу" in one.reasons[0]


def test_clear_work_needs_no_other_opinion():
    assert suggested({"w1": [90, 92, 94]}, {0: ["факт"]}, [0.99]) == ()


def test_corrections_that_the_published_score_does_not_take_decide_nothing():
    seen = evidence({"w1": [100.0, 100.0, 100.0]}, publication_threshold=95)
    kind = [Mark(100.0, 4.0), Mark(100.0, 4.0), Mark(100.0, 8.0)]

    assert suggestions(seen, Standing(kind, np.array([0.99])), {2: ["факт"]}) == ()


def test_work_with_all_its_reviews_is_left_to_the_council():
    assert suggested({"w1": [61, 62, 63]}, {1: ["факт"]}, [0.6], max_reviews=3) == ()


def test_work_nobody_doubts_is_never_suggested():
    assert suggested({"w1": [61, 62, 63]}, {}, [0.5]) == ()


def test_score_of_the_sample_sheet_counts_weights():
    assert score([3] * 5) == 100
