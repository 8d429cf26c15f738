"""Live places: equal to trying every lawful programme, and honest about refusals."""

from collections import Counter
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.decision.engine.selection import Candidate, Places, choose, select
from schemas.decision_reasons import Reason


def lawful(works, places: Places) -> bool:
    tracks = Counter(work.track for work in works)
    homes = Counter(work.municipality for work in works)
    return all(tracks[track] <= places.slots.get(track, 0) for track in tracks) and (
        places.most is None or all(count <= places.most for count in homes.values())
    )


def shortage(works, candidates, places: Places) -> int:
    have = Counter(work.municipality for work in works)
    could = Counter(work.municipality for work in candidates)
    return sum(max(0, min(places.least, could[home]) - have[home]) for home in could)


def best_by_trying_all(candidates, places: Places):
    subsets = chain.from_iterable(
        combinations(candidates, size) for size in range(len(candidates) + 1)
    )
    scored = [
        (-shortage(works, candidates, places), sum(work.value for work in works), works)
        for works in subsets
        if lawful(works, places)
    ]
    return max(scored, key=lambda item: item[:2])


@st.composite
def contests(draw):
    size = draw(st.integers(0, 9))
    candidates = [
        Candidate(
            id=f"w{place}",
            municipality=draw(st.sampled_from("NSE")),
            track=draw(st.sampled_from("AB")),
            value=draw(st.integers(700, 1000)) / 10,
        )
        for place in range(size)
    ]
    least = draw(st.integers(0, 2))
    places = Places(
        slots={"A": draw(st.integers(0, 3)), "B": draw(st.integers(0, 3))},
        most=draw(st.one_of(st.none(), st.integers(max(least, 1), 3))),
        least=least,
    )
    return candidates, places


@given(contests())
@settings(max_examples=60, deadline=None)
def test_programme_is_as_good_as_the_best_of_all_lawful_ones(contest):
    candidates, places = contest

    choice = choose(candidates, places)

    missing, value, _ = best_by_trying_all(candidates, places)
    assert lawful([work for work in candidates if work.id in choice.chosen], places)
    assert sum(gap.missing for gap in choice.shortfalls) == -missing
    assert choice.objective == pytest.approx(value, abs=0.05)


@given(contests())
@settings(max_examples=25, deadline=None)
def test_each_refusal_tells_the_truth(contest):
    candidates, places = contest

    chosen, selection = select(candidates, places)

    assert {refusal.id for refusal in selection.refusals} == {w.id for w in candidates} - chosen
    for refusal in selection.refusals:
        assert refusal.displaced is None or set(refusal.displaced) <= chosen


@given(contests())
@settings(max_examples=60, deadline=None)
def test_track_is_called_full_only_of_works_that_are_worth_no_less(contest):
    candidates, places = contest
    by_id = {work.id: work for work in candidates}

    chosen, selection = select(candidates, places)

    for refusal in selection.refusals:
        if refusal.reason is Reason.LIVE_TRACK_FULL:
            refused = by_id[refusal.id]
            rivals = [by_id[name] for name in chosen if by_id[name].track == refused.track]
            assert all(rival.value >= refused.value for rival in rivals)


def work(name, value, home="N", track="A"):
    return Candidate(id=name, municipality=home, track=track, value=value)


def refusals(candidates, places):
    return {refusal.id: refusal for refusal in select(candidates, places)[1].refusals}


def test_full_track_is_the_reason_and_the_weakest_would_leave():
    refused = refusals([work("a", 90), work("b", 85), work("c", 80)], Places({"A": 2}))

    assert refused["c"].reason is Reason.LIVE_TRACK_FULL
    assert refused["c"].displaced == ("b",)
    assert refused["c"].loss == 5


def test_municipality_maximum_is_the_reason_when_places_remain():
    refused = refusals([work("a", 90), work("b", 85)], Places({"A": 2}, most=1))

    assert refused["b"].reason is Reason.LIVE_MUNICIPALITY_MAXIMUM


