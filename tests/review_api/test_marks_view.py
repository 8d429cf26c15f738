"""All marks at one look: the later of two, namesakes apart, differences counted once a work."""

from datetime import timedelta

import builders
from hypothesis import given, settings
from hypothesis import strategies as st

from review_api.marks_view import MarkedWork, differences_chart, marked_works, marks_chart
from schemas.review import Review, ReviewDraft


def review(submission, expert, score, *, days=0):
    when = builders.NOW + timedelta(days=days)
    return Review(
        id=f"{submission}{expert}{days}",
        assignment_id="a",
        marathon_id="m",
        submission_id=submission,
        expert_id=expert,
        draft=ReviewDraft(),
        score=score,
        saved_at=when,
        submitted_at=when,
    )


def test_of_two_marks_of_one_expert_the_later_counts():
    [one] = marked_works({"w": 7}, [review("w", "e", 90.0, days=2), review("w", "e", 40.0, days=1)])
    assert (one.number, one.marks) == (7, {"e": 90.0})


def test_works_that_are_not_asked_for_and_reviews_without_a_score_are_left_out():
    assert marked_works({"w": 1}, [review("x", "e", 50.0), review("w", "e", None)]) == []


def test_namesakes_have_a_column_each():
    work = MarkedWork(id="w", number=1, marks={"a": 10.0, "b": 20.0})
    view = marks_chart([work], {"a": "Ким А. А.", "b": "Ким А. А."})
    assert view.head == ("Работа", "Ким А. А.", "Ким А. А. (2)")
    assert view.rows == (("№ 1", 10.0, 20.0),)


MARKS = st.dictionaries(
    st.sampled_from("abcde"), st.floats(0, 100, allow_nan=False), min_size=1, max_size=5
)


@settings(max_examples=40)
@given(st.lists(MARKS, max_size=8))
def test_every_work_with_two_marks_is_counted_in_one_group(marks):
    works = [MarkedWork(id=str(n), number=n, marks=one) for n, one in enumerate(marks)]
    rows = differences_chart(works).rows
    assert sum(row[-1] for row in rows) == sum(len(one) > 1 for one in marks)
