"""Views of a pair: ordered as an organiser would order them."""

import numpy as np
import pytest
from builders import NOW

from flows.assignment.affinity.arrays import affinity_arrays
from flows.assignment.affinity.profiles import (
    ExpertProfile,
    WorkProfile,
    expert_profile,
    work_profile,
)
from flows.assignment.affinity.views import MAKERS
from schemas.affinity import VIEW_NAMES
from schemas.cluster import Expert
from schemas.marathon import AffinityWeights
from schemas.submission import Submission

WORK = WorkProfile(
    id="w",
    track="1",
    subject="математика",
    level="основное общее образование",
    keywords=("одарённые дети", "олимпиады"),
    text="Подготовка семиклассников к олимпиадам по математике",
)


def values(experts, work=WORK):
    return affinity_arrays([work], experts).value


def test_specialist_comes_before_neighbour_before_stranger():
    specialist = ExpertProfile(
        id="a", tracks=("1",), specialisations=("Учителя математики", "Одаренные дети")
    )
    neighbour = ExpertProfile(id="b", tracks=("1",), specialisations=("Учителя физики",))
    stranger = ExpertProfile(id="c", tracks=("2",), specialisations=("Дошкольное образование",))

    first, second, third = values([specialist, neighbour, stranger])

    assert first > second > third


def test_letter_yo_and_case_endings_do_not_matter():
    plain = ExpertProfile(id="a", specialisations=("ОДАРЕННЫЕ ДЕТИ",))
    dotted = ExpertProfile(id="b", specialisations=("одарённые дети",))

    one, other = values([plain, dotted])

    assert one == other > 0


def test_expert_of_every_track_stands_between_specialist_and_stranger():
    experts = [
        ExpertProfile(id=name, tracks=tracks)
        for name, tracks in zip("abc", (("1",), (), ("2",)), strict=True)
    ]

    own, every, other = values(experts, WorkProfile(id="w", track="1"))

    assert (own, every, other) == (1, 0.5, 0)


def test_group_the_expert_names_covers_a_subject_without_common_letters():
    science = ExpertProfile(id="a", specialisations=("Учителя естественно-научных предметов",))
    history = ExpertProfile(id="b", specialisations=("Учителя истории",))

    near, far = values([science, history], WorkProfile(id="w", subject="Физика"))

    assert near > 0.8
    assert far < 0.2


def test_work_that_says_nothing_is_no_accident():
    assert values([ExpertProfile(id="e")], WorkProfile(id="s")).tolist() == [0]


def test_every_view_has_a_weight_and_a_name():
    assert set(MAKERS) == set(AffinityWeights.model_fields) == set(VIEW_NAMES)


def test_profiles_take_what_the_registry_knows():
    submission = Submission(
        id="w",
        marathon_id="m",
        number=1,
        owner_id="p",
        title="Опыты",
        abstract="Как их ставят.",
        format="урок",
        created_at=NOW,
    )
    expert = Expert(
        id="e", cluster_id="c", person_id="p", municipality_id="m", position="методист", tracks=(2,)
    )

    assert work_profile(submission).text == "Опыты. Как их ставят."
    assert work_profile(submission).track == ""
    assert expert_profile(expert).facets == ("методист",)
    assert expert_profile(expert).tracks == ("2",)


@pytest.mark.parametrize("size", [1, 3])
def test_values_have_four_digits(size):
    experts = [ExpertProfile(id=str(at), text="учитель математики" * at) for at in range(size)]

    found = values(experts)

    assert np.array_equal(found, np.round(found, 4))
