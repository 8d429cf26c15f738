"""Any order of acts keeps every promise, and every state that is written down can be reached.

In full size (``make soak``) any order reaches every state at least twenty times.
"""

import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from lifecycle.life import Life
from lifecycle.promises import broken, passed

from schemas.lifecycle import MOVES
from schemas.settings import Settings
from storage.installation import open_installation

SOAK = os.environ.get("MARATHON_SOAK") == "1"
LIVES, ACTS = (400, 120) if SOAK else (6, 40)
FEWEST = 20 if SOAK else 0
PICK = st.integers(0, 10_000)
EVERY_STATE = {(kind, state) for kind, moves in MOVES.items() for state in moves}


class Marathon(RuleBasedStateMachine):
    """A marathon to which anything may happen.

    ``template`` is an empty database, ``reached`` counts the lives by the states they have seen.
    """

    template: Path
    reached: Counter

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="marathon-life-"))
        shutil.copy(self.template, self.folder / "marathon.sqlite3")
        self.installation = open_installation(Settings(data=self.folder, text_model="off"))
        self.life = Life(self.installation)
        self.seen = set()

    @rule(days=st.sampled_from((1, 1, 2, 5, 12)))
    def wait(self, days):
        self.life.wait(days)

    @rule(pick=PICK)
    def teacher(self, pick):
        acts = (self.life.send, self.life.send_again, self.life.replace_file)
        acts[pick % 3](pick)

    @rule(pick=PICK)
    def season(self, pick):
        """What organisers and sweeps do, in the order in which they do it."""
        life = self.life
        for more in range(3):
            life.send(pick + more)
        life.check(pick)
        life.check(pick + 1)
        if pick % 2:
            life.move_on(pick)
        life.assign()
        life.substitute()

    @rule(pick=PICK)
    def expert(self, pick):
        (self.life.answer, self.life.draft, self.life.review)[pick % 3](pick)

    @rule(pick=PICK)
    def everybody_reviews(self, pick):
        self.life.review_all(pick)
        self.life.collect()

    @rule(pick=PICK)
    def sweep(self, pick):
        life = self.life
        (life.collect, life.substitute, life.assign, life.arrange)[pick % 4]()

    @rule(pick=PICK)
    def check(self, pick):
        self.life.check(pick)

    @rule(pick=PICK)
    def decide(self, pick):
        self.life.propose()
        (self.life.rule, self.life.ask_more, self.life.meet)[pick % 3](pick)
        self.life.confirm(pick)

    @rule(pick=PICK)
    def move_on(self, pick):
        self.life.move_on(pick)

    @rule(pick=PICK)
    def results(self, pick):
        if pick % 2:
            self.life.build()
        (self.life.build, self.life.publish, self.life.certify)[pick % 3]()

    @rule(pick=PICK)
    def leave(self, pick):
        if pick % 5 == 0:
            (self.life.withdraw, self.life.erase)[pick % 2](pick)

    @invariant()
    def every_promise_holds(self):
        with self.installation.begin(read_only=True) as work:
            assert broken(work, self.life.marathon_id) == {}
            self.seen |= passed(work)

    def teardown(self):
        self.reached.update(self.seen)
        self.installation.close()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture
def life(installation):
    return Life(installation)


def through_expertise(life):
    """Works are sent, refused, sent again, assigned, declined, let expire and reviewed."""
    life.move_on(1)
    for pick in range(1, 8):
        life.send(pick)
    life.check(0)
    life.send_again(0)
    life.check(1)
    life.replace_file(1)
    life.check(1)
    life.move_on(1)
    life.assign()
    for pick in (4, 1, 2):
        life.answer(pick)
    life.draft(0)
    life.wait(12)
    life.collect()
    life.substitute()
    life.withdraw(2)
    for pick in range(3):
        life.review_all(pick)
        life.collect()
        life.substitute()


def through_decisions(life):
    """Some are ruled on, one goes back to its author, the rest is confirmed."""
    life.wait(70)
    life.collect()
    life.move_on(1)
    life.propose()
    life.rule(6)
    life.meet(0)
    life.confirm(1)


def through_results(life):
    life.move_on(1)
    life.arrange()
    for _ in range(2):
        life.build()
        life.publish()
    life.certify()
    life.erase(3)
    life.move_on(1)


def test_one_season_reaches_every_state_that_is_written_down(life):
    for part in (through_expertise, through_decisions, through_results):
        part(life)

        with life.installation.begin(read_only=True) as work:
            assert broken(work, life.marathon_id) == {}

    with life.installation.begin(read_only=True) as work:
        assert EVERY_STATE - passed(work) == set()


@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
def test_any_order_of_acts_keeps_every_promise(migrated_sqlite):
    reached = Counter()
    run_state_machine_as_test(
        type("Living", (Marathon,), {"template": migrated_sqlite, "reached": reached}),
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=ACTS,
            deadline=None,
            derandomize=not SOAK,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

    rare = {one: reached[one] for one in EVERY_STATE if reached[one] < FEWEST}
    assert rare == {}
