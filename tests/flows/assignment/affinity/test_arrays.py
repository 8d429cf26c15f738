"""Affinities of many pairs: the same in any order, alone or among others, all or the best."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.assignment.affinity import meaning
from flows.assignment.affinity.arrays import BEST_OF_WORK, LEAST_OF_EXPERT, affinity_arrays
from flows.assignment.affinity.explanation import explain
from flows.assignment.affinity.profiles import ExpertProfile, WorkProfile
from flows.assignment.affinity.views import pool_of
from schemas.assignment import Wish
from schemas.marathon import AffinityWeights

SUBJECTS = ("", "физика", "русский язык", "математика", "Химия и биология")
words = st.sampled_from(
    ("опыт", "урок физики", "функциональная грамотность", "одарённые дети", "чтение", "")
)
work_facts = st.fixed_dictionaries(
    {
        "track": st.sampled_from(("", "1", "2")),
        "subject": st.sampled_from(SUBJECTS),
        "level": st.sampled_from(("", "Основное общее образование", "дошкольное")),
        "format": st.sampled_from(("", "урок", "доклад")),
        "keywords": st.lists(words, max_size=2).map(tuple),
        "title": words,
        "text": words,
    }
)
expert_facts = st.fixed_dictionaries(
    {
        "tracks": st.sampled_from(((), ("1",), ("1", "2"))),
        "specialisations": st.lists(words, max_size=2).map(tuple),
        "text": st.sampled_from(("учитель физики", "методист", "воспитатель", "")),
    }
)
FEW = settings(max_examples=40, deadline=None)


def works_of(facts):
    return [WorkProfile(id=f"w{at}", **one) for at, one in enumerate(facts)]


def experts_of(facts):
    return [ExpertProfile(id=f"e{at}", **one) for at, one in enumerate(facts)]


def vectors_of(works, experts):
    """Made-up vectors: any will do for what is asked here."""
    return {
        key: meaning.packed(
            np.random.default_rng(int(key[:8], 16)).normal(size=16).astype(np.float32) / 4
        )
        for key in meaning.texts_of(works, experts)
    }


def wishes_of(works, experts):
    return {
        (works[0].id, experts[0].id): Wish.EAGER,
        (works[-1].id, experts[-1].id): Wish.RELUCTANT,
    }


def by_pair(works, experts, **options):
    found = affinity_arrays(works, experts, **options)
    return {
        (works[row].id, experts[column].id): value
        for row, column, value in zip(found.row, found.column, found.value, strict=True)
    }


lists = st.lists(work_facts, min_size=1, max_size=5), st.lists(expert_facts, min_size=1, max_size=5)


@FEW
@given(*lists, st.randoms(use_true_random=False))
def test_order_of_works_and_experts_never_matters(works, experts, random):
    works, experts = works_of(works), experts_of(experts)
    options = {"vectors": vectors_of(works, experts), "wishes": wishes_of(works, experts)}
    here = by_pair(works, experts, **options)
    random.shuffle(works)
    random.shuffle(experts)

    assert by_pair(works, experts, **options) == here
    assert len(here) == len(works) * len(experts)
    assert all(0 <= value <= 1 and round(value, 4) == value for value in here.values())


@FEW
@given(*lists)
def test_explanation_adds_up_to_the_affinity_exactly(works, experts):
    works, experts = works_of(works), experts_of(experts)
    options = {"vectors": vectors_of(works, experts), "wishes": wishes_of(works, experts)}
    pairs = by_pair(works, experts, **options)
    pool = pool_of(works, experts, **options)

    for work in works:
        for expert in experts:
            found = explain(pool, work, expert)
            units = sum(round(reason.contribution * 10_000) for reason in found.reasons)
            assert found.affinity == pairs[work.id, expert.id] == units / 10_000
            assert all(reason.sentence and "%(" not in reason.sentence for reason in found.reasons)


def many(works, experts):
    return (
        [
            WorkProfile(id=f"w{at:04}", subject=SUBJECTS[at % 5], track=str(at % 3), text=f"с{at}")
            for at in range(works)
        ],
        [
            ExpertProfile(id=f"e{at:04}", text=f"учитель {SUBJECTS[at % 5]}", tracks=(str(at % 4),))
            for at in range(experts)
        ],
    )


def test_large_lists_keep_the_best_of_every_work_and_expert_with_the_same_values():
    works, experts = many(300, 150)
    everything = by_pair(works, experts)

    best = by_pair(works, experts, dense=1000)

    assert all(everything[pair] == value for pair, value in best.items())
    assert len(best) < len(everything)
    for work in works:
        kept = [value for (w, _), value in best.items() if w == work.id]
        whole = sorted((v for (w, _), v in everything.items() if w == work.id), reverse=True)
        assert sorted(kept, reverse=True)[:BEST_OF_WORK] == whole[:BEST_OF_WORK]
    for expert in experts:
        kept = [value for (_, e), value in best.items() if e == expert.id]
        whole = sorted((v for (_, e), v in everything.items() if e == expert.id), reverse=True)
        assert sorted(kept, reverse=True)[:LEAST_OF_EXPERT] == whole[:LEAST_OF_EXPERT]


def test_which_of_equal_pairs_is_kept_does_not_depend_on_the_order():
    works, experts = many(200, 120)

    assert by_pair(works, experts, dense=10) == by_pair(works[::-1], experts[::-1], dense=10)


def test_nothing_to_compare_is_no_accident():
    assert len(affinity_arrays([], [ExpertProfile(id="e")]).value) == 0
    assert len(affinity_arrays([WorkProfile(id="w")], []).value) == 0


def test_weight_of_nothing_leaves_a_view_out():
    works = [WorkProfile(id="w", track="1", subject="физика")]
    experts = [ExpertProfile(id="e", tracks=("1",), text="учитель истории")]
    only_track = AffinityWeights.model_validate(
        dict.fromkeys(AffinityWeights.model_fields, 0.0) | {"track": 0.5}
    )

    assert affinity_arrays(works, experts, weights=only_track).value.tolist() == [1.0]


def test_wishes_move_affinity_both_ways_and_silence_means_willing():
    works, experts = (
        [WorkProfile(id="w", track="1")],
        [
            ExpertProfile(id=name, tracks=("1",))
            for name in ("eager", "silent", "willing", "reluctant")
        ],
    )
    wishes = {("w", wish.value): wish for wish in Wish}

    eager, silent, willing, reluctant = affinity_arrays(works, experts, wishes=wishes).value

    assert eager > silent == willing > reluctant
