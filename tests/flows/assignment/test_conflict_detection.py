"""Potential conflicts: each detector with what it must and must not find."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.assignment.conflict_detection import (
    DETECTORS,
    Facts,
    Judge,
    Signature,
    SignedWork,
    Work,
    detect,
)
from schemas.conflict import CONFLICT_SOURCE_NAMES, ConflictSource

EXPERT = Judge(id="e", name="Берёзкина Анна Петровна", person="p-e", municipality="m1")


def a_work(name="Ветров Олег Ильич", *, place="m2", **changes):
    author = Signature(name=name, person="p-a", municipality=place)
    return Work(**{"id": "w", "number": 1, "authors": (author,)} | changes)


def found(work, expert=EXPERT, **facts):
    return detect(Facts(works=[work], experts=[expert], **facts))


def only(found, source):
    assert [one.source for one in found] == [source]
    return found[0].evidence


def test_strangers_have_no_conflict():
    assert found(a_work()) == []


def test_people_who_signed_together_are_suspected_with_the_work_named():
    paper = SignedWork(title="Опыты", year=2023, people=frozenset({"p-e", "p-a"}))
    alone = SignedWork(title="Другое", year=2023, people=frozenset({"p-e", "p-x"}))

    evidence = only(found(a_work(), signed=[paper, alone]), ConflictSource.CO_AUTHOR)

    assert "«Опыты» (2023)" in evidence
    assert "Другое" not in evidence
    assert found(a_work(), signed=[alone]) == []


@pytest.mark.parametrize("mentor", ["Берёзкина А. П.", "методист Березкина Анна", "А.П. БЕРЁЗКИНА"])
def test_mentor_is_known_in_any_spelling(mentor):
    evidence = only(found(a_work(mentor=mentor)), ConflictSource.MENTOR)

    assert mentor in evidence


def test_namesake_of_the_mentor_with_other_initials_is_not_suspected():
    assert found(a_work(mentor="Берёзкина О. И.")) == []


def test_expert_names_close_people_among_authors_and_mentors():
    expert = EXPERT.model_copy(update={"close_people": ("Ветров О. И.",)})

    assert only(found(a_work(), expert), ConflictSource.CLOSE_PERSON)
    assert only(
        found(a_work("Ким Ян Янович", mentor="Ветров Олег"), expert), ConflictSource.CLOSE_PERSON
    )
    assert found(a_work("Ветрова Ольга Ильинична"), expert) == []


def test_same_surname_in_one_place_is_suspected_and_far_away_is_not():
    near = a_work("Березкин Олег Ильич", place="m3")
    together = [("m1", "m3")]

    evidence = only(
        found(near, same_place=together, place_names={"m1": "Киренский район"}),
        ConflictSource.SURNAME,
    )

    assert "Киренский район" in evidence
    assert found(near) == []
    assert found(near, same_place=together, own_place_barred=True) == []


def test_same_surname_and_patronymic_is_suspected_anywhere():
    brother = a_work("Берёзкин Олег Петрович")

    assert only(found(brother, own_place_barred=True), ConflictSource.SURNAME)


def test_own_work_is_barred_by_its_own_rule_and_is_no_suspicion():
    own = Signature(name=EXPERT.name, person=EXPERT.person, municipality="m1")

    assert found(a_work(authors=(own,))) == []


def test_every_source_has_a_detector_and_a_name():
    assert set(DETECTORS) == set(ConflictSource) - {
        ConflictSource.OWN_PLACE,
        ConflictSource.BY_HAND,
    }
    assert set(CONFLICT_SOURCE_NAMES) == set(ConflictSource)


SURNAMES = st.sampled_from(("Петров", "Петрова", "Ким", "Берёзкина", "Громов-Ким"))
people = st.builds(
    "{} {} {}".format, SURNAMES, st.sampled_from("АО"), st.sampled_from(("Ильич", "Петровна"))
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(people, people), max_size=6),
    st.lists(st.tuples(people, people), max_size=6),
    st.randoms(use_true_random=False),
)
def test_order_of_works_and_experts_never_matters(authors, experts, random):
    works = [a_work(name, id=f"w{at}", mentor=mentor) for at, (name, mentor) in enumerate(authors)]
    judges = [
        Judge(id=f"e{at}", name=name, person=f"p{at}", municipality="m2", close_people=(close,))
        for at, (name, close) in enumerate(experts)
    ]
    here = detect(Facts(works=works, experts=judges))
    random.shuffle(works)
    random.shuffle(judges)

    assert detect(Facts(works=works, experts=judges)) == here
    assert len({(one.submission_id, one.expert_id, one.source) for one in here}) == len(here)
