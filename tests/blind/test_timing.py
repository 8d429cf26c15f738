"""Whether what is there and refused takes as long to refuse as what is not there at all.

Nothing is asserted of time, which belongs to the machine: figures are printed, in full size from
400 questions of each kind. What is said must be the same in any case.
"""

import statistics
import time

import pytest
from blind import asking
from blind.walk import IDENTIFIER, MISSING, SOAK, told
from scipy.stats import mannwhitneyu

pytestmark = pytest.mark.xdist_group("blind")
TIMES = 400 if SOAK else 3
ASKED = (
    ("other_author", "/my/{submission_id}"),
    ("unassigned_expert", "/my/{submission_id}/blind"),
    ("unassigned_expert", "/expert/assignments/{assignment_id}"),
    ("far_coordinator", "/api/v1/submissions/{submission_id}"),
    ("neighbour", "/api/v1/assignments/{assignment_id}/review"),
    ("reader", "/organise/{marathon_id}/works/{submission_id}"),
)


@pytest.mark.parametrize(("role", "route"), ASKED)
def test_a_refused_thing_says_the_same_as_a_missing_one_in_a_time_that_is_printed(
    walk, role, route
):
    [one, *_] = asking.addresses("GET", asking.things_of(walk.town))[route]
    nothing = one.path.replace(IDENTIFIER.findall(one.path)[-1], MISSING)
    spent = {one.path: [], nothing: []}
    said = {}
    for _ in range(TIMES):
        for path, seconds in spent.items():
            began = time.perf_counter()
            said[path] = walk.asker.ask(role, path, program=one.is_api)
            seconds.append(time.perf_counter() - began)
    assert said[one.path].status_code == 404
    assert told(said[one.path]) == told(said[nothing])
    known, missing = (statistics.median(seconds) * 1000 for seconds in spent.values())
    chance = mannwhitneyu(*spent.values()).pvalue
    walk.say(f"{role} {route}: {known:.2f} ms known, {missing:.2f} ms missing, p = {chance:.3f}")
