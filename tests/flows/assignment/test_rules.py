"""Hard rules: one table answers for a pair and for the whole mask."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.assignment.bench.synthetic import Size, problem
from flows.assignment.checker.register import Register
from flows.assignment.rules import Facts, Places, broken, forbidding, lawful, tidy
from schemas.assignment_problem import Candidate, Policy, Problem, Reviewer

WORK = Candidate(
    id="w", municipality="A", organisation="школа 1", authors=("Автор",), track="музыка"
)
EXPERT = Reviewer(id="e", person="Эксперт", municipality="B", organisation="центр", capacity=1)


@pytest.mark.parametrize(
    ("expert", "lists", "code"),
    [
        ({"municipality": " A "}, {}, "own_municipality"),
        ({"municipality": "А-район"}, {"same_place": (("A", "А-район"),)}, "own_municipality"),
        ({"organisation": "школа  1"}, {}, "own_organisation"),
        ({"person": "Автор"}, {}, "authorship"),
        ({}, {"conflicts": (("w", "e"),)}, "conflict"),
        ({}, {"forbidden": (("w", "e"),)}, "forbidden"),
        ({"tracks": ("физика",)}, {}, "track"),
    ],
)
def test_each_rule_forbids_its_pair(expert, lists, code):
    reviewer = EXPERT.model_copy(update=expert)
    facts = Facts(Problem(submissions=(WORK,), experts=(reviewer,), **lists))

    assert [rule.code for rule in broken(facts, WORK, reviewer)] == [code]
    assert not lawful(facts, (WORK,), (reviewer,)).any()


def test_lawful_pair_breaks_nothing_and_empty_organisation_is_not_a_match():
    stateless = WORK.model_copy(update={"organisation": "  "})
    homeless = EXPERT.model_copy(update={"organisation": " ", "tracks": ("музыка",)})
    facts = Facts(Problem(submissions=(stateless,), experts=(homeless,)))

    assert broken(facts, stateless, homeless) == ()


def test_own_municipality_is_allowed_when_the_policy_says_so():
    neighbour = EXPERT.model_copy(update={"municipality": "A"})
    policy = Policy(cross_municipal=False)
    facts = Facts(Problem(submissions=(WORK,), experts=(neighbour,), policy=policy))

    assert broken(facts, WORK, neighbour) == ()


def test_same_places_join_in_chains():
    places = Places([("a", "b"), ("c", "d"), ("b", "c")])

    assert len({places.of(name) for name in "abcd"}) == 1
    assert places.of("e") != places.of("a")


def test_municipality_goes_by_the_same_name_in_whatever_order_the_pairs_come():
    pairs = [("b", "c"), ("d", "a"), ("c", "d")]

    for listed in permutations(pairs):
        turned = [pair[::-1] for pair in listed]
        assert {Places(listed).of(name) for name in "abcd"} == {"a"}
        assert {Places(turned).of(name) for name in "abcd"} == {"a"}


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), cross=st.booleans())
def test_mask_predicate_and_independent_register_agree(seed, cross):
    posed = problem(Size(6, 7, 3), seed=seed, policy=Policy(cross_municipal=cross))
    facts, register = Facts(posed), Register(posed)
    mask = lawful(facts, posed.submissions, posed.experts)
    masks = list(forbidding(facts, posed.submissions, posed.experts))

    for row, work in enumerate(posed.submissions):
        assert mask[row].tolist() == register.allowed(work).tolist()
        for column, expert in enumerate(posed.experts):
            rules = {rule for rule, forbidden in masks if forbidden[row, column]}
            assert rules == set(broken(facts, work, expert))
            assert mask[row, column] == (not rules)


def test_large_groups_are_forbidden_as_pairs_are():
    works = tuple(WORK.model_copy(update={"id": f"w{number}"}) for number in range(40))
    here = EXPERT.model_copy(update={"municipality": "A"})
    experts = (*(here.model_copy(update={"id": f"e{number}"}) for number in range(40)), EXPERT)
    facts = Facts(Problem(submissions=works, experts=experts))

    assert lawful(facts, works, experts).sum(axis=0).tolist() == [0] * 40 + [40]


def test_name_is_tidied_and_otherwise_left_alone():
    assert tidy("  Школа   № 7\t«Й» ") == "Школа № 7 «Й»"
