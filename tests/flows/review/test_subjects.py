"""Experts say themselves what they can judge."""

import builders
import pytest

from flows.review.subjects import LONGEST_SUBJECT, MOST_SUBJECTS, name_subjects
from schemas.errors import BadInput
from schemas.people import Actor

pytestmark = pytest.mark.both_databases


@pytest.fixture
def expert(work):
    place = builders.a_municipality(work, builders.a_cluster(work))
    return builders.an_expert(work, place, specialisations=("физика",))


def named(work, expert, *subjects, now):
    by = Actor(person_id=expert.person_id)
    return name_subjects(work, expert.id, subjects, by=by, now=now).specialisations


def test_subjects_are_kept_once_each_in_the_order_they_were_said(work, expert, now):
    assert named(work, expert, " химия ", "", "внеурочная  работа", "химия", now=now) == (
        "химия",
        "внеурочная работа",
    )


def test_naming_the_same_again_leaves_no_trace(work, expert, now):
    before = work.journal.count()
    assert named(work, expert, "физика", now=now) == ("физика",)
    assert work.journal.count() == before


@pytest.mark.parametrize(
    "subjects", [["я" * (LONGEST_SUBJECT + 1)], [f"тема {n}" for n in range(MOST_SUBJECTS + 1)]]
)
def test_too_many_or_too_long_is_refused_and_nothing_changes(work, expert, now, subjects):
    with pytest.raises(BadInput) as refused:
        named(work, expert, *subjects, now=now)
    assert refused.value.field == "subjects"
    assert work.experts.get(expert.id).specialisations == ("физика",)