def test_municipality_minimum_gives_a_place_to_a_silent_municipality():
    works = [work("a", 90), work("b", 85, "N", "A"), work("c", 71, "S")]
    places = Places({"A": 2}, least=1)

    chosen, selection = select(works, places)

    assert chosen == {"a", "c"}
    assert selection.refusals[0].reason is Reason.LIVE_MUNICIPALITY_MINIMUM


def test_two_limits_at_once_are_called_a_combination():
    works = [work("a", 95, "N"), work("b", 90, "S"), work("c", 80, "N")]

    assert refusals(works, Places({"A": 2}, most=1))["c"].reason is Reason.LIVE_COMBINATION


def test_better_work_that_waits_for_its_municipality_is_not_told_of_a_full_track():
    works = [
        work("x", 80, "N", "A"),
        work("y", 70, "S", "A"),
        work("z", 90, "N", "B"),
        work("w", 75, "S", "B"),
        work("v", 75, "E", "B"),
    ]

    refused = refusals(works, Places({"A": 1, "B": 1}, most=1))

    assert refused["x"].reason is Reason.LIVE_MUNICIPALITY_MAXIMUM


def test_minimum_that_cannot_be_met_is_reported_and_stops_nothing():
    works = [work("a", 90, "N"), work("b", 85, "S"), work("c", 80, "E")]

    chosen, selection = select(works, Places({"A": 2}, least=1))

    assert chosen == {"a", "b"}
    assert [(gap.municipality, gap.missing) for gap in selection.shortfalls] == [("E", 1)]


@given(st.permutations(["a", "b", "c", "d", "e"]))
def test_exact_tie_goes_to_the_earlier_work(order):
    chosen = choose([work(name, 80) for name in order], Places({"A": 2})).chosen

    assert chosen == set(order[:2])


def test_hundredth_of_a_point_outweighs_arriving_last():
    works = [work(f"w{place:03}", 80) for place in range(300)] + [work("late", 80.01)]

    assert "late" in choose(works, Places({"A": 1})).chosen


def test_nobody_to_choose_from_is_an_empty_programme():
    chosen, selection = select([], Places({"A": 2}))

    assert (chosen, selection.objective, selection.status) == (frozenset(), 0, "optimal")


def forced_by_trying_all(candidates, places: Places, name: str):
    """Shortage and value of the best lawful programme that holds the work."""
    subsets = chain.from_iterable(
        combinations(candidates, size) for size in range(1, len(candidates) + 1)
    )
    scored = [
        (-shortage(works, candidates, places), sum(work.value for work in works))
        for works in subsets
        if any(work.id == name for work in works) and lawful(works, places)
    ]
    return max(scored, default=None)


def programmes_with(candidates, places: Places, name: str, best):
    """The lawful programmes that hold the work and are as good as the best of them."""
    for works in chain.from_iterable(
        combinations(candidates, size) for size in range(1, len(candidates) + 1)
    ):
        ids = {work.id for work in works}
        if name in ids and lawful(works, places):
            value = sum(work.value for work in works)
            short = -shortage(works, candidates, places)
            if short == best[0] and value == pytest.approx(best[1], abs=0.02):
                yield ids


@given(contests())
@settings(max_examples=40, deadline=None)
def test_price_of_every_refused_work_is_that_of_the_best_programme_with_it(contest):
    candidates, places = contest
    value = {work.id: work.value for work in candidates}

    chosen, selection = select(candidates, places)

    for refusal in selection.refusals:
        best = forced_by_trying_all(candidates, places, refusal.id)
        assert (best is None) == (refusal.displaced is None)
        if best is not None:
            whole = sum(value[name] for name in chosen)
            assert refusal.loss == pytest.approx(whole - best[1], abs=0.02)
            assert any(
                chosen - programme == set(refusal.displaced)
                for programme in programmes_with(candidates, places, refusal.id, best)
            )


def test_thousands_of_equal_works_are_shared_out_and_priced():
    works = [work(f"w{place:05}", 80, f"m{place % 40}", "AB"[place % 2]) for place in range(4000)]

    chosen, selection = select(works, Places({"A": 30, "B": 20}, most=3))

    assert len(chosen) == 50
    assert {refusal.loss for refusal in selection.refusals} == {0}
