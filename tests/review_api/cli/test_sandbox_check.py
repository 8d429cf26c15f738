"""Every wall that is missing is told in words with what to do."""

import pytest

from flows.documents.sandbox.inspection import Walls, inspect_walls
from review_api.cli import checks
from review_api.cli.sandbox_check import verdict_on

WHOLE = {"namespace": True, "sockets": True, "files": True, "landlock": 6}
MISSING = {
    "Landlock": ({"files": False, "landlock": 0}, "problem", "Landlock"),
    "every wall to the network": (
        {"namespace": False, "sockets": False},
        "problem",
        "открыта сеть",
    ),
    "the filter": ({"sockets": False}, "warning", "seccomp"),
    "namespaces": ({"namespace": False}, "warning", "пространства имён запрещены"),
}


def test_nothing_is_asked_for_where_every_wall_stands():
    assert verdict_on(Walls(**WHOLE)) == (
        "ok",
        "файлы людей читаются без сети и без чужих файлов",
        "",
    )


@pytest.mark.parametrize("name", MISSING)
def test_what_is_missing_is_told_with_a_remedy(name):
    changes, state, words = MISSING[name]
    verdict = verdict_on(Walls(**WHOLE | changes))
    assert verdict.state == state
    assert words in verdict.sentence
    assert verdict.remedy


def test_doctor_tries_the_walls_of_this_machine(installation):
    found = checks.sandbox(installation)
    assert found.what == "Песочница"
    assert found.sentence == verdict_on(inspect_walls()).sentence
