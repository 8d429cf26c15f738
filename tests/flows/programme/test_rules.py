from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.programme import rules
from flows.programme.rules import Talk
from schemas.marathon import ProgrammePolicy

DAY, ZONE = date(2026, 3, 27), "Asia/Irkutsk"
SIDE_BY_SIDE = ProgrammePolicy(parallel=True)


def a_talk(name, *, track=1, number=1, score=80.0, speakers=None):
    return Talk(
        submission_id=name,
        number=number,
        track=track,
        score=score,
        speakers=frozenset(speakers or {name}),
    )


def laid(talks, policy=SIDE_BY_SIDE, **chosen):
    return rules.timetable(talks, policy, rules.opening(policy, DAY, ZONE), **chosen)


def test_best_score_speaks_first_and_equal_scores_in_order_of_arrival():
    talks = [
        a_talk("late", number=9, score=80),
        a_talk("early", number=2, score=80),
        a_talk("best", number=5, score=95),
    ]

    assert [one.submission_id for one in laid(talks)] == ["best", "early", "late"]


def test_breaks_stand_after_every_so_many_talks():
    policy = ProgrammePolicy(minutes=20, pause=5, break_every=2, break_minutes=30)
    start = rules.opening(policy, DAY, ZONE)

    moments = [rules.moment(policy, start, position) - start for position in (1, 2, 3, 4, 5)]

    assert [moment // timedelta(minutes=1) for moment in moments] == [0, 25, 80, 105, 160]


def test_sessions_follow_each_other_unless_they_run_side_by_side():
    talks = [a_talk("a", track=1), a_talk("b", track=2)]

    in_turn = laid(talks, ProgrammePolicy(minutes=15, break_minutes=10))
    together = laid(talks)

    assert in_turn[1].starts_at - in_turn[0].starts_at == timedelta(minutes=25)
    assert together[0].starts_at == together[1].starts_at


def test_author_of_two_talks_speaks_at_different_times():
    talks = [
        a_talk("a", track=1, score=90, speakers={"anna"}),
        a_talk("b", track=1, score=80),
        a_talk("c", track=2, score=90, speakers={"anna"}),
        a_talk("d", track=2, score=80),
    ]

    order = [one.submission_id for one in laid(talks)]

    assert order == ["a", "b", "d", "c"]


def test_a_gap_is_left_when_nobody_else_can_take_the_place():
    talks = [
        a_talk("a", track=1, speakers={"anna"}),
        a_talk("c", track=2, speakers={"anna"}),
    ]

    first, second = laid(talks)

    assert second.starts_at == first.ends_at


def test_positions_people_chose_stay_and_clashes_are_told():
    talks = [
        a_talk("a", track=1, speakers={"anna"}),
        a_talk("b", track=2, speakers={"anna"}),
    ]
    placed = laid(talks, order={"a": 1, "b": 1})

    speakers = {talk.submission_id: talk.speakers for talk in talks}

    assert rules.clashes(placed, speakers) == [("anna", "a", "b")]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 3),
            st.integers(60, 100),
            st.sets(st.sampled_from("abcdefgh"), min_size=1, max_size=2),
        ),
        max_size=12,
    ),
    st.booleans(),
)
def test_nobody_ever_speaks_in_two_places_at_once_and_nobody_is_lost(rows, parallel):
    talks = [
        a_talk(f"w{number}", track=track, number=number, score=score, speakers=speakers)
        for number, (track, score, speakers) in enumerate(rows)
    ]

    placed = laid(talks, ProgrammePolicy(parallel=parallel))

    assert {one.submission_id for one in placed} == {talk.submission_id for talk in talks}
    assert rules.clashes(placed, {t.submission_id: t.speakers for t in talks}) == []
