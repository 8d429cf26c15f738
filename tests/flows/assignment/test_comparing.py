"""Sentence vectors of a marathon: made once, outside writing, and left out when switched off."""

import builders
import pytest

from flows.assignment import comparing
from flows.assignment.affinity import meaning
from storage.installation import open_installation


@pytest.fixture
def marathon(installation):
    with installation.begin() as work:
        homes = builders.members(work, builders.a_cluster(work))
        marathon = builders.a_marathon(work)
        for home in homes[:2]:
            builders.a_submission(work, marathon, home, title=f"Опыты на уроке {home.name}")
            builders.an_expert(work, home, position="учитель физики")
        return marathon


def compared(installation, marathon, model):
    with installation.begin(read_only=True) as work:
        submissions = work.submissions.of_marathon(marathon.id)
        experts = work.experts.of_cluster(marathon.cluster_id)
        return comparing.compare(work, marathon, submissions, experts, model=model)


def views(found):
    pair = found.works[0].id, found.experts[0].id
    return {reason.view for reason in found.explain(*pair).reasons}


def test_vectors_are_made_once_per_text(installation, marathon):
    assert comparing.learn(installation, marathon.id) == 3
    assert comparing.learn(installation, marathon.id) == 0

    found = compared(installation, marathon, "usem3")
    assert set(found.vectors) == set(meaning.texts_of(found.works, found.experts))
    assert "meaning" in views(found)


def test_without_a_model_meaning_is_left_out_and_nothing_fails(installation, marathon):
    off = installation.settings.model_copy(update={"text_model": "off"})
    silent = open_installation(off)

    assert comparing.learn(silent, marathon.id) == 0
    assert "meaning" not in views(compared(silent, marathon, ""))
    silent.close()


def test_explanation_is_of_the_value_in_the_arrays(installation, marathon):
    comparing.learn(installation, marathon.id)
    found = compared(installation, marathon, "usem3")
    arrays = found.arrays()

    for row, column, value in zip(arrays.row, arrays.column, arrays.value, strict=True):
        why = found.explain(found.works[row].id, found.experts[column].id)
        assert why.affinity == value
    assert found.explain("nobody", "nothing") is None
