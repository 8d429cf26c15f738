"""What Prefect gets to see of a plan: numbers of works and names of places, never people."""

from datetime import timedelta

import builders
import pytest

from flows.assignment import operations
from flows.assignment.artefacts import artefacts, labels_of
from schemas.assignment_problem import Problem
from schemas.marathon import AssignmentPolicy

DURING = builders.NOW - timedelta(days=45)


@pytest.fixture
def homes(work):
    return builders.members(work, builders.a_cluster(work))


def shown(work, homes, experts_from, **rules):
    marathon = builders.a_marathon(work, assignment=AssignmentPolicy(reviews=2, **rules))
    for home in homes:
        builders.a_submission(work, marathon, home)
    for home in experts_from:
        builders.an_expert(work, home)
    plan = operations.propose(work, marathon.id, now=DURING)
    return artefacts(plan, labels_of(work, Problem.model_validate(plan.problem)))


def test_figures_and_tables_add_up_to_the_plan(work, homes):
    made = shown(work, homes, homes)

    assert "| Назначений | 8 из 8 |" in made.figures
    assert "| Нарушений правил | 0 |" in made.figures
    assert "Чего не хватает" not in made.figures
    assert (
        sum(count for row in made.places for count in row.values() if isinstance(count, int)) == 8
    )
    assert [row["Работы"] for row in made.places] == sorted(home.name for home in homes)
    assert made.tracks == [
        {
            "Направление": "1",
            "Работ": 4,
            "Нужно экспертиз": 8,
            "Назначено": 8,
            "Не хватает": 0,
        }
    ]


def test_shortage_is_told_by_numbers_of_works(work, homes):
    made = shown(work, homes, homes[:1])

    assert "## Чего не хватает" in made.figures
    assert "№ 2" in made.figures
    assert made.tracks[0]["Не хватает"] == 5


def test_plan_drawn_by_lot_is_measured_by_what_a_draw_gives_on_average(work, homes):
    made = shown(work, homes, [*homes, *homes], max_probability=0.6)

    assert "| Жребий: пара не вероятнее | 0.60 |" in made.figures
    assert "Больше не бывает" not in made.figures


def test_nothing_personal_is_shown(work, homes):
    made = shown(work, homes, homes[:1]).model_dump_json()

    people = work.people.all()
    secrets = [
        *(word for person in people for word in person.name.split()),
        *(person.email for person in people),
        *(one.title for one in work.submissions.all()),
        *(row.id for row in (*people, *work.experts.all(), *work.submissions.all())),
    ]
    assert not [secret for secret in secrets if secret in made]
