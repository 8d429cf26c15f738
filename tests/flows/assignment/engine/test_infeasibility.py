"""When a plan cannot be full it is as full as it can be, says why, and remedies keep their word."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from flows.assignment.bench.synthetic import Size, problem
from flows.assignment.checker.checking import check
from flows.assignment.checker.register import Register
from flows.assignment.engine.remedies import Change, applied
from flows.assignment.planning import plan
from flows.assignment.wording import Names
from schemas.assignment_problem import Candidate, Policy, Problem, Reviewer

AUTHORS_FROM = (
    "город Бодайбо и район",
    "Усть-Кутский район",
    "город Усть-Илимск",
    "Усть-Илимский район",
    "Нижнеилимский район",
    "Киренский район",
    "Железногорск-Илимский",
)
EXPERTS_FROM = ("город Бодайбо и район", "город Усть-Илимск", "Железногорск-Илимский")


def northern_cluster(**policy):
    """28 works from seven named places, experts from three: seed 000 in figures."""
    works = tuple(
        Candidate(
            id=f"работа {number:02}",
            municipality=AUTHORS_FROM[number % 7],
            organisation=f"школа {number}",
            authors=(f"автор {number}",),
            track=f"направление {number % 3 + 1}",
        )
        for number in range(28)
    )
    experts = tuple(
        Reviewer(
            id=f"эксперт {number:02}",
            person=f"эксперт {number}",
            municipality=EXPERTS_FROM[number % 3],
            organisation=f"методический центр {number % 3}",
            capacity=8,
        )
        for number in range(12)
    )
    return Problem(
        submissions=works,
        experts=experts,
        same_place=(("Железногорск-Илимский", "Нижнеилимский район"),),
        policy=Policy(**policy),
    )


@pytest.fixture(scope="module")
def posed():
    return northern_cluster()


@pytest.fixture(scope="module")
def result(posed):
    return plan(posed)


def missing(posed):
    return sum(one.missing for one in plan(posed).deficits if one.submissions)


def only(posed, works):
    """The problem of these works alone; pairs of other works are not spoken of."""
    return posed.model_copy(
        update={
            "submissions": tuple(w for w in posed.submissions if w.id in works),
            "affinity": tuple(row for row in posed.affinity if row[0] in works),
        }
    )


def change_of(trial):
    return Change(trial.code, trial.count, trial.municipality, trial.capacity, trial.rule)


def largest_coverage(posed):
    """Reviews that can be placed, by a dense linear programme with the rules read plainly."""
    register = Register(posed)
    allowed = np.array([register.allowed(work) for work in posed.submissions])
    works, experts = allowed.shape
    rows, limits = [], []
    for number, work in enumerate(posed.submissions):
        line = np.zeros((works, experts))
        line[number] = 1
        rows.append(line.ravel())
        limits.append(register.wanted(work))
        for place in set(register.expert_places):
            rows.append((line * (register.expert_places == place)).ravel())
            limits.append(posed.policy.max_per_municipality or experts)
    for number, expert in enumerate(posed.experts):
        line = np.zeros((works, experts))
        line[:, number] = 1
        rows.append(line.ravel())
        limits.append(expert.capacity)
    bounds = [(0, int(cell)) for cell in allowed.ravel()]
    return round(-linprog(-np.ones(works * experts), np.array(rows), limits, bounds=bounds).fun)


def test_three_municipalities_leave_one_review_short_for_their_own_authors(posed, result):
    assert result.status == "infeasible"
    assert len(result.pairs) == 84 - 16
    assert sum(deficit.missing for deficit in result.deficits) == 16
    assert check(posed, result) == []


def test_deficit_is_one_sentence_with_works_places_and_who_cannot_help(result):
    deficit = next(one for one in result.deficits if "работа 00" in one.submissions)

    assert deficit.text == (
        "Все направления: не хватает 4 экспертиз для 4 работ (город Бодайбо и район — 4);"
        " свободны 8 экспертов: Железногорск-Илимский — 4, город Усть-Илимск — 4."
        " На одну работу — не больше 1 эксперта от муниципалитета."
        " Ещё 4 эксперта помочь не могут: свой муниципалитет — 4."
        " Работы: работа 00, работа 07, работа 14, работа 21."
    )
    assert len(deficit.experts) == 8


def test_works_of_one_place_under_two_names_are_told_together(result):
    together = next(one for one in result.deficits if "работа 06" in one.submissions)

    assert together.missing == 8
    assert "Железногорск-Илимский — 4, Нижнеилимский район — 4" in together.text


def test_sentence_of_a_track_counts_in_correct_russian():
    places = ("Бодайбо", "Бодайбо", "Братск", "Братск", "Братск")
    works = tuple(
        Candidate(id=f"w{n}", municipality=place, organisation="", authors=(), track="2")
        for n, place in enumerate(places)
    )
    experts = tuple(
        Reviewer(
            id=f"e{n}",
            person=f"e{n}",
            municipality=place,
            organisation="",
            capacity=9,
            tracks=("2",),
        )
        for n, place in enumerate(("Бодайбо", "Бодайбо", "Бодайбо", "Братск", "Иркутск"))
    )
    other = experts[0].model_copy(update={"id": "x", "person": "x", "tracks": ("1",)})
    posed = Problem(submissions=works, experts=(*experts, other))
    names = Names(
        works={f"w{n}": f"№ {n + 1}" for n in range(5)}, places={"Братск": "Братск (город)"}
    )

    told = plan(posed, names=names).deficits

    (deficit,) = told
    assert deficit.text == (
        "Направление 2: не хватает 5 экспертиз для 5 работ (Бодайбо — 2, Братск (город) — 3);"
        " свободны 5 экспертов: Бодайбо — 3, Братск (город) — 1, Иркутск — 1."
        " На одну работу — не больше 1 эксперта от муниципалитета."
        " Ещё 1 эксперт помочь не может: другое направление — 1."
        " Работы: № 1, № 2, № 3, № 4, № 5."
    )
    assert "Иркутск" not in {trial.municipality for trial in deficit.trials}


def test_every_remedy_leaves_what_it_says(posed, result):
    for deficit in result.deficits:
        assert deficit.trials
        for trial, sentence in zip(deficit.trials, deficit.remedies, strict=True):
            changed = applied(posed, change_of(trial))
            assert trial.left_total == missing(changed), sentence
            assert trial.left_here == missing(only(changed, deficit.submissions)), sentence
            assert trial.left_here < deficit.missing
            assert ("хватит всем" in sentence) == (trial.left_total == 0)


sizes = st.builds(
    Size,
    works=st.integers(1, 9),
    experts=st.integers(1, 7),
    municipalities=st.integers(1, 5),
    slack=st.floats(0.3, 1),
)
policies = st.builds(
    Policy, reviews=st.integers(1, 3), max_per_municipality=st.sampled_from([1, 2, None])
)


@settings(max_examples=40, deadline=None)
@given(size=sizes, policy=policies, seed=st.integers(0, 10_000))
def test_deficits_are_separate_and_add_up_to_what_no_flow_can_place(size, policy, seed):
    posed = problem(size, seed=seed, policy=policy)

    told = [one for one in plan(posed).deficits if one.submissions]

    wanted = policy.reviews * len(posed.submissions)
    assert sum(one.missing for one in told) == wanted - largest_coverage(posed)
    named = [work for one in told for work in one.submissions]
    assert len(named) == len(set(named))
    for one in told:
        alone = only(posed, one.submissions)
        asked = policy.reviews * len(alone.submissions)
        assert one.missing == asked - largest_coverage(alone)


@settings(max_examples=12, deadline=None)
@given(size=sizes, policy=policies, seed=st.integers(0, 10_000))
def test_remedies_of_any_problem_are_what_a_fresh_plan_of_the_changed_one_gives(size, policy, seed):
    posed = problem(size, seed=seed, policy=policy)

    for deficit in plan(posed).deficits:
        for trial in deficit.trials:
            changed = applied(posed, change_of(trial))
            wanted = changed.policy.reviews * len(changed.submissions)
            assert trial.left_total == wanted - largest_coverage(changed)
            assert trial.left_here <= trial.left_total
            assert trial.left_here < deficit.missing


def test_rule_in_the_way_is_offered_to_be_dropped():
    posed = northern_cluster(reviews=2, senior_required=True)

    deficit = plan(posed).deficits[0]

    dropped = next(trial for trial in deficit.trials if trial.rule == "senior_required")
    assert dropped.left_total == 0
    assert "Снять правило «старший эксперт в каждой коллегии»: хватит всем." in deficit.remedies


def test_works_that_compete_for_few_experts_form_one_deficit():
    works = tuple(
        Candidate(id=f"w{n}", municipality="A", organisation="", authors=(), track="t")
        for n in range(5)
    )
    experts = tuple(
        Reviewer(id=f"e{n}", person=f"e{n}", municipality=f"M{n}", organisation="", capacity=3)
        for n in range(3)
    )
    posed = Problem(submissions=works, experts=experts)

    result = plan(posed)

    assert [deficit.missing for deficit in result.deficits] == [6]
    assert "у них всего 9 мест, и все заняты" in result.deficits[0].text
    assert check(posed, result) == []


def test_missing_seniors_are_named_as_the_reason():
    posed = northern_cluster(reviews=2, senior_required=True)

    result = plan(posed)

    assert result.status == "infeasible"
    assert sum(deficit.missing for deficit in result.deficits) == 28
    assert "старший эксперт" in result.deficits[0].text
    assert check(posed, result) == []


def test_experts_who_all_sit_on_the_panel_are_not_called_free():
    posed = Problem(
        submissions=(
            Candidate(id="w", municipality="A", organisation="", authors=("a",), track="1"),
        ),
        experts=tuple(
            Reviewer(id=place, person=place, municipality=place, organisation="", capacity=3)
            for place in ("B", "C")
        ),
        policy=Policy(reviews=3),
    )
    (deficit,) = plan(posed).deficits
    assert "подходят только 2 эксперта: B — 1, C — 1, больше звать некого" in deficit.text
    assert "не больше 1 эксперта" not in deficit.text


def test_newcomers_are_seniors_where_a_senior_is_needed():
    posed = Problem(
        submissions=(
            Candidate(id="w", municipality="A", organisation="", authors=("a",), track="1"),
        ),
        experts=(Reviewer(id="e", person="e", municipality="B", organisation="", capacity=3),),
        policy=Policy(reviews=1, senior_required=True),
    )
    (deficit,) = plan(posed).deficits
    assert any("старший эксперт из нового муниципалитета" in told for told in deficit.remedies)
